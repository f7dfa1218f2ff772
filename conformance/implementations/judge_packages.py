"""Installs the published packages of packages.toml where it can, judges them, and writes docs/who-conforms anew.

What cannot be installed is said, and keeps the result that it had. Needs pip, npm and node, and on Debian the right to apt-get.
"""

from __future__ import annotations

import argparse
import os
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

from mlp_conformance.matrix.document import kept
from mlp_conformance.matrix.entries import listed
from mlp_conformance.matrix.pool import Limits, judge_all
from mlp_conformance.matrix.rows import Row, write_row
from mlp_conformance.results import CLASSES

HERE = Path(__file__).resolve().parent
DOCS = HERE.parent.parent / "docs"
#: Fewer drawn networks than by default: the results that are committed were judged so.
SETTINGS = {"examples": 20, "seed": 0}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--light", action="store_true", help="only those that install within a minute")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="how many are judged at a time")
    parser.add_argument("--timeout", type=float, default=60.0, help="seconds that one call may take")
    parser.add_argument("--limit", type=float, default=1200.0, help="seconds that one implementation may take")
    parser.add_argument("--installed", action="store_true", help="install and build nothing: everything is there")
    parser.add_argument("names", nargs="*", help="only these")
    options = parser.parse_args()
    known = {row.name: row for row in kept(DOCS / "who-conforms")}
    chosen = [
        entry
        for entry in listed(HERE / "packages.toml")
        if (entry.light or not options.light) and (not options.names or entry.name in options.names)
    ]
    missing = [] if options.installed else not_installed(entry.install for entry in chosen)
    if not options.installed:
        missing += not_built(entry.build for entry in chosen if entry.build and entry.install not in missing)
    for line in missing:
        print(f"not installed or built, so not judged again: {line}", file=sys.stderr)
    left = [entry for entry in chosen if entry.install not in missing and entry.build not in missing]
    limits = Limits(options.jobs, options.timeout, options.limit)
    for row in judge_all(left, SETTINGS, limits, lambda step: None):
        print(f"{row.name}: {row.verdict}{changes(known.get(row.name), row)}", file=sys.stderr, flush=True)
        if row.verdict != "not judged":
            write_row(row, DOCS / "who-conforms")
    return subprocess.run([sys.executable, str(DOCS / "figures" / "who_conforms.py")], check=False).returncode


def changes(before: Row | None, now: Row) -> str:
    """What is another verdict, class, failure or diagnosis than before, in words; why a row could not be judged."""
    if now.verdict == "not judged":
        return f": {now.reason}"
    if before is None:
        return ", for the first time"
    told = [f"was: {before.verdict}"] if before.verdict != now.verdict else []
    told += [
        f"{name}: {before.classes[name]} → {now.classes[name]}" for name in CLASSES if before.classes[name] != now.classes[name]
    ]
    told += [f"fails anew: {check}" for check in now.failing if check not in before.failing]
    told += [f"fails no more: {check}" for check in before.failing if check not in now.failing]
    told += [f"said: {now.said}"] if before.said != now.said else []
    return "".join(f"\n  {one}" for one in told)


def not_installed(lines: Iterable[str]) -> list[str]:
    """Run install lines by the clients that they name; those that did not work.

    npm is called once: it removes what it is not told.
    """
    wanted = list(dict.fromkeys(lines))
    npm = [line for line in wanted if line.startswith("npm ")]
    names = [word for line in npm for word in shlex.split(line)[2:] if not word.startswith("-")]
    quiet = ["--ignore-scripts", "--no-save", "--no-package-lock", "--no-audit", "--no-fund"]
    failed = npm if names and not _ran(["npm", "install", "--prefix", str(HERE), *quiet, *names]) else []
    for line in wanted:
        client, *words = shlex.split(line)
        if client == "pip" and not _ran([sys.executable, "-m", "pip", *words, "-q"]):
            failed.append(line)
        if client == "apt-get" and not (os.geteuid() == 0 and _ran([client, *words, "-y"])):
            failed.append(line)
    return failed


def not_built(lines: Iterable[str]) -> list[str]:
    """Run build lines in this folder; those that did not work."""
    return [line for line in dict.fromkeys(lines) if not _ran(shlex.split(line))]


def _ran(command: list[str]) -> bool:
    if shutil.which(command[0]) is None:
        return False
    return subprocess.run(command, cwd=HERE, check=False, stdout=subprocess.DEVNULL).returncode == 0


if __name__ == "__main__":
    sys.exit(main())
