"""Fixtures: an example with its exact results, written by the derivation and read by whoever judges."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from mlp_reference.data import fixtures_folder
from mlp_reference.examples import Example, parse_example
from mlp_reference.oracle import Expected


class FixtureError(ValueError):
    """A fixture that is missing, damaged or was edited by hand: which file, and what to do."""


@dataclass(frozen=True)
class Fixture:
    """One fixture: `example`, and expected values with their bounds in each format."""

    example: Example
    document: dict[str, Any]

    def activations(self, format: str) -> list[Expected]:
        """Of every layer, m by n_l."""
        return [expected(array, format) for array in self.document["results"]["activations"]]

    def loss(self, format: str) -> Expected:
        """E, of shape ()."""
        return expected(self.document["results"]["loss"], format)

    def mean_squared_error(self, format: str) -> Expected:
        """The metric that the document's program prints, of shape ()."""
        return expected(self.document["results"]["mean_squared_error"], format)

    def gradients(self, format: str) -> list[tuple[Expected, Expected]]:
        """(dE/dW, dE/db) of every layer."""
        return [
            (expected(layer["weights"], format), expected(layer["biases"], format))
            for layer in self.document["results"]["gradients"]
        ]

    def parameters(self, epochs: int, format: str) -> list[tuple[Expected, Expected]]:
        """(weights, biases) of every layer after so many epochs, which must be among the example's."""
        return [
            (expected(layer["weights"], format), expected(layer["biases"], format))
            for layer in self._trained(epochs)["parameters"]
        ]

    def losses(self, epochs: int, format: str) -> list[Expected]:
        """The loss before each of so many updates."""
        return [expected(loss, format) for loss in self._trained(epochs)["losses"]]

    def _trained(self, epochs: int) -> dict[str, Any]:
        for trained in self.document["results"]["training"]:
            if trained["epochs"] == epochs:
                return dict(trained)
        raise FixtureError(f"{self.example.id} has no parameters after {epochs} epochs")


@cache
def load_fixture(id: str, folder: Path | None = None) -> Fixture:
    """The fixture of an example.

    Raises FixtureError if there is none, or if its digest says that it is not as the derivation wrote it.
    """
    path = (folder or fixtures_folder()) / f"{id}.json"
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise FixtureError(f"{path}: no such fixture: `mlp-conformance golden generate` writes them") from None
    try:
        document = json.loads(text)
        example = parse_example(json.dumps(document["example"]), str(path))
        stored = document["digest"]
    except (json.JSONDecodeError, KeyError, ValueError) as error:
        raise FixtureError(f"{path}: damaged ({error}): restore it, or `mlp-conformance golden generate`") from None
    if stored != digest(document):
        raise FixtureError(
            f"{path}: its digest does not fit: it was changed by hand. Fixtures are derived: `mlp-conformance golden generate`"
        )
    return Fixture(example, document)


def digest(document: dict[str, Any]) -> str:
    """SHA-256 over the document without its digest, as JSON with sorted keys and no blanks."""
    rest = {key: value for key, value in document.items() if key != "digest"}
    canonical = json.dumps(rest, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return hashlib.sha256(canonical.encode()).hexdigest()


def expected(array: dict[str, Any], format: str) -> Expected:
    """The numbers of one array as a pair of floats each, and their bounds; infinite where nothing can be said."""
    shape = tuple(array["shape"])
    exact = [Fraction(number.get("exact", number["digits"])) for number in array["numbers"]]
    high = [_nearest(value) for value in exact]
    low = [float(value - Fraction(h)) if np.isfinite(h) else 0.0 for value, h in zip(exact, high, strict=True)]
    radius = [0.0 if "exact" in number else abs(h) * 1e-48 for number, h in zip(array["numbers"], high, strict=True)]
    bounds = [number["bound"][format] for number in array["numbers"]]
    bound = [float("inf") if value is None else value for value in bounds]
    return Expected(*(np.array(part, dtype=np.float64).reshape(shape) for part in (high, low, radius, bound)))


def _nearest(value: Fraction) -> float:
    try:
        return float(value)
    except OverflowError:
        return float("inf") if value > 0 else float("-inf")
