import numpy as np


class NN:
    """NN(2, 3, 1): as many layers as you like, one sample at a time as a flat vector."""

    def __init__(self, *sizes):
        self.w = [np.random.uniform(-1, 1, (o, i)) for i, o in zip(sizes, sizes[1:])]
        self.b = [np.random.uniform(-1, 1, o) for o in sizes[1:]]

    def __call__(self, x):
        self.acts = [np.asarray(x)]
        for w, b in zip(self.w, self.b):
            self.acts.append(np.tanh(w @ self.acts[-1] + b))
        return self.acts[-1]

    def train(self, x, y, lr=0.1):
        out = self(x)
        err = out - y
        deltas = [err * (1 - out ** 2)]
        for w, a in zip(self.w[:0:-1], self.acts[-2:0:-1]):
            deltas.append(w.T @ deltas[-1] * (1 - a ** 2))
        for i, d in enumerate(reversed(deltas)):
            self.w[i] -= lr * np.outer(d, self.acts[i])
            self.b[i] -= lr * d
        return 0.5 * err @ err
