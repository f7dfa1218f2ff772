"""Right implementations in unlike formulations: not one of them may ever fail a check.

Each is an adapter that shares nothing with the reference but the interface.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
from formulations import Formulation
from gallery_choices import CHOICES, Chosen
from gallery_derivatives import EVERYTHING, ComplexStep, ForwardMode, Tape

from mlp_conformance.claims import Claims
from mlp_reference.formats import BFLOAT16, FLOAT16, FLOAT32, FLOAT64, Format
from mlp_reference.network import Case, Network


class Rounded:
    """A formulation of reference/tests/formulations.py as an adapter: every operation rounded to its format."""

    def __init__(self, formulation: Formulation) -> None:
        self.formulation = formulation
        self.claims = Claims(name=str(formulation), dtype=formulation.format.name, **EVERYTHING)

    def _case(self, network: Network, inputs: Any, targets: Any, learning_rate: float = 0.0, epochs: int = 1) -> Case:
        return Case(network, inputs, targets, learning_rate, epochs).map(lambda x: np.asarray(x, dtype=np.float64))

    def forward(self, network: Network, inputs: Any) -> list[np.ndarray]:
        return [a for _, _, a in self.formulation.forward(self._case(network, inputs, np.zeros((1, 1))))]

    def loss(self, network: Network, inputs: Any, targets: Any) -> float:
        return self.formulation.loss(self._case(network, inputs, targets))

    def gradients(self, network: Network, inputs: Any, targets: Any) -> Any:
        return self.formulation.gradients(self._case(network, inputs, targets))

    def train(self, network: Network, inputs: Any, targets: Any, learning_rate: float, epochs: int) -> Any:
        return self.formulation.train(self._case(network, inputs, targets, learning_rate, epochs))


class Loops:
    """Plain Python: lists, loops and the math module, sample by sample, unit by unit; optionally with fsum or Kahan sums."""

    def __init__(self, total: Callable[[list[float]], float] = sum, name: str = "loops") -> None:  # type: ignore[assignment]
        self.total = total
        self.claims = Claims(name=name, **EVERYTHING)

    def _forward_one(self, network: Network, x: list[float]) -> list[tuple[list[float], list[float], list[float]]]:
        steps = []
        for layer in network.layers:
            columns = layer.weights.T.tolist()
            z = [
                self.total([w * xi for w, xi in zip(column, x, strict=True)]) + b
                for column, b in zip(columns, layer.biases.tolist(), strict=True)
            ]
            a = self._activate(layer.activation, z)
            steps.append((x, z, a))
            x = a
        return steps

    def _activate(self, name: str, z: list[float]) -> list[float]:
        if name == "softmax":
            top = max(z)
            e = [math.exp(v - top) for v in z]
            s = self.total(e)
            return [v / s for v in e]
        return [self._unit(name, v) for v in z]

    def _unit(self, name: str, v: float) -> float:
        if math.isnan(v):
            return v
        if name == "sigmoid":
            return 1 / (1 + math.exp(-v)) if v >= 0 else math.exp(v) / (1 + math.exp(v))
        return {"tanh": math.tanh, "relu": lambda x: max(x, 0.0), "linear": lambda x: x}[name](v)

    def _slope(self, name: str, z: float, a: float) -> float:
        return {"sigmoid": a * (1 - a), "tanh": (1 - a) * (1 + a), "relu": float(z > 0), "linear": 1.0}[name]

    def forward(self, network: Network, inputs: Any) -> list[list[list[float]]]:
        rows = [self._forward_one(network, x) for x in inputs.tolist()]
        return [[row[k][2] for row in rows] for k in range(len(network.layers))]

    def loss(self, network: Network, inputs: Any, targets: Any) -> float:
        terms = []
        for x, y in zip(inputs.tolist(), targets.tolist(), strict=True):
            _, z, a = self._forward_one(network, x)[-1]
            terms += [self._term(network.loss, k, z, a, y) for k in range(len(y))]
        return self.total(terms) / self._divisor(network, targets)

    def _term(self, loss: str, k: int, z: list[float], a: list[float], y: list[float]) -> float:
        if loss == "cross_entropy":
            top = max(z)
            lse = top + math.log(self.total([math.exp(v - top) for v in z]))
            return y[k] * (lse - z[k])
        if loss == "binary_cross_entropy":
            return max(z[k], 0) - z[k] * y[k] + math.log1p(math.exp(-abs(z[k])))
        return (0.5 if loss == "half_squared_error" else 1) * (y[k] - a[k]) ** 2

    def _divisor(self, network: Network, targets: Any) -> int:
        return {"sum": 1, "mean_samples": len(targets), "mean_elements": targets.size}[network.reduction]

    def gradients(self, network: Network, inputs: Any, targets: Any) -> list[tuple[Any, Any]]:
        found: list[tuple[list[list[list[float]]], list[list[float]]]] = [
            ([[[] for _ in layer.biases] for _ in layer.weights], [[] for _ in layer.biases]) for layer in network.layers
        ]
        d = self._divisor(network, targets)
        for x, y in zip(inputs.tolist(), targets.tolist(), strict=True):
            steps = self._forward_one(network, x)
            delta = [v / d for v in self._output_delta(network, steps[-1], y)]
            for k in reversed(range(len(steps))):
                ins, _, _ = steps[k]
                for j, dj in enumerate(delta):
                    found[k][1][j].append(dj)
                    for i, xi in enumerate(ins):
                        found[k][0][i][j].append(xi * dj)
                if k:
                    rows, name = network.layers[k].weights.tolist(), network.layers[k - 1].activation
                    _, z, a = steps[k - 1]
                    delta = [
                        self.total([w * dj for w, dj in zip(rows[i], delta, strict=True)]) * self._slope(name, z[i], a[i])
                        for i in range(len(rows))
                    ]
        return [
            ([[self.total(cell) for cell in row] for row in weights], [self.total(cell) for cell in biases])
            for weights, biases in found
        ]

    def _output_delta(
        self, network: Network, step: tuple[list[float], list[float], list[float]], y: list[float]
    ) -> list[float]:
        _, z, a = step
        name, loss = network.layers[-1].activation, network.loss
        if loss in ("cross_entropy", "binary_cross_entropy"):
            return [p - t for p, t in zip(a, y, strict=True)]
        g = [(1 if loss == "half_squared_error" else 2) * (p - t) for p, t in zip(a, y, strict=True)]
        if name == "softmax":
            return [self.total([g[k] * a[k] * ((1.0 if i == k else 0.0) - a[i]) for k in range(len(a))]) for i in range(len(a))]
        return [v * self._slope(name, zi, ai) for v, zi, ai in zip(g, z, a, strict=True)]

    def train(self, network: Network, inputs: Any, targets: Any, learning_rate: float, epochs: int) -> Any:
        for _ in range(epochs):
            stepped = [
                (layer.weights - learning_rate * np.array(gw), layer.biases - learning_rate * np.array(gb))
                for layer, (gw, gb) in zip(network.layers, self.gradients(network, inputs, targets), strict=True)
            ]
            network = network.with_parameters(stepped)
        return network.parameters


def kahan(terms: list[float]) -> float:
    s = c = 0.0
    for term in terms:
        y = term - c
        t = s + y
        c = (t - s) - y
        s = t
    return s


class Vectorised:
    """NumPy with einsum, in an inner dtype of choice: wider accumulation, Fortran order, biases as a row of the weights."""

    def __init__(self, dtype: str, inner: Any, name: str, order: Any = "C") -> None:
        self.inner, self.order = inner, order
        self.claims = Claims(name=name, dtype=dtype, **EVERYTHING)

    def _steps(self, network: Network, inputs: Any) -> list[tuple[Any, Any, Any]]:
        steps, x = [], np.asarray(inputs, dtype=self.inner, order=self.order)
        for layer in network.layers:
            augmented = np.vstack([layer.weights, layer.biases]).astype(self.inner, order=self.order)
            ones = np.hstack([x, np.ones((len(x), 1), dtype=self.inner)])
            z = np.einsum("mi,ij->mj", ones, augmented)
            steps.append((ones, z, self._activate(layer.activation, z)))
            x = steps[-1][2]
        return steps

    def _activate(self, name: str, z: Any) -> Any:
        match name:
            case "sigmoid":
                return (1 + np.tanh(z / 2)) / 2
            case "tanh":
                return np.tanh(z)
            case "relu":
                return z * (z > 0) if not np.isnan(z).any() else np.maximum(z, 0)
            case "softmax":
                s = z - z.max(axis=1, keepdims=True)
                return np.exp(s - np.log(np.exp(s).sum(axis=1, keepdims=True)))
        return z

    def _cast(self, value: Any) -> Any:
        return np.asarray(value, dtype=np.float64 if self.claims.dtype == "float64" else self.claims.dtype)

    def forward(self, network: Network, inputs: Any) -> list[Any]:
        return [self._cast(a) for _, _, a in self._steps(network, inputs)]

    def loss(self, network: Network, inputs: Any, targets: Any) -> Any:
        _, z, a = self._steps(network, inputs)[-1]
        y = np.asarray(targets, dtype=self.inner)
        match network.loss:
            case "half_squared_error":
                total = np.einsum("mj,mj->", a - y, a - y) / 2
            case "squared_error":
                total = np.einsum("mj,mj->", a - y, a - y)
            case "cross_entropy":
                s = z - z.max(axis=1, keepdims=True)
                total = np.sum(y * (np.log(np.exp(s).sum(axis=1, keepdims=True)) - s))
            case _:
                total = np.sum(np.logaddexp(0, z) - y * z)
        return self._cast(total / {"sum": 1, "mean_samples": len(y), "mean_elements": y.size}[network.reduction])

    def gradients(self, network: Network, inputs: Any, targets: Any) -> Any:
        steps, y = self._steps(network, inputs), np.asarray(targets, dtype=self.inner)
        _, z, a = steps[-1]
        if network.loss in ("cross_entropy", "binary_cross_entropy"):
            delta = a - y
        else:
            g = (a - y) * (1 if network.loss == "half_squared_error" else 2)
            if network.output_activation == "softmax":
                jacobian = np.einsum("mi,ij->mij", a, np.eye(a.shape[1], dtype=self.inner)) - np.einsum("mi,mj->mij", a, a)
                delta = np.einsum("mi,mij->mj", g, jacobian)
            else:
                delta = g * self._slope(network.output_activation, z)
        delta = delta / {"sum": 1, "mean_samples": len(y), "mean_elements": y.size}[network.reduction]
        found = []
        for k in reversed(range(len(steps))):
            augmented = np.einsum("mi,mj->ij", steps[k][0], delta)
            found.insert(0, (self._cast(augmented[:-1]), self._cast(augmented[-1])))
            if k:
                back = np.einsum("mj,ij->mi", delta, network.layers[k].weights.astype(self.inner))
                delta = back * self._slope(network.layers[k - 1].activation, steps[k - 1][1])
        return found

    def _slope(self, name: str, z: Any) -> Any:
        """From z, not from a."""
        match name:
            case "sigmoid":
                e = np.exp(-np.abs(z))
                return e / (1 + e) ** 2
            case "tanh":
                e = np.exp(-2 * np.abs(z))
                return 4 * e / (1 + e) ** 2
            case "relu":
                return (z > 0).astype(self.inner)
        return np.ones_like(z)

    def train(self, network: Network, inputs: Any, targets: Any, learning_rate: float, epochs: int) -> Any:
        losses = []
        for _ in range(epochs):
            losses.append(float(self.loss(network, inputs, targets)))
            gradients = self.gradients(network, inputs, targets)
            network = network.with_parameters(
                [
                    (
                        self._cast(layer.weights - learning_rate * gw),
                        self._cast(layer.biases - learning_rate * gb),
                    )
                    for layer, (gw, gb) in zip(network.layers, gradients, strict=True)
                ]
            )
        return network.parameters, losses


def _rounded(format: Format, **choices: Any) -> Callable[[], Rounded]:
    return lambda: Rounded(replace(Formulation(format), **choices))


GALLERY: dict[str, Callable[[], Any]] = {
    "loops": Loops,
    "loops with fsum": lambda: Loops(math.fsum, "fsum"),
    "loops with Kahan sums": lambda: Loops(kahan, "kahan"),
    "loops, reversed sums": lambda: Loops(lambda terms: sum(reversed(terms)), "reversed"),
    "einsum": lambda: Vectorised("float64", np.float64, "einsum"),
    "einsum in Fortran order": lambda: Vectorised("float64", np.float64, "fortran", "F"),
    "long double inside": lambda: Vectorised("float64", np.longdouble, "longdouble"),
    "float32": lambda: Vectorised("float32", np.float32, "float32"),
    "float32 with float64 inside": lambda: Vectorised("float32", np.float64, "wide float32"),
    "float16 with float32 inside": lambda: Vectorised("float16", np.float32, "wide float16"),
    "float16 with float64 inside": lambda: Vectorised("float16", np.float64, "wider float16"),
    "float64 backward sums, tanh form": _rounded(FLOAT64, summation="backward", sigmoid="tanh", softmax="log-domain"),
    "float64 pairwise, unfused": _rounded(FLOAT64, summation="pairwise", sigmoid="branches", cross_entropy="unfused"),
    "float64 fused multiply-add": _rounded(FLOAT64, summation="fused", derivative="e/(1+e)^2"),
    "float32, each operation rounded": _rounded(FLOAT32),
    "float32 approximate exponentials, up": _rounded(FLOAT32, exp_error=6.0, cross_entropy="unfused"),
    "float32 approximate exponentials, down": _rounded(FLOAT32, exp_error=-6.0, derivative="e/(1+e)^2"),
    "float32 sample by sample": _rounded(FLOAT32, by_sample=True, summation="bias-first"),
    "float16, each operation rounded": _rounded(FLOAT16, sigmoid="tanh"),
    "float16 backward, unfused": _rounded(FLOAT16, summation="backward", cross_entropy="unfused", sigmoid="branches"),
    "bfloat16, each operation rounded": _rounded(BFLOAT16, summation="pairwise"),
    "bfloat16 fused": _rounded(BFLOAT16, summation="fused", sigmoid="branches", softmax="log-domain"),
    "forward-mode duals": ForwardMode,
    "forward-mode duals in float32": lambda: ForwardMode(np.float32),
    "complex step": ComplexStep,
    "a tape of scalars": Tape,
}
#: Each set of choices in one dtype every day, in all of them in tox -e soundness.
_DTYPES = ("float64", "float32", "float16")
GALLERY |= {
    f"{name}, {_DTYPES[i % 3]}": lambda name=name, dtype=_DTYPES[i % 3]: Chosen(name, dtype, CHOICES[name])  # type: ignore[misc]
    for i, name in enumerate(CHOICES)
}
WHOLE_GALLERY: dict[str, Callable[[], Any]] = GALLERY | {
    f"{name}, {dtype}": lambda name=name, dtype=dtype: Chosen(name, dtype, CHOICES[name])  # type: ignore[misc]
    for name in CHOICES
    for dtype in _DTYPES
}
#: Bundled adapters that are right, and the module that each needs.
LIBRARIES = {
    "torch": "torch",
    "torch-float32": "torch",
    "torch-bfloat16": "torch",
    "autograd": "autograd",
    "jax": "jax",
    "jax-float32": "jax",
}
