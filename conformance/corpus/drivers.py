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
    with mock.patch("builtins.input", return_value="1"), mock.patch.dict(sys.modules, modules):
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
    assert spec is not None
    assert spec.loader is not None
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
        (np.asarray(w).T if transposed else np.asarray(w), np.ravel(np.transpose(b)))
        for w, b in zip(weights, biases, strict=True)
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


def column_samples(p: Any) -> list[tuple[Any, Any]]:
    return [(x.reshape(-1, 1), y.reshape(-1, 1)) for x, y in zip(p.X, p.Y, strict=True)]


def total(each: list[list[tuple[Any, Any]]]) -> list[tuple[Any, Any]]:
    """The sum over samples of gradients."""
    return [(sum(w for w, _ in layer), sum(b for _, b in layer)) for layer in zip(*each, strict=True)]


def mean(each: list[list[tuple[Any, Any]]]) -> list[tuple[Any, Any]]:
    return [(w / len(each), b / len(each)) for w, b in total(each)]


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


def named(values: Any, weights: str, biases: str, count: int, first: int = 1, transposed: bool = False) -> Any:
    """Pairs from a dictionary with numbered keys."""
    layers = range(first, first + count)
    return pairs([values[weights % n] for n in layers], [values[biases % n] for n in layers], transposed)


def column_dictionary(p: Any) -> dict[str, Any]:
    found = {}
    for n, (w, b) in enumerate(zip(turned(p.W), columns(p.b), strict=True), 1):
        found |= {f"W{n}": w, f"b{n}": b}
    return found


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


@drives("engine.py", sizes=(3, 4, 3, 2), rate=0.05)
def engine(path: Path, p: Any) -> dict[str, Any]:
    m = load(path)
    net = m.MLP(p.sizes[0], list(p.sizes[1:]))
    for layer, w, b in zip(net.layers, p.W, p.b, strict=True):
        for neuron, column, bias in zip(layer.neurons, w.T, b, strict=True):
            neuron.w, neuron.b = [m.Value(float(v)) for v in column], m.Value(float(bias))
    X, Y = p.X.tolist(), p.Y.tolist()
    output = [[v.data for v in net(x)] for x in X]
    loss = m.squared_loss(net, X, Y)
    loss.backward()

    def parameters(what: str) -> Any:
        weights = [np.array([[getattr(v, what) for v in n.w] for n in layer.neurons]) for layer in net.layers]
        return pairs(weights, [[getattr(n.b, what) for n in layer.neurons] for layer in net.layers], True)

    gradients = parameters("grad")
    m.train(net, X, Y, p.epochs, p.rate)
    return {"output": output, "loss": loss.data, "gradients": gradients, "trained": parameters("data")}


@drives("scalar_graph.py", sizes=(3, 4, 3, 2))
def scalar_graph(path: Path, p: Any) -> dict[str, Any]:
    net = load(path).Network(*p.sizes)
    net.weights, net.biases = [w.T.tolist() for w in p.W], [b.tolist() for b in p.b]
    X, Y = p.X.tolist(), p.Y.tolist()
    output = [net.predict(x) for x in X]
    loss, gw, gb = net.gradient(X, Y)
    for _ in range(p.epochs):
        net.step(X, Y, p.rate)
    trained = pairs(net.weights, net.biases, True)
    return {"output": output, "loss": loss, "gradients": pairs(gw, gb, True), "trained": trained}


@drives("micro_engine.py", sizes=(3, 4, 2), rate=0.02)
def micro_engine(path: Path, p: Any) -> dict[str, Any]:
    m = load(path)
    net = m.MLP(p.sizes)
    for layer, w, b in zip(net.layers, p.W, p.b, strict=True):
        for unit, column, bias in zip(layer, w.T, b, strict=True):
            unit.w, unit.b = [m.Scalar(v) for v in column], m.Scalar(bias)
    X, Y = p.X.tolist(), p.Y.tolist()
    output = [[v.data for v in net(x)] for x in X]
    history = net.fit(X, Y, p.epochs, p.rate)
    weights = [np.array([[v.data for v in u.w] for u in layer]) for layer in net.layers]
    trained = pairs(weights, [[u.b.data for u in layer] for layer in net.layers], True)
    return {"output": output, "loss": history[0], "trained": trained}


