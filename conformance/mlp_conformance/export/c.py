"""The vectors as a C header: arrays, and a judge of the functions that the user gives."""

from __future__ import annotations

import numpy as np

from mlp_conformance.export.vectors import Question, Vector, given_arrays, number_note

#: The C type of each format, and what to add to a literal of it.
_REAL = {"float64": ("double", ""), "float32": ("float", "F"), "float16": ("float", "F"), "bfloat16": ("float", "F")}


def fields(dtype: str, vectors: list[Vector]) -> dict[str, str]:
    """What stands in the places of the template."""
    real, suffix = _REAL[dtype]
    largest = max(_count(question) for vector in vectors for question in vector.questions)
    parts = [
        f"enum {{ MLP_GOLDEN_VECTORS = {len(vectors)}, MLP_GOLDEN_LARGEST = {largest} }};",
        *(_vector(index, vector, suffix) for index, vector in enumerate(vectors)),
        "static const struct mlp_vector mlp_golden_vectors[] = {",
        *(_entry(index, vector, suffix) for index, vector in enumerate(vectors)),
        "};",
    ]
    return {"REAL": real, "FORMAT_NOTE": number_note(dtype), "DATA": "\n".join(parts)}


def _count(question: Question) -> int:
    return sum(quantity.value.size for quantity in question.answer if not quantity.is_optional)


def _vector(index: int, vector: Vector, suffix: str) -> str:
    arrays = dict(given_arrays(vector.case))
    given = np.concatenate([array.astype(np.float64).ravel() for array in arrays.values()])
    lines = [
        f"\n/* {vector.id}: {vector.title} */",
        f"static const mlp_real mlp_given_{index}[] = {{{', '.join(_literal(x) + suffix for x in given)}}};",
        f"static const struct mlp_layer mlp_layers_{index}[] = {{",
    ]
    place = 0
    for layer in vector.case.network.layers:
        rows, columns = layer.weights.shape
        weights, biases = f"mlp_given_{index} + {place}", f"mlp_given_{index} + {place + rows * columns}"
        lines.append(f"    {{{rows}, {columns}, MLP_{layer.activation.upper()}, {weights}, {biases}}},")
        place += (rows + 1) * columns
    lines.append("};")
    for k, question in enumerate(vector.questions):
        lines.append(f"static const struct mlp_number mlp_right_{index}_{k}[] = {{")
        for quantity in question.answer:
            if quantity.is_optional:
                continue
            for value, rest, bound, judged in zip(quantity.value, quantity.rest, quantity.bound, quantity.judged, strict=True):
                numbers = (value, rest, bound) if judged else (0.0, 0.0, -1.0)
                lines.append(f"    {{{', '.join(map(_literal, numbers))}}},")
        lines.append("};")
    lines.append(f"static const struct mlp_answer mlp_answers_{index}[] = {{")
    for k, question in enumerate(vector.questions):
        name = f"MLP_{question.operation.upper()}"
        lines.append(f"    {{{name}, {question.epochs}, {_count(question)}, mlp_right_{index}_{k}}},")
    return "\n".join([*lines, "};"])


def _entry(index: int, vector: Vector, suffix: str) -> str:
    case, network = vector.case, vector.case.network
    parameters = sum(weights.size + biases.size for weights, biases in network.parameters)
    question = [
        f'"{vector.id}"',
        len(network.layers),
        f"mlp_layers_{index}",
        f"MLP_{network.loss.upper()}",
        f"MLP_{network.reduction.upper()}",
        len(case.inputs),
        f"mlp_given_{index} + {parameters}",
        f"mlp_given_{index} + {parameters + case.inputs.size}",
        _literal(float(case.learning_rate)) + suffix,
        0,
    ]
    return f"    {{{{{', '.join(map(str, question))}}}, {len(vector.questions)}, mlp_answers_{index}}},"


def _literal(number: float) -> str:
    """The shortest decimal of the float64, which a C compiler reads back as the same."""
    text = repr(float(number))
    return text if any(c in text for c in ".en") else text + ".0"
