"""A campaign whose verdicts are made up at once, so that what is measured is the campaign: `python simulated.py CASES FOLDER`.

Prints, as JSON, seconds to run it, seconds to take it up again when everything is finished, the peak of memory in KiB before
it began and at its end, and the bytes of its tables.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from mlp_conformance.campaign.conduct import Campaign
from mlp_conformance.campaign.identity import identity_of
from mlp_conformance.campaign.judging import QUANTITIES, Row
from mlp_conformance.campaign.plan import Plan, Work
from mlp_conformance.campaign.room import ChunkRows
from mlp_conformance.campaign.store import Store
from mlp_conformance.campaign.tables import Finished, finished
from mlp_conformance.loading import load


class Simulated:
    """Verdicts drawn from the case's number: most pass, one in a thousand fails."""

    capacity = 4

    def submit(self, work: Work, done: Callable[[Work, Finished | BaseException], None]) -> None:
        done(work, finished(work, self._rows(work)))

    def _rows(self, work: Work) -> ChunkRows:
        plan, numbers = work.plan, work.plan.numbers(work.chunk)
        ratios = np.random.default_rng(work.chunk).random((len(numbers), len(QUANTITIES))) ** 3
        rows = []
        for number, drawn in zip(numbers, ratios, strict=True):
            stratum = plan.origin(number, work.searches)[1]
            for quantity, ratio in zip(QUANTITIES, drawn, strict=True):
                fails = quantity == "loss" and number % 1000 == 0
                verdict, symptom = ("failed", f"loss: E{number % 7}") if fails else ("passed", "")
                over = 3.0 if fails else float(ratio)
                rows.append(Row(number, 0, stratum, quantity, verdict, over, over, 20, int(fails), "E", symptom, "", 1e-3))
        return ChunkRows(tuple(rows), dict.fromkeys(numbers, 30))

    def trouble(self) -> str:
        return ""

    def close(self) -> None:
        pass


def peak() -> int:
    """KiB of this process alone at its largest."""
    with open("/proc/self/status") as status:
        return next(int(line.split()[1]) for line in status if line.startswith("VmHWM"))


def main(cases: int, folder: Path) -> None:
    plan = Plan(0, cases, (identity_of("reference", load("reference")),))
    with Store.create(folder, plan) as store:
        campaign, before, began = Campaign(store), peak(), time.perf_counter()
        campaign.run(Simulated())
        ran, after = time.perf_counter() - began, peak()
    with Store.resume(folder) as store:
        began = time.perf_counter()
        assert Campaign(store).progress.is_complete
        resumed = time.perf_counter() - began
    size = sum(path.stat().st_size for path in folder.glob("results/*"))
    print(json.dumps([ran, resumed, before, after, size]))


if __name__ == "__main__":
    main(int(sys.argv[1]), Path(sys.argv[2]))
