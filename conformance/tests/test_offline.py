"""`run --record` and `--answers`: judged from files as in a conversation, in any order, never on another run's answers."""

from __future__ import annotations

import json
import random
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from test_bad_input import refused, typed

from mlp_conformance.offline.identity import RUN_BITS
from mlp_reference.data import spec_folder

HARNESSES = Path(__file__).parents[1] / "implementations"
PYTHON = HARNESSES / "python" / "harness.py"
GOLDEN = ("--select", "golden/document-*")
STARTED = {"claims": {"dtype": "float64", "activations": ["sigmoid"]}, "operations": ["forward", "loss", "gradients", "train"]}


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def recorded(*options: str, claims: Any = None, name: str = "requests.jsonl") -> list[dict[str, Any]]:
    """The lines of a recording, of a program with those claims."""
    Path("claims.json").write_text(json.dumps(claims or STARTED))
    result = typed("run", "--record", name, "--claims", "claims.json", *options)
    assert result.exit_code == 0, result.output
    return [json.loads(line) for line in Path(name).read_text().splitlines()]


def answered(program: Sequence[str], requests: str = "requests.jsonl", answers: str = "answers.jsonl") -> list[str]:
    """A program is given the requests as standard input; its lines are written in another order."""
    given = Path(requests).read_text()
    said = subprocess.run(program, input=given, capture_output=True, text=True, timeout=60, check=True)
    lines = said.stdout.splitlines()
    random.Random(1).shuffle(lines)
    Path(answers).write_text("\n".join(lines) + "\n")
    return lines


def report(*arguments: str) -> dict[str, Any]:
    """The JSON report, apart from times and from how the run was typed."""
    result = typed("run", *arguments, "--json", "report.json", "--cases", "cases", "--force")
    assert result.exit_code in (0, 1), result.output
    found: dict[str, Any] = json.loads(Path("report.json").read_text())
    del found["settings"]["command"]
    for each in found["results"]:
        del each["seconds"], each["reproduce"]
    return found


def wrong(right: str, mistake: str, source: Path = PYTHON) -> str:
    """A harness with one mistake in it."""
    text = source.read_text()
    assert right in text
    path = Path(f"wrong{source.suffix}")
    path.write_text(text.replace(right, mistake))
    return str(path)


def test_files_are_judged_as_a_conversation_is() -> None:
    program = [sys.executable, str(PYTHON)]
    command = " ".join(program)
    assert typed("run", "--command", command, "--record", "requests.jsonl", *GOLDEN).exit_code == 0
    answered(program)
    offline = report("--answers", "answers.jsonl", *GOLDEN)
    assert offline["conforms"]
    assert offline == report("--command", command, *GOLDEN)


def test_what_depends_on_answers_takes_further_rounds() -> None:
    program = [sys.executable, str(PYTHON)]
    options = ("--select", "consistency/*", "--examples", "10")
    assert typed("run", "--command", " ".join(program), "--record", "round1.jsonl", *options).exit_code == 0
    judging: list[str] = []
    rounds = 0
    while Path(f"round{rounds + 1}.jsonl").exists():
        rounds += 1
        answered(program, f"round{rounds}.jsonl", f"answers{rounds}.jsonl")
        judging += ["--answers", f"answers{rounds}.jsonl"]
        verdicts = {
            r["check"]: r["verdict"] for r in report(*judging, *options, "--record", f"round{rounds + 1}.jsonl")["results"]
        }
        if rounds == 1:
            assert verdicts["consistency/epochs-compose"] == "unsupported"
            assert verdicts["consistency/gradient-of-own-loss"] == "passed"
        assert rounds < 8
    assert rounds > 1
    assert set(verdicts.values()) == {"passed"}
    assert report(*judging, *options) == report("--command", " ".join(program), *options)


@pytest.mark.parametrize(
    ("source", "right", "mistake"),
    [
        (
            "python/harness.py",
            'deltas = [backward(layers[k - 1]["activation"], a, error) for a, error in zip(activations[k], errors)]',
            "deltas = errors",
        ),
        ("javascript/harness.js", "back(below[s], weights.map(", "((_, error) => error)(below[s], weights.map("),
    ],
)
def test_a_wrong_program_fails_and_its_fault_is_named(source: str, right: str, mistake: str) -> None:
    runner = sys.executable if source.startswith("python") else shutil.which("node")
    if runner is None:
        pytest.skip("node is missing: apt-get install nodejs")
    program = [runner, wrong(right, mistake, HARNESSES / source)]
    assert typed("run", "--command", " ".join(program), "--record", "requests.jsonl", *GOLDEN).exit_code == 0
    answered(program)
    offline = report("--answers", "answers.jsonl", *GOLDEN)
    assert offline["classes"] == {"forward": "passed", "gradients": "failed", "training": "failed"}
    (finding,) = offline["diagnosis"]
    assert (finding["complete"], finding["fault"]) == (True, "hidden-derivative-missing")


