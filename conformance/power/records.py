"""What the measurements leave behind: a JSON file each, beside this module; and the loop that measures on two processes."""

from __future__ import annotations

import argparse
import json
import multiprocessing
import sys
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path
from typing import Any, TypeVar

FOLDER = Path(__file__).parent
_Item = TypeVar("_Item")


def read(name: str) -> dict[str, Any]:
    """A record: "settings", and "rows" by id; both empty if nothing was recorded yet."""
    path = FOLDER / f"{name}.json"
    return json.loads(path.read_text(encoding="utf-8")) if path.exists() else {"settings": {}, "rows": {}}


def write(name: str, settings: dict[str, Any], rows: dict[str, Any]) -> None:
    """Write a record, a row a line, in the order given: small differences between two versions."""
    lines = [f"{json.dumps(id, ensure_ascii=False)}: {json.dumps(row, ensure_ascii=False)}" for id, row in rows.items()]
    head = json.dumps(settings, ensure_ascii=False)
    body = ",\n".join(lines)
    (FOLDER / f"{name}.json").write_text(f'{{"settings": {head}, "rows": {{\n{body}\n}}}}\n', encoding="utf-8")


def added(name: str, rows: dict[str, Any], order: Iterable[str]) -> tuple[dict[str, Any], dict[str, Any]]:
    """The settings of a record, and its rows with those that were measured since, in that order."""
    before = read(name)
    both = before["rows"] | rows
    return before["settings"], {id: both[id] for id in order if id in both}


def parser(about: str, *, in_parts: bool = False, resumed: bool = False) -> argparse.ArgumentParser:
    """The options that every measurement has; in_parts: that it can be stopped; resumed: that it goes on when told to."""
    found = argparse.ArgumentParser(description=about)
    found.add_argument("--only", metavar="PART", default="", help="only those whose id has PART in it; nothing is recorded")
    found.add_argument("--sample", metavar="N", type=int, default=0, help="only every N-th; nothing is recorded")
    found.add_argument("--add", action="store_true", help="record what --only or --sample measured beside the rows there are")
    found.add_argument("--workers", type=int, default=2, help="processes (default 2)")
    found.add_argument("--examples", type=int, default=0, help="drawn networks a check (default: the measurement's own)")
    if in_parts:
        found.add_argument("--minutes", type=float, default=0, help="stop after so long, and record how far it came")
    if resumed:
        found.add_argument("--resume", action="store_true", help="go on from the record: what it has is not measured again")
    return found


def chosen(items: Iterable[_Item], options: argparse.Namespace, key: Callable[[_Item], str]) -> list[_Item]:
    """What --only and --sample leave of the items."""
    found = [item for item in items if options.only in key(item)]
    return found[:: options.sample] if options.sample else found


def measured(
    function: Callable[[_Item], tuple[str, Any]], items: list[_Item], workers: int, minutes: float = 0
) -> dict[str, Any]:
    """{id: row} in the order of the items, each measured in one of the processes, told on stderr as it goes.

    minutes: what is not measured by then is left out (0: everything is measured). A process that dies, as one does that has
    compiled too much, is replaced; the item that is the first to be lost twice is left out.
    """
    start, rows, left = time.perf_counter(), {}, list(items)
    while left:
        done = 0
        with ProcessPoolExecutor(workers, multiprocessing.get_context("spawn")) as pool:
            try:
                for id, row in pool.map(function, left):
                    rows[id] = row
                    done += 1
                    if sys.stderr.isatty() or len(rows) % 20 == 0:
                        told = f"{len(rows)} of {len(items)}, {time.perf_counter() - start:.0f} s: {id}"
                        print(told, file=sys.stderr, flush=True)
                    if minutes and time.perf_counter() - start > 60 * minutes:
                        pool.shutdown(cancel_futures=True)
                        return rows
            except BrokenProcessPool:
                print(f"a process ended by itself after {len(rows)} of {len(items)}", file=sys.stderr)
        left = left[max(done, 1) :]
    return rows
