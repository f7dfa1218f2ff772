"""The conformance statement: true to its schema, the same when it is run again, and never of what does not conform."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from click.testing import CliRunner

from mlp_conformance.checks import Settings
from mlp_conformance.cli import commands
from mlp_conformance.cli.offline import Files
from mlp_conformance.cli.run import command_line
from mlp_conformance.report.statement import NoStatementError, document, fixtures
from mlp_conformance.results import CLASSES, ENOUGH, Report, Result
from mlp_reference.data import spec_folder

_NO_FILES = Files(None, (), None)
_IMPLEMENTATION = {"name": "net <b>", "version": "1.0", "language": "c", "dtype": "float32"}


def _report(*verdicts: str, **changes: Any) -> Report:
    results = [
        Result(f"golden/{name}-{i}", "t", ("FWD-1",), name, verdict, error_over_bound=0.25, judged=10, drawn=4)
        for name in CLASSES[: len(verdicts)]
        for i, verdict in enumerate([verdicts[CLASSES.index(name)]] * ENOUGH)
    ]
    settings = {"seed": 3, "examples": 20, "command": "mlp-conformance run net.py --seed 3"}
    return Report(_IMPLEMENTATION, results, settings=settings, **changes)


def _validated(found: dict[str, Any]) -> dict[str, Any]:
    schema = json.loads((spec_folder() / "schemas" / "statement.schema.json").read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator(schema).validate(found)
    return found


def test_it_says_what_was_judged_and_what_was_not() -> None:
    found = _validated(document(_report("passed", "unsupported")))
    assert (found["classes"], found["not_judged"]) == (["forward"], ["gradients", "training"])
    assert (found["drawn_networks"], found["numbers"], found["largest_error_over_bound"]) == (24, 60, 0.25)
    assert found["command"] == "mlp-conformance run net.py --seed 3"
    assert "net &#60;b&#62; 1.0 (float32) conforms" in found["sentence"]


@pytest.mark.parametrize("report", [_report("passed", "failed"), _report("unsupported"), _report("passed", interrupted=True)])
def test_there_is_none_without_conformance(report: Report) -> None:
    with pytest.raises(NoStatementError):
        document(report)


def test_the_digest_is_over_every_fixture() -> None:
    assert fixtures()["count"] >= 37
    assert fixtures() == fixtures()


def test_the_command_repeats_the_run() -> None:
    assert (
        command_line("my net.py", None, Settings(seed=2), None, None, _NO_FILES) == "mlp-conformance run 'my net.py' --seed 2"
    )
    found = command_line(None, "node h.js", Settings(examples=9, thorough=True), None, None, _NO_FILES)
    assert found == "mlp-conformance run --command 'node h.js' --examples 9 --thorough"


def test_a_part_of_a_run_makes_no_statement(tmp_path: Path) -> None:
    file = tmp_path / "statement.json"
    found = CliRunner().invoke(commands, ["run", "reference", "--select", "golden", "--statement", str(file)])
    assert found.exit_code == 2
    assert "a whole run" in found.output
    assert not file.exists()
