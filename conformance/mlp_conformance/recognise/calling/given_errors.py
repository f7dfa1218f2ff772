"""What a backward pass is given to go back from where no part of the program gives it: the output's distance from the targets.

Then none of its losses is meant: what it makes of that distance is judged by whichever loss it is the derivative of.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from mlp_conformance.recognise.space import Forward


def given_error(forward: Forward) -> str:
    """An expression for it."""
    return f"({forward.raw} - {forward.layout.y})"


def begins_with_it(lines: Sequence[str], forward: Forward) -> bool:
    """Whether statements go back from it."""
    return given_error(forward) in " ".join(lines) or any(re.fullmatch(r"grad = output - [\w.\[\], :]+", x) for x in lines)


def said_of_error(lines: Sequence[str], forward: Forward) -> str:
    """What is said of steps, or gradients, that begin with it; or nothing."""
    said = "Its layers are given output - targets to go back from: they are judged, and no loss of its own."
    return said if begins_with_it(lines, forward) else ""
