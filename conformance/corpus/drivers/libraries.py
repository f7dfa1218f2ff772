"""How to drive automatic differentiation, torch and scikit-learn."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from drivers.entry import drives
from drivers.layouts import pairs, turned
from drivers.loading import load


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
    return {"output": output, "loss": loss, "gradients": _weights_turned(gradients), "trained": _weights_turned(q)}


def _weights_turned(both: Any) -> list[tuple[Any, Any]]:
    return [(w.T, b) for w, b in both]


def set_linears(linears: Any, p: Any) -> None:
    import torch

    with torch.no_grad():
        for linear, w, b in zip(linears, turned(p.W), p.b, strict=True):
            linear.weight.copy_(torch.as_tensor(w))
            linear.bias.copy_(torch.as_tensor(b))


def linear_parameters(linears: Any, what: str = "data") -> list[tuple[Any, Any]]:

    def take(parameter: Any) -> Any:
        return getattr(parameter, what).detach().numpy().copy()

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


@drives("vector_output.py", sizes=(3, 4, 1), samples=7)
def vector_output(path: Path, p: Any) -> dict[str, Any]:
    net = load(path).NeuralClassifier(hidden=4, lr=p.rate, n_iter=0).fit(p.X, p.Y[:, 0])
    net.W1, net.b1, net.w2, net.b2 = p.W[0], p.b[0], p.W[1][:, 0], p.b[1][0]
    output = net.predict_proba(p.X)
    for _ in range(p.epochs):
        net._step(p.X, p.Y[:, 0])
    return {"output": output, "trained": pairs([net.W1, net.w2], [net.b1, net.b2])}


@drives("softmax_api.py", sizes=(3, 4, 3))
def softmax_api(path: Path, p: Any) -> dict[str, Any]:
    m = load(path)

    class Kept(m.SoftmaxMLP):  # type: ignore[name-defined,misc]
        """Draws no parameters."""

        def _init_weights(self, n_features: int, n_classes: int) -> None:
            (self.W1_, self.W2_), (self.b1_, self.b2_) = p.W, p.b

    net = Kept(n_hidden=4, learning_rate=p.rate, max_iter=p.epochs)
    net._init_weights(3, 3)
    output = net.predict_proba(p.X)
    net.fit(p.X, p.labels)
    trained = pairs([net.W1_, net.W2_], [net.b1_, net.b2_])
    return {"output": output, "loss": net.loss_curve_[0], "trained": trained}
