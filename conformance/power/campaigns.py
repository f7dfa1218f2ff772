"""Keeps what campaigns of our own say: `python -m power.campaigns NAME DIRECTORY... [--add]` records their tables.

NAME is `own` (right formulations, which nothing may ever be held against) or `third-party`. The page is written from it.
With --add, what was recorded before counts as well: other networks, judged on other days.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from mlp_conformance.campaign.judging import QUANTITIES
from mlp_conformance.campaign.store import Kept, read_manifest
from mlp_conformance.campaign.strata import AXES, DEPTHS, REGIMES
from power import records

DTYPES = ("float64", "float32", "float16", "bfloat16")
_NEAREST = 3
#: What of a row adds up.
_COUNTS = ("judged", "spread", "broken", "cases")

#: By which axes the largest error over bound is told, and in which order where the alphabet's is none.
_TABLES: dict[str, tuple[str, ...]] = {
    "format and regime": ("dtype", "regime"),
    "output and loss": ("output", "loss"),
    "number of hidden layers and their activation": ("depth", "hidden"),
    "width and reduction": ("width", "reduction"),
}
_ORDERS: dict[str, Sequence[str]] = {"dtype": DTYPES, "regime": REGIMES, "width": ("one", "few", "many")}
_READ = ["case", "implementation", "quantity", "verdict", "error_over_bound", "judged", "worst", "symptom", *AXES]


def record(name: str, folders: Sequence[Path], add: bool) -> None:
    """Write the record of campaigns, finished or not, from their tables; add: to the one that there is."""
    import pyarrow as pa
    import pyarrow.compute as pc

    kept = [read_manifest(folder) for folder in folders]
    table = pa.concat_tables(
        [_table(index, folder, one) for index, (folder, one) in enumerate(zip(folders, kept, strict=True))]
    )
    sizes = [path.stat().st_size for folder in folders for path in (folder / "results").glob("*.parquet")]
    settings: dict[str, Any] = {
        "campaigns": [_campaign(index, table, one) for index, one in enumerate(kept)],
        "numbers": pc.sum(table["judged"]).as_py(),
        "met": len(table.group_by(list(AXES)).aggregate([])),
        "bytes": sum(sizes),
        "rows": len(table),
        "nearest": [near for quantity in QUANTITIES for near in _nearest(table, quantity)],
    }
    rows: dict[str, Any] = {}
    for label in dict.fromkeys(_short(identity.label) for one in kept for identity in one.plan.implementations):
        rows[label] = _judged(table.filter(pc.equal(table["implementation"], label)))
    for of, axes in _TABLES.items():
        rows |= {label: {"of": of, **row} for label, row in _strata(table, axes).items()}
    if add:
        before = records.read(f"campaign-{name}")
        settings, rows = _both(before["settings"], settings), _summed(before["rows"], rows)
    records.write(f"campaign-{name}", settings, rows)


def _both(old: dict[str, Any], new: dict[str, Any]) -> dict[str, Any]:
    """The settings of two records of different campaigns. Strata met are those of the one that met more: at least so many."""
    seeds = {(one["seed"], one["suite"]) for one in old["campaigns"]}
    again = [one["seed"] for one in new["campaigns"] if (one["seed"], one["suite"]) in seeds]
    if again:
        raise SystemExit(f"the campaign of seed {again[0]} is in the record already: the same networks do not count twice")
    nearest = old["nearest"] + new["nearest"]
    by_quantity = [
        sorted((near for near in nearest if near["quantity"] == quantity), key=lambda near: -near["ratio"])[:_NEAREST]
        for quantity in QUANTITIES
    ]
    return {
        "campaigns": old["campaigns"] + new["campaigns"],
        "met": max(old["met"], new["met"]),
        **{key: old[key] + new[key] for key in ("numbers", "bytes", "rows")},
        "nearest": [near for found in by_quantity for near in found],
    }


def _summed(old: dict[str, Any], new: dict[str, Any]) -> dict[str, Any]:
    """Rows of two records: counts add up, the largest error is the larger one."""
    found = dict(old)
    for label, row in new.items():
        before = found.get(label, row | dict.fromkeys(_COUNTS, 0))
        found[label] = row | {key: before[key] + row[key] for key in _COUNTS if key in row}
        found[label] |= {quantity: max(before[quantity], row[quantity]) for quantity in QUANTITIES}
        if "symptoms" in row:
            found[label]["symptoms"] = sorted({*before["symptoms"], *row["symptoms"]})
    return found


def _table(index: int, folder: Path, kept: Kept) -> Any:
    """The rows of a campaign, with a number for each network that no network of another campaign has."""
    import pyarrow as pa
    import pyarrow.compute as pc
    import pyarrow.parquet as pq

    parts = [pq.read_table(path, columns=_READ) for path in sorted((folder / "results").glob("*.parquet"))]
    table = pa.concat_tables(parts, promote_options="default")
    words = {field.name: table[field.name] for field in table.schema}
    plain = {
        name: column.cast(pa.string()) if pa.types.is_dictionary(column.type) else column for name, column in words.items()
    }
    shorter = {identity.spec: _short(identity.label) for identity in kept.plan.implementations}
    plain["implementation"] = pa.array([shorter[spec] for spec in plain["implementation"].to_pylist()])
    plain["network"] = pc.add(plain["case"], index << 40)
    plain["searched"] = pa.array(map(kept.plan.is_search, plain["case"].to_pylist()))
    plain["seed"] = pa.array([kept.plan.seed] * len(table))
    return pa.table(plain)


def _campaign(index: int, table: Any, kept: Kept) -> dict[str, Any]:
    """What has to be known to do it again."""
    import pyarrow.compute as pc

    mine = table.filter(pc.equal(pc.shift_right(table["network"], 40), index))
    return {
        "seed": kept.plan.seed,
        "cases": kept.plan.cases,
        "finished": _networks(mine),
        "searched": _networks(mine.filter(mine["searched"])),
        "strata": kept.plan.strata,
        "suite": kept.suite["source"],
    }


def _short(label: str) -> str:
    """An implementation's name without the folders of this machine."""
    words = label.removeprefix("power.right:").removeprefix("power.libraries:").removeprefix("--command ").split()
    return " ".join(Path(word).name if "/" in word else word for word in words)


