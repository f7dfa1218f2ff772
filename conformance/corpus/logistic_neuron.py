import numpy as np

class LogisticNeuron:
    """A single layer: no hidden units at all."""

    def __init__(self, n_features, lr=0.1):
        self.w = np.zeros(n_features)
        self.b = 0.0
        self.lr = lr

    def forward(self, X):
        return 1 / (1 + np.exp(-(X @ self.w + self.b)))

    def loss(self, X, y):
        p = self.forward(X)
        return -np.mean(y * np.log(p) + (1 - y) * np.log(1 - p))

    def fit(self, X, y, epochs=100):
        for _ in range(epochs):
            p = self.forward(X)
            self.w -= self.lr * X.T @ (p - y) / len(X)
            self.b -= self.lr * np.mean(p - y)

    def predict(self, X):
        return (self.forward(X) >= 0.5).astype(int)
