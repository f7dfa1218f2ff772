"""How to drive unusual conventions: activations by layer, thresholds, metrics."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from drivers.entry import drives
from drivers.layouts import columns, named, pairs, rows, turned
from drivers.loading import load


@drives("layer_activations.py", sizes=(3, 4, 3, 2))
def layer_activations(path: Path, p: Any) -> dict[str, Any]:
    net = load(path).DeepNet(*p.sizes, activations=["relu", "tanh", "sigmoid"])
    net.w, net.b = dict(enumerate(p.W, 1)), dict(enumerate(p.b, 1))
    output, (dw, db) = net.predict(p.X), net.compute_gradients(p.X, p.Y)
    net.fit(p.X, p.Y, p.epochs, p.rate)
    order = range(1, len(p.sizes))

    def ordered(ws: Any, bs: Any) -> list[tuple[Any, Any]]:
        return pairs([ws[i] for i in order], [bs[i] for i in order])

    return {"output": output, "gradients": ordered(dw, db), "trained": ordered(net.w, net.b)}


@drives("varargs_net.py", sizes=(3, 4, 4, 2), rate=0.1)
def varargs_net(path: Path, p: Any) -> dict[str, Any]:
    net = load(path).NN(*p.sizes)
    net.w, net.b = turned(p.W), p.b
    output = [net(x) for x in p.X]
    for _ in range(p.epochs):
        for x, y in zip(p.X, p.Y, strict=True):
            net.train(x, y, p.rate)
    return {"output": output, "trained": pairs(net.w, net.b, True)}


@drives("threshold_net.py")
def threshold_net(path: Path, p: Any) -> dict[str, Any]:
    net = load(path).ThresholdMLP(*p.sizes, eta=p.rate)
    net.to_hidden, net.to_output = [np.vstack([w, -b]) for w, b in zip(p.W, p.b, strict=True)]
    output = net.run_forward(p.X)
    net.descend(p.X, p.Y, p.epochs)
    both = [net.to_hidden, net.to_output]
    return {"output": output, "trained": pairs([w[:-1] for w in both], [-w[-1] for w in both])}


@drives("hidden_only.py", sizes=(3, 4, 1), samples=7)
def hidden_only(path: Path, p: Any) -> dict[str, Any]:
    net = load(path).BinaryNet(4)
    net.build(p.X)
    net.W, net.c, net.v, net.d = p.W[0], p.b[0], p.W[1][:, 0], p.b[1][0]
    output = net.prob(p.X)
    net.partial_fit(p.X, p.Y[:, 0], p.epochs)
    return {"output": output, "trained": pairs([net.W, net.v], [net.c, net.d])}


@drives("matrix_nielsen.py", sizes=(3, 4, 4, 2))
def matrix_nielsen(path: Path, p: Any) -> dict[str, Any]:
    net = load(path).FullyConnected(p.sizes)
    net.weights, net.biases = turned(p.W), columns(p.b)
    output = net.feedforward(p.X.T).T
    nabla_b, nabla_w = net.backprop(p.X.T, p.Y.T)
    for _ in range(p.epochs):
        net.update(p.X.T, p.Y.T, p.rate)
    gradients = pairs(nabla_w, nabla_b, True)
    return {"output": output, "gradients": gradients, "trained": pairs(net.weights, net.biases, True)}


@drives("report_mse.py")
def report_mse(path: Path, p: Any) -> dict[str, Any]:
    net = load(path).Perceptron2(*p.sizes)
    net.w, net.bias = p.W, rows(p.b)
    output, loss = net.compute(p.X), net.mse(p.X, p.Y)
    net.train(p.X, p.Y, p.epochs, p.rate)
    return {"output": output, "loss": loss, "trained": pairs(net.w, net.bias)}


@drives("squared_softmax_rows.py", sizes=(3, 4, 3))
def squared_softmax_rows(path: Path, p: Any) -> dict[str, Any]:
    net = load(path).BrierNet(*p.sizes)
    (net.W1, net.W2), (net.b1, net.b2) = p.W, p.b
    output, loss, g = net.forward(p.X), net.brier(p.X, p.Y), net.backward(p.X, p.Y)
    net.train(p.X, p.Y, p.rate, p.epochs)
    gradients = named(g, "W%d", "b%d", 2)
    return {"output": output, "loss": loss, "gradients": gradients, "trained": pairs([net.W1, net.W2], [net.b1, net.b2])}


@drives("wine_quality.py", sizes=(3, 4, 3, 2))
def wine_quality(path: Path, p: Any) -> dict[str, Any]:
    net = load(path).WineNet(*p.sizes)
    (net.W1, net.W2, net.W3), (net.b1, net.b2, net.b3) = turned(p.W), columns(p.b)
    output = net.forward(p.X.T).T
    loss, gradients = net.cost(p.Y.T), named(net.backward(p.Y.T), "dW%d", "db%d", 3, transposed=True)
    net.fit(p.X.T, p.Y.T, p.epochs, p.rate)
    trained = named(vars(net), "W%d", "b%d", 3, transposed=True)
    return {"output": output, "loss": loss, "gradients": gradients, "trained": trained}


@drives("seed_sorter.py", sizes=(7, 10, 6, 3))
def seed_sorter(path: Path, p: Any) -> dict[str, Any]:
    net = load(path).sorter
    for layer, w, b in zip(net.stack, p.W, p.b, strict=True):
        layer["W"][:], layer["b"][:] = w, b
    output, loss = net.predict(p.X), net.loss(p.X, p.Y)
    for _ in range(p.epochs):
        net.learn(p.X, p.Y, p.rate)
    return {"output": output, "loss": loss, "trained": pairs([k["W"] for k in net.stack], [k["b"] for k in net.stack])}
