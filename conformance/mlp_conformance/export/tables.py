"""The vectors as tables: CSV with a row for each number, NPZ with an array for each quantity."""

from __future__ import annotations

import csv
import io
from decimal import Decimal
from typing import Any

import numpy as np

from mlp_conformance.export.vectors import Vector, given_arrays

COLUMNS = ("example", "network", "operation", "epochs", "quantity", "index", "digits", "value", "bound")

_NAMES = """Names of the arrays, EXAMPLE being the id of an example, such as document-example-3:
EXAMPLE/network                      activations of the layers, loss and reduction, in words
EXAMPLE/given/W1, b1, ..., x, y      what a program is given, in the dtype (bfloat16 as float32); x and y have a row a sample
EXAMPLE/given/learning_rate
EXAMPLE/forward/a1, ...              the right activations of each layer
EXAMPLE/loss/E                       the right loss
EXAMPLE/gradients/dW1, db1, ...      the right derivatives of the loss
EXAMPLE/train/EPOCHS/W1, b1, ...     the right parameters after so many updates; E1, E2, ...: the loss before each update
Each right answer is three arrays of float64: .../value, the exact numbers rounded to the dtype; .../rest, the exact numbers
minus value; .../bound, how far a right program's numbers may be from the exact ones, NaN where there is no judgement.
"""


def as_csv(dtype: str, vectors: list[Vector]) -> str:
    """A row for each number: those that a program is given (operation `given`, no bound) and the right answers.

    digits: 50 significant digits; value: rounded to the format; bound: empty where there is no judgement.
    """
    out = io.StringIO()
    table = csv.writer(out, lineterminator="\n")
    table.writerow(COLUMNS)
    for vector in vectors:
        start = (vector.id, _in_words(vector))
        for name, array in given_arrays(vector.case):
            for place, number in np.ndenumerate(array):
                table.writerow((*start, "given", "", name, _index(place), _exactly(number), repr(float(number)), ""))
        rate = float(vector.case.learning_rate)
        table.writerow((*start, "given", "", "learning_rate", "", _exactly(rate), repr(rate), ""))
        for question in vector.questions:
            for quantity in question.answer:
                columns = (quantity.places, quantity.digits, quantity.value, quantity.bound, quantity.judged)
                for place, digits, value, bound, judged in zip(*columns, strict=True):
                    told = (repr(float(value)) if np.isfinite(value) else "", repr(float(bound)) if judged else "")
                    row = (question.operation, question.epochs or "", quantity.name, _index(place), digits, *told)
                    table.writerow((*start, *row))
    return out.getvalue()


def as_npz(dtype: str, vectors: list[Vector]) -> bytes:
    """Arrays by name, as the array `names` in the file says; nothing in it is pickled."""
    arrays: dict[str, Any] = {"names": np.array(_NAMES), "dtype": np.array(dtype)}
    for vector in vectors:
        arrays[f"{vector.id}/network"] = np.array(_in_words(vector))
        for name, array in given_arrays(vector.case):
            arrays[f"{vector.id}/given/{name}"] = array
        arrays[f"{vector.id}/given/learning_rate"] = np.array(vector.case.learning_rate)
        for question in vector.questions:
            place = f"{vector.id}/{question.operation}" + (f"/{question.epochs}" if question.epochs else "")
            for quantity in question.answer:
                name = quantity.name.removeprefix("dE/").replace("E before update ", "E")
                bound = np.where(quantity.judged, quantity.bound, np.nan)
                for part, numbers in (("value", quantity.value), ("rest", quantity.rest), ("bound", bound)):
                    arrays[f"{place}/{name}/{part}"] = numbers.reshape(quantity.shape)
    out = io.BytesIO()
    np.savez_compressed(out, **arrays)
    return out.getvalue()


def _in_words(vector: Vector) -> str:
    network = vector.case.network
    return " ".join([*(layer.activation for layer in network.layers), network.loss, network.reduction])


def _index(place: tuple[int, ...]) -> str:
    return " ".join(map(str, place))


def _exactly(number: float) -> str:
    return f"{Decimal(float(number)):f}"
