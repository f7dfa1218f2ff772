"""A port from MATLAB: indices from 1 with an unused first cell, a column of ones in front, one Theta for weights and bias."""

import numpy as np

from mlp_conformance import Claims


def g(z):
    return 1.0 / (1.0 + np.exp(-z))


def gprime(z):
    s = g(z)
    return s * (1 - s)


def thetas(network):
    Theta = [None]
    for layer in network.layers:
        Theta.append(np.vstack([layer.biases[None, :], layer.weights]).T.copy())
    return Theta


def feed(Theta, X):
    m = X.shape[0]
    L = len(Theta)
    a, z = [None] * (L + 1), [None] * (L + 1)
    a[1] = np.hstack([np.ones((m, 1)), X])
    for l in range(2, L + 1):
        z[l] = a[l - 1] @ Theta[l - 1].T
        a[l] = g(z[l])
        if l < L:
            a[l] = np.hstack([np.ones((m, 1)), a[l]])
    return a, z


def cost(Theta, X, Y):
    m = X.shape[0]
    h = feed(Theta, X)[0][len(Theta)]
    return np.sum((h - Y) ** 2) / (2 * m)


def nncost(Theta, X, Y):
    m = X.shape[0]
    L = len(Theta)
    a, z = feed(Theta, X)
    d = [None] * (L + 1)
    d[L] = (a[L] - Y) * gprime(z[L])
    for l in range(L - 1, 1, -1):
        d[l] = (d[l + 1] @ Theta[l][:, 1:]) * gprime(z[l])
    grad = [None] * L
    for l in range(1, L):
        grad[l] = d[l + 1].T @ a[l] / m
    return grad


def apart(Theta):
    return [(t[:, 1:].T, t[:, 0]) for t in Theta[1:]]


class Program:
    claims = Claims(name="ported-from-matlab", losses={"half_squared_error"}, reductions={"mean_samples"})

    def forward(self, network, inputs):
        Theta = thetas(network)
        a, _ = feed(Theta, inputs)
        L = len(Theta)
        return [a[l][:, 1:] if l < L else a[l] for l in range(2, L + 1)]

    def loss(self, network, inputs, targets):
        return float(cost(thetas(network), inputs, targets))

    def gradients(self, network, inputs, targets):
        return apart(nncost(thetas(network), inputs, targets))

    def train(self, network, inputs, targets, learning_rate, epochs):
        Theta = thetas(network)
        J = []
        for it in range(1, epochs + 1):
            J.append(float(cost(Theta, inputs, targets)))
            grad = nncost(Theta, inputs, targets)
            for l in range(1, len(Theta)):
                Theta[l] = Theta[l] - learning_rate * grad[l]
        return apart(Theta), J