def set_neurons(layers: Any, p: Any) -> None:
    for layer, w, b in zip(layers, p.W, p.b, strict=True):
        for neuron, column, bias in zip(layer, w.T.tolist(), b.tolist(), strict=True):
            neuron.weights, neuron.bias = column, bias


def neurons(layers: Any) -> list[tuple[Any, Any]]:
    return [(np.array([n.weights for n in layer]).T, np.array([n.bias for n in layer])) for layer in layers]


@drives("neuron_objects.py")
def neuron_objects(path: Path, p: Any) -> dict[str, Any]:
    net = load(path).NeuralNetwork(*p.sizes, learning_rate=p.rate)
    layers = [net.hidden_layer.neurons, net.output_layer.neurons]
    set_neurons(layers, p)
    X, Y = p.X.tolist(), p.Y.tolist()
    output, loss = [net.feed_forward(x) for x in X], net.total_error(list(zip(X, Y, strict=True)))
    for _ in range(p.epochs):
        for x, y in zip(X, Y, strict=True):
            net.train(x, y)
    return {"output": output, "loss": loss, "trained": neurons(layers)}


@drives("cells.py", sizes=(3, 4, 3, 2), rate=0.1)
def cell_net(path: Path, p: Any) -> dict[str, Any]:
    net = load(path).CellNet(p.sizes, p.rate)
    set_neurons(net.layers, p)
    X, Y = p.X.tolist(), p.Y.tolist()
    output = [net.think(x) for x in X]
    net.train(list(zip(X, Y, strict=True)), p.epochs)
    return {"output": output, "trained": neurons(net.layers)}


@drives("from_scratch_lists.py")
def from_scratch_lists(path: Path, p: Any) -> dict[str, Any]:
    m = load(path)
    network = [
        [{"weights": [*column, bias]} for column, bias in zip(w.T.tolist(), b.tolist(), strict=True)]
        for w, b in zip(p.W, p.b, strict=True)
    ]
    X, Y = p.X.tolist(), p.Y.tolist()
    output = [m.forward_propagate(network, x) for x in X]
    m.train_network(network, X, Y, p.rate, p.epochs)
    both = [np.array([n["weights"] for n in layer]) for layer in network]
    return {"output": output, "trained": pairs([a[:, :-1] for a in both], [a[:, -1] for a in both], True)}


@drives("seeds_network.py")
def seeds_network(path: Path, p: Any) -> dict[str, Any]:
    m = load(path)
    net = [
        [{"w": column, "b": bias} for column, bias in zip(w.T.tolist(), b.tolist(), strict=True)]
        for w, b in zip(p.W, p.b, strict=True)
    ]
    X, Y = p.X.tolist(), p.Y.tolist()
    output, loss = [m.forward(net, x) for x in X], m.squared_error(net, X, Y)
    m.train(net, X, Y, p.rate, p.epochs)
    trained = pairs([[u["w"] for u in layer] for layer in net], [[u["b"] for u in layer] for layer in net], True)
    return {"output": output, "loss": loss, "trained": trained}


@drives("matrix_lists.py", sizes=(3, 4, 3, 2), rate=0.1)
def matrix_lists(path: Path, p: Any) -> dict[str, Any]:
    net = load(path).Mlp(p.sizes)
    net.weights, net.biases = [w.tolist() for w in p.W], [b.tolist() for b in p.b]
    X, Y = p.X.tolist(), p.Y.tolist()
    output, loss, gradients = net.predict(X), net.loss(X, Y), net.gradients(X, Y)
    net.train(X, Y, p.rate, p.epochs)
    return {"output": output, "loss": loss, "gradients": gradients, "trained": pairs(net.weights, net.biases)}


@drives("pure_python_net.py")
def pure_python_net(path: Path, p: Any) -> dict[str, Any]:
    net = load(path).PurePythonNet(*p.sizes, lr=p.rate)
    (net.w_hidden, net.w_out), (net.b_hidden, net.b_out) = [w.T.tolist() for w in p.W], [b.tolist() for b in p.b]
    output = [list(net.run(x)) for x in p.X.tolist()]
    for _ in range(p.epochs):
        for x, y in zip(p.X.tolist(), p.Y.tolist(), strict=True):
            net.train_pattern(x, y)
    return {"output": output, "trained": pairs([net.w_hidden, net.w_out], [net.b_hidden, net.b_out], True)}


