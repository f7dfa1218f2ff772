"""Faults that are an optional part switched on: wrong unless it is claimed, and then right (the claim `always`)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from mlp_conformance.faults.fault import Fault

Always = dict[str, Any]

_FAULTS: dict[str, Always] = {
    "momentum-on": {"momentum": 0.9},
    "nesterov-on": {"momentum": 0.9, "nesterov": True},
    "weight-decay-on": {"l2": 1e-4},
    "mini-batches": {"batch_size": 2},
    "online-for-batch": {"batch_size": 1},
}
_FAMILIES: dict[str, Callable[[float], Always]] = {
    "momentum": lambda c: {"momentum": c},
    "nesterov": lambda c: {"momentum": c, "nesterov": True},
    "weight-decay": lambda c: {"l2": c},
    "penalised-objective": lambda c: {"l2": c},
}


def claimable(fault: Fault) -> Always | None:
    """What to claim as `always` for the fault to be right; None where nothing can be claimed."""
    family, equals, constant = fault.id.partition("=")
    if equals and family in _FAMILIES and 0 < float(constant) < 1:
        return _FAMILIES[family](float(constant))
    return _FAULTS.get(fault.id)
