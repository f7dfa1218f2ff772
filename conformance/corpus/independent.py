"""What a program of the corpus has to compute, by torch's float64 autograd, from the conventions that the manifest states."""

from __future__ import annotations

import sys
from dataclasses import dataclass, field
from typing import Any

import numpy as np

try:
    import torch
except ModuleNotFoundError:
    sys.exit("the corpus is checked against torch: pip install torch")


@dataclass
class Problem:
    """A network, a batch and how to train: weights n_in by n_out, samples as rows."""

    W: list[Any]
    b: list[Any]
    X: Any
    Y: Any
    rate: float
    epochs: int
    conventions: dict[str, Any]
    sizes: tuple[int, ...] = field(init=False)

    def __post_init__(self) -> None:
        self.sizes = (self.W[0].shape[0], *(w.shape[1] for w in self.W))

    @property
    def labels(self) -> Any:
        """Class numbers, for one-hot targets."""
        return self.Y.argmax(axis=1)


def activations_of(conventions: dict[str, Any], count: int) -> list[str]:
    hidden = conventions["hidden_activation"]
    if isinstance(hidden, str):
        hidden = [hidden] * (count - 1)
    return [*hidden, conventions["output_activation"]]


def torch_output(parameters: list[tuple[Any, Any]], inputs: Any, activations: list[str]) -> Any:
    apply = {
        "sigmoid": torch.sigmoid,
        "tanh": torch.tanh,
        "relu": torch.relu,
        "linear": lambda z: z,
        "softmax": lambda z: torch.softmax(z, dim=1),
    }
    a = inputs
    for (weights, biases), name in zip(parameters, activations, strict=True):
        a = apply[name](a @ weights + biases)
    return a


def torch_loss(output: Any, targets: Any, loss: str, reduction: str, epsilon: float = 0.0) -> Any:
    terms = {
        "half_squared_error": lambda: (output - targets) ** 2 / 2,
        "squared_error": lambda: (output - targets) ** 2,
        "cross_entropy": lambda: -torch.xlogy(targets, output + epsilon),
        "binary_cross_entropy": lambda: (
            -torch.xlogy(targets, output + epsilon) - torch.xlogy(1 - targets, 1 - output + epsilon)
        ),
    }[loss]()
    return terms.sum() / {"sum": 1, "mean_samples": len(targets), "mean_elements": targets.numel()}[reduction]


def torch_gradients(parameters: list[tuple[Any, Any]], inputs: Any, targets: Any, c: dict[str, Any]) -> list[tuple[Any, Any]]:
    leaves = [(w.clone().requires_grad_(), b.clone().requires_grad_()) for w, b in parameters]
    output = torch_output(leaves, inputs, activations_of(c, len(leaves)))
    torch_loss(output, targets, c["loss"], c["reduction"], c.get("log_epsilon", 0.0)).backward()
    return [(w.grad, 0 * b.grad if c.get("biases") == "none" else b.grad) for w, b in leaves]


def flat(value: Any) -> Any:
    if isinstance(value, list):
        return np.concatenate([np.ravel(np.asarray(array, dtype=float)) for pair in value for array in pair])
    return np.ravel(np.asarray(value, dtype=float))


def expected(p: Problem) -> dict[str, Any]:
    c = p.conventions

    def tensor(array: Any) -> torch.Tensor:
        return torch.tensor(np.asarray(array), dtype=torch.float64)

    def plain(pairs: Any) -> list[tuple[np.ndarray, np.ndarray]]:
        return [(w.numpy(), b.numpy()) for w, b in pairs]

    start = [(tensor(w), tensor(b)) for w, b in zip(p.W, p.b, strict=True)]
    inputs, targets = tensor(p.X), tensor(p.Y)
    output = torch_output(start, inputs, activations_of(c, len(start)))
    reported = c.get("reported_loss") or c
    loss = torch_loss(output, targets, reported["loss"], reported["reduction"], reported.get("log_epsilon", 0.0))
    parameters = start
    one_by_one = c.get("updates") == "per_sample"
    for _ in range(p.epochs):
        for batch in [slice(i, i + 1) for i in range(len(inputs))] if one_by_one else [slice(None)]:
            gradients = torch_gradients(parameters, inputs[batch], targets[batch], c)
            parameters = [(w - p.rate * dw, b - p.rate * db) for (w, b), (dw, db) in zip(parameters, gradients, strict=True)]
    wanted = {
        "output": output.numpy(),
        "loss": loss.item(),
        "gradients": plain(torch_gradients(start, inputs, targets, c)),
        "trained": plain(parameters),
    }
    if np.isfinite(p.X).all() and not all(np.isfinite(flat(value)).all() for value in wanted.values()):
        raise AssertionError("torch's own numbers are not finite: the problem is no test")
    return wanted
