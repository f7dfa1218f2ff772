import numpy as np


class Affine:
    def __init__(self, nin, nout, rng):
        self.W = rng.standard_normal((nin, nout)) * 0.2
        self.c = rng.standard_normal(nout) * 0.2
        self.gW = 0
        self.gc = 0

    def __call__(self, x):
        self.x = x
        return x.dot(self.W) + self.c

    def backprop(self, g):
        self.gW = self.gW + self.x.T.dot(g)
        self.gc = self.gc + g.sum(axis=0)
        return g.dot(self.W.T)


class Logistic:
    def __call__(self, x):
        self.s = 1 / (1 + np.exp(-x))
        return self.s

    def backprop(self, g):
        return g * self.s * (1 - self.s)


class Net:
    def __init__(self, sizes, seed=0):
        rng = np.random.default_rng(seed)
        self.stack = []
        for a, b in zip(sizes, sizes[1:]):
            self.stack += [Affine(a, b, rng), Logistic()]

    def __call__(self, x):
        for part in self.stack:
            x = part(x)
        return x

    def gradient(self, x, y):
        g = self(x) - y
        for part in reversed(self.stack):
            g = part.backprop(g)

    def descend(self, rate):
        for part in self.stack:
            if isinstance(part, Affine):
                part.W -= rate * part.gW
                part.c -= rate * part.gc

    def fit(self, x, y, epochs=10, rate=0.1):
        for _ in range(epochs):
            self.gradient(x, y)
            self.descend(rate)
        return self
