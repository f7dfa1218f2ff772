"""Families of factors that follow the size of the batch or of the output: a mean too many or too few (LOSS-6, BACK-6)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

from mlp_conformance.faults.family import Family
from mlp_conformance.faults.fault import Fault
from mlp_conformance.faults.variants import each
from mlp_reference.mlp import Algorithm, Parameters, Step
from mlp_reference.network import Array, Network

Size = Callable[[Array], float]
#: What a factor follows, by id, as it is written behind a constant, and in numbers; m samples, n outputs.
_SIZES: tuple[tuple[str, str, Size], ...] = (
    ("over-batch", "/m", lambda targets: 1 / targets.shape[0]),
    ("times-batch", " m", lambda targets: targets.shape[0]),
    ("over-outputs", "/n", lambda targets: 1 / targets.shape[1]),
    ("times-outputs", " n", lambda targets: targets.shape[1]),
    ("over-elements", "/(m n)", lambda targets: 1 / (targets.shape[0] * targets.shape[1])),
    ("times-elements", " m n", lambda targets: targets.shape[0] * targets.shape[1]),
)
_MEANING = {"batch": "m samples", "outputs": "n outputs", "elements": "m samples, n outputs"}


class SizeFamily(Family):
    """A family whose factor is a constant times a size: a constant of 1 is not written before it."""

    def member(self, *constants: float) -> Fault:
        found = super().member(*constants)
        plain = {name: getattr(found, name).replace("1 m", "m").replace("1 n", "n") for name in ("title", "wrong")}
        return replace(found, **plain) if constants == (1.0,) else found


def _reported(of: Size) -> Callable[[float], type[Algorithm]]:
    def build(c: float) -> type[Algorithm]:
        class OtherLoss(Algorithm):
            def output_loss(self, network: Network, output: Step, targets: Array) -> Array:
                return c * of(targets) * super().output_loss(network, output, targets)

        return OtherLoss

    return build


def _followed(of: Size) -> Callable[[float], type[Algorithm]]:
    def build(c: float) -> type[Algorithm]:
        class OtherGradient(Algorithm):
            def backward_pass(self, network: Network, steps: list[Step], targets: Array) -> Parameters:
                factor = c * of(targets)
                return each(lambda gradient: factor * gradient, super().backward_pass(network, steps, targets))

        return OtherGradient

    return build


def _families() -> Iterator[Family]:
    for id, words, of in _SIZES:
        size, meaning = f"{{c}}{words}", _MEANING[id.split("-")[1]]
        yield SizeFamily(
            f"loss-{id}", f"the reported loss is {size} times what it should be ({meaning})", "loss", ("LOSS-6", "LOSS-7"),
            "E", f"{size} E", "Divide the sum as the reduction says that you claim.", _reported(of),
        )  # fmt: skip
        yield SizeFamily(
            f"gradient-{id}", f"the gradients are {size} times what they should be ({meaning})", "gradients",
            ("BACK-1", "BACK-6"), "∂E/∂W", f"{size} ∂E/∂W", "Divide the gradients by what the loss is divided by.",
            _followed(of),
        )  # fmt: skip


#: Every family of sizes.
SIZE_FAMILIES: tuple[Family, ...] = tuple(_families())
