"""Partial credit: points for items, each about requirements (by id or glob) or classes, out of a TOML file.

Where the mistake is known exactly, a requirement that it does not break earns its full share, whatever failed because of it;
else a requirement earns the part of its checks that passed.
"""

from __future__ import annotations

import fnmatch
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mlp_conformance.faults import FAULTS
from mlp_conformance.results import CLASSES
from mlp_conformance.toml_text import TomlError, toml_document
from mlp_reference.specification import requirements

_EXPECTED = '[[item]], and below it lines such as title = "Forward pass", points = 4 and requirements = ["FWD-*"]'


class RubricError(ValueError):
    """A rubric that cannot be used: the file, the place, what was expected."""


@dataclass(frozen=True)
class Item:
    """Points for requirements (ids or globs) and classes; all_or_nothing: no part of them is given."""

    title: str
    points: float
    requirements: tuple[str, ...] = ()
    classes: tuple[str, ...] = ()
    all_or_nothing: bool = False


#: Used where there is no rubric file.
DEFAULT = (
    Item("Forward pass and loss", 4, ("FWD-*", "ACT-1", "ACT-2", "ACT-3", "ACT-4", "ACT-5", "ACT-6", "LOSS-*")),
    Item("Error of the output layer", 1, ("BACK-2", "BACK-6", "BACK-8", "ACT-11")),
    Item("Error of the hidden layers", 2, ("BACK-3",), all_or_nothing=True),
    Item("Gradients of weights and biases", 1, ("BACK-4", "BACK-5")),
    Item("Update and training", 2, ("UPD-*", "TRAIN-*")),
)


def read(path: Path) -> tuple[Item, ...]:
    """The items of a rubric file.

    Raises RubricError for one that is missing, no TOML, or names what does not exist.
    """
    try:
        document = toml_document(path.read_text(encoding="utf-8"), f"the rubric {path}", _EXPECTED)
    except FileNotFoundError:
        raise RubricError(f"there is no rubric {path}") from None
    except (OSError, UnicodeDecodeError) as error:
        raise RubricError(f"the rubric {path} cannot be read: {getattr(error, 'strerror', None) or error}") from None
    except TomlError as error:
        raise RubricError(str(error)) from None
    entries = document.get("item")
    if not isinstance(entries, list) or not entries or set(document) != {"item"}:
        raise RubricError(f"the rubric {path}: a table [[item]] for each item, and nothing else, is expected")
    return tuple(_item(entry, f"the rubric {path}: item {number}") for number, entry in enumerate(entries, 1))


def _item(entry: Mapping[str, Any], where: str) -> Item:
    known = {"title", "points", "requirements", "classes", "all_or_nothing"}
    if unknown := set(entry) - known:
        raise RubricError(f"{where}: unknown entry {sorted(unknown)[0]!r}: {', '.join(sorted(known))} exist")
    title, points = entry.get("title"), entry.get("points")
    if not isinstance(title, str) or not title.strip():
        raise RubricError(f"{where}: a title is expected")
    if isinstance(points, bool) or not isinstance(points, int | float) or not 0 < points < 1e6:
        raise RubricError(f"{where}: points: a number greater than 0 is expected")
    globs, classes = (_words(entry.get(key, []), f"{where}: {key}") for key in ("requirements", "classes"))
    if not globs and not classes:
        raise RubricError(f"{where}: requirements or classes are expected")
    for glob in globs:
        if not fnmatch.filter(requirements(), glob):
            raise RubricError(f"{where}: requirements: {glob!r} matches none: see `mlp-conformance list requirements`")
    for name in classes:
        if name not in CLASSES:
            raise RubricError(f"{where}: classes: there is no class {name!r}: {', '.join(CLASSES)} exist")
    if not isinstance(entry.get("all_or_nothing", False), bool):
        raise RubricError(f"{where}: all_or_nothing: true or false is expected")
    return Item(title, float(points), globs, classes, bool(entry.get("all_or_nothing", False)))


def _words(found: Any, where: str) -> tuple[str, ...]:
    if not isinstance(found, list) or not all(isinstance(word, str) for word in found):
        raise RubricError(f"{where}: a list of texts is expected")
    return tuple(found)


def points(items: Sequence[Item], report: Mapping[str, Any] | None) -> list[float]:
    """The points of each item, to two decimals; 0 where nothing was judged."""
    return [round(item.points * _share(item, report), 2) if report is not None else 0.0 for item in items]


def _share(item: Item, report: Mapping[str, Any]) -> float:
    """Which part of an item is right: the mean over its requirements and classes that were judged."""
    shares = [float(report["classes"].get(name) == "passed") for name in item.classes]
    broken = _broken_by_diagnosis(report)
    for id in requirements():
        if any(fnmatch.fnmatchcase(id, glob) for glob in item.requirements):
            verdicts = [r["verdict"] for r in report["results"] if id in r["requirements"]]
            passed = verdicts.count("passed")
            failed = verdicts.count("failed") + verdicts.count("error")
            if not passed + failed:
                continue
            if failed and broken is not None:
                shares.append(float(id not in broken))
            else:
                shares.append(passed / (passed + failed))
    share = sum(shares) / len(shares) if shares else 0.0
    return float(share == 1) if item.all_or_nothing else share


def _broken_by_diagnosis(report: Mapping[str, Any]) -> frozenset[str] | None:
    """The requirements that the mistake breaks, where one explanation accounts for everything; else None."""
    complete = [finding for finding in report["diagnosis"] if finding.get("complete")]
    errors = any(result["verdict"] == "error" for result in report["results"])
    if len(complete) != 1 or errors:
        return None
    faults = [FAULTS.get(id) for id in complete[0]["fault"].split("+")]
    return frozenset(id for fault in faults if fault for id in fault.breaks) if all(faults) else None
