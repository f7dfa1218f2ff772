"""The messages of `spec/protocol.md`: requests become lines; answers are read, checked and made arrays."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

import numpy as np

from mlp_conformance.child_process import printable, shown
from mlp_conformance.claims import Claims
from mlp_conformance.json_lines import (
    Array,
    ProtocolError,
    found,
    meant,
    read_list,
    read_matrix,
    read_number,
    read_object,
    read_vector,
    shortest,
    write_line,
)
from mlp_reference.network import Network

PROTOCOL = 1
OPERATIONS = ("forward", "loss", "gradients", "train")

Parameters = list[tuple[Array, Array]]

START = write_line({"cmd": "start", "protocol": PROTOCOL})
STOP = write_line({"cmd": "stop"})

#: Bytes that an answer may have: so many in any case, and so many for each number of the result.
ANSWER_BYTES, NUMBER_BYTES = 1 << 20, 100


@dataclass(frozen=True)
class Started:
    """The answer to `start`: what the program claims, and those of the four operations that it offers."""

    claims: Claims
    operations: frozenset[str]


@dataclass(frozen=True)
class Run:
    """The request to run an operation, arrays as adapters get them; the last three fields are for `train`."""

    seq: int
    operation: str
    network: Network
    inputs: Any
    targets: Any = None
    learning_rate: float | None = None
    epochs: int | None = None
    options: Mapping[str, Any] | None = None

    def line(self, dtype: str) -> bytes:
        """The request as a line without newline, numbers as the shortest decimals of the claimed `dtype`."""
        message: dict[str, Any] = {
            "cmd": "run",
            "seq": self.seq,
            "operation": self.operation,
            "network": {
                "layers": [
                    {
                        "weights": shortest(layer.weights, dtype),
                        "biases": shortest(layer.biases, dtype),
                        "activation": layer.activation,
                    }
                    for layer in self.network.layers
                ],
                "loss": self.network.loss,
                "reduction": self.network.reduction,
            },
            "inputs": shortest(self.inputs, dtype),
        }
        if self.targets is not None:
            message["targets"] = shortest(self.targets, dtype)
        if self.operation == "train":
            message |= {"learning_rate": shortest(self.learning_rate, dtype), "epochs": self.epochs}
        if self.options:
            message["options"] = {name: _option(value, dtype) for name, value in self.options.items()}
        return write_line(message)

    def answer_bytes(self) -> int:
        """How many bytes the line of the answer may have: in proportion to what was asked for."""
        units: int = sum(self.network.sizes[1:]) * len(self.inputs)
        parameters: int = sum(w.size + b.size for w, b in self.network.parameters)
        return ANSWER_BYTES + NUMBER_BYTES * (units + parameters + self._updates)

    @property
    def _updates(self) -> int:
        """Losses that training may report: one for each update."""
        size = (self.options or {}).get("batch_size")
        return (self.epochs or 0) * (-(-len(self.inputs) // size) if size else 1)


@dataclass(frozen=True)
class Answer:
    """The answer to a `run`: exactly one of a result, why the network is unsupported, and what went wrong."""

    result: Any = None
    unsupported: str | None = None
    error: str | None = None


def read_started(line: bytes) -> Started:
    """Read the answer to `start`. Raises ProtocolError, but not for claimed values that make no sense."""
    message = read_object(line)
    version = message.get("protocol")
    if version != PROTOCOL or isinstance(version, bool):
        said = message.get("error", message.get("unsupported"))
        because = f" ({shown(said)})" if isinstance(said, str) else ""
        raise ProtocolError(f"protocol: {found(version)}, expected {PROTOCOL}{because}")
    operations = frozenset(_names(message.get("operations"), "operations")) & frozenset(OPERATIONS)
    if not operations:
        raise ProtocolError(f"operations: none of {', '.join(OPERATIONS)}")
    claims = message.get("claims", {})
    if not isinstance(claims, dict):
        raise ProtocolError(f"claims: {found(claims)}, expected an object")
    return Started(_claims(claims), operations)


def read_answer(line: bytes, run: Run, dtype: str) -> Answer:
    """Read the answer to `run`, with its result as the adapter interface has it. Raises ProtocolError.

    dtype: the claimed one, whose numbers the decimals stand for. Rows are as long as the program made them: whether
    the shapes are right is the business of the checks.
    """
    message = read_object(line)
    seq = message.get("seq")
    if seq != run.seq or isinstance(seq, bool):
        raise ProtocolError(f"seq: {found(seq)}, expected {run.seq}, the number of the request")
    kinds = [kind for kind in ("result", "unsupported", "error") if kind in message]
    if len(kinds) != 1:
        said = " and ".join(kinds) or "none"
        raise ProtocolError(f"{said} of result, unsupported and error, expected exactly one")
    (kind,) = kinds
    said = message[kind]
    if kind != "result":
        if not isinstance(said, str):
            raise ProtocolError(f"{kind}: {found(said)}, expected a string")
        return Answer(unsupported=said) if kind == "unsupported" else Answer(error=said)
    if not isinstance(said, dict):
        raise ProtocolError(f"result: {found(said)}, expected an object")
    return Answer(result=_meant(_RESULTS[run.operation](said), dtype))


# Results


def _meant(result: Any, dtype: str) -> Any:
    match result:
        case [float(), *_]:  # the losses of a long training
            return meant(np.array(result), dtype).tolist()
        case list() | tuple():
            return type(result)(_meant(part, dtype) for part in result)
        case float() | np.ndarray():
            return meant(result, dtype)
    return result


def _activations(result: dict[str, Any]) -> list[Array] | Array:
    if "activations" in result:
        layers = read_list(result["activations"], "activations")
        return [read_matrix(layer, f"activations[{k}]") for k, layer in enumerate(layers)]
    if "output" in result:
        return read_matrix(result["output"], "output")
    raise ProtocolError(f"result: {found(result)}, expected activations or output")


def _loss(result: dict[str, Any]) -> float:
    return read_number(_field(result, "loss", "result"), "loss")


def _gradients(result: dict[str, Any]) -> Parameters:
    return _parameters(result, "gradients")


def _trained(result: dict[str, Any]) -> Parameters | tuple[Parameters, list[float]]:
    parameters = _parameters(result, "layers")
    if "losses" not in result:
        return parameters
    return parameters, read_vector(result["losses"], "losses", empty=True).tolist()


_RESULTS: dict[str, Callable[[dict[str, Any]], Any]] = {
    "forward": _activations,
    "loss": _loss,
    "gradients": _gradients,
    "train": _trained,
}


def _parameters(result: dict[str, Any], name: str) -> Parameters:
    pairs: list[tuple[Any, Any]] = []
    for k, layer in enumerate(read_list(_field(result, name, "result"), name)):
        place = f"{name}[{k}]"
        if not isinstance(layer, dict):
            raise ProtocolError(f"{place}: {found(layer)}, expected an object with weights and biases")
        weights = read_matrix(_field(layer, "weights", place), f"{place}.weights")
        biases = _field(layer, "biases", place)
        pairs.append((weights, None if biases is None else read_vector(biases, f"{place}.biases")))
    return pairs


def _field(message: dict[str, Any], name: str, place: str) -> Any:
    if name not in message:
        raise ProtocolError(f"{place}: {found(message)}, expected {name}")
    return message[name]


def _option(value: Any, dtype: str) -> Any:
    """An optional part: whole numbers and truth values as they are, other numbers as the shortest decimals."""
    if isinstance(value, bool | int):
        return value
    if isinstance(value, list | tuple):
        return [_option(part, dtype) for part in value]
    return shortest(value, dtype)


# Claims


def _claims(claimed: Mapping[str, Any]) -> Claims:
    """Claims from their JSON object: unknown fields are ignored, missing ones have their defaults."""
    known = {field.name for field in fields(Claims)}
    values = {name: _CLAIM[name](value, f"claims.{name}") for name, value in claimed.items() if name in known}
    return Claims(**({"language": ""} | values))


def _text(value: Any, place: str) -> str:
    if not isinstance(value, str):
        raise ProtocolError(f"{place}: {found(value)}, expected a string")
    return printable(value)


def _names(value: Any, place: str) -> Sequence[str]:
    if not (isinstance(value, list) and all(isinstance(name, str) for name in value)):
        raise ProtocolError(f"{place}: {found(value)}, expected an array of strings")
    return [printable(name) for name in value]


def _set(value: Any, place: str) -> frozenset[str]:
    return frozenset(_names(value, place))


def _set_or_none(value: Any, place: str) -> frozenset[str] | None:
    return None if value is None else _set(value, place)


def _texts_or_none(value: Any, place: str) -> tuple[str, ...] | None:
    return None if value is None else tuple(_names(value, place))


def _limit(value: Any, place: str) -> int | None:
    if value is None:
        return None
    if not (isinstance(value, float) and value.is_integer() and value >= 0):
        raise ProtocolError(f"{place}: {found(value)}, expected a whole number or null")
    return int(value)


def _whole(value: Any, place: str) -> int:
    limit = _limit(value, place)
    if limit is None:
        raise ProtocolError(f"{place}: null, expected a whole number")
    return limit


def _number_or_none(value: Any, place: str) -> float | None:
    return None if value is None else _number(value, place)


def _sizes(value: Any, place: str) -> tuple[int, ...] | None:
    if value is None:
        return None
    if not isinstance(value, list):
        raise ProtocolError(f"{place}: {found(value)}, expected an array of whole numbers or null")
    return tuple(_whole(n, f"{place}[{i}]") for i, n in enumerate(value))


def _truth(value: Any, place: str) -> bool:
    if not isinstance(value, bool):
        raise ProtocolError(f"{place}: {found(value)}, expected true or false")
    return value


def _text_or_none(value: Any, place: str) -> str | None:
    return None if value is None else _text(value, place)


def _values(value: Any, place: str) -> dict[str, float | bool]:
    if not isinstance(value, dict):
        raise ProtocolError(f"{place}: {found(value)}, expected an object of numbers")
    values = {printable(name): x if isinstance(x, bool) else _number(x, f"{place}.{name}") for name, x in value.items()}
    return {
        name: int(x) if isinstance(x, float) and x.is_integer() and name == "batch_size" else x for name, x in values.items()
    }


def _ends(value: Any, place: str) -> tuple[float, ...] | None:
    return None if value is None else tuple(read_number(x, f"{place}[{i}]") for i, x in enumerate(read_list(value, place)))


def _number(value: Any, place: str) -> float:
    if not (isinstance(value, float) and math.isfinite(value)):
        raise ProtocolError(f"{place}: {found(value)}, expected a number")
    return value


_CLAIM: dict[str, Callable[[Any, str], Any]] = {
    **dict.fromkeys(("name", "version", "language", "dtype", "notes"), _text),
    **dict.fromkeys(("activations", "losses", "reductions", "options"), _set),
    **dict.fromkeys(("max_batch", "max_hidden_layers", "max_outputs"), _limit),
    **dict.fromkeys(("relu_at_zero", "log_epsilon", "probability_clip", "clip_epsilon"), _number),
    "output_activations": _set_or_none,
    "same_activation": _text_or_none,
    "layer_activations": _texts_or_none,
    **dict.fromkeys(
        ("hidden_biases", "biases", "one_hot", "every_class", "l2_over_batch", "rate_in_velocity", "seeds"), _truth
    ),
    "min_hidden_layers": _whole,
    "sizes": _sizes,
    "initial_weights": _ends,
    "learning_rate": _number_or_none,
    "always": _values,
}
