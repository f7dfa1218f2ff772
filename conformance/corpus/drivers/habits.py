"""How to drive what people bring from elsewhere: lists that count from 1, decimals, losses that are objects."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np

from drivers.entry import drives
from drivers.layouts import columns, pairs, turned
from drivers.libraries import linear_parameters, set_linears
from drivers.loading import load


def _from_one(w: Any, b: Any) -> Any:
    """Weights and biases as one array with biases in its first row and nothing in its first column."""
    return np.pad(np.vstack([b, w]), ((0, 0), (1, 0)))


@drives("fortran_port.py", sizes=(2, 3, 1), rate=0.7)
def fortran_port(path: Path, p: Any) -> dict[str, Any]:
    m = load(path)
    m.W1[:], m.W2[:] = (_from_one(w, b).tolist() for w, b in zip(p.W, p.b, strict=True))
    X, Y = ([[0.0, *row] for row in part.tolist()] for part in (p.X, p.Y))
    output = [list(m.PROPAG(x))[1:] for x in X]
    for x, y in list(zip(X, Y, strict=True)) * p.epochs:
        m.LEARN(x, y, p.rate)
    found = [np.array(w) for w in (m.W1, m.W2)]
    return {"output": output, "trained": pairs([w[1:, 1:] for w in found], [w[0, 1:] for w in found])}


@drives("bp_from_one.py", rate=0.5)
def bp_from_one(path: Path, p: Any) -> dict[str, Any]:
    net = load(path).BP(*p.sizes)
    net.w, net.v = (_from_one(w, b).T.tolist() for w, b in zip(p.W, p.b, strict=True))
    output = [net.fwd(x) for x in p.X.tolist()]
    for x, y in list(zip(p.X.tolist(), p.Y.tolist(), strict=True)) * p.epochs:
        net.bwd(x, y, p.rate)
    found = [np.array(w).T for w in (net.w, net.v)]
    return {"output": output, "trained": pairs([w[1:, 1:] for w in found], [w[0, 1:] for w in found])}


@drives("exact_decimals.py", rate=0.5)
def exact_decimals(path: Path, p: Any) -> dict[str, Any]:
    from decimal import Decimal

    net = load(path).DecimalNetwork(*p.sizes)
    net.wh, net.wo = ([[Decimal(x) for x in row] for row in w.T.tolist()] for w in p.W)
    net.bh, net.bo = ([Decimal(x) for x in b.tolist()] for b in p.b)
    output = [list(map(float, net.forward(x))) for x in p.X]
    for x, y in list(zip(p.X, p.Y, strict=True)) * p.epochs:
        net.train(x, y, p.rate)
    weights, biases = ([np.array(part, dtype=float) for part in found] for found in ((net.wh, net.wo), (net.bh, net.bo)))
    return {"output": output, "trained": pairs(weights, biases, True)}


@drives("loss_object_net.py", sizes=(3, 4, 3))
def loss_object_net(path: Path, p: Any) -> dict[str, Any]:
    m = load(path)
    net = m.MLP(*p.sizes)
    linears = [layer for layer in net.layers if isinstance(layer, m.Linear)]
    for layer, w, b in zip(linears, p.W, p.b, strict=True):
        layer.W, layer.b = w, b
    output = net.forward(p.X)
    loss = m.MSELoss().forward(output, p.Y)
    m.train(net, p.X, p.Y, p.rate, p.epochs)
    return {"output": output, "loss": loss, "trained": [(layer.W, layer.b) for layer in linears]}


@drives("beta_net.py")
def beta_net(path: Path, p: Any) -> dict[str, Any]:
    net = load(path).SGDMomentumNet(list(p.sizes), lr=p.rate, **p.conventions["settings"])
    net.Ws, net.bs = turned(p.W), columns(p.b)
    output, loss = net.forward(p.X.T).T, net.cost(p.X.T, p.Y.T)
    for _ in range(p.epochs):
        net.step(p.X.T, p.Y.T)
    return {"output": output, "loss": loss, "trained": pairs(net.Ws, net.bs, True)}


@drives("fits_its_own.py")
def fits_its_own(path: Path, p: Any) -> dict[str, Any]:
    import torch

    def made(*layers: Any) -> Any:
        net = torch.nn.Sequential(*layers).double()
        set_linears([net[0], net[2]], p)
        return net

    m = load(path)
    m.nn = SimpleNamespace(**{**vars(torch.nn), "Sequential": made})
    x, y = torch.as_tensor(p.X), torch.as_tensor(p.Y)
    first, last = (m.train_model(x, y, p.sizes[1], times, p.rate) for times in (0, p.epochs))
    return {"output": first(x).detach().numpy(), "trained": linear_parameters([last[0], last[2]])}
