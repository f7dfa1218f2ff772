"""JSON as the protocol has it: an object a line, and arrays of numbers, written shortest, read strictly."""

from __future__ import annotations

import json
import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mlp_conformance.child_process import shown
from mlp_reference.formats import FORMATS

Array = NDArray[np.float64]

_SPECIAL = {"NaN": math.nan, "Infinity": math.inf, "-Infinity": -math.inf}
#: Whose shortest decimals are written. NumPy has no bfloat16, but each of its values is a float32.
_WRITTEN = {"float64": np.float64, "float32": np.float32, "float16": np.float16, "bfloat16": np.float32}


class ProtocolError(Exception):
    """A message that breaks the protocol; says which field, what was found and what is allowed."""


def read_object(line: bytes) -> dict[str, Any]:
    """Read a line as a JSON object in UTF-8, with or without a byte order mark; every number becomes the nearest float."""
    try:
        message = json.loads(line.decode("utf-8-sig"), parse_int=float, parse_constant=_no_constant)
    except UnicodeDecodeError as error:
        raise ProtocolError(f"not UTF-8 (byte {error.start + 1}): {shown(line)}") from None
    except json.JSONDecodeError as error:
        raise ProtocolError(f"not JSON ({error.msg}, column {error.colno}): {shown(line)}") from None
    except RecursionError:
        raise ProtocolError(f"nested too deeply: {shown(line)}") from None
    if not isinstance(message, dict):
        raise ProtocolError(f"not a JSON object: {shown(line)}")
    return message


def _no_constant(name: str) -> float:
    raise ProtocolError(f'the bare word {name}, which is not JSON: write the string "{name}"')


def found(value: object) -> str:
    """A JSON value that was not expected, named for a message."""
    match value:
        case None:
            return "missing or null"
        case bool():
            return str(value).lower()
        case float():
            return f"{value:.17g}"
        case str():
            return shown(value)
        case list():
            return f"an array of {len(value)}"
        case _:
            fields = ", ".join(value) if isinstance(value, dict) else ""
            return f"an object with {shown(fields)[1:-1] or 'no field'}"


def read_list(value: Any, place: str, *, empty: bool = False) -> list[Any]:
    """The value, if it is an array and not empty, or `empty` allows that."""
    if not isinstance(value, list):
        raise ProtocolError(f"{place}: {found(value)}, expected an array")
    if not (value or empty):
        raise ProtocolError(f"{place}: an empty array")
    return value


def read_matrix(value: Any, place: str) -> Array:
    """An array of rows that are equally long; `place` is what messages call it."""
    rows = [_numbers(row, f"{place}[{i}]") for i, row in enumerate(read_list(value, place))]
    for i, row in enumerate(rows):
        if len(row) != len(rows[0]):
            raise ProtocolError(f"{place}: ragged, row 0 has {len(rows[0])} numbers, row {i} has {len(row)}")
    return np.array(rows, dtype=np.float64)


def read_number(value: Any, place: str) -> float:
    """A number, or one of the strings that stand for those that JSON does not have."""
    if isinstance(value, float):
        return value
    if isinstance(value, str) and value in _SPECIAL:
        return _SPECIAL[value]
    raise ProtocolError(f'{place}: {found(value)}, expected a number, "NaN", "Infinity" or "-Infinity"')


def read_vector(value: Any, place: str, *, empty: bool = False) -> Array:
    """An array of numbers; `place` is what messages call it."""
    return np.array(_numbers(value, place, empty=empty), dtype=np.float64)


def _numbers(value: Any, place: str, *, empty: bool = False) -> list[float]:
    numbers = read_list(value, place, empty=empty)
    if set(map(type, numbers)) <= {float}:
        return numbers
    return [read_number(number, f"{place}[{j}]") for j, number in enumerate(numbers)]


def shortest(numbers: Any, dtype: str) -> Any:
    """Nested lists of floats that are written as the shortest decimals of the values in `dtype`."""
    array = np.asarray(numbers, dtype=_WRITTEN.get(dtype, np.float64))
    if array.dtype != np.float64:
        decimals = list(map(float, map(str, array.ravel())))
        array = np.array(decimals, dtype=np.float64).reshape(array.shape)
    return array.tolist()


def meant(decimals: Any, dtype: str) -> Any:
    """What decimals stand for: the nearest numbers of `dtype`. What is larger than any of those stays as it is."""
    nearest = FORMATS[dtype].nearest(decimals)
    return np.where(np.isfinite(nearest), nearest, decimals)


def write_line(message: dict[str, Any]) -> bytes:
    """The message as a line of ASCII without its newline, NaN and infinities as strings."""
    try:
        return json.dumps(message, allow_nan=False).encode()
    except ValueError:
        return json.dumps(_without_special(message), allow_nan=False).encode()


def _without_special(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _without_special(item) for name, item in value.items()}
    if isinstance(value, list):
        return [_without_special(item) for item in value]
    if not isinstance(value, float) or math.isfinite(value):
        return value
    return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"
