import numpy as np


class BiasTrickNet:
    """The last row of every weight matrix multiplies a constant 1, so there are no separate biases."""

    def __init__(self, layers, alpha=0.1):
        self.layers = layers
        self.alpha = alpha
        self.W = []
        for a, b in zip(layers[:-1], layers[1:]):
            self.W.append(np.random.randn(a + 1, b) / np.sqrt(a))

    def sigmoid(self, x):
        return 1.0 / (1 + np.exp(-x))

    def with_ones(self, A):
        return np.c_[A, np.ones(A.shape[0])]

    def predict(self, X):
        p = np.atleast_2d(X)
        for W in self.W:
            p = self.sigmoid(self.with_ones(p) @ W)
        return p

    def calculate_loss(self, X, targets):
        return 0.5 * np.sum((self.predict(X) - targets) ** 2)

    def fit_partial(self, X, y):
        A = [np.atleast_2d(X)]
        for W in self.W:
            A.append(self.sigmoid(self.with_ones(A[-1]) @ W))
        D = [(A[-1] - y) * A[-1] * (1 - A[-1])]
        for k in range(len(self.W) - 1, 0, -1):
            delta = D[-1] @ self.W[k][:-1].T
            D.append(delta * A[k] * (1 - A[k]))
        D = D[::-1]
        for k in range(len(self.W)):
            self.W[k] -= self.alpha * self.with_ones(A[k]).T @ D[k]

    def fit(self, X, y, epochs=1000, display=100):
        for epoch in range(epochs):
            self.fit_partial(X, y)
            if (epoch + 1) % display == 0:
                print("[INFO] epoch={}, loss={:.7f}".format(epoch + 1, self.calculate_loss(X, y)))
