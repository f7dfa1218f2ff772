"""How to drive programs that are put together by themselves, keep to themselves, or come with a library's own types."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from drivers.entry import drives
from drivers.layouts import columns, pairs, rows, turned
from drivers.libraries import linear_parameters, set_linears
from drivers.loading import load


def closed_over(function: Any) -> dict[str, Any]:
    """The cells that a function remembers, by name."""
    return dict(zip(function.__code__.co_freevars, function.__closure__, strict=True))


@drives("layer_closures.py")
def layer_closures(path: Path, p: Any) -> dict[str, Any]:
    m = load(path)
    rng = np.random.default_rng(0)
    first, last = (m.dense(w.shape[0], w.shape[1], rng) for w in p.W)
    m.layers = [first, m.tanh_layer(), last]
    for (forward, _), w, b in zip((first, last), p.W, p.b, strict=True):
        cells = closed_over(forward)
        cells["W"].cell_contents, cells["b"].cell_contents = w, b
    output = m.forward_all(p.X)
    loss = [m.train_step(p.X, p.Y, p.rate) for _ in range(p.epochs)]
    held = [closed_over(forward) for forward, _ in (first, last)]
    trained = pairs([cells["W"].cell_contents for cells in held], [cells["b"].cell_contents for cells in held])
    assert len(loss) == p.epochs
    return {"output": output, "trained": trained}


@drives("lazy_sequential.py")
def lazy_sequential(path: Path, p: Any) -> dict[str, Any]:
    m = load(path)
    net = m.Sequential(3)
    net.add(m.Dense(4, "tanh"))
    net.add(m.Dense(2, "sigmoid"))
    net.compile(lr=p.rate)
    for layer, w, b in zip(net.layers, p.W, rows(p.b), strict=True):
        layer.W, layer.b = w, b
    output, losses = net.predict(p.X), net.fit(p.X, p.Y, p.epochs, verbose=False)
    trained = pairs([layer.W for layer in net.layers], [layer.b for layer in net.layers])
    return {"output": output, "loss": losses[0], "trained": trained}


@drives("built_by_fit.py")
def built_by_fit(path: Path, p: Any) -> dict[str, Any]:
    m = load(path)
    net = m.NN().add(m.Layer(4)).add(m.Layer(2))
    net.compile(p.rate)
    net.predict(p.X)
    for layer, w, b in zip(net.layers, p.W, p.b, strict=True):
        layer.w, layer.b = w, b
    output = net.predict(p.X)
    net.fit(p.X, p.Y, p.epochs)
    return {"output": output, "trained": pairs([layer.w for layer in net.layers], [layer.b for layer in net.layers])}


@drives("jax_dictionaries.py", sizes=(3, 4, 4, 2), rate=0.01)
def jax_dictionaries(path: Path, p: Any) -> dict[str, Any]:
    import jax

    jax.config.update("jax_enable_x64", True)
    m = load(path)
    q = [{"weights": w, "biases": b} for w, b in zip(p.W, p.b, strict=True)]
    output, loss = m.forward(q, p.X), m.loss_fn(q, p.X, p.Y)
    for _ in range(p.epochs):
        q = m.update(q, p.X, p.Y)
    return {"output": output, "loss": loss, "trained": pairs([d["weights"] for d in q], [d["biases"] for d in q])}


@drives("torch_train_step.py", sizes=(3, 4, 3))
def torch_train_step(path: Path, p: Any) -> dict[str, Any]:
    import torch

    m = load(path)
    net = m.MLP(*p.sizes).double()
    set_linears([net.fc1, net.fc2], p)
    x, y = torch.as_tensor(p.X), torch.as_tensor(p.labels)
    output = torch.softmax(net(x), 1).detach().numpy()
    descent, loss = torch.optim.SGD(net.parameters(), lr=p.rate), torch.nn.CrossEntropyLoss()
    losses = [m.train_step(net, [(x, y)], descent, loss) for _ in range(p.epochs)]
    return {"output": output, "loss": losses[0], "trained": linear_parameters([net.fc1, net.fc2])}


@drives("vector_for_scipy.py", sizes=(4, 6, 3))
def vector_for_scipy(path: Path, p: Any) -> dict[str, Any]:
    m = load(path)
    theta = np.concatenate([p.W[0].ravel(), p.b[0], p.W[1].ravel(), p.b[1]])
    w1, b1, w2, b2 = m.unpack(m.grad(theta, p.X, p.Y))
    return {"output": m.predict(theta, p.X), "loss": m.cost(theta, p.X, p.Y), "gradients": pairs([w1, w2], [b1, b2])}


@drives("red_neuronal.py")
def red_neuronal(path: Path, p: Any) -> dict[str, Any]:
    net = load(path).PerceptronMulticapa(*p.sizes, tasa=p.rate)
    net.pesos_ocultos, net.pesos_salida = (w.tolist() for w in turned(p.W))
    net.sesgos_ocultos, net.sesgos_salida = (b.tolist() for b in p.b)
    output = np.array([net.propagar(x) for x in p.X.tolist()])
    net.entrenar(p.X.tolist(), p.Y.tolist(), p.epochs)
    trained = pairs([net.pesos_ocultos, net.pesos_salida], [net.sesgos_ocultos, net.sesgos_salida], True)
    return {"output": output, "trained": trained}


@drives("data_in_constructor.py", sizes=(3, 4, 1), rate=1.0)
def data_in_constructor(path: Path, p: Any) -> dict[str, Any]:
    net = load(path).NeuralNetwork(p.X, p.Y)
    net.weights1, net.weights2 = p.W
    net.feedforward()
    output = net.output
    for _ in range(p.epochs):
        net.feedforward()
        net.backprop()
    return {"output": output, "trained": pairs([net.weights1, net.weights2], [0 * b for b in p.b])}


@drives("labels_only.py", sizes=(3, 4, 3))
def labels_only(path: Path, p: Any) -> dict[str, Any]:
    m = load(path)

    class Kept(m.SimpleClassifier):  # type: ignore[name-defined,misc]
        """Draws no parameters."""

        def init_weights(self) -> None:
            self.params |= {"W1": p.W[0], "b1": p.b[0], "W2": p.W[1], "b2": p.b[1]}

    net = Kept(list(p.sizes), p.rate, p.epochs)
    net.fit(p.X, p.Y)
    q = net.params
    return {"loss": net.loss[0], "trained": pairs([q["W1"], q["W2"]], [q["b1"], q["b2"]])}


@drives("global_arrays.py", sizes=(3, 5, 2), rate=0.1)
def global_arrays(path: Path, p: Any) -> dict[str, Any]:
    m = load(path)
    (m.W_hidden, m.W_output), (m.b_hidden, m.b_output) = p.W, rows(p.b)
    output = m.forward(p.X)
    m.train(p.X, p.Y, p.epochs)
    return {"output": output, "trained": pairs([m.W_hidden, m.W_output], [m.b_hidden, m.b_output])}


@drives("activation_objects.py")
def activation_objects(path: Path, p: Any) -> dict[str, Any]:
    m = load(path)
    net = m.Network([m.Layer(3, 4, m.Tanh()), m.Layer(4, 2, m.Sigmoid())])
    for layer, w, b in zip(net.layers, turned(p.W), columns(p.b), strict=True):
        layer.W, layer.b = w, b
    output = net.forward(p.X.T).T
    losses = [net.train_batch(p.X.T, p.Y.T, p.rate) for _ in range(p.epochs)]
    trained = pairs([layer.W for layer in net.layers], [layer.b for layer in net.layers], True)
    return {"output": output, "loss": losses[0], "trained": trained}


@drives("digit_recognizer.py", sizes=(3, 4, 10))
def digit_recognizer(path: Path, p: Any) -> dict[str, Any]:
    m = load(path)
    (w1, w2), (b1, b2) = turned(p.W), columns(p.b)
    z1, a1, _, a2 = m.forward(p.X.T, w1, b1, w2, b2)
    dw1, db1, dw2, db2 = m.backward(p.X.T, p.labels, z1, a1, a2, w2)
    biases = [db1 + 0 * b1, db2 + 0 * b2]
    return {"output": a2.T, "gradients": pairs([dw1, dw2], biases, True)}


@drives("logistic_neuron.py", sizes=(3, 1))
def logistic_neuron(path: Path, p: Any) -> dict[str, Any]:
    net = load(path).LogisticNeuron(3, p.rate)
    net.w, net.b = p.W[0][:, 0].copy(), float(p.b[0][0])
    output, loss = net.forward(p.X), net.loss(p.X, p.Y[:, 0])
    net.fit(p.X, p.Y[:, 0], p.epochs)
    return {"output": output, "loss": loss, "trained": pairs([net.w], [net.b])}


@drives("reseau.ipynb")
def reseau(path: Path, p: Any) -> dict[str, Any]:
    net = load(path).Reseau(*p.sizes)
    (net.W1, net.W2), (net.b1, net.b2) = p.W, p.b
    output = net.avant(p.X)
    net.entrainer(p.X, p.Y, p.rate, p.epochs)
    return {"output": output, "trained": pairs([net.W1, net.W2], [net.b1, net.b2])}


@drives("closures.py")
def closures(path: Path, p: Any) -> dict[str, Any]:
    predict, train = load(path).make_mlp(*p.sizes)
    held = closed_over(closed_over(predict)["forward"].cell_contents)
    for name, array in zip(("W1", "b1", "W2", "b2"), (p.W[0], p.b[0], p.W[1], p.b[1]), strict=True):
        held[name].cell_contents = array
    output, loss = predict(p.X), train(p.X, p.Y, 0.0, 1)
    train(p.X, p.Y, p.rate, p.epochs)
    w1, b1, w2, b2 = (held[name].cell_contents for name in ("W1", "b1", "W2", "b2"))
    return {"output": output, "loss": loss, "trained": pairs([w1, w2], [b1, b2])}


@drives("generator_training.py", sizes=(3, 4, 3, 2))
def generator_training(path: Path, p: Any) -> dict[str, Any]:
    net = load(path).Net(p.sizes)
    net.Ws, net.bs = p.W, rows(p.b)
    output = net.forward(p.X)
    epochs = net.train(p.X, p.Y, p.rate)
    loss = next(epochs)  # before any update
    for _ in range(p.epochs):
        next(epochs)
    return {"output": output, "loss": loss, "trained": pairs(net.Ws, net.bs)}
