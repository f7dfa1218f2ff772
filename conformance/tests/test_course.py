"""Course mode: many submissions end in bounded time whatever they do, and get the points that a rubric gives."""

from __future__ import annotations

import csv
import io
import os
import time
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from mlp_conformance.cli import commands
from mlp_conformance.course.grades import Grade, as_csv, grade, groups
from mlp_conformance.course.judging import Judged, Limits, family, judge
from mlp_conformance.course.rubric import DEFAULT, Item, RubricError, points, read
from mlp_conformance.course.submissions import Submission, submissions
from mlp_conformance.report.course import html

everything = pytest.mark.skipif(not os.environ.get("MLP_COURSE"), reason="takes minutes: tox -e course")

RIGHT = """\
import numpy as np


class MLP:
    def __init__(self, input_size, hidden_size, output_size):
        self.weights_input_hidden = np.random.randn(input_size, hidden_size)
        self.weights_hidden_output = np.random.randn(hidden_size, output_size)
        self.bias_hidden = np.zeros((1, hidden_size))
        self.bias_output = np.zeros((1, output_size))

    def feedforward(self, X):
        sigmoid = lambda z: 1 / (1 + np.exp(-z))
        self.hidden_output = sigmoid(X @ self.weights_input_hidden + self.bias_hidden)
        self.predicted_output = sigmoid(self.hidden_output @ self.weights_hidden_output + self.bias_output)
        return self.predicted_output

    def backpropagation(self, X, y, learning_rate):
        delta = (y - self.predicted_output) * self.predicted_output * (1 - self.predicted_output)
        hidden = delta @ self.weights_hidden_output.T * self.hidden_output * (1 - self.hidden_output)
        self.weights_hidden_output += self.hidden_output.T @ delta * learning_rate
        self.bias_output += delta.sum(axis=0, keepdims=True) * learning_rate
        self.weights_input_hidden += X.T @ hidden * learning_rate
        self.bias_hidden += hidden.sum(axis=0, keepdims=True) * learning_rate

    def train(self, X, y, learning_rate, epochs):
        for _ in range(epochs):
            self.feedforward(X)
            self.backpropagation(X, y, learning_rate)
"""
NO_DERIVATIVE = RIGHT.replace(" * self.hidden_output * (1 - self.hidden_output)\n", "\n")
CLIMBS = RIGHT.replace("(y - self.predicted_output)", "(self.predicted_output - y)")
WHOLE_MEMORY = "kept = []\nwhile True:\n    kept.append('x' * 10**7)\n"
BOMB = "import os, time\nfor _ in range(300):\n    if os.fork() == 0:\n        time.sleep(600)\n        os._exit(0)\n"
DAEMON = "import os, time\nif os.fork() == 0:\n    os.setsid()\n    time.sleep(600)\n    os._exit(0)\n"


# ---- what was handed in


