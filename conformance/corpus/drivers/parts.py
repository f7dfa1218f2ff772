"""How to drive networks that are put together: of layers, closures, tensors and numbers, or of matrices with their biases."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from drivers.entry import drives
from drivers.layouts import pairs, rows, turned
from drivers.loading import load, script


@drives("four_points.py", sizes=(3, 4, 3, 1), rate=0.05)
def four_points(path: Path, p: Any) -> dict[str, Any]:
    net = load(path).Stack(3, [4, 3, 1])
    for layer, w, b in zip(net.layers, p.W, p.b, strict=True):
        for unit, weights, bias in zip(layer, w.T, b, strict=True):
            unit.b.data = float(bias)
            for number, weight in zip(unit.w, weights, strict=True):
                number.data = float(weight)
    output = [[net(x).data] for x in p.X.tolist()]
    names: dict[str, Any] = {}
    losses = []
    for _ in range(p.epochs):
        names = script(path, 1, net=net, xs=p.X.tolist(), ys=p.Y.ravel().tolist())
        losses.append(names["loss"].data)
    weights = [np.array([[number.data for number in unit.w] for unit in layer]).T for layer in net.layers]
    biases = [np.array([unit.b.data for unit in layer]) for layer in net.layers]
    return {"output": output, "loss": losses[0], "trained": pairs(weights, biases)}


@drives("objects_by_default.py")
def objects_by_default(path: Path, p: Any) -> dict[str, Any]:
    m = load(path)
    first, last = (m.Affine(*w.shape) for w in p.W)
    for part, w, b in zip((first, last), p.W, p.b, strict=True):
        part.values.update(w=w, b=b)
    net = m.Chain([first, m.Tanh(), last])
    output = net.forward(p.X).copy()
    loss = m.SquaredError().value(output, p.Y)
    m.fit(net, p.X, p.Y, p.epochs, optimizer=m.Descent(p.rate))
    trained = [(part.values["w"], part.values["b"]) for part in (first, last)]
    return {"output": output, "loss": loss, "trained": trained}


@drives("crossing_lights.py", sizes=(3, 4, 2), rate=0.1)
def crossing_lights(path: Path, p: Any) -> dict[str, Any]:
    w1, w2 = p.W
    names = script(path, p.epochs, lights=p.X, walk=p.Y, w01=w1, w12=w2, alpha=p.rate)
    return {"trained": pairs([names["w01"], names["w12"]], [0 * b for b in p.b])}


@drives("stateful_closures.py", sizes=(3, 4, 3, 2))
def stateful_closures(path: Path, p: Any) -> dict[str, Any]:
    predict, train, layers = load(path).machine(*p.sizes)
    for (_, _, own), w, b in zip(layers, p.W, rows(p.b), strict=True):
        own.update(W=w, b=b)
    output = predict(p.X).copy()
    train(p.X, p.Y, p.rate, p.epochs)
    return {"output": output, "trained": pairs([own["W"] for *_, own in layers], [own["b"] for *_, own in layers])}


@drives("grow_by_add.py", sizes=(3, 4, 3, 2))
def grow_by_add(path: Path, p: Any) -> dict[str, Any]:
    model = load(path).Model()
    for n_in, n_out in zip(p.sizes, p.sizes[1:], strict=False):
        model.add(n_out, input_dim=n_in)
    for layer, w, b in zip(model._layers, turned(p.W), p.b, strict=True):
        layer.update(W=w, b=b)
    output = model.predict(p.X)
    for _ in range(p.epochs):
        model.train_on_batch(p.X, p.Y, p.rate)
    return {"output": output, "trained": pairs(model.weights, [layer["b"] for layer in model._layers], transposed=True)}


@drives("capas_neuronales.py", sizes=(2, 4, 3, 1))
def capas_neuronales(path: Path, p: Any) -> dict[str, Any]:
    m = load(path)
    red = m.crear_red(list(p.sizes), m.sigm)
    for capa, w, b in zip(red, p.W, rows(p.b), strict=True):
        capa.W, capa.b = w, b
    output = m.train(red, p.X, p.Y, m.coste, train=False)
    for _ in range(p.epochs):
        m.train(red, p.X, p.Y, m.coste, p.rate)
    return {"output": output, "trained": pairs([capa.W for capa in red], [capa.b for capa in red])}


@drives("tensor_modules.py", sizes=(3, 4, 1))
def tensor_modules(path: Path, p: Any) -> dict[str, Any]:
    import torch

    (w1, w2), (b1, b2) = p.W, p.b
    model = load(path).Model(*map(torch.tensor, (w1, b1, w2, b2)))
    loss = model(torch.tensor(p.X), torch.tensor(p.Y.ravel())).item()
    model.backward()
    first, _, last = model.layers
    gradients = [(layer.w.g.numpy(), layer.b.g.numpy()) for layer in (first, last)]
    return {"output": last.out.numpy(), "loss": loss, "gradients": gradients}


@drives("params_and_updater.py", sizes=(4, 6, 3), rate=0.1)
def params_and_updater(path: Path, p: Any) -> dict[str, Any]:
    import torch

    torch.optim.SGD([torch.zeros(1, requires_grad=True)])  # it imports more at its first use, which `load` would stand in for
    m = load(path)
    for tensor, values in zip(m.params, (p.W[0], p.b[0], p.W[1], p.b[1]), strict=True):
        tensor.data = torch.tensor(values)
    x, labels = torch.tensor(p.X), torch.tensor(p.labels)
    logits = m.net(x)
    loss = m.loss(logits, labels).mean().item()
    m.train(m.net, [(x, labels)], m.loss, p.epochs, m.updater)
    w1, b1, w2, b2 = (tensor.detach().numpy() for tensor in m.params)
    return {"output": torch.softmax(logits, 1).detach().numpy(), "loss": loss, "trained": [(w1, b1), (w2, b2)]}


@drives("alpha_beta.py", sizes=(3, 4, 3))
def alpha_beta(path: Path, p: Any) -> dict[str, Any]:
    m = load(path)
    alpha, beta = (np.column_stack([b, w.T]) for w, b in zip(p.W, p.b, strict=True))
    x = np.column_stack([np.ones(len(p.X)), p.X])
    output = m.forward(x, alpha, beta)[1]
    gradients = [(g[:, 1:].T, g[:, 0]) for g in m.backward(x, p.Y, alpha, beta)]
    return {"output": output, "loss": m.loss(output, p.Y), "gradients": gradients}


@drives("unrolled_cost.py", sizes=(3, 4, 3))
def unrolled_cost(path: Path, p: Any) -> dict[str, Any]:
    thetas = [np.column_stack([b, w.T]) for w, b in zip(p.W, p.b, strict=True)]
    loss, grad = load(path).cost_function(np.concatenate([t.ravel() for t in thetas]), *p.sizes, p.X, p.labels)
    first, last = grad[: thetas[0].size].reshape(thetas[0].shape), grad[thetas[0].size :].reshape(thetas[1].shape)
    return {"loss": loss, "gradients": [(g[:, 1:].T, g[:, 0]) for g in (first, last)]}


@drives("step_by_step.py", sizes=(3, 4, 2), rate=0.5)
def step_by_step(path: Path, p: Any) -> dict[str, Any]:
    net = load(path).Network(*p.sizes)
    layers = [net.hidden_layer.neurons, net.output_layer.neurons]
    for neurons, w, b in zip(layers, p.W, p.b, strict=True):
        for neuron, weights, bias in zip(neurons, w.T.tolist(), b.tolist(), strict=True):
            neuron.weights, neuron.bias = weights, bias
    output = [net.feed_forward(x) for x in p.X.tolist()]
    for _ in range(p.epochs):
        for x, y in zip(p.X.tolist(), p.Y.tolist(), strict=True):
            net.train(x, y)
    trained = [(np.array([n.weights for n in neurons]).T, np.array([n.bias for n in neurons])) for neurons in layers]
    return {"output": output, "trained": trained}


@drives("pair_of_arrays.py")
def pair_of_arrays(path: Path, p: Any) -> dict[str, Any]:
    net = load(path).Net(*p.sizes, lr=p.rate)
    net.U, net.V = (np.column_stack([w.T, b]) for w, b in zip(p.W, p.b, strict=True))
    output = net.predict(p.X)
    net.fit((p.X, p.Y), p.epochs)
    return {"output": output, "trained": [(m[:, :-1].T, m[:, -1]) for m in (net.U, net.V)]}
