import numpy as np


class ThreeLayerNet:
    """Two hidden layers of the same width."""

    def __init__(self, n_in, width, n_out, learning_rate=0.05):
        self.W1 = np.random.randn(n_in, width) * 0.4
        self.W2 = np.random.randn(width, width) * 0.4
        self.W3 = np.random.randn(width, n_out) * 0.4
        self.b1, self.b2, self.b3 = np.zeros(width), np.zeros(width), np.zeros(n_out)
        self.learning_rate = learning_rate

    def sigmoid(self, z):
        return 1 / (1 + np.exp(-z))

    def forward(self, X):
        self.a1 = self.sigmoid(np.dot(X, self.W1) + self.b1)
        self.a2 = self.sigmoid(np.dot(self.a1, self.W2) + self.b2)
        self.a3 = self.sigmoid(np.dot(self.a2, self.W3) + self.b3)
        return self.a3

    def backward(self, X, y):
        d3 = (self.a3 - y) * self.a3 * (1 - self.a3)
        d2 = np.dot(d3, self.W3.T) * self.a2 * (1 - self.a2)
        d1 = np.dot(d2, self.W2) * self.a1 * (1 - self.a1)
        self.dW3, self.db3 = np.dot(self.a2.T, d3), d3.sum(axis=0)
        self.dW2, self.db2 = np.dot(self.a1.T, d2), d2.sum(axis=0)
        self.dW1, self.db1 = np.dot(X.T, d1), d1.sum(axis=0)

    def update(self):
        for i in "123":
            setattr(self, "W" + i, getattr(self, "W" + i) - self.learning_rate * getattr(self, "dW" + i))
            setattr(self, "b" + i, getattr(self, "b" + i) - self.learning_rate * getattr(self, "db" + i))

    def train(self, X, y, epochs):
        for _ in range(epochs):
            self.forward(X)
            self.backward(X, y)
            self.update()