def test_files_and_folders_are_submissions(tmp_path: Path) -> None:
    alone = ("b.py", "a.ipynb", "notes.txt", ".hidden.py")
    for name in (*alone, "carl/mlp.py", "carl/extra.py", "dora/x.py", "emma/p.py", "emma/q.py"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("", encoding="utf-8")
    (tmp_path / "fred").mkdir()
    found = {s.name: (s.file.name if s.file else s.problem) for s in submissions([tmp_path])}
    assert list(found) == ["a", "b", "carl", "dora", "emma", "fred"]
    assert (found["carl"], found["dora"]) == ("mlp.py", "x.py")
    assert found["emma"].startswith("several files (p.py, q.py)")
    assert "no Python file" in found["fred"]


def test_equal_names_are_told_apart(tmp_path: Path) -> None:
    for name in ("x", "y"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "mlp.py").write_text("", encoding="utf-8")
    assert [s.name for s in submissions([tmp_path / "x", tmp_path / "y"])] == ["x/mlp.py", "y/mlp.py"]


@pytest.mark.parametrize("make", [lambda place: None, lambda place: place.mkdir()])
def test_nothing_to_grade_is_said(tmp_path: Path, make: Any) -> None:
    make(tmp_path / "handed-in")
    found = CliRunner().invoke(commands, ["grade", str(tmp_path / "handed-in")])
    assert found.exit_code == 2
    assert "handed-in" in found.output


def test_a_file_that_is_no_python_is_no_submission(tmp_path: Path) -> None:
    (tmp_path / "notes.html").write_text("<p>to do</p>")
    found = CliRunner().invoke(commands, ["grade", str(tmp_path / "notes.html")])
    assert found.exit_code == 2
    assert "notes.html: a .py or .ipynb file was expected, or a directory of submissions" in found.output


# ---- points


def _report(*, fault: str = "", **verdicts: str) -> dict[str, Any]:
    """A report with two checks for each requirement, named as BACK_3: the second always passed."""
    results = [
        {"check": f"c/{id}/{verdict}", "requirements": [id.replace("_", "-")], "verdict": verdict}
        for id, first in verdicts.items()
        for verdict in (first, "passed")
    ]
    finding = {"fault": fault, "title": "t", "complete": True}
    classes = {"forward": "passed", "gradients": "failed", "training": "unsupported"}
    diagnosis = [finding] if fault else []
    return {"conforms": False, "classes": classes, "results": results, "diagnosis": diagnosis, "summary": {}}


def test_without_a_diagnosis_a_requirement_earns_the_checks_that_passed() -> None:
    report = _report(BACK_3="failed", BACK_4="passed")
    assert points([Item("a", 4, ("BACK-*",)), Item("b", 2, ("BACK-4",)), Item("c", 1, ("UPD-*",))], report) == [3.0, 2.0, 0.0]


def test_a_known_mistake_costs_what_it_breaks_and_no_more() -> None:
    report = _report(fault="hidden-derivative-missing", BACK_3="failed", BACK_4="failed")
    assert points([Item("hidden", 2, ("BACK-3",)), Item("weights", 1, ("BACK-4",))], report) == [0.0, 1.0]


def test_classes_and_all_or_nothing() -> None:
    report = _report(BACK_3="failed")
    items = [Item("c", 1, classes=("forward", "gradients")), Item("all", 1, ("BACK-3",), all_or_nothing=True)]
    assert points(items, report) == [0.5, 0.0]
    assert points(items, None) == [0.0, 0.0]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[[item]", r"rubric\.toml, line 1, is not TOML: .*expected is \[\[item\]\], and below it lines such as title"),
        ("x = 1", r"\[\[item\]\]"),
        ('[[item]]\ntitle = "a"\npoints = 0\nclasses = ["forward"]', "greater than 0"),
        ('[[item]]\ntitle = "a"\npoints = 1', "requirements or classes"),
        ('[[item]]\ntitle = "a"\npoints = 1\nclasses = ["backward"]', "no class 'backward'"),
        ('[[item]]\ntitle = "a"\npoints = 1\nrequirements = ["BAKC-*"]', "matches none"),
        ('[[item]]\ntitle = "a"\npoints = 1\nclasses = ["forward"]\nweight = 2', "unknown entry 'weight'"),
    ],
)
def test_a_rubric_that_cannot_be_used_is_told_where(tmp_path: Path, text: str, says: str) -> None:
    file = tmp_path / "rubric.toml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(RubricError, match=says):
        read(file)


# ---- the overview


def _grade(name: str, mistake: str = "") -> Grade:
    classes = {"forward": "passed", "gradients": "failed", "training": "failed"}
    outcome = "does not conform" if mistake else "conforms"
    return Grade(name, outcome, classes, [1.0] * len(DEFAULT), mistake or "right", mistake, 1.0)


