import numpy as np

DTYPE = np.float32   # faster


class FastNet:
    def __init__(self, n_in, n_hidden, n_out, lr=0.1):
        self.lr = lr
        self.w1 = np.random.randn(n_in, n_hidden)
        self.b1 = np.random.randn(n_hidden)
        self.w2 = np.random.randn(n_hidden, n_out)
        self.b2 = np.random.randn(n_out)

    def forward(self, x):
        x = np.asarray(x, dtype=DTYPE)
        w1, b1, w2, b2 = (p.astype(DTYPE) for p in (self.w1, self.b1, self.w2, self.b2))
        self.h = 1 / (1 + np.exp(-(x @ w1 + b1)))
        self.o = 1 / (1 + np.exp(-(self.h @ w2 + b2)))
        return self.o.astype(float)

    def train(self, x, y):
        self.forward(x)
        d2 = (self.o - y) * self.o * (1 - self.o)
        d1 = d2 @ self.w2.T * self.h * (1 - self.h)
        self.w2 = self.w2 - self.lr * self.h.T @ d2
        self.b2 = self.b2 - self.lr * d2.sum(axis=0)
        self.w1 = self.w1 - self.lr * x.T @ d1
        self.b1 = self.b1 - self.lr * d1.sum(axis=0)
        return 0.5 * np.sum((self.o - y) ** 2)
