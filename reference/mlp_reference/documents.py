"""The text of an example as a document of exact numbers, checked against the schema; every mistake with its place."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from difflib import get_close_matches
from fractions import Fraction
from functools import cache
from typing import Any

from mlp_reference.data import spec_folder

#: Beyond float64's range nothing can be judged; longer literals are mistakes.
_LARGEST = Fraction(2) ** 1024
_LONGEST_LITERAL = 1200
_LARGEST_EXPONENT = 400

_DECIMAL = re.compile(r"\s*[-+]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][-+]?\d+)?\s*")
_FRACTION = re.compile(r"-?[0-9]+/[1-9][0-9]*")
_KINDS = {"array": "a list", "object": "an object, {...},", "string": "a text in quotes", "integer": "a whole number"}
_A_NUMBER = 'a number was expected: a finite decimal, or a fraction in quotes, as "1/3"'


class ExampleError(ValueError):
    """An example file that cannot be used: the file, the place, what was expected, what to do."""


class _Refused:
    """Stands where a number was expected, until its place is known."""

    def __init__(self, why: str) -> None:
        self.why = why


def document(text: str, where: str, checked: bool = True) -> Any:
    """The JSON document in a text, its numbers Fractions; `where` opens every message.

    Raises ExampleError for what is no JSON, beyond every format's range or, if that is to be checked, against the schema of
    examples.
    """
    try:
        found = json.loads(text, parse_float=_exact, parse_int=_exact, parse_constant=_refused, object_pairs_hook=_once)
    except json.JSONDecodeError as error:
        raise ExampleError(f"{where}, line {error.lineno}, column {error.colno}: not JSON: {_explained(error)}") from None
    except RecursionError:
        raise ExampleError(f"{where}: nested too deeply to be an example") from None
    except _TwiceError as error:
        raise ExampleError(f"{where}: {error.args[0]!r} stands twice in the same object: keep one of them") from None
    for place, value in _leaves(found, ()):
        read = _exact_fraction(value) if isinstance(value, str) and _FRACTION.fullmatch(value) else value
        if isinstance(read, _Refused):
            raise ExampleError(f"{where}: {_place(place)}{read.why}")
    if checked:
        _check_schema(found, where)
    return found


class _TwiceError(Exception):
    """A key that an object has twice."""


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise _TwiceError(key)
        found[key] = value
    return found


def _refused(name: str) -> _Refused:
    return _Refused(f"{name} stands where {_A_NUMBER}")


def _exact(literal: str) -> Fraction | _Refused:
    if len(literal) < 300 and "e" not in literal and "E" not in literal:
        return Fraction(int(literal)) if literal.lstrip("-").isdigit() else Fraction(literal)
    exponent = re.search(r"[eE]([-+]?\d+)$", literal)
    if len(literal) > _LONGEST_LITERAL or (exponent and abs(int(exponent.group(1)[:6])) > _LARGEST_EXPONENT):
        return _Refused(f"the number {_shortened(literal)} is out of every format's range: at most about 1.8e308")
    number = Fraction(literal)
    if abs(number) >= _LARGEST:
        return _Refused(f"the number {_shortened(literal)} is beyond float64's range, about 1.8e308")
    return number


def _exact_fraction(literal: str) -> Fraction | _Refused:
    if len(literal) > 2 * _LONGEST_LITERAL:
        return _Refused(f"the fraction {_shortened(literal)} has too many digits: at most {2 * _LONGEST_LITERAL}")
    number = Fraction(literal)
    if abs(number) >= _LARGEST:
        return _Refused(f"the fraction {_shortened(literal)} is beyond float64's range, about 1.8e308")
    return number


def _shortened(literal: str) -> str:
    return literal if len(literal) <= 40 else f"{literal[:20]}... of {len(literal)} characters"


def _explained(error: json.JSONDecodeError) -> str:
    """The parser's message, with what to do about the commonest mistakes, and the line."""
    if not error.doc.strip():
        return "the file is empty"
    line = error.doc.splitlines()[error.lineno - 1].strip() if error.lineno <= len(error.doc.splitlines()) else ""
    before, at = error.doc[: error.pos].rstrip(), error.doc[error.pos : error.pos + 1]
    hint = ""
    if at in ("}", "]") or before.endswith((",}", ",]")) or (before.endswith(",") and at in ("}", "]", "")):
        hint = ": take away the comma behind the last item"
    elif at == "'":
        hint = ": names and texts stand in double quotes"
    elif at == "/" or at == "#":
        hint = ": JSON has no comments"
    return f"{error.msg}{hint}" + (f" (in {line[:60]!r})" if line else "")


