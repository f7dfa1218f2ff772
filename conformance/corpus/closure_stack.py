"""Layers as closures."""
import numpy as np


def dense(n_in, n_out, rng):
    W = rng.normal(0, 1 / np.sqrt(n_in), (n_in, n_out))
    b = np.zeros(n_out)
    cache = {}

    def forward(x):
        cache['x'] = x
        return x @ W + b

    def backward(dout, lr):
        dx = dout @ W.T
        W[...] -= lr * cache['x'].T @ dout
        b[...] -= lr * dout.sum(axis=0)
        return dx

    return forward, backward


def tanh():
    cache = {}

    def forward(x):
        cache['y'] = np.tanh(x)
        return cache['y']

    def backward(dout, lr):
        return dout * (1 - cache['y'] ** 2)

    return forward, backward


def make_mlp(sizes, seed=0):
    rng = np.random.default_rng(seed)
    stack = []
    for i, (a, b) in enumerate(zip(sizes[:-1], sizes[1:])):
        stack.append(dense(a, b, rng))
        if i < len(sizes) - 2:
            stack.append(tanh())

    def predict(X):
        for f, _ in stack:
            X = f(X)
        return X

    def train_step(X, Y, lr=0.01):
        out = predict(X)
        grad = (out - Y) / len(X)
        for _, back in reversed(stack):
            grad = back(grad, lr)
        return 0.5 * np.sum((out - Y) ** 2) / len(X)

    return predict, train_step


if __name__ == '__main__':
    X = np.linspace(-1, 1, 50)[:, None]
    predict, step = make_mlp([1, 16, 1])
    for i in range(1000):
        l = step(X, np.sin(3 * X), 0.1)
    print(l)
