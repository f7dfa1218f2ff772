"""How to drive what was written without a look at the recognition, and taught it something."""

from __future__ import annotations

import importlib
import os
from pathlib import Path
from typing import Any

import numpy as np

from drivers.entry import drives
from drivers.layouts import column_dictionary, columns, named, pairs, rows, turned
from drivers.loading import load


@drives("lbfgs_net.py")
def lbfgs_net(path: Path, p: Any) -> dict[str, Any]:
    net = load(path).Net(*p.sizes)
    theta = np.concatenate([part.ravel() for pair in zip(p.W, p.b, strict=True) for part in pair])
    loss, gradient = net.objective(theta, p.X, p.Y)
    w, b, v, c = net.parts(gradient)
    return {"output": net.predict(p.X, theta), "loss": loss, "gradients": [(w, b), (v, c)]}


@drives("var_perceptron.py", sizes=(3, 4, 3, 2))
def var_perceptron(path: Path, p: Any) -> dict[str, Any]:
    m = load(path)
    net = m.Perceptron(p.sizes)
    for row, w, b in zip(net.rows, p.W, p.b, strict=True):
        for j, unit in enumerate(row):
            unit.ws, unit.b = [m.Var(x) for x in w[:, j]], m.Var(b[j])
    data = list(zip(p.X.tolist(), p.Y.tolist(), strict=True))
    output, loss = [[value.v for value in net.run(x)] for x, _ in data], net.loss(data).v
    net.learn(data, p.rate, p.epochs)
    trained = [
        (np.array([[w.v for w in unit.ws] for unit in row]).T, np.array([unit.b.v for unit in row])) for row in net.rows
    ]
    return {"output": output, "loss": loss, "trained": trained}


@drives("endless_epochs.py", sizes=(3, 4, 3, 2))
def endless_epochs(path: Path, p: Any) -> dict[str, Any]:
    net = load(path).Trainer(p.sizes)
    net.thetas, net.intercepts = p.W, rows(p.b)
    output = net.infer(p.X)
    losses = net.train(p.X, p.Y, p.rate, p.epochs)
    return {"output": output, "loss": losses[0], "trained": pairs(net.thetas, net.intercepts)}


@drives("ordered_layers.py")
def ordered_layers(path: Path, p: Any) -> dict[str, Any]:
    net = load(path).TwoLayerNet(*p.sizes)
    for k, (w, b) in enumerate(zip(p.W, p.b, strict=True), 1):
        net.params[f"W{k}"][:], net.params[f"b{k}"][:] = w, b
    gradients = named(net.gradient(p.X, p.Y), "W%d", "b%d", 2)
    return {"output": net.predict(p.X), "loss": net.loss(p.X, p.Y), "gradients": gradients}


@drives("residual_regressor.py", sizes=(3, 4, 1))
def residual_regressor(path: Path, p: Any) -> dict[str, Any]:
    net = load(path).NeuralNetworkRegressor(3, 4, p.rate)
    net.v, net.v0, net.w, net.w0 = p.W[0], p.b[0], p.W[1][:, 0], float(p.b[1][0])
    output = net.predict(p.X)
    losses = net.fit(p.X, p.Y[:, 0], p.epochs)
    return {"output": output, "loss": losses[0], "trained": [(net.v, net.v0), (net.w, net.w0)]}


@drives("enum_activations.py", sizes=(2, 3, 1))
def enum_activations(path: Path, p: Any) -> dict[str, Any]:
    net = load(path).xor_network()
    for stage, w, b in zip(net.stages, p.W, p.b, strict=True):
        stage[0], stage[1] = w, b
    output, gradients = net.forward(p.X), net.backward(p.Y)
    net.fit(p.X, p.Y, p.rate, p.epochs)
    return {"output": output, "gradients": gradients, "trained": [(stage[0], stage[1]) for stage in net.stages]}


@drives("architecture_list.py", sizes=(3, 4, 3, 2))
def architecture_list(path: Path, p: Any) -> dict[str, Any]:
    m, q = load(path), column_dictionary(p)
    layers = [{"input_dim": w.shape[0], "output_dim": w.shape[1], "activation": "sigmoid"} for w in p.W]
    output, memory = m.full_forward_propagation(p.X.T, q, layers)
    gradients = named(m.full_backward_propagation(output, p.Y.T, memory, q, layers), "dW%d", "db%d", 3, transposed=True)
    return {"output": output.T, "loss": m.get_cost_value(output, p.Y.T), "gradients": gradients}


