"""Good wine or not: two hidden layers (relu, then tanh), one sigmoid unit at the end. Samples are columns."""
import numpy as np


class WineNet:
    def __init__(self, n_x, n_h1, n_h2, n_y=1, seed=4):
        rng = np.random.RandomState(seed)
        self.W1 = rng.randn(n_h1, n_x) * np.sqrt(2 / n_x)
        self.W2 = rng.randn(n_h2, n_h1) * np.sqrt(1 / n_h1)
        self.W3 = rng.randn(n_y, n_h2) * np.sqrt(1 / n_h2)
        self.b1, self.b2, self.b3 = (np.zeros((n, 1)) for n in (n_h1, n_h2, n_y))

    def forward(self, X):
        self.X = X
        self.Z1 = self.W1 @ X + self.b1
        self.A1 = np.maximum(self.Z1, 0)
        self.A2 = np.tanh(self.W2 @ self.A1 + self.b2)
        self.A3 = 1 / (1 + np.exp(-(self.W3 @ self.A2 + self.b3)))
        return self.A3

    def cost(self, Y):
        m = Y.shape[1]
        return -np.sum(Y * np.log(self.A3) + (1 - Y) * np.log(1 - self.A3)) / m

    def backward(self, Y):
        m = Y.shape[1]
        dZ3 = self.A3 - Y
        dZ2 = (self.W3.T @ dZ3) * (1 - self.A2 ** 2)
        dZ1 = (self.W2.T @ dZ2) * (self.Z1 > 0)
        grads = {}
        for k, (dZ, below) in enumerate(((dZ1, self.X), (dZ2, self.A1), (dZ3, self.A2)), start=1):
            grads[f"dW{k}"] = dZ @ below.T / m
            grads[f"db{k}"] = np.sum(dZ, axis=1, keepdims=True) / m
        return grads

    def update(self, grads, alpha):
        for k in "123":
            setattr(self, "W" + k, getattr(self, "W" + k) - alpha * grads["dW" + k])
            setattr(self, "b" + k, getattr(self, "b" + k) - alpha * grads["db" + k])

    def fit(self, X, Y, iterations, alpha=0.05):
        for i in range(iterations):
            self.forward(X)
            self.update(self.backward(Y), alpha)
        return self


if __name__ == "__main__":
    from sklearn.datasets import load_wine

    data = load_wine()
    X = ((data.data - data.data.mean(0)) / data.data.std(0)).T
    Y = (data.target == 0).astype(float)[None]
    net = WineNet(X.shape[0], 8, 4).fit(X, Y, 400)
    print("cost", net.cost(Y), "accuracy", np.mean((net.A3 > 0.5) == Y))
