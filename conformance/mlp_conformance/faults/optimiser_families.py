"""Families of optimisers with several constants: Adam and RMSprop in place of gradient descent, set otherwise than usual."""

from __future__ import annotations

from itertools import product
from math import inf

import numpy as np

from mlp_conformance.faults.family import Family
from mlp_conformance.faults.variants import Adam, Remembering
from mlp_reference.mlp import Algorithm
from mlp_reference.network import Array


def _adam(first: float, second: float, epsilon: float = 1e-8) -> type[Algorithm]:
    return type("AdamWith", (Adam,), {"first": first, "second": second, "epsilon": epsilon})


def _rmsprop(factor: float, epsilon: float) -> type[Algorithm]:
    class Rmsprop(Remembering):
        def remembered(self, memory: Array, gradient: Array) -> Array:
            return factor * memory + (1 - factor) * gradient**2

        def followed(self, memory: Array, before: Array, gradient: Array) -> Array:
            return gradient / (np.sqrt(memory) + epsilon)

    return Rmsprop


_UNIT, _POSITIVE = (0.0, 1.0), (0.0, inf)
_ADAM = "W ← W − η m̂ / (√v̂ + {eps}), β₁ = {{c}}, β₂ = {{d}}"

#: Every family of these; those with fewer constants first.
OPTIMISER_FAMILIES: tuple[Family, ...] = (
    Family("adam-both", "Adam with β₁ = {c} and β₂ = {d} takes the place of gradient descent", "update", ("TRAIN-4",),
           "W ← W − η g_k", _ADAM.format(eps="1e-8"), "Use plain gradient descent.", _adam, _UNIT,
           starts=tuple(product((0.5, 0.8, 0.9), (0.5, 0.9, 0.99, 0.999))), more=(_UNIT,)),
    Family("rmsprop-both", "steps are divided by the root of a running mean of squared gradients, with the factor {c}, and {d}",
           "update", ("TRAIN-4",), "W ← W − η g_k", "s ← {c} s + (1 − {c}) g_k², W ← W − η g_k / (√s + {d})",
           "Use plain gradient descent.", _rmsprop, _UNIT,
           starts=tuple(product((0.5, 0.9, 0.99), (1e-8, 1e-4, 1e-2))), more=(_POSITIVE,)),
    Family("adam-all", "Adam with β₁ = {c}, β₂ = {d} and ε = {e} takes the place of gradient descent", "update", ("TRAIN-4",),
           "W ← W − η g_k", _ADAM.format(eps="{e}"), "Use plain gradient descent.", _adam, _UNIT,
           starts=tuple(product((0.5, 0.9), (0.9, 0.99, 0.999), (1e-7, 1e-4, 1e-2))), more=(_UNIT, _POSITIVE)),
)  # fmt: skip
