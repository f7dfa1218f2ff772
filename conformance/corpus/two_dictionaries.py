import numpy as np


class NeuralNetwork:
    def __init__(self, n_in, n_hidden, n_classes):
        self.layers = [
            {"weights": np.random.randn(n_in, n_hidden) * 0.5, "bias": np.zeros(n_hidden)},
            {"weights": np.random.randn(n_hidden, n_classes) * 0.5, "bias": np.zeros(n_classes)},
        ]

    def forward(self, x):
        hidden = np.tanh(x @ self.layers[0]["weights"] + self.layers[0]["bias"])
        z = hidden @ self.layers[1]["weights"] + self.layers[1]["bias"]
        e = np.exp(z - z.max(axis=1, keepdims=True))
        return hidden, e / e.sum(axis=1, keepdims=True)

    def cross_entropy(self, x, t):
        return -np.mean(np.sum(t * np.log(self.forward(x)[1]), axis=1))

    def backward(self, x, t):
        h, p = self.forward(x)
        d2 = (p - t) / len(x) * p * (1 - p)
        d1 = d2 @ self.layers[1]["weights"].T * (1 - h**2)
        return [{"weights": x.T @ d1, "bias": d1.sum(axis=0)}, {"weights": h.T @ d2, "bias": d2.sum(axis=0)}]

    def train(self, x, t, epochs=100, learning_rate=0.1):
        for epoch in range(epochs):
            for layer, grad in zip(self.layers, self.backward(x, t)):
                layer["weights"] -= learning_rate * grad["weights"]
                layer["bias"] -= learning_rate * grad["bias"]
