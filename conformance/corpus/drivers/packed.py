"""How to drive biases inside the weights, all parameters in one vector, and other ways to keep them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from drivers.entry import drives
from drivers.layouts import pairs, turned
from drivers.loading import load


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


@drives("bias_column.py")
def bias_column(path: Path, p: Any) -> dict[str, Any]:
    net = load(path).BiasTrick(*p.sizes)
    net.U, net.V = [np.vstack([w, b]) for w, b in zip(p.W, p.b, strict=True)]
    output = net.out(p.X)
    losses = [net.descend(p.X, p.Y, p.rate) for _ in range(p.epochs)]
    trained = pairs([net.U[:-1], net.V[:-1]], [net.U[-1], net.V[-1]])
    return {"output": output, "loss": losses[0], "trained": trained}
