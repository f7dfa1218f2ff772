"""What implementations do in a campaign: those that crash, leak or hang cost the case at hand, and nothing else."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest

pytest.importorskip("pyarrow", reason="pip install 'mlp-conformance[campaign]'")

from mlp_conformance.campaign import notes as pads
from mlp_conformance.campaign import room as rooms
from mlp_conformance.campaign import store as stores
from mlp_conformance.campaign.identity import identity_of
from mlp_conformance.campaign.judging import QUANTITIES, Row, hangs, symptom_of, tidy
from mlp_conformance.campaign.notes import At, Judged, Notes, Pad
from mlp_conformance.campaign.plan import Plan
from mlp_conformance.campaign.room import Room
from mlp_conformance.loading import load

#: Each right, except on batches of so many samples; one of them forgets nothing.
MISBEHAVING = """
import os, time
from mlp_conformance.adapters.reference import ReferenceAdapter
KEPT = []
class Leaking(ReferenceAdapter):
    def loss(self, network, inputs, targets):
        KEPT.append(bytearray(os.urandom(1) * 40_000_000))
        return super().loss(network, inputs, targets)
class Crashing(ReferenceAdapter):
    def loss(self, network, inputs, targets):
        if len(inputs) == 3:
            os._exit(7)
        return super().loss(network, inputs, targets)
class Hanging(ReferenceAdapter):
    def loss(self, network, inputs, targets):
        if len(inputs) == 2:
            time.sleep(600)
        return super().loss(network, inputs, targets)
class Deaf(ReferenceAdapter):
    def gradients(self, network, inputs, targets):
        while len(inputs) == 4:
            try:
                time.sleep(600)
            except BaseException:
                pass
        return super().gradients(network, inputs, targets)
"""
LEAKING, CRASHING, HANGING, DEAF = range(4)

#: Wrong, and its process ends in the call of that number, the first times that it is made there.
ENDING = """
import os, signal
from pathlib import Path
from mlp_conformance.adapters.reference import ReferenceAdapter
TIMES, CALLS = Path(__file__).with_suffix(".times"), []
class Ending(ReferenceAdapter):
    times, end = {times}, staticmethod({end})
    def loss(self, network, inputs, targets):
        CALLS.append(1)
        before = TIMES.read_text() if TIMES.exists() else ""
        if len(CALLS) == 7 and len(before) < self.times:
            TIMES.write_text(before + ".")
            self.end()
        return 2 * super().loss(network, inputs, targets)
