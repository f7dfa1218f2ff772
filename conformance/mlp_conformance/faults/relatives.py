"""Faults of activations that are a relative of the one asked for, with its own derivative (ACT-1, ACT-2, ACT-3)."""

from __future__ import annotations

from functools import partial, singledispatch
from math import erf, pi, sqrt
from typing import Any

import numpy as np
from flint import arb

from mlp_conformance.faults.family import Family
from mlp_conformance.faults.fault import known
from mlp_conformance.faults.variants import OtherActivation
from mlp_reference import activations
from mlp_reference.balls import BallArray
from mlp_reference.bounded import BoundedArray
from mlp_reference.mlp import Algorithm, Step
from mlp_reference.network import Array, Layer, Network

activation_fault = partial(known, phase="forward")

#: Roundings that an error function may cost, in unit roundoffs: as much as an exponential.
_ERF = 8.0


@singledispatch
def error_function(z: Any) -> Any:
    """erf(z), elementwise, in each of the three arithmetics."""
    return np.vectorize(erf, otypes=[float])(z).astype(np.asarray(z).dtype)


@error_function.register
def _(z: BallArray) -> BallArray:
    return BallArray(np.frompyfunc(arb.erf, 1, 1)(z.balls))


@error_function.register
def _(z: BoundedArray) -> BoundedArray:
    value = np.vectorize(erf, otypes=[float])(z.value)
    bound = (2 / sqrt(pi) * z.bound + _ERF * z.format.unit_roundoff) * (1 + 2.0**-20)
    return BoundedArray(z.format, value, np.where(np.isnan(bound), np.inf, bound))


@activation_fault(
    "exact-gelu-for-relu",
    "ReLU is replaced by GELU",
    "ACT-3",
    right="a = max(z, 0)",
    wrong="a = ½ z (1 + erf(z / √2))",
    mend="Use plain ReLU.",
    seen="library options",
)
class ExactGeluForRelu(OtherActivation):
    """A smooth relative under the plain name. Forward and backward pass agree with each other."""

    replaced = "relu"

    def function(self, z: Array) -> Array:
        return z * _normal(z)

    def slope(self, network: Network, layer: Layer, step: Step) -> Array:
        z = step.z
        return _normal(z) + z * np.exp(-(z * z) / 2) * (1 / sqrt(2 * pi))


def _normal(z: Array) -> Array:
    """The distribution function of the normal distribution."""
    return (1 + error_function(z * (1 / sqrt(2)))) / 2


@activation_fault(
    "selu-for-relu",
    "ReLU is replaced by SELU",
    "ACT-3",
    right="a = max(z, 0)",
    wrong="a = 1.0507 z if z > 0 else 1.0507 · 1.67326 (exp(z) − 1)",
    mend="Use plain ReLU.",
    seen="library options",
)
class SeluForRelu(OtherActivation):
    """Scaled so that activations normalise themselves. Forward and backward pass agree with each other."""

    replaced = "relu"

    def function(self, z: Array) -> Array:
        return _SELU * np.maximum(z, 0) + _SELU * _SELU_BELOW * (np.exp(np.minimum(z, 0)) - 1)

    def slope(self, network: Network, layer: Layer, step: Step) -> Array:
        on = np.heaviside(step.z, 0)
        return _SELU * on + _SELU * _SELU_BELOW * np.exp(np.minimum(step.z, 0)) * (1 - on)


_SELU, _SELU_BELOW = 1.0507009873554805, 1.6732632423543772


@activation_fault(
    "mish-for-relu",
    "ReLU is replaced by Mish",
    "ACT-3",
    right="a = max(z, 0)",
    wrong="a = z tanh(log(1 + exp(z)))",
    mend="Use plain ReLU.",
    seen="library options",
)
class MishForRelu(OtherActivation):
    """A smooth relative under the plain name. Forward and backward pass agree with each other."""

    replaced = "relu"

    def function(self, z: Array) -> Array:
        return z * activations.tanh(np.logaddexp(0, z))

    def slope(self, network: Network, layer: Layer, step: Step) -> Array:
        t = activations.tanh(np.logaddexp(0, step.z))
        return t + step.z * activations.sigmoid(step.z) * (1 - t * t)


