"""How to drive each program of the corpus: set its parameters, run it, and return what it computed, in one layout.

A driver takes the program's path and a `verify.Problem` and returns any of output (samples as rows), loss, gradients and
trained, the last two as [(weights n_in by n_out, biases n_out), ...].
"""

from __future__ import annotations

import ast
import importlib.util
import json
import sys
import types
from collections.abc import Callable
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from unittest import mock

import numpy as np

DRIVERS: dict[str, tuple[Callable[..., dict[str, Any]], dict[str, Any]]] = {}


def drives(
    file: str,
    sizes: tuple[int, ...] = (3, 4, 2),
    scale: float = 1.0,
    rate: float = 0.3,
    epochs: int = 2,
    samples: int = 4,
) -> Callable[..., Any]:
    def enter(function: Callable[..., dict[str, Any]]) -> Callable[..., dict[str, Any]]:
        options = {"sizes": sizes, "scale": scale, "rate": rate, "epochs": epochs, "samples": samples}
        DRIVERS[file] = (function, options)
        return function

    return enter


# ---- loading


class Anything:
    """Stands in for a plotting library."""

    def __getattr__(self, name: str) -> Any:
        return self

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return self

    def __iter__(self) -> Any:
        return iter((self, self))


@contextmanager
def contained() -> Any:
    """No questions, no plots."""
    stand_in = types.ModuleType("matplotlib")
    pyplot = types.ModuleType("matplotlib.pyplot")
    pyplot.__getattr__ = lambda name: Anything()  # type: ignore[method-assign]
    stand_in.pyplot = pyplot  # type: ignore[attr-defined]
    modules = {"matplotlib": stand_in, "matplotlib.pyplot": pyplot}
    with mock.patch("builtins.input", lambda *_: "1"), mock.patch.dict(sys.modules, modules):
        yield


def load(path: Path) -> Any:
    """A module, or the code cells of a notebook, executed."""
    name = "corpus_" + path.stem
    if path.suffix == ".ipynb":
        module = types.ModuleType(name)
        with contained():
            exec(compile(cells(path), str(path), "exec"), vars(module))
        return module
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    with contained(), mock.patch.dict(sys.modules, {name: module}):
        spec.loader.exec_module(module)
    return module


def cells(path: Path) -> str:
    """The code of a notebook without its magics."""
    code = [cell["source"] for cell in json.loads(path.read_text(encoding="utf-8"))["cells"] if cell["cell_type"] == "code"]
    lines = "\n".join("".join(source) for source in code).splitlines()
    return "\n".join(line for line in lines if not line.startswith(("%", "!")))


