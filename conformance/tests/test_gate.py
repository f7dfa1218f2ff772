"""The gate of continuous integration as a project meets it: red, a baseline, green, mended, red until the entry is out."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import jsonschema
import pytest
from click.testing import CliRunner, Result

from mlp_conformance.cli import commands
from mlp_conformance.report import annotations
from mlp_conformance.results import Finding, Report
from mlp_conformance.results import Result as Found
from mlp_reference.data import spec_folder

SMALL = ("--select", "golden/document-example-3/*", "--examples", "4")


def invoke(*arguments: str) -> Result:
    return CliRunner().invoke(commands, list(arguments), catch_exceptions=False)


@pytest.fixture(autouse=True)
def _in_a_project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("GITHUB_ACTIONS", raising=False)


def test_the_life_of_a_baseline() -> None:
    wrong = ("run", "fault:error-sign", *SMALL, "--baseline", "expected.toml")
    assert "there is no baseline" in invoke(*wrong).output
    assert invoke(*wrong).exit_code == 2
    first = invoke(*wrong, "--update-baseline", "--json", "old.json")
    assert first.exit_code == 0
    assert "has no reason yet" in first.output
    text = Path("expected.toml").read_text()
    assert text.count("[[expected]]") == 2
    Path("expected.toml").write_text("# ours\n" + text.replace("reason = ", 'link = "https://example.org/1"\nreason = '))
    kept = Path("expected.toml").read_text()
    again = invoke(*wrong, "--update-baseline")
    assert again.exit_code == 0
    assert Path("expected.toml").read_text() == kept
    assert "2 expected failures, 0 new: the gate is open" in again.output

    mended = ("run", "reference", *SMALL, "--baseline", "expected.toml")
    assert invoke(*mended).exit_code == 0
    strict = invoke(*mended, "--strict", "--json", "new.json")
    assert strict.exit_code == 1
    assert "passes now, take the entry out" in strict.output
    assert json.loads(Path("new.json").read_text())["baseline"]["closed"] is True
    better = invoke("compare", "old.json", "new.json")
    assert better.exit_code == 0
    assert "golden/document-example-3/gradients: was failed, is passed" in better.output
    worse = invoke("compare", "new.json", "old.json", "--markdown", "worse.md")
    assert worse.exit_code == 1
    assert "2 regressions" in worse.output
    assert "golden/document" in Path("worse.md").read_text()


def test_a_failure_that_is_not_expected_closes_the_gate() -> None:
    Path("b.toml").write_text('[[expected]]\ncheck = "golden/*/training"\nreason = "known"\n')
    done = invoke("run", "fault:error-sign", *SMALL, "--baseline", "b.toml")
    assert done.exit_code == 1
    assert "new: golden/document-example-3/gradients" in done.output


def test_an_entry_past_its_date_excuses_nothing() -> None:
    Path("b.toml").write_text('[[expected]]\ncheck = "golden/*"\nreason = "known"\nexpires = 2020-01-31\n')
    done = invoke("run", "fault:error-sign", *SMALL, "--baseline", "b.toml")
    assert done.exit_code == 1
    assert "expired on 2020-01-31" in done.output


def test_a_gate_does_not_open_on_silence() -> None:
    Path("b.toml").write_text('[[expected]]\ncheck = "*"\nreason = "known"\n')
    Path("silent.py").write_text(
        "from mlp_conformance import Unsupported\n\nclass Silent:\n"
        "    def forward(self, network, inputs):\n        raise Unsupported('never')\n"
    )
    assert invoke("run", "silent.py:Silent", *SMALL, "--baseline", "b.toml").exit_code == 1


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[[expected]\n", "b.toml, line 1, is not TOML: "),
        ('# ours\n\n[[expected]]\ncheck = "golden\n', "line 4, is not TOML: Illegal character"),
        ("x = = 3\n", "at column 5 of 'x = = 3'; expected is [[expected]], and below it lines such as check = "),
        ('[[expected]]\ncheck = "a"\n', "'reason' is missing"),
        ('[[expected]]\ncheck = "a"\nreason = ""\n', "the text is empty"),
        ('[[expected]]\ncheck = "a"\nreason = "b"\nuntil = 2027-01-01\n', "unknown entry 'until'"),
        ('[[expected]]\ncheck = "a"\nreason = "b"\nexpires = "soon"\n', "a date was expected"),
        ('[[expected]]\ncheck = "a"\nreason = "b"\nexpires = "2027-02-31"\n', "there is no day 2027-02-31"),
        ("expected = 3\n", "expected: "),
    ],
)
def test_a_baseline_with_a_mistake_is_one_message(text: str, says: str) -> None:
    Path("b.toml").write_text(text)
    done = invoke("run", "reference", *SMALL, "--baseline", "b.toml")
    assert done.exit_code == 2
    assert says in done.output
    assert len(done.output.strip().splitlines()) == 1


def test_options_without_a_baseline_and_equal_paths() -> None:
    assert "--strict needs --baseline" in invoke("run", "reference", "--strict").output
    Path("b.toml").write_text("")
    assert "is an output as well" in invoke("run", "reference", "--baseline", "b.toml", "--json", "b.toml").output


def test_what_is_no_report_is_not_compared() -> None:
    Path("old.json").write_text('{"suite": 1}')
    done = invoke("compare", "old.json", "missing.json")
    assert done.exit_code == 2
    assert "old.json is no report" in done.output
    with Path("old.json").open("wb") as file:
        file.truncate(2**40)  # a hole: nothing is written, and nothing may be read
    done = invoke("compare", "old.json", "new.json")
    assert done.exit_code == 2
    assert "old.json has 1,099,511,627,776 bytes: expected a report" in done.output


def test_a_report_of_another_version_is_compared_and_told() -> None:
    invoke("run", "reference", *SMALL, "--json", "new.json")
    old = json.loads(Path("new.json").read_text())
    old["suite"]["version"] = "0.0.9"
    Path("old.json").write_text(json.dumps(old))
    done = invoke("compare", "old.json", "new.json")
    assert done.exit_code == 0
    assert "the suite's version was 0.0.9, is " in done.output


@pytest.mark.parametrize("name", ["b.png", "badge", "b.svg.txt"])
def test_a_badge_is_svg_or_json(name: str) -> None:
    done = invoke("run", "reference", *SMALL, "--badge", name)
    assert done.exit_code == 2
    assert f"--badge {name}: a file named *.svg or *.json was expected" in done.output


def test_badges() -> None:
    invoke("run", "reference", "--select", "golden/*", "--badge", "badge.svg")
    root = ElementTree.fromstring(Path("badge.svg").read_text())
    assert "forward, gradients, training" in "".join(root.itertext())
    invoke("run", "fault:error-sign", *SMALL, "--badge", "badge.json")
    assert json.loads(Path("badge.json").read_text())["message"] == "does not conform"


def _report(name: str, message: str) -> Report:
    broken = Found("golden/a/forward", "a title", ["FWD-2"], "forward", "error", message=message)
    finding = Finding("x", name, [], False, text=message)
    return Report({"name": name, "version": "", "language": "python", "dtype": "float64"}, [broken], [finding])


def test_annotations_cannot_be_forged() -> None:
    found = annotations.lines(_report("a,b:c", "first\n::error ::forged\r% \x1b[31m"), "my,file.py")
    assert all("\n" not in line and "\x1b" not in line for line in found)
    assert found[0].startswith("::error file=my%2Cfile.py,title=a%2Cb%3Ac::first%0A::error")


def test_annotations_are_shown_where_they_are_understood(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    assert re.search(r"^::error title=", invoke("run", "fault:error-sign", *SMALL).output, re.MULTILINE)


def test_the_report_with_a_gate_fits_its_schema() -> None:
    Path("b.toml").write_text('[[expected]]\ncheck = "golden/*"\nreason = "known"\n')
    invoke("run", "fault:error-sign", *SMALL, "--baseline", "b.toml", "--json", "r.json")
    document: Any = json.loads(Path("r.json").read_text())
    jsonschema.validate(document, json.loads((spec_folder() / "schemas" / "report.schema.json").read_text()))
    assert [entry["reason"] for entry in document["baseline"]["expected"]] == ["known", "known"]


def test_the_plugin_takes_expected_failures_strictly(pytester: pytest.Pytester) -> None:
    check = "golden/document-example-3/gradients"
    pytester.makefile(".toml", b=f'[[expected]]\ncheck = "{check}"\nreason = "upstream"\n')
    suite = ("--pyargs", "mlp_conformance.suite", "--mlp-baseline", "b.toml", "-k", f"{check}", "-p", "no:cacheprovider")
    pytester.runpytest_subprocess(*suite, "--mlp", "fault:error-sign").assert_outcomes(xfailed=1)
    done = pytester.runpytest_subprocess(*suite, "--mlp", "reference")
    done.assert_outcomes(failed=1)
    done.stdout.fnmatch_lines(["*XPASS(strict)*"])
