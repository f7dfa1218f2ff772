"""Right implementations put together from choices: each formula of the specification in another way that is in use."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from gallery_derivatives import EVERYTHING

from mlp_conformance.claims import Claims
from mlp_reference.network import Network

Function = Callable[..., Any]


# ---- products of matrices


def tree(a: Any, b: Any) -> Any:
    """Halves are added, as a graphics processor reduces."""
    terms = a[:, :, None] * b[None]
    while (k := terms.shape[1]) > 1:
        half = (k + 1) // 2
        joined = terms[:, :half].copy()
        joined[:, : k - half] += terms[:, half:]
        terms = joined
    return terms[:, 0]


def blocked(a: Any, b: Any) -> Any:
    """The inner dimension three at a time."""
    total = np.zeros((len(a), b.shape[1]), dtype=a.dtype)
    for k in range(0, a.shape[1], 3):
        total = total + a[:, k : k + 3] @ b[k : k + 3]
    return total


def reversed_rows(a: Any, b: Any) -> Any:
    """A rank-one update after the other, the last first."""
    total = np.zeros((len(a), b.shape[1]), dtype=a.dtype)
    for k in reversed(range(a.shape[1])):
        total = total + a[:, k : k + 1] * b[k : k + 1]
    return total


def transposed(a: Any, b: Any) -> Any:
    return (np.asfortranarray(b).T @ np.asfortranarray(a).T).T


def flushed(f: Function) -> Function:
    """What is smaller than the smallest normal number becomes 0."""

    def flushing(*arguments: Any) -> Any:
        result = np.asarray(f(*arguments))
        return np.where(np.abs(result) < np.finfo(result.dtype).tiny, result.dtype.type(0), result)

    return flushing


# ---- activations, from z, and their derivatives, from z and a


def two_branches(z: Any) -> Any:
    e = np.exp(-np.abs(z))
    return np.where(z >= 0, 1 / (1 + e), e / (1 + e)) + 0 * z


def sigmoid_of_tanh(z: Any) -> Any:
    half = z.dtype.type(0.5)
    return half * np.tanh(half * z) + half


def sigmoid_of_softplus(z: Any) -> Any:
    return np.exp(-np.logaddexp(z.dtype.type(0), -z))


def sigmoid_in_one(z: Any) -> Any:
    return np.exp(np.minimum(z, 0)) / (1 + np.exp(-np.abs(z)))


def tanh_of_expm1(z: Any) -> Any:
    e = np.expm1(-2 * np.abs(z))
    return np.copysign(-e / (2 + e), z)


def tanh_of_sigmoid(z: Any) -> Any:
    return 2 * two_branches(2 * z) - 1


def softmax_in_log_domain(z: Any) -> Any:
    return np.exp(z - np.logaddexp.reduce(z, axis=1, keepdims=True))


def softmax_of_differences(z: Any) -> Any:
    return 1 / np.exp(z[:, None, :] - z[:, :, None]).sum(axis=2)


def softmax_shifted(z: Any) -> Any:
    e = np.exp(z - z.max(axis=1, keepdims=True))
    return e * (1 / e.sum(axis=1, keepdims=True))


@dataclass(frozen=True)
class Choices:
    """One way to write each formula; `numbers` is the dtype that is computed in."""

    matmul: Function = np.matmul
    sigmoid: Function = two_branches
    sigmoid_slope: Function = lambda z, a: a * (1 - a)
    tanh: Function = np.tanh
    tanh_slope: Function = lambda z, a: 1 - a * a
    relu: Function = lambda z: np.maximum(z, 0)
    relu_slope: Function = lambda z, a: (z > 0).astype(z.dtype)
    softmax: Function = softmax_shifted
    fused: bool = True
    divide: str = "sum"
    answer: Function = lambda arrays: arrays
    claims: dict[str, Any] = field(default_factory=dict)


class Chosen:
    """The algorithm with those choices, in a dtype, computed in another where `inner` names it."""

    def __init__(self, name: str, dtype: str, choices: Choices, inner: str = "") -> None:
        self.choices, self.numbers = choices, np.dtype(inner or dtype)
        self.claims = Claims(name=f"{name}, {dtype}", dtype=dtype, **(EVERYTHING | choices.claims))

    def _in(self, values: Any) -> Any:
        return np.asarray(values, dtype=self.numbers)

    def _steps(self, network: Network, inputs: Any) -> list[tuple[Any, Any, Any]]:
        steps, x, how = [], self._in(inputs), self.choices
        functions = {"sigmoid": how.sigmoid, "tanh": how.tanh, "relu": how.relu, "softmax": how.softmax}
        for layer in network.layers:
            z = how.matmul(x, self._in(layer.weights)) + self._in(layer.biases)
            steps.append((x, z, self._in(functions.get(layer.activation, np.positive)(z))))
            x = steps[-1][2]
        return steps

    def forward(self, network: Network, inputs: Any) -> Any:
        return self.choices.answer([a for _, _, a in self._steps(network, inputs)])

    def loss(self, network: Network, inputs: Any, targets: Any) -> Any:
        _, z, a = self._steps(network, inputs)[-1]
        terms = self._terms(network, z, a, self._in(targets))
        m, n = terms.shape
        if self.choices.divide == "each":
            return np.sum(terms / self.numbers.type({"sum": 1, "mean_samples": m, "mean_elements": m * n}[network.reduction]))
        if self.choices.divide == "exact":
            return (
                math.fsum(map(float, terms.ravel())) / {"sum": 1, "mean_samples": m, "mean_elements": m * n}[network.reduction]
            )
        rows = terms.mean(axis=1) if network.reduction == "mean_elements" else terms.sum(axis=1)
        return rows.sum() if network.reduction == "sum" else rows.mean()

    def _terms(self, network: Network, z: Any, a: Any, y: Any) -> Any:
        if network.loss == "cross_entropy":
            if self.choices.fused:
                return y * (np.logaddexp.reduce(z, axis=1, keepdims=True) - z)
            return -y * np.log(np.where(y == 0, 1, a))
        if network.loss == "binary_cross_entropy":
            if self.choices.fused:
                return np.maximum(z, 0) - z * y + np.log1p(np.exp(-np.abs(z)))
            left = y * np.log(np.where(y == 0, 1, a))
            return -(left + (1 - y) * np.log(np.where(y == 1, 1, 1 - a)))
        square = np.square(y - a)
        return square * self.numbers.type(0.5) if network.loss.startswith("half") else square

    def gradients(self, network: Network, inputs: Any, targets: Any) -> Any:
        steps, y, found = self._steps(network, inputs), self._in(targets), []
        d = {"sum": 1, "mean_samples": len(y), "mean_elements": y.size}[network.reduction]
        delta = self._in(self._output_delta(network, steps[-1], y) * self.numbers.type(1 / d))
        for k in reversed(range(len(steps))):
            found.insert(0, (self.choices.matmul(steps[k][0].T, delta), delta.sum(axis=0)))
            if k:
                back = self.choices.matmul(delta, self._in(network.layers[k].weights).T)
                delta = self._in(back * self._slope(network.layers[k - 1].activation, *steps[k - 1][1:]))
        return [self.choices.answer(list(pair)) for pair in found]

    def _output_delta(self, network: Network, step: tuple[Any, Any, Any], y: Any) -> Any:
        _, z, a = step
        if self.choices.fused and network.loss.endswith("cross_entropy"):
            return -(y - a)
        match network.loss:
            case "half_squared_error":
                slope = a - y
            case "squared_error":
                slope = 2 * (a - y)
            case "cross_entropy":
                slope = -y / a
            case _:
                slope = (a - y) / (a * (1 - a))
        if network.output_activation == "softmax":
            return a * slope - a * np.sum(a * slope, axis=1, keepdims=True)
        return slope * self._slope(network.output_activation, z, a)

    def _slope(self, name: str, z: Any, a: Any) -> Any:
        how = self.choices
        slopes = {"sigmoid": how.sigmoid_slope, "tanh": how.tanh_slope, "relu": how.relu_slope}
        return slopes[name](z, a) if name in slopes else np.ones_like(z)

    def train(self, network: Network, inputs: Any, targets: Any, learning_rate: float, epochs: int) -> Any:
        """With a velocity that has no momentum, as an optimiser object keeps it."""
        rate = self.numbers.type(learning_rate)
        for _ in range(epochs):
            velocity = [[-rate * self._in(part) for part in pair] for pair in self.gradients(network, inputs, targets)]
            network = network.with_parameters(
                [(self._in(w) + v, self._in(b) + c) for (w, b), (v, c) in zip(network.parameters, velocity, strict=True)]
            )
        return [self.choices.answer(list(pair)) for pair in network.parameters]


def read_only(arrays: list[Any]) -> list[Any]:
    for array in arrays:
        array.flags.writeable = False
    return arrays


CHOICES = {
    "a tree of sums, lists": Choices(
        tree,
        sigmoid_of_tanh,
        lambda z, a: a - a * a,
        tanh_of_expm1,
        lambda z, a: (1 - a) * (1 + a),
        lambda z: z * (z > 0),
        lambda z, a: (a > 0).astype(z.dtype),
        softmax_in_log_domain,
        answer=lambda arrays: [array.tolist() for array in arrays],
    ),
    "blocked by 3, unfused": Choices(
        blocked,
        sigmoid_in_one,
        lambda z, a: np.exp(-np.abs(z)) / (1 + np.exp(-np.abs(z))) ** 2,
        tanh_of_sigmoid,
        lambda z, a: 1 / np.cosh(z) ** 2,
        lambda z: (np.abs(z) + z) / 2,
        lambda z, a: np.sign(a),
        softmax_of_differences,
        fused=False,
        divide="each",
        answer=read_only,
    ),
    "the last first, softplus": Choices(
        reversed_rows,
        sigmoid_of_softplus,
        lambda z, a: two_branches(z) * two_branches(-z),
        softmax=softmax_in_log_domain,
        divide="exact",
        answer=tuple,
    ),
    "transposed, Fortran order": Choices(
        transposed, relu=lambda z: np.clip(z, 0, None), answer=lambda arrays: [np.asfortranarray(array) for array in arrays]
    ),
    "flush to zero": Choices(
        flushed(np.matmul), flushed(two_branches), flushed(lambda z, a: a * (1 - a)), softmax=flushed(softmax_shifted)
    ),
    "one sample at a time, no hidden biases": Choices(claims={"max_batch": 1, "hidden_biases": False}),
    "ReLU alone": Choices(
        blocked, claims={"activations": {"relu"}, "output_activations": {"relu", "linear"}, "losses": {"squared_error"}}
    ),
}
