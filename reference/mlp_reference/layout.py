"""How a fixture is laid out: the notes in it, its example, and a line for each number."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from fractions import Fraction
from typing import Any

import numpy as np
from flint import arb

from mlp_reference.decimals import certain_digits, certain_rounding, rounded_up
from mlp_reference.examples import Example
from mlp_reference.formats import FORMATS
from mlp_reference.options import Options

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


def example_document(example: Example) -> dict[str, Any]:
    """An example as a document, every number exactly."""
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
    if example.options is not None:
        document["options"] = options_document(example.options, _exact_number)
    if network.conventions.relu_at_zero:
        document["network"]["relu_at_zero"] = _exact_number(Fraction(network.conventions.relu_at_zero))
    return document


def options_document(options: Options, number: Callable[[Any], Any]) -> dict[str, Any]:
    """Options as a document, their numbers as `number` writes them; conventions only where they are not the usual ones."""
    written: dict[str, Callable[[Any], Any]] = {
        "learning_rates": lambda rates: [number(rate) for rate in rates],
        "batch_size": int,
        "order": lambda epochs: [list(rows) for rows in epochs],
        "masks": lambda epochs: [[[[int(x) for x in row] for row in mask] for mask in masks] for masks in epochs],
        "nesterov": bool,
    }
    found = {name: written.get(name, number)(value) for name, value in options.asked.items()}
    for name in ("l2_over_batch", "rate_in_velocity"):
        if getattr(options, name):
            found[name] = True
    if options.clip_epsilon:
        found["clip_epsilon"] = number(options.clip_epsilon)
    return found


def _exact(array: np.ndarray) -> Any:
    return [_exact_number(x) for x in array] if array.ndim == 1 else [_exact(row) for row in array]


def _exact_number(value: Fraction) -> Any:
    """A whole number as itself, anything else as a fraction in quotes."""
    return int(value) if value.denominator == 1 else str(value)


def written_number(name: str, value: Fraction | arb, bounds: dict[str, float]) -> dict[str, Any]:
    """One number of a fixture: its digits, its roundings and its bounds. Raises UncertainError for too wide a ball."""
    number: dict[str, Any] = {"definition": name, "digits": certain_digits(value)}
    if isinstance(value, Fraction):
        number["exact"] = str(value)
    for format_name, format in FORMATS.items():
        rounded = certain_rounding(value, format)
        number[format_name] = rounded if np.isfinite(rounded) else None
    number["bound"] = {name: rounded_up(bound) if np.isfinite(bound) else None for name, bound in bounds.items()}
    return number


def laid_out(document: Any) -> str:
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