@drives("augmented_rows.py", sizes=(3, 4, 3, 2))
def augmented_rows(path: Path, p: Any) -> dict[str, Any]:
    net = load(path).BiasTrickNet(p.sizes, p.rate)
    net.W = [np.vstack([w, b]) for w, b in zip(p.W, p.b, strict=True)]
    output, loss = net.predict(p.X), net.calculate_loss(p.X, p.Y)
    net.fit(p.X, p.Y, p.epochs)
    trained = pairs([w[:-1] for w in net.W], [w[-1] for w in net.W])
    return {"output": output, "loss": loss, "trained": trained}


@drives("theta_cost.py", sizes=(3, 4, 3))
def theta_cost(path: Path, p: Any) -> dict[str, Any]:
    m = load(path)
    thetas = [np.column_stack([b, w.T]) for w, b in zip(p.W, p.b, strict=True)]
    loss, gradient = m.nn_cost_function(np.concatenate([t.ravel() for t in thetas]), *p.sizes, p.X, p.labels)
    both = m.reshape_params(gradient, *p.sizes)
    return {"loss": loss, "gradients": pairs([t[:, 1:] for t in both], [t[:, 0] for t in both], True)}


@drives("first_row_bias.py")
def first_row_bias(path: Path, p: Any) -> dict[str, Any]:
    net = load(path).NeuralNet(*p.sizes)
    net.V, net.U = [np.vstack([b, w]) for w, b in zip(p.W, p.b, strict=True)]
    output = net.forward(p.X)
    both = net.backward(output - p.Y)
    gradients = pairs([g[1:] for g in both], [g[0] for g in both])
    losses = [net.train_epoch(p.X, p.Y, p.rate) for _ in range(p.epochs)]
    trained = pairs([net.V[1:], net.U[1:]], [net.V[0], net.U[0]])
    return {"output": output, "loss": losses[0], "gradients": gradients, "trained": trained}


@drives("flat_theta.py")
def flat_theta(path: Path, p: Any) -> dict[str, Any]:
    net = load(path).FlatMLP(*p.sizes)
    net.theta = net.pack(p.W[0], p.b[0], p.W[1], p.b[1])
    loss, gradient = net.objective(net.theta, p.X, p.Y)
    output = net.predict(p.X)
    net.minimize(p.X, p.Y, p.rate, p.epochs)

    def layers(vector: Any) -> Any:
        w1, b1, w2, b2 = net.unpack(vector)
        return pairs([w1, w2], [b1, b2])

    return {"output": output, "loss": loss, "gradients": layers(gradient), "trained": layers(net.theta)}


@drives("three_layers.py", sizes=(3, 4, 4, 2))
def three_layers(path: Path, p: Any) -> dict[str, Any]:
    net = load(path).ThreeLayerNet(p.sizes[0], p.sizes[1], p.sizes[3], p.rate)
    (net.W1, net.W2, net.W3), (net.b1, net.b2, net.b3) = p.W, p.b
    output = net.forward(p.X)
    net.backward(p.X, p.Y)
    gradients = pairs([net.dW1, net.dW2, net.dW3], [net.db1, net.db2, net.db3])
    net.train(p.X, p.Y, p.epochs)
    trained = pairs([net.W1, net.W2, net.W3], [net.b1, net.b2, net.b3])
    return {"output": output, "gradients": gradients, "trained": trained}


def interleaved(p: Any) -> list[Any]:
    return [array for pair in zip(p.W, p.b, strict=True) for array in pair]


@drives("weights_api.py", sizes=(3, 4, 3, 2))
def weights_api(path: Path, p: Any) -> dict[str, Any]:
    net = load(path).SimpleNetwork(list(p.sizes), activation="tanh", output_activation="sigmoid", lr=p.rate)
    net.set_weights(interleaved(p))
    output, loss = net.predict(p.X), net.evaluate(p.X, p.Y)
    for _ in range(p.epochs):
        net.train_on_batch(p.X, p.Y)
    arrays = net.get_weights()
    return {"output": output, "loss": loss, "trained": pairs(arrays[0::2], arrays[1::2])}


