import numpy as np


class NN:
    # every column of X is one example
    def __init__(self, n_x, n_h, n_y):
        self.W1 = np.random.randn(n_h, n_x) * 0.01
        self.b1 = np.zeros((n_h, 1))
        self.W2 = np.random.randn(n_y, n_h) * 0.01
        self.b2 = np.zeros((n_y, 1))

    def forward(self, X):
        self.X = X
        self.Z1 = np.dot(self.W1, X) + self.b1
        self.A1 = np.tanh(self.Z1)
        self.Z2 = np.dot(self.W2, self.A1) + self.b2
        self.A2 = 1 / (1 + np.exp(-self.Z2))
        return self.A2

    def cost(self, Y):
        # log-loss straight from the logits so that it never takes log(0)
        m = Y.shape[1]
        return np.sum(np.maximum(self.Z2, 0) - self.Z2 * Y + np.log1p(np.exp(-np.abs(self.Z2)))) / m

    def backward(self, Y):
        m = Y.shape[1]
        dZ2 = self.A2 - Y
        self.dW2 = np.dot(dZ2, self.A1.T) / m
        self.db2 = np.sum(dZ2, axis=1, keepdims=True) / m
        dZ1 = np.dot(self.W2.T, dZ2) * (1 - self.A1 ** 2)
        self.dW1 = np.dot(dZ1, self.X.T) / m
        self.db1 = np.sum(dZ1, axis=1, keepdims=True) / m

    def step(self, lr):
        self.W1 -= lr * self.dW1
        self.b1 -= lr * self.db1
        self.W2 -= lr * self.dW2
        self.b2 -= lr * self.db2


def train(net, X, Y, epochs=1000, lr=1.2):
    for _ in range(epochs):
        net.forward(X)
        net.backward(Y)
        net.step(lr)
    return net
