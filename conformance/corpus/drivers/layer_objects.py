"""How to drive layer objects, optimisers and small frameworks."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from drivers.entry import drives
from drivers.layouts import pairs, rows, turned
from drivers.loading import load


@drives("mini_framework.py")
def mini_framework(path: Path, p: Any) -> dict[str, Any]:
    m = load(path)
    dense = [m.Dense(i, o) for i, o in zip(p.sizes, p.sizes[1:], strict=False)]
    for layer, w, b in zip(dense, p.W, p.b, strict=True):
        layer.W, layer.b = w, b
    model = m.Sequential(dense[0], m.ReLU(), dense[1], m.Sigmoid())
    output = model.forward(p.X)
    history = m.train(model, p.X, p.Y, p.epochs, p.rate)
    return {"output": output, "loss": history[0], "trained": pairs([d.W for d in dense], [d.b for d in dense])}


@drives("add_layers.py")
def add_layers(path: Path, p: Any) -> dict[str, Any]:
    m = load(path)
    net = m.Network()
    dense = [m.FCLayer(i, o) for i, o in zip(p.sizes, p.sizes[1:], strict=False)]
    for layer, w, b in zip(dense, p.W, rows(p.b), strict=True):
        layer.weights, layer.bias = w, b
        net.add(layer)
        net.add(m.ActivationLayer(m.tanh, m.tanh_prime))
    net.use(m.mse, m.mse_prime)
    x, y = p.X[:, None, :], p.Y[:, None, :]
    output = np.vstack(net.predict(x))
    net.fit(x, y, p.epochs, p.rate)
    return {"output": output, "trained": pairs([d.weights for d in dense], [d.bias for d in dense])}


@drives("stacked_layers.py", sizes=(3, 4, 3, 2))
def stacked_layers(path: Path, p: Any) -> dict[str, Any]:
    net = load(path).Model(lr=p.rate)
    for i, o in zip(p.sizes, p.sizes[1:], strict=False):
        net.add(i, o)
    for layer, w, b in zip(net.layers, p.W, p.b, strict=True):
        layer.w, layer.b = w, b
    output = net(p.X)
    losses = [net.train_on_batch(p.X, p.Y) for _ in range(p.epochs)]
    return {"output": output, "loss": losses[0], "trained": pairs([d.w for d in net.layers], [d.b for d in net.layers])}


@drives("module_params.py")
def module_params(path: Path, p: Any) -> dict[str, Any]:
    m = load(path)
    net = m.MLP(*p.sizes)
    dense = net.modules[::2]
    for layer, w, b in zip(dense, turned(p.W), p.b, strict=True):
        layer.weight.data, layer.bias.data = w, b
    output = net.forward(p.X)
    losses = m.train(net, p.X, p.Y, p.rate, p.epochs)
    trained = pairs([d.weight.data for d in dense], [d.bias.data for d in dense], True)
    return {"output": output, "loss": losses[0], "trained": trained}


@drives("tiny_layers.py")
def tiny_layers(path: Path, p: Any) -> dict[str, Any]:
    net = load(path).Net(p.sizes)
    dense = net.stack[::2]
    for layer, w, b in zip(dense, p.W, p.b, strict=True):
        layer.W, layer.c = w, b
    output = net(p.X)
    net.fit(p.X, p.Y, p.epochs, p.rate)
    return {"output": output, "trained": pairs([d.W for d in dense], [d.c for d in dense])}


@drives("layer_objects_rate.py")
def layer_objects_rate(path: Path, p: Any) -> dict[str, Any]:
    net = load(path).small_net(p.rate)
    for layer, w, b in zip(net.layers, turned(p.W), p.b, strict=True):
        layer.weights, layer.biases = w, b
    output = net.predict(p.X)
    net.train(p.X, p.Y, p.epochs)
    trained = pairs([d.weights for d in net.layers], [d.biases for d in net.layers], True)
    return {"output": output, "trained": trained}


@drives("student_hw.py", sizes=(3, 4, 4, 3))
@drives("student_hw_square.py", sizes=(3, 4, 4, 3))
def student_hw(path: Path, p: Any) -> dict[str, Any]:
    net = load(path).MLP(p.sizes[0], p.sizes[-1], list(p.sizes[1:-1]), lr=p.rate)
    net.W, net.b = p.W, rows(p.b)
    loss = net.criterion.forward(net.forward(p.X), p.Y).mean()
    output = net.criterion.sm
    net.backward(p.Y)
    gradients = pairs([w.copy() for w in net.dW], [b.copy() for b in net.db])
    for _ in range(p.epochs):
        net.zero_grads()
        net.forward(p.X)
        net.backward(p.Y)
        net.step()
    return {"output": output, "loss": loss, "gradients": gradients, "trained": pairs(net.W, net.b)}