@drives("reseau_objets.py", sizes=(3, 4, 3, 2))
def reseau_objets(path: Path, p: Any) -> dict[str, Any]:
    net = load(path).Reseau(p.sizes)
    for couche, w, b in zip(net.couches, p.W, p.b, strict=True):
        for j, neurone in enumerate(couche.neurones):
            neurone.poids, neurone.biais = list(w[:, j]), b[j]
    output = [net.propager(list(x)) for x in p.X]
    net.apprendre(list(zip(p.X.tolist(), p.Y.tolist(), strict=True)), p.rate, p.epochs)
    trained = [
        (np.array([n.poids for n in couche.neurones]).T, np.array([n.biais for n in couche.neurones])) for couche in net.couches
    ]
    return {"output": output, "trained": trained}


@drives("two_dictionaries.py")
def two_dictionaries(path: Path, p: Any) -> dict[str, Any]:
    net = load(path).NeuralNetwork(*p.sizes)
    net.layers = [{"weights": w, "bias": b} for w, b in zip(p.W, p.b, strict=True)]
    output, loss = net.forward(p.X)[1], net.cross_entropy(p.X, p.Y)
    gradients = [(layer["weights"], layer["bias"]) for layer in net.backward(p.X, p.Y)]
    net.train(p.X, p.Y, p.epochs, p.rate)
    trained = [(layer["weights"], layer["bias"]) for layer in net.layers]
    return {"output": output, "loss": loss, "gradients": gradients, "trained": trained}


@drives("data_given.py")
def data_given(path: Path, p: Any) -> dict[str, Any]:
    net = load(path).NN(p.X, p.Y, p.sizes[1], p.rate)
    (net.wh, net.wo), (net.bh, net.bo) = p.W, rows(p.b)
    output = net.forward()
    net.train(p.epochs)
    return {"output": output, "trained": pairs([net.wh, net.wo], [net.bh, net.bo])}


@drives("chats.ipynb")
def chats(path: Path, p: Any) -> dict[str, Any]:
    m, q = load(path), column_dictionary(p)
    activations = m.propagation_avant(p.X.T, q)
    gradients = m.retropropagation(p.X.T, p.Y.T, q, activations)
    m.initialiser = lambda *sizes: q
    trained = m.entrainement(p.X.T, p.Y.T, p.sizes[1], p.rate, p.epochs)
    return {
        "output": activations["A2"].T,
        "loss": m.log_perte(p.Y.T, activations["A2"]),
        "gradients": named(gradients, "dW%d", "db%d", 2, transposed=True),
        "trained": named(trained, "W%d", "b%d", 2, transposed=True),
    }


@drives("kaggle_digits.ipynb")
def kaggle_digits(path: Path, p: Any) -> dict[str, Any]:
    net = load(path, "pandas", "seaborn").Model(*p.sizes)
    (net.W1, net.W2), (net.b1, net.b2) = turned(p.W), columns(p.b)
    output = net.forward_prop(p.X.T).T
    net.gradient_descent(p.X.T, p.Y.T, p.rate, p.epochs)
    return {"output": output, "trained": pairs([net.W1, net.W2], [net.b1, net.b2], True)}


def _keras(model: Any, p: Any) -> dict[str, Any]:
    model(p.X[:1])
    model.set_weights([part for pair in zip(p.W, p.b, strict=True) for part in pair])
    output = model.predict_on_batch(p.X)
    model.optimizer.learning_rate = p.rate
    for _ in range(p.epochs):
        model.train_on_batch(p.X, p.Y)
    w, b, v, c = model.get_weights()
    return {"output": output, "trained": [(w, b), (v, c)]}


def _keras_program(path: Path) -> Any:
    """The program; Keras is loaded before anything stands in for libraries that it may look for."""
    os.environ.setdefault("KERAS_BACKEND", "torch")
    importlib.import_module("keras")
    return load(path)


@drives("keras_factory.py")
def keras_factory(path: Path, p: Any) -> dict[str, Any]:
    m = _keras_program(path)
    return _keras(m.build_model(*p.sizes), p)


@drives("keras_subclass.py", sizes=(3, 8, 3))
def keras_subclass(path: Path, p: Any) -> dict[str, Any]:
    return _keras(_keras_program(path).make(), p)


@drives("flax_mlp.py", sizes=(3, 8, 8, 2))
def flax_mlp(path: Path, p: Any) -> dict[str, Any]:
    import jax

    jax.config.update("jax_enable_x64", True)
    m = load(path)
    q = {"params": {f"layers_{k}": {"kernel": w, "bias": b} for k, (w, b) in enumerate(zip(p.W, p.b, strict=True))}}
    output, loss = m.model.apply(q, p.X), m.mse(q, p.X, p.Y)
    for _ in range(p.epochs):
        q = m.update(q, p.X, p.Y, p.rate)
    trained = [(layer["kernel"], layer["bias"]) for _, layer in sorted(q["params"].items())]
    return {"output": output, "loss": loss, "trained": trained}
