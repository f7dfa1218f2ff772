"""Examples of training with options, and their fixtures, read (OPT-1 to OPT-7); `golden_options` derives them.

An example stands in `spec/options/ID.json`, its fixture in `fixtures/options/ID.json`.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

from mlp_reference.data import fixtures_folder, spec_folder
from mlp_reference.examples import Example, load_example
from mlp_reference.fixtures import expected, unchanged
from mlp_reference.oracle import Expected


@cache
def optional_examples(checked: bool = False) -> dict[str, Example]:
    """The specification's examples of training with options, by id; checked as `examples` are."""
    loaded = [load_example(path, checked) for path in sorted((spec_folder() / "options").glob("*.json"))]
    return {example.id: example for example in loaded}


@dataclass(frozen=True)
class OptionFixture:
    """An example of training with options, with its exact results and their bounds."""

    example: Example
    document: dict[str, Any]

    def parameters(self, epochs: int, format: str) -> list[tuple[Expected, Expected]]:
        """(weights, biases) of every layer after so many epochs."""
        layers = self._after(epochs)["parameters"]
        return [(expected(layer["weights"], format), expected(layer["biases"], format)) for layer in layers]

    def losses(self, epochs: int, format: str) -> list[Expected]:
        """The objective before each update, of shape ()."""
        return [expected(loss, format) for loss in self._after(epochs)["losses"]]

    def _after(self, epochs: int) -> dict[str, Any]:
        return next(dict(found) for found in self.document["training"] if found["epochs"] == epochs)


@cache
def load_optional(id: str) -> OptionFixture:
    """The fixture of an example. Raises FixtureError if it is missing, or not as it was written."""
    return OptionFixture(optional_examples()[id], unchanged(fixtures_folder() / "options" / f"{id}.json"))
