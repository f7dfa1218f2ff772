"""How to drive parameters in a dictionary or a tuple, and free functions over them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from drivers.entry import drives
from drivers.layouts import column_dictionary, named, pairs, rows
from drivers.loading import load


@drives("planar_model.py")
def planar_model(path: Path, p: Any) -> dict[str, Any]:
    m = load(path)
    q = column_dictionary(p)
    output, cache = m.forward_propagation(p.X.T, q)
    loss = m.compute_cost(output, p.Y.T)
    gradients = named(m.backward_propagation(q, cache, p.X.T, p.Y.T), "dW%d", "db%d", 2, transposed=True)
    for _ in range(p.epochs):
        _, cache = m.forward_propagation(p.X.T, q)
        q = m.update_parameters(q, m.backward_propagation(q, cache, p.X.T, p.Y.T), p.rate)
    trained = named(q, "W%d", "b%d", 2, transposed=True)
    return {"output": output.T, "loss": loss, "gradients": gradients, "trained": trained}


@drives("deep_columns.py", sizes=(3, 4, 4, 2))
def deep_columns(path: Path, p: Any) -> dict[str, Any]:
    m = load(path)
    q = column_dictionary(p)
    output, caches = m.L_model_forward(p.X.T, q)
    gradients = named(m.L_model_backward(output, p.Y.T, caches), "dW%d", "db%d", 3, transposed=True)
    q = m.L_layer_model(p.X.T, p.Y.T, p.sizes, p.rate, p.epochs, q)
    return {"output": output.T, "gradients": gradients, "trained": named(q, "W%d", "b%d", 3, transposed=True)}


@drives("deep_mse_columns.py", sizes=(3, 4, 4, 2))
def deep_mse_columns(path: Path, p: Any) -> dict[str, Any]:
    m = load(path)
    q = column_dictionary(p)
    output, cache = m.forward(p.X.T, q)
    loss = m.cost(output, p.Y.T)
    gradients = named(m.backward(output, p.Y.T, cache, q), "dW%d", "db%d", 3, transposed=True)
    q = m.model(p.X.T, p.Y.T, q, p.rate, p.epochs)
    trained = named(q, "W%d", "b%d", 3, transposed=True)
    return {"output": output.T, "loss": loss, "gradients": gradients, "trained": trained}


@drives("one_hidden_functions.py")
def one_hidden_functions(path: Path, p: Any) -> dict[str, Any]:
    m = load(path)
    q = column_dictionary(p)
    steps = m.forward_prop(q, p.X.T)
    output = steps[3].T
    dw1, db1, dw2, db2 = m.back_prop(*steps, q, p.X.T, p.Y.T)
    for _ in range(p.epochs):
        q = m.update_params(q, *m.back_prop(*m.forward_prop(q, p.X.T), q, p.X.T, p.Y.T), p.rate)
    trained = named(q, "W%d", "b%d", 2, transposed=True)
    return {"output": output, "gradients": pairs([dw1, dw2], [db1, db2], True), "trained": trained}


@drives("params_rows.py", sizes=(3, 4, 4, 3))
def params_rows(path: Path, p: Any) -> dict[str, Any]:
    m = load(path)
    q = {}
    for n, (w, b) in enumerate(zip(p.W, rows(p.b), strict=True)):
        q |= {f"Weights_{n}": w, f"bias_{n}": b}
    output = m.forward(q, p.X)[-1]
    gradients = named(m.gradients(q, p.X, p.Y), "Weights_%d", "bias_%d", 3, 0)
    q, losses = m.train(q, p.X, p.Y, p.rate, p.epochs)
    trained = named(q, "Weights_%d", "bias_%d", 3, 0)
    return {"output": output, "loss": losses[0], "gradients": gradients, "trained": trained}


@drives("cached_net.py", samples=4)
def cached_net(path: Path, p: Any) -> dict[str, Any]:
    m = load(path)
    m.params |= {"w1": p.W[0], "b1": p.b[0], "w2": p.W[1], "b2": p.b[1]}
    output = m.forward(p.X)
    m.cache.clear()
    m.train([(p.X[i : i + 1], p.Y[i : i + 1]) for i in range(len(p.X))], p.rate, p.epochs)
    return {"output": output, "trained": named(m.params, "w%d", "b%d", 2)}


@drives("functional_tuple.py", sizes=(3, 4, 4, 2))
def functional_tuple(path: Path, p: Any) -> dict[str, Any]:
    m = load(path)
    q = tuple(zip(p.W, p.b, strict=True))
    output, (loss, gradients) = m.apply(q, p.X), m.value_and_grad(q, p.X, p.Y)
    for _ in range(p.epochs):
        q = m.sgd(q, m.value_and_grad(q, p.X, p.Y)[1], p.rate)
    return {"output": output, "loss": loss, "gradients": list(gradients), "trained": list(q)}
