"""The inside of a room: a process that keeps the implementations, draws the cases of a chunk, and judges them one by one.

`python -m mlp_conformance.campaign.inside` is started by `room` and speaks pickles with it, on standard input and output; what
it has to say of each case and call, it notes (`notes`).
What an implementation prints goes nowhere; when whoever started it is gone, it ends at once.
"""

from __future__ import annotations

import os
import pickle
import queue
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

from mlp_conformance.campaign.identity import identity_of, subject_of, suite, suite_difference
from mlp_conformance.campaign.judging import QUANTITIES, Row, judge_case, oracle_of, size_of
from mlp_conformance.campaign.notes import Judged, Notes
from mlp_conformance.campaign.plan import Plan, Searches
from mlp_conformance.loading import LoadError
from mlp_conformance.subject import Subject


@dataclass(frozen=True)
class Begin:
    """The first message to a room: what it is to judge, the suite that it has to be, and the open file for its notes."""

    plan: Plan
    suite: Mapping[str, str]
    notes: int | None = None


@dataclass(frozen=True)
class Ready:
    """The implementations are loaded."""


@dataclass(frozen=True)
class Refused:
    """Nothing can be judged here: why."""

    why: str


@dataclass(frozen=True)
class Judge:
    """Judge these cases. fatal: what (case, implementation) has ended the process or hung before, and how."""

    numbers: tuple[int, ...]
    searches: Searches
    fatal: Mapping[tuple[int, int], str] = field(default_factory=dict)


@dataclass(frozen=True)
class Explain:
    """Say what is wrong with an implementation, from those of the cases on which it fails."""

    implementation: int
    cases: tuple[int, ...]
    searches: Searches


@dataclass(frozen=True)
class Paused:
    """The cases are judged, and noted; full: not all of them, since the process has grown too large, and ends."""

    full: bool


@dataclass(frozen=True)
class Explained:
    """The answer to Explain: an explanation of `failures`."""

    found: Any


class Inside:
    """The process's own state: the plan and its implementations, loaded once."""

    def __init__(self, begin: Begin, tell: Callable[[Any], None]) -> None:
        self.plan, self._tell = begin.plan, tell
        self.notes = Notes(begin.notes, tell)
        difference = suite_difference(begin.suite, suite())
        if difference:
            raise LoadError(f"another suite here: {difference}")
        self.subjects = [self._loaded(index) for index in range(len(self.plan.implementations))]
        self._largest = _resident() + self.plan.memory * 2**20
        _limit_memory(2 * self.plan.memory * 2**20)

    def _loaded(self, index: int) -> Subject:
        wanted = self.plan.implementations[index]
        subject = subject_of(wanted.spec, self.plan.timeout)
        difference = wanted.difference(identity_of(wanted.spec, subject))
        if difference:
            raise LoadError(f"{wanted.label} is another implementation here: {difference}")
        return subject

    def judge(self, message: Judge) -> None:
        """Note each case as soon as it is judged; no further case is begun once the process is full."""
        full = False
        self.notes.clear()
        for number in message.numbers:
            self.notes.at(number, -1)
            case, group, stratum = self.plan.case(number, message.searches)
            oracle = oracle_of(case, self.subjects[group.members[0]])
            rows: list[Row] = []
            for index in group.members:
                place = (number, index, stratum)
                how = message.fatal.get((number, index))
                if how is not None:
                    rows.append(Row(*place, QUANTITIES[0], "error", symptom=f"process: {how}", message=how))
                    continue
                rows += judge_case(self._noting(index, number), case, oracle, place)
            self.notes.judged(Judged(number, size_of(case), tuple(rows)))
            full = _resident() > self._largest
            if full:
                break
        self._tell(Paused(full))

    def explain(self, message: Explain) -> None:
        from mlp_conformance.campaign.failures import explained

        subject = self._noting(message.implementation, message.cases[0])
        drawn = [(number, self.plan.case(number, message.searches)[0]) for number in message.cases]
        self._tell(Explained(explained(subject, drawn)))

    def _noting(self, implementation: int, case: int) -> Subject:
        """The implementation, which notes before each call where it is: a call may be the process's last, or never end."""
        subject = self.subjects[implementation]
        subject.asking = lambda: self.notes.at(case, implementation)
        return subject


def _resident() -> int:
    """Bytes in memory of this process and of those that it has started; 0 where that cannot be known."""
    own = os.getpid()
    with suppress(OSError, ValueError):
        return sum(map(_resident_of, [b"%d" % own, *_read(b"/proc/%d/task/%d/children" % (own, own)).split()]))
    return 0


def _resident_of(process: bytes) -> int:
    with suppress(OSError, ValueError):
        return int(_read(b"/proc/%s/statm" % process).split()[1]) * os.sysconf("SC_PAGE_SIZE")
    return 0


def _read(path: bytes) -> bytes:
    """A file of /proc, without what makes reading comfortable: this is done once a case."""
    file = os.open(path, os.O_RDONLY)
    try:
        return os.read(file, 2**16)
    finally:
        os.close(file)


def _limit_memory(more: int) -> None:
    """A request for memory far beyond what is allowed fails, as a MemoryError of the implementation's."""
    with suppress(ImportError, OSError, ValueError):
        import resource

        line = next(line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmData"))
        _, hard = resource.getrlimit(resource.RLIMIT_DATA)
        resource.setrlimit(resource.RLIMIT_DATA, (int(line.split()[1]) * 1024 + more, hard))


def _messages(source: BinaryIO) -> queue.SimpleQueue[Any]:
    """What arrives, read by a thread that ends the process when nobody is left to send."""
    found: queue.SimpleQueue[Any] = queue.SimpleQueue()

    def read() -> None:
        while True:
            try:
                found.put(pickle.load(source))
            except Exception:
                os._exit(0)

    threading.Thread(target=read, daemon=True).start()
    return found


def main() -> None:
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    source = os.fdopen(os.dup(0), "rb")
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)

    def tell(message: Any) -> None:
        answers.write(pickle.dumps(message))
        answers.flush()

    messages = _messages(source)
    try:
        inside = Inside(messages.get(), tell)
    except LoadError as error:
        tell(Refused(str(error)))
        return
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)
    tell(Ready())
    while True:
        message = messages.get()
        if isinstance(message, Judge):
            inside.judge(message)
        else:
            inside.explain(message)


if __name__ == "__main__":
    from mlp_conformance.campaign.inside import main as named  # so that messages are of the module, not of __main__

    named()
