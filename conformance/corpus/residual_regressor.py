import numpy as np


class NeuralNetworkRegressor:
    def __init__(self, n_features, n_hidden=10, learning_rate=0.01, momentum=0.0, l2=0.0, random_state=1):
        rng = np.random.default_rng(random_state)
        self.lr, self.momentum, self.l2 = learning_rate, momentum, l2
        self.v = rng.normal(0, 0.3, (n_features, n_hidden))
        self.v0 = rng.normal(0, 0.3, n_hidden)
        self.w = rng.normal(0, 0.3, n_hidden)
        self.w0 = 0.0
        self.change = [0.0] * 4

    def predict(self, X):
        return np.tanh(X @ self.v + self.v0) @ self.w + self.w0

    def partial_fit(self, X, y):
        n = len(y)
        hidden = np.tanh(X @ self.v + self.v0)
        residual = hidden @ self.w + self.w0 - y
        back = np.outer(residual, self.w) * (1 - hidden**2)
        gradients = [
            X.T @ back / n + self.l2 * self.v,
            back.sum(axis=0) / n,
            hidden.T @ residual / n + self.l2 * self.w,
            residual.sum() / n,
        ]
        self.change = [self.momentum * c - self.lr * g for c, g in zip(self.change, gradients)]
        self.v = self.v + self.change[0]
        self.v0 = self.v0 + self.change[1]
        self.w = self.w + self.change[2]
        self.w0 = self.w0 + self.change[3]
        return 0.5 * np.mean(residual**2)

    def fit(self, X, y, n_iter=100):
        return [self.partial_fit(X, y) for _ in range(n_iter)]
