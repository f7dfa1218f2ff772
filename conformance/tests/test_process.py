"""Whatever a program in another process does, it costs the check at hand and the run goes on."""

from __future__ import annotations

import re
import time
from pathlib import Path

import numpy as np
import pytest
from conversing import NETWORK, OTHERWISE, QUIETLY, TARGETS, is_running, program

from mlp_conformance.child_process import ChildProcess
from mlp_conformance.claims import Claims, Unsupported
from mlp_conformance.process import ProcessError, ProcessImplementation, ReportedError, StartError

pytestmark = pytest.mark.usefixtures("nothing_is_left")


ASKED = {
    "crash": r"was ended by signal 11 \(SIGSEGV\)",
    "exit 0": "ended with exit status 0",
    "exit with a report": "ended with exit status 3",
    "hang": "did not answer within 1 s",
    "rubbish": r"not JSON .*'Segmentation fault \(core dumped\)'",
    "empty line": "not JSON",
    "half a line": "half a line within 1 s: .*resu'",
    "half a line and exit": "exit status 0 in the middle of a line: .*resu'",
    "another seq": "seq: 3, expected 2",
    "no seq": "seq: missing or null, expected 2",
    "seq true": "seq: true, expected 2",
    "two answers": "more than one line",
    "debug output": "epoch 1 of 1",
    "flood": r"more than \d+ bytes without a line's end: 'xxx",
    "flood of lines": "more than one line",
    "line of 1 GB": r"more than \d+ bytes without a line's end",
    "invalid UTF-8": r"not UTF-8 \(byte 22\)",
    "UTF-16": "half a line",
    "deep nesting": "nested too deeply",
    "deep result": "nested too deeply",
    "not an object": r"not a JSON object: '\[1, 2\]'",
    "bare NaN": "the bare word NaN",
    "string for a number": "loss: '0.5', expected a number",
    "true for a number": "loss: true, expected a number",
    "null for a number": "loss: missing or null, expected a number",
    "array for a number": "loss: an array of 1, expected a number",
    "wrong key": "result: an object with value, expected loss",
    "result and error": "result and error .*expected exactly one",
    "neither": "none of result, unsupported and error",
    "unsupported without why": "unsupported: true, expected a string",
    "closes its output": "closed its standard output",
    "closes its input": "closed its standard input",
    "ignores SIGTERM": "did not answer",
    "a child keeps the pipe open": "ended with exit status 0",
    "hangs with a child": "did not answer",
    "stops itself": "did not answer",
}


@pytest.mark.parametrize("misbehaviour", sorted(ASKED))
def test_misbehaviour_costs_the_check_at_hand_and_the_run_goes_on(misbehaviour: str) -> None:
    with ProcessImplementation(program(misbehaviour), timeout=1) as implementation:
        assert implementation.loss(NETWORK, QUIETLY, TARGETS) == 0.5
        if misbehaviour == "closes its input":  # it answers this one, and the next cannot be asked
            assert implementation.loss(NETWORK, OTHERWISE, TARGETS) == 0.5
        with pytest.raises(ProcessError, match=ASKED[misbehaviour]) as caught:
            implementation.loss(NETWORK, OTHERWISE, TARGETS)
        assert "asked for loss" in str(caught.value)
        assert len(str(caught.value)) < 3000
        children = re.findall(r"(?m)^(\d+)$", caught.value.stderr_tail)
        assert bool(children) == ("child" in misbehaviour)
        assert not any(is_running(int(child)) for child in children), "its child lives on"
        assert implementation.loss(NETWORK, QUIETLY, TARGETS) == 0.5


def test_the_last_lines_of_standard_error_are_shown_harmlessly() -> None:
    with ProcessImplementation(program("exit with a report")) as implementation:
        with pytest.raises(ProcessError) as caught:
            implementation.loss(NETWORK, OTHERWISE, TARGETS)
        assert caught.value.stderr_tail == "one thing\nanother \\x1b[31mthing"
        assert str(caught.value).endswith("last on standard error:\n  one thing\n  another \\x1b[31mthing")


def test_an_answer_before_the_question_is_refused() -> None:
    with ProcessImplementation(program("says it before it is asked"), timeout=2) as implementation:

        def ask_twice() -> None:
            implementation.loss(NETWORK, OTHERWISE, TARGETS)
            time.sleep(0.2)
            implementation.loss(NETWORK, OTHERWISE, TARGETS)

        with pytest.raises(ProcessError, match=r"more than one line|said something before it was asked"):
            ask_twice()
        assert implementation.loss(NETWORK, QUIETLY, TARGETS) == 0.5


