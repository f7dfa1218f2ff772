"""XOR with the samples in columns."""
import numpy as np

np.random.seed(3)


class XorNet:
    def __init__(self, n_in=2, n_hidden=2, n_out=1, alpha=0.5):
        self.alpha = alpha
        self.W1 = np.random.rand(n_hidden, n_in)
        self.b1 = np.random.rand(n_hidden, 1)
        self.W2 = np.random.rand(n_out, n_hidden)
        self.b2 = np.random.rand(n_out, 1)

    def g(self, z):
        return 1 / (1 + np.exp(-z))

    def forward_prop(self, x):
        self.a1 = self.g(np.dot(self.W1, x) + self.b1)
        self.a2 = self.g(np.dot(self.W2, self.a1) + self.b2)
        return self.a2

    def back_prop(self, x, y):
        dz2 = (self.a2 - y) * self.a2 * (1 - self.a2)
        dw2 = np.dot(dz2, self.a1.T)
        dz1 = np.dot(self.W2.T, dz2) * self.a1 * (1 - self.a1)
        dw1 = np.dot(dz1, x.T)
        return dw1, dz1, dw2, dz2

    def train(self, x, y, iterations=1000):
        for _ in range(iterations):
            self.forward_prop(x)
            dw1, db1, dw2, db2 = self.back_prop(x, y)
            self.W1 = self.W1 - self.alpha * dw1
            self.b1 = self.b1 - self.alpha * db1
            self.W2 = self.W2 - self.alpha * dw2
            self.b2 = self.b2 - self.alpha * db2


if __name__ == "__main__":
    X = np.array([[0, 0, 1, 1], [0, 1, 0, 1]])
    Y = np.array([[0, 1, 1, 0]])
    net = XorNet()
    net.train(X, Y, 5000)
    print(net.forward_prop(X))
