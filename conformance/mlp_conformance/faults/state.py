"""Faults of state and chance: a call depends on earlier ones, or on luck (COND-3, COND-4). Floats only."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np

from mlp_conformance.faults.fault import known
from mlp_conformance.faults.variants import each
from mlp_reference.mlp import Algorithm, Parameters, Step
from mlp_reference.network import Array, Network

conduct_fault = partial(known, phase="conduct", kind="conduct")
Training = tuple[Parameters, list[Array]]


@conduct_fault(
    "state-left-over",
    "gradients add up over calls",
    "COND-3",
    "COND-4",
    right="each call answers for itself",
    wrong="g of this call + g of all calls before",
    mend="Set the stored gradients to zero at the start of each call.",
    seen="common with autograd engines: zero_grad is forgotten",
)
class StateLeftOver(Algorithm):
    """The first call is right. A second call for the same network has all earlier gradients in it."""

    _total: Parameters | None = None

    def gradients(self, network: Network, inputs: Array, targets: Array) -> Parameters:
        found = super().gradients(network, inputs, targets)
        if self._total and shapes(self._total) == shapes(found):
            found = each(np.add, self._total, found)
        self._total = found
        return found


def shapes(parameters: Parameters) -> list[Any]:
    return [(weights.shape, biases.shape) for weights, biases in parameters]


@conduct_fault(
    "stale-activations",
    "the backward pass uses the previous call's forward pass",
    "COND-3",
    "BACK-1",
    right="backward pass of this call's forward pass",
    wrong="backward pass of the activations stored by the last call",
    mend="Run the forward pass of the same batch first, and keep its results in local variables.",
    phase="gradients",
)
class StaleActivations(Algorithm):
    """Activations are stored in the object and the forward pass is forgotten, or runs after the backward
    pass. The first call, and calls with the same batch, are right.
    """

    _stored: list[Step] | None = None

    def backward_pass(self, network: Network, steps: list[Step], targets: Array) -> Parameters:
        stored, self._stored = self._stored or steps, steps
        if [step.x.shape for step in stored] != [step.x.shape for step in steps] or stored[-1].a.shape != targets.shape:
            stored = steps
        return super().backward_pass(network, stored, targets)


@conduct_fault(
    "batch-size-stale",
    "a mean divides by the size of the first batch ever seen",
    "COND-3",
    "LOSS-6",
    "LOSS-7",
    right="1/m of this batch",
    wrong="1/m of the first batch",
    mend="Take the number of samples from the batch at hand.",
    phase="loss",
    seen="hand-written programs: also the size of the whole data set, or a global variable",
)
class BatchSizeStale(Algorithm):
    """The number of samples is stored once. Only batches of another size show it."""

    _m: int | None = None

    def reduce(self, network: Network, terms: Array, targets: Array) -> Array:
        return super().reduce(network, terms, targets) * self._share(network, targets)

    def output_delta(self, network: Network, output: Step, targets: Array) -> Array:
        return super().output_delta(network, output, targets) * self._share(network, targets)

    def _share(self, network: Network, targets: Array) -> float:
        self._m = self._m or len(targets)
        return 1 if network.reduction == "sum" else len(targets) / self._m


@conduct_fault(
    "answer-varies",
    "dropout is left on when predicting: every call answers differently",
    "COND-4",
    "FWD-5",
    right="the same call, the same answer",
    wrong="a = σ(z) · mask / ½, with a new mask each time",
    mend="Switch dropout off outside training (in PyTorch model.eval()).",
    phase="conduct",
)
class AnswerVaries(Algorithm):
    """Hidden units drop out at random. The mean over many calls is about right, no single one is."""

    def __init__(self) -> None:
        self._generator = np.random.default_rng(0)

    def forward(self, network: Network, inputs: Array) -> list[Array]:
        found, x = [], inputs
        for layer in network.layers:
            a = self.activation(network, layer, self.pre_activation(network, layer, x))
            if layer is not network.layers[-1]:
                a = a * self._generator.integers(0, 2, a.shape).astype(a.dtype) * 2
            found.append(a)
            x = a
        return found


@conduct_fault(
    "dropout-per-feature",
    "training drops units out, with one mask for the whole batch",
    "TRAIN-4",
    "COND-4",
    right="no dropout unless asked for",
    wrong="a = σ(z) · mask / ½ with one random mask an epoch",
    mend="Switch dropout off by default; where it is wanted, draw a mask for each sample.",
    phase="update",
    seen="hand-written programs",
)
class DropoutPerFeature(Algorithm):
    """The mask has a row too few: every sample of the batch loses the same units."""

    def __init__(self) -> None:
        self._generator = np.random.default_rng(0)

    def epoch(
        self, network: Network, inputs: Array, targets: Array, learning_rate: Array, number: int
    ) -> tuple[Network, Array]:
        masks: list[np.ndarray] = [np.ones(network.sizes[0])]
        masks += [self._generator.integers(0, 2, n) * 2.0 for n in network.sizes[1:-1]]
        kept = [mask[:, None].astype(inputs.dtype) for mask in masks]
        layers = tuple(replace(x, weights=x.weights * mask) for x, mask in zip(network.layers, kept, strict=True))
        steps = self.forward_pass(replace(network, layers=layers), inputs)
        loss = self.output_loss(network, steps[-1], targets)
        found = self.backward_pass(replace(network, layers=layers), steps, targets)
        gradients = [(weights * mask, biases) for (weights, biases), mask in zip(found, kept, strict=True)]
        return self.update(network, gradients, learning_rate), loss


@conduct_fault(
    "answer-cached",
    "the answer to a batch of the same shape is taken from a cache",
    "COND-3",
    right="each call answers for its own arguments",
    wrong="the first answer for every batch of that shape",
    mend="Key the cache by the numbers, not by the shape, or leave it out.",
)
class AnswerCached(Algorithm):
    """The first call is right, and later ones repeat it."""

    def __init__(self) -> None:
        self._cache: dict[Any, list[Array]] = {}

    def forward(self, network: Network, inputs: Array) -> list[Array]:
        key = (inputs.shape, network.sizes)
        if key not in self._cache:
            self._cache[key] = super().forward(network, inputs)
        return self._cache[key]


@conduct_fault(
    "training-resumes",
    "training goes on from where the last call ended",
    "COND-3",
    "NET-5",
    right="training starts from the parameters given",
    wrong="training starts from the parameters of the last call",
    mend="Load the given parameters at the start of each training.",
)
class TrainingResumes(Algorithm):
    """The object keeps its own parameters once it has some. The first call is right."""

    _parameters: Parameters | None = None

    def train(self, network: Network, inputs: Array, targets: Array, learning_rate: Array, epochs: int) -> Training:
        if self._parameters and shapes(self._parameters) == shapes(network.parameters):
            network = network.with_parameters(self._parameters)
        self._parameters, reported = super().train(network, inputs, targets, learning_rate, epochs)
        return self._parameters, reported


@conduct_fault(
    "velocity-kept",
    "a velocity is kept from one training to the next",
    "COND-3",
    "TRAIN-4",
    right="each call starts at rest",
    wrong="W ← W − η g − (change made by the last call) · 0.9 in the first epoch",
    mend="Set the optimiser's state to zero at the start of each training.",
)
class VelocityKept(Algorithm):
    """The optimiser's memory outlives the training. The first call is right."""

    _velocity: Parameters | None = None

    def train(self, network: Network, inputs: Array, targets: Array, learning_rate: Array, epochs: int) -> Training:
        before = network.parameters
        if epochs and self._velocity and shapes(self._velocity) == shapes(before):
            network = network.with_parameters(each(lambda w, v: w + 0.9 * v, before, self._velocity))
        after, reported = super().train(network, inputs, targets, learning_rate, epochs)
        self._velocity = each(np.subtract, after, before)
        return after, reported


@conduct_fault(
    "order-of-summation-varies",
    "samples are summed in another order each time",
    "COND-11",
    right="the same call, the same bits",
    wrong="the batch is shuffled before its gradients are summed",
    mend="Sum in a fixed order where results are to be repeatable bit by bit.",
    seen="parallel sums of graphics processors",
)
class OrderOfSummationVaries(Algorithm):
    """Every answer is right within its bound, and no two are the same to the last bit."""

    def __init__(self) -> None:
        self._generator = np.random.default_rng(0)

    def gradients(self, network: Network, inputs: Array, targets: Array) -> Parameters:
        order = self._generator.permutation(len(inputs))
        return super().gradients(network, inputs[order], targets[order])
