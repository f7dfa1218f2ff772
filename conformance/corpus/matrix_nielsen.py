import numpy as np


class FullyConnected:
    """Whole mini-batches as matrices with a column per example."""

    def __init__(self, sizes):
        self.weights = [np.random.randn(y, x) / np.sqrt(x) for x, y in zip(sizes[:-1], sizes[1:])]
        self.biases = [np.random.randn(y, 1) for y in sizes[1:]]

    def feedforward(self, A):
        for w, b in zip(self.weights, self.biases):
            A = 1 / (1 + np.exp(-(w @ A + b)))
        return A

    def backprop(self, X, Y):
        As = [X]
        for w, b in zip(self.weights, self.biases):
            As.append(1 / (1 + np.exp(-(w @ As[-1] + b))))
        nabla_w, nabla_b = [], []
        delta = (As[-1] - Y) * As[-1] * (1 - As[-1])
        for l in range(len(self.weights) - 1, -1, -1):
            nabla_w.append(delta @ As[l].T)
            nabla_b.append(delta.sum(axis=1).reshape(-1, 1))
            delta = (self.weights[l].T @ delta) * As[l] * (1 - As[l])
        return nabla_b[::-1], nabla_w[::-1]

    def update(self, X, Y, eta):
        nabla_b, nabla_w = self.backprop(X, Y)
        for l in range(len(self.weights)):
            self.weights[l] -= eta * nabla_w[l]
            self.biases[l] -= eta * nabla_b[l]
