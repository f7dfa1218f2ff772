"""Keeps what campaigns of our own say: `python -m power.campaigns NAME DIRECTORY` reads a campaign's tables into a record.

NAME is `own` (right formulations, which nothing may ever be held against) or `third-party`. The page is written from it.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from mlp_conformance.campaign.judging import QUANTITIES
from mlp_conformance.campaign.store import read_manifest
from mlp_conformance.campaign.strata import REGIMES
from power import records

DTYPES = ("float64", "float32", "float16", "bfloat16")
_NEAREST = 3


def record(name: str, folder: Path) -> None:
    """Write the record of a campaign, finished or not, from its tables."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    plan = read_manifest(folder).plan
    columns = [
        "case",
        "implementation",
        "quantity",
        "verdict",
        "error_over_bound",
        "judged",
        "worst",
        "symptom",
        "dtype",
        "regime",
    ]
    columns += ["output", "loss", "hidden", "depth", "width", "reduction"]
    paths = sorted((folder / "results").glob("*.parquet"))
    found = pa.concat_tables([pq.read_table(path, columns=columns) for path in paths], promote_options="default")
    times = [pq.read_table(path).column("seconds") for path in sorted((folder / "times").glob("*.parquet"))]
    frame = {name: _plain(found.column(name)) for name in columns}
    seconds = sum(float(part) for column in times for part in column.to_pylist())
    indices = range(len(frame["case"]))
    cases = set(frame["case"])
    settings = {
        "cases": plan.cases,
        "finished": len(cases),
        "searched": sum(map(plan.is_search, cases)),
        "seed": plan.seed,
        "numbers": sum(frame["judged"]),
        "strata": plan.strata,
        "met": len({tuple(frame[c][i] for c in columns[8:]) for i in indices}),
        "bytes": sum(path.stat().st_size for path in paths),
        "rows": len(frame["case"]),
        "seconds": round(seconds),
    }
    rows: dict[str, Any] = {}
    for identity in plan.implementations:
        mine = [i for i in indices if frame["implementation"][i] == identity.spec]
        rows[_short(identity.label)] = {"dtype": identity.claims.dtype, **_judged(frame, mine, plan)}
    for dtype in DTYPES:
        for regime in REGIMES:
            mine = [i for i in indices if frame["dtype"][i] == dtype and frame["regime"][i] == regime]
            if mine:
                rows[f"{dtype} {regime}"] = {"cases": len({frame["case"][i] for i in mine}), **_largest(frame, mine)}
    settings["nearest"] = [near for quantity in QUANTITIES for near in _nearest(frame, quantity)]
    records.write(f"campaign-{name}", settings, rows)


def _short(label: str) -> str:
    """An implementation's name without the folders of this machine."""
    words = label.removeprefix("power.right:").removeprefix("--command ").split()
    return " ".join(Path(word).name if "/" in word else word for word in words)


def _plain(column: Any) -> list[Any]:
    import pyarrow as pa

    return (column.cast(pa.string()) if pa.types.is_dictionary(column.type) else column).to_pylist()


def _judged(frame: dict[str, list[Any]], mine: list[int], plan: Any) -> dict[str, Any]:
    """What there is to say of one implementation."""
    judged = {frame["case"][i] for i in mine if frame["judged"][i] or frame["verdict"][i] in ("failed", "error")}
    broken = {frame["case"][i] for i in mine if frame["verdict"][i] in ("failed", "error")}
    symptoms = sorted({frame["symptom"][i] for i in mine if frame["symptom"][i]})
    spread = sum(not plan.is_search(case) for case in judged)
    return {
        "judged": len(judged),
        "spread": spread,
        "broken": len(broken),
        "symptoms": symptoms,
        **_largest(frame, [i for i in mine if frame["verdict"][i] == "passed"]),
    }


def _largest(frame: dict[str, list[Any]], mine: list[int]) -> dict[str, float]:
    found = dict.fromkeys(QUANTITIES, 0.0)
    for i in mine:
        quantity = frame["quantity"][i]
        found[quantity] = max(found[quantity], min(frame["error_over_bound"][i], 1e300))
    return {quantity: round(ratio, 4) for quantity, ratio in found.items()}


