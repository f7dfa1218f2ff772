"""Derives fixtures: the symbolic program evaluated until every digit is certain, with the bound of every number."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np

from mlp_reference.balls import precision
from mlp_reference.data import fixtures_folder
from mlp_reference.decimals import UncertainError, certain_digits, certain_rounding, rounded_up
from mlp_reference.examples import Example, examples, load_example
from mlp_reference.fixtures import digest
from mlp_reference.formats import FORMATS
from mlp_reference.oracle import Expected, Oracle
from mlp_reference.program import Number, evaluate, written
from mlp_reference.specification import version
from mlp_reference.symbolic import Derivation, derive

_PRECISIONS = (256, 512, 1024, 2048, 4096, 8192, 16384)

NOTES = {
    "digest": "SHA-256 over this document without the digest, as JSON with sorted keys and no blanks: shows edits by hand",
    "example": "the inputs, exactly: decimals, or fractions in quotes",
    "program": "how the results were derived: definitions in the order of evaluation, the derivatives among them found by "
    "SymPy one definition at a time and chained by reverse accumulation. Names: x_i_s and y_k_s are input i and target k of "
    "sample s; w1_i_j and b1_j the parameters of layer 1; z1_j_s and a1_j_s pre-activation and activation of its unit j for "
    "sample s; e_k_s a term of the loss; E the loss; dE_dw1_1_2 a derivative; eta the learning rate; the ending _tN says: "
    "after N updates. Further epochs repeat the program with the updated parameters",
    "results": "arrays with their shape, numbers in row-major order: activations a layer each (m samples by n units), the "
    "loss before any update, the mean squared error that the source document prints, gradients of the loss (weights n_in by "
    "n_out, biases n_out, a layer each), and for each number of epochs the parameters after it and the loss before each update",
    "digits": "50 significant decimal digits, correctly rounded",
    "exact": "the number as a fraction, where it is rational",
    "float64": "the nearest number of that format, ties to even, as is float32, float16 and bfloat16; null where it overflows",
    "bound": "the derived tolerance in each format: an implementation's number is right when it differs from the exact one by "
    "no more; 0 says that it must be exact, null that nothing can be said. Rounded up to three digits",
}


@dataclass(frozen=True)
class Difference:
    """Something in a stored fixture that the derivation does not give."""

    file: str
    place: str
    stored: str
    derived: str

    def __str__(self) -> str:
        return f"{self.file}: {self.place}: stored {self.stored}, derived {self.derived}"


def generate(folder: Path | None = None) -> list[Path]:
    """Derive every example and write its fixture; the files written."""
    target = folder or fixtures_folder()
    target.mkdir(parents=True, exist_ok=True)
    written_files = []
    for example in examples().values():
        path = target / f"{example.id}.json"
        path.write_text(fixture_text(example), encoding="utf-8")
        written_files.append(path)
    return written_files


def verify(folder: Path | None = None) -> list[Difference]:
    """Derive every example again and compare with the stored fixtures, byte for byte."""
    target = folder or fixtures_folder()
    found: list[Difference] = []
    for example in examples().values():
        path = target / f"{example.id}.json"
        derived = fixture_text(example)
        stored = path.read_text(encoding="utf-8") if path.exists() else None
        if stored == derived:
            continue
        if stored is None:
            found.append(Difference(path.name, "the file", "nothing", "a fixture"))
        else:
            found += _differences(path.name, stored, derived)
    known = {f"{id}.json" for id in examples()}
    found += [
        Difference(path.name, "the file", "a fixture", "nothing: there is no such example")
        for path in sorted(target.glob("*.json"))
        if path.name not in known
    ]
    return found


def derive_file(path: Path) -> str:
    """The fixture of a user's own example, as text. Raises examples.ExampleError for a file that cannot be used."""
    return fixture_text(load_example(path))


def fixture_text(example: Example) -> str:
    """The fixture of an example as text, the same on every machine."""
    document = fixture_document(example)
    return _laid_out(document)