def _networks(table: Any) -> int:
    import pyarrow.compute as pc

    return int(pc.count_distinct(table["network"]).as_py())


def _judged(mine: Any) -> dict[str, Any]:
    """What there is to say of one implementation."""
    import pyarrow as pa
    import pyarrow.compute as pc

    broken = mine.filter(pc.is_in(mine["verdict"], pa.array(["failed", "error"])))
    judged = mine.filter(pc.or_(pc.greater(mine["judged"], 0), pc.is_in(mine["verdict"], pa.array(["failed", "error"]))))
    symptoms = sorted(symptom for symptom in set(broken["symptom"].to_pylist()) if symptom)
    return {
        "dtype": mine["dtype"][0].as_py(),
        "judged": _networks(judged),
        "spread": _networks(judged.filter(pc.invert(judged["searched"]))),
        "broken": _networks(broken),
        "symptoms": symptoms,
        **_largest(mine.filter(pc.equal(mine["verdict"], "passed"))),
    }


def _largest(mine: Any) -> dict[str, float]:
    import pyarrow.compute as pc

    found = dict.fromkeys(QUANTITIES, 0.0)
    for quantity in QUANTITIES:
        ratio = pc.max(mine.filter(pc.equal(mine["quantity"], quantity))["error_over_bound"]).as_py()
        found[quantity] = round(min(ratio or 0.0, 1e300), 4)
    return found


def _strata(table: Any, axes: tuple[str, ...]) -> dict[str, Any]:
    """Networks and largest errors for each combination on the axes."""
    import pyarrow.compute as pc

    found: dict[tuple[str, ...], Any] = {}
    for place in table.group_by(list(axes)).aggregate([]).to_pylist():
        mine = table
        for axis in axes:
            mine = mine.filter(pc.equal(mine[axis], place[axis]))
        found[tuple(place[axis] for axis in axes)] = {"cases": _networks(mine), **_largest(mine)}
    return {_named(axes, place): found[place] for place in sorted(found, key=lambda place: _order(axes, place))}