def _leaves(part: Any, place: tuple[Any, ...]) -> Iterator[tuple[tuple[Any, ...], Any]]:
    """What is neither object nor list nor a number as it should be, with its place."""
    if isinstance(part, dict | list):
        for key, inner in part.items() if isinstance(part, dict) else enumerate(part):
            if not isinstance(inner, Fraction):
                yield from _leaves(inner, (*place, key))
    else:
        yield place, part


# ---- the schema


def _check_schema(found: Any, where: str) -> None:
    import jsonschema

    errors = sorted(
        _validator().iter_errors(_slim(found)),
        key=lambda error: (len(error.absolute_path), list(map(str, error.absolute_path))),
    )
    if not errors:
        return
    best = next((error for error in errors if _misspelt(error)), None) or jsonschema.exceptions.best_match(errors)
    raise ExampleError(f"{where}: {_place(best.absolute_path)}{_schema_message(best)}")


def _slim(part: Any, key: str = "") -> Any:
    """The document with one number for each row that is nothing but numbers: as valid as before, and checked in no time."""
    if isinstance(part, dict):
        return {name: _slim(value, name) for name, value in part.items()}
    if isinstance(part, list):
        if part and key != "epochs" and all(isinstance(value, Fraction) for value in part):
            return part[:1]
        return [_slim(value, key) for value in part]
    return part


@cache
def _validator() -> Any:
    import jsonschema

    schema = json.loads((spec_folder() / "schemas" / "example.schema.json").read_text(encoding="utf-8"))
    base = jsonschema.Draft202012Validator
    checker = (
        base.TYPE_CHECKER.redefine("number", lambda _, value: isinstance(value, Fraction))
        .redefine("integer", lambda _, value: isinstance(value, Fraction) and value.denominator == 1)
        .redefine("array", lambda _, value: isinstance(value, list))
    )
    extend: Any = jsonschema.validators.extend
    return extend(base, type_checker=checker)(schema)


def _misspelt(error: Any) -> str:
    """The unknown property with the one that was meant, if an error is about one."""
    if error.validator != "additionalProperties":
        return ""
    known = error.schema["properties"]
    for name in error.instance:
        close = get_close_matches(name, [other for other in known if other not in error.instance], n=1)
        if name not in known and close:
            return f"unknown property {name!r} (did you mean {close[0]!r}?)"
    return ""


def _schema_message(error: Any) -> str:
    value = error.instance
    if isinstance(value, str) and _DECIMAL.fullmatch(value):
        return (
            f"the string {_shortened(value)!r} stands where a number was expected: write "
            f'it without the quotes (only fractions, as "1/3", are quoted)'
        )
    match error.validator:
        case "enum":
            close = get_close_matches(str(value), list(map(str, error.validator_value)), n=1)
            hint = f" (did you mean {close[0]!r}?)" if close else ""
            return f"unknown name {value!r}{hint}: {', '.join(map(str, error.validator_value))} exist"
        case "required":
            return error.message.replace("is a required property", "is missing")
        case "additionalProperties":
            known = ", ".join(error.schema["properties"])
            return f"{_misspelt(error) or _unknown(error)}: {known} exist"
        case "type" if error.validator_value in _KINDS:
            return f"{_written(value)} stands where {_KINDS[error.validator_value]} was expected"
        case "oneOf" | "pattern" if "fraction" in str(error.schema) or "1-9" in str(error.schema):
            return f"{_written(value)} stands where {_A_NUMBER}"
        case "minItems":
            return "the list is empty: at least one item was expected"
        case "minimum" | "maximum":
            way = (
                "less than the least that is allowed" if error.validator == "minimum" else "more than the most that is allowed"
            )
            return f"{_written(value)} is {way}, {error.validator_value}"
        case "pattern" if "a-z" in error.validator_value:
            return f"{_written(value)}: small letters and digits were expected, in words joined by hyphens"
    return f"{_written(value)}: {error.message}" if len(error.message) < 200 else error.message[:197] + "..."


def _unknown(error: Any) -> str:
    return ", ".join(f"unknown property {name!r}" for name in error.instance if name not in error.schema["properties"])


def _written(value: Any) -> str:
    """A value as JSON writes it, shortened."""
    text = str(value) if isinstance(value, Fraction) else json.dumps(value, default=float, ensure_ascii=False)
    return _shortened(text)


def _place(path: Any) -> str:
    parts = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path)
    return f"{parts.lstrip('.')}: " if parts else ""
