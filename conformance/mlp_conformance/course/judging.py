"""Judges one submission: a copy of it, in a private folder, in a process within limits, ended with all that it started."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from mlp_conformance.course.submissions import Submission

#: Seconds between two looks at a running submission, and processes that it may have at once.
_LOOK, _PROCESSES = 0.2, 64
#: What a submission sees of the environment.
_KEPT = ("PATH", "LANG", "LC_ALL", "SYSTEMROOT", "VIRTUAL_ENV", "LD_LIBRARY_PATH")


@dataclass(frozen=True)
class Limits:
    """Of one submission: seconds altogether, megabytes of memory for each process, networks drawn for each check."""

    seconds: float = 120.0
    megabytes: int = 2048
    examples: int = 20


@dataclass(frozen=True)
class Judged:
    """What became of one submission: the JSON report of its run, or why there is none."""

    submission: Submission
    report: dict[str, Any] | None
    problem: str
    seconds: float


def judge(submission: Submission, limits: Limits, stop: threading.Event | None = None) -> Judged:
    """Judge it; whatever it does, this ends soon after its time, and nothing that it started is left."""
    start = time.monotonic()
    if submission.file is None:
        return Judged(submission, None, submission.problem, 0.0)
    with tempfile.TemporaryDirectory(prefix="grade-", ignore_cleanup_errors=True) as private:
        folder = Path(private)
        try:
            file = _copied(submission, folder / "submission")
        except OSError as error:
            return Judged(submission, None, f"cannot be read: {error.strerror or error}", 0.0)
        report = folder / "report.json"
        problem = _run(file, report, folder, limits, stop or threading.Event())
        found = _read(report, str(file.parent) + os.sep)
        problem = "" if found is not None else problem.replace(str(file.parent) + os.sep, "")
        return Judged(submission, found, problem, time.monotonic() - start)


def _copied(submission: Submission, to: Path) -> Path:
    assert submission.file is not None
    if submission.path.is_dir():
        shutil.copytree(submission.path, to, symlinks=True)
        return to / submission.file.relative_to(submission.path)
    to.mkdir()
    return Path(shutil.copy(submission.file, to))


def _run(file: Path, report: Path, folder: Path, limits: Limits, stop: threading.Event) -> str:
    """Run the suite on the file; why it came to no end of its own, or its last words."""
    call = max(1.0, min(20.0, limits.seconds / 4))
    command = [sys.executable, "-m", "mlp_conformance", "run", str(file), "--json", str(report), "--quiet"]
    command += ["--examples", str(limits.examples), "--timeout", str(call), "--cases", str(folder / "cases")]
    if os.name == "posix":
        limited = [sys.executable, "-m", "mlp_conformance.course.limits", str(limits.megabytes), str(limits.seconds)]
        command = [*isolation(), *limited, *command]
    environment = {name: os.environ[name] for name in _KEPT if name in os.environ}
    environment |= {"HOME": str(folder), "TMPDIR": str(folder), "MPLBACKEND": "Agg"}
    environment |= {f"{library}_NUM_THREADS": "1" for library in ("OMP", "OPENBLAS", "MKL")}
    said = folder / "said"
    with said.open("wb") as errors:
        process = subprocess.Popen(
            command,
            cwd=file.parent,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=errors,
            start_new_session=True,
        )
        problem = _watched(process, limits, stop)
    return problem or _last_words(said, process.returncode)


def _watched(process: subprocess.Popen[bytes], limits: Limits, stop: threading.Event) -> str:
    """Wait for the process, and end it with its family when it may not go on; why, or nothing."""
    deadline = time.monotonic() + limits.seconds
    problem = ""
    try:
        while process.poll() is None and not problem:
            if stop.is_set():
                problem = "interrupted"
            elif time.monotonic() > deadline:
                problem = f"no verdict within {limits.seconds:g} s"
            elif len(family(process.pid)) > _PROCESSES:
                problem = f"it started more than {_PROCESSES} processes"
            else:
                with suppress(subprocess.TimeoutExpired):
                    process.wait(_LOOK)
    finally:
        _end(process)
    return problem


def _end(process: subprocess.Popen[bytes]) -> None:
    """End the process and its family, until nothing of it is left to start another."""
    for _ in range(50):
        left = family(process.pid)
        for pid in left:
            with suppress(ProcessLookupError, PermissionError):
                os.kill(pid, signal.SIGKILL)
        if process.poll() is None:
            process.kill()
        if not left:
            break
        time.sleep(0.02)
    process.wait()


def family(session: int) -> list[int]:
    """Processes of the session, their children, and those in a namespace of theirs, by what the system tells (/proc)."""
    found: dict[int, tuple[int, int]] = {}
    for entry in Path("/proc").glob("[0-9]*"):
        with suppress(OSError, ValueError, IndexError):
            fields = (entry / "stat").read_text().rpartition(")")[2].split()
            if fields[0] != "Z":
                found[int(entry.name)] = (int(fields[1]), int(fields[3]))
    members = {pid for pid, (_, of) in found.items() if of == session or pid == session}
    while more := {pid for pid, (parent, _) in found.items() if parent in members} - members:
        members |= more
    return sorted(members - {os.getpid()})


@cache
def isolation() -> tuple[str, ...]:
    """What puts a command into a network and a process table of its own, as far as this system lets us: often nothing."""
    unshare = shutil.which("unshare")
    if not unshare:
        return ()
    for options in (["-n", "-p", "--fork", "--kill-child"], ["-r", "-n", "-p", "--fork", "--kill-child"], ["-r", "-n"]):
        tried = subprocess.run([unshare, *options, "true"], capture_output=True, check=False)
        if tried.returncode == 0:
            return (unshare, *options)
    return ()


def _last_words(said: Path, status: int) -> str:
    text = said.read_bytes()[-20_000:].decode("utf-8", "replace")
    *_, last = text.rpartition("mlp-conformance: ") if "mlp-conformance: " in text else text.strip().splitlines() or [""]
    return " ".join(last.split())[:500] or f"the process ended with status {status}"


def _read(report: Path, private: str) -> dict[str, Any] | None:
    """The report, without the private folder in it, unless the submission has put something else in its place."""
    try:
        found = json.loads(report.read_text(encoding="utf-8").replace(json.dumps(private)[1:-1], ""))
    except (OSError, ValueError):
        return None
    needed = {"conforms", "classes", "results", "diagnosis", "summary"}
    return found if isinstance(found, dict) and needed <= set(found) else None
