"""The vectors as an R file with a judge."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np

from mlp_conformance.export.vectors import Quantity, Question, Vector, number_note


def fields(dtype: str, vectors: list[Vector]) -> dict[str, str]:
    """What stands in the places of the template."""
    return {"FORMAT_NOTE": number_note(dtype), "DATA": ",\n".join(_vector(vector) for vector in vectors)}


def _vector(vector: Vector) -> str:
    case, network = vector.case, vector.case.network
    layers = ", ".join(
        f'list(weights = {_matrix(layer.weights)}, biases = {_numbers(layer.biases)}, activation = "{layer.activation}")'
        for layer in network.layers
    )
    answers = ",\n".join(_answer(question) for question in vector.questions)
    return (
        f'    list(\n      id = "{vector.id}",\n'
        f'      network = list(layers = list({layers}), loss = "{network.loss}", reduction = "{network.reduction}"),\n'
        f"      inputs = {_matrix(case.inputs)}, targets = {_matrix(case.targets)}, "
        f"learning_rate = {float(case.learning_rate).hex()},\n"
        f"      answers = list(\n{answers}\n      ))"
    )


def _answer(question: Question) -> str:
    arrays = ",\n".join(_quantity(quantity) for quantity in question.answer)
    return f'        list(operation = "{question.operation}", epochs = {question.epochs}, arrays = list(\n{arrays}))'


def _quantity(quantity: Quantity) -> str:
    value = np.where(quantity.judged, quantity.value, 0.0)
    bound = np.where(quantity.judged, quantity.bound, np.nan)
    return (
        f'          list(name = "{quantity.name}", shape = c({", ".join(map(str, quantity.shape))}), '
        f"optional = {'TRUE' if quantity.is_optional else 'FALSE'},\n"
        f"            value = {_numbers(value)},\n            rest = {_numbers(quantity.rest)},\n"
        f"            bound = {_numbers(bound)})"
    )


def _matrix(array: np.ndarray) -> str:
    return f"rows({len(array)}, {_listed(array.ravel())})"


def _numbers(array: Any) -> str:
    return f"c({_listed(array)})"


def _listed(numbers: Iterable[float]) -> str:
    return ", ".join("NA_real_" if np.isnan(x) else float(x).hex() if x else "0" for x in numbers)
