"""Networks of any size with drawn numbers, for floats, for the derivation, and for PyTorch."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

import numpy as np

from mlp_reference.examples import Example
from mlp_reference.network import Case, Layer, Network


def drawn_case(sizes: tuple[int, ...], batch: int, seed: int = 1) -> Case:
    """A tanh network with a sigmoid output and half the squared error; sizes (n_0, ..., n_L), `batch` samples."""
    random = np.random.default_rng(seed)
    names = ["tanh"] * (len(sizes) - 2) + ["sigmoid"]
    layers = tuple(
        Layer(random.normal(size=(n_in, n_out)) / np.sqrt(n_in), random.normal(size=n_out), name)
        for n_in, n_out, name in zip(sizes, sizes[1:], names, strict=False)
    )
    return Case(Network(layers), random.normal(size=(batch, sizes[0])), random.uniform(0.1, 0.9, (batch, sizes[-1])))


def drawn_example(sizes: tuple[int, ...], batch: int, seed: int = 1) -> Example:
    """The same with exact hundredths, as the derivation takes it; one update."""
    exact = np.vectorize(lambda value: Fraction(round(float(value) * 100), 100), otypes=[object])
    case = drawn_case(sizes, batch, seed).map(exact)
    id = "-".join(map(str, sizes))
    return Example(id, "", "", "", (), case.network, case.inputs, case.targets, Fraction(1, 2), (1,))


def parameters_of(case: Case) -> int:
    """The number of weights and biases."""
    return sum(array.size for pair in case.network.parameters for array in pair)


def in_torch(case: Case) -> tuple[Callable[..., Any], tuple[Any, ...]]:
    """The case's loss as a function of its parameters in PyTorch, and these parameters, in float64."""
    import torch

    inputs, targets = torch.tensor(case.inputs), torch.tensor(case.targets)
    functions = [getattr(torch, layer.activation) for layer in case.network.layers]
    parameters = tuple(torch.tensor(array, requires_grad=True) for pair in case.network.parameters for array in pair)

    def loss(*given: Any) -> Any:
        x = inputs
        for weights, biases, function in zip(given[::2], given[1::2], functions, strict=True):
            x = function(x @ weights + biases)
        return ((targets - x) ** 2).sum() / 2

    return loss, parameters