@drives("activation_names.py", rate=0.1)
def activation_names(path: Path, p: Any) -> dict[str, Any]:
    net = load(path).Network(*p.sizes, activation=p.conventions["hidden_activation"])
    net.weights, net.biases = p.W, p.b
    output, loss = net.forward(p.X)[1], net.loss(p.X, p.Y)
    gradients = list(net.gradient(p.X, p.Y))
    net.fit(p.X, p.Y, p.epochs, p.rate)
    return {"output": output, "loss": loss, "gradients": gradients, "trained": pairs(net.weights, net.biases)}


@drives("namedtuple_net.py")
def namedtuple_net(path: Path, p: Any) -> dict[str, Any]:
    m = load(path)
    q = m.Params(p.W[0], p.b[0], p.W[1], p.b[1])
    g = m.gradient(q, p.X, p.Y)
    t = m.train(q, p.X, p.Y, p.rate, p.epochs)
    return {
        "output": m.forward(q, p.X)[1],
        "loss": m.energy(q, p.X, p.Y),
        "gradients": pairs(g[0::2], g[1::2]),
        "trained": pairs(t[0::2], t[1::2]),
    }


@drives("closure_net.py", sizes=(3, 4, 3, 2), rate=0.05)
def closure_net(path: Path, p: Any) -> dict[str, Any]:
    m = load(path)
    layers = [m.Layer(w, b, act) for w, b, act in zip(turned(p.W), p.b, (m.RELU, m.TANH, m.SIGMOID), strict=True)]
    forward, loss, grad, step = m.make_network(layers)
    found = {"output": forward(p.X), "loss": loss(p.X, p.Y), "gradients": [(w.T, b) for w, b in grad(p.X, p.Y)]}
    for _ in range(p.epochs):
        step(p.X, p.Y, p.rate)
    return found | {"trained": pairs([x.W for x in layers], [x.b for x in layers], True)}


@drives("momentum_net.py", sizes=(3, 4, 3, 2))
def momentum_net(path: Path, p: Any) -> dict[str, Any]:
    m = load(path)
    net = m.MLP(m.Config(sizes=list(p.sizes), lr=p.rate))
    net.W, net.b = p.W, p.b
    output, gradients = net.forward(p.X)[-1], pairs(*net.gradients(p.X, p.Y))
    net.fit(p.X, p.Y, p.epochs)
    return {"output": output, "gradients": gradients, "trained": pairs(net.W, net.b)}


@drives("autograd_mlp.py", sizes=(3, 4, 4, 3))
def autograd_mlp(path: Path, p: Any) -> dict[str, Any]:
    m = load(path)
    q = list(zip(p.W, p.b, strict=True))
    found = {
        "output": np.exp(m.predict(q, p.X)),
        "loss": m.objective(q, p.X, p.Y),
        "gradients": m.objective_grad(q, p.X, p.Y),
    }
    for _ in range(p.epochs):
        q = m.update(q, p.X, p.Y, p.rate)
    return found | {"trained": q}


@drives("pytree_numpy.py", sizes=(3, 4, 4, 2), rate=0.1)
def pytree_numpy(path: Path, p: Any) -> dict[str, Any]:
    m = load(path)
    q = list(zip(turned(p.W), p.b, strict=True))
    loss, gradients = m.value_and_grad(q, p.X, p.Y)
    output = m.apply(q, p.X)
    for _ in range(p.epochs):
        q = m.update(q, p.X, p.Y, p.rate)
    turn = lambda both: [(w.T, b) for w, b in both]  # noqa: E731
    return {"output": output, "loss": loss, "gradients": turn(gradients), "trained": turn(q)}


def set_linears(linears: Any, p: Any) -> None:
    import torch

    with torch.no_grad():
        for linear, w, b in zip(linears, turned(p.W), p.b, strict=True):
            linear.weight.copy_(torch.as_tensor(w))
            linear.bias.copy_(torch.as_tensor(b))


def linear_parameters(linears: Any, what: str = "data") -> list[tuple[Any, Any]]:
    take = lambda parameter: getattr(parameter, what).detach().numpy().copy()  # noqa: E731
    return [(take(linear.weight).T, take(linear.bias)) for linear in linears]


