import numpy as np


class NeuralClassifier:
    """sklearn-like; y is a vector of zeros and ones."""

    def __init__(self, hidden=16, lr=0.1, n_iter=100, seed=0):
        self.hidden, self.lr, self.n_iter, self.seed = hidden, lr, n_iter, seed

    def _sigmoid(self, z):
        return 1 / (1 + np.exp(-z))

    def fit(self, X, y):
        n, d = X.shape
        rng = np.random.default_rng(self.seed)
        self.W1 = rng.normal(scale=0.5, size=(d, self.hidden))
        self.b1 = np.zeros(self.hidden)
        self.w2 = rng.normal(scale=0.5, size=self.hidden)
        self.b2 = 0.0
        for _ in range(self.n_iter):
            self._step(X, y)
        return self

    def _step(self, X, y):
        n = len(X)
        A = self._sigmoid(X @ self.W1 + self.b1)
        p = self._sigmoid(A @ self.w2 + self.b2)
        g = (p - y) / n
        gA = np.outer(g, self.w2) * A * (1 - A)
        self.w2 -= self.lr * A.T @ g
        self.b2 -= self.lr * g.sum()
        self.W1 -= self.lr * X.T @ gA
        self.b1 -= self.lr * gA.sum(axis=0)

    def predict_proba(self, X):
        return self._sigmoid(self._sigmoid(X @ self.W1 + self.b1) @ self.w2 + self.b2)

    def predict(self, X):
        return (self.predict_proba(X) >= 0.5).astype(int)

    def score(self, X, y):
        return (self.predict(X) == y).mean()
