import numpy as np


class SimpleMLP:
    def __init__(self, in_dim, hid_dim, out_dim, seed=0):
        rng = np.random.RandomState(seed)
        self.weights1 = rng.normal(0, 1, size=(in_dim, hid_dim))
        self.weights2 = rng.normal(0, 1, size=(hid_dim, out_dim))
        self.bias1 = rng.normal(0, 0.1, size=hid_dim)
        self.bias2 = rng.normal(0, 0.1, size=out_dim)

    @staticmethod
    def _sig(z):
        return 1.0 / (1.0 + np.exp(-z))

    def forward(self, x):
        self.layer1 = self._sig(x.dot(self.weights1) + self.bias1)
        self.output = self._sig(self.layer1.dot(self.weights2) + self.bias2)
        return self.output

    def backward(self, x, y, lr):
        # chain rule: dE/dw2 and dE/dw1
        tmp = 2 * (self.output - y) * self.output * (1 - self.output)
        d_weights2 = self.layer1.T.dot(tmp)
        d_weights1 = x.T.dot(tmp.dot(self.weights2.T) * self.layer1 * (1 - self.layer1))

        self.weights1 -= lr * d_weights1
        self.weights2 -= lr * d_weights2

    def train(self, x, y, lr=0.1, n_iter=1500):
        for i in range(n_iter):
            out = self.forward(x)
            self.backward(x, y, lr)
        return np.sum((out - y) ** 2)

    def predict(self, x):
        return (self.forward(x) > 0.5).astype(int)


if __name__ == "__main__":
    x = np.array([[0, 0, 1], [0, 1, 1], [1, 0, 1], [1, 1, 1]])
    y = np.array([[0], [1], [1], [0]])
    mlp = SimpleMLP(3, 4, 1)
    print(mlp.train(x, y, lr=1.0))
    print(mlp.predict(x))
