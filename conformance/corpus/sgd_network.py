import numpy as np


class Network:
    def __init__(self, sizes, seed=1):
        r = np.random.RandomState(seed)
        self.sizes = list(sizes)
        self.weights = [r.randn(b, a) * 0.3 for a, b in zip(sizes[:-1], sizes[1:])]
        self.biases = [r.randn(b, 1) * 0.3 for b in sizes[1:]]

    def feedforward(self, a):
        for w, b in zip(self.weights, self.biases):
            a = np.tanh(w.dot(a) + b)
        return a

    def backprop(self, x, y):
        outs = [x]
        for w, b in zip(self.weights, self.biases):
            outs.append(np.tanh(w.dot(outs[-1]) + b))
        nabla_w = [np.zeros_like(w) for w in self.weights]
        nabla_b = [np.zeros_like(b) for b in self.biases]
        delta = (outs[-1] - y) * (1 - outs[-1] ** 2)
        for l in range(len(self.weights) - 1, -1, -1):
            nabla_w[l] = delta.dot(outs[l].T)
            nabla_b[l] = delta
            if l:
                delta = self.weights[l].T.dot(delta) * (1 - outs[l] ** 2)
        return nabla_w, nabla_b

    def update_mini_batch(self, mini_batch, eta):
        """One gradient descent step on a list of (x, y)."""
        for x, y in mini_batch:
            nabla_w, nabla_b = self.backprop(x, y)
        for l in range(len(self.weights)):
            self.weights[l] -= eta * nabla_w[l]
            self.biases[l] -= eta * nabla_b[l]

    def cost(self, data):
        return sum(0.5 * np.linalg.norm(self.feedforward(x) - y) ** 2 for x, y in data)
