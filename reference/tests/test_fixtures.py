"""Two derivations meet: fixtures by SymPy, the reference on balls, and numbers computed outside the project agree."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path
from typing import Any

import jsonschema
import numpy as np
import pytest
import sympy

from mlp_reference import golden
from mlp_reference.bounded import BoundedArray
from mlp_reference.data import spec_folder
from mlp_reference.decimals import rounded_up, significant
from mlp_reference.examples import ExampleError, examples, load_example, parse_example
from mlp_reference.fixtures import FixtureError, load_fixture
from mlp_reference.formats import FLOAT32, FLOAT64, FORMATS
from mlp_reference.mlp import Algorithm
from mlp_reference.oracle import Expected, Oracle
from mlp_reference.symbolic import derive

DATA = Path(__file__).parent / "data"


def _agree(symbolic: Expected, balls: Expected) -> None:
    distance = np.abs((symbolic.high - balls.high) + (symbolic.low - balls.low))
    allowed = symbolic.radius + balls.radius + 2.0**-100 * np.abs(balls.high) + 5e-324
    finite = np.isfinite(symbolic.high)
    assert np.all(distance[finite] <= allowed[finite])


@pytest.mark.parametrize("id", examples())
def test_sympy_and_the_reference_on_balls_agree(id: str) -> None:
    fixture = load_fixture(id)
    for epochs in fixture.example.epochs:
        oracle = Oracle(fixture.example.case(epochs), FLOAT64)
        for pair, other in zip(fixture.parameters(epochs, "float64"), oracle.trained.parameters, strict=True):
            for one, two in zip(pair, other, strict=True):
                _agree(one, two)
    for a, b in zip(fixture.activations("float64"), oracle.activations, strict=True):
        _agree(a, b)
    _agree(fixture.loss("float64"), oracle.loss)
    for pair, other in zip(fixture.gradients("float64"), oracle.gradients, strict=True):
        for one, two in zip(pair, other, strict=True):
            _agree(one, two)


@pytest.mark.parametrize(("name", "id"), [("example1", "document-example-1"), ("example3", "document-example-3")])
def test_worked_examples_agree_with_numbers_computed_elsewhere(name: str, id: str) -> None:
    numbers = json.loads((DATA / "worked-examples.json").read_text())[name]
    results = load_fixture(id).document["results"]

    def same(array: dict[str, Any], values: Any) -> None:
        flat = np.array(values, dtype=object).ravel()
        for number, value in zip(array["numbers"], flat, strict=True):
            assert abs(Fraction(number["digits"]) - Fraction(value)) < Fraction(1, 10**38)

    for array, values in zip(results["activations"], numbers["a"], strict=True):
        same(array, values)
    same(results["loss"], [numbers["E"]])
    for layer, weights, biases in zip(results["gradients"], numbers["gW"], numbers["gb"], strict=True):
        same(layer["weights"], weights)
        same(layer["biases"], biases)
    for layer, weights, biases in zip(results["training"][0]["parameters"], numbers["W1"], numbers["B1"], strict=True):
        same(layer["weights"], weights)
        same(layer["biases"], biases)


def test_the_xor_fixture_gives_the_first_line_of_the_documents_log() -> None:
    printed = json.loads((DATA / "training-log.json").read_text())["printed_losses"]["0"]
    number = load_fixture("document-xor-step").document["results"]["mean_squared_error"]["numbers"][0]
    assert number["float64"] == printed


@pytest.mark.parametrize("id", ["document-example-1", "document-example-3", "one-unit-chain"])
def test_plain_differentiation_of_the_closed_form_agrees(id: str) -> None:
    derivation = derive(examples()[id])
    definitions = derivation.program.definitions
    closed: dict[sympy.Symbol, sympy.Expr] = {}
    for name, expression in definitions.items():
        closed[sympy.Symbol(name)] = expression.xreplace(closed)
    error = closed[sympy.Symbol(derivation.loss)]
    for weights, biases in derivation.gradients:
        for name in [n for row in weights for n in row] + biases:
            plain = sympy.diff(error, sympy.Symbol(name.removeprefix("dE_d")))
            assert sympy.simplify(plain - closed[sympy.Symbol(name)]) == 0


@pytest.mark.parametrize("id", list(examples())[:6])
def test_a_fixture_derived_again_is_the_same_byte_for_byte(id: str) -> None:
    from mlp_reference.data import fixtures_folder

    assert golden.fixture_text(examples()[id]) == (fixtures_folder() / f"{id}.json").read_text(encoding="utf-8")


def test_a_fixture_edited_by_hand_is_noticed(tmp_path: Path) -> None:
    from mlp_reference.data import fixtures_folder

    text = (fixtures_folder() / "document-example-3.json").read_text(encoding="utf-8")
    (tmp_path / "document-example-3.json").write_text(text.replace("0.5744425168116589", "0.5744425168116588", 1))
    with pytest.raises(FixtureError, match="changed by hand"):
        load_fixture("document-example-3", tmp_path)


@pytest.mark.parametrize("id", examples())
def test_roundings_are_the_nearest_and_bounds_are_rounded_up(id: str) -> None:
    results = load_fixture(id).document["results"]
    for array in results["activations"]:
        for number in array["numbers"]:
            exact = Fraction(number.get("exact", number["digits"]))
            for name, format in FORMATS.items():
                if "exact" in number:
                    assert number[name] == format.round(exact)
                elif number[name]:
                    assert abs(Fraction(number[name]) - exact) <= Fraction(format.ulp(number[name])) * Fraction(51, 100)


@pytest.mark.parametrize("id", examples())
def test_weights_differ_and_no_pre_activation_is_near_a_kink(id: str) -> None:
    """But for exact zeros, which are there on purpose; the document's own examples have equal weights."""
    example = examples()[id]
    oracle_case = example.case(1)
    for format in (FLOAT64, FLOAT32):
        bounded = oracle_case.map(lambda values, format=format: BoundedArray.given(values, format))
        for step, layer in zip(
            Algorithm().forward_pass(bounded.network, bounded.inputs),
            example.network.layers,
            strict=True,
        ):
            if layer.activation == "relu":
                z = step.z
                near = (np.abs(z.value) <= 2 * z.bound) & ~((z.value == 0) & (z.bound == 0))
                assert not np.any(near), format.name
    if not id.startswith(("document-", "saturated-")):
        weights = [w for layer in example.network.layers for w in layer.weights.ravel()]
        assert id == "relu-at-kink" or len(set(weights)) == len(weights)


