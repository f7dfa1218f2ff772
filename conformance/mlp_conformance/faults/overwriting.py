"""Faults of automatic differentiation: what one use of a value passes back overwrites what another did (BACK-3, BACK-7)."""

from __future__ import annotations

from functools import partial

import numpy as np

from mlp_conformance.faults.fault import known
from mlp_conformance.faults.variants import ErrorThroughOneUnit
from mlp_reference.mlp import Step
from mlp_reference.network import Array, Network

_overwriting = partial(
    known,
    phase="gradients",
    right="v.grad += w · out.grad for every use of v",
    mend="Add to the gradient in every operation's backward step: += in place of =.",
    seen="hand-written automatic differentiation",
)


class KeptOfProducts(ErrorThroughOneUnit):
    """Of the products in which an activation or a weight stands, one alone passes something back: those at `kept`."""

    def weight_gradient(self, network: Network, step: Step, delta: Array) -> Array:
        return step.x[self.kept].T @ delta[self.kept]


class KeptOfEach(KeptOfProducts):
    """The same of the sums in which a bias stands."""

    def bias_gradient(self, network: Network, step: Step, delta: Array) -> Array:
        return np.sum(delta[self.kept], axis=0)


@_overwriting(
    "products-overwrite-gradients",
    "what a product passes back overwrites what other products passed back before: the first use is left",
    "BACK-3",
    "BACK-4",
    wrong="v.grad = w · out.grad in products: of the first unit and the first sample alone",
    like="error-through-first-unit",
)
class ProductsOverwriteGradients(KeptOfProducts):
    """Right as long as every value is used once. A hidden unit feeds every unit of the next layer, and a weight is used for
    every sample: of these one alone counts. Biases, which stand in sums, are right.
    """


@_overwriting(
    "products-overwrite-gradients-last",
    "what a product passes back overwrites what other products passed back before: the last use is left",
    "BACK-3",
    "BACK-4",
    wrong="v.grad = w · out.grad in products: of the last unit and the last sample alone",
    like="error-through-last-unit",
)
class ProductsOverwriteGradientsLast(KeptOfProducts):
    """The same where values are gone through in the other order."""

    kept = slice(-1, None)


@_overwriting(
    "operations-overwrite-gradients",
    "what an operation passes back overwrites what others passed back before: the first use is left",
    "BACK-3",
    "BACK-4",
    "BACK-5",
    wrong="v.grad = … in every operation: of the first unit and the first sample alone",
    like="error-through-first-unit",
)
class OperationsOverwriteGradients(KeptOfEach):
    """Right as long as every value is used once. Sums do it too here, so that the biases' gradients are those of one sample."""


@_overwriting(
    "operations-overwrite-gradients-last",
    "what an operation passes back overwrites what others passed back before: the last use is left",
    "BACK-3",
    "BACK-4",
    "BACK-5",
    wrong="v.grad = … in every operation: of the last unit and the last sample alone",
    like="error-through-last-unit",
)
class OperationsOverwriteGradientsLast(KeptOfEach):
    """The same where values are gone through in the other order."""

    kept = slice(-1, None)
