import numpy as np


class Perceptron2:
    def __init__(self, nin, nhid, nout):
        self.V = np.matrix(np.random.rand(nhid, nin) - .5)
        self.bv = np.matrix(np.zeros((nhid, 1)))
        self.W = np.matrix(np.random.rand(nout, nhid) - .5)
        self.bw = np.matrix(np.zeros((nout, 1)))

    @staticmethod
    def f(s):
        return 1 / (1 + np.exp(-s))

    def calc(self, x):
        x = np.matrix(x).reshape(-1, 1)
        self.h = self.f(self.V * x + self.bv)
        self.y = self.f(self.W * self.h + self.bw)
        return self.y

    def learn(self, x, t, eta=0.1):
        x, t = np.matrix(x).reshape(-1, 1), np.matrix(t).reshape(-1, 1)
        y = self.calc(x)
        e = t - y
        d = np.multiply(e, np.multiply(y, 1 - y))
        dh = np.multiply(self.W.T * d, np.multiply(self.h, 1 - self.h))
        self.W -= eta * d * self.h.T
        self.bw -= eta * d
        self.V -= eta * dh * x.T
        self.bv -= eta * dh
        return float(np.sum(np.square(e))) / 2
