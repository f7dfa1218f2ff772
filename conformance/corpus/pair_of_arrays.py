import numpy as np


def with_one(a):
    return np.hstack((a, np.ones((len(a), 1))))


class Net:
    """One hidden layer; the last column of U and V is the bias."""

    def __init__(self, nx, nh, ny, lr=0.1):
        self.lr = lr
        self.U = np.random.randn(nh, nx + 1) * 0.1
        self.V = np.random.randn(ny, nh + 1) * 0.1

    def _pass(self, X):
        H = np.tanh(with_one(X).dot(self.U.T))
        return H, with_one(H).dot(self.V.T)

    def predict(self, X):
        return self._pass(X)[1]

    def fit(self, dataset, n_epochs=10):
        X, Y = dataset
        for _ in range(n_epochs):
            H, O = self._pass(X)
            d_out = (O - Y) / len(X)
            d_hid = d_out.dot(self.V[:, 1:]) * (1 - H * H)
            self.V -= self.lr * d_out.T.dot(with_one(H))
            self.U -= self.lr * d_hid.T.dot(with_one(X))
        return self
