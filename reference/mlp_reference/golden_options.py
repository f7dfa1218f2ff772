"""Derives the fixtures of training with options by SymPy, as those of plain training are (OPT-1 to OPT-7)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from mlp_reference.balls import precision
from mlp_reference.decimals import UncertainError
from mlp_reference.descent import same_steps
from mlp_reference.examples import Example
from mlp_reference.fixtures import digest
from mlp_reference.formats import FORMATS
from mlp_reference.layout import NOTES, example_document, laid_out, written_number
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
