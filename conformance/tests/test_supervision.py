"""An implementation that ends, crashes or blocks its process costs the check at hand: the run goes on, and always ends."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest

from mlp_conformance.results import Report, Result
from mlp_conformance.supervision import LOST, Planned, Send, Sofar, supervised

pytestmark = pytest.mark.skipif(
    sys.platform in ("win32", "darwin"), reason="a run is watched from outside where it can be forked"
)

FORWARD = "class Net:\n    def forward(self, network, inputs):\n"
RIGHT = """
import numpy as np

class Net:
    def forward(self, network, inputs):
        {trouble}
        found = []
        for layer in network.layers:
            inputs = 1 / (1 + np.exp(-(inputs @ layer.weights + layer.biases)))
            found.append(inputs)
        return found
"""


def _run(folder: Path, source: str, *arguments: str) -> tuple[int, dict[str, str], str]:
    """The exit code, each check's verdict, and what was said."""
    (folder / "net.py").write_text(source, encoding="utf-8")
    command = [sys.executable, "-m", "mlp_conformance", "run", "net.py:Net", "--json", "report.json", *arguments]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=120)
    report = folder / "report.json"
    results = json.loads(report.read_text(encoding="utf-8"))["results"] if report.exists() else []
    return done.returncode, {result["check"]: result["verdict"] for result in results}, done.stdout + done.stderr


@pytest.mark.parametrize(
    ("trouble", "says"),
    [
        ("import os; os._exit(0)", "exit with status 0"),
        ("import os, signal; os.kill(os.getpid(), signal.SIGSEGV)", "killed by SIGSEGV"),
    ],
)
def test_a_process_that_ends_is_an_error_and_never_conformance(tmp_path: Path, trouble: str, says: str) -> None:
    code, verdicts, said = _run(tmp_path, FORWARD + f"        {trouble}\n", "--select", "golden/document-example-3/forward")
    assert code == 1
    assert set(verdicts.values()) == {"error"}
    assert says in said


def test_a_process_that_the_implementation_forks_says_nothing_more(tmp_path: Path) -> None:
    """Nor does it come back to be called again: where every call forks, there would soon be thousands."""
    fork = "import os; Net.copy = getattr(Net, 'copy', 0); Net.copy and open('again', 'w'); "
    fork += "Net.copy = int(not Net.copy and os.fork() == 0); inputs = inputs + Net.copy"
    code, verdicts, said = _run(tmp_path, RIGHT.format(trouble=fork), "--select", "drawn/forward", "--examples", "9")
    assert verdicts == {"drawn/forward": "passed"}, said
    assert not (tmp_path / "again").exists()
    assert "Traceback" not in said


def test_what_would_not_have_been_asked_is_not_lost() -> None:
    asked = Result("forward", "", (), "forward", "passed")
    left_out = replace(asked, verdict="unsupported")

    def work(send: Send, sofar: Sofar) -> None:
        send(Planned({}, [asked] * (LOST + 1) + [left_out]))
        os._exit(0)

    report = supervised(work, lambda planned: None, lambda result: None)
    assert isinstance(report, Report)
    assert [result.verdict for result in report.results] == ["error"] * (LOST + 1) + ["unsupported"]


def test_only_the_check_at_hand_is_lost(tmp_path: Path) -> None:
    source = RIGHT.format(trouble="import os; len(inputs) == 4 and network.sizes == (2, 2, 1) and os._exit(0)")
    code, verdicts, said = _run(tmp_path, source, "--select", "golden/*/forward")
    assert code == 1
    lost = {check for check, verdict in verdicts.items() if verdict == "error"}
    assert lost == {"golden/document-xor-step/forward", "golden/large-rate/forward"}, said
    assert verdicts["golden/document-example-3/forward"] == "passed"


def test_after_some_lost_processes_the_rest_is_given_up(tmp_path: Path) -> None:
    _, verdicts, said = _run(tmp_path, FORWARD + "        import os; os._exit(1)\n", "--select", "golden/*/forward")
    assert set(verdicts.values()) == {"error", "unsupported"}
    assert f"not run: {LOST} processes were lost before" in said


def test_a_call_that_cannot_be_interrupted_is_ended(tmp_path: Path) -> None:
    source = """
import time

class Net:
    def forward(self, network, inputs):
        while True:
            try:
                time.sleep(60)
            except BaseException:
                pass
"""
    code, verdicts, said = _run(tmp_path, source, "--select", "golden/document-example-3/forward", "--timeout", "0.2")
    assert code == 1
    assert set(verdicts.values()) == {"error"}
    assert "could not be interrupted" in said


def test_calls_without_an_answer_are_few(tmp_path: Path) -> None:
    source = FORWARD + "        import time; time.sleep(60)\n"
    code, verdicts, said = _run(tmp_path, source, "--select", "golden/*/forward", "--timeout", "0.1")
    assert code == 1
    assert "error" in verdicts.values()
    assert "not asked: 3 calls before had no answer within 0.1 s" in said


def test_threads_left_behind_do_not_keep_the_command(tmp_path: Path) -> None:
    trouble = "import threading, time; threading.Thread(target=time.sleep, args=(1000,)).start()"
    code, _, said = _run(tmp_path, RIGHT.format(trouble=trouble), "--select", "golden/document-example-*/forward")
    assert code in (0, 1), said


def test_a_file_that_ends_the_process_when_loaded(tmp_path: Path) -> None:
    code, verdicts, said = _run(tmp_path, "import os\n\nclass Net:\n    os._exit(0)\n")
    assert code == 2
    assert not verdicts
    assert "ended the process while it was loaded: exit with status 0" in said
    assert "Traceback" not in said


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_run_reports_what_was_done(tmp_path: Path, number: signal.Signals) -> None:
    trouble = "import pathlib, time; (pathlib.Path('seen').exists() and time.sleep(30)); pathlib.Path('seen').touch()"
    (tmp_path / "net.py").write_text(RIGHT.format(trouble=trouble), encoding="utf-8")
    command = [sys.executable, "-m", "mlp_conformance", "run", "net.py:Net", "--select", "golden/*/forward"]
    with subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as running:
        for _ in range(600):
            if (tmp_path / "seen").exists():
                break
            time.sleep(0.1)
        time.sleep(0.5)
        running.send_signal(number)
        output, _ = running.communicate(timeout=60)
    assert running.returncode == 130
    assert "golden" in output or "judged" in output
