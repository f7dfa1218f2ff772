"""What an epoch costs: the multiplications that the algorithm makes, counted one by one."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np

from mlp_reference.mlp import Algorithm
from mlp_reference.network import Layer, Network


class _Number:
    """A number whose value does not matter; `made` counts the multiplications and divisions of all of them."""

    made = 0

    def __add__(self, other: Any) -> _Number:
        return self

    __radd__ = __sub__ = __rsub__ = __add__

    def __neg__(self) -> _Number:
        return self

    def __mul__(self, other: Any) -> _Number:
        _Number.made += 1
        return self

    __rmul__ = __truediv__ = __rtruediv__ = __mul__

    def __pow__(self, power: int) -> _Number:
        _Number.made += power - 1
        return self


def multiplications(sizes: tuple[int, ...], samples: int) -> int:
    """Of one epoch on a network of linear layers of those sizes, with half the squared error, on so many samples."""

    def numbers(*shape: int) -> Any:
        return np.full(shape, _Number(), dtype=object)

    layers = tuple(Layer(numbers(m, n), numbers(n), "linear") for m, n in pairwise(sizes))
    before = _Number.made
    Algorithm().epoch(Network(layers), numbers(samples, sizes[0]), numbers(samples, sizes[-1]), numbers(), 0)
    return _Number.made - before