def test_a_program_that_never_reads_does_not_block_the_writer() -> None:
    large = np.ones((2000, 13))  # more than a pipe holds
    with ProcessImplementation(program("never reads"), timeout=1) as implementation:
        with pytest.raises(ProcessError, match=r"did not read the request within 1 s"):
            implementation.loss(NETWORK, large, np.ones((2000, 1)))
        with pytest.raises(ProcessError, match=r"did not answer within 1 s"):
            implementation.loss(NETWORK, QUIETLY, TARGETS)


def test_a_flood_is_held_in_bounded_memory() -> None:
    import resource

    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with (
        ProcessImplementation(program("line of 1 GB"), timeout=5) as implementation,
        pytest.raises(ProcessError),
    ):
        implementation.loss(NETWORK, OTHERWISE, TARGETS)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 50_000  # kB


def test_standard_error_may_say_anything() -> None:
    with ProcessImplementation(program("floods standard error"), timeout=5) as implementation:
        assert implementation.loss(NETWORK, OTHERWISE, TARGETS) == 0.5


def test_what_the_program_answers_properly_does_not_end_it(tmp_path: Path) -> None:
    counter = tmp_path / "starts"
    with ProcessImplementation(program("unsupported", str(counter))) as implementation:
        with pytest.raises(Unsupported, match=r"^not \\x1b\[31mthis$"):
            implementation.loss(NETWORK, OTHERWISE, TARGETS)
        assert implementation.loss(NETWORK, QUIETLY, TARGETS) == 0.5
    with ProcessImplementation(program("error", str(counter))) as implementation:
        with pytest.raises(ReportedError, match="reports an error: 'division by zero'"):
            implementation.loss(NETWORK, OTHERWISE, TARGETS)
        assert implementation.loss(NETWORK, QUIETLY, TARGETS) == 0.5
    assert counter.read_text() == "2"


def test_the_adapter_has_the_announced_operations_and_no_others() -> None:
    with ProcessImplementation(program("well-behaved")) as implementation:
        assert hasattr(implementation, "loss")
        assert not any(hasattr(implementation, name) for name in ("forward", "gradients", "train", "other"))
        assert implementation.loss(NETWORK, OTHERWISE, TARGETS) == 0.5, "unknown fields are ignored"
        assert implementation.claims == Claims(name="well-behaved", language="")


STARTED = {
    "silent start": r"did not answer within 1 s: does it .* flush that",
    "crash at start": r"ended with exit status 127; last on standard error:\n  no libfoo.so",
    "usage at start": "not JSON .*'usage: program FILE'",
    "speaks twice at the start": "more than one line",
    "no operations": "operations: none of forward, loss, gradients, train",
    "another protocol": "protocol: 2, expected 1",
    "claims that are no object": "claims: an array of 0, expected an object",
    "activations that are no array": r"claims\.activations: 'sigmoid', expected an array of strings",
    "max_batch in words": r"claims\.max_batch: 'many', expected a whole number or null",
}


@pytest.mark.parametrize("misbehaviour", sorted(STARTED))
def test_a_program_that_says_nothing_valid_at_the_start_cannot_be_judged(misbehaviour: str) -> None:
    with pytest.raises(StartError, match=STARTED[misbehaviour]):
        ProcessImplementation(program(misbehaviour), start_timeout=1)


@pytest.mark.parametrize(
    ("command", "message"),
    [
        ("", "the command is empty"),
        ("   ", "the command is empty"),
        ([], "the command is empty"),
        ('node "harness.js', "cannot be split into words: No closing quotation"),
        ("no-such-program-anywhere --flag", "there is no program 'no-such-program-anywhere'"),
        (["/"], "cannot start '?/'?: .*[Pp]ermission denied"),
        (["a\0b"], "null byte"),
        ("true", "ended with exit status 0"),
        ("cat", "protocol: 1|operations"),
        ("echo hello; rm -rf x", "hello; rm -rf x"),
    ],
)
def test_a_command_that_is_none_is_refused_with_the_reason(command: str | list[str], message: str) -> None:
    with pytest.raises(StartError, match=message):
        ProcessImplementation(command, start_timeout=1)


def test_what_a_program_said_before_it_ended_is_told_however_late_it_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    read, times = ChildProcess._read_output, iter([lambda: time.sleep(0.3)])
    monkeypatch.setattr(
        ChildProcess, "_read_output", lambda self, limit: found() if (found := next(times, None)) else read(self, limit)
    )
    with pytest.raises(StartError, match="hello"):
        ProcessImplementation("echo hello", start_timeout=2)


def test_a_slow_start_has_time_of_its_own() -> None:
    with ProcessImplementation(program("slow start"), timeout=0.2) as implementation:
        assert implementation.loss(NETWORK, QUIETLY, TARGETS) == 0.5