@activation_fault(
    "hard-swish-for-relu",
    "ReLU is replaced by hard swish",
    "ACT-3",
    right="a = max(z, 0)",
    wrong="a = z min(max(z + 3, 0), 6) / 6",
    mend="Use plain ReLU.",
    seen="mobile networks",
)
class HardSwishForRelu(OtherActivation):
    """A piecewise relative under the plain name. Forward and backward pass agree with each other."""

    replaced = "relu"

    def function(self, z: Array) -> Array:
        return z * np.minimum(np.maximum(z + 3, 0), 6) / 6

    def slope(self, network: Network, layer: Layer, step: Step) -> Array:
        z = step.z
        inside = np.heaviside(z + 3, 0) * np.heaviside(3 - z, 0)
        return inside * (2 * z + 3) / 6 + np.heaviside(z - 3, 0)


@activation_fault(
    "hard-tanh",
    "a piecewise linear function stands in for tanh",
    "ACT-2",
    right="a = tanh(z)",
    wrong="a = min(max(z, −1), 1), σ′ = 1 inside",
    mend="Compute tanh.",
    seen="library options",
)
class HardTanh(OtherActivation):
    """Cheap to compute, and up to 0.24 off. It saturates completely, so its gradient vanishes beyond |z| = 1."""

    replaced = "tanh"

    def function(self, z: Array) -> Array:
        return np.minimum(np.maximum(z, -1), 1)

    def slope(self, network: Network, layer: Layer, step: Step) -> Array:
        return np.heaviside(step.z + 1, 0) * np.heaviside(1 - step.z, 0)


@activation_fault(
    "hard-sigmoid-by-six",
    "a piecewise linear function with a slope of 1/6 stands in for the sigmoid",
    "ACT-1",
    right="a = σ(z)",
    wrong="a = min(max(z + 3, 0), 6) / 6, σ′ = 1/6 inside",
    mend="Compute the sigmoid itself.",
    seen="hard sigmoid of several libraries",
)
class HardSigmoidBySix(OtherActivation):
    """Cheap to compute, and up to 0.07 off. It saturates completely, so its gradient vanishes beyond |z| = 3."""

    replaced = "sigmoid"

    def function(self, z: Array) -> Array:
        return np.minimum(np.maximum(z + 3, 0), 6) / 6

    def slope(self, network: Network, layer: Layer, step: Step) -> Array:
        return np.heaviside(step.z + 3, 0) * np.heaviside(3 - step.z, 0) / 6


def _elu(c: float) -> type[Algorithm]:
    class Elu(OtherActivation):
        replaced = "relu"

        def function(self, z: Array) -> Array:
            return np.maximum(z, 0) + c * (np.exp(np.minimum(z, 0)) - 1)

        def slope(self, network: Network, layer: Layer, step: Step) -> Array:
            on = np.heaviside(step.z, 0)
            return on + c * np.exp(np.minimum(step.z, 0)) * (1 - on)

    return Elu


def _swish(c: float) -> type[Algorithm]:
    class Swish(OtherActivation):
        replaced = "relu"

        def function(self, z: Array) -> Array:
            return z * activations.sigmoid(c * z)

        def slope(self, network: Network, layer: Layer, step: Step) -> Array:
            s = activations.sigmoid(c * step.z)
            return s + c * step.z * s * (1 - s)

    return Swish


#: Relatives with a constant.
RELATIVE_FAMILIES: tuple[Family, ...] = (
    Family("elu", "ReLU is replaced by ELU with α = {c}", "forward", ("ACT-3",),
           "max(z, 0)", "z if z > 0 else {c} (exp(z) − 1)", "Use plain ReLU.", _elu),
    Family("swish", "ReLU is replaced by swish with β = {c}", "forward", ("ACT-3",),
           "max(z, 0)", "z σ({c} z)", "Use plain ReLU.", _swish),
)  # fmt: skip
