"""How to drive networks that functions, class methods and descriptions make, and a loop that is short of an epoch."""

from __future__ import annotations

import inspect
from pathlib import Path
from typing import Any

import numpy as np

from drivers.entry import drives
from drivers.layouts import pairs, turned
from drivers.loading import load


@drives("frozen_params.py")
def frozen_params(path: Path, p: Any) -> dict[str, Any]:
    m = load(path)
    params = m.Params(p.W[0], p.b[0], p.W[1], p.b[1])
    gradient, after = m.gradient(params, p.X, p.Y), m.fit(params, p.X, p.Y, p.rate, p.epochs)
    both = [[(found.w_in, found.b_in), (found.w_out, found.b_out)] for found in (gradient, after)]
    return {"output": m.forward(params, p.X)[1], "loss": m.mse(params, p.X, p.Y), "gradients": both[0], "trained": both[1]}


@drives("closure_stack.py", sizes=(3, 4, 3, 2))
def closure_stack(path: Path, p: Any) -> dict[str, Any]:
    predict, train_step = load(path).make_mlp(list(p.sizes))
    stack = inspect.getclosurevars(predict).nonlocals["stack"]
    remembered = [inspect.getclosurevars(forward).nonlocals for forward, _ in stack]
    dense = [names for names in remembered if "W" in names]
    for names, w, b in zip(dense, p.W, p.b, strict=True):
        names["W"][...], names["b"][...] = w, b
    output, losses = predict(p.X), [train_step(p.X, p.Y, p.rate) for _ in range(p.epochs)]
    return {"output": output, "loss": losses[0], "trained": [(names["W"], names["b"]) for names in dense]}


@drives("tensor_functions.py", sizes=(3, 4, 3))
def tensor_functions(path: Path, p: Any) -> dict[str, Any]:
    import torch

    m = load(path)
    params = [torch.tensor(part, requires_grad=True) for pair in zip(p.W, p.b, strict=True) for part in pair]
    x, y = torch.as_tensor(p.X), torch.as_tensor(p.labels)
    output = torch.softmax(m.model(x, params), 1).detach().numpy()
    m.fit(params, x, y, p.rate, p.epochs)
    w, b, v, c = (part.detach().numpy() for part in params)
    return {"output": output, "trained": [(w, b), (v, c)]}


@drives("units_and_names.py", sizes=(3, 4, 3))
def units_and_names(path: Path, p: Any) -> dict[str, Any]:
    net = load(path).DNN(p.sizes[0], [(p.sizes[1], "relu"), (p.sizes[2], "softmax")])
    net.Ws, net.bs = [w.copy() for w in p.W], [b.copy() for b in p.b]
    output, loss = net.predict_proba(p.X), net.log_loss(p.X, p.Y)
    net.fit(p.X, p.Y, p.rate, p.epochs)
    return {"output": output, "loss": loss, "trained": pairs(net.Ws, net.bs)}


@drives("short_of_an_epoch.py")
def short_of_an_epoch(path: Path, p: Any) -> dict[str, Any]:
    net = load(path).MLP(*p.sizes, eta=p.rate)
    (net.V, net.W), (net.v0, net.w0) = turned(p.W), [b.copy() for b in p.b]
    output = np.array([net.output(x) for x in p.X])
    net.train(p.X, p.Y, p.epochs)
    return {"output": output, "trained": pairs([net.V, net.W], [net.v0, net.w0], True)}

