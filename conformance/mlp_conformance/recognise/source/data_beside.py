"""What a script's loop reads beside its inputs and targets: those of a test, and the classes of which the targets have rows."""

from __future__ import annotations

import re
from collections.abc import Collection

from mlp_conformance.recognise import roles

#: What targets are called that have a row for each sample, with a 1 for its class.
_ROWS = re.compile(r"hot|_?enc(oded)?$|categor|dumm|matrix|_oh$|ohe")
#: What the numbers of classes are called.
_CLASSES = re.compile(r"label|class|_int$|_idx$")


def data_beside(names: Collection[str], inputs: str, targets: str) -> dict[str, str]:
    """The form of each other name that says that it is data: "inputs" or "targets" as these, or "rows" or "classes"."""
    found = {}
    for name in sorted(set(names) - {inputs, targets}):
        role = roles.argument(name)
        if role == "inputs":
            found[name] = role
        elif role == "targets":
            found[name] = _form(name, targets)
    return found


def _form(name: str, targets: str) -> str:
    """What targets of a name are, beside others of another name."""
    if _ROWS.search(name.lower()) and not _ROWS.search(targets.lower()):
        return "rows"
    of_rows = _ROWS.search(targets.lower()) is not None and not _ROWS.search(name.lower())
    is_vector = name.lower() == targets.lower() and name[:1].islower()  # `y` beside `Y`
    if of_rows or is_vector or (_CLASSES.search(name.lower()) and not _CLASSES.search(targets.lower())):
        return "classes"
    return "rows" if name.lower() == targets.lower() else "targets"
