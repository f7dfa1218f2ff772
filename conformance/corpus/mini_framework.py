"""Layers with forward/backward, a loss object and an optimiser."""
import numpy as np


class Dense:
    def __init__(self, n_in, n_out):
        bound = 1 / np.sqrt(n_in)
        self.W = np.random.uniform(-bound, bound, (n_in, n_out))
        self.b = np.random.uniform(-bound, bound, n_out)
        self.dW = np.zeros_like(self.W)
        self.db = np.zeros_like(self.b)

    def forward(self, x):
        self.x = x
        return x @ self.W + self.b

    def backward(self, grad):
        self.dW = self.x.T @ grad
        self.db = grad.sum(axis=0)
        return grad @ self.W.T


class Sigmoid:
    def forward(self, x):
        self.y = 1 / (1 + np.exp(-x))
        return self.y

    def backward(self, grad):
        return grad * self.y * (1 - self.y)


class ReLU:
    def forward(self, x):
        self.mask = x > 0
        return np.maximum(x, 0)

    def backward(self, grad):
        return np.where(self.mask, grad, 0)


class MSE:
    def forward(self, pred, target):
        self.diff = pred - target
        return np.mean(self.diff ** 2)

    def backward(self):
        return 2 * self.diff / self.diff.size


class Sequential:
    def __init__(self, *layers):
        self.layers = list(layers)

    def forward(self, x):
        for layer in self.layers:
            x = layer.forward(x)
        return x

    def backward(self, grad):
        for layer in reversed(self.layers):
            grad = layer.backward(grad)
        return grad


class SGD:
    def __init__(self, model, lr=0.01):
        self.model, self.lr = model, lr

    def step(self):
        for layer in self.model.layers:
            if isinstance(layer, Dense):
                layer.W -= self.lr * layer.dW
                layer.b -= self.lr * layer.db


def train(model, X, y, epochs=100, lr=0.1):
    loss, opt = MSE(), SGD(model, lr)
    history = []
    for _ in range(epochs):
        history.append(loss.forward(model.forward(X), y))
        model.backward(loss.backward())
        opt.step()
    return history


def make_model():
    return Sequential(Dense(2, 8), ReLU(), Dense(8, 1), Sigmoid())