@drives("torch_classifier.py", sizes=(3, 4, 3))
def torch_classifier(path: Path, p: Any) -> dict[str, Any]:
    import torch

    m = load(path)
    net = m.Classifier(*p.sizes).double()
    set_linears([net.hidden, net.out], p)
    output = torch.softmax(net(torch.as_tensor(p.X)), 1) if "softmax" not in path.read_text() else net(torch.as_tensor(p.X))
    losses = m.train(net, torch.as_tensor(p.X), torch.as_tensor(p.labels), p.epochs, p.rate)
    trained = linear_parameters([net.hidden, net.out])
    return {"output": output.detach().numpy(), "loss": losses[0], "trained": trained}


@drives("torch_sequential.py", sizes=(3, 4, 4, 2))
def torch_sequential(path: Path, p: Any) -> dict[str, Any]:
    import torch

    m = load(path)
    net = m.build_model(3, (4, 4), 2).double()
    set_linears(net[::2], p)
    x, y = torch.as_tensor(p.X), torch.as_tensor(p.Y)
    output = net(x).detach().numpy()
    loss = m.train_model(net, x, y, p.rate, 1)
    gradients = linear_parameters(net[::2], "grad")
    m.train_model(net, x, y, p.rate, p.epochs - 1)
    return {"output": output, "loss": loss, "gradients": gradients, "trained": linear_parameters(net[::2])}


@drives("torch_fc.py", sizes=(3, 4, 4, 2))
def torch_fc(path: Path, p: Any) -> dict[str, Any]:
    import torch

    m = load(path)
    net = m.Net(3, 4, 2).double()
    linears = [net.fc1, net.fc2, net.fc3]
    set_linears(linears, p)
    x, y = torch.as_tensor(p.X), torch.as_tensor(p.Y)
    output = net(x).detach().numpy()
    losses = [m.train_step(net, x, y, p.rate) for _ in range(p.epochs)]
    return {"output": output, "loss": losses[0], "trained": linear_parameters(linears)}


@drives("torch_decay.py", sizes=(3, 4, 4, 2), rate=0.1)
def torch_decay(path: Path, p: Any) -> dict[str, Any]:
    net = load(path).MLP(p.sizes, p.rate)
    set_linears(net.linears, p)
    output, losses = net.predict(p.X), net.fit(p.X, p.Y, p.epochs)
    return {"output": output, "loss": losses[0], "trained": linear_parameters(net.linears)}


@drives("mlp_regressor.py", sizes=(3, 4, 4, 2))
def mlp_regressor(path: Path, p: Any) -> dict[str, Any]:
    net = load(path).ScratchMLPRegressor(hidden_layer_sizes=(4, 4), learning_rate_init=p.rate, max_iter=0).fit(p.X, p.Y)
    net.coefs_, net.intercepts_ = p.W, p.b
    output = net.predict(p.X)
    for _ in range(p.epochs):
        net.partial_fit(p.X, p.Y)
    return {"output": output, "loss": net.loss_curve_[0], "trained": pairs(net.coefs_, net.intercepts_)}


@drives("mlp_classifier.py", sizes=(3, 4, 3))
def mlp_classifier(path: Path, p: Any) -> dict[str, Any]:
    net = load(path).NeuralClassifier(n_hidden=4, epochs=p.epochs, eta=p.rate)
    (net.w_h, net.w_out), (net.b_h, net.b_out) = p.W, p.b
    output = net.predict_proba(p.X)
    net.fit(p.X, p.labels, warm_start=True)
    return {"output": output, "trained": pairs([net.w_h, net.w_out], [net.b_h, net.b_out])}


@drives("fast_net.py")
def fast_net(path: Path, p: Any) -> dict[str, Any]:
    net = load(path).FastNet(*p.sizes, lr=p.rate)
    (net.w1, net.w2), (net.b1, net.b2) = p.W, p.b
    output = net.forward(p.X)
    losses = [net.train(p.X, p.Y) for _ in range(p.epochs)]
    return {"output": output, "loss": losses[0], "trained": pairs([net.w1, net.w2], [net.b1, net.b2])}


