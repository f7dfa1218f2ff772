"""How to drive what people write who know nothing of this project: globals, scripts, one input, draws where it trains."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import Any
from unittest import mock

import numpy as np

from drivers.entry import drives
from drivers.layouts import columns, named, pairs, rows, turned
from drivers.libraries import linear_parameters, set_linears
from drivers.loading import load, script


@drives("bpn_globals.py", sizes=(2, 3, 1), rate=0.5, samples=1)
def bpn_globals(path: Path, p: Any) -> dict[str, Any]:
    m = load(path)
    m.w_ih[:], m.w_ho[:] = (w.tolist() for w in p.W)
    m.theta_h[:], m.theta_o[:] = (b.tolist() for b in p.b)
    output, losses = [list(m.feed(p.X[0]))], []
    for _ in range(p.epochs):
        m.feed(p.X[0])
        losses.append(m.learn(p.Y[0]))
    return {"output": output, "loss": losses[0], "trained": pairs([m.w_ih, m.w_ho], [m.theta_h, m.theta_o])}


@drives("circles.ipynb", sizes=(2, 6, 1), samples=6)
def circles(path: Path, p: Any) -> dict[str, Any]:
    m = load(path)
    (w1, w2), (b1, b2) = p.W, rows(p.b)
    m.model.update(W1=w1, b1=b1, W2=w2, b2=b2)
    output = m.forward(p.X).copy()
    for _ in range(p.epochs):
        m.forward(p.X)
        m.backward(p.Y, p.rate)
    return {"output": output, "trained": named(m.model, "W%d", "b%d", 2)}


class Given:
    """NumPy, but for the arrays that a program draws or fills: they come from a list."""

    def __init__(self, arrays: list[Any]) -> None:
        self.arrays, self.random = arrays, self

    def __getattr__(self, name: str) -> Any:
        return getattr(np, name)

    def default_rng(self, seed: int) -> Given:
        return self

    def normal(self, size: Any) -> Any:
        return self.arrays.pop(0)

    zeros = normal


@drives("train_returns_weights.py")
def train_returns_weights(path: Path, p: Any) -> dict[str, Any]:
    m = load(path)
    (w1, w2), (b1, b2) = p.W, p.b
    output = m.predict(p.X, w1, b1, w2, b2)
    with mock.patch.object(m, "np", Given([w1, b1, w2, b2])):
        w1, b1, w2, b2, losses = m.train(p.X, p.Y, 4, p.rate, p.epochs)
    return {"output": output, "loss": losses[0], "trained": [(w1, b1), (w2, b2)]}


@drives("yapay_sinir_agi.py", rate=0.1)
def yapay_sinir_agi(path: Path, p: Any) -> dict[str, Any]:
    net = load(path).YapaySinirAgi(*p.sizes)
    (net.agirlik1, net.agirlik2), (net.esik1, net.esik2) = p.W, rows(p.b)
    output = net.ileri_yayilim(p.X)
    net.egit(p.X, p.Y, p.epochs)
    return {"output": output, "trained": pairs([net.agirlik1, net.agirlik2], [net.esik1, net.esik2])}


@drives("iris_softmax.py", sizes=(4, 5, 3))
def iris_softmax(path: Path, p: Any) -> dict[str, Any]:
    net = load(path).IrisNet(p.sizes)
    net.Ws, net.bs = p.W, p.b
    output, gradients = net.forward(p.X), list(zip(*net.gradients(p.X, p.labels), strict=True))
    loss = net.nll(output, p.labels)
    net.fit(p.X, p.labels, p.rate, p.epochs)
    return {"output": output, "loss": loss, "gradients": gradients, "trained": pairs(net.Ws, net.bs)}


@drives("lambdas.py", sizes=(3, 4, 3, 2))
def lambdas(path: Path, p: Any) -> dict[str, Any]:
    m = load(path)
    q = list(zip(p.W, p.b, strict=True))
    found = {"output": m.predict(q, p.X), "loss": m.loss(q, p.X, p.Y), "gradients": m.grads(q, p.X, p.Y)}
    return found | {"trained": m.fit(q, p.X, p.Y, p.rate, p.epochs)}


@drives("sine_functions.py", sizes=(1, 10, 1), rate=0.05)
def sine_functions(path: Path, p: Any) -> dict[str, Any]:
    m = load(path)
    q = {"w": p.W[0][0], "b": p.b[0], "v": p.W[1][:, 0], "c": p.b[1][0]}
    x, y = p.X[:, 0], p.Y[:, 0]

    def layers(r: Any) -> Any:
        return [(r["w"][None], r["b"]), (r["v"][:, None], r["c"])]

    found = {"output": m.net(q, x), "loss": m.cost(q, x, y), "gradients": layers(m.gradient(q, x, y))}
    return found | {"trained": layers(m.descend(q, x, y, p.rate, p.epochs))}


@drives("tuple_keys.py", samples=1)
def tuple_keys(path: Path, p: Any) -> dict[str, Any]:
    net = load(path).OnlineMLP(*p.sizes, rate=p.rate)
    for layer, (w, b) in enumerate(zip(p.W, p.b, strict=True), 1):
        net.w |= {(layer, i, j): w[i, j] for i in range(w.shape[0]) for j in range(w.shape[1])}
        net.bias |= {(layer, j): b[j] for j in range(len(b))}
    output = [net.respond(p.X[0])]
    losses = [net.observe(p.X[0], p.Y[0]) for _ in range(p.epochs)]
    trained = [
        (np.array([[net.w[n, i, j] for j in range(o)] for i in range(k)]), [net.bias[n, j] for j in range(o)])
        for n, (k, o) in enumerate(zip(p.sizes, p.sizes[1:], strict=False), 1)
    ]
    return {"output": output, "loss": losses[0], "trained": trained}


@drives("xor_scalars.py", sizes=(2, 2, 1), rate=0.5)
def xor_scalars(path: Path, p: Any) -> dict[str, Any]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    loop = next(node for node in tree.body if isinstance(node, ast.For))
    names: dict[str, Any] = {}
    exec(compile(ast.Module(tree.body[: tree.body.index(loop)], []), str(path), "exec"), names)
    (w, v), (b, c) = p.W, p.b
    names.update(w11=w[0, 0], w12=w[0, 1], w21=w[1, 0], w22=w[1, 1], v1=v[0, 0], v2=v[1, 0], b1=b[0], b2=b[1], c=c[0])
    names["data"] = [(*x, *y) for x, y in zip(p.X.tolist(), p.Y.tolist(), strict=True)]
    for epoch in range(p.epochs):
        names["epoch"] = epoch
        exec(compile(ast.Module(loop.body, []), str(path), "exec"), names)
    n = names
    weights = [[[n["w11"], n["w12"]], [n["w21"], n["w22"]]], [[n["v1"]], [n["v2"]]]]
    return {"trained": pairs(weights, [[n["b1"], n["b2"]], [n["c"]]])}


@drives("random_data.py", rate=1e-4)
def random_data(path: Path, p: Any) -> dict[str, Any]:
    first = script(path, 1, A=p.W[0].copy(), B=p.W[1].copy(), data=p.X, target=p.Y)
    found = script(path, p.epochs, A=p.W[0], B=p.W[1], data=p.X, target=p.Y)
    return {"output": first["guess"], "trained": pairs([found["A"], found["B"]], [0 * b for b in p.b])}


@drives("shuffles_inputs_only.py", rate=0.05, samples=2)
def shuffles_inputs_only(path: Path, p: Any) -> dict[str, Any]:
    net = load(path).SGDRegressorNet(*p.sizes, lr=p.rate, seed=2)
    (net.W1, net.W2), (net.b1, net.b2) = p.W, p.b
    output = net.predict(p.X)
    net.fit(p.X, p.Y, p.epochs)
    return {"output": output, "trained": pairs([net.W1, net.W2], [net.b1, net.b2])}


@drives("copy_paste_bias.py")
def copy_paste_bias(path: Path, p: Any) -> dict[str, Any]:
    net = load(path).TwoLayer(*p.sizes)
    for k, (w, b) in enumerate(zip(p.W, rows(p.b), strict=True), 1):
        net.params[f"W{k}"], net.params[f"b{k}"] = w, b
    output = net.forward(p.X)[1]
    losses = [net.train_step(p.X, p.Y, p.rate) for _ in range(p.epochs)]
    return {"output": output, "loss": losses[0], "trained": named(net.params, "W%d", "b%d", 2)}


@drives("divides_by_features.py", sizes=(3, 4, 1), samples=6)
def divides_by_features(path: Path, p: Any) -> dict[str, Any]:
    m = load(path)
    (w1, w2), (b1, b2) = p.W, rows(p.b)
    q = {"W1": w1, "b1": b1, "W2": w2, "b2": b2}
    output, cache = m.forward(p.X, q)
    gradients = named(m.backward(p.X, p.Y, q, cache), "W%d", "b%d", 2)
    loss = m.cost(output, p.Y)
    trained = named(m.train(p.X, p.Y, q, p.rate, p.epochs), "W%d", "b%d", 2)
    return {"output": output, "loss": loss, "gradients": gradients, "trained": trained}


@drives("drops_last_batch.py", sizes=(4, 5, 3))
def drops_last_batch(path: Path, p: Any) -> dict[str, Any]:
    net = load(path).Classifier(*p.sizes)
    (net.W1, net.W2), (net.b1, net.b2) = p.W, p.b
    output = net.forward(p.X)
    net.train(p.X, p.Y, p.rate, p.epochs, len(p.X))
    return {"output": output, "trained": pairs([net.W1, net.W2], [net.b1, net.b2])}


@drives("torch_step_first.py")
def torch_step_first(path: Path, p: Any) -> dict[str, Any]:
    import torch

    m = load(path)
    net = m.Net(*p.sizes).double()
    set_linears([net.hidden, net.out], p)
    output = net(torch.as_tensor(p.X)).detach().numpy()
    loss = m.train(net, torch.as_tensor(p.X), torch.as_tensor(p.Y), p.rate, p.epochs)
    return {"output": output, "trained": linear_parameters([net.hidden, net.out])} | ({"loss": loss} if p.epochs == 1 else {})


@drives("global_moons.py", sizes=(3, 4, 3))
def global_moons(path: Path, p: Any) -> dict[str, Any]:
    m = load(path)
    (w1, w2), (b1, b2) = p.W, rows(p.b)
    m.X, m.y, m.n_points, m.epsilon, m.reg_lambda = p.X, p.labels, len(p.X), p.rate, 0.0
    m.input_dim, m.output_dim = 1, 1  # the weights that are drawn come from a list, and are divided by the roots of 1 and of 4
    with mock.patch.object(m, "np", Given([w1, b1, 2 * w2, b2])):
        trained = m.build(4, p.epochs)
    return {"trained": named(trained, "W%d", "b%d", 2)}


@drives("spiral_script.py", sizes=(2, 5, 3))
def spiral_script(path: Path, p: Any) -> dict[str, Any]:
    (w1, w2), (b1, b2) = p.W, rows(p.b)
    arrays = {"V": w1, "v0": b1, "U": w2, "u0": b2, "X": p.X, "y": p.labels, "how_many": len(p.X), "delta": p.rate}
    first = script(path, 1, **{name: np.copy(array) for name, array in arrays.items()})
    found = script(path, p.epochs, **arrays)
    return {"output": first["p"], "loss": first["loss"], "trained": pairs([found["V"], found["U"]], [found["v0"], found["u0"]])}


@drives("torch_globals.py", sizes=(4, 5, 3))
def torch_globals(path: Path, p: Any) -> dict[str, Any]:
    import torch

    m = load(path)
    for tensor, array in zip(m.params, [p.W[0], p.b[0], p.W[1], p.b[1]], strict=True):
        tensor.data = torch.as_tensor(array)
    x, y = torch.as_tensor(p.X), torch.as_tensor(p.Y)
    output = m.net(x).detach().numpy()
    for _ in range(p.epochs):
        m.train_step(x, y, p.rate)
    w1, b1, w2, b2 = (tensor.detach().numpy() for tensor in m.params)
    return {"output": output, "trained": [(w1, b1), (w2, b2)]}


@drives("slides_mlp.py")
def slides_mlp(path: Path, p: Any) -> dict[str, Any]:
    net = load(path).Perceptron(p.X, p.Y, 4, p.rate)
    net.weights1, net.weights2 = (np.vstack([w, -b]) for w, b in zip(p.W, p.b, strict=True))
    output = net.fwd(p.X)
    net.train(p.X, p.Y, p.epochs)
    return {"output": output, "trained": [(w[:-1], -w[-1]) for w in (net.weights1, net.weights2)]}


@drives("siec.py", samples=1)
def siec(path: Path, p: Any) -> dict[str, Any]:
    net = load(path).Siec(*p.sizes, p.rate)
    (net.w1, net.w2), (net.p1, net.p2) = (w.T.tolist() for w in p.W), (b.tolist() for b in p.b)
    output = [net.oblicz(p.X[0])]
    for _ in range(p.epochs):
        net.ucz(p.X[0], p.Y[0])
    return {"output": output, "trained": pairs([net.w1, net.w2], [net.p1, net.p2], True)}


@drives("bobot.py")
def bobot(path: Path, p: Any) -> dict[str, Any]:
    m = load(path)
    (w1, w2), (b1, b2) = p.W, rows(p.b)
    q = {"bobot1": w1, "bias1": b1, "bobot2": w2, "bias2": b2}
    output = m.maju(q, p.X)[1]
    m.latih(q, p.X, p.Y, p.rate, p.epochs)
    return {"output": output, "trained": named(q, "bobot%d", "bias%d", 2)}


@drives("set_data.py")
def set_data(path: Path, p: Any) -> dict[str, Any]:
    net = load(path).Regressor(4, p.rate)
    net.set_data(p.X, p.Y)
    (net.w1, net.w2), (net.b1, net.b2) = p.W, p.b
    output, loss = net.predict(), net.loss()
    net.train(p.epochs)
    return {"output": output, "loss": loss, "trained": [(net.w1, net.b1), (net.w2, net.b2)]}


@drives("from_sizes.py", sizes=(3, 4, 3, 2), samples=6)
def from_sizes(path: Path, p: Any) -> dict[str, Any]:
    net = load(path).Network(turned(p.W), columns(p.b))
    x, y = p.X.T, p.Y.T
    found = {"output": (net @ x).T, "loss": net.cross_entropy(x, y), "gradients": pairs(*zip(*net.gradient(x, y), strict=True), True)}
    for _ in range(p.epochs):
        net.descend(x, y, p.rate)
    return found | {"trained": pairs(net.weights, net.biases, True)}


@drives("torch_trainer.py", sizes=(3, 4, 3))
def torch_trainer(path: Path, p: Any) -> dict[str, Any]:
    import torch

    m = load(path)
    net = m.Net(*p.sizes).double()
    set_linears([net.fc1, net.fc2], p)
    x, y = torch.as_tensor(p.X), torch.as_tensor(p.labels)
    output = torch.exp(net(x)).detach().numpy()
    losses = m.Trainer(net, p.rate).fit(x, y, p.epochs)
    return {"output": output, "loss": losses[0], "trained": linear_parameters([net.fc1, net.fc2])}


@drives("first_net.py")
def first_net(path: Path, p: Any) -> dict[str, Any]:
    net = load(path).NeuralNetwork(*p.sizes)
    (net.w1, net.w2), (net.b1, net.b2) = p.W, p.b
    output = net.feedforward(p.X)
    net.train(p.X, p.Y, p.epochs, p.rate)
    return {"output": output, "trained": [(net.w1, net.b1), (net.w2, net.b2)]}


@drives("net_structure.py", samples=1)
def net_structure(path: Path, p: Any) -> dict[str, Any]:
    m = load(path)
    net = m.create(*p.sizes)
    (net.wi, net.wo), (net.bh, net.bo) = (w.tolist() for w in p.W), (b.tolist() for b in p.b)
    output = [list(m.run(net, p.X[0]))]
    for _ in range(p.epochs):
        m.train(net, p.X[0], p.Y[0], p.rate)
    return {"output": output, "trained": pairs([net.wi, net.wo], [net.bh, net.bo])}
