"""The 2-2-1 network with every weight under its own name."""
import math
import random


def sig(x):
    return 1 / (1 + math.exp(-x)) if x > -700 else 0.0


class Xor:
    def __init__(self):
        for name in ("w11", "w12", "w21", "w22", "v1", "v2", "b1", "b2", "c"):
            setattr(self, name, random.uniform(-1, 1))

    def forward(self, x1, x2):
        self.h1 = sig(self.w11 * x1 + self.w21 * x2 + self.b1)   # wij: input i to hidden j
        self.h2 = sig(self.w12 * x1 + self.w22 * x2 + self.b2)
        self.o = sig(self.v1 * self.h1 + self.v2 * self.h2 + self.c)
        return self.o

    def update(self, x1, x2, target, rate=0.5):
        o = self.forward(x1, x2)
        d = (o - target) * o * (1 - o)
        d1 = d * self.v1 * self.h1 * (1 - self.h1)
        d2 = d * self.v2 * self.h2 * (1 - self.h2)
        self.v1 -= rate * d * self.h1
        self.v2 -= rate * d * self.h2
        self.c -= rate * d
        self.w11 -= rate * d1 * x1
        self.w21 -= rate * d1 * x2
        self.b1 -= rate * d1
        self.w12 -= rate * d2 * x1
        self.w22 -= rate * d2 * x2
        self.b2 -= rate * d2


if __name__ == "__main__":
    net = Xor()
    for _ in range(5000):
        for a, b in ((0, 0), (0, 1), (1, 0), (1, 1)):
            net.update(a, b, a ^ b)
    print([round(net.forward(a, b), 3) for a, b in ((0, 0), (0, 1), (1, 0), (1, 1))])