def fixture_document(example: Example) -> dict[str, Any]:
    """The fixture of an example, its digest included."""
    derivation = derive(example)
    results = _certain(derivation, lambda values: _results(example, derivation, values))
    definitions = list(derivation.program.definitions.items())[: derivation.first_step]
    document = {
        "suite": "mlp-conformance",
        "specification": version(),
        "notes": NOTES,
        "example": _example_document(example),
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
            _number(
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


def _number(name: str, value: Number, bounds: dict[str, float]) -> dict[str, Any]:
    number: dict[str, Any] = {"definition": name, "digits": certain_digits(value)}
    if isinstance(value, Fraction):
        number["exact"] = str(value)
    for format_name, format in FORMATS.items():
        rounded = certain_rounding(value, format)
        number[format_name] = rounded if np.isfinite(rounded) else None
    number["bound"] = {name: rounded_up(bound) if np.isfinite(bound) else None for name, bound in bounds.items()}
    return number


# ---- text


def _example_document(example: Example) -> dict[str, Any]:
    network = example.network
    document: dict[str, Any] = {
        "id": example.id,
        "title": example.title,
        "description": example.description,
        "source": example.source,
        "separates": list(example.separates),
        "network": {
            "layers": [
                {
                    "weights": _exact(layer.weights),
                    "biases": _exact(layer.biases),
                    "activation": layer.activation,
                }
                for layer in network.layers
            ],
            "loss": network.loss,
            "reduction": network.reduction,
        },
        "inputs": _exact(example.inputs),
        "targets": _exact(example.targets),
        "learning_rate": _exact_number(example.learning_rate),
        "epochs": list(example.epochs),
    }
    if network.conventions.relu_at_zero:
        document["network"]["relu_at_zero"] = _exact_number(Fraction(network.conventions.relu_at_zero))
    return document


def _exact(array: np.ndarray) -> Any:
    return [_exact_number(x) for x in array] if array.ndim == 1 else [_exact(row) for row in array]


def _exact_number(value: Fraction) -> Any:
    """A whole number as itself, anything else as a fraction in quotes."""
    return int(value) if value.denominator == 1 else str(value)


def _laid_out(document: Any) -> str:
    """JSON with a line for each number and each definition, so that a difference is a line."""
    return "\n".join(_lines(document, 0)) + "\n"


def _lines(part: Any, depth: int) -> Iterator[str]:
    flat = json.dumps(part, ensure_ascii=False)
    if not isinstance(part, dict | list) or (len(flat) <= 100 and depth > 1) or (isinstance(part, dict) and "digits" in part):
        yield flat
        return
    opening, closing = ("{", "}") if isinstance(part, dict) else ("[", "]")
    yield opening
    items = list(part.items()) if isinstance(part, dict) else [(None, item) for item in part]
    for index, (key, item) in enumerate(items):
        inner = list(_lines(item, depth + 1))
        label = f"{json.dumps(key)}: " if key is not None else ""
        comma = "," if index < len(items) - 1 else ""
        inner[0] = label + inner[0]
        inner[-1] += comma
        yield from (" " + line for line in inner)
    yield closing


def _differences(file: str, stored: str, derived: str) -> list[Difference]:
    """What differs, number by number; the first line that differs where the form itself does."""
    try:
        old, new = json.loads(stored), json.loads(derived)
    except json.JSONDecodeError as error:
        return [Difference(file, f"line {error.lineno}", "no JSON", "a fixture")]
    found = list(_compare(file, old, new, ""))
    return found or [Difference(file, "the layout", "other blanks", "the same values")]


def _compare(file: str, old: Any, new: Any, place: str) -> Iterator[Difference]:
    if isinstance(old, dict) and isinstance(new, dict):
        for key in [*new, *(key for key in old if key not in new)]:
            yield from _compare(file, old.get(key), new.get(key), f"{place}.{key}".lstrip("."))
    elif isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
        for index, (a, b) in enumerate(zip(old, new, strict=True)):
            yield from _compare(file, a, b, f"{place}[{index}]")
    elif old != new:
        yield Difference(file, place, json.dumps(old)[:80], json.dumps(new)[:80])
