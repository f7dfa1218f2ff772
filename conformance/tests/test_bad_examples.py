"""Bad example files and fixtures, as a user would type them: one message with file, place and what was expected; exit 2."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from test_bad_input import refused, typed, written

from mlp_reference.data import fixtures_folder
from mlp_reference.examples import examples
from mlp_reference.fixtures import load_fixture


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


EXAMPLE: dict[str, Any] = {
    "network": {
        "layers": [
            {"weights": [[0.5, -1], [1, 2]], "biases": [0, 0.5], "activation": "sigmoid"},
            {"weights": [[0.5], ["1/3"]], "biases": [1], "activation": "linear"},
        ],
        "loss": "half_squared_error",
    },
    "inputs": [[1, 2], [0, 0.25]],
    "targets": [[1], [0]],
}


def example(at: str = "", value: Any = None, name: str = "mine.json") -> str:
    """An example file with another value at a place such as network.layers.0.biases."""
    document = json.loads(json.dumps(EXAMPLE))
    *path, last = at.split(".") if at else [""]
    part = document
    for key in path:
        part = part[int(key) if key.isdigit() else key]
    if at:
        part[int(last) if last.isdigit() else last] = value
    return written(json.dumps(document), name)


MISTAKES = [
    ("network.layers.0.weights.1", [1], "network.layers[0].weights[1]: has 1 numbers"),
    ("network.layers.0.biases", [1], "network.layers[0].biases: has 1 numbers, the weights 2 columns"),
    ("network.layers.1.weights", [[1]], "network.layers[1].weights: has 1 rows, but the layer before has 2 units"),
    ("inputs.1", [1, 2, 3], "inputs[1]: has 3 numbers"),
    ("targets", [[1]], "targets: has 1 rows, inputs 2"),
    ("targets", [[1, 0], [0, 1]], "targets: has 2 columns, the network 1 outputs"),
    ("inputs.0.1", float("nan"), "inputs[0][1]: NaN stands where a number was expected"),
    ("inputs.0.1", -float("inf"), "inputs[0][1]: -Infinity stands where"),
    ("inputs.0.1", "0.5", "inputs[0][1]: the string '0.5' stands where a number was expected: write it without the quotes"),
    ("inputs.0.1", "half", 'inputs[0][1]: "half" stands where a number was expected'),
    ("inputs.0.1", "1/0", 'inputs[0][1]: "1/0" stands where'),
    ("inputs.0.1", None, "inputs[0][1]: null stands where"),
    ("inputs.0.1", True, "inputs[0][1]: true stands where"),
    ("inputs.0.1", 10**400, "inputs[0][1]: the number 10000000000000000000... of 401 characters is beyond float64's range"),
    ("inputs.0.1", f"{10**400}/3", "inputs[0][1]: the fraction 10000000000000000000... of 403 characters is beyond float64's"),
    (
        "inputs.0.1",
        "1/1" + "0" * 5000,
        "inputs[0][1]: the fraction 1/100000000000000000... of 5003 characters has too many digits",
    ),
    ("inputs", [], "inputs: the list is empty"),
    ("inputs", [1, 2], "inputs[0]: 1 stands where a list was expected"),
    (
        "network.layers.0.activation",
        "sigmiod",
        "network.layers[0].activation: unknown name 'sigmiod' (did you mean 'sigmoid'?)",
    ),
    ("network.layers.0.activation", "softmax", "network.layers[0].activation: softmax is for the output layer only"),
    ("network.loss", "cross_entropy", "network.loss: cross_entropy needs softmax in the output layer, which has linear"),
    ("network.loss", "mse", "network.loss: unknown name 'mse'"),
    ("netwrok", {}, "unknown property 'netwrok'"),
    ("network.layers.0.bias", [0, 0], "network.layers[0]: unknown property 'bias'"),
    ("epochs", [0], "epochs[0]: 0 is less than the least that is allowed, 1"),
    ("epochs", [10**9], "epochs[0]: 1000000000 is more than the most that is allowed, 1000"),
    ("learning_rate", -1, "learning_rate: -1 is less"),
    ("id", "../mine", 'id: "../mine": small letters'),
]


@pytest.mark.parametrize(("place", "value", "expected"), MISTAKES, ids=[f"{at}={str(v)[:12]}" for at, v, _ in MISTAKES])
def test_a_mistake_in_an_example_file(place: str, value: Any, expected: str) -> None:
    example(place, value)
    for command in (["golden", "derive", "mine.json"], ["run", "reference", "--case", "mine.json"]):
        assert f"mine.json: {expected}" in refused(*command)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", "the file is empty"),
        ("{'network': 1}", "line 1, column 2: not JSON: .*double quotes"),
        ('{"inputs": [[1, 2],\n]}', "line 2, column 1: not JSON: .*comma"),
        ('{"inputs": [[1,,2]]}', "line 1, column 16: not JSON"),
        ("// mine\n{}", "line 1, column 1: not JSON: .*comments"),
        ("[1, 2]", r"an object, \{\.\.\.\}, was expected"),
        ("[" * 100_000, "nested too deeply"),
        ('{"inputs": [[1]], "inputs": [[2]]}', "'inputs' stands twice"),
    ],
)
def test_a_file_that_is_no_example(text: str, expected: str) -> None:
    written(text, "mine.json")
    assert re.search(f"mine.json.*{expected}", refused("golden", "derive", "mine.json"))


def test_a_file_that_cannot_be_read() -> None:
    example()
    assert "mien.json: no such file. Did you mean mine.json?" in refused("golden", "derive", "mien.json")
    assert "is a directory" in refused("golden", "derive", ".")
    Path("binary.json").write_bytes(b"\xff\xfe")
    assert "not UTF-8" in refused("golden", "derive", "binary.json")
    written("\ufeff" + json.dumps(EXAMPLE), "with-mark.json")
    assert typed("golden", "derive", "with-mark.json").exit_code == 0


def test_numbers_at_the_ends_of_the_range_are_refused_or_derived() -> None:
    for value in (1e308, -1e308, 5e-324, f"1/{10**320}"):
        for place in ("inputs.0.1", "network.layers.0.weights.0.1", "network.layers.1.biases.0"):
            example(place, value)
            assert typed("golden", "derive", "mine.json").exit_code in (0, 2)
            assert typed("run", "reference", "--case", "mine.json", "-q").exit_code in (0, 1, 2)


# ---- what a derivation costs and writes


def test_a_derivation_writes_over_nothing_and_knows_it_before_the_work(monkeypatch: pytest.MonkeyPatch) -> None:
    example()
    assert typed("golden", "derive", "mine.json", "--output", "out.json").exit_code == 0
    first = Path("out.json").read_text(encoding="utf-8")
    assert json.loads(first)["results"]["loss"]["numbers"]
    assert typed("golden", "derive", "mine.json", "--output", "out.json", "--force").exit_code == 0
    assert Path("out.json").read_text(encoding="utf-8") == first

    def never(*_: Any) -> str:
        raise AssertionError("the work was begun")

    monkeypatch.setattr("mlp_reference.golden.fixture_text", never)
    assert "out.json exists already" in refused("golden", "derive", "mine.json", "--output", "out.json")
    assert "exists already" in refused("golden", "derive", "mine.json", "--output", "mine.json")
    assert "there is no directory no/such" in refused("golden", "derive", "mine.json", "--output", "no/such/f.json")
    assert "is a directory" in refused("golden", "derive", "mine.json", "--output", ".", "--force")
    assert "cannot write" in refused("golden", "generate", "--output", "/proc/fixtures")
    assert "is a file" in refused("golden", "generate", "--output", "mine.json")


def test_many_weights_are_announced_before_the_work(monkeypatch: pytest.MonkeyPatch) -> None:
    wide = [[round(0.001 * (i % 997), 3) for i in range(300)]] * 300
    document = json.loads(json.dumps(EXAMPLE))
    document["network"]["layers"] = [
        {"weights": wide, "biases": [0] * 300, "activation": "sigmoid"},
        {"weights": [[1]] * 300, "biases": [0], "activation": "linear"},
    ]
    document["inputs"] = [[1] * 300] * 2
    written(json.dumps(document), "wide.json")

    def begun(*_: Any) -> str:
        raise KeyboardInterrupt

    monkeypatch.setattr("mlp_reference.golden.fixture_text", begun)
    result = typed("golden", "derive", "wide.json")
    assert result.exit_code == 130
    said = " ".join(result.output.split())
    assert re.search(r"wide\.json: 90,601 weights and biases, 2 samples, 1 epoch: about \d+ min and \d", said)
    assert said.endswith("interrupted: wide.json is not derived, nothing is written")


def test_a_small_network_is_derived_without_a_word_on_standard_error() -> None:
    example()
    assert typed("golden", "derive", "mine.json").stderr == ""


def test_a_fixture_that_was_edited_by_hand_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    some = {id: examples()[id] for id in ("document-example-1", "document-example-3")}
    monkeypatch.setattr("mlp_reference.golden_files.examples", lambda checked=False: some)
    monkeypatch.setattr("mlp_reference.golden_files.optional_examples", lambda checked=False: {})
    monkeypatch.setattr("mlp_reference.training.runs", lambda checked=False: {})
    monkeypatch.setattr("mlp_reference.golden_files.fixtures_folder", Path)
    assert typed("golden", "generate", "--output", ".").exit_code == 0
    assert typed("golden", "verify").exit_code == 0
    path = Path("document-example-3.json")
    text = path.read_text(encoding="utf-8")
    document = json.loads(text)
    document["results"]["loss"]["numbers"][0]["digits"] = "0.5"
    path.write_text(json.dumps(document), encoding="utf-8")
    result = typed("golden", "verify")
    assert result.exit_code == 1
    assert "document-example-3.json: the digest: stored one that does not fit: the file was changed by hand" in result.output
    assert 'results.loss.numbers[0].digits: stored "0.5"' in result.output
    assert "document-example-1" not in result.output
    for broken in ("{", "[]", "null", ""):
        path.write_text(broken, encoding="utf-8")
        result = typed("golden", "verify")
        assert result.exit_code == 1
        assert "document-example-3.json" in result.output
    path.write_bytes(b"\xff\xfe")
    assert "document-example-3.json: the file: stored no UTF-8 text" in typed("golden", "verify").output
    path.unlink()
    assert "document-example-3.json: the file: stored nothing" in typed("golden", "verify").output


def test_no_fixture_no_judgement(monkeypatch: pytest.MonkeyPatch) -> None:
    """A damaged installation is not held against the implementation."""
    text = (fixtures_folder() / "document-example-3.json").read_text(encoding="utf-8")
    Path("document-example-3.json").write_text(text.replace("0.1", "0.2", 1), encoding="utf-8")
    monkeypatch.setattr("mlp_reference.fixtures.fixtures_folder", Path)
    load_fixture.cache_clear()
    try:
        said = refused("run", "reference", "--select", "golden/document-example-3/forward")
    finally:
        load_fixture.cache_clear()
    assert "document-example-3.json: " in said
    assert "golden generate" in said
