"""From an id to the fault: of the catalogue, `momentum=0.8` of a family, `bias-subtracted/first-layer` in some layers alone."""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Mapping
from difflib import get_close_matches
from math import isfinite

from mlp_conformance.faults.chance import CHANCE_FAULTS
from mlp_conformance.faults.families import FAMILIES
from mlp_conformance.faults.fault import FAULTS, Fault, UnknownFault
from mlp_conformance.faults.optional import OPTION_FAULTS
from mlp_conformance.faults.placement import FORWARD_ALONE, PLACES, has_slope, in_forward_pass, is_placeable, placed
from mlp_conformance.faults.restriction import LOSS_KINDS, is_restrictable, restricted

#: Every fault of the three lists by id: of plain training, of an optional part, of what is drawn.
EVERY_FAULT: Mapping[str, Fault] = ChainMap(CHANCE_FAULTS, OPTION_FAULTS, FAULTS)


def fault(id: str) -> Fault:
    """The fault of that id (`fault:` in front of it is allowed), in any form that a diagnosis gives.

    Raises UnknownFault, with the nearest ids, if there is none.
    """
    name = id.removeprefix("fault:")
    before, slash, place = name.rpartition("/")
    if slash:
        return _placed(fault(before), place)
    family, equals, constant = name.partition("=")
    if equals:
        return _member(family, constant)
    if name in EVERY_FAULT:
        return EVERY_FAULT[name]
    families = [f"{family.id}=CONSTANT" for family in FAMILIES if family.id == name]
    raise _unknown("fault", name, list(EVERY_FAULT), families)


def _placed(found: Fault, name: str) -> Fault:
    if name == FORWARD_ALONE and has_slope(found):
        return in_forward_pass(found)
    kind = next((kind for kind in LOSS_KINDS if kind.id == name), None)
    if kind is not None and is_restrictable(found):
        return restricted(found, kind)
    place = next((place for place in PLACES if place.id == name), None)
    if place is None:
        raise _unknown("place", name, [*(place.id for place in PLACES), *(kind.id for kind in LOSS_KINDS)])
    if not is_placeable(found):
        raise UnknownFault(f"{found.id!r} is no fault of single layers: leave out '/{name}'")
    return placed(found, place)


def _member(name: str, constants: str) -> Fault:
    family = next((family for family in FAMILIES if family.id == name), None)
    if family is None:
        raise _unknown("family of faults", name, [family.id for family in FAMILIES])
    try:
        values = tuple(float(part) for part in constants.split(","))
    except ValueError:
        values = (float("nan"),)
    if not all(map(isfinite, values)):
        raise UnknownFault(f"{name}={constants}: a number was expected behind the equals sign")
    limits = (family.within, *family.more)
    if len(values) != len(limits):
        raise UnknownFault(f"{name}={constants}: {len(limits)} numbers were expected, {len(values)} are given")
    for value, (low, high) in zip(values, limits, strict=True):
        if not low < value < high:
            raise UnknownFault(f"{name}={constants}: the constant lies between {low:g} and {high:g}")
    return family.member(*values)


def _unknown(what: str, name: str, known: list[str], near: list[str] | None = None) -> UnknownFault:
    close = near or get_close_matches(name, known, n=3, cutoff=0.5)
    hint = f"did you mean {', '.join(map(repr, close))}?" if close else "`mlp-conformance list faults` has them all"
    return UnknownFault(f"there is no {what} {name!r}: {hint}")
