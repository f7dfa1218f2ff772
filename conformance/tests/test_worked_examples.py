"""Worked examples: every number that is written out is the derived one, to the last digit asked for."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner

from mlp_conformance.cli import commands
from mlp_conformance.report.example import WorkedExample
from mlp_conformance.worked.digits import common_start, written
from mlp_conformance.worked.sections import MOST_LINES, Worked
from mlp_conformance.worked.steps import worked
from mlp_reference.decimals import significant
from mlp_reference.examples import examples
from mlp_reference.fixtures import load_fixture
from mlp_reference.formats import FLOAT64
from mlp_reference.network import Case, Conventions
from mlp_reference.oracle import Oracle

DIGITS = 25


def _keyed(name: str, array: dict[str, Any]) -> Iterator[tuple[str, Fraction]]:
    shape = tuple(array["shape"])
    for place, number in zip(np.ndindex(shape), array["numbers"], strict=True):
        key = f"{name}[{', '.join(map(str, place))}]" if place else name
        yield key, Fraction(number.get("exact", number["digits"]))


def _derived(id: str) -> Iterator[tuple[str, Fraction]]:
    """Every number of the fixture that a worked example has as well."""
    results = load_fixture(id).document["results"]
    for index, array in enumerate(results["activations"], 1):
        yield from _keyed(f"a{index}", array)
    yield from _keyed("E", results["loss"])
    for index, layer in enumerate(results["gradients"], 1):
        yield from _keyed(f"dE/dW{index}", layer["weights"])
        yield from _keyed(f"dE/db{index}", layer["biases"])
    for trained in results["training"]:
        if trained["epochs"] == 1:
            for index, layer in enumerate(trained["parameters"], 1):
                yield from _keyed(f"W{index}", layer["weights"])
                yield from _keyed(f"b{index}", layer["biases"])


@pytest.mark.parametrize("id", examples())
def test_every_number_is_that_of_the_symbolic_derivation(id: str) -> None:
    found = worked(examples()[id].case(1), DIGITS)
    values = {line.key: written(line.value, DIGITS)[0] for section in found.sections for line in section.lines}
    for key, exact in _derived(id):
        assert Fraction(values[key]) == Fraction(significant(exact, DIGITS)), key


def test_a_later_epoch_starts_from_exact_parameters() -> None:
    example = examples()["document-example-3"]
    third = worked(example.case(3), DIGITS, epoch=3)
    trained = next(t for t in load_fixture(example.id).document["results"]["training"] if t["epochs"] == 3)
    for key, exact in _keyed("W1", trained["parameters"][0]["weights"]):
        line = third.line(key)
        assert line is not None
        assert written(line.value, DIGITS)[0] == significant(exact, DIGITS)


@pytest.mark.parametrize("conventions", [Conventions(log_epsilon=1e-7), Conventions(probability_clip=0.25)])
@pytest.mark.parametrize("id", ["softmax-cross-entropy", "binary-cross-entropy"])
def test_guarded_logarithms_are_written_out_as_they_are_claimed(id: str, conventions: Conventions) -> None:
    case = examples()[id].case(1)
    case = replace(case, network=replace(case.network, conventions=conventions))
    found, oracle = worked(case, DIGITS), Oracle(case, FLOAT64)
    assert float(_value(found, "E")) == pytest.approx(float(oracle.loss.high), rel=1e-15)
    for index, (weights, _) in enumerate(oracle.gradients, 1):
        for (i, j), right in np.ndenumerate(weights.high):
            assert float(_value(found, f"dE/dW{index}[{i}, {j}]")) == pytest.approx(float(right), rel=1e-14, abs=1e-300)


def _value(found: Worked, key: str) -> str:
    line = found.line(key)
    assert line is not None, key
    return written(line.value, DIGITS)[0]


def _written(id: str = "document-example-3", digits: int = 20) -> WorkedExample:
    example = examples()[id]
    return WorkedExample(example.title, example.description, worked(example.case(1), digits), digits)


def test_the_documents_example_stands_in_every_form() -> None:
    example = _written()
    for text in (example.text(), example.markdown(), example.latex(), example.html()):
        for number in ("0.54626601049278734569", "0.10293726661706568154", "0.0082477002575614983946"):
            assert number in text
    assert "3 · (−0.2) + 0.1 = −0.5" in example.text()


@pytest.mark.parametrize("id", ["softmax-squared-error", "binary-soft-targets", "relu-at-kink", "saturated-tanh"])
def test_latex_has_balanced_braces_and_no_letter_of_its_own(id: str) -> None:
    text = _written(id, 6).latex()
    bare = re.sub(r"\\[{}\\]", "", text)
    assert bare.count("{") == bare.count("}")
    assert text.isascii(), sorted({letter for letter in text if not letter.isascii()})


def test_digits_in_common_are_those_before_the_first_difference() -> None:
    assert common_start("-0.0123", "-0.0124") == 6
    assert common_start("1.5e-7", "1.5e-8") == 0
    assert common_start("12.5", "1.25") == 0
    assert common_start("0.5", "-0.5") == 0


def _run(*arguments: str) -> Any:
    return CliRunner().invoke(commands, ["explain", *arguments])


def test_the_command_writes_text_or_files(tmp_path: Path) -> None:
    assert "a1[2] = 1 / (1 + e^(−(−0.5))) ≈ 0.3775" in _run("--example", "document-example-3", "--digits", "4").output
    page = tmp_path / "page.html"
    for _ in range(2):  # what is ours is written again
        assert _run("--example", "document-example-3", "--html", str(page)).exit_code == 0
    assert "<math" in page.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ((), "name an ID or give --example"),
        (("BACK-3", "--example", "document-example-3"), "one of the two"),
        (("BACK-3", "--html", "x.html"), "--html goes with --example"),
        (("--example", "no-such.json"), "no such file"),
        (("--example", "document-example-3", "--html", "no/such/folder.html"), "there is no directory"),
    ],
)
def test_wrong_usage_is_told_in_one_line(arguments: tuple[str, ...], says: str) -> None:
    found = _run(*arguments)
    assert found.exit_code == 2
    assert says in found.output
    assert len(found.output.strip().splitlines()) == 1


def test_what_nobody_reads_is_refused() -> None:
    example = examples()["document-example-3"].case(1)
    large = Case(example.network, np.tile(example.inputs, (MOST_LINES, 1)), np.tile(example.targets, (MOST_LINES, 1)))
    with pytest.raises(ValueError, match="the most that one reads"):
        worked(large, 5)