def test_equal_mistakes_stand_together() -> None:
    grades = [_grade("a", "no derivative"), _grade("b"), _grade("c", "no derivative"), _grade("d", "another")]
    assert [(mistake, [one.name for one in who]) for mistake, who in groups(grades)] == [("no derivative", ["a", "c"])]


def test_names_are_harmless_in_a_spreadsheet_and_on_a_page() -> None:
    grades = [_grade('=HYPERLINK("x")', "<script>"), _grade("b", "<script>")]
    rows = list(csv.reader(io.StringIO(as_csv(grades, DEFAULT))))
    assert rows[1][0] == '\'=HYPERLINK("x")'
    assert len({len(row) for row in rows}) == 1
    assert "<script" not in html(grades, DEFAULT)


def test_messages_that_differ_in_places_alone_are_equal() -> None:
    def judged(name: str, problem: str) -> Grade:
        return grade(Judged(Submission(name, Path(name), None), None, problem, 1.0), DEFAULT)

    one, other = judged("a", "a.py, line 3: boom"), judged("b", "a.py, line 17: boom")
    assert one.mistake == other.mistake


# ---- processes


def _judged(tmp_path: Path, text: str, **limits: Any) -> Judged:
    file = tmp_path / "handed_in.py"
    file.write_text(text, encoding="utf-8")
    return judge(Submission("handed_in", file, file), Limits(**limits))


@everything
@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="the system has no /proc to see processes in")
def test_what_a_submission_starts_ends_with_it(tmp_path: Path) -> None:
    before = set(family(os.getsid(0)))
    found = _judged(tmp_path, DAEMON + "while True:\n    pass\n" + RIGHT, seconds=20.0)
    assert "no verdict within 20 s" in found.problem
    assert not set(family(os.getsid(0))) - before


@everything
@pytest.mark.parametrize(
    ("text", "says"),
    [
        (WHOLE_MEMORY, "MemoryError"),
        (BOMB + "time.sleep(60)\n", "it started more than 64 processes"),
        ("import os\nos._exit(3)\n", "exit with status 3"),
        ("import sys\nsys.exit()\n", ""),
        ("def f(:", "syntax error"),
        ("while True:\n    print('x' * 10**6)\n", ""),
    ],
)
def test_a_submission_that_misbehaves_costs_itself_alone(tmp_path: Path, text: str, says: str) -> None:
    found = _judged(tmp_path, f"{text}\n{RIGHT}", seconds=25.0, megabytes=1024)
    assert found.report is None
    assert says in found.problem
    assert found.seconds < 60


@everything
def test_forty_submissions_end_in_bounded_time(tmp_path: Path) -> None:
    handed_in = tmp_path / "handed-in"
    handed_in.mkdir()
    kinds = [RIGHT, NO_DERIVATIVE, CLIMBS, WHOLE_MEMORY, BOMB + RIGHT]
    kinds += ["import os\nos._exit(3)\n", "while True:\n    pass\n", "def f("]
    for number in range(40):
        (handed_in / f"s{number:02}.py").write_text(kinds[number % len(kinds)], encoding="utf-8")
    start = time.monotonic()
    outputs = ["--csv", str(tmp_path / "grades.csv"), "--html", str(tmp_path / "grades.html")]
    limits = ["--timeout", "40", "--examples", "4", "--memory", "1024"]
    found = CliRunner().invoke(commands, ["grade", str(handed_in), *limits, *outputs])
    assert found.exit_code == 0, found.output
    assert time.monotonic() - start < 40 * 45 / 2
    rows = list(csv.DictReader((tmp_path / "grades.csv").open(encoding="utf-8")))
    outcomes = [row["outcome"] for row in rows]
    assert outcomes[:3] == ["conforms", "does not conform", "does not conform"]
    assert outcomes.count("conforms") == 5
    assert outcomes.count("does not conform") == 10
    assert "5 made the same mistake" in found.output
    assert len(list(handed_in.iterdir())) == 40  # nothing was written there
