"""How far a certified run has come, kept in a file: killed at any instant, it goes on from there with the same numbers.

The file has a line of JSON for its head, which says by a digest what run it belongs to, and one for every stretch of epochs
that is done: the midpoints and radii of the ball epochs, exactly. A last line that was not finished is not there.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from flint import arb

#: Epochs between two lines.
EVERY = 100


class ProgressError(ValueError):
    """A file of progress that is of another run, or none at all: which, and what to do."""


@dataclass(frozen=True)
class Reached:
    """Epochs first + 1 to last: centres (of them all), radii, the exact midpoint at `last`, and those at checkpoints."""

    last: int
    centres: np.ndarray
    radii: np.ndarray
    middle: np.ndarray
    kept: dict[int, np.ndarray]


class Progress:
    """The file of one run. Raises ProgressError if it exists and is not this run's."""

    def __init__(self, path: Path, run: dict[str, Any]) -> None:
        self.path = path
        self.digest = hashlib.sha256(json.dumps(run, sort_keys=True, separators=(",", ":")).encode()).hexdigest()
        self.bits = self._read_head()

    def _read_head(self) -> int | None:
        """At how many bits the run in the file is computed; None for a file that is not there yet."""
        if not self.path.exists():
            return None
        if not self.path.is_file():
            raise ProgressError(f"{self.path} is no file that progress can be kept in: name another one")
        try:
            with self.path.open(encoding="utf-8") as file:
                head = json.loads(file.readline())
            digest, bits = head["run"], int(head["bits"])
        except (ValueError, KeyError, TypeError, UnicodeDecodeError):
            raise ProgressError(f"{self.path} is not the progress of a certified run: name another file") from None
        if digest != self.digest:
            raise ProgressError(
                f"{self.path} is the progress of another run (another example, other epochs or checkpoints): name another file"
            )
        return bits

    def begin(self, bits: int) -> Iterator[Reached]:
        """What is done already at that precision; anew, if the file is of another one or is not there."""
        if self.bits != bits:
            self.bits = bits
            self.path.write_text(json.dumps({"run": self.digest, "bits": bits}) + "\n", encoding="utf-8")
            return
        whole, _, unfinished = self.path.read_text(encoding="utf-8").rpartition("\n")
        if unfinished:
            with self.path.open("r+b") as file:  # in place, so that nothing is lost on a full disk
                file.truncate(len(whole.encode()) + 1)
        for line in whole.splitlines()[1:]:
            found = json.loads(line)
            yield Reached(
                found["last"],
                np.array(found["centres"], dtype=float),
                np.array(found["radii"], dtype=float),
                _balls(found["middle"]),
                {int(k): _balls(numbers) for k, numbers in found["kept"].items()},
            )

    def add(self, reached: Reached) -> None:
        """A further stretch is done. Raises OSError where it cannot be written, as on a full disk; what was, stays."""
        document = {
            "last": reached.last,
            "centres": reached.centres.tolist(),
            "radii": reached.radii.tolist(),
            "middle": _exactly(reached.middle),
            "kept": {str(k): _exactly(numbers) for k, numbers in reached.kept.items()},
        }
        with self.path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(document, separators=(",", ":")) + "\n")


def _exactly(numbers: np.ndarray) -> list[list[str]]:
    """Midpoints as mantissa and exponent of 2."""
    return [[str(part) for part in number.man_exp()] for number in numbers]


def _balls(numbers: list[list[str]]) -> np.ndarray:
    found = np.empty(len(numbers), dtype=object)
    found[:] = [arb((int(mantissa), int(exponent))) for mantissa, exponent in numbers]
    return found
