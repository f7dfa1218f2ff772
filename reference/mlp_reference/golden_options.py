"""Derives the fixtures of training with options by SymPy, as those of plain training are (OPT-1 to OPT-7)."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from mlp_reference.balls import precision
from mlp_reference.data import fixtures_folder
from mlp_reference.decimals import UncertainError
from mlp_reference.descent import same_steps
from mlp_reference.differences import Difference, differences
from mlp_reference.examples import Example
from mlp_reference.fixtures import digest
from mlp_reference.formats import FORMATS
from mlp_reference.layout import NOTES, example_document, laid_out, written_number
from mlp_reference.optional import optional_examples
from mlp_reference.oracle import Expected, Oracle
from mlp_reference.program import Number, evaluate, written
from mlp_reference.specification import version
from mlp_reference.symbolic_options import TrainingDerivation, derive_training

_PRECISIONS = (256, 512, 1024, 2048)
_NOTES = {name: NOTES[name] for name in ("digest", "digits", "exact", "float64", "bound")} | {
    "example": "the inputs, exactly, and the options",
    "program": "how the results were derived, as in the other fixtures: P is the penalised loss, d1_j_s what dropout leaves of "
    "a1_j_s, norm that of all gradients together, factor what clips them; the ending _tN says: after N updates",
    "training": "for each number of epochs the parameters after it, a layer each, and the loss before each update",
}


def generate(folder: Path | None = None, each: Callable[[str], None] = lambda file: None) -> list[Path]:
    """Derive every example of training with options and write its fixture; the files written."""
    target = (folder or fixtures_folder()) / "options"
    target.mkdir(parents=True, exist_ok=True)
    files = []
    for example in optional_examples(checked=True).values():
        path = target / f"{example.id}.json"
        path.write_text(fixture_text(example), encoding="utf-8")
        files.append(path)
        each(f"options/{path.name}")
    return files


def verify(
    folder: Path | None = None, each: Callable[[str, list[Difference]], None] = lambda file, found: None
) -> list[Difference]:
    """Derive every one of them again and compare with the stored fixtures, byte for byte."""
    target = (folder or fixtures_folder()) / "options"
    found: list[Difference] = []
    for example in optional_examples(checked=True).values():
        path, name = target / f"{example.id}.json", f"options/{example.id}.json"
        derived = fixture_text(example)
        stored = path.read_text(encoding="utf-8", errors="replace") if path.is_file() else ""
        differing = [] if stored == derived else differences(name, stored, derived)
        found += differing
        each(name, differing)
    strangers = [
        Difference(f"options/{path.name}", "the file", "a fixture", "nothing: there is no such example")
        for path in sorted(target.glob("*.json"))
        if path.stem not in optional_examples(checked=True)
    ]
    each("", strangers)
    return found + strangers


def fixture_text(example: Example) -> str:
    """The fixture of an example as text, the same on every machine."""
    derivation = derive_training(example)
    for bits in _PRECISIONS:
        with precision(bits):
            try:
                results = _results(example, derivation, evaluate(derivation.program))
                break
            except (UncertainError, ZeroDivisionError, ValueError):
                if bits == _PRECISIONS[-1]:
                    raise
    document = {
        "suite": "mlp-conformance",
        "specification": version(),
        "notes": _NOTES,
        "example": example_document(example),
        "program": [f"{name} = {written(expression)}" for name, expression in derivation.program.definitions.items()],
        "training": results,
    }
    return laid_out({"digest": digest(document), **document})


def _results(example: Example, derivation: TrainingDerivation, values: dict[str, Number]) -> list[dict[str, Any]]:
    found = []
    for epochs in example.epochs:
        cases = same_steps(example.case(epochs))
        trained = {name: [Oracle(case, format).trained for case in cases] for name, format in FORMATS.items()}

        def array(names: Any, pick: Callable[[Any], Expected], trained: Any = trained) -> dict[str, Any]:
            bounds = {name: np.maximum.reduce([pick(one).bound for one in ones]) for name, ones in trained.items()}
            numbers = [
                written_number(str(name), values[str(name)], {format: float(b[place]) for format, b in bounds.items()})
                for place, name in np.ndenumerate(np.array(names, dtype=object))
            ]
            return {"shape": list(np.shape(np.array(names, dtype=object))), "numbers": numbers}

        parameters = [
            {
                "weights": array(weights, lambda one, k=k: one.parameters[k][0]),  # type: ignore[misc]
                "biases": array(biases, lambda one, k=k: one.parameters[k][1]),  # type: ignore[misc]
            }
            for k, (weights, biases) in enumerate(derivation.parameters[epochs])
        ]
        count = len(trained["float64"][0].losses)
        losses = [
            array(name, lambda one, k=k: one.losses[k])  # type: ignore[misc]
            for k, name in enumerate(derivation.losses[:count])
        ]
        found.append({"epochs": epochs, "parameters": parameters, "losses": losses})
    return found
