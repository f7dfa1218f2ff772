"""A case as a file: an example file with the exact binary values, which replays what was drawn.

A NaN, which no example has, stands in it as the text "NaN" (see `poisoned`).
"""

from __future__ import annotations

import json
import re
from decimal import Decimal
from typing import Any

import numpy as np

from mlp_conformance.claims import Claims
from mlp_reference.layout import options_document
from mlp_reference.network import Case


def case_text(case: Case, check_id: str, claims: Claims) -> str:
    """The case as the text of an example file (spec/schemas/example.schema.json), every number exactly as it is."""
    network: dict[str, Any] = {
        "layers": [
            {"weights": _exact(layer.weights), "biases": _exact(layer.biases), "activation": layer.activation}
            for layer in case.network.layers
        ],
        "loss": case.network.loss,
        "reduction": case.network.reduction,
    }
    if case.network.conventions.relu_at_zero:
        network["relu_at_zero"] = _exact(np.asarray(case.network.conventions.relu_at_zero))
    document = {
        "id": "-".join(["case", *check_id.replace("/", "-").split("-")]),
        "title": f"A case drawn by the check {check_id}",
        "description": f"The smallest found on which {claims.name} ({claims.dtype}) fails; all numbers are exact.",
        "network": network,
        "inputs": _exact(case.inputs),
        "targets": _exact(case.targets),
        "learning_rate": _exact(np.asarray(case.learning_rate)),
        "epochs": [case.epochs],
    }
    if case.options is not None:
        document["options"] = options_document(case.options, lambda x: _exact(np.asarray(x)))
    return _joined_rows(_without_quotes(json.dumps(document, indent=1))) + "\n"


def _exact(values: np.ndarray) -> Any:
    """Numbers as marked strings that hold their exact decimal expansions: JSON numbers once the quotes are off."""
    if np.ndim(values) == 0:
        value = float(values)
        if np.isnan(value):
            return "NaN"
        number = Decimal(value)
        text = format(number, "f")
        return "#" + (text.rstrip("0").rstrip(".") if "." in text else text)
    return [_exact(part) for part in values]


def _without_quotes(text: str) -> str:
    return re.sub(r'(?<!\\)"#(-?[0-9.]+)"', r"\1", text)


def _joined_rows(text: str) -> str:
    """Rows of numbers on one line each."""
    row = r"\[\s*(-?[0-9.]+(?:,\s*-?[0-9.]+)*)\s*\]"
    return re.sub(row, lambda found: "[" + " ".join(found.group(1).split()) + "]", text)
