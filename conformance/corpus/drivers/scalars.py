"""How to drive scalar engines, neurons as objects, and lists of numbers."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from drivers.entry import drives
from drivers.layouts import pairs
from drivers.loading import load


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


def set_links(links: list[list[Any]], name: str, weights: list[list[float]]) -> None:
    for row, numbers in zip(links, weights, strict=True):
        for link, number in zip(row, numbers, strict=True):
            setattr(link, name, number)


def link_weights(links: list[list[Any]], name: str) -> np.ndarray:
    return np.array([[getattr(link, name) for link in row] for row in links])


@drives("linked_units.py", sizes=(3, 4, 3, 2), rate=0.1)
def linked_units(path: Path, p: Any) -> dict[str, Any]:
    m = load(path)
    net, m.Unit.eta, m.Unit.alpha = m.Brain(p.sizes), p.rate, 0.0
    links = [[unit.links for unit in row] for row in net.rows[:-1]]
    for row, w, b in zip(links, p.W, p.b, strict=True):
        set_links(row, "weight", [*w.tolist(), b.tolist()])
    output = []
    for x in p.X:
        net.feed_forward(x)
        output.append(net.get_results())
    for _ in range(p.epochs):
        for x, y in zip(p.X, p.Y, strict=True):
            net.feed_forward(x)
            net.back_prop(y)
    both = [link_weights(row, "weight") for row in links]
    return {"output": output, "trained": pairs([w[:-1] for w in both], [w[-1] for w in both])}


@drives("branches.py", sizes=(3, 4, 3, 2), rate=0.1)
def branches(path: Path, p: Any) -> dict[str, Any]:
    m = load(path)
    net, m.Node.rate = m.NodeNet(p.sizes), p.rate
    links = [[node.branches for node in layer[:-1]] for layer in net.layers[1:]]
    for row, w, b in zip(links, p.W, p.b, strict=True):
        set_links(row, "_weight", np.vstack([w, b]).T.tolist())
    output = []
    for x in p.X:
        net.set_input(x)
        net.forward()
        output.append(net.results())
    for _ in range(p.epochs):
        for x, y in zip(p.X, p.Y, strict=True):
            net.set_input(x)
            net.forward()
            net.backward(y)
    both = [link_weights(row, "_weight") for row in links]
    return {"output": output, "trained": pairs([w[:, :-1] for w in both], [w[:, -1] for w in both], True)}


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


@drives("pure_lists.py")
def pure_lists(path: Path, p: Any) -> dict[str, Any]:
    m = load(path)
    net = m.TinyNet(*p.sizes)
    (net.hidden, net.output), (net.hidden_bias, net.output_bias) = [w.T.tolist() for w in p.W], [b.tolist() for b in p.b]
    X, Y = p.X.tolist(), p.Y.tolist()
    output = [net.predict(x) for x in X]
    m.LEARNING_RATE = 0.0
    loss = sum(net.train_one(x, y) for x, y in zip(X, Y, strict=True))
    m.LEARNING_RATE = p.rate
    for _ in range(p.epochs):
        for x, y in zip(X, Y, strict=True):
            net.train_one(x, y)
    trained = pairs([net.hidden, net.output], [net.hidden_bias, net.output_bias], True)
    return {"output": output, "loss": loss, "trained": trained}


@drives("matrix_object.py")
def matrix_object(path: Path, p: Any) -> dict[str, Any]:
    net = load(path).NeuralNetwork(*p.sizes)
    net.learning_rate = p.rate
    weights, biases = [net.weights_ih, net.weights_ho], [net.bias_h, net.bias_o]
    for matrix, w in zip(weights, p.W, strict=True):
        matrix.data = w.T.tolist()
    for matrix, b in zip(biases, p.b, strict=True):
        matrix.data = b.reshape(-1, 1).tolist()
    output = [net.predict(x) for x in p.X.tolist()]
    for _ in range(p.epochs):
        for x, y in zip(p.X.tolist(), p.Y.tolist(), strict=True):
            net.train(x, y)
    return {"output": output, "trained": pairs([w.data for w in weights], [b.data for b in biases], True)}