def _order(axes: tuple[str, ...], place: tuple[str, ...]) -> list[Any]:
    return [_ORDERS[axis].index(word) if axis in _ORDERS else word for axis, word in zip(axes, place, strict=True)]


def _named(axes: tuple[str, ...], place: tuple[str, ...]) -> str:
    if axes == ("depth", "hidden"):
        depth, hidden = place
        return "none" if depth == "0" else f"{depth}{' to 5' if depth == str(DEPTHS[-1]) else ''} {hidden}"
    return (" " if "dtype" in axes else ", ").join(place).replace("_", " ")


def _nearest(table: Any, quantity: str) -> list[dict[str, Any]]:
    """The cases in which this quantity came nearest to its bound."""
    import pyarrow.compute as pc

    passed = table.filter(pc.and_(pc.equal(table["quantity"], quantity), pc.equal(table["verdict"], "passed")))
    order = passed.sort_by([("error_over_bound", "descending"), ("network", "ascending")]).slice(0, 200).to_pylist()
    first = {(row["worst"], row["error_over_bound"]): row for row in reversed(order)}  # the search asks some numbers again
    rows = list(reversed(first.values()))[:_NEAREST]
    return [
        {
            "quantity": quantity,
            "worst": row["worst"],
            "ratio": round(row["error_over_bound"], 6),
            "seed": row["seed"],
            "case": row["case"],
            "implementation": row["implementation"],
            "stratum": ", ".join(row[axis].replace("_", " ") for axis in AXES),
        }
        for row in rows
    ]


def section(name: str, title: str, opening: str) -> str:
    """The section of docs/power.md about the campaigns of a record; "" if none was recorded."""
    found = records.read(f"campaign-{name}")
    s, rows = found["settings"], found["rows"]
    if not rows:
        return ""
    who = {label: row for label, row in rows.items() if "judged" in row}
    lines = [f"## {title}", "", opening, "", *_extent(s), "", *_implementations(who)]
    for of in _TABLES:
        lines += ["", f"Largest error over bound by {of}:", "", "| stratum | networks | forward | loss | gradients | train |"]
        lines.append("| --- | ---: | ---: | ---: | ---: | ---: |")
        for label, row in rows.items():
            if row.get("of") == of:
                cells = " | ".join("> 1" if row[q] > 1 else f"{row[q]:.3f}" for q in QUANTITIES)
                lines.append(f"| {label} | {row['cases']:,} | {cells} |")
    lines += ["", "The networks that came nearest to a bound:", "", "| number | error over bound | case | by | stratum |"]
    lines.append("| --- | ---: | ---: | --- | --- |")
    for near in s["nearest"]:
        by, case = near["implementation"].replace("_", " "), f"{near['case']} of seed {near['seed']}"
        lines.append(f"| {near['worst'] or near['quantity']} | {near['ratio']:.6f} | {case} | {by} | {near['stratum']} |")
    return "\n".join(lines)


def _extent(s: dict[str, Any]) -> list[str]:
    finished, searched = (sum(one[key] for one in s["campaigns"]) for key in ("finished", "searched"))
    each = "; ".join(
        f"seed {one['seed']}: {one['finished']:,} networks"
        + ("" if one["finished"] == one["cases"] else f" of {one['cases']:,} that were planned")
        for one in s["campaigns"]
    )
    return [
        f"**{finished:,} networks, {s['numbers']:,} numbers judged** ({each}); at least {s['met']:,} strata met.",
        f"{searched:,} of the networks are the search's, which goes where errors came nearest to their bounds.",
    ]


def _implementations(who: dict[str, Any]) -> list[str]:
    lines = [
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
    return lines


def sections() -> list[str]:
    """Both sections."""
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
        "Libraries, and a program in C (`harness`: `conformance/implementations/c`). What is held\n"
        "against scikit-learn is told in `docs/findings/sklearn.md`. JAX compiles for each shape: it was asked in five\n"
        "(`power.libraries`).",
    )
    return [part for part in (own, theirs) if part]


if __name__ == "__main__":
    words = [word for word in sys.argv[1:] if word != "--add"]
    record(words[0], [Path(folder) for folder in words[1:]], add="--add" in sys.argv)
