"""How to drive what is set: dictionaries and namespaces of settings, the command line, momentum, penalties, precision.

The manifest says under `settings` what is given to a program for its numbers to be those of plain gradient descent.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path
from typing import Any
from unittest import mock

import numpy as np

from drivers.entry import drives
from drivers.layouts import columns, pairs, rows, turned
from drivers.loading import load


@drives("momentum_net.py", sizes=(3, 4, 3, 2))
def momentum_net(path: Path, p: Any) -> dict[str, Any]:
    m = load(path)
    net = m.MLP(m.Config(sizes=list(p.sizes), lr=p.rate, **p.conventions["settings"]))
    net.W, net.b = p.W, p.b
    output, gradients = net.forward(p.X)[-1], pairs(*net.gradients(p.X, p.Y))
    net.fit(p.X, p.Y, p.epochs)
    return {"output": output, "gradients": gradients, "trained": pairs(net.W, net.b)}


@drives("velocity_net.py")
def velocity_net(path: Path, p: Any) -> dict[str, Any]:
    net = load(path).NeuralNet(*p.sizes, learning_rate=p.rate, **p.conventions["settings"])
    (net.W_ih, net.W_ho), (net.B_h, net.B_o) = p.W, p.b
    output = net.run(p.X)
    losses = [net.train_batch(p.X, p.Y) for _ in range(p.epochs)]
    return {"output": output, "loss": losses[0], "trained": pairs([net.W_ih, net.W_ho], [net.B_h, net.B_o])}


@drives("l2_default.py", sizes=(3, 4, 3, 2))
def l2_default(path: Path, p: Any) -> dict[str, Any]:
    net = load(path).RegularizedNet(p.sizes, alpha=p.rate, **p.conventions["settings"])
    net.W, net.b = p.W, rows(p.b)
    output, loss = net.predict(p.X), net.cost(p.X, p.Y)
    for _ in range(p.epochs):
        net.train_step(p.X, p.Y)
    return {"output": output, "loss": loss, "trained": pairs(net.W, net.b)}


@drives("config_dict.py", sizes=(3, 4, 4, 3))
def config_dict(path: Path, p: Any) -> dict[str, Any]:
    i, *hidden, o = p.sizes
    net = load(path).FeedForward({"input_dim": i, "hidden_dims": hidden, "output_dim": o, "learning_rate": p.rate})
    for layer, w, b in zip(net.layers, p.W, p.b, strict=True):
        layer["W"], layer["b"] = w, b
    output, _ = net.forward(p.X)
    losses = [net.step(p.X, p.Y) for _ in range(p.epochs)]
    trained = pairs([layer["W"] for layer in net.layers], [layer["b"] for layer in net.layers])
    return {"output": output, "loss": losses[0], "trained": trained}


@drives("args_namespace.py")
def args_namespace(path: Path, p: Any) -> dict[str, Any]:
    i, h, o = p.sizes
    net = load(path).MLP(argparse.Namespace(n_in=i, n_hidden=h, n_out=o, lr=p.rate))
    (net.W1, net.W2), (net.b1, net.b2) = p.W, p.b
    output, loss = net.forward(p.X), net.loss(p.X, p.Y)
    for _ in range(p.epochs):
        net.forward(p.X)
        net.backward(p.X, p.Y)
    return {"output": output, "loss": loss, "trained": pairs([net.W1, net.W2], [net.b1, net.b2])}


@drives("argparse_top.py", sizes=(3, 4, 2))
def argparse_top(path: Path, p: Any) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder) / "data.csv"
        np.savetxt(data, np.column_stack([p.X, p.Y]), delimiter=",")
        with mock.patch.object(sys, "argv", [path.name, str(data), "--lr", repr(p.rate), "--epochs", "0"]):
            m = load(path)
    net = m.Net(*p.sizes)
    net.w, net.b = p.W, p.b
    output = net.predict(p.X)
    losses = [net.update(p.X, p.Y) for _ in range(p.epochs)]
    return {"output": output, "loss": losses[0], "trained": pairs(net.w, net.b)}


@drives("single_precision.py")
def single_precision(path: Path, p: Any) -> dict[str, Any]:
    """Its formulas in double precision, to which its constant is set; in its own they have to agree as far as that goes."""

    def computed(precision: str) -> dict[str, Any]:
        m = load(path)
        m.F = getattr(np, precision)
        net = m.Net32(*p.sizes)
        (net.w1, net.w2), (net.b1, net.b2) = turned(p.W), columns(p.b)
        for name in ("w1", "b1", "w2", "b2"):
            setattr(net, name, getattr(net, name).astype(precision))
        output = net(p.X.T).T
        losses = [net.learn(p.X.T, p.Y.T, p.rate) for _ in range(p.epochs)]
        assert {a.dtype for a in (output, net.w1, net.b1, net.w2, net.b2)} == {np.dtype(precision)}
        return {"output": output, "loss": losses[0], "trained": pairs([net.w1, net.w2], [net.b1, net.b2], True)}

    single, double = computed(p.conventions["precision"]), computed("float64")
    close = {"rtol": 1e-5, "atol": 1e-6}
    np.testing.assert_allclose(single["output"], double["output"], **close)
    np.testing.assert_allclose(single["loss"], double["loss"], **close)
    for layer, exact in zip(single["trained"], double["trained"], strict=True):
        for array, wanted in zip(layer, exact, strict=True):
            np.testing.assert_allclose(array, wanted, **close)
    return double
