"""Faults of conduct: state, chance, and arguments that are not one's own (COND-1 to COND-13). They run on floats only."""

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
    "inputs-changed",
    "the inputs are changed in place",
    "COND-1",
    right="x stays as it is",
    wrong="x −= mean of the batch, after the answer",
    mend="Compute into a new array, or copy the argument first.",
)
class InputsChanged(Algorithm):
    """The answer is right, and the caller's data are not what they were. The next call gets the changed ones."""

    def forward(self, network: Network, inputs: Array) -> list[Array]:
        found = [a.copy() for a in super().forward(network, inputs)]
        inputs -= 1
        return found


@conduct_fault(
    "targets-changed",
    "the targets are changed in place",
    "COND-1",
    right="y stays as it is",
    wrong="y −= a",
    mend="Compute the error into a new array: error = a − y.",
)
class TargetsChanged(Algorithm):
    """The error is computed in the array of the targets. The gradients are right, once."""

    def gradients(self, network: Network, inputs: Array, targets: Array) -> Parameters:
        found = super().gradients(network, inputs, targets)
        targets -= self.forward(network, inputs)[-1]
        return found


@conduct_fault(
    "network-changed",
    "asking for the gradients changes the network in place",
    "COND-2",
    right="only train changes parameters",
    wrong="gradients does W −= 0.1 ∂E/∂W too",
    mend="Separate the gradients from the update.",
    seen="the document's own backpropagation, which updates as well",
)
class NetworkChanged(Algorithm):
    """Backward pass and update are one function. The gradients returned are right."""

    def gradients(self, network: Network, inputs: Array, targets: Array) -> Parameters:
        found = super().gradients(network, inputs, targets)
        for pair, gradients in zip(network.parameters, found, strict=True):
            for parameter, gradient in zip(pair, gradients, strict=True):
                parameter -= (0.1 * gradient).astype(parameter.dtype)
        return found


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
    mend="Run the forward pass of the same batch before the backward pass, and keep its results in local variables.",
    phase="gradients",
)
class StaleActivations(Algorithm):
    """Activations are stored in the object and the forward pass is forgotten, or runs after the backward pass. The first
    call, and calls with the same batch, are right."""

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
        masks = [np.ones(network.sizes[0])]
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
    "results-alias",
    "results are views of a buffer that the next call overwrites",
    "COND-10",
    right="results belong to the caller",
    wrong="results share memory with the next call's",
    mend="Return copies of internal arrays.",
)
class ResultsAlias(Algorithm):
    """Every answer is right until the next one is asked for."""

    def __init__(self) -> None:
        self._buffers: dict[Any, Array] = {}

    def forward(self, network: Network, inputs: Array) -> list[Array]:
        found = []
        for index, a in enumerate(super().forward(network, inputs)):
            buffer = self._buffers.setdefault((index, a.shape), np.empty_like(a))
            buffer[...] = a
            found.append(buffer)
        return found


@conduct_fault(
    "nan-swallowed",
    "a NaN in the inputs comes out as a number",
    "COND-5",
    right="NaN in, NaN out",
    wrong="NaN is taken for 0",
    mend="Let NaN pass: it says that the data are missing.",
)
class NanSwallowed(Algorithm):
    """Missing data turn into plausible answers."""

    def forward_pass(self, network: Network, inputs: Array) -> list[Step]:
        return super().forward_pass(network, np.where(np.isnan(inputs), 0, inputs).astype(inputs.dtype))


@conduct_fault(
    "shape-broadcast",
    "a wrong shape is broadcast silently instead of refused",
    "COND-8",
    right="inputs m by n_0 and targets m by n_L, or an error",
    wrong="a single column or row is repeated until it fits",
    mend="Compare the shapes with those of the network and raise an error.",
)
class ShapeBroadcast(Algorithm):
    """NumPy repeats what has length 1. Targets as a flat vector against outputs as a column then make a square matrix, and
    every target is compared with every output."""

    def forward_pass(self, network: Network, inputs: Array) -> list[Step]:
        rows = np.atleast_2d(inputs)
        return super().forward_pass(network, np.broadcast_to(rows, (len(rows), network.sizes[0])))

    def output_loss(self, network: Network, output: Step, targets: Array) -> Array:
        return super().output_loss(network, output, np.broadcast_to(targets, output.a.shape))

    def backward_pass(self, network: Network, steps: list[Step], targets: Array) -> Parameters:
        return super().backward_pass(network, steps, np.broadcast_to(targets, steps[-1].a.shape))


@conduct_fault(
    "memory-order-assumed",
    "arrays are read in the order of memory, whatever their layout",
    "COND-9",
    right="inputs[s, i] of any array",
    wrong="memory[s · n_0 + i], which is right for C order only",
    mend="Make the array contiguous first: np.ascontiguousarray.",
    seen="bindings to C that take a bare pointer",
)
class MemoryOrderAssumed(Algorithm):
    """Arrays in Fortran order, as transposed ones are, come out scrambled."""

    def forward_pass(self, network: Network, inputs: Array) -> list[Step]:
        return super().forward_pass(network, inputs.ravel(order="K").reshape(inputs.shape))
