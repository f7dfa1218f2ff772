"""How to drive classes with one hidden layer: `W1, b1, W2, b2` under many names, samples in rows or in columns."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from drivers.entry import drives
from drivers.layouts import columns, pairs, rows, turned
from drivers.loading import load


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


@drives("columns_bce.py")
def columns_bce(path: Path, p: Any) -> dict[str, Any]:
    net = load(path).ShallowNN(*p.sizes)
    (net.W1, net.W2), (net.b1, net.b2) = turned(p.W), columns(p.b)
    output = net.forward(p.X.T).T
    loss = net.cost(p.Y.T)
    net.train(p.X.T, p.Y.T, p.epochs, p.rate)
    return {"output": output, "loss": loss, "trained": pairs([net.W1, net.W2], [net.b1, net.b2], True)}


@drives("keyword_only.py", sizes=(3, 4, 1), samples=7)
def keyword_only(path: Path, p: Any) -> dict[str, Any]:
    net = load(path).BinaryMLP(n_inputs=3, n_hidden=4, n_outputs=1, lr=p.rate, activation=p.conventions["hidden_activation"])
    (net.hidden_w, net.output_w), (net.hidden_b, net.output_b) = p.W, rows(p.b)
    output, loss = net.predict_proba(p.X), net.log_loss(p.X, p.Y)
    for _ in range(p.epochs):
        net.partial_fit(p.X, p.Y)
    trained = pairs([net.hidden_w, net.output_w], [net.hidden_b, net.output_b])
    return {"output": output, "loss": loss, "trained": trained}
