"""Right implementations that type no derivative: forward-mode duals, complex steps, and a tape of scalars."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import numpy as np

from mlp_conformance.claims import Claims
from mlp_reference.network import HIDDEN_ACTIVATIONS, LOSSES, REDUCTIONS, Network

EVERYTHING: dict[str, Any] = {
    "activations": set(HIDDEN_ACTIVATIONS),
    "output_activations": {*HIDDEN_ACTIVATIONS, "softmax"},
    "losses": set(LOSSES),
    "reductions": set(REDUCTIONS),
}


def _divisor(network: Network, targets: Any) -> int:
    return {"sum": 1, "mean_samples": len(targets), "mean_elements": targets.size}[network.reduction]


class _Scalar:
    """Arithmetic of one number that a derivative can be taken of: what `_loss` computes with."""

    v: float

    def exp(self) -> Any: ...
    def log(self) -> Any: ...
    def tanh(self) -> Any: ...


def _forward(network: Network, parameters: Any, inputs: Any, number: Any) -> list[tuple[list[Any], list[Any]]]:
    """Pre-activations and activations of every layer, sample by sample, in any arithmetic of scalars."""
    steps = []
    rows = [[number(x) for x in row] for row in inputs.tolist()]
    for (weights, biases), layer in zip(parameters, network.layers, strict=True):
        z = [[sum((x * weights[i][j] for i, x in enumerate(row)), start=biases[j]) for j in range(len(biases))] for row in rows]
        rows = [_activated(layer.activation, row, number) for row in z]
        steps.append((z, rows))
    return steps


def _activated(name: str, z: list[Any], number: Any) -> list[Any]:
    if name == "softmax":
        top = number(max(x.v for x in z))
        e = [(x - top).exp() for x in z]
        total = sum(e[1:], start=e[0])
        return [x / total for x in e]
    if name == "sigmoid":
        return [number(1) / (number(1) + (-x).exp()) if not x.v < 0 else x.exp() / (number(1) + x.exp()) for x in z]
    if name == "tanh":
        return [x.tanh() for x in z]
    if name == "relu":
        return [x if not x.v <= 0 else number(0) for x in z]
    return z


def _softplus(z: Any, number: Any) -> Any:
    return (number(1) + z.exp()).log() if z.v < 0 else z + (number(1) + (-z).exp()).log()


def _loss(network: Network, parameters: Any, inputs: Any, targets: Any, number: Any) -> Any:
    z, a = _forward(network, parameters, inputs, number)[-1]
    total = number(0)
    for z_row, a_row, y_row in zip(z, a, targets.tolist(), strict=True):
        if network.loss == "cross_entropy":
            top = number(max(x.v for x in z_row))
            e = [(x - top).exp() for x in z_row]
            log_sum = sum(e[1:], start=e[0]).log()
        for x, p, y in zip(z_row, a_row, y_row, strict=True):
            if network.loss == "cross_entropy":
                total = total - number(y) * ((x - top) - log_sum)
            elif network.loss == "binary_cross_entropy":
                total = total + number(y) * _softplus(-x, number) + number(1 - y) * _softplus(x, number)
            else:
                error = p - number(y)
                total = total + (error * error * number(0.5) if network.loss.startswith("half") else error * error)
    return total / number(_divisor(network, targets))


def _numbers(network: Network, number: Any) -> list[tuple[list[list[Any]], list[Any]]]:
    return [
        ([[number(w) for w in row] for row in layer.weights.tolist()], [number(b) for b in layer.biases.tolist()])
        for layer in network.layers
    ]


def _flat(parameters: Any) -> Iterator[Any]:
    for weights, biases in parameters:
        for row in weights:
            yield from row
        yield from biases


class _Scalars:
    """The four operations in an arithmetic of scalars; `slopes` gives the derivatives by all parameters, in order."""

    number: Any

    def slopes(self, network: Network, inputs: Any, targets: Any) -> list[float]:
        raise NotImplementedError

    def forward(self, network: Network, inputs: Any) -> Any:
        steps = _forward(network, _numbers(network, self.number), inputs, self.number)
        return [[[x.v for x in row] for row in a] for _, a in steps]

    def loss(self, network: Network, inputs: Any, targets: Any) -> Any:
        return _loss(network, _numbers(network, self.number), inputs, targets, self.number).v

    def gradients(self, network: Network, inputs: Any, targets: Any) -> Any:
        slopes = iter(self.slopes(network, inputs, targets))
        return [
            ([[next(slopes) for _ in row] for row in layer.weights], [next(slopes) for _ in layer.biases])
            for layer in network.layers
        ]


def dual(dtype: Any) -> type[_Scalar]:
    """Numbers v + d epsilon, each operation in the dtype; d: one number, or one for each direction."""

    class Dual(_Scalar):
        __slots__ = ("d", "v")

        def __init__(self, v: Any, d: Any = dtype(0)) -> None:  # noqa: B008 - a number
            self.v, self.d = dtype(v), d

        def __add__(self, other: Any) -> Any:
            return Dual(self.v + other.v, self.d + other.d)

        def __neg__(self) -> Any:
            return Dual(-self.v, -self.d)

        def __sub__(self, other: Any) -> Any:
            return self + -other

        def __mul__(self, other: Any) -> Any:
            return Dual(self.v * other.v, self.d * other.v + self.v * other.d)

        def __truediv__(self, other: Any) -> Any:
            ratio = self.v / other.v
            return Dual(ratio, (self.d - ratio * other.d) / other.v)

        def exp(self) -> Any:
            e = np.exp(self.v)
            return Dual(e, e * self.d)

        def log(self) -> Any:
            return Dual(np.log(self.v), self.d / self.v)

        def tanh(self) -> Any:
            a = np.tanh(self.v)
            return Dual(a, (1 - a * a) * self.d)

    return Dual


class ForwardMode(_Scalars):
    """One evaluation of the loss in the direction of every parameter at once."""

    def __init__(self, dtype: Any = np.float64) -> None:
        self.dtype, self.number = dtype, dual(dtype)
        self.claims = Claims(name="forward-mode duals", dtype=np.dtype(dtype).name, max_batch=9, **EVERYTHING)

    def slopes(self, network: Network, inputs: Any, targets: Any) -> list[float]:
        parameters = _numbers(network, self.number)
        flat = list(_flat(parameters))
        for parameter, direction in zip(flat, np.eye(len(flat), dtype=self.dtype), strict=True):
            parameter.d = direction
        return list(np.broadcast_to(_loss(network, parameters, inputs, targets, self.number).d, len(flat)))


class Taped(_Scalar):
    """A number that remembers what it was computed from, and the derivatives by that."""

    __slots__ = ("g", "parents", "v")

    def __init__(self, v: float, parents: tuple[tuple[Taped, float], ...] = ()) -> None:
        self.v, self.parents, self.g = v, parents, 0.0

    def __add__(self, other: Taped) -> Taped:
        return Taped(self.v + other.v, ((self, 1.0), (other, 1.0)))

    def __neg__(self) -> Taped:
        return Taped(-self.v, ((self, -1.0),))

    def __sub__(self, other: Taped) -> Taped:
        return Taped(self.v - other.v, ((self, 1.0), (other, -1.0)))

    def __mul__(self, other: Taped) -> Taped:
        return Taped(self.v * other.v, ((self, other.v), (other, self.v)))

    def __truediv__(self, other: Taped) -> Taped:
        ratio = self.v / other.v
        return Taped(ratio, ((self, 1 / other.v), (other, -ratio / other.v)))

    def exp(self) -> Taped:
        e = math.exp(min(self.v, 709.0))
        return Taped(e, ((self, e),))

    def log(self) -> Taped:
        return Taped(math.log(self.v), ((self, 1 / self.v),))

    def tanh(self) -> Taped:
        a = math.tanh(self.v)
        return Taped(a, ((self, 1 - a * a),))

    def backward(self) -> None:
        """Reverse accumulation in topological order, without recursion."""
        order: list[Taped] = []
        seen, stack = set(), [(self, 0)]
        while stack:
            node, at = stack.pop()
            if at == 0 and id(node) in seen:
                continue
            seen.add(id(node))
            if at < len(node.parents):
                stack += [(node, at + 1), (node.parents[at][0], 0)]
            else:
                order.append(node)
        self.g = 1.0
        for node in reversed(order):
            for parent, slope in node.parents:
                parent.g += slope * node.g


class Tape(_Scalars):
    """Reverse mode, one scalar at a time."""

    number = Taped
    claims = Claims(name="a tape of scalars", max_batch=9, **EVERYTHING)

    def slopes(self, network: Network, inputs: Any, targets: Any) -> list[float]:
        parameters = _numbers(network, Taped)
        _loss(network, parameters, inputs, targets, Taped).backward()
        return [parameter.g for parameter in _flat(parameters)]

    def train(self, network: Network, inputs: Any, targets: Any, learning_rate: float, epochs: int) -> Any:
        """A parameter at a time, as an optimiser object does it."""
        losses = []
        parameters = _numbers(network, Taped)
        for _ in range(epochs):
            loss = _loss(network, parameters, inputs, targets, Taped)
            loss.backward()
            losses.append(loss.v)
            for parameter in _flat(parameters):
                parameter.v -= learning_rate * parameter.g
                parameter.g = 0.0
        return [([[w.v for w in row] for row in weights], [b.v for b in biases]) for weights, biases in parameters], losses


class ComplexStep:
    """dE/dw is the imaginary part of E(w + i h) / h: no difference is taken, so h may be as small as one likes."""

    h = 1e-200
    claims = Claims(name="complex step", **EVERYTHING)

    def _steps(self, network: Network, parameters: Any, inputs: Any) -> list[tuple[Any, Any]]:
        steps, a = [], inputs.astype(complex)
        for (weights, biases), layer in zip(parameters, network.layers, strict=True):
            z = a @ weights + biases
            steps.append((z, a := self._activated(layer.activation, z)))
        return steps

    def _activated(self, name: str, z: Any) -> Any:
        match name:
            case "sigmoid":
                e = np.exp(np.where(z.real >= 0, -z, z))
                return np.where(z.real >= 0, 1 / (1 + e), e / (1 + e))
            case "tanh":
                return np.tanh(z)
            case "relu":
                return np.where(z.real <= 0, 0, z)
            case "softmax":
                e = np.exp(z - z.real.max(axis=1, keepdims=True))
                return e / e.sum(axis=1, keepdims=True)
        return z

    def _loss(self, network: Network, parameters: Any, inputs: Any, y: Any) -> Any:
        z, a = self._steps(network, parameters, inputs)[-1]
        if network.loss == "cross_entropy":
            s = z - z.real.max(axis=1, keepdims=True)
            terms = -y * (s - np.log(np.exp(s).sum(axis=1, keepdims=True)))
        elif network.loss == "binary_cross_entropy":
            terms = np.where(z.real > 0, z, 0) - y * z + np.log(1 + np.exp(np.where(z.real > 0, -z, z)))
        else:
            terms = (a - y) ** 2 * (0.5 if network.loss.startswith("half") else 1)
        return terms.sum() / _divisor(network, y)

    def _complex(self, network: Network) -> list[tuple[Any, Any]]:
        return [(weights.astype(complex), biases.astype(complex)) for weights, biases in network.parameters]

    def forward(self, network: Network, inputs: Any) -> Any:
        return [a.real for _, a in self._steps(network, self._complex(network), inputs)]

    def loss(self, network: Network, inputs: Any, targets: Any) -> Any:
        return self._loss(network, self._complex(network), inputs, targets).real

    def gradients(self, network: Network, inputs: Any, targets: Any) -> Any:
        parameters = self._complex(network)
        return [tuple(self._slopes(network, parameters, part, inputs, targets) for part in pair) for pair in parameters]

    def _slopes(self, network: Network, parameters: Any, part: Any, inputs: Any, targets: Any) -> Any:
        """The derivatives by one array, which is one of the parameters."""
        found = np.zeros(part.shape)
        for place in np.ndindex(part.shape):
            kept = part[place]
            part[place] = kept + 1j * self.h
            found[place] = self._loss(network, parameters, inputs, targets).imag / self.h
            part[place] = kept
        return found

    def train(self, network: Network, inputs: Any, targets: Any, learning_rate: float, epochs: int) -> Any:
        pairs = network.parameters
        for _ in range(epochs):
            steps = self.gradients(network.with_parameters(pairs), inputs, targets)
            pairs = [(w - learning_rate * dw, b - learning_rate * db) for (w, b), (dw, db) in zip(pairs, steps, strict=True)]
        return pairs