def script(path: Path, times: int, **arrays: Any) -> dict[str, Any]:
    """The names of a script after the body of its last module-level loop has run on other arrays, a number of times."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    loops = [i for i, node in enumerate(tree.body) if isinstance(node, ast.For | ast.While)]
    loop = tree.body[loops[-1]]
    assert isinstance(loop, ast.For | ast.While)
    before = ast.Module(tree.body[: loops[-1]], [])
    names: dict[str, Any] = {"__name__": "script"}
    with contained():
        exec(compile(before, str(path), "exec"), names)
        names.update(arrays)
        for count in range(times):
            if isinstance(loop, ast.For) and isinstance(loop.target, ast.Name):
                names[loop.target.id] = count
            exec(compile(ast.Module(loop.body, []), str(path), "exec"), names)
    return names


# ---- layouts


def columns(biases: list[Any]) -> list[Any]:
    return [b.reshape(-1, 1).copy() for b in biases]


def rows(biases: list[Any]) -> list[Any]:
    return [b.reshape(1, -1).copy() for b in biases]


def turned(weights: list[Any]) -> list[Any]:
    return [w.T.copy() for w in weights]


def pairs(weights: Any, biases: Any, transposed: bool = False) -> list[tuple[Any, Any]]:
    return [
        (np.asarray(w).T if transposed else np.asarray(w), np.ravel(np.transpose(b))) for w, b in zip(weights, biases, strict=True)
    ]


# ---- the programs


@drives("shallow_net.py")
def shallow_net(path: Path, p: Any) -> dict[str, Any]:
    net = load(path).ShallowNet(*p.sizes)
    (net.w_ih, net.w_ho), (net.b_h, net.b_o) = p.W, rows(p.b)
    output = net.predict(p.X)
    net.fit(p.X, p.Y, p.rate, p.epochs)
    return {"output": output, "trained": pairs([net.w_ih, net.w_ho], [net.b_h, net.b_o])}


@drives("perceptron_mlp.py")
def perceptron_mlp(path: Path, p: Any) -> dict[str, Any]:
    net = load(path).MultiLayerPerceptron(*p.sizes, eta=p.rate)
    (net.wi, net.wo), (net.bi, net.bo) = p.W, p.b
    output = net.feed_forward(p.X)
    losses = net.train(p.X, p.Y, p.epochs)
    return {"output": output, "loss": losses[0], "trained": pairs([net.wi, net.wo], [net.bi, net.bo])}


@drives("simple_mlp.py")
def simple_mlp(path: Path, p: Any) -> dict[str, Any]:
    net = load(path).SimpleMLP(*p.sizes)
    (net.weights1, net.weights2), (net.bias1, net.bias2) = p.W, p.b
    output = net.forward(p.X)
    loss = net.train(p.X, p.Y, lr=0.0, n_iter=1)
    net.train(p.X, p.Y, p.rate, p.epochs)
    return {"output": output, "loss": loss, "trained": pairs([net.weights1, net.weights2], [net.bias1, net.bias2])}


@drives("two_layer_net.py")
def two_layer_net(path: Path, p: Any) -> dict[str, Any]:
    net = load(path).TwoLayerNet(*p.sizes)
    net.params = {"W1": p.W[0], "b1": p.b[0], "W2": p.W[1], "b2": p.b[1]}
    loss, g = net.loss(p.X, p.labels)
    output = net.predict_proba(p.X)
    net.train(p.X, p.labels, learning_rate=p.rate, num_iters=p.epochs)
    q = net.params
    return {
        "output": output,
        "loss": loss,
        "gradients": pairs([g["W1"], g["W2"]], [g["b1"], g["b2"]]),
        "trained": pairs([q["W1"], q["W2"]], [q["b1"], q["b2"]]),
    }


@drives("nn_columns.py")
def nn_columns(path: Path, p: Any) -> dict[str, Any]:
    module = load(path)
    net = module.NN(*p.sizes)
    (net.W1, net.W2), (net.b1, net.b2) = turned(p.W), columns(p.b)
    output = net.forward(p.X.T).T
    loss = net.cost(p.Y.T)
    net.backward(p.Y.T)
    gradients = pairs([net.dW1, net.dW2], [net.db1, net.db2], True)
    module.train(net, p.X.T, p.Y.T, p.epochs, p.rate)
    return {"output": output, "loss": loss, "gradients": gradients, "trained": pairs([net.W1, net.W2], [net.b1, net.b2], True)}


@drives("relu_columns.py")
def relu_columns(path: Path, p: Any) -> dict[str, Any]:
    net = load(path).FeedForward(*p.sizes)
    (net.W1, net.W2), (net.b1, net.b2) = turned(p.W), columns(p.b)
    g = net.gradients(p.X.T, p.Y.T)
    output = net.forward(p.X.T)[0].T
    history = net.fit(p.X.T, p.Y.T, p.rate, p.epochs)
    gradients = pairs([g["W1"], g["W2"]], [g["b1"], g["b2"]], True)
    trained = pairs([net.W1, net.W2], [net.b1, net.b2], True)
    return {"output": output, "loss": history[0], "gradients": gradients, "trained": trained}


@drives("tanh_regressor.py")
def tanh_regressor(path: Path, p: Any) -> dict[str, Any]:
    net = load(path).TanhRegressor(p.sizes[1])
    (net.W1, net.W2), (net.b1, net.b2) = p.W, p.b
    output = net.predict(p.X)
    losses = net.fit(p.X, p.Y, p.epochs, p.rate)
    return {"output": output, "loss": losses[0], "trained": pairs([net.W1, net.W2], [net.b1, net.b2])}


@drives("softmax_classifier.py", sizes=(3, 4, 3))
def softmax_classifier(path: Path, p: Any) -> dict[str, Any]:
    net = load(path).SoftmaxNet(*p.sizes, lr=p.rate)
    (net.W1, net.W2), (net.b1, net.b2) = p.W, p.b
    output = net.forward(p.X)
    loss = net.cross_entropy(p.Y)
    net.fit(p.X, p.Y, p.epochs)
    return {"output": output, "loss": loss, "trained": pairs([net.W1, net.W2], [net.b1, net.b2])}


@drives("regression_rows.py")
def regression_rows(path: Path, p: Any) -> dict[str, Any]:
    net = load(path).Net(p.sizes)
    (net.W1, net.W2), (net.b1, net.b2) = p.W, rows(p.b)
    gW1, gb1, gW2, gb2 = net.grad(p.X, p.Y)
    loss, output = net.loss(p.X, p.Y), net.forward(p.X)
    net.train(p.X, p.Y, p.rate, p.epochs)
    gradients = pairs([gW1, gW2], [gb1, gb2])
    return {"output": output, "loss": loss, "gradients": gradients, "trained": pairs([net.W1, net.W2], [net.b1, net.b2])}


@drives("column_xor.py")
def column_xor(path: Path, p: Any) -> dict[str, Any]:
    net = load(path).XorNet(*p.sizes, alpha=p.rate)
    (net.W1, net.W2), (net.b1, net.b2) = turned(p.W), columns(p.b)
    output = net.forward_prop(p.X.T).T
    net.train(p.X.T, p.Y.T, p.epochs)
    return {"output": output, "trained": pairs([net.W1, net.W2], [net.b1, net.b2], True)}
