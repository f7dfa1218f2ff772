import numpy as np

class Net:
    def __init__(self, sizes):
        i, h, o = sizes
        self.W1 = np.random.randn(i, h) * 0.5
        self.b1 = np.random.randn(1, h) * 0.5
        self.W2 = np.random.randn(h, o) * 0.5
        self.b2 = np.random.randn(1, o) * 0.5

    def sigmoid(self, x):
        return 1 / (1 + np.exp(-x))

    def forward(self, x):
        self.z1 = x @ self.W1 + self.b1
        self.a1 = self.sigmoid(self.z1)
        self.z2 = self.a1 @ self.W2 + self.b2
        return self.z2          # linear output for regression

    def loss(self, x, y):
        return 0.5 * np.sum((self.forward(x) - y) ** 2)

    def grad(self, x, y):
        yhat = self.forward(x)
        d2 = yhat - y
        gW2 = self.a1.T @ d2
        gb2 = np.mean(d2, axis=0, keepdims=True)
        d1 = (d2 @ self.W2.T) * self.a1 * (1 - self.a1)
        gW1 = x.T @ d1
        gb1 = np.mean(d1, axis=0, keepdims=True)
        return gW1, gb1, gW2, gb2

    def train(self, x, y, lr, epochs):
        for e in range(epochs):
            gW1, gb1, gW2, gb2 = self.grad(x, y)
            self.W1 -= lr * gW1
            self.b1 -= lr * gb1
            self.W2 -= lr * gW2
            self.b2 -= lr * gb2