def _nearest(frame: dict[str, list[Any]], quantity: str) -> list[dict[str, Any]]:
    """The cases in which this quantity came nearest to its bound."""
    best: dict[int, int] = {}
    for i, name in enumerate(frame["quantity"]):
        if name == quantity and frame["verdict"][i] == "passed":
            other = best.get(frame["case"][i])
            if other is None or frame["error_over_bound"][i] > frame["error_over_bound"][other]:
                best[frame["case"][i]] = i
    order = sorted(best.values(), key=lambda i: (-frame["error_over_bound"][i], frame["case"][i]))[:_NEAREST]
    axes = ("dtype", "output", "loss", "reduction", "hidden", "depth", "width", "regime")
    return [
        {
            "quantity": quantity,
            "worst": frame["worst"][i],
            "ratio": round(frame["error_over_bound"][i], 6),
            "case": frame["case"][i],
            "implementation": _short(frame["implementation"][i]),
            "stratum": ", ".join(str(frame[axis][i]).replace("_", " ") for axis in axes),
        }
        for i in order
    ]


def section(name: str, title: str, opening: str) -> str:
    """The section of docs/power.md about a campaign; "" if none was recorded."""
    found = records.read(f"campaign-{name}")
    s, rows = found["settings"], found["rows"]
    if not rows:
        return ""
    part = "" if s["finished"] == s["cases"] else f" (of {s['cases']:,} that were planned)"
    who = {label: row for label, row in rows.items() if "judged" in row}
    where = {label: row for label, row in rows.items() if "judged" not in row}
    lines = [
        f"## {title}",
        "",
        opening,
        "",
        f"**{s['finished']:,} networks{part}, {s['numbers']:,} numbers judged, seed {s['seed']}**; {s['met']:,} of",
        f"{s['strata']:,} strata met. {s['searched']:,} of the networks are the search's, which goes where errors came nearest",
        "to their bounds.",
        "",
        "| implementation | format | networks | violations | largest error over bound: forward | loss | gradients | train |",
        "| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: |",
    ]
    for label, row in who.items():
        cells = " | ".join(f"{row[q]:.3f}" for q in QUANTITIES)
        lines.append(f"| {label.replace('_', ' ')} | {row['dtype']} | {row['judged']:,} | {row['broken']:,} | {cells} |")
    for label, row in who.items():
        if row["broken"]:
            lines += ["", f"What {label} shows: {'; '.join(row['symptoms'])}."]
    clean = [row for row in who.values() if not row["broken"]]
    if len(clean) == len(who):
        least = min(row["spread"] for row in clean)
        lines += [
            "",
            f"No violation. Each formulation was judged on {least:,} or more networks that are spread evenly over its strata,",
            f"so that its rate of violations under this distribution is below {3 / least:.1e} at 95 % confidence.",
        ]
    lines += [
        "",
        "Largest error over bound by format and regime:",
        "",
        "| stratum | networks | forward | loss | gradients | train |",
    ]
    lines.append("| --- | ---: | ---: | ---: | ---: | ---: |")
    for label, row in where.items():
        cells = " | ".join("> 1" if row[q] > 1 else f"{row[q]:.3f}" for q in QUANTITIES)
        lines.append(f"| {label} | {row['cases']:,} | {cells} |")
    lines += ["", "The networks that came nearest to a bound:", "", "| number | error over bound | case | by | stratum |"]
    lines.append("| --- | ---: | ---: | --- | --- |")
    for near in s["nearest"]:
        by = near["implementation"].replace("_", " ")
        lines.append(
            f"| {near['worst'] or near['quantity']} | {near['ratio']:.6f} | {near['case']} | {by} | {near['stratum']} |"
        )
    return "\n".join(lines)


def sections() -> list[str]:
    """Both campaigns."""
    own = section(
        "own",
        "Our own campaign",
        "Right formulations in unlike styles (`power.right`), judged by `mlp-conformance campaign`, attack the bounds:\n"
        "not one number may lie outside. The bound of a parameter after a small step is the rounding of the parameter itself,\n"
        "which any program attains: `train` comes as near to 1 as there are cases.",
    )
    theirs = section(
        "third-party",
        "A campaign over other implementations",
        "Libraries, and a program in another language. What is held against scikit-learn is told in\n"
        "`docs/findings/sklearn.md`.",
    )
    return [part for part in (own, theirs) if part]


if __name__ == "__main__":
    record(sys.argv[1], Path(sys.argv[2]))
