"""`run --watch`: judge again whenever the file is saved, and say what has changed."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import click

#: Seconds between two looks at a watched file.
_LOOK = 0.3


def watch(path: Path, arguments: Sequence[str]) -> int:
    """Judge again whenever the file is saved, and say what has changed, until Ctrl-C."""
    before: dict[str, str] | None = None
    seen: float | None = None
    click.echo(f"Watching {path}: saved again, it is judged again. Ctrl-C ends this.", err=True)
    try:
        while True:
            stamp = path.stat().st_mtime if path.exists() else None
            if stamp is None or stamp == seen:
                time.sleep(_LOOK)
                continue
            seen = stamp
            now = _judged(arguments)
            if before is not None and now is not None:
                click.echo(_changes(before, now))
            before = now or before
    except KeyboardInterrupt:
        return 130


def _judged(arguments: Sequence[str]) -> dict[str, str] | None:
    """The verdict of each check of a run in a process of its own; None if it could not be started."""
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.json"
        subprocess.run([sys.executable, "-m", "mlp_conformance", "run", *arguments, "--json", str(report)], check=False)
        if not report.exists():
            return None
        results = json.loads(report.read_text(encoding="utf-8"))["results"]
        return {result["check"]: result["verdict"] for result in results}


def _changes(before: dict[str, str], now: dict[str, str]) -> str:
    """What is different since the last run."""
    broken = ("failed", "error")
    mended = [check for check, verdict in before.items() if verdict in broken and now.get(check) == "passed"]
    fallen = [check for check, verdict in now.items() if verdict in broken and before.get(check) not in broken]
    if not mended and not fallen:
        return "Since the last save: no check has changed."
    lines = ["Since the last save:"]
    lines += [f"  + {check} passes now" for check in mended] + [f"  - {check} fails now" for check in fallen]
    return "\n".join(lines)
