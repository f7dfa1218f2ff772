"""Derives fixtures: the symbolic program evaluated until every digit is certain, with the bound of every number."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from mlp_reference.balls import precision
from mlp_reference.data import fixtures_folder
from mlp_reference.decimals import UncertainError
from mlp_reference.differences import Difference, differences
from mlp_reference.examples import Example, examples, load_example
from mlp_reference.fixtures import digest
from mlp_reference.formats import FORMATS
from mlp_reference.layout import NOTES, example_document, laid_out, written_number
from mlp_reference.oracle import Expected, Oracle
from mlp_reference.program import Number, evaluate, written
from mlp_reference.specification import version
from mlp_reference.symbolic import Derivation, derive

_PRECISIONS = (256, 512, 1024, 2048, 4096, 8192, 16384)


def generate(folder: Path | None = None, each: Callable[[str], None] = lambda file: None) -> list[Path]:
    """Derive every example and write its fixture, `each` told of every one; the files written."""
    target = folder or fixtures_folder()
    target.mkdir(parents=True, exist_ok=True)
    written_files = []
    for example in examples(checked=True).values():
        path = target / f"{example.id}.json"
        path.write_text(fixture_text(example), encoding="utf-8")
        written_files.append(path)
        each(path.name)
    from mlp_reference import golden_options, training  # which write their numbers as this module does

    return written_files + golden_options.generate(folder, each) + training.generate(folder, each)


def verify(
    folder: Path | None = None, each: Callable[[str, list[Difference]], None] = lambda file, found: None
) -> list[Difference]:
    """Derive every example again and compare with the stored fixtures, byte for byte, `each` told of every one."""
    target = folder or fixtures_folder()
    found: list[Difference] = []
    for example in examples(checked=True).values():
        path = target / f"{example.id}.json"
        differing = _compared(path, example)
        found += differing
        each(path.name, differing)
    known = {f"{id}.json" for id in examples(checked=True)}
    strangers = [
        Difference(path.name, "the file", "a fixture", "nothing: there is no such example")
        for path in sorted(target.glob("*.json"))
        if path.name not in known
    ]
    each("", strangers)
    from mlp_reference import golden_options, training

    return found + strangers + golden_options.verify(folder, each) + training.verify(folder, each)


def _compared(path: Path, example: Example) -> list[Difference]:
    derived = fixture_text(example)
    try:
        stored = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return [Difference(path.name, "the file", "nothing", "a fixture")]
    except UnicodeDecodeError:
        return [Difference(path.name, "the file", "no UTF-8 text", "a fixture")]
    return [] if stored == derived else differences(path.name, stored, derived)


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
