"""Fixtures: an example with its exact results, written by the derivation and read by whoever judges."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from decimal import Context, Decimal
from fractions import Fraction
from functools import cache
from math import inf, isfinite
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
    document = unchanged(path)
    try:
        return Fixture(parse_example(json.dumps(document["example"]), str(path), checked=False), document)
    except (KeyError, ValueError) as error:
        raise FixtureError(_DAMAGED.format(path=path, error=error)) from None


_DAMAGED = "{path}: damaged ({error}): restore it, or `mlp-conformance golden generate`"


def unchanged(path: Path) -> dict[str, Any]:
    """The document in a fixture's file. Raises FixtureError if it is missing, or not as it was derived."""
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
        stored = document["digest"]
    except FileNotFoundError:
        raise FixtureError(f"{path}: no such fixture: `mlp-conformance golden generate` writes them") from None
    except (ValueError, KeyError, TypeError) as error:
        raise FixtureError(_DAMAGED.format(path=path, error=error)) from None
    if stored != digest(document):
        raise FixtureError(
            f"{path}: its digest does not fit: it was changed by hand. Fixtures are derived: `mlp-conformance golden generate`"
        )
    return dict(document)


def digest(document: dict[str, Any]) -> str:
    """SHA-256 over the document without its digest, as JSON with sorted keys and no blanks."""
    rest = {key: value for key, value in document.items() if key != "digest"}
    canonical = json.dumps(rest, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return hashlib.sha256(canonical.encode()).hexdigest()


def expected(array: dict[str, Any], format: str) -> Expected:
    """The numbers of one array as a pair of floats each, and their bounds; infinite where nothing can be said."""
    parts = np.array([_parts(number, format) for number in array["numbers"]], dtype=np.float64)
    return Expected(*(parts[:, k].reshape(array["shape"]) for k in range(4)))


def _parts(number: dict[str, Any], format: str) -> tuple[float, float, float, float]:
    """High and low of a number, the radius, and the bound."""
    digits, bound = number["digits"], number["bound"][format]
    if "exact" in number:
        exact = Fraction(number["exact"])
        high = _nearest(exact)
        low = float(exact - Fraction(high)) if isfinite(high) else 0.0
        radius = 0.0
    else:
        high = float(digits)  # correctly rounded
        low = float(_EXACTLY.subtract(Decimal(digits), Decimal(high))) if isfinite(high) else 0.0
        radius = abs(high) * 1e-48
    return high, low, radius, inf if bound is None else bound


#: Digits enough for the difference of a decimal and any float64.
_EXACTLY = Context(prec=1200)


def _nearest(value: Fraction) -> float:
    try:
        return float(value)
    except OverflowError:
        return inf if value > 0 else -inf
