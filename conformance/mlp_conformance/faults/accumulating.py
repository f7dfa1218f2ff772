"""Faults of sums that are gathered step by step: an = in place of a +=, a loop in the other direction (BACK-6, TRAIN-1)."""

from __future__ import annotations

from functools import partial

import numpy as np

from mlp_conformance.faults.fault import known
from mlp_conformance.faults.training import Epoch, in_parts
from mlp_reference.mlp import Algorithm, Parameters, Step
from mlp_reference.network import Array, Network

_gradient_fault = partial(known, phase="gradients")


@_gradient_fault(
    "bias-last-sample",
    "the biases' gradient is that of the last sample",
    "BACK-5",
    right="∂E/∂b = Σ_s δ_s",
    wrong="∂E/∂b = δ_m",
    mend="Add to the biases' gradient: += in the loop over the samples, not =.",
    seen="loops over the samples",
)
class BiasLastSample(Algorithm):
    """Each sample's delta takes the place of the one before. The weights' gradient, which is added up, is right."""

    def bias_gradient(self, network: Network, step: Step, delta: Array) -> Array:
        return delta[-1]


@_gradient_fault(
    "weights-last-sample",
    "the weights' gradient is that of the last sample",
    "BACK-4",
    right="∂E/∂W = Σ_s x_sᵀ δ_s",
    wrong="∂E/∂W = x_mᵀ δ_m",
    mend="Add to the weights' gradient: += in the loop over the samples, not =.",
    seen="loops over the samples",
)
class WeightsLastSample(Algorithm):
    """Each sample's gradient takes the place of the one before. That of the biases, which is added up, is right."""

    def weight_gradient(self, network: Network, step: Step, delta: Array) -> Array:
        return step.x[-1:].T @ delta[-1:]


@_gradient_fault(
    "weights-gradients-share-a-buffer",
    "layers whose weights have one shape share one array of gradients, which is left with the first layer's",
    "BACK-4",
    "BACK-7",
    right="∂E/∂W_l in an array of its own",
    wrong="∂E/∂W_l = ∂E/∂W_k, k the first layer whose weights have the same shape",
    mend="Give each layer an array of its own, or copy what is handed out.",
    seen="buffers that are kept by their shape",
)
class WeightsGradientsShareABuffer(Algorithm):
    """The layers are gone through from the last to the first, and each overwrites what those of its shape have left.
    Layers of unlike shapes do not show it.
    """

    def backward_pass(self, network: Network, steps: list[Step], targets: Array) -> Parameters:
        found = super().backward_pass(network, steps, targets)
        first = {weights.shape: weights for weights, _ in reversed(found)}
        return [(first[weights.shape], biases) for weights, biases in found]


@_gradient_fault(
    "weight-gradient-of-all-pairs",
    "the weight gradient is the sum of the inputs times the sum of the deltas",
    "BACK-4",
    right="∂E/∂W = Σ_s x_sᵀ δ_s",
    wrong="∂E/∂W = Σ_s Σ_t x_sᵀ δ_t",
    mend="Give both factors the same index of the sample: einsum('si,sj->ij').",
    seen="einsum with an index too many, outer products of sums",
)
class WeightGradientOfAllPairs(Algorithm):
    """Every sample's inputs meet every sample's deltas. A batch of one is right."""

    def weight_gradient(self, network: Network, step: Step, delta: Array) -> Array:
        return np.sum(step.x, axis=0, keepdims=True).T @ np.sum(delta, axis=0, keepdims=True)


@known(
    "online-backwards",
    "the parameters are updated after every sample, from the last to the first",
    "TRAIN-1",
    "UPD-3",
    phase="update",
    right="one update an epoch, on the whole batch",
    wrong="m updates an epoch, a sample each, from the last",
    mend="Sum the gradients over the batch, then update once.",
    choice=True,
)
class OnlineBackwards(Algorithm):
    """Samples that wait on a stack are taken from its end. One sample does not show it."""

    def epoch(self, network: Network, inputs: Array, targets: Array, learning_rate: Array, number: int) -> Epoch:
        return in_parts(super().epoch, 1, len(inputs), network, inputs[::-1], targets[::-1], learning_rate, number)
