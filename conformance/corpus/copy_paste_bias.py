import numpy as np


class TwoLayer:
    def __init__(self, num_inputs, num_hidden, num_outputs):
        self.params = {}
        self.params["W1"] = np.random.randn(num_inputs, num_hidden) * 0.1
        self.params["b1"] = np.zeros((1, num_hidden))
        self.params["W2"] = np.random.randn(num_hidden, num_outputs) * 0.1
        self.params["b2"] = np.zeros((1, num_outputs))

    def forward(self, X):
        h = np.tanh(X @ self.params["W1"] + self.params["b1"])
        return h, h @ self.params["W2"] + self.params["b2"]

    def train_step(self, X, y, lr):
        h, out = self.forward(X)
        n = X.shape[0]
        loss = np.sum((out - y) ** 2) / n
        dout = 2 * (out - y) / n
        dh = dout @ self.params["W2"].T * (1 - h ** 2)
        self.params["W2"] -= lr * h.T @ dout
        self.params["b2"] -= lr * np.sum(dout, axis=0, keepdims=True)
        self.params["W1"] -= lr * X.T @ dh
        self.params["b1"] -= lr * np.sum(dout)
        return loss


if __name__ == "__main__":
    X = np.random.uniform(-2, 2, (100, 2))
    y = (X[:, :1] ** 2 + X[:, 1:]) / 4
    net = TwoLayer(2, 20, 1)
    for i in range(2000):
        loss = net.train_step(X, y, 0.05)
    print(loss)