def test_a_missing_answer_is_an_error_and_two_are_none() -> None:
    requests = recorded(*GOLDEN)
    lines = answered([sys.executable, str(PYTHON)])
    runs = {json.loads(line)["seq"]: line for line in lines if '"seq"' in line}
    missing, twice = (next(r["seq"] for r in requests[1:] if r["operation"] == name) for name in ("loss", "gradients"))
    started = next(line for line in lines if "operations" in line)
    doubled = json.dumps({"seq": twice, "result": {"loss": 1}})
    kept = [line for seq, line in runs.items() if seq != missing]
    Path("answers.jsonl").write_text("\n".join([started, "Welcome!", *kept, kept[0], doubled, '{"seq": "one"}', "[1]"]))
    result = typed("run", "--answers", "answers.jsonl", "--claims", "claims.json", *GOLDEN, "--json", "report.json")
    assert result.exit_code == 2
    assert "says something else than the answer to `start`" in result.output  # the harness claims more than claims.json
    Path("answers.jsonl").write_text("\n".join(["Welcome!", *kept, kept[0], doubled, '{"seq": "one"}', "[1]"]))
    result = typed("run", "--answers", "answers.jsonl", "--claims", "claims.json", *GOLDEN, "--json", "report.json")
    assert result.exit_code == 1
    said = " ".join(result.stderr.split())
    assert "answers.jsonl, line 1: not JSON" in said
    assert 'no answer to any request: \'{"seq": "one"}\': left alone' in said
    messages = [r["message"] for r in json.loads(Path("report.json").read_text())["results"] if r["verdict"] == "error"]
    assert any(f"request {missing} (" in message and "has no answer" in message for message in messages)
    assert any("two different answers" in message for message in messages)
    assert len(messages) == 2


def test_answers_to_another_run_are_refused() -> None:
    recorded(*GOLDEN)
    lines = answered([sys.executable, str(PYTHON)])
    Path("answers.jsonl").write_text("\n".join(line for line in lines if '"seq"' in line))
    for options in (["--seed", "1"], ["--examples", "51"], ["--thorough"]):
        said = refused("run", "--answers", "answers.jsonl", "--claims", "claims.json", *GOLDEN, *options)
        assert "are to requests of another run" in said
    Path("claims.json").write_text(json.dumps(STARTED | {"claims": {"dtype": "float32"}}))
    assert "of another run" in refused("run", "--answers", "answers.jsonl", "--claims", "claims.json")
    assert "there is no answer to `start`" in refused("run", "--answers", "answers.jsonl")


def test_a_recording_is_as_the_protocol_says() -> None:
    claims = {
        "claims": {"dtype": "bfloat16", "activations": ["sigmoid", "relu"], "biases": False},
        "operations": ["forward", "train"],
    }
    first, *runs = recorded("--select", "symmetry/samples*", "--examples", "5", claims=claims)
    schema = json.loads((spec_folder() / "schemas" / "protocol.schema.json").read_text())
    for message in (first, *runs):
        jsonschema.validate(message, schema)
    jsonschema.validate(first, {**schema["$defs"]["start"], "$defs": schema["$defs"]})
    recording = first["recording"]
    assert recording["requests"] == len(runs) > 0
    assert {run["operation"] for run in runs} == {"forward", "train"}
    numbers = [run["seq"] for run in runs]
    assert len(set(numbers)) == len(numbers)
    assert {seq >> 40 for seq in numbers} == {int(recording["digest"][:8], 16) % 2**RUN_BITS or 1}
    assert recorded("--select", "symmetry/samples*", "--examples", "5", claims=claims, name="again.jsonl") == [first, *runs]


def test_what_cannot_be_recorded_or_judged() -> None:
    Path("claims.json").write_text(json.dumps(STARTED))
    Path("kept.jsonl").write_text("mine")
    claims = ("--claims", "claims.json")
    assert "kept.jsonl exists already" in refused("run", "--record", "kept.jsonl", *claims)
    assert "needs to know what is claimed" in refused("run", "--record", "new.jsonl")
    assert "there is no directory no" in refused("run", "--record", "no/new.jsonl", *claims)
    assert "name no IMPLEMENTATION" in refused("run", "reference", "--answers", "kept.jsonl")
    assert "name no IMPLEMENTATION" in refused("run", "reference", "--record", "new.jsonl", *claims)
    assert "--claims goes with" in refused("run", *claims)
    assert "absent.jsonl: no such file" in refused("run", "--answers", "absent.jsonl", *claims)
    assert "there is no answer in it" in refused("run", "--answers", "kept.jsonl", *claims)
    assert "is one of the files to read" in refused("run", "--answers", "kept.jsonl", "--record", "kept.jsonl")
    Path("claims.json").write_text('{"claims": {"dtype": "float128"}, "operations": ["forward"]}')
    assert "float128" in refused("run", "--record", "new.jsonl", *claims)
    Path("claims.json").write_text('{"dtype": "float64"}')
    assert "Expected is a program's answer to `start`" in refused("run", "--record", "new.jsonl", *claims)
    assert Path("kept.jsonl").read_text() == "mine"


def test_what_is_asked_does_not_depend_on_how_long_writing_takes(monkeypatch: pytest.MonkeyPatch) -> None:
    """The wide network is reached by every step, however slow the machine that records or judges."""
    usual = recorded("--select", "wide/forward")
    monkeypatch.setattr("mlp_conformance.checks.wide.USUAL", 0.0)
    assert recorded("--select", "wide/forward", name="slow.jsonl") == usual
    inputs = [len(line["network"]["layers"][0]["weights"]) for line in usual if line["cmd"] == "run"]
    assert {98, 196, 392, 784} <= set(inputs)
