import numpy as np


def add_bias(A):
    return np.concatenate([np.ones((len(A), 1)), A], axis=1)


class NeuralNet:
    """V: input (plus bias) to hidden, U: hidden (plus bias) to output. Row 0 is the bias."""

    def __init__(self, d, h, k):
        self.V = 0.1 * np.random.standard_normal((d + 1, h))
        self.U = 0.1 * np.random.standard_normal((h + 1, k))

    def forward(self, X):
        self.Xb = add_bias(X)
        self.H = np.tanh(self.Xb @ self.V)
        self.Hb = add_bias(self.H)
        return self.Hb @ self.U

    def backward(self, error):
        gU = self.Hb.T @ error
        back = error @ self.U[1:].T
        gV = self.Xb.T @ back
        return gV, gU

    def train_epoch(self, X, T, lr):
        out = self.forward(X)
        gV, gU = self.backward(out - T)
        self.V -= lr * gV
        self.U -= lr * gU
        return 0.5 * ((out - T) ** 2).sum()
