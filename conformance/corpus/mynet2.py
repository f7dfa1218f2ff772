"""network with selectable cost, python 3"""
import numpy as np


class QuadraticCost:
    @staticmethod
    def delta(z, a, y):
        s = 1 / (1 + np.exp(-z))
        return (a - y) * s * (1 - s)


class CrossEntropyCost:
    @staticmethod
    def delta(z, a, y):
        return a - y


class Net:
    def __init__(self, layers, cost=CrossEntropyCost):
        self.layers = layers
        self.cost = cost
        self.B = [np.random.randn(y, 1) for y in layers[1:]]
        self.W = [np.random.randn(y, x) / np.sqrt(x) for x, y in zip(layers, layers[1:])]

    def propagate(self, x):
        """all weighted inputs and all activations for one column vector"""
        zs, acts = [], [x]
        for W, B in zip(self.W, self.B):
            z = np.dot(W, acts[-1]) + B
            zs.append(z)
            acts.append(1 / (1 + np.exp(-z)))
        return zs, acts

    def output(self, x):
        return self.propagate(x)[1][-1]

    def gradient(self, x, y):
        zs, acts = self.propagate(x)
        d = self.cost.delta(zs[-1], acts[-1], y)
        dB, dW = [d], [np.dot(d, acts[-2].T)]
        for i in reversed(range(len(self.W) - 1)):
            d = np.dot(self.W[i + 1].T, d) * acts[i + 1] * (1 - acts[i + 1])
            dB.insert(0, d)
            dW.insert(0, np.dot(d, acts[i].T))
        return dB, dW

    def learn_batch(self, batch, eta, lmbda=0.0, n=1):
        totB = [0.0 for _ in self.B]
        totW = [0.0 for _ in self.W]
        for x, y in batch:
            dB, dW = self.gradient(x, y)
            totB = [t + d for t, d in zip(totB, dB)]
            totW = [t + d for t, d in zip(totW, dW)]
        m = len(batch)
        self.W = [(1 - eta * lmbda / n) * w - eta / m * t for w, t in zip(self.W, totW)]
        self.B = [b - eta / m * t for b, t in zip(self.B, totB)]
