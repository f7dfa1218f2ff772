import numpy as np


class Perceptron2:
    def __init__(self, dim_in, dim_hidden, dim_out):
        self.w = [np.random.randn(dim_in, dim_hidden), np.random.randn(dim_hidden, dim_out)]
        self.bias = [np.random.randn(1, dim_hidden), np.random.randn(1, dim_out)]

    def _sigma(self, z):
        return 1 / (1 + np.exp(-z))

    def compute(self, x):
        self.mid = self._sigma(x @ self.w[0] + self.bias[0])
        self.out = self._sigma(self.mid @ self.w[1] + self.bias[1])
        return self.out

    def mse(self, x, y):
        return np.mean((self.compute(x) - y) ** 2)

    def train(self, x, y, epochs, lr, verbose=True):
        for epoch in range(epochs):
            self.compute(x)
            err2 = (y - self.out) * self.out * (1 - self.out)
            err1 = err2 @ self.w[1].T * self.mid * (1 - self.mid)
            self.w[1] += lr * self.mid.T @ err2
            self.w[0] += lr * x.T @ err1
            self.bias[1] += lr * err2.sum(axis=0)
            self.bias[0] += lr * err1.sum(axis=0)
            if verbose and epoch % 100 == 0:
                print(f"epoch {epoch}: mse {self.mse(x, y):.5f}")
