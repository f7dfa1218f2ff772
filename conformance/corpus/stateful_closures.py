import numpy as np


def layer(n_in, n_out, seed):
    draw = np.random.RandomState(seed)
    own = {"W": draw.randn(n_in, n_out) * 0.3, "b": np.zeros((1, n_out))}

    def ahead(x):
        own["in"] = x
        own["out"] = 1 / (1 + np.exp(-(x @ own["W"] + own["b"])))
        return own["out"]

    def back(error, rate):
        delta = error * own["out"] * (1 - own["out"])
        error = delta @ own["W"].T
        own["W"] -= rate * own["in"].T @ delta
        own["b"] -= rate * delta.sum(axis=0, keepdims=True)
        return error

    return ahead, back, own


def machine(*sizes):
    layers = [layer(a, b, k) for k, (a, b) in enumerate(zip(sizes, sizes[1:]))]

    def predict(x):
        for ahead, _, _ in layers:
            x = ahead(x)
        return x

    def train(x, y, lr=0.1, epochs=100):
        for _ in range(epochs):
            error = predict(x) - y
            for _, back, _ in reversed(layers):
                error = back(error, lr)

    return predict, train, layers
