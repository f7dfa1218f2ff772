import numpy as np


class DeepNet:
    def __init__(self, *layer_sizes, activations=None, loss="mse"):
        self.n = len(layer_sizes) - 1
        self.activations = activations or ["relu"] * (self.n - 1) + ["linear"]
        self.loss_name = loss
        self.w = {}
        self.b = {}
        for i in range(1, self.n + 1):
            self.w[i] = np.random.randn(layer_sizes[i - 1], layer_sizes[i]) / np.sqrt(layer_sizes[i - 1])
            self.b[i] = np.zeros(layer_sizes[i])

    @staticmethod
    def _f(kind, z):
        if kind == "relu":
            return np.where(z > 0, z, 0)
        if kind == "sigmoid":
            return 1 / (1 + np.exp(-z))
        if kind == "tanh":
            return np.tanh(z)
        return z

    @staticmethod
    def _df(kind, a):
        if kind == "relu":
            return np.where(a > 0, 1.0, 0.0)
        if kind == "sigmoid":
            return a * (1 - a)
        if kind == "tanh":
            return 1 - a * a
        return 1.0

    def feed_forward(self, X):
        a = {0: X}
        for i in range(1, self.n + 1):
            a[i] = self._f(self.activations[i - 1], a[i - 1] @ self.w[i] + self.b[i])
        return a

    def predict(self, X):
        return self.feed_forward(X)[self.n]

    def compute_gradients(self, X, Y):
        a = self.feed_forward(X)
        dw, db = {}, {}
        if self.loss_name == "cross-entropy":      # with a sigmoid at the end
            delta = a[self.n] - Y
        else:
            delta = 2 * (a[self.n] - Y) * self._df(self.activations[-1], a[self.n])
        delta = delta / len(X)
        for i in range(self.n, 0, -1):
            dw[i] = a[i - 1].T @ delta
            db[i] = delta.sum(axis=0)
            if i > 1:
                delta = delta @ self.w[i].T * self._df(self.activations[i - 2], a[i - 1])
        return dw, db

    def fit(self, X, Y, epochs=10, learning_rate=0.1):
        for _ in range(epochs):
            dw, db = self.compute_gradients(X, Y)
            for i in dw:
                self.w[i] = self.w[i] - learning_rate * dw[i]
                self.b[i] = self.b[i] - learning_rate * db[i]
