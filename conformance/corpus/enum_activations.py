from enum import Enum
import numpy as np


class Act(Enum):
    SIGMOID = "sigmoid"
    TANH = "tanh"
    RELU = "relu"
    LINEAR = "linear"

    def f(self, z):
        if self is Act.SIGMOID:
            return 1 / (1 + np.exp(-z))
        if self is Act.TANH:
            return np.tanh(z)
        if self is Act.RELU:
            return np.maximum(z, 0)
        return z

    def df(self, a):
        if self is Act.SIGMOID:
            return a * (1 - a)
        if self is Act.TANH:
            return 1 - a ** 2
        if self is Act.RELU:
            return (a > 0).astype(float)
        return np.ones_like(a)


class MLP:
    def __init__(self, n_inputs, layers, rng=None):
        """layers: pairs of a number of units and an Act"""
        rng = rng or np.random.default_rng()
        self.stages = []
        for units, act in layers:
            self.stages.append([rng.normal(0, 0.5, (n_inputs, units)), np.zeros(units), act])
            n_inputs = units

    def forward(self, x):
        self.memo = [x]
        for w, b, act in self.stages:
            self.memo.append(act.f(self.memo[-1] @ w + b))
        return self.memo[-1]

    def backward(self, y):
        grads = []
        d = self.memo[-1] - y
        for (w, b, act), a_in, a_out in zip(self.stages[::-1], self.memo[-2::-1], self.memo[::-1]):
            d = d * act.df(a_out)
            grads.append((a_in.T @ d, d.sum(0)))
            d = d @ w.T
        return grads[::-1]

    def fit(self, x, y, lr, epochs):
        for _ in range(epochs):
            self.forward(x)
            for stage, (gw, gb) in zip(self.stages, self.backward(y)):
                stage[0] = stage[0] - lr * gw
                stage[1] = stage[1] - lr * gb


def xor_network():
    return MLP(2, [(3, Act.TANH), (1, Act.SIGMOID)])
