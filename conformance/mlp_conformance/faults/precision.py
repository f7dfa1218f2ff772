"""Faults of precision: numbers are shorter than claimed (ACC-1, ACC-2). They run on floats only."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np

from mlp_conformance.faults.fault import known
from mlp_conformance.faults.variants import OtherActivation, each
from mlp_reference.mlp import Algorithm, Parameters, Step
from mlp_reference.network import Array, Layer, Network

arithmetic_fault = partial(known, kind="arithmetic")


class InLowerPrecision(Algorithm):
    """All four operations in another dtype, their results in the dtype of the inputs."""

    dtype: type[np.floating[Any]]

    def lowered(self, array: Array) -> Array:
        return np.asarray(array).astype(self.dtype)

    def forward(self, network: Network, inputs: Array) -> list[Array]:
        found = super().forward(network.map(self.lowered), self.lowered(inputs))
        return [a.astype(inputs.dtype) for a in found]

    def loss(self, network: Network, inputs: Array, targets: Array) -> Array:
        found = super().loss(network.map(self.lowered), self.lowered(inputs), self.lowered(targets))
        return found.astype(inputs.dtype)

    def gradients(self, network: Network, inputs: Array, targets: Array) -> Parameters:
        found = super().gradients(network.map(self.lowered), self.lowered(inputs), self.lowered(targets))
        return each(lambda gradient: gradient.astype(inputs.dtype), found)

    def train(
        self, network: Network, inputs: Array, targets: Array, learning_rate: Array, epochs: int
    ) -> tuple[Parameters, list[Array]]:
        parameters, reported = super().train(
            network.map(self.lowered), self.lowered(inputs), self.lowered(targets), learning_rate, epochs
        )
        kept = each(lambda parameter: parameter.astype(inputs.dtype), parameters)
        return kept, [loss.astype(inputs.dtype) for loss in reported]


@arithmetic_fault(
    "silent-float32",
    "float64 is claimed, and float32 is computed with",
    "ACC-2",
    phase="forward",
    right="every operation in float64",
    wrong="every operation in float32, the result in float64",
    mend="Set the library's default dtype, or claim float32.",
    seen="keras 3.15.1 with the torch and numpy backends",
)
class SilentFloat32(InLowerPrecision):
    """Results have the type of float64 and the accuracy of float32, about 1e-8 off. Where float32 is
    claimed it is right.
    """

    dtype = np.float32


@arithmetic_fault(
    "silent-float16",
    "a longer format is claimed, and float16 is computed with",
    "ACC-2",
    phase="forward",
    right="every operation in the claimed dtype",
    wrong="every operation in float16, the result in the claimed dtype",
    mend="Switch mixed precision off, or claim float16.",
    seen="mixed precision of libraries",
)
class SilentFloat16(InLowerPrecision):
    """Results are about 1e-4 off, and overflow beyond 65,504."""

    dtype = np.float16


@arithmetic_fault(
    "short-products",
    "the factors of matrix products are rounded to 11 bits",
    "ACC-2",
    phase="forward",
    right="x W",
    wrong="round₁₁(x) round₁₁(W)",
    mend="Switch it off (in PyTorch: torch.set_float32_matmul_precision('highest')).",
    seen="TF32 of graphics processors",
)
class ShortProducts(Algorithm):
    """The hardware multiplies shorter numbers than it is given, about 5e-4 off, and adds them up in full."""

    def pre_activation(self, network: Network, layer: Layer, x: Array) -> Array:
        return short(x) @ short(layer.weights) + layer.biases

    def back_propagated(self, network: Network, next_layer: Layer, next_delta: Array) -> Array:
        return short(next_delta) @ short(next_layer.weights).T

    def weight_gradient(self, network: Network, step: Step, delta: Array) -> Array:
        return short(step.x).T @ short(delta)


def short(array: Array) -> Array:
    fraction, exponent = np.frexp(array)
    return np.ldexp(np.round(fraction * 2**11) / 2**11, exponent).astype(array.dtype)


@arithmetic_fault(
    "inputs-as-integers",
    "the inputs are cut to whole numbers",
    "FWD-1",
    "ACC-2",
    phase="forward",
    right="a_0 = x",
    wrong="a_0 = trunc(x)",
    mend="Make the array one of floats: np.zeros(shape, dtype=float).",
    seen="common where an array is made from integers and then filled",
)
class InputsAsIntegers(Algorithm):
    """The inputs pass through an array of integers. Inputs of 0 and 1, as in XOR, do not show it."""

    def forward_pass(self, network: Network, inputs: Array) -> list[Step]:
        return super().forward_pass(network, np.trunc(inputs))


@arithmetic_fault(
    "sigmoid-table",
    "the sigmoid is read from a coarse table",
    "ACT-1",
    "ACC-3",
    phase="forward",
    right="σ(z)",
    wrong="σ(round(z · 128) / 128)",
    mend="Compute the sigmoid.",
    seen="a small C library",
)
class SigmoidTable(OtherActivation):
    """The entry nearest to z, up to 1e-3 off. Where z happens to be in the table nothing shows."""

    replaced = "sigmoid"

    def function(self, z: Array) -> Array:
        return super().function(np.round(z * 128) / 128)


@arithmetic_fault(
    "output-rounded",
    "predictions are rounded to four digits",
    "FWD-5",
    "ACC-1",
    phase="forward",
    right="a",
    wrong="round(a, 4), in prediction only",
    mend="Round where numbers are printed, not where they are computed.",
    seen="hand-written programs",
)
class OutputRounded(Algorithm):
    """Meant for the eye. Training is right."""

    def forward(self, network: Network, inputs: Array) -> list[Array]:
        return [np.round(a, 4) for a in super().forward(network, inputs)]


@arithmetic_fault(
    "rounded-loss",
    "the loss is rounded to four digits",
    "ACC-1",
    phase="loss",
    right="E",
    wrong="round(E, 4)",
    mend="Round where numbers are printed, not where they are computed.",
    seen="hand-written programs",
)
class RoundedLoss(Algorithm):
    """Meant for the eye. The gradients are right."""

    def output_loss(self, network: Network, output: Step, targets: Array) -> Array:
        return np.round(super().output_loss(network, output, targets), 4)


@arithmetic_fault(
    "rate-in-float32",
    "the learning rate is rounded to float32",
    "ACC-2",
    phase="update",
    right="η",
    wrong="float32(η)",
    mend="Keep the learning rate in the claimed dtype.",
)
class RateInFloat32(Algorithm):
    """A learning rate like 0.1 is 1.5e-8 off, relative. One like 0.5 does not show it, nor does float32."""

    def update(self, network: Network, gradients: Parameters, learning_rate: Array) -> Network:
        return super().update(network, gradients, float(np.float32(learning_rate)))


@arithmetic_fault(
    "parameters-rounded",
    "the trained parameters are returned with six digits after the point",
    "TRAIN-5",
    "ACC-1",
    phase="update",
    right="W",
    wrong="round(W, 6)",
    mend="Write numbers in shortest round-trip form, or with 17 significant digits.",
    seen="printf with %f, text files",
)
class ParametersRounded(Algorithm):
    """Parameters pass through text. Only the last step's result is rounded, so the losses are right."""

    def train(
        self, network: Network, inputs: Array, targets: Array, learning_rate: Array, epochs: int
    ) -> tuple[Parameters, list[Array]]:
        parameters, reported = super().train(network, inputs, targets, learning_rate, epochs)
        return each(lambda parameter: np.round(parameter, 6), parameters), reported
