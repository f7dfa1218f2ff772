"""Ratios of what two things cost, measured alternately in one run, and the table of them at the end of the run.

Seconds depend on the machine and on what else it does; a ratio to a yardstick timed in the same minute much less. No
benchmark asserts a time: the targets of the design stand beside what was measured, and people judge. Store everything with
`--benchmark-json FILE`.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from statistics import median
from typing import Any

import pytest

#: One thread a process, here as in the processes of a campaign: what is compared is work, not how it is spread.
for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[variable] = "1"


@dataclass(frozen=True)
class Figure:
    """One line of the table: what, as a multiple of what, the design's target, and a remark (seconds and the like)."""

    quantity: str
    ratio: float
    yardstick: str
    target: str = ""
    remark: str = ""


_FIGURES = pytest.StashKey[list[Figure]]()


class Ratios:
    """Measures one thing against its yardstick with pytest-benchmark, and notes figures for the table."""

    def __init__(self, benchmark: Any, noted: list[Figure]) -> None:
        self._benchmark, self._noted = benchmark, noted

    def against(self, ours: Callable[[], Any], *yardsticks: Callable[[], Any], rounds: int) -> tuple[float, ...]:
        """Median seconds of all, timed in turns."""
        seconds: list[list[float]] = [[] for _ in yardsticks]

        def before_each_round() -> None:
            for yardstick, found in zip(yardsticks, seconds, strict=True):
                start = time.perf_counter()
                yardstick()
                found.append(time.perf_counter() - start)

        self._benchmark.pedantic(ours, setup=before_each_round, rounds=rounds, warmup_rounds=1 if rounds > 3 else 0)
        return self._benchmark.stats.stats.median, *map(median, seconds)

    def note(self, figure: Figure) -> None:
        """Put a line into the table, and into the JSON under `extra_info`."""
        self._benchmark.extra_info.setdefault("figures", []).append(asdict(figure))
        self._noted.append(figure)


@pytest.fixture
def ratios(benchmark: Any, request: pytest.FixtureRequest) -> Ratios:
    return Ratios(benchmark, request.config.stash.setdefault(_FIGURES, []))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    figures = config.stash.get(_FIGURES, [])
    if not figures:
        return
    rows = [("what", "ratio", "to", "target", "on this machine")]
    rows += [(f.quantity, f"{f.ratio:.3g}", f.yardstick, f.target, f.remark) for f in figures]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    terminalreporter.section("ratios")
    for row in rows:
        terminalreporter.write_line("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())
