"""How to drive scripts without a class."""

from __future__ import annotations

import contextlib
import tempfile
from pathlib import Path
from typing import Any

import numpy as np

from drivers.entry import drives
from drivers.layouts import columns, pairs, rows, turned
from drivers.loading import load, script


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


@drives("iris_script.py", sizes=(4, 8, 3))
def iris_script(path: Path, p: Any) -> dict[str, Any]:
    b1, b2 = rows(p.b)
    arrays = {"W1": p.W[0], "W2": p.W[1], "b1": b1, "b2": b2, "X": p.X, "Y": p.Y, "lr": p.rate}
    with tempfile.TemporaryDirectory() as folder, contextlib.chdir(folder):  # its data
        np.savetxt("iris.csv", np.column_stack([p.X, p.labels]), delimiter=",", header="a,b,c,d,class")
        first = script(path, 1, **{name: np.copy(array) for name, array in arrays.items()})
        found = script(path, p.epochs, **arrays)
    gradients = pairs([first["dW1"], first["dW2"]], [first["db1"], first["db2"]])
    trained = pairs([found["W1"], found["W2"]], [found["b1"], found["b2"]])
    return {"output": first["probs"], "loss": first["loss"], "gradients": gradients, "trained": trained}


@drives("plotting_gui.py")
def plotting_gui(path: Path, p: Any) -> dict[str, Any]:
    net = script(path, 0)["XORNet"](*p.sizes)
    (net.w0, net.w1), (net.b0, net.b1) = p.W, p.b
    output = net.forward(p.X)
    for _ in range(p.epochs):
        net.forward(p.X)
        net.backward(p.X, p.Y, p.rate)
    return {"output": output, "loss": net.history[0], "trained": pairs([net.w0, net.w1], [net.b0, net.b1])}


@drives("minibatch_spiral.py")
def minibatch_spiral(path: Path, p: Any) -> dict[str, Any]:
    b_hid, b_out = rows(p.b)
    whole = {"X": p.X, "T": p.Y, "N": len(p.X), "batch_size": len(p.X), "eta": p.rate}
    arrays = {"w_hid": p.W[0], "w_out": p.W[1], "b_hid": b_hid, "b_out": b_out}
    first = script(path, 1, **whole, **{name: np.copy(array) for name, array in arrays.items()})
    found = script(path, p.epochs, **whole, **arrays)
    output = np.empty_like(p.Y)
    output[first["order"]] = first["prob"]
    trained = pairs([found["w_hid"], found["w_out"]], [found["b_hid"], found["b_out"]])
    return {"output": output, "loss": first["curve"][0], "trained": trained}
