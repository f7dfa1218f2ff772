"""An objective for scipy.optimize: all parameters in one vector."""
import numpy as np


class FlatMLP:
    def __init__(self, n_inputs, n_hidden, n_outputs):
        self.shapes = [(n_inputs, n_hidden), (n_hidden,), (n_hidden, n_outputs), (n_outputs,)]
        self.size = sum(int(np.prod(s)) for s in self.shapes)
        self.theta = np.random.default_rng(0).normal(scale=0.3, size=self.size)

    def unpack(self, theta):
        parts, start = [], 0
        for shape in self.shapes:
            stop = start + int(np.prod(shape))
            parts.append(theta[start:stop].reshape(shape))
            start = stop
        return parts

    def pack(self, *parts):
        return np.concatenate([p.ravel() for p in parts])

    def predict(self, X, theta=None):
        W1, b1, W2, b2 = self.unpack(self.theta if theta is None else theta)
        return np.tanh(X @ W1 + b1) @ W2 + b2

    def objective(self, theta, X, Y):
        """Half of the mean (over samples) squared distance, and its gradient."""
        W1, b1, W2, b2 = self.unpack(theta)
        n = len(X)
        H = np.tanh(X @ W1 + b1)
        R = H @ W2 + b2 - Y
        f = (R * R).sum() / (2 * n)
        G = (R @ W2.T) * (1 - H ** 2) / n
        return f, self.pack(X.T @ G, G.sum(0), H.T @ R / n, R.sum(0) / n)

    def minimize(self, X, Y, lr=0.1, steps=100):
        for _ in range(steps):
            f, g = self.objective(self.theta, X, Y)
            self.theta = self.theta - lr * g
        return f
