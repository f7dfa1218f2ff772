import numpy as np

class NN:
    def __init__(self, X, Y, hidden=5, lr=0.1):
        self.X, self.Y = X, Y
        self.m = X.shape[0]
        self.lr = lr
        self.wh = np.random.randn(X.shape[1], hidden)
        self.bh = np.zeros((1, hidden))
        self.wo = np.random.randn(hidden, Y.shape[1])
        self.bo = np.zeros((1, Y.shape[1]))

    def s(self, t):
        return 1 / (1 + np.exp(-t))

    def forward(self):
        self.h = self.s(self.X @ self.wh + self.bh)
        self.o = self.s(self.h @ self.wo + self.bo)
        return self.o

    def backward(self):
        do = (self.o - self.Y) * self.o * (1 - self.o)
        dh = (self.o - self.Y) @ self.wo.T * self.h * (1 - self.h)
        self.wo -= self.lr * self.h.T @ do
        self.bo -= self.lr * do.sum(0, keepdims=True)
        self.wh -= self.lr * self.X.T @ dh
        self.bh -= self.lr * dh.sum(0, keepdims=True)

    def train(self, epochs=1000):
        for _ in range(epochs):
            self.forward()
            self.backward()
