"""Derives fixtures: the symbolic program evaluated until every digit is certain, with the bound of every number."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from mlp_reference.balls import precision
from mlp_reference.decimals import UncertainError
from mlp_reference.examples import Example, load_example
from mlp_reference.fixtures import digest
from mlp_reference.formats import FORMATS
from mlp_reference.layout import NOTES, example_document, laid_out, written_number
from mlp_reference.oracle import Expected, Oracle
from mlp_reference.program import Number, evaluate, written
from mlp_reference.specification import version
from mlp_reference.symbolic import Derivation, derive

_PRECISIONS = (256, 512, 1024, 2048, 4096, 8192, 16384)


def derive_file(path: Path) -> str:
    """The fixture of a user's own example, as text. Raises examples.ExampleError for a file that cannot be used."""
    return fixture_text(load_example(path))


@dataclass(frozen=True)
class Cost:
    """What deriving an example is about to take: time fitted to networks of up to 11,000 weights, memory to one of them."""

    weights: int
    samples: int
    epochs: int

    @property
    def seconds(self) -> float:
        return self.weights * (1e-3 + 2.5e-4 * self.samples * self.epochs)

    def __str__(self) -> str:
        seconds = self.seconds
        return (
            f"{self.weights:,} weights and biases, {self.samples:,} sample{'s' * (self.samples != 1)}, "
            f"{self.epochs:,} epoch{'s' * (self.epochs != 1)}: "
            f"about {duration(seconds)} and {0.1 + seconds * 1e-2:.1f} GB of memory"
        )


def duration(seconds: float) -> str:
    """A time that something takes, in words."""
    return f"{seconds:.0f} s" if seconds < 120 else f"{seconds / 60:.0f} min" if seconds < 7200 else f"{seconds / 3600:.0f} h"


def cost(example: Example) -> Cost:
    """What deriving the example takes: every number is written out, differentiated and rounded on its own."""
    weights = sum(layer.weights.size + layer.biases.size for layer in example.network.layers)
    return Cost(weights, len(example.inputs), max(example.epochs))


def fixture_text(example: Example) -> str:
    """The fixture of an example as text, the same on every machine; of its training alone where it has options."""
    if example.options is not None:
        from mlp_reference import golden_options

        return golden_options.fixture_text(example)
    return laid_out(fixture_document(example))


def fixture_document(example: Example) -> dict[str, Any]:
    """The fixture of an example, its digest included."""
    derivation = derive(example)
    results = _certain(derivation, lambda values: _results(example, derivation, values))
    definitions = list(derivation.program.definitions.items())[: derivation.first_step]
    document = {
        "suite": "mlp-conformance",
        "specification": version(),
        "notes": NOTES,
        "example": example_document(example),
        "program": [f"{name} = {written(expression)}" for name, expression in definitions],
        "results": results,
    }
    return {"digest": digest(document), **document}


def _certain(derivation: Derivation, compute: Callable[[dict[str, Number]], dict[str, Any]]) -> dict[str, Any]:
    for bits in _PRECISIONS:
        with precision(bits):
            try:
                return compute(evaluate(derivation.program))
            except (UncertainError, ZeroDivisionError, ValueError):
                if bits == _PRECISIONS[-1]:
                    raise
    raise AssertionError("the last precision returns or raises")


def _results(example: Example, derivation: Derivation, values: dict[str, Number]) -> dict[str, Any]:
    case = example.case(max(example.epochs))
    oracles = {name: Oracle(case, format) for name, format in FORMATS.items()}

    def array(names: Any, pick: Callable[[Oracle], Expected]) -> dict[str, Any]:
        flat = np.array(names, dtype=object)
        bounds = {name: pick(oracle).bound for name, oracle in oracles.items()}
        numbers = [
            written_number(
                str(name),
                values[str(name)],
                {format: float(bound[place]) for format, bound in bounds.items()},
            )
            for place, name in np.ndenumerate(flat)
        ]
        return {"shape": list(flat.shape), "numbers": numbers}

    def layer(names: tuple[Any, Any], pick: Callable[[Oracle], tuple[Expected, Expected]]) -> dict[str, Any]:
        return {
            "weights": array(names[0], lambda oracle: pick(oracle)[0]),
            "biases": array(names[1], lambda oracle: pick(oracle)[1]),
        }

    training = []
    for epochs in example.epochs:
        shorter = {name: Oracle(example.case(epochs), format) for name, format in FORMATS.items()}
        oracles, longest = shorter, oracles
        training.append(
            {
                "epochs": epochs,
                "parameters": [
                    layer(names, lambda oracle, k=k: oracle.trained.parameters[k])  # type: ignore[misc]
                    for k, names in enumerate(derivation.parameters[epochs])
                ],
                "losses": [
                    array(name, lambda oracle, k=k: oracle.trained.losses[k])  # type: ignore[misc]
                    for k, name in enumerate(derivation.losses[:epochs])
                ],
            }
        )
        oracles = longest
    return {
        "activations": [
            array(rows, lambda oracle, k=k: oracle.activations[k])  # type: ignore[misc]
            for k, rows in enumerate(derivation.activations)
        ],
        "loss": array(derivation.loss, lambda oracle: oracle.loss),
        "mean_squared_error": array(derivation.mean_squared_error, _mean_squared_error_bound),
        "gradients": [
            layer(names, lambda oracle, k=k: oracle.gradients[k])  # type: ignore[misc]
            for k, names in enumerate(derivation.gradients)
        ],
        "training": training,
    }


def _mean_squared_error_bound(oracle: Oracle) -> Expected:
    """The bound of the mean squared error: that of the loss `squared_error`, mean over elements, on the same outputs."""
    from dataclasses import replace

    network = replace(oracle.case.network, loss="squared_error", reduction="mean_elements")
    return Oracle(replace(oracle.case, network=network), oracle.format).loss
