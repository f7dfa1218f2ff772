"""Faults of memory: something other than the parameters is carried from epoch to epoch (TRAIN-4)."""

from __future__ import annotations

from functools import partial

import numpy as np

from mlp_conformance.faults.fault import known
from mlp_conformance.faults.variants import Adam, Remembering, remembering_partly
from mlp_reference.network import Array

memory_fault = partial(known, phase="update")


@memory_fault(
    "gradients-accumulate",
    "gradients are not reset between epochs",
    "TRAIN-4",
    right="W ← W − η g_k",
    wrong="W ← W − η (g_1 + … + g_k)",
    mend="Set the gradients to zero before each backward pass.",
    seen="common with autograd engines: zero_grad is forgotten",
)
class GradientsAccumulate(Remembering):
    """Each step repeats all earlier ones, like a momentum of 1. The first epoch is right."""

    def remembered(self, memory: Array, gradient: Array) -> Array:
        return memory + gradient


@memory_fault(
    "weights-gradients-accumulate",
    "the weights' gradients are not reset between epochs, the biases' are",
    "TRAIN-4",
    right="W ← W − η g_k",
    wrong="W ← W − η (g_1 + … + g_k); b as it should be",
    mend="Set the gradients to zero before each backward pass, all of them.",
    seen="layers as objects that add to what they hold",
)
class WeightsGradientsAccumulate(remembering_partly(lambda w, b: (w, 0 * b))):  # type: ignore[misc]
    """One of two lines adds where it should set. The first epoch is right."""


@memory_fault(
    "biases-gradients-accumulate",
    "the biases' gradients are not reset between epochs, the weights' are",
    "TRAIN-4",
    right="b ← b − η g_k",
    wrong="b ← b − η (g_1 + … + g_k); W as it should be",
    mend="Set the gradients to zero before each backward pass, all of them.",
    seen="layers as objects that add to what they hold",
)
class BiasesGradientsAccumulate(remembering_partly(lambda w, b: (0 * w, b))):  # type: ignore[misc]
    """One of two lines adds where it should set. The first epoch is right."""


@memory_fault(
    "momentum-on",
    "a momentum of 0.9 is active",
    "TRAIN-4",
    right="W ← W − η g_k",
    wrong="v ← 0.9 v + g_k, W ← W − η v",
    mend="Set the momentum to 0.",
    seen="library defaults",
    choice=True,
)
class MomentumOn(Remembering):
    """Each step goes on in the direction of the earlier ones. The first epoch is right."""

    def remembered(self, memory: Array, gradient: Array) -> Array:
        return 0.9 * memory + gradient


@memory_fault(
    "momentum-dampened",
    "a running mean of the gradients is followed",
    "TRAIN-4",
    right="W ← W − η g_k",
    wrong="v ← 0.9 v + 0.1 g_k, W ← W − η v",
    mend="Set the momentum to 0.",
    seen="library defaults",
    choice=True,
)
class MomentumDampened(Remembering):
    """The other convention for momentum, with the factor 1 − β. The first step is a tenth of what it
    should be.
    """

    def remembered(self, memory: Array, gradient: Array) -> Array:
        return 0.9 * memory + 0.1 * gradient


@memory_fault(
    "nesterov-on",
    "Nesterov's momentum of 0.9 is active",
    "TRAIN-4",
    right="W ← W − η g_k",
    wrong="v ← 0.9 v + g_k, W ← W − η (g_k + 0.9 v)",
    mend="Set the momentum to 0.",
    seen="library defaults (scikit-learn: nesterovs_momentum=True)",
    choice=True,
)
class NesterovOn(Remembering):
    """Even the first step is 1.9 times as long as it should be."""

    def remembered(self, memory: Array, gradient: Array) -> Array:
        return 0.9 * memory + gradient

    def followed(self, memory: Array, before: Array, gradient: Array) -> Array:
        return gradient + 0.9 * memory


@memory_fault(
    "stale-gradients",
    "each update uses the gradients of the epoch before",
    "TRAIN-4",
    "BACK-7",
    right="W ← W − η g_k",
    wrong="W ← W − η g_{k−1}, nothing in the first epoch",
    mend="Update after the backward pass of the epoch, not before.",
)
class StaleGradients(Remembering):
    """Update and backward pass are in the wrong order. The first epoch changes nothing."""

    def followed(self, memory: Array, before: Array, gradient: Array) -> Array:
        return before


@memory_fault(
    "adagrad-on",
    "steps are divided by the root of all squared gradients so far",
    "TRAIN-4",
    right="W ← W − η g_k",
    wrong="s ← s + g_k², W ← W − η g_k / (√s + 1e-8)",
    mend="Use plain gradient descent.",
    seen="library options",
    choice=True,
)
class AdagradOn(Remembering):
    """AdaGrad: the first step is ±η for every parameter, whatever its gradient."""

    def remembered(self, memory: Array, gradient: Array) -> Array:
        return memory + gradient**2

    def followed(self, memory: Array, before: Array, gradient: Array) -> Array:
        return gradient / (np.sqrt(memory) + 1e-8)


@memory_fault(
    "rmsprop-on",
    "steps are divided by the root of a running mean of squared gradients",
    "TRAIN-4",
    right="W ← W − η g_k",
    wrong="s ← 0.9 s + 0.1 g_k², W ← W − η g_k / (√s + 1e-8)",
    mend="Use plain gradient descent.",
    seen="library options",
    choice=True,
)
class RmspropOn(Remembering):
    """RMSProp: the first step is ±3.16 η for every parameter, whatever its gradient."""

    def remembered(self, memory: Array, gradient: Array) -> Array:
        return 0.9 * memory + 0.1 * gradient**2

    def followed(self, memory: Array, before: Array, gradient: Array) -> Array:
        return gradient / (np.sqrt(memory) + 1e-8)


@memory_fault(
    "adam-on",
    "Adam takes the place of gradient descent",
    "TRAIN-4",
    right="W ← W − η g_k",
    wrong="W ← W − η m̂ / (√v̂ + 1e-8), β₁ = 0.9, β₂ = 0.999",
    mend="Use plain gradient descent (in scikit-learn solver='sgd').",
    seen="library defaults",
    choice=True,
)
class AdamOn(Adam):
    """The optimiser that libraries choose unless told otherwise. The first step is ±η for every parameter."""
