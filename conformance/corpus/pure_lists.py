"""No numpy here."""
import math
import random

LEARNING_RATE = 0.5


def dot(u, v):
    return sum(a * b for a, b in zip(u, v))


def squash(z):
    return 1.0 / (1.0 + math.exp(-z)) if z >= 0 else math.exp(z) / (1.0 + math.exp(z))


class TinyNet:
    def __init__(self, n_in, n_hidden, n_out):
        r = random.Random(3)
        self.hidden = [[r.uniform(-1, 1) for _ in range(n_in)] for _ in range(n_hidden)]
        self.hidden_bias = [r.uniform(-1, 1) for _ in range(n_hidden)]
        self.output = [[r.uniform(-1, 1) for _ in range(n_hidden)] for _ in range(n_out)]
        self.output_bias = [r.uniform(-1, 1) for _ in range(n_out)]

    def predict(self, x):
        self.h = [squash(dot(w, x) + b) for w, b in zip(self.hidden, self.hidden_bias)]
        return [squash(dot(w, self.h) + b) for w, b in zip(self.output, self.output_bias)]

    def train_one(self, x, target):
        out = self.predict(x)
        out_delta = [(o - t) * o * (1 - o) for o, t in zip(out, target)]
        hid_delta = [h * (1 - h) * sum(d * self.output[k][j] for k, d in enumerate(out_delta)) for j, h in enumerate(self.h)]
        for k, d in enumerate(out_delta):
            for j, h in enumerate(self.h):
                self.output[k][j] -= LEARNING_RATE * d * h
            self.output_bias[k] -= LEARNING_RATE * d
        for j, d in enumerate(hid_delta):
            for i, xi in enumerate(x):
                self.hidden[j][i] -= LEARNING_RATE * d * xi
            self.hidden_bias[j] -= LEARNING_RATE * d
        return sum((o - t) ** 2 for o, t in zip(out, target)) / 2
