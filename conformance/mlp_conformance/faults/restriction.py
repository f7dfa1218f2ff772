"""A fault with some losses alone: the same mistake in one of a package's loss functions, the others being right."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import lru_cache
from types import FunctionType
from typing import Any

from mlp_conformance.faults.composition import overridden
from mlp_conformance.faults.fault import Fault
from mlp_conformance.faults.variants import is_squared
from mlp_reference.mlp import Algorithm
from mlp_reference.network import Network

#: Faults with a constant are without number: those of one search are kept.
_KEPT = 4096


@dataclass(frozen=True)
class LossKind:
    """Some of the losses. words: as a title ends; holds: of which networks."""

    id: str
    words: str
    holds: Callable[[Network], bool]


LOSS_KINDS: tuple[LossKind, ...] = (
    LossKind("squared-errors", "with squared errors alone", is_squared),
    LossKind("cross-entropies", "with cross-entropies alone", lambda network: not is_squared(network)),
)


def is_restrictable(fault: Fault) -> bool:
    """Whether the fault changes formulas that are given the network, and with it the loss."""
    return fault.kind == "formula" and bool(_changed(fault))


@lru_cache(_KEPT)
def restricted(fault: Fault, kind: LossKind) -> Fault:
    """The fault with those losses alone, as a fault of its own; its id says so: `mean-divided-twice/squared-errors`."""
    return replace(
        fault,
        id=f"{fault.id}/{kind.id}",
        title=f"{fault.title}, {kind.words}",
        wrong=f"{fault.wrong}   ({kind.words})",
        algorithm=_restricted_algorithm(fault, kind),
    )


def _changed(fault: Fault) -> list[str]:
    of_algorithm = {name for name, value in vars(Algorithm).items() if isinstance(value, FunctionType)}
    return sorted(overridden(fault) & of_algorithm)


def _restricted_algorithm(fault: Fault, kind: LossKind) -> type[Algorithm]:
    faulty = fault.algorithm

    def dispatched(name: str) -> Callable[..., Any]:
        def method(self: Algorithm, network: Network, *arguments: Any) -> Any:
            return getattr(faulty if kind.holds(network) else Algorithm, name)(self, network, *arguments)

        method.__wrapped__ = getattr(faulty, name)  # type: ignore[attr-defined]  # what it calls, for `composition`
        return method

    return type(f"{faulty.__name__}WithSomeLosses", (faulty,), {name: dispatched(name) for name in _changed(fault)})
