"""What a case of a campaign costs, by what is done and by the network's shape: `python cost_of_a_case.py [CASES]`.

Prints the tables of docs/campaigns.md, in milliseconds of processor time of one process.
"""

from __future__ import annotations

import sys
import time
from collections import defaultdict
from collections.abc import Callable
from typing import Any

from mlp_conformance.campaign.identity import identity_of
from mlp_conformance.campaign.judging import judge_case, oracle_of
from mlp_conformance.campaign.plan import Plan
from mlp_conformance.campaign.strata import DEPTHS, WIDTHS
from mlp_conformance.loading import load


def _timed(compute: Callable[[], Any]) -> tuple[float, Any]:
    began = time.process_time()
    result = compute()
    return time.process_time() - began, result


def main(cases: int) -> None:
    subject = load("reference")
    plan = Plan(0, cases, (identity_of("reference", subject),))
    drawing = certifying = judging = 0.0
    shapes: dict[tuple[int, str], list[float]] = defaultdict(list)
    for number in range(cases):
        drawn, (case, _, stratum) = _timed(lambda number=number: plan.case(number, {}))
        oracle, place = oracle_of(case, subject), (number, 0, stratum)
        both, _ = _timed(lambda case=case, oracle=oracle, place=place: judge_case(subject, case, oracle, place))
        again, _ = _timed(lambda case=case, oracle=oracle, place=place: judge_case(subject, case, oracle, place))
        drawing, certifying, judging = drawing + drawn, certifying + both - again, judging + again
        what = plan.stratum(stratum)
        shapes[what.depth, what.width].append(drawn + both)
    print("| a case | ms |\n| --- | ---: |")
    parts = {
        "to draw": drawing,
        "to certify": certifying,
        "to ask and judge": judging,
        "altogether": drawing + certifying + judging,
    }
    for name, seconds in parts.items():
        print(f"| {name} | {1e3 * seconds / cases:.2f} |")
    print("\n| hidden layers |", " | ".join(WIDTHS), "|")
    for depth in DEPTHS:
        means = [1e3 * sum(found) / len(found) for width in WIDTHS if (found := shapes[depth, width])]
        print(f"| {depth} |", " | ".join(f"{mean:.1f}" for mean in means), "|")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 5000)
