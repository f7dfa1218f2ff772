"""Faults that are an optional part switched on: wrong unless it is claimed, and then right (the claim `always`)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from mlp_conformance.faults.fault import Fault


@dataclass(frozen=True)
class Claimable:
    """What to claim for a fault to be right: options that are always on, conventions; and what that is in words."""

    words: str
    always: dict[str, Any]
    conventions: dict[str, Any] = field(default_factory=dict)

    @property
    def claims(self) -> dict[str, Any]:
        """The fields of `Claims`."""
        return {"always": self.always, **self.conventions}

    def __str__(self) -> str:
        return ", ".join(f"{name}={value}" for name, value in self.claims.items())


def _momentum(c: float) -> Claimable:
    return Claimable(f"momentum {c:g}", {"momentum": c})


def _nesterov(c: float) -> Claimable:
    return Claimable(f"Nesterov's momentum {c:g}", {"momentum": c, "nesterov": True})


def _penalty(c: float) -> Claimable:
    return Claimable(f"an L2 penalty of {c:g}", {"l2": c})


def _penalty_over_batch(c: float) -> Claimable:
    return Claimable(f"an L2 penalty of {c:g}, divided by the batch", {"l2": c}, {"l2_over_batch": True})


def _batches(size: int) -> Claimable:
    return Claimable(f"mini-batches of {size}" if size > 1 else "online updates", {"batch_size": size})


_FAULTS: dict[str, Claimable] = {
    "momentum-on": _momentum(0.9),
    "nesterov-on": _nesterov(0.9),
    "weight-decay-on": _penalty(1e-4),
    "mini-batches": _batches(2),
    "online-for-batch": _batches(1),
}
_FAMILIES: dict[str, Callable[[float], Claimable]] = {
    "momentum": _momentum,
    "nesterov": _nesterov,
    "weight-decay": _penalty,
    "penalised-objective": _penalty,
    "penalty": _penalty,
    "regularisation": _penalty,
    "penalty-over-batch": _penalty_over_batch,
    "regularisation-over-batch": _penalty_over_batch,
}


def claimable(fault: Fault) -> Claimable | None:
    """What to claim for the fault to be right; None where nothing can be claimed."""
    family, equals, constant = fault.id.partition("=")
    if equals and family in _FAMILIES and 0 < float(constant) < 1:
        return _FAMILIES[family](float(constant))
    return _FAULTS.get(fault.id)
