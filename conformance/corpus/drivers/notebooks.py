"""How to drive notebooks."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from drivers.entry import drives
from drivers.layouts import named, pairs, rows
from drivers.loading import load


@drives("first_network.ipynb")
def first_network(path: Path, p: Any) -> dict[str, Any]:
    net = load(path).NeuralNetwork(*p.sizes)
    (net.Wh, net.Wo), (net.bh, net.bo) = p.W, rows(p.b)
    output = net.forward(p.X)
    for _ in range(p.epochs):
        net.forward(p.X)
        net.backward(p.X, p.Y, p.rate)
    return {"output": output, "trained": pairs([net.Wh, net.Wo], [net.bh, net.bo])}


@drives("moons.ipynb", sizes=(3, 4, 3))
def moons(path: Path, p: Any) -> dict[str, Any]:
    m = load(path)
    q = {"W1": p.W[0], "b1": p.b[0], "W2": p.W[1], "b2": p.b[1]}
    found = {"output": m.forward(q, p.X)[1], "gradients": named(m.backward(q, p.X, p.Y), "W%d", "b%d", 2)}
    for _ in range(p.epochs):
        q = m.update(q, m.backward(q, p.X, p.Y), p.rate)
    return found | {"trained": named(q, "W%d", "b%d", 2)}


@drives("lab3.ipynb", sizes=(3, 4, 3))
def lab3(path: Path, p: Any) -> dict[str, Any]:
    net = load(path).Lab3Net(*p.sizes)
    (net.W1, net.W2), (net.b1, net.b2) = p.W, p.b
    output, loss, g = net.forward(p.X), net.loss(p.X, p.Y), net.backward(p.X, p.Y)
    net.train(p.X, p.Y, p.rate, p.epochs)
    trained = pairs([net.W1, net.W2], [net.b1, net.b2])
    return {"output": output, "loss": loss, "gradients": pairs(g[0::2], g[1::2]), "trained": trained}