def test_examples_fit_the_schema_and_name_known_shapes() -> None:
    schema = json.loads((spec_folder() / "schemas" / "example.schema.json").read_text())
    jsonschema.Draft202012Validator.check_schema(schema)
    assert len(examples()) > 25


BASE: dict[str, Any] = {
    "network": {"layers": [{"weights": [[0.5]], "biases": [0], "activation": "sigmoid"}], "loss": "half_squared_error"},
    "inputs": [[1]],
    "targets": [[1]],
}


def _changed(**changes: Any) -> str:
    document = json.loads(json.dumps(BASE))
    for path, value in changes.items():
        *parents, last = path.split("__")
        place = document
        for key in parents:
            place = place[int(key)] if key.isdigit() else place[key]
        place[last] = value
    return json.dumps(document)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("{", "line 1, column 2: not JSON"),
        ("[]", "object"),
        (_changed(inputs=[[1, 2]]), "a row for each is expected"),
        (_changed(inputs=[[1], [1, 2]]), "rows are of equal length"),
        (_changed(targets=[[1], [2]]), "one for each sample"),
        (_changed(inputs=[["0.5"]]), "without the quotes"),
        (_changed(inputs=[["a"]]), r"inputs\[0\]\[0\]"),
        (_changed().replace("[[1]]", "[[NaN]]", 1), "NaN stands where a number was expected"),
        (_changed().replace("[[1]]", "[[1e400]]", 1), "beyond float64's range"),
        (_changed().replace("[[1]]", "[[1e999999]]", 1), "out of every format's range"),
        (_changed(network__layers__0__activation="sigmod"), "did you mean 'sigmoid'"),
        (_changed(network__loss="cross_entropy"), "needs softmax"),
        (_changed(network__loss="mse"), "unknown name 'mse'"),
        (_changed(netwrok={}), "unknown property"),
        (_changed(epochs=[0]), "epochs"),
        (_changed(network__layers__0__biases=[0, 1]), "one for each is expected"),
    ],
)
def test_bad_examples_get_one_clear_message(text: str, says: str) -> None:
    with pytest.raises(ExampleError, match=says) as caught:
        parse_example(text, "mine.json")
    assert "\n" not in str(caught.value)
    assert str(caught.value).startswith("mine.json")


def test_a_missing_example_is_named(tmp_path: Path) -> None:
    with pytest.raises(ExampleError, match="no such file"):
        load_example(tmp_path / "nothing.json")


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (Fraction(1, 8), "0.125"),
        (Fraction(-3), "-3"),
        (Fraction(2, 3), "0.6667"),
        (Fraction(99999, 1), "1e5"),
        (Fraction(1, 10**9), "1e-9"),
    ],
)
def test_significant_digits(value: Fraction, text: str) -> None:
    assert significant(value, 4) == text


def test_rounding_up_never_goes_down() -> None:
    for value in (1e-16, 2.2250738585072014e-308, 0.12345, 9.999e-5, 1.0):
        assert value <= rounded_up(value) <= value * 1.011
