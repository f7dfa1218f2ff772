import math
import random


class BP:
    """after bp.c, 1991. arrays are dimensioned n+1 and used from 1"""

    def __init__(self, nin, nhid, nout):
        self.nin, self.nhid, self.nout = nin, nhid, nout
        self.w = [[random.uniform(-.3, .3) for _ in range(nin + 1)] for _ in range(nhid + 1)]
        self.v = [[random.uniform(-.3, .3) for _ in range(nhid + 1)] for _ in range(nout + 1)]
        self.h = [1.0] + [0.0] * nhid
        self.o = [0.0] * (nout + 1)

    def fwd(self, x):
        xx = [1.0] + list(x)
        for j in range(1, self.nhid + 1):
            s = 0.0
            for i in range(0, self.nin + 1):
                s += self.w[j][i] * xx[i]
            self.h[j] = 1 / (1 + math.exp(-s))
        for k in range(1, self.nout + 1):
            s = 0.0
            for j in range(0, self.nhid + 1):
                s += self.v[k][j] * self.h[j]
            self.o[k] = 1 / (1 + math.exp(-s))
        return self.o[1:]

    def bwd(self, x, t, eta):
        xx = [1.0] + list(x)
        self.fwd(x)
        d = [0.0] * (self.nout + 1)
        for k in range(1, self.nout + 1):
            d[k] = (t[k - 1] - self.o[k]) * self.o[k] * (1 - self.o[k])
            for j in range(0, self.nhid + 1):
                self.v[k][j] += eta * d[k] * self.h[j]
        for j in range(1, self.nhid + 1):
            s = 0.0
            for k in range(1, self.nout + 1):
                s += d[k] * self.v[k][j]
            s *= self.h[j] * (1 - self.h[j])
            for i in range(0, self.nin + 1):
                self.w[j][i] += eta * s * xx[i]


if __name__ == "__main__":
    net = BP(2, 4, 1)
    for _ in range(3000):
        for x, t in (([0, 0], [0]), ([0, 1], [1]), ([1, 0], [1]), ([1, 1], [0])):
            net.bwd(x, t, 0.5)
    print(net.fwd([0, 1]))
