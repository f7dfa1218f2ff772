"""Week 3: a hidden layer on two half moons. Data and step size are global, as in the notebook it comes from."""
import numpy as np

rng = np.random.default_rng(12)
n_points = 160
angle = rng.uniform(0, np.pi, n_points)
labels = np.arange(n_points) % 2
points = np.c_[np.cos(angle) * (1 - 2 * labels) + labels, np.sin(angle) * (1 - 2 * labels) + labels / 2]
points += rng.normal(0, 0.1, points.shape)
X, y = points, labels
input_dim, output_dim = 2, 2
epsilon = 0.01      # step size
reg_lambda = 0.01   # weight of the penalty


def probabilities(scores):
    e = np.exp(scores - scores.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


def classify(model, x):
    hidden = np.tanh(x @ model["W1"] + model["b1"])
    return probabilities(hidden @ model["W2"] + model["b2"]).argmax(axis=1)


def build(h_dim, n_passes=5000, verbose=False):
    gen = np.random.default_rng(0)
    W1 = gen.normal(size=(input_dim, h_dim)) / np.sqrt(input_dim)
    b1 = np.zeros((1, h_dim))
    W2 = gen.normal(size=(h_dim, output_dim)) / np.sqrt(h_dim)
    b2 = np.zeros((1, output_dim))
    for i in range(n_passes):
        hidden = np.tanh(X @ W1 + b1)
        p = probabilities(hidden @ W2 + b2)
        if verbose and i % 500 == 0:
            print(i, -np.log(p[range(len(X)), y]).sum())
        d = p
        d[range(n_points), y] -= 1
        dW2 = hidden.T @ d + reg_lambda * W2
        db2 = d.sum(axis=0, keepdims=True)
        back = d @ W2.T * (1 - hidden ** 2)
        dW1 = X.T @ back + reg_lambda * W1
        db1 = back.sum(axis=0, keepdims=True)
        W1 -= epsilon * dW1
        b1 -= epsilon * db1
        W2 -= epsilon * dW2
        b2 -= epsilon * db2
    return {"W1": W1, "b1": b1, "W2": W2, "b2": b2}


if __name__ == "__main__":
    model = build(4, verbose=True)
    print("accuracy", (classify(model, X) == y).mean())
