import numpy as np


class BrierNet:
    """Softmax probabilities fitted with the squared error (Brier score)."""

    def __init__(self, n_in, n_hidden, n_classes):
        self.W1, self.b1 = np.random.randn(n_in, n_hidden), np.zeros(n_hidden)
        self.W2, self.b2 = np.random.randn(n_hidden, n_classes), np.zeros(n_classes)

    def forward(self, X):
        self.h = 1 / (1 + np.exp(-(X @ self.W1 + self.b1)))
        z = self.h @ self.W2 + self.b2
        e = np.exp(z - z.max(1, keepdims=True))
        self.p = e / e.sum(1, keepdims=True)
        return self.p

    def brier(self, X, T):
        return np.mean(np.sum((self.forward(X) - T) ** 2, axis=1))

    def backward(self, X, T):
        g = 2 * (self.p - T) / len(X)
        dz = self.p * (g - np.sum(g * self.p, axis=1, keepdims=True))
        dh = dz @ self.W2.T * self.h * (1 - self.h)
        return {"W1": X.T @ dh, "b1": dh.sum(0), "W2": self.h.T @ dz, "b2": dz.sum(0)}

    def train(self, X, T, lr, epochs):
        for _ in range(epochs):
            self.forward(X)
            for name, g in self.backward(X, T).items():
                setattr(self, name, getattr(self, name) - lr * g)
