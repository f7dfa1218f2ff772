"""Families of guards in the derivatives of the cross-entropies, which the reported loss knows nothing of (BACK-2, LOSS-10)."""

from __future__ import annotations

import numpy as np

from mlp_conformance.faults.family import Family
from mlp_conformance.faults.loss import guarded
from mlp_reference.mlp import Algorithm, Step, has_quotient
from mlp_reference.network import Array, Network


def _in_quotient(network: Network, algorithm: Algorithm, output: Step, targets: Array, divisor: Array) -> Array:
    return (output.a - targets) / divisor * algorithm.derivative(network, network.layers[-1], output)


def _quotient_plus(c: float) -> type[Algorithm]:
    class Plus(Algorithm):
        def output_error(self, network: Network, output: Step, targets: Array) -> Array:
            if not has_quotient(network):
                return super().output_error(network, output, targets)
            return _in_quotient(network, self, output, targets, output.a * (1 - output.a) + c)

    return Plus


def _quotient_limit(c: float) -> type[Algorithm]:
    class Limited(Algorithm):
        def output_error(self, network: Network, output: Step, targets: Array) -> Array:
            if not has_quotient(network):
                return super().output_error(network, output, targets)
            return _in_quotient(network, self, output, targets, np.maximum(output.a * (1 - output.a), c))

    return Limited


def _slope_epsilon(c: float) -> type[Algorithm]:
    class Guarded(Algorithm):
        def output_error(self, network: Network, output: Step, targets: Array) -> Array:
            return super().output_error(guarded(network, log_epsilon=c), output, targets)

    return Guarded


_RIGHT, _MEND = "∂E/∂z = a − y", "Take a − y for the delta, which divides by nothing."
QUOTIENT_FAMILIES: tuple[Family, ...] = (
    Family("quotient-plus", "{c} is added to a (1 − a) where the derivative of the binary cross-entropy divides by it",
           "gradients", ("BACK-2", "LOSS-10"), _RIGHT, "∂E/∂z = (a − y) / (a (1 − a) + {c}) · a (1 − a)", _MEND,
           _quotient_plus, (0.0, 1.0)),
    Family("quotient-limit", "the derivative of the binary cross-entropy divides by no less than {c}",
           "gradients", ("BACK-2", "LOSS-10"), _RIGHT, "∂E/∂z = (a − y) / max(a (1 − a), {c}) · a (1 − a)", _MEND,
           _quotient_limit, (0.0, 0.25)),
    Family("slope-epsilon", "{c} is added to the probabilities that the derivative of the cross-entropy divides by, and not "
           "inside the logarithm", "gradients", ("BACK-2", "LOSS-10"), "∂E/∂a = −y / a",
           "∂E/∂a = −y / (a + {c}), 1 − a likewise", "Use the fused delta a − y, or claim log_epsilon and add it in the loss "
           "too.", _slope_epsilon, (0.0, 1.0)),
)  # fmt: skip
