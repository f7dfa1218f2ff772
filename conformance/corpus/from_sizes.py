import numpy as np

class Network:
    def __init__(self, weights, biases):
        self._weights, self._biases = weights, biases

    @classmethod
    def from_sizes(cls, *sizes, seed=3):
        r = np.random.default_rng(seed)
        return cls([r.normal(size=(b, a)) for a, b in zip(sizes, sizes[1:])], [r.normal(size=(b, 1)) for b in sizes[1:]])

    @property
    def weights(self):
        return self._weights

    @property
    def biases(self):
        return self._biases

    @staticmethod
    def _sigma(z):
        return np.where(z >= 0, 1 / (1 + np.exp(-np.abs(z))), np.exp(-np.abs(z)) / (1 + np.exp(-np.abs(z))))

    def __matmul__(self, X):
        for W, b in zip(self._weights, self._biases):
            X = self._sigma(W @ X + b)
        return X

    def gradient(self, X, Y):
        A = [X]
        for W, b in zip(self._weights, self._biases):
            A.append(self._sigma(W @ A[-1] + b))
        D = A[-1] - Y
        out = []
        for l in range(len(self._weights) - 1, -1, -1):
            out.append((D @ A[l].T / X.shape[1], D.mean(axis=1, keepdims=True)))
            D = self._weights[l].T @ D * A[l] * (1 - A[l])
        return out[::-1]

    def descend(self, X, Y, eta):
        for l, (gW, gb) in enumerate(self.gradient(X, Y)):
            self._weights[l] = self._weights[l] - eta * gW
            self._biases[l] = self._biases[l] - eta * gb

    def cross_entropy(self, X, Y):
        P = self @ X
        return -np.sum(Y * np.log(P) + (1 - Y) * np.log(1 - P)) / X.shape[1]
