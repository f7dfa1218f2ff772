import numpy as np


class SGDRegressorNet:
    def __init__(self, n_in, n_hidden, n_out, lr=0.05, seed=0):
        self.rng = np.random.default_rng(seed)
        self.W1 = self.rng.normal(0, 0.5, (n_in, n_hidden))
        self.b1 = np.zeros(n_hidden)
        self.W2 = self.rng.normal(0, 0.5, (n_hidden, n_out))
        self.b2 = np.zeros(n_out)
        self.lr = lr

    def predict(self, X):
        return np.tanh(X @ self.W1 + self.b1) @ self.W2 + self.b2

    def _step(self, X, Y):
        H = np.tanh(X @ self.W1 + self.b1)
        E = (H @ self.W2 + self.b2 - Y) / len(X)
        D = E @ self.W2.T * (1 - H * H)
        self.W2 -= self.lr * H.T @ E
        self.b2 -= self.lr * E.sum(0)
        self.W1 -= self.lr * X.T @ D
        self.b1 -= self.lr * D.sum(0)

    def fit(self, X, Y, epochs=100, batch_size=None):
        X = X.copy()
        batch_size = batch_size or len(X)
        for _ in range(epochs):
            self.rng.shuffle(X)
            for s in range(0, len(X), batch_size):
                self._step(X[s:s + batch_size], Y[s:s + batch_size])
        return self


if __name__ == "__main__":
    X = np.random.uniform(-1, 1, (300, 2))
    Y = X[:, :1] * X[:, 1:]
    net = SGDRegressorNet(2, 16, 1).fit(X, Y, 500, 30)
    print(np.mean((net.predict(X) - Y) ** 2))
