"""The vectors as a JavaScript module with a judge."""

from __future__ import annotations

import json
from typing import Any

from mlp_conformance.export.vectors import Question, Vector, number_note


def fields(dtype: str, vectors: list[Vector]) -> dict[str, str]:
    """What stands in the places of the template; JSON, an example a line."""
    lines = ",\n".join(json.dumps(_vector(vector), allow_nan=False) for vector in vectors)
    return {"FORMAT_NOTE": number_note(dtype), "DATA": f"[\n{lines}\n]"}


def _vector(vector: Vector) -> dict[str, Any]:
    case, network = vector.case, vector.case.network
    layers = [
        {"weights": layer.weights.tolist(), "biases": layer.biases.tolist(), "activation": layer.activation}
        for layer in network.layers
    ]
    return {
        "id": vector.id,
        "title": vector.title,
        "network": {"layers": layers, "loss": network.loss, "reduction": network.reduction},
        "inputs": case.inputs.tolist(),
        "targets": case.targets.tolist(),
        "learningRate": case.learning_rate,
        "answers": [_answer(question) for question in vector.questions],
    }


def _answer(question: Question) -> dict[str, Any]:
    arrays = [
        {
            "name": quantity.name,
            "shape": quantity.shape,
            "optional": quantity.is_optional,
            "value": [x if known else 0 for x, known in zip(quantity.value.tolist(), quantity.judged, strict=True)],
            "rest": quantity.rest.tolist(),
            "bound": [x if known else None for x, known in zip(quantity.bound.tolist(), quantity.judged, strict=True)],
        }
        for quantity in question.answer
    ]
    return {"operation": question.operation, "epochs": question.epochs, "arrays": arrays}
