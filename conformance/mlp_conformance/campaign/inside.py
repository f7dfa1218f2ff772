"""The inside of a room: a process that keeps the implementations, draws the cases of a chunk, and judges them one by one.

`python -m mlp_conformance.campaign.inside` is started by `room` and speaks pickles with it, on standard input and output.
What an implementation prints goes nowhere; when whoever started it is gone, it ends at once.
"""

from __future__ import annotations

import os
import pickle
import queue
import threading
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

from mlp_conformance.campaign.identity import identity_of, subject_of, suite, suite_difference
from mlp_conformance.campaign.judging import QUANTITIES, Row, judge_case, oracle_of, size_of
from mlp_conformance.campaign.plan import Plan, Searches
from mlp_conformance.loading import LoadError
from mlp_conformance.subject import Subject


@dataclass(frozen=True)
class Begin:
    """The first message to a room: what it is to judge, and the suite that it has to be."""

    plan: Plan
    suite: Mapping[str, str]


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
class At:
    """The implementation that is about to be asked, told before each of its calls; -1: the oracle."""

    case: int
    implementation: int


@dataclass(frozen=True)
class Judged:
    """A case is done. full: the process has grown too large, and ends."""

    case: int
    size: int
    rows: tuple[Row, ...]
    full: bool = False


@dataclass(frozen=True)
class Explained:
    """The answer to Explain: an explanation of `failures`."""

    found: Any


class Inside:
    """The process's own state: the plan and its implementations, loaded once."""

    def __init__(self, begin: Begin) -> None:
        self.plan = begin.plan
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

    def judge(self, message: Judge, tell: Any) -> None:
        """Tell of each case as soon as it is judged; no further case is begun once the process is full."""
        for number in message.numbers:
            tell(At(number, -1))
            case, group, stratum = self.plan.case(number, message.searches)
            oracle = oracle_of(case, self.subjects[group.members[0]])
            rows: list[Row] = []
            for index in group.members:
                place = (number, index, stratum)
                how = message.fatal.get((number, index))
                if how is not None:
                    rows.append(Row(*place, QUANTITIES[0], "error", symptom=f"process: {how}", message=how))
                    continue
                rows += judge_case(self._telling(index, number, tell), case, oracle, place)
            full = _resident() > self._largest
            tell(Judged(number, size_of(case), tuple(rows), full))
            if full:
                return

    def explain(self, message: Explain, tell: Any) -> None:
        from mlp_conformance.campaign.failures import explained

        subject = self._telling(message.implementation, message.cases[0], tell)
        drawn = [(number, self.plan.case(number, message.searches)[0]) for number in message.cases]
        tell(Explained(explained(subject, drawn)))

    def _telling(self, implementation: int, case: int, tell: Any) -> Subject:
        """The implementation, which tells before each call where it is: a call may be the process's last, or never end."""
        subject = self.subjects[implementation]
        subject.asking = lambda: tell(At(case, implementation))
        return subject


def _resident() -> int:
    """Bytes in memory of this process and of those that it has started; 0 where that cannot be known."""
    own = os.getpid()
    with suppress(OSError, ValueError):
        children = Path(f"/proc/{own}/task/{own}/children").read_text().split()
        return sum(map(_resident_of, [str(own), *children]))
    return 0


def _resident_of(process: str) -> int:
    with suppress(OSError, ValueError):
        return int(Path(f"/proc/{process}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    return 0


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
        inside = Inside(messages.get())
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
            inside.judge(message, tell)
        else:
            inside.explain(message, tell)


if __name__ == "__main__":
    from mlp_conformance.campaign.inside import main as named  # so that messages are of the module, not of __main__

    named()