@drives("eleven_lines.py", rate=1.0)
def eleven_lines(path: Path, p: Any) -> dict[str, Any]:
    first = script(path, 1, syn0=p.W[0].copy(), syn1=p.W[1].copy(), X=p.X, T=p.Y)
    found = script(path, p.epochs, syn0=p.W[0], syn1=p.W[1], X=p.X, T=p.Y)
    return {"output": first["out"], "trained": pairs([found["syn0"], found["syn1"]], [0 * b for b in p.b])}


@drives("short_script.py", rate=0.5)
def short_script(path: Path, p: Any) -> dict[str, Any]:
    found = script(path, p.epochs, synapse_0=p.W[0], synapse_1=p.W[1], X=p.X, y=p.Y)
    return {"trained": pairs([found["synapse_0"], found["synapse_1"]], [0 * b for b in p.b])}


@drives("ask_and_train.py", rate=0.4)
def ask_and_train(path: Path, p: Any) -> dict[str, Any]:
    b1, b2 = rows(p.b)
    arrays = {"W1": p.W[0], "W2": p.W[1], "b1": b1, "b2": b2, "X": p.X, "Y": p.Y}
    first = script(path, 1, **{name: array.copy() for name, array in arrays.items()})
    found = script(path, p.epochs, **arrays)
    gradients = pairs([first["dW1"], first["dW2"]], [first["db1"], first["db2"]])
    trained = pairs([found["W1"], found["W2"]], [found["b1"], found["b2"]])
    return {"output": first["out"], "loss": first["loss"], "gradients": gradients, "trained": trained}


@drives("sine_fit.py", rate=0.05)
def sine_fit(path: Path, p: Any) -> dict[str, Any]:
    (W1, W2), (b1, b2) = turned(p.W), columns(p.b)
    arrays = {"W1": W1, "W2": W2, "b1": b1, "b2": b2, "x": p.X.T, "t": p.Y.T}
    first = script(path, 1, **arrays)
    found = script(path, p.epochs, **arrays)
    trained = pairs([found["W1"], found["W2"]], [found["b1"], found["b2"]], True)
    return {"output": first["a2"].T, "loss": first["losses"][0], "trained": trained}


@drives("xor_biases.py", rate=0.1)
def xor_biases(path: Path, p: Any) -> dict[str, Any]:
    biases = dict(zip(("hidden_bias", "output_bias"), rows(p.b), strict=True))
    arrays = {"hidden_weights": p.W[0], "output_weights": p.W[1], "inputs": p.X, "expected": p.Y} | biases
    first = script(path, 1, **{name: array.copy() for name, array in arrays.items()})
    found = script(path, p.epochs, **arrays)
    both = [found["hidden_weights"], found["output_weights"]], [found["hidden_bias"], found["output_bias"]]
    return {"output": first["predicted"], "trained": pairs(*both)}


@drives("xor_by_hand.py", sizes=(2, 2, 1))
def xor_by_hand(path: Path, p: Any) -> dict[str, Any]:
    net = load(path).Xor()
    (net.w11, net.w12), (net.w21, net.w22) = p.W[0].tolist()
    (net.v1,), (net.v2,) = p.W[1].tolist()
    (net.b1, net.b2), (net.c,) = p.b[0].tolist(), p.b[1].tolist()
    output = np.array([net.forward(*x) for x in p.X.tolist()])
    for _ in range(p.epochs):
        for x, (y,) in zip(p.X.tolist(), p.Y.tolist(), strict=True):
            net.update(*x, y, p.rate)
    weights = [[[net.w11, net.w12], [net.w21, net.w22]], [[net.v1], [net.v2]]]
    return {"output": output, "trained": pairs(weights, [[net.b1, net.b2], [net.c]])}


@drives("layer_activations.py", sizes=(3, 4, 3, 2))
def layer_activations(path: Path, p: Any) -> dict[str, Any]:
    net = load(path).DeepNet(*p.sizes, activations=["relu", "tanh", "sigmoid"])
    net.w, net.b = dict(enumerate(p.W, 1)), dict(enumerate(p.b, 1))
    output, (dw, db) = net.predict(p.X), net.compute_gradients(p.X, p.Y)
    net.fit(p.X, p.Y, p.epochs, p.rate)
    order = range(1, len(p.sizes))
    ordered = lambda ws, bs: pairs([ws[i] for i in order], [bs[i] for i in order])  # noqa: E731
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


@drives("hidden_only.py", sizes=(3, 4, 1))
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
