import numpy as np


class RegularizedNet:
    def __init__(self, layer_sizes, alpha=0.05, lambda_=0.01):
        self.alpha = alpha
        self.lambda_ = lambda_
        self.W = []
        self.b = []
        for i in range(len(layer_sizes) - 1):
            self.W.append(np.random.randn(layer_sizes[i], layer_sizes[i + 1]) * 0.1)
            self.b.append(np.zeros((1, layer_sizes[i + 1])))

    @staticmethod
    def sigmoid(z):
        return 1 / (1 + np.exp(-z))

    def feed(self, X):
        a = [X]
        for W, b in zip(self.W, self.b):
            a.append(self.sigmoid(a[-1] @ W + b))
        return a

    def predict(self, X):
        return self.feed(X)[-1]

    def cost(self, X, y):
        m = len(X)
        h = self.predict(X)
        J = -np.sum(y * np.log(h) + (1 - y) * np.log(1 - h)) / m
        return J + self.lambda_ / (2 * m) * sum(np.sum(W ** 2) for W in self.W)

    def train_step(self, X, y):
        m = len(X)
        a = self.feed(X)
        delta = a[-1] - y
        for i in range(len(self.W) - 1, -1, -1):
            grad = a[i].T @ delta / m + self.lambda_ / m * self.W[i]
            gb = delta.mean(axis=0, keepdims=True)
            delta = (delta @ self.W[i].T) * a[i] * (1 - a[i])
            self.W[i] -= self.alpha * grad
            self.b[i] -= self.alpha * gb
