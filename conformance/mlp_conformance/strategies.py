"""Hypothesis strategies for networks and batches that an implementation claims to handle.

Everything is kept within the claims, and away from overflow and undefined logarithms, by construction: a layer that would
drive its pre-activations too far is scaled down by a power of two, as is a learning rate that would make training diverge.
All numbers are exactly representable in the claimed dtype.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache
from itertools import pairwise
from math import prod
from typing import Any

import numpy as np
from hypothesis import strategies as st

from mlp_conformance.claims import Claims
from mlp_conformance.guards import converging, restrained, without_biases
from mlp_reference.formats import FORMATS, Format
from mlp_reference.network import Case, Layer, Network

#: Numbers are drawn one by one, so that they shrink one by one, up to this many in a case.
_ONE_BY_ONE = 40
_STYLES = ("simple", "random", "random", "equal", "sparse", "steep")
_INPUTS = ("ordinary", "ordinary", "duplicates", "binary", "tiny", "huge")
_OFFSET = 64.0
_RATES = (0.5, 0.1, 1.0, 0.01, 3.0, 1e-3, 10.0, 1e-6)


@dataclass(frozen=True)
class Scope:
    """What a check wants drawn; the claims narrow it further.

    hidden, outputs: activations; losses: names; None for whatever is claimed. somewhere: one hidden layer with such an
    activation is enough, where networks without others cannot be had. layers: hidden layers, from and to, None for
    one to three, or none where none is claimed; widest: units of a layer; batch and epochs: from and to.
    """

    hidden: frozenset[str] | None = None
    somewhere: bool = False
    outputs: frozenset[str] | None = None
    losses: frozenset[str] | None = None
    reductions: frozenset[str] | None = None
    layers: tuple[int, int] | None = None
    widest: int = 8
    batch: tuple[int, int] = (1, 9)
    epochs: tuple[int, int] = (1, 1)

    def pairs(self, claims: Claims) -> list[tuple[str, str]]:
        """Output activation and loss within both the claims and the scope."""
        return [
            (output, loss)
            for output, loss in claims.pairs()
            if (self.outputs is None or output in self.outputs)
            and (self.losses is None or loss in self.losses)
            and (claims.same_activation != "all" or self.hidden is None or output in self.hidden)
        ]

    def hidden_activations(self, claims: Claims) -> list[str]:
        return sorted(claims.hidden if self.hidden is None else claims.hidden & self.hidden)

    def _suits(self, layers: tuple[str, ...] | None) -> bool:
        """Whether networks that have those activations, where they are claimed layer by layer, are in the scope."""
        if layers is None or self.hidden is None:
            return True
        named = set(layers[:-1])
        return bool(named & self.hidden) if self.somewhere else named <= self.hidden

    def depth(self, claims: Claims) -> tuple[int, int]:
        if claims.sizes:
            return len(claims.sizes) - 2, len(claims.sizes) - 2
        least, most = self.layers or (1, 3)
        most = most if claims.max_hidden_layers is None else min(most, claims.max_hidden_layers)
        most = max(most, claims.min_hidden_layers)
        return max(min(least, most), claims.min_hidden_layers), most

    def reduction_names(self, claims: Claims) -> list[str]:
        return sorted(set(claims.reductions) & (self.reductions or set(claims.reductions)))

    def is_empty(self, claims: Claims) -> bool:
        """Whether the claims leave nothing to draw."""
        batch, depth = claims.max_batch or self.batch[0], self.depth(claims)
        return (
            not self.pairs(claims)
            or not self.reduction_names(claims)
            or (depth[0] > 0 and not self.hidden_activations(claims))
            or not self._suits(claims.layer_activations)
            or batch < self.batch[0]
            or (self.layers == (0, 0) != depth)
            or depth[1] < (self.layers[0] if self.layers else self.hidden is not None)
        )


def combinations(claims: Claims) -> list[tuple[str, str, str, str]]:
    """Every claimed hidden activation, output activation, loss and reduction that go together, in a fixed order.

    Where the activations are claimed layer by layer, the hidden one is that of the first layer.
    """
    if claims.max_hidden_layers == 0:
        names = [("", *pair) for pair in claims.pairs()]
    else:
        hidden = list((claims.layer_activations or ())[:1]) or sorted(claims.hidden) or ["linear"]
        names = [
            (name, *pair) for name in hidden for pair in claims.pairs() if name in (claims.hidden_beside(pair[0]) or hidden)
        ]
    return [(*each, reduction) for each in names for reduction in sorted(claims.reductions)]


def combination(
    claims: Claims,
    hidden: str,
    output: str,
    loss: str,
    reduction: str,
    random: np.random.Generator,
    shape: tuple[int, int, int, int] | None = None,
) -> Case:
    """A network with those names, of one hidden layer or the fewest that are claimed: all else comes from `random`.

    shape: inputs, hidden units in each layer, outputs and samples, where they are not to be drawn.
    """
    format = FORMATS[claims.dtype]
    fewest = 2 if output == "softmax" else 1
    outputs = int(random.integers(fewest, max(fewest, min(8, claims.max_outputs or 8)) + 1))
    depth = 0 if claims.max_hidden_layers == 0 else max(1, claims.min_hidden_layers)
    sizes = claims.sizes or (int(random.integers(1, 7)), *(int(n) for n in random.integers(1, 9, depth)), outputs)
    m = int(random.integers(1, min(9, claims.max_batch or 9) + 1))
    if shape is not None:
        n_in, units, n_out, m = shape
        sizes = claims.sizes or (n_in, *[units] * depth, n_out)

    def normal(*shape: int) -> np.ndarray:
        return format.nearest(random.normal(size=shape))

    named = claims.in_layers(hidden, output, len(sizes) - 1)
    layers = [Layer(normal(a, b), normal(b), name) for (a, b), name in zip(pairwise(sizes), named, strict=True)]
    network = Network(tuple(without_biases(claims, layers)), loss, reduction, claims.conventions)
    inputs, one_hot = normal(m, sizes[0]), np.eye(sizes[-1])[random.integers(0, sizes[-1], m)]
    if claims.one_hot:
        targets = one_hot
    elif loss == "cross_entropy":
        targets = 0.75 * one_hot + 0.25 * np.roll(one_hot, 1, axis=1)
    else:
        targets = random.integers(0, 5, (m, sizes[-1])) / 4 if loss == "binary_cross_entropy" else normal(m, sizes[-1])
    if _may_be_far(claims, output):
        network, targets = _far_from_zero(network), format.nearest(targets + _OFFSET)
    rate = float(format.nearest(claims.learning_rate or random.choice(_RATES)))
    case = Case(restrained(network, inputs, format), inputs, targets, rate, 1)
    return case if claims.learning_rate else converging(case, format)


def cases(claims: Claims, scope: Scope | None = None) -> st.SearchStrategy[Case]:
    """Cases within the claims and the scope: networks with batches, learning rates and epochs."""
    return _cases(claims, scope or Scope())


@cache
def _one_of(options: tuple[Any, ...]) -> st.SearchStrategy[Any]:
    """One of the options; the strategy is made and checked by Hypothesis once, as that of `_whole`."""
    return st.sampled_from(options)


@cache
def _whole(lowest: int, highest: int) -> st.SearchStrategy[int]:
    return st.integers(lowest, highest)


@st.composite
def _cases(draw: st.DrawFn, claims: Claims, scope: Scope) -> Case:
    format = FORMATS[claims.dtype]
    output, loss = draw(_one_of(tuple(scope.pairs(claims))))
    depth = draw(_whole(*scope.depth(claims)))
    hidden = _hidden(draw, claims, scope, depth, output)
    sizes = list(claims.sizes) if claims.sizes else _sizes(draw, claims, scope, depth, output)
    m = draw(_whole(scope.batch[0], min(scope.batch[1], claims.max_batch or scope.batch[1])))
    numbers = _Numbers(
        draw,
        format,
        sum(a * b + b for a, b in pairwise(sizes)) + m * (sizes[0] + sizes[-1]),
    )

    style = draw(_one_of(_STYLES))
    layers = [
        Layer(numbers.like(style, (n_in, n_out), n_in), numbers.like(style, (n_out,), 2), activation)
        for n_in, n_out, activation in zip(sizes, sizes[1:], [*hidden, output], strict=False)
    ]
    layers = without_biases(claims, layers)
    inputs = _inputs(draw, numbers, (m, sizes[0]))
    network = Network(
        tuple(layers),
        loss,
        draw(_one_of(tuple(scope.reduction_names(claims)))),
        conventions=claims.conventions,
    )
    targets = _one_hot(numbers, (m, sizes[-1])) if claims.one_hot else _targets(draw, numbers, loss, output, (m, sizes[-1]))
    if _may_be_far(claims, output) and draw(st.booleans()):
        network, targets = _far_from_zero(network), format.nearest(targets + _OFFSET)
    case = Case(
        restrained(network, inputs, format),
        inputs,
        targets,
        float(format.nearest(claims.learning_rate or draw(_one_of(_RATES)))),
        draw(_whole(*scope.epochs)) if all(claims.with_biases(len(layers))) else 1,
    )
    return case if claims.learning_rate else converging(case, format)


def _hidden(draw: st.DrawFn, claims: Claims, scope: Scope, depth: int, output: str) -> list[str]:
    """The activations of the hidden layers."""
    if claims.layer_activations is not None:
        return list(claims.layer_activations[:-1])
    choices = tuple(name for name in scope.hidden_activations(claims) if name in claims.hidden_beside(output))
    if claims.same_activation:
        return [draw(_one_of(choices))] * depth if depth else []
    return [draw(_one_of(choices)) for _ in range(depth)]


def _may_be_far(claims: Claims, output: str) -> bool:
    return output == "linear" and claims.biases and not claims.one_hot and FORMATS[claims.dtype].precision > 20


def _far_from_zero(network: Network) -> Network:
    """The network with its outputs moved, as targets are that nobody has centred: small differences of large numbers."""
    *hidden, last = network.layers
    return replace(network, layers=(*hidden, replace(last, biases=np.round(last.biases * 4) / 4 + _OFFSET)))


def _one_hot(numbers: _Numbers, shape: tuple[int, int]) -> np.ndarray:
    """Rows with a single 1; every class occurs where there are rows enough, since programs count the classes that they see."""
    m, n = shape
    classes = np.concatenate([numbers.generator.permutation(n), numbers.generator.integers(0, n, m)])[:m]
    return np.eye(n)[numbers.generator.permutation(classes)]


def _sizes(draw: st.DrawFn, claims: Claims, scope: Scope, depth: int, output: str) -> list[int]:
    """(n_0, ..., n_L): all equal now and then, since a transposed square matrix still has the right shape."""
    fewest = 2 if output == "softmax" or claims.every_class else 1
    most = max(fewest, min(scope.widest, claims.max_outputs or scope.widest))
    if depth and fewest <= most and draw(st.booleans()):
        square = draw(_whole(2, scope.widest))
        return [square] * (depth + 1) + [min(max(square, fewest), most)]
    free = [draw(_whole(1, scope.widest)) for _ in range(depth + 1)]
    return [*free, draw(_whole(fewest, most))]


class _Numbers:
    """Draws arrays of representable numbers; one by one while a case is small, from a drawn seed when it is not."""

    def __init__(self, draw: st.DrawFn, format: Format, size: int) -> None:
        self.draw, self.format = draw, format
        self.one_by_one = size <= _ONE_BY_ONE
        self.generator = np.random.default_rng(draw(_whole(0, 2**32 - 1)))

    def grid(self, shape: tuple[int, ...], widest: int, unit: float) -> np.ndarray:
        """Small multiples of a power of two: simple numbers, and exact in any order of summation."""
        if self.one_by_one:
            digit = _whole(-widest, widest)
            integers = [self.draw(digit) for _ in range(prod(shape))]
        else:
            integers = self.generator.integers(-widest, widest + 1, shape).tolist()
        return np.array(integers, dtype=np.float64).reshape(shape) * unit

    def random(self, shape: tuple[int, ...]) -> np.ndarray:
        """Normally distributed, rounded to the format."""
        return self.format.nearest(self.generator.normal(size=shape))

    def like(self, style: str, shape: tuple[int, ...], n_in: int) -> np.ndarray:
        """Weights or biases in one of the styles."""
        scale = 2.0 ** -round(np.log2(n_in) / 2)
        match style:
            case "simple":
                return self.grid(shape, 8, 0.25)
            case "equal":
                return np.full(shape, self.format.nearest(self.draw(_one_of((0.5, -0.3, 1.0, 0.1)))))
            case "sparse":
                return self.random(shape) * scale * self.generator.integers(0, 2, shape)
            case "steep":
                return self.random(shape) * 4
            case _:
                return self.random(shape) * scale


def _inputs(draw: st.DrawFn, numbers: _Numbers, shape: tuple[int, ...]) -> np.ndarray:
    match draw(_one_of(_INPUTS)):
        case "duplicates":
            rows = numbers.random((1, shape[1]))
            x = np.repeat(rows, shape[0], axis=0)
            x[shape[0] // 2 :] = numbers.random((shape[0] - shape[0] // 2, shape[1]))
            return x
        case "binary":
            return np.abs(numbers.grid(shape, 1, 1.0))
        case "tiny":
            return numbers.random(shape) * 2.0**-7
        case "huge":
            return numbers.random(shape) * 2.0**6
        case _:
            return numbers.random(shape) if draw(st.booleans()) else numbers.grid(shape, 8, 0.5)


def _targets(draw: st.DrawFn, numbers: _Numbers, loss: str, output: str, shape: tuple[int, ...]) -> np.ndarray:
    m, n = shape
    choose = numbers.generator.integers
    if loss == "cross_entropy" or (output == "softmax" and draw(st.booleans())):
        one_hot = np.eye(n)[choose(0, n, m)]
        if draw(st.booleans()):
            return one_hot
        return 0.75 * one_hot + 0.25 * np.eye(n)[choose(0, n, m)]
    if loss == "binary_cross_entropy" or draw(st.booleans()):
        return choose(0, 2, shape).astype(np.float64) if draw(st.booleans()) else choose(0, 9, shape) / 8
    return numbers.random(shape)