"""
_KILLED, _CRASHED = "lambda: os.kill(os.getpid(), signal.SIGKILL)", "lambda: os._exit(7)"


def test_each_costs_the_case_at_hand_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rooms, "_SLACK", 2.0)
    file = tmp_path / "misbehaving.py"
    file.write_text(MISBEHAVING)
    specs = tuple(f"{file}:{name}" for name in ("Leaking", "Crashing", "Hanging", "Deaf"))
    judged = Plan(1, 99, tuple(identity_of(spec, load(spec)) for spec in specs), timeout=0.5, memory=200, chunk=99)
    batches = {n: len(judged.case(n, {})[0].inputs) for n in range(99)}
    (crashes,), (is_deaf,), hung, fine = (
        tuple(n for n, m in batches.items() if m == size)[:count] for size, count in ((3, 1), (4, 1), (2, 4), (1, 3))
    )
    room = Room(judged, stores.suite())
    try:
        rows = room.judge_cases((*hung, crashes, is_deaf, *fine), {}).rows
    finally:
        room.shut()

    assert _told(rows, LEAKING) == _told(rows, CRASHING) - {(crashes, "error", "the process ended with exit code 7")} == set()
    assert _told(rows, CRASHING)
    assert _told(rows, HANGING) == {(case, "error", "loss: no answer within 0.5 s (--timeout)") for case in hung}
    assert _told(rows, DEAF) == {(is_deaf, "error", "no answer within 0.5 s a call, and it could not be interrupted")}
    for index, case in ((HANGING, is_deaf), (HANGING, fine[0]), (DEAF, hung[3]), (DEAF, fine[2]), (CRASHING, fine[1])):
        assert {row.quantity for row in rows if (row.implementation, row.case) == (index, case)} == set(QUANTITIES)


@pytest.mark.parametrize(("end", "times", "is_explained"), [(_KILLED, 3, True), (_CRASHED, 1, True), (_CRASHED, 9, False)])
def test_an_explanation_outlives_kills_and_not_crashes(tmp_path: Path, end: str, times: int, is_explained: bool) -> None:
    file = tmp_path / "ending.py"
    file.write_text(ENDING.format(times=times, end=end))
    spec = f"{file}:Ending"
    room = Room(Plan(1, 9, (identity_of(spec, load(spec)),), chunk=9), stores.suite())
    try:
        found = room.explain(0, (0, 1, 2), {})
    finally:
        room.shut()
    assert (found is not None) == is_explained
    assert len((tmp_path / "ending.times").read_text()) == (times if is_explained else 2)


def _told(rows: tuple[Row, ...], implementation: int) -> set[tuple[int, str, str]]:
    """What is held against an implementation: in which case, and why."""
    return {(row.case, row.verdict, row.message) for row in rows if row.implementation == implementation and row.is_broken}


def test_what_hangs_is_known_by_its_message() -> None:
    assert hangs("loss: no answer within 60 s (--timeout)")
    assert hangs("asked for loss, the program did not answer within 0.5 s")
    assert hangs(symptom_of("loss", "loss: no answer within 0.5 s (--timeout)"))
    assert not hangs("raised ValueError: no answer")


def test_a_symptom_has_no_numbers() -> None:
    assert symptom_of("gradients", "dE/dW2[0, 1]") == symptom_of("gradients", "dE/dW1[3, 3]") == "gradients: dE/dW"
    assert symptom_of("loss", "raised E: 3.5 at 0x7f01") == symptom_of("loss", "raised E: -1e-3 at 0x7e")
    assert tidy("asked for loss (seq 12), the program died") == tidy("asked for loss (seq 3), the program died")


# ---- what the process notes


def test_what_is_noted_is_there_when_the_process_is_gone() -> None:
    pad, told = Pad(), []
    notes = Notes(next(iter(pad.files), None), told.append)
    if not pad.files:
        pytest.skip("no process can be given an open file here")
    assert pad.place is None
    assert not list(pad.judged())
    found = [Judged(case, 9, (Row(case, 0, 3, "loss", "passed"),)) for case in range(3)]
    notes.at(0, -1)
    before = pad.beat()
    for one in found:
        notes.at(one.case, 0)
        notes.judged(one)
    assert pad.place == At(2, 0)
    assert pad.beat() != before
    assert list(pad.judged()) == found
    os.ftruncate(pad.files[0], os.fstat(pad.files[0]).st_size - 5)  # ended while it noted the last one
    assert list(pad.judged()) == found[:2]
    notes.clear()
    notes.at(7, 1)
    assert pad.place == At(7, 1)
    assert not list(pad.judged())
    assert not told
    pad.close()
    assert pad.place is None
    assert not list(pad.judged())


def test_what_cannot_be_noted_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    pad, told = Pad(), []
    notes = Notes(next(iter(pad.files), None), told.append)
    found = [Judged(case, 9, ()) for case in range(3)]
    notes.at(0, -1)
    notes.judged(found[0])
    noted = list(pad.judged())
    monkeypatch.setattr(os, "pwrite", lambda *arguments: 3)  # a disk that is nearly full
    notes.judged(found[1])
    monkeypatch.undo()
    notes.at(2, 0)
    notes.judged(found[2])
    assert [*noted, *(one for one in told if isinstance(one, Judged))] == found
    assert told[-2] == At(2, 0)
    pad.close()


def test_a_room_without_notes_judges_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "misbehaving.py"
    file.write_text(MISBEHAVING)
    spec = f"{file}:Crashing"
    judged = Plan(1, 99, (identity_of(spec, load(spec)),), chunk=99)
    crashes = next(n for n in range(99) if len(judged.case(n, {})[0].inputs) == 3)
    found = []
    for is_possible in (pads._IS_POSSIBLE, False):
        monkeypatch.setattr(pads, "_IS_POSSIBLE", is_possible)
        room = Room(judged, stores.suite())
        try:
            rows = room.judge_cases((*range(5), crashes, 98), {}).rows
        finally:
            room.shut()
        found.append([replace(row, seconds=0.0) for row in rows])
        assert _told(rows, 0) == {(crashes, "error", "the process ended with exit code 7")}
    assert found[0] == found[1]
