"""The gallery on thousands of drawn networks: no alarm may be raised, and how near to its bound each answer comes is shown.

`tox -e soundness`. Prints, for each kind of quantity and dtype, the distribution of the largest error over bound of an
array: near 1 a right program is nearly accused, far below it a wrong one may hide.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections import defaultdict
from concurrent.futures import ProcessPoolExecutor
from importlib.util import find_spec
from typing import Any

import numpy as np
from gallery import LIBRARIES, WHOLE_GALLERY

from mlp_conformance.checks import Settings, checks, trial
from mlp_conformance.judgement import Judgement, judge
from mlp_conformance.loading import load
from mlp_conformance.runner import run_check
from mlp_reference.formats import Format
from mlp_reference.oracle import Expected

#: Activations, loss, gradients and trained parameters, of whatever layer: what is compared with certified values.
_QUANTITY = re.compile(r"(a|E|dE/dW|dE/db|W|b)\d*$")

Ratios = dict[tuple[str, str], list[float]]


def judged(name: str, examples: int, seed: int) -> tuple[str, int, list[str], Ratios]:
    """One program: the numbers judged, alarms, and the largest error over bound of each array by quantity and dtype."""
    ratios: Ratios = defaultdict(list)

    def noting(quantity: str, got: np.ndarray, expected: Expected, format: Format) -> Judgement:
        found = judge(quantity, got, expected, format)
        kind = _QUANTITY.match(quantity)
        if found.worst is not None and kind:
            ratios[kind[1], format.name].append(found.worst.over_bound)
        return found

    program: Any = name if name in LIBRARIES else WHOLE_GALLERY[name]
    subject, numbers, alarms = load(program), 0, []
    trial.judge = noting  # type: ignore[attr-defined]
    for found in checks():
        result = run_check(subject, found, Settings(examples=examples, seed=seed))
        numbers += result.judged
        if result.is_broken:
            alarms.append(f"{found.id}: {result.quantity} {result.error_over_bound} times its bound. {result.message}")
    return name, numbers, alarms, dict(ratios)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--examples", type=int, default=2000, help="networks for each of the drawn checks")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--only", default="", help="a part of the names of those to be judged")
    parser.add_argument("--processes", type=int, default=2)
    given = parser.parse_args()
    installed = [name for name, module in LIBRARIES.items() if find_spec(module) is not None]
    names = [name for name in [*WHOLE_GALLERY, *installed] if given.only in name]
    total: Ratios = defaultdict(list)
    alarmed = 0
    with ProcessPoolExecutor(given.processes) as pool:
        runs = [pool.submit(judged, name, given.examples, given.seed) for name in names]
        for run in runs:
            name, numbers, alarms, ratios = run.result()
            print(f"{name:45} {numbers:12,} numbers judged, {len(alarms)} alarms", flush=True)
            for alarm in alarms:
                print(f"    {alarm}", flush=True)
            alarmed += bool(alarms)
            for key, found in ratios.items():
                total[key] += found
    print(f"\n{'the largest error of an array, over its bound':>48}")
    print(f"{'':22}{'arrays':>10}{'median':>10}{'90 %':>10}{'99 %':>10}{'largest':>10}")
    for (quantity, dtype), found in sorted(total.items()):
        shown = "".join(f"{value:10.4f}" for value in (*np.quantile(found, [0.5, 0.9, 0.99]), max(found)))
        print(f"{quantity:10}{dtype:12}{len(found):10,}{shown}")
    print(f"\n{len(names)} programs, {alarmed} with alarms")
    return 1 if alarmed else 0


if __name__ == "__main__":
    sys.exit(main())
