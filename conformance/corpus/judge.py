"""Judges every program of the corpus as it stands and writes docs/recognition.md: driven, right verdict, named.

`--resume FILE` keeps what is judged there and goes on from it; `--minutes N` stops after that time, and the page is written
when all are judged.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

HERE = Path(__file__).parent
PAGE = HERE.parents[1] / "docs" / "recognition.md"
#: What is said before the table.
PROSE = """\
Momentum, dropout, noise, shuffling, a decay of the learning rate, a validation split and a penalty are turned off where a
program lets its user set them, by an argument, an attribute, a key or a constant, and momentum and dropout also where it tells
a library to have them; the report names each. Functions with
one of these that nothing judged calls, and losses that are none of the known ones, are named as not judged.

A penalty is judged as well (OPT-1). With it on, what it adds to the steps is one of λ/2 Σw² or λ Σw², divided by the rows of
the batch or not: then the adapter claims `options={"l2"}`, and training is judged with λ. Of a program that gives its
gradients alone these are steps along them. Where the program's own loss, which without the penalty is what its steps
descend, reports a penalty that is not the function whose derivative they add, the training is judged by that loss, and
fails. All else is said and left off: an L1 penalty, one of the biases too, one of some layers alone in no loss.

The softmax or sigmoid of logits stands for the output only where a program gives none: a method or an attribute of its own
that does is what is judged.

A package is taken as one program, by its name or by that of a class in it: what its modules define stands in one namespace,
from which layers, activations, losses and optimisers are put together as its users do. Its modules are imported as they are,
but for tests, examples and data; what cannot be imported is left out. One of more than 200 files is not read as a whole.
"""


def judged(row: dict) -> dict:
    """The verdict on one program; conforms None if it was not driven."""
    import mlp_conformance
    from mlp_conformance.loading import LoadError

    start = processor_time()
    try:
        report = mlp_conformance.run(row["file"])
    except LoadError as error:
        return row | {"conforms": None, "why": str(error).splitlines()[0], "named": [], "seconds": processor_time() - start}
    named = [finding.fault for finding in report.diagnosis]
    broken = next((f"{r.check}: {r.message}" for r in report.results if r.is_broken), "")
    return row | {"conforms": report.conforms, "why": broken, "named": named, "seconds": processor_time() - start}


def processor_time() -> float:
    """Seconds of this process and of those that it has started and awaited."""
    return sum(os.times()[:4])


def is_named(result: dict) -> bool:
    """Whether the first diagnosis is the program's fault, in some layers alone or in all, or one with the same numbers."""
    return result["named"][0].partition("/")[0] in (result["fault"], *result.get("same_numbers", []))


def page(results: list[dict]) -> str:
    """The table as Markdown."""
    driven = [r for r in results if r["conforms"] is not None]
    right = [r for r in driven if r["conforms"] == r["right"]]
    faulty = [r for r in results if not r["right"]]
    named = [r for r in faulty if r["named"] and is_named(r)]
    quick = sorted(r["seconds"] for r in results)
    lines = [
        "# What is understood without an adapter",
        "",
        f"Of {len(results)} programs {len(driven)} were driven without help; the verdict was right on {len(right)} of these. Of "
        f"{len(faulty)} with a mistake, the first diagnosis named it (or one with the same numbers) for {len(named)}. "
        f"Half took less than {quick[len(quick) // 2]:.1f} s of processor time, nine in ten less than "
        f"{quick[9 * len(quick) // 10]:.1f} s, the slowest {quick[-1]:.1f} s. `tox -e corpus` renews this page.",
        "",
        *PROSE.splitlines(),
        "",
        "| program | it is | verdict | first diagnosis, or why not |",
        "| --- | --- | --- | --- |",
    ]
    for r in results:
        verdict = {None: "none", True: "conforms", False: "does not conform"}[r["conforms"]]
        wrong = r["conforms"] is not None and r["conforms"] != r["right"]
        said = r["named"][0] if r["named"] else "" if r["conforms"] else r["why"].replace("|", "/")[:140]
        lines.append(f"| {r['file']} | {r['fault'] or 'right'} | {'**' + verdict + '**' if wrong else verdict} | {said} |")
    return "\n".join(lines) + "\n"


def main() -> int:
    """Judge all; exit 1 if a verdict is wrong, 3 if time is over first."""
    given = argparse.ArgumentParser(description=__doc__)
    given.add_argument("--resume", type=Path, help="a file of results to go on from, a line each")
    given.add_argument("--jobs", type=int, default=2, help="how many are judged at a time")
    given.add_argument("--minutes", type=float, default=float("inf"))
    options = given.parse_args()
    rows = json.loads((HERE / "manifest.json").read_text(encoding="utf-8"))
    known: dict[str, dict] = {}
    if options.resume and options.resume.exists():
        lines = options.resume.read_text(encoding="utf-8").splitlines()
        known = {result["file"]: result for result in map(json.loads, lines)}
    resume = options.resume.resolve() if options.resume else None
    os.chdir(HERE)
    end = time.monotonic() + 60 * options.minutes
    pending = [row for row in rows if row["file"] not in known]
    each = options.jobs
    with ProcessPoolExecutor(options.jobs) as pool:
        for some in (pending[index : index + each] for index in range(0, len(pending), each)):
            if time.monotonic() > end:
                print(f"{len(known)} of {len(rows)} judged: go on with --resume {options.resume}")
                return 3
            for result in pool.map(judged, some):
                known[result["file"]] = result
                if resume:
                    with resume.open("a", encoding="utf-8") as file:
                        file.write(json.dumps(result) + "\n")
    results = [known[row["file"]] for row in rows]
    PAGE.write_text(page(results), encoding="utf-8")
    wrong = [r["file"] for r in results if r["conforms"] is not None and r["conforms"] != r["right"]]
    print(f"{PAGE.name} written; wrong verdicts: {', '.join(wrong) or 'none'}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
