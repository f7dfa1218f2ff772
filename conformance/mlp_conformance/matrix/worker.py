"""Judges one implementation in a process of its own and says how it goes in lines of JSON on standard output.

`python -m mlp_conformance.matrix.worker TASK`: the task is a JSON object, see `Task`. Lines: {"planned": number of checks},
{"check": id, "verdict": verdict} for each, and at the end {"report": the document} or {"refused": why}.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from contextlib import suppress
from dataclasses import asdict, dataclass
from typing import Any

from mlp_conformance import supervision
from mlp_conformance.checks import Settings
from mlp_conformance.cli.judging import Request
from mlp_conformance.results import Report, Result
from mlp_conformance.supervision import Planned


@dataclass(frozen=True)
class Task:
    """What a worker is told. memory: bytes of private memory that each process may take; None for no limit."""

    implementation: str | None
    command: str | None
    folder: str
    examples: int
    seed: int
    timeout: float
    memory: int | None
    select: str | None = None

    def line(self) -> str:
        return json.dumps(asdict(self))


def main(argument: str) -> None:
    """Do the task; what the implementation prints goes to standard error."""
    task = Task(**json.loads(argument))
    with os.fdopen(os.dup(1), "w", encoding="utf-8", errors="backslashreplace") as stream:
        os.dup2(2, 1)
        signal.signal(signal.SIGTERM, _interrupt)

        def say(message: dict[str, Any]) -> None:
            stream.write(json.dumps(message) + "\n")
            stream.flush()

        _limit(task.memory)
        os.chdir(task.folder)
        request = Request(
            task.implementation, task.command, task.timeout, task.select, None, Settings(task.examples, task.seed)
        )
        run = supervision.supervised if task.command is None and supervision.is_possible() else supervision.unsupervised
        found = run(request.work, lambda plan: say(_planned(plan)), lambda result: say(_result(result)))
        say({"report": found.to_json()} if isinstance(found, Report) else {"refused": found.message})


def _planned(plan: Planned) -> dict[str, Any]:
    return {"planned": len(plan.results)}


def _result(result: Result) -> dict[str, Any]:
    return {"check": result.check, "verdict": result.verdict}


def _interrupt(signum: int, frame: Any) -> None:
    raise KeyboardInterrupt


def _limit(memory: int | None) -> None:
    """Beyond so many bytes an allocation fails, in this process and in every one that it starts."""
    if memory is None:
        return
    import resource

    with suppress(OSError, ValueError):  # a lower limit is in force already
        resource.setrlimit(resource.RLIMIT_DATA, (memory, memory))


if __name__ == "__main__":
    try:
        main(sys.argv[1])
    except KeyboardInterrupt:
        sys.exit(130)
