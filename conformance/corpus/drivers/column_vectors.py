"""How to drive lists of column vectors, a sample at a time."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from drivers.entry import drives
from drivers.layouts import column_samples, columns, mean, pairs, turned
from drivers.loading import load


@drives("network_nielsen.py", sizes=(3, 4, 4, 2))
def network_nielsen(path: Path, p: Any) -> dict[str, Any]:
    net = load(path).Network(p.sizes)
    net.weights, net.biases = turned(p.W), columns(p.b)
    data = column_samples(p)
    output = np.hstack([net.feedforward(x) for x, _ in data]).T
    each = [net.backprop(x, y) for x, y in data]
    net.SGD(data, p.epochs, len(data), p.rate)
    gradients = mean([pairs(w, b, True) for b, w in each])
    return {"output": output, "gradients": gradients, "trained": pairs(net.weights, net.biases, True)}


@drives("mynet2.py", sizes=(3, 4, 3, 2))
def mynet2(path: Path, p: Any) -> dict[str, Any]:
    net = load(path).Net(p.sizes)
    net.W, net.B = turned(p.W), columns(p.b)
    data = column_samples(p)
    output = np.hstack([net.output(x) for x, _ in data]).T
    gradients = mean([pairs(w, b, True) for b, w in (net.gradient(x, y) for x, y in data)])
    for _ in range(p.epochs):
        net.learn_batch(data, p.rate)
    return {"output": output, "gradients": gradients, "trained": pairs(net.W, net.B, True)}


@drives("digits_network.py", sizes=(3, 4, 3, 2))
def digits_network(path: Path, p: Any) -> dict[str, Any]:
    net = load(path).DigitNetwork(p.sizes)
    net.w, net.b = turned(p.W), columns(p.b)
    data = column_samples(p)
    output = np.hstack([net.feedforward(x) for x, _ in data]).T
    gradients = mean([pairs(w, b, True) for b, w in (net.backprop(x, y) for x, y in data)])
    net.train(data, p.epochs, len(data), p.rate)
    return {"output": output, "gradients": gradients, "trained": pairs(net.w, net.b, True)}


@drives("sgd_network.py", sizes=(3, 4, 3, 2), rate=0.1)
def sgd_network(path: Path, p: Any) -> dict[str, Any]:
    net = load(path).Network(p.sizes)
    net.weights, net.biases = turned(p.W), columns(p.b)
    data = column_samples(p)
    output = np.hstack([net.feedforward(x) for x, _ in data]).T
    loss = net.cost(data)
    for _ in range(p.epochs):
        net.update_mini_batch(data, p.rate)
    return {"output": output, "loss": loss, "trained": pairs(net.weights, net.biases, True)}


@drives("matrix_ascent.py")
def matrix_ascent(path: Path, p: Any) -> dict[str, Any]:
    net = load(path).Perceptron2(*p.sizes)
    (net.V, net.W), (net.bv, net.bw) = map(np.asmatrix, turned(p.W)), map(np.asmatrix, columns(p.b))
    output = np.hstack([net.calc(x) for x in p.X]).T
    loss = sum(net.learn(x, y, 0.0) for x, y in zip(p.X, p.Y, strict=True))
    for _ in range(p.epochs):
        for x, y in zip(p.X, p.Y, strict=True):
            net.learn(x, y, p.rate)
    return {"output": output, "loss": loss, "trained": pairs([net.V, net.W], [net.bv, net.bw], True)}
