"""Neural network in decimal arithmetic: no rounding surprises."""
from decimal import Decimal, getcontext
import random

getcontext().prec = 30
ONE = Decimal(1)


def sigmoid(x):
    return ONE / (ONE + (-x).exp())


class DecimalNetwork:
    def __init__(self, n_in, n_hidden, n_out):
        rnd = lambda: Decimal(str(random.uniform(-1, 1)))
        self.wh = [[rnd() for _ in range(n_in)] for _ in range(n_hidden)]
        self.bh = [rnd() for _ in range(n_hidden)]
        self.wo = [[rnd() for _ in range(n_hidden)] for _ in range(n_out)]
        self.bo = [rnd() for _ in range(n_out)]

    def forward(self, x):
        self.x = [Decimal(v) for v in x]
        self.h = [sigmoid(sum(w * v for w, v in zip(row, self.x)) + b) for row, b in zip(self.wh, self.bh)]
        self.o = [sigmoid(sum(w * v for w, v in zip(row, self.h)) + b) for row, b in zip(self.wo, self.bo)]
        return self.o

    def train(self, x, y, lr=0.5):
        lr = Decimal(lr)
        self.forward(x)
        do = [(o - Decimal(t)) * o * (ONE - o) for o, t in zip(self.o, y)]
        dh = [
            sum(do[k] * self.wo[k][j] for k in range(len(do))) * h * (ONE - h)
            for j, h in enumerate(self.h)
        ]
        for k, d in enumerate(do):
            for j, h in enumerate(self.h):
                self.wo[k][j] -= lr * d * h
            self.bo[k] -= lr * d
        for j, d in enumerate(dh):
            for i, v in enumerate(self.x):
                self.wh[j][i] -= lr * d * v
            self.bh[j] -= lr * d


if __name__ == "__main__":
    net = DecimalNetwork(2, 3, 1)
    for _ in range(500):
        for x, y in (((0, 0), [0]), ((0, 1), [1]), ((1, 0), [1]), ((1, 1), [0])):
            net.train(x, y)
    print(net.forward((0, 1)))
