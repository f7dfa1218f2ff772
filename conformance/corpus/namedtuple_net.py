from collections import namedtuple

import numpy as np

Params = namedtuple("Params", ["w_hidden", "b_hidden", "w_out", "b_out"])


def init(n_in, n_hidden, n_out, scale=0.5):
    return Params(
        scale * np.random.randn(n_in, n_hidden),
        np.zeros(n_hidden),
        scale * np.random.randn(n_hidden, n_out),
        np.zeros(n_out),
    )


def logistic(t):
    return 1 / (1 + np.exp(-t))


def forward(params, x):
    h = np.tanh(x @ params.w_hidden + params.b_hidden)
    return h, logistic(h @ params.w_out + params.b_out)


def energy(params, x, y):
    return 0.5 * ((forward(params, x)[1] - y) ** 2).sum(axis=1).mean()


def gradient(params, x, y):
    h, o = forward(params, x)
    do = (o - y) * o * (1 - o) / len(x)
    dh = (do @ params.w_out.T) * (1 - h * h)
    return Params(x.T @ dh, dh.sum(axis=0), h.T @ do, do.sum(axis=0))


def descend(params, grads, eta):
    return Params(*(p - eta * g for p, g in zip(params, grads)))


def train(params, x, y, eta=0.5, epochs=10):
    for _ in range(epochs):
        params = descend(params, gradient(params, x, y), eta)
    return params
