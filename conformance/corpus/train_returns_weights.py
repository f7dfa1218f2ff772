"""Week 4 exercise: two-layer network on the circles data. """
import numpy as np


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def predict(X, W1, b1, W2, b2):
    h = np.tanh(X @ W1 + b1)
    return sigmoid(h @ W2 + b2)


def train(X, y, n_hidden=8, lr=0.5, epochs=2000):
    n, d = X.shape
    k = y.shape[1]
    rng = np.random.default_rng(0)
    W1 = rng.normal(size=(d, n_hidden))
    b1 = np.zeros(n_hidden)
    W2 = rng.normal(size=(n_hidden, k))
    b2 = np.zeros(k)
    history = []
    for e in range(epochs):
        # forward
        h = np.tanh(X @ W1 + b1)
        p = sigmoid(h @ W2 + b2)
        history.append(-np.mean(np.sum(y * np.log(p) + (1 - y) * np.log(1 - p), axis=1)))
        # backward
        g2 = (p - y) / n
        g1 = (g2 @ W2.T) * (1 - h ** 2)
        W2 -= lr * h.T @ g2
        b2 -= lr * g2.sum(axis=0)
        W1 -= lr * X.T @ g1
        b1 -= lr * g1.sum(axis=0)
    return W1, b1, W2, b2, history


if __name__ == "__main__":
    rng = np.random.default_rng(1)
    angle = rng.uniform(0, 2 * np.pi, 300)
    radius = np.where(np.arange(300) % 2, 1.0, 0.4)
    X = np.c_[radius * np.cos(angle), radius * np.sin(angle)]
    y = (np.arange(300) % 2)[:, None].astype(float)
    *params, history = train(X, y)
    print(history[-1], np.mean((predict(X, *params) > 0.5) == y))
