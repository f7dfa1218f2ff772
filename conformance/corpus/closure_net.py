"""No classes with behaviour, just a few functions that remember things."""
from dataclasses import dataclass
from typing import Callable

import numpy as np


@dataclass(frozen=True)
class Activation:
    f: Callable
    df: Callable  # in terms of z


def _sigmoid(z):
    return 1 / (1 + np.exp(-z))


SIGMOID = Activation(_sigmoid, lambda z: _sigmoid(z) * (1 - _sigmoid(z)))
TANH = Activation(np.tanh, lambda z: 1 - np.tanh(z) ** 2)
RELU = Activation(lambda z: np.maximum(z, 0), lambda z: np.heaviside(z, 0))
IDENTITY = Activation(lambda z: z, lambda z: np.ones_like(z))


@dataclass
class Layer:
    W: np.ndarray      # n_out x n_in
    b: np.ndarray      # n_out
    act: Activation


def make_layers(sizes, acts, rng=np.random.default_rng(7)):
    return [Layer(rng.normal(size=(o, i)), rng.normal(size=o), act) for i, o, act in zip(sizes, sizes[1:], acts)]


def make_network(layers):
    def forward(X):
        for layer in layers:
            X = layer.act.f(X @ layer.W.T + layer.b)
        return X

    def loss(X, Y):
        return ((forward(X) - Y) ** 2).sum()

    def grad(X, Y):
        inputs, zs = [], []
        for layer in layers:
            inputs.append(X)
            zs.append(X @ layer.W.T + layer.b)
            X = layer.act.f(zs[-1])
        back, found = 2 * (X - Y), []
        for layer, x, z in zip(layers[::-1], inputs[::-1], zs[::-1]):
            d = back * layer.act.df(z)
            found.append((d.T @ x, d.sum(axis=0)))
            back = d @ layer.W
        return found[::-1]

    def step(X, Y, eta):
        for layer, (gW, gb) in zip(layers, grad(X, Y)):
            layer.W = layer.W - eta * gW
            layer.b = layer.b - eta * gb

    return forward, loss, grad, step
