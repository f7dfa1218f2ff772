import math, random

class PurePythonNet:
    """inputs -> hidden -> outputs. One pattern at a time, no dependencies."""

    def __init__(self, ni, nh, no, lr=0.2):
        rnd = lambda: random.uniform(-0.5, 0.5)
        self.ni, self.nh, self.no, self.lr = ni, nh, no, lr
        self.w_hidden = [[rnd() for i in range(ni)] for j in range(nh)]
        self.b_hidden = [rnd() for j in range(nh)]
        self.w_out = [[rnd() for j in range(nh)] for k in range(no)]
        self.b_out = [rnd() for k in range(no)]

    @staticmethod
    def sigmoid(x):
        return 1 / (1 + math.exp(-x)) if x > -500 else 0.0

    def run(self, x):
        self.h = []
        for j in range(self.nh):
            s = self.b_hidden[j]
            for i in range(self.ni):
                s += self.w_hidden[j][i] * x[i]
            self.h.append(self.sigmoid(s))
        self.o = []
        for k in range(self.no):
            s = self.b_out[k]
            for j in range(self.nh):
                s += self.w_out[k][j] * self.h[j]
            self.o.append(self.sigmoid(s))
        return self.o

    def train_pattern(self, x, t):
        self.run(x)
        d_out = [(self.o[k] - t[k]) * self.o[k] * (1 - self.o[k]) for k in range(self.no)]
        d_hid = []
        for j in range(self.nh):
            s = 0
            for k in range(self.no):
                s += d_out[k] * self.w_out[k][j]
            d_hid.append(s * self.h[j] * (1 - self.h[j]))

        for k in range(self.no):
            for j in range(self.nh):
                self.w_out[k][j] -= self.lr * d_out[k]
            self.b_out[k] -= self.lr * d_out[k]
        for j in range(self.nh):
            for i in range(self.ni):
                self.w_hidden[j][i] -= self.lr * d_hid[j]
            self.b_hidden[j] -= self.lr * d_hid[j]
