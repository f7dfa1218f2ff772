from dataclasses import dataclass, field

import numpy as np


@dataclass
class Config:
    sizes: list = field(default_factory=lambda: [2, 4, 1])
    lr: float = 0.1
    mu: float = 0.9
    seed: int = 0


class MLP:
    def __init__(self, config):
        self.config = config
        rng = np.random.default_rng(config.seed)
        self.W = [rng.normal(0, 0.5, (i, o)) for i, o in zip(config.sizes, config.sizes[1:])]
        self.b = [np.zeros(o) for o in config.sizes[1:]]
        self.vW = [np.zeros_like(w) for w in self.W]
        self.vb = [np.zeros_like(b) for b in self.b]

    def forward(self, X):
        A = [X]
        for W, b in zip(self.W, self.b):
            A.append(1 / (1 + np.exp(-(A[-1] @ W + b))))
        return A

    def gradients(self, X, Y):
        A = self.forward(X)
        gW, gb = [None] * len(self.W), [None] * len(self.W)
        delta = (A[-1] - Y) * A[-1] * (1 - A[-1])
        for l in reversed(range(len(self.W))):
            gW[l], gb[l] = A[l].T @ delta, delta.sum(axis=0)
            if l > 0:
                delta = (delta @ self.W[l].T) * A[l] * (1 - A[l])
        return gW, gb

    def train_epoch(self, X, Y):
        gW, gb = self.gradients(X, Y)
        for l in range(len(self.W)):
            self.vW[l] = self.config.mu * self.vW[l] + gW[l]
            self.vb[l] = self.config.mu * self.vb[l] + gb[l]
            self.W[l] = self.W[l] - self.config.lr * self.vW[l]
            self.b[l] = self.b[l] - self.config.lr * self.vb[l]

    def fit(self, X, Y, epochs=100):
        for _ in range(epochs):
            self.train_epoch(X, Y)
        return self.forward(X)[-1]
