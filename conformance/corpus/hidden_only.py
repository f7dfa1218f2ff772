import numpy as np

LEARNING_RATE = 0.3


class BinaryNet:
    """Only the hidden size is chosen; the rest comes with the data. y is a vector of 0 and 1."""

    def __init__(self, hidden):
        self.hidden = hidden
        self.ready = False

    def build(self, X):
        self.W = np.random.randn(X.shape[1], self.hidden) * 0.5
        self.c = np.zeros(self.hidden)
        self.v = np.random.randn(self.hidden) * 0.5
        self.d = 0.0
        self.ready = True

    def prob(self, X):
        return 1 / (1 + np.exp(-(np.tanh(X @ self.W + self.c) @ self.v + self.d)))

    def step(self, X, y):
        if not self.ready:
            self.build(X)
        H = np.tanh(X @ self.W + self.c)
        p = 1 / (1 + np.exp(-(H @ self.v + self.d)))
        e = (p - y) / len(y)
        dH = np.outer(e, self.v) * (1 - H ** 2)
        self.v = self.v - LEARNING_RATE * (H.T @ e)
        self.d = self.d - LEARNING_RATE * e.sum()
        self.W = self.W - LEARNING_RATE * (X.T @ dH)
        self.c = self.c - LEARNING_RATE * dH.sum(axis=0)
        return p

    def partial_fit(self, X, y, n=1):
        for _ in range(n):
            self.step(X, y)
        return self
