"""How to drive what asks for keywords, generators, loaders or batches, and what is written in another order or language."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from drivers.entry import drives
from drivers.layouts import columns, pairs, rows, turned
from drivers.libraries import linear_parameters, set_linears
from drivers.loading import load, script


@drives("greenhouse_yield.py", sizes=(3, 4, 3, 2))
def greenhouse_yield(path: Path, p: Any) -> dict[str, Any]:
    m = load(path)

    class Kept(m.YieldModel):  # type: ignore[name-defined,misc]
        """Draws no parameters."""

        def _draw(self, first: int, last: int) -> None:
            self.kernels, self.offsets = p.W, p.b

    net = Kept(units=p.sizes[1:-1], step=p.rate, rounds=p.epochs)
    net._draw(*p.sizes[::3])
    output = net.predict(p.X)
    net.fit(p.X, p.Y)
    return {"output": output, "loss": net.history[0], "trained": pairs(net.kernels, net.offsets)}


@drives("birdsong.py", sizes=(3, 4, 4, 3))
def birdsong(path: Path, p: Any) -> dict[str, Any]:
    m = load(path)
    acts = m.forward(p.W, p.b, p.X)
    gradients = pairs(*m.backward(p.W, acts, p.Y))
    for _ in range(p.epochs):
        m.sgd(p.W, p.b, *m.backward(p.W, m.forward(p.W, p.b, p.X), p.Y), p.rate)
    return {"output": acts[-1], "loss": m.xent(acts[-1], p.Y), "gradients": gradients, "trained": pairs(p.W, p.b)}


@drives("soil_loader.py", sizes=(3, 4, 3))
def soil_loader(path: Path, p: Any) -> dict[str, Any]:
    import torch

    m = load(path)
    net = m.SoilNet(*p.sizes).double()
    linears = [net.encode, net.decide]
    set_linears(linears, p)
    x, y = torch.as_tensor(p.X), torch.as_tensor(p.labels)
    output = torch.softmax(net(x), 1).detach().numpy()
    loader = m.DataLoader(m.TensorDataset(x, y), batch_size=len(y))
    descent, loss = torch.optim.SGD(net.parameters(), lr=p.rate), torch.nn.CrossEntropyLoss()
    losses = [m.train_one_epoch(net, loader, loss, descent)[0] for _ in range(p.epochs)]
    return {"output": output, "loss": losses[0], "trained": linear_parameters(linears)}


@drives("bike_rentals.py", sizes=(3, 4, 4, 1), rate=0.1)
def bike_rentals(path: Path, p: Any) -> dict[str, Any]:
    m = load(path)
    net = m.RentalNet(3, 4)
    linears = [net.body[0], net.body[2], net.head]
    set_linears(linears, p)
    output, losses = m.rentals(net, p.X), m.fit(net, p.X, p.Y[:, 0], p.rate, p.epochs)
    return {"output": output, "loss": losses[0], "trained": linear_parameters(linears)}


@drives("leaf_shapes.py", sizes=(3, 6, 1), rate=0.4)
def leaf_shapes(path: Path, p: Any) -> dict[str, Any]:
    import torch

    def run(times: int) -> dict[str, Any]:
        params = [torch.tensor(array, requires_grad=True) for pair in zip(p.W, p.b, strict=True) for array in pair]
        before = torch.get_default_dtype()
        try:
            return script(path, times, params=params, leaves=torch.as_tensor(p.X), lobed=torch.as_tensor(p.Y))
        finally:
            torch.set_default_dtype(before)

    first = run(1)
    w, b, v, c = (parameter.detach().numpy() for parameter in run(p.epochs)["params"])
    return {"output": first["chance"].detach().numpy(), "loss": first["loss"].item(), "trained": [(w, b), (v, c)]}


@drives("node_classes.py", sizes=(3, 4, 3, 2), rate=0.1)
def node_classes(path: Path, p: Any) -> dict[str, Any]:
    m = load(path)
    net = m.Perceptron(*p.sizes)
    for layer, w, b in zip(net.layers, p.W, p.b, strict=True):
        layer[:] = [([m.Node(x) for x in w[:, j].tolist()], m.Node(float(b[j]))) for j in range(len(b))]

    def parameters(what: str) -> list[tuple[Any, Any]]:
        weights = [[[getattr(node, what) for node in w] for w, _ in layer] for layer in net.layers]
        return pairs(weights, [[getattr(b, what) for _, b in layer] for layer in net.layers], True)

    X, Y = p.X.tolist(), p.Y.tolist()
    output, loss = [[node.number for node in net(x)] for x in X], net.loss(X, Y)
    m.differentiate(loss)
    gradients = parameters("slope")
    net.train(X, Y, p.rate, p.epochs)
    return {"output": output, "loss": loss.number, "gradients": gradients, "trained": parameters("number")}


@drives("dijkhoogte.py")
def dijkhoogte(path: Path, p: Any) -> dict[str, Any]:
    m = load(path)
    netwerk = list(zip(p.W, p.b, strict=True))
    output, losses = m.voorspel(netwerk, p.X)[1], []
    for _ in range(p.epochs):
        netwerk, fout = m.stap(p.Y, p.X, netwerk, p.rate)
        losses.append(fout)
    return {"output": output, "loss": losses[0], "trained": netwerk}


@drives("loan_default.py", sizes=(3, 4, 3, 1), samples=7)
def loan_default(path: Path, p: Any) -> dict[str, Any]:
    net = load(path).LoanDefaultNet(*p.sizes[:-1], step_size=p.rate)
    (net.A, net.B, net.C), (net.a, net.b, net.c) = p.W, rows(p.b)
    output, loss = net.predict_proba(p.X), net.log_loss(p.X, p.Y)
    net.fit(p.X, p.Y, p.epochs)
    return {"output": output, "loss": loss, "trained": pairs([net.A, net.B, net.C], [net.a, net.b, net.c])}


@drives("galaxy_types.py", sizes=(3, 4, 4, 3))
def galaxy_types(path: Path, p: Any) -> dict[str, Any]:
    import jax

    jax.config.update("jax_enable_x64", True)
    m = load(path)
    names = ("stem", "mid", "head")
    tree = {name: m.Dense(jax.numpy.asarray(w), jax.numpy.asarray(b)) for name, w, b in zip(names, p.W, p.b, strict=True)}
    batch = (jax.numpy.asarray(p.X), jax.numpy.asarray(p.labels))
    output, losses = jax.nn.softmax(m.logits(tree, batch[0])), []
    for _ in range(p.epochs):
        tree, loss = m.step(tree, batch, p.rate)
        losses.append(loss)
    return {"output": output, "loss": losses[0], "trained": [tuple(tree[name]) for name in names]}


@drives("tremor_columns.py", sizes=(3, 4, 1), samples=7)
def tremor_columns(path: Path, p: Any) -> dict[str, Any]:
    m = load(path)
    (wa, wb), (ba, bb) = turned(p.W), columns(p.b)
    q = {"Wa": wa, "ba": ba, "Wb": wb, "bb": bb}
    mem = m.run_forward(q, p.X.T)
    grads = m.run_backward(q, mem, p.X.T, p.Y.T)
    trained, costs = m.fit(q, p.X.T, p.Y.T, p.rate, p.epochs)

    def layers(r: dict[str, Any]) -> list[tuple[Any, Any]]:
        return pairs([r["Wa"], r["Wb"]], [r["ba"], r["bb"]], True)

    return {"output": mem["P"].T, "loss": costs[0], "gradients": layers(grads), "trained": layers(trained)}
