"""The messages: what the schemas say, what the reader accepts, and what the text shows are one thing."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from jsonschema import Draft202012Validator

from mlp_conformance.claims import Claims
from mlp_conformance.json_lines import (
    ProtocolError,
    read_matrix,
    read_object,
    read_vector,
    shortest,
    write_line,
)
from mlp_conformance.protocol import START, STOP, Run, read_answer, read_started
from mlp_reference.formats import FORMATS
from mlp_reference.network import Layer, Network

ROOT = Path(__file__).parents[2]
SCHEMA = json.loads((ROOT / "spec/schemas/protocol.schema.json").read_text())
NETWORK = Network((Layer(np.array([[0.1, np.nan]]), np.array([0.0, -np.inf]), "relu"),))
BATCH = np.array([[1.0], [-0.0]]), np.array([[1.0, 2.0], [3.0, np.inf]])


def is_valid(message: Any, definition: str) -> bool:
    schema = {"$defs": SCHEMA["$defs"], "$ref": f"#/$defs/{definition}"}
    return Draft202012Validator(schema).is_valid(message)


def run(operation: str) -> Run:
    inputs, targets = BATCH
    match operation:
        case "forward":
            return Run(1, operation, NETWORK, inputs)
        case "train":
            return Run(1, operation, NETWORK, inputs, targets, 0.5, 3)
    return Run(1, operation, NETWORK, inputs, targets)


def test_the_schema_is_a_schema() -> None:
    Draft202012Validator.check_schema(SCHEMA)


@pytest.mark.parametrize("operation", ["forward", "loss", "gradients", "train"])
@pytest.mark.parametrize("dtype", ["float64", "float32", "float16", "bfloat16"])
def test_requests_follow_the_schema_on_one_ascii_line(operation: str, dtype: str) -> None:
    line = run(operation).line(dtype)
    assert line.isascii()
    assert b"\n" not in line
    message = json.loads(line, parse_constant=pytest.fail)
    assert is_valid(message, "run")
    assert message["network"]["layers"][0] == {
        "weights": [[0.1, "NaN"]],
        "biases": [0, "-Infinity"],
        "activation": "relu",
    }
    assert ("targets" in message) == (operation != "forward")
    assert ("epochs" in message) == ("learning_rate" in message) == (operation == "train")
    assert is_valid(json.loads(START), "start")
    assert is_valid(json.loads(STOP), "stop")
    assert all(Draft202012Validator(SCHEMA).is_valid(json.loads(each)) for each in (START, line, STOP))


def test_numbers_are_the_shortest_decimals_of_the_claimed_dtype() -> None:
    random = np.random.default_rng(1)
    for dtype in (np.float64, np.float32, np.float16):
        numbers = np.frombuffer(random.bytes(2000 * np.dtype(dtype).itemsize), dtype).reshape(40, 50)
        line = write_line({"numbers": shortest(numbers, np.dtype(dtype).name)})
        read = read_matrix(read_object(line)["numbers"], "numbers").astype(dtype)
        np.testing.assert_array_equal(read, numbers)
    assert json.dumps(shortest(np.float32(0.1), "float32")) == "0.1"
    assert json.dumps(shortest(np.float16(0.1), "float16")) == "0.1"
    assert json.dumps(shortest(np.float32(1) / 3, "float32")) == "0.33333334"
    assert json.dumps(shortest(1 / 3, "float64")) == "0.3333333333333333"
    assert write_line({"x": shortest([-0.0, np.inf], "float32")}) == b'{"x": [-0.0, "Infinity"]}'


MATRIX, PAIR = [[1, 2.5]], {"weights": [[1e-3]], "biases": ["NaN"]}

ANSWERS: list[tuple[str, Any, bool]] = [
    ("forward", {"activations": [MATRIX, [[1], [2]]]}, True),
    ("forward", {"output": MATRIX, "time": 3}, True),
    ("forward", {"activations": MATRIX}, False),
    ("forward", {"activations": []}, False),
    ("forward", {"activations": [[]]}, False),
    ("forward", {"activations": [[[]]]}, False),
    ("forward", {"activations": None, "output": MATRIX}, False),
    ("forward", {"output": [1, 2]}, False),
    ("forward", {"output": [["1"]]}, False),
    ("forward", {"output": [[None]]}, False),
    ("forward", {"output": {}}, False),
    ("forward", {}, False),
    ("loss", {"loss": "-Infinity"}, True),
    ("loss", {"loss": 3}, True),
    ("loss", {"loss": False}, False),
    ("loss", {"loss": "nan"}, False),
    ("loss", {"loss": [1]}, False),
    ("loss", [], False),
    ("loss", None, False),
    ("gradients", {"gradients": [PAIR, {**PAIR, "more": 1}]}, True),
    ("gradients", {"gradients": PAIR}, False),
    ("gradients", {"gradients": [[MATRIX, [1]]]}, False),
    ("gradients", {"gradients": [{"weights": MATRIX}]}, False),
    ("gradients", {"gradients": [{"weights": MATRIX, "biases": 1}]}, False),
    ("gradients", {"gradients": [{"weights": [1], "biases": [1]}]}, False),
    ("train", {"layers": [PAIR]}, True),
    ("train", {"layers": [PAIR], "losses": [1, "NaN"]}, True),
    ("train", {"layers": [PAIR], "losses": []}, True),
    ("train", {"layers": [PAIR], "losses": 1}, False),
    ("train", {"layers": [PAIR], "losses": ["x"]}, False),
    ("train", {"losses": [1]}, False),
]


@pytest.mark.parametrize(("operation", "result", "valid"), ANSWERS)
def test_the_reader_accepts_what_the_schema_accepts(operation: str, result: Any, valid: bool) -> None:
    assert is_valid(result, f"{operation}_result") == valid
    message = {"seq": 1, "result": result}
    if valid:
        assert is_valid(message, "answer")
        read_answer(json.dumps(message).encode(), run(operation), "float64")
    else:
        with pytest.raises(ProtocolError):
            read_answer(json.dumps(message).encode(), run(operation), "float64")


@pytest.mark.parametrize(
    ("message", "valid"),
    [
        ({"seq": 1, "unsupported": "why"}, True),
        ({"seq": 1.0, "error": "what", "more": []}, True),
        ({"seq": 1, "unsupported": None}, False),
        ({"seq": 1, "error": "what", "unsupported": "why"}, False),
        ({"seq": 1}, False),
        ({"seq": "1", "error": "what"}, False),
        ({"error": "what"}, False),
        ([], False),
    ],
)
def test_answers_without_a_result(message: Any, valid: bool) -> None:
    assert is_valid(message, "answer") == valid
    if valid:
        read_answer(json.dumps(message).encode(), run("loss"), "float64")
    else:
        with pytest.raises(ProtocolError):
            read_answer(json.dumps(message).encode(), run("loss"), "float64")


def test_arrays_become_float64_and_ragged_ones_are_refused() -> None:
    answer = read_answer(b'{"seq": 1, "result": {"output": [[1, "NaN"], [1e400, -0.0]]}}\r', run("forward"), "float64")
    assert answer.result.dtype == np.float64
    np.testing.assert_array_equal(answer.result, [[1, np.nan], [np.inf, -0.0]])
    assert np.signbit(answer.result[1, 1])
    with pytest.raises(ProtocolError, match=r"^output: ragged, row 0 has 1 numbers, row 1 has 2$"):
        read_answer(b'{"seq": 1, "result": {"output": [[1], [1, 2]]}}', run("forward"), "float64")
    assert read_vector([], "losses", empty=True).shape == (0,)
    assert read_object(b'{"x": 1' + b"0" * 5000 + b"}") == {"x": np.inf}


def started(**claims: Any) -> bytes:
    return json.dumps({"protocol": 1, "claims": claims, "operations": ["forward", "fly"]}).encode()


def test_claims_are_read_with_defaults_and_unknown_fields_ignored() -> None:
    assert read_started(started()).claims == Claims(language="")
    assert read_started(b'{"protocol": 1, "operations": ["loss"]}').claims == Claims(language="")
    found = read_started(started(dtype="float32", activations=["tanh"], max_batch=3, wings=2, relu_at_zero=0.5))
    assert found.operations == {"forward"}
    assert found.claims == Claims(language="", dtype="float32", activations=frozenset({"tanh"}), max_batch=3, relu_at_zero=0.5)


@pytest.mark.parametrize(("dtype", "digits"), [("float32", 9), ("float16", 5), ("bfloat16", 4), ("float64", 17)])
def test_decimals_with_enough_digits_stand_for_the_very_numbers(dtype: str, digits: int) -> None:
    random = np.random.default_rng(3)
    numbers = FORMATS[dtype].nearest(random.normal(size=2000) * 2.0 ** random.integers(-9, 9, size=2000))
    for decimals in (shortest(numbers, dtype), numbers.tolist(), [float(f"{number:.{digits}g}") for number in numbers]):
        layers = [{"weights": [[decimals[0]]], "biases": [decimals[1]]}]
        line = json.dumps({"seq": 1, "result": {"layers": layers, "losses": decimals}}).encode()
        ((weights, biases),), losses = read_answer(line, run("train"), dtype).result
        assert [weights.item(), biases.item(), *losses[2:]] == numbers.tolist()


def test_what_is_larger_than_any_number_of_the_claimed_format_stays_as_it_was_written() -> None:
    line = b'{"seq": 1, "result": {"output": [[1e300, "Infinity", "NaN", -0.0]]}}'
    found = read_answer(line, run("forward"), "float32").result
    np.testing.assert_array_equal(found, [[1e300, np.inf, np.nan, -0.0]])


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("name", 3, "claims.name: 3, expected a string"),
        ("activations", "tanh", "claims.activations: 'tanh', expected an array of strings"),
        ("losses", [1], "claims.losses: an array of 1, expected an array of strings"),
        ("output_activations", {}, "claims.output_activations: an object with no field, expected an array"),
        ("layer_activations", "relu", "claims.layer_activations: 'relu', expected an array of strings"),
        ("max_batch", 2.5, "claims.max_batch: 2.5, expected a whole number or null"),
        ("max_outputs", True, "claims.max_outputs: true, expected a whole number or null"),
        ("hidden_biases", 0, "claims.hidden_biases: 0, expected true or false"),
        ("log_epsilon", "NaN", "claims.log_epsilon: 'NaN', expected a number"),
    ],
)
def test_a_claim_of_the_wrong_type_is_named_with_what_is_allowed(field: str, value: Any, message: str) -> None:
    assert not is_valid(json.loads(started(**{field: value})), "started")
    with pytest.raises(ProtocolError) as caught:
        read_started(started(**{field: value}))
    assert str(caught.value).startswith(message)


def test_the_claims_of_the_schema_are_those_of_the_adapter_interface() -> None:
    properties = SCHEMA["$defs"]["claims"]["properties"]
    assert set(properties) == set(Claims.__dataclass_fields__)
    defaults = {name: value["default"] for name, value in properties.items() if "default" in value}
    assert read_started(started(**defaults)) == read_started(started())


def test_the_session_in_the_text_is_what_the_harness_says() -> None:
    text = (ROOT / "spec/protocol.md").read_text().split("## A whole session")[1]
    lines = [line for line in text.splitlines() if line[:1] in ("→", "←")]
    asked = [line[2:] for line in lines if line[0] == "→"]
    said = [json.loads(line[2:]) for line in lines if line[0] == "←"]
    assert [json.loads(line)["cmd"] for line in asked] == ["start", *["run"] * 6, "stop"]
    assert all(is_valid(json.loads(line), json.loads(line)["cmd"]) for line in asked)
    assert all(is_valid(answer, "answer" if k else "started") for k, answer in enumerate(said))
    harness = ROOT / "conformance/implementations/python/harness.py"
    done = subprocess.run([sys.executable, str(harness)], input="\n".join(asked), capture_output=True, text=True, check=True)
    again = [json.loads(line) for line in done.stdout.splitlines()]
    assert flat(again) == pytest.approx(flat(said), rel=1e-14)


def flat(value: Any) -> dict[str, Any]:
    """Every leaf of a message by its path, numbers apart from the rest."""
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else None
    if items is None:
        return {"": value} if isinstance(value, int | float) else {repr(value): 0}
    return {f"/{name}{path}": leaf for name, item in items for path, leaf in flat(item).items()}
