import numpy as np


class Classifier:
    def __init__(self, n_in, n_hidden, n_classes):
        self.W1 = np.random.randn(n_in, n_hidden) * 0.1
        self.b1 = np.zeros(n_hidden)
        self.W2 = np.random.randn(n_hidden, n_classes) * 0.1
        self.b2 = np.zeros(n_classes)

    def forward(self, X):
        self.h = np.maximum(0, X @ self.W1 + self.b1)
        z = self.h @ self.W2 + self.b2
        e = np.exp(z - z.max(axis=1, keepdims=True))
        return e / e.sum(axis=1, keepdims=True)

    def train(self, X, Y, lr=0.1, epochs=10, batch_size=32):
        n = X.shape[0]
        for _ in range(epochs):
            for i in range(0, n - batch_size, batch_size):
                xb, yb = X[i:i + batch_size], Y[i:i + batch_size]
                p = self.forward(xb)
                d2 = (p - yb) / len(xb)
                d1 = d2 @ self.W2.T * (self.h > 0)
                self.W2 -= lr * self.h.T @ d2
                self.b2 -= lr * d2.sum(axis=0)
                self.W1 -= lr * xb.T @ d1
                self.b1 -= lr * d1.sum(axis=0)


if __name__ == "__main__":
    X = np.random.randn(320, 4)
    Y = np.eye(3)[X[:, :3].argmax(axis=1)]
    c = Classifier(4, 12, 3)
    c.train(X, Y, 0.5, 50)
    print((c.forward(X).argmax(1) == Y.argmax(1)).mean())
