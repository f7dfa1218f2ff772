"""Examples: networks and batches with exact rational values, read from files that are checked before anything is computed."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from difflib import get_close_matches
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from mlp_reference.data import spec_folder
from mlp_reference.documents import ExampleError as ExampleError
from mlp_reference.documents import document as read
from mlp_reference.network import ACTIVATIONS, REQUIRED_OUTPUT, Case, Conventions, Layer, Network
from mlp_reference.options import Options, OptionsError, check, of


@dataclass(frozen=True)
class Example:
    """An example: all numbers are Fractions, arrays are object arrays of them.

    separates: the faults that it tells from right. epochs: after how many the parameters are derived.
    """

    id: str
    title: str
    description: str
    source: str
    separates: tuple[str, ...]
    network: Network
    inputs: np.ndarray
    targets: np.ndarray
    learning_rate: Fraction
    epochs: tuple[int, ...]
    options: Options | None = None

    def case(self, epochs: int) -> Case:
        """The case of training for so many epochs; exact Fractions throughout."""
        return Case(
            self.network, self.inputs, self.targets, self.learning_rate, epochs, self.options and self.options.first(epochs)
        )


@cache
def examples(checked: bool = False) -> dict[str, Example]:
    """The specification's examples by id. They are held to the schema whenever fixtures are derived, not with every run."""
    loaded = [load_example(path, checked) for path in sorted((spec_folder() / "examples").glob("*.json"))]
    return {example.id: example for example in loaded}


