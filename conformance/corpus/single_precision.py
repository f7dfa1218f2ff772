import numpy as np

F = np.float32


class Net32:
    def __init__(self, n_in, n_hid, n_out):
        g = np.random.default_rng(5)
        self.w1 = g.standard_normal((n_hid, n_in), dtype=F)
        self.b1 = np.zeros((n_hid, 1), F)
        self.w2 = g.standard_normal((n_out, n_hid), dtype=F)
        self.b2 = np.zeros((n_out, 1), F)

    def __call__(self, x):
        self.x = np.asarray(x, F)
        self.a1 = np.tanh(self.w1 @ self.x + self.b1)
        self.a2 = np.tanh(self.w2 @ self.a1 + self.b2)
        return self.a2

    def learn(self, x, t, eta):
        y = self(x)
        d2 = (y - np.asarray(t, F)) * (1 - y * y)
        d1 = (self.w2.T @ d2) * (1 - self.a1 * self.a1)
        self.w2 -= F(eta) * d2 @ self.a1.T
        self.b2 -= F(eta) * d2.sum(1, keepdims=True)
        self.w1 -= F(eta) * d1 @ self.x.T
        self.b1 -= F(eta) * d1.sum(1, keepdims=True)
        return 0.5 * float(((y - t) ** 2).sum())