def load_example(path: Path, checked: bool = True) -> Example:
    """The example in a file; checked: against the schema.

    Raises ExampleError for a file that is missing, no JSON, against the schema, or mathematically impossible.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        close = get_close_matches(path.name, [other.name for other in path.parent.glob("*.json")], n=1)
        hint = f". Did you mean {path.parent / close[0]}?" if close else ""
        raise ExampleError(f"{path}: no such file{hint}") from None
    except IsADirectoryError:
        raise ExampleError(f"{path} is a directory: name the example file in it") from None
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
        raise ExampleError(f"{path}: cannot be read as text: {why}") from None
    return parse_example(text, str(path), path.stem, checked)


def parse_example(text: str, where: str, default_id: str = "example", checked: bool = True) -> Example:
    """The example in a text; `where` opens every message. What is not checked against the schema is, if it does not fit."""
    document = read(text, where, checked)
    if checked:
        return _example(document, where, default_id)
    try:
        return _example(document, where, default_id)
    except (KeyError, TypeError, AttributeError, IndexError):
        return parse_example(text, where, default_id)


def _example(document: Any, where: str, default_id: str) -> Example:
    _check_shapes(document, where)
    network = document["network"]
    layers = tuple(Layer(_array(layer["weights"]), _array(layer["biases"]), layer["activation"]) for layer in network["layers"])
    example = Example(
        document.get("id", re.sub(r"[^a-z0-9]+", "-", default_id.lower()).strip("-") or "example"),
        document.get("title", ""),
        document.get("description", ""),
        document.get("source", ""),
        tuple(document.get("separates", ())),
        Network(
            layers,
            network["loss"],
            network.get("reduction", "sum"),
            Conventions(relu_at_zero=float(_number(network.get("relu_at_zero", 0)))),
        ),
        _array(document["inputs"]),
        _array(document["targets"]),
        _number(document.get("learning_rate", "1/2")),
        tuple(int(n) for n in document.get("epochs", (1,))),
        _options(document["options"]) if document.get("options") else None,
    )
    _check_meaning(example, where)
    return example


def with_epochs(example: Example, epochs: tuple[int, ...]) -> Example:
    """The same example with other epochs."""
    return replace(example, epochs=epochs)


# ---- reading


def _check_shapes(document: Any, where: str) -> None:
    """Rectangular matrices whose sizes fit one another; raises ExampleError naming the first that does not."""

    def width(rows: list[Any], place: str) -> int:
        for index, row in enumerate(rows):
            if len(row) != len(rows[0]):
                raise ExampleError(
                    f"{where}: {place}[{index}]: has {len(row)} numbers, the "
                    f"rows before it {len(rows[0])}: rows are of equal length"
                )
        return len(rows[0])

    n = width(document["inputs"], "inputs")
    m = len(document["inputs"])
    for index, layer in enumerate(document["network"]["layers"]):
        place = f"network.layers[{index}]"
        columns = width(layer["weights"], f"{place}.weights")
        if len(layer["weights"]) != n:
            what = "inputs has" if index == 0 else "the layer before has"
            unit = "columns" if index == 0 else "units"
            raise ExampleError(
                f"{where}: {place}.weights: has {len(layer['weights'])} rows, but {what} {n} {unit}: a row for each is expected"
            )
        if len(layer["biases"]) != columns:
            raise ExampleError(
                f"{where}: {place}.biases: has {len(layer['biases'])} numbers, "
                f"the weights {columns} columns: one for each is expected"
            )
        n = columns
    if width(document["targets"], "targets") != n:
        raise ExampleError(f"{where}: targets: has {len(document['targets'][0])} columns, the network {n} outputs")
    if len(document["targets"]) != m:
        raise ExampleError(
            f"{where}: targets: has {len(document['targets'])} rows, inputs {m}: one for each sample is expected"
        )


def _check_meaning(example: Example, where: str) -> None:
    """What the specification rules out although it has the right form."""
    *hidden, output = [layer.activation for layer in example.network.layers]
    for index, name in enumerate(hidden):
        if name == "softmax":
            raise ExampleError(
                f"{where}: network.layers[{index}].activation: softmax is for the output layer "
                f"only (ACT-5): use {', '.join(a for a in ACTIVATIONS if a != 'softmax')}"
            )
    if example.options is not None:
        try:
            check(example.options, example.network.sizes, len(example.inputs), max(example.epochs))
        except OptionsError as error:
            raise ExampleError(f"{where}: options: {error}") from None
    loss = example.network.loss
    required = REQUIRED_OUTPUT.get(loss)
    if required and output != required:
        raise ExampleError(f"{where}: network.loss: {loss} needs {required} in the output layer, which has {output}")
    if loss == "cross_entropy":
        for index, row in enumerate(example.targets):
            if sum(row) != 1 or min(row) < 0:
                raise ExampleError(
                    f"{where}: targets[{index}]: cross_entropy needs a row of "
                    f"probabilities that sums to 1 (LOSS-3), not {float(sum(row)):g}"
                )
    if loss == "binary_cross_entropy":
        for place, value in np.ndenumerate(example.targets):
            if not 0 <= value <= 1:
                raise ExampleError(
                    f"{where}: targets{list(place)}: binary_cross_entropy "
                    f"needs targets from 0 to 1 (LOSS-4), not {float(value):g}"
                )


def _options(document: Any) -> Options:
    read: dict[str, Callable[[Any], Any]] = {
        "learning_rates": lambda rates: tuple(_number(rate) for rate in rates),
        "batch_size": int,
        "order": lambda epochs: tuple(tuple(int(row) if row == int(row) else row for row in rows) for rows in epochs),
        "masks": lambda epochs: tuple(tuple(map(_array, masks)) for masks in epochs),
        "nesterov": bool,
        "l2_over_batch": bool,
        "rate_in_velocity": bool,
    }
    return of({name: read[name](value) if name in read else _number(value) for name, value in document.items()})


def _number(value: Any) -> Fraction:
    return Fraction(value)


def _array(rows: Any) -> np.ndarray:
    def numbers(part: Any) -> Iterator[Fraction]:
        if isinstance(part, list):
            for inner in part:
                yield from numbers(inner)
        else:
            yield _number(part)

    shape = (len(rows), len(rows[0])) if isinstance(rows[0], list) else (len(rows),)
    array = np.empty(int(np.prod(shape)), dtype=object)
    array[:] = list(numbers(rows))
    return array.reshape(shape)
