"""How soon a user is served: importing the package, judging the examples of the specification."""

from __future__ import annotations

from statistics import median

import pytest
from conftest import Figure, Ratios
from fresh import answer, seconds_to_import

_GOLDEN = """
import json, time
start = time.perf_counter()
import mlp_conformance
report = mlp_conformance.run("reference", select="golden/*")
assert report.conforms
print(json.dumps(time.perf_counter() - start))
"""


@pytest.mark.parametrize(
    ("module", "after", "target"),
    [
        ("mlp_conformance", "sys", "< 0.1"),
        ("mlp_conformance", "typing", ""),
        ("mlp_conformance.pytest_plugin", "pytest", ""),
        ("mlp_reference.oracle", "sys", ""),
    ],
)
def test_import(ratios: Ratios, module: str, after: str, target: str) -> None:
    """After `typing` or `pytest` it costs what it costs a program that has loaded them anyway."""
    ours: list[float] = []
    numpy: list[float] = []
    ratios.against(
        lambda: ours.append(seconds_to_import(module, after)),
        lambda: numpy.append(seconds_to_import("numpy")),
        rounds=9,
    )
    remark = f"{1e3 * median(ours):.3g} ms to {1e3 * median(numpy):.3g} ms"
    what = f"import {module}" + ("" if after == "sys" else f", {after} loaded")
    ratios.note(Figure(what, median(ours) / median(numpy), "import numpy", target, remark))


def test_examples_of_the_specification(ratios: Ratios) -> None:
    ours: list[float] = []
    numpy: list[float] = []
    ratios.against(lambda: ours.append(answer(_GOLDEN)), lambda: numpy.append(seconds_to_import("numpy")), rounds=5)
    remark = f"{median(ours):.2f} s in a fresh process, imports included"
    ratios.note(Figure("run reference, golden checks", median(ours) / median(numpy), "import numpy", "< 1 s", remark))


def test_examples_of_the_specification_again(ratios: Ratios) -> None:
    """In a process that has loaded all it needs: what the checks themselves cost."""
    import mlp_conformance

    def judge() -> None:
        assert mlp_conformance.run("reference", select="golden/*").conforms

    judge()
    numpy: list[float] = []
    ours, _ = ratios.against(judge, lambda: numpy.append(seconds_to_import("numpy")), rounds=5)
    remark = f"{ours:.2f} s in a warm process"
    ratios.note(Figure("run reference, golden checks, warm", ours / median(numpy), "import numpy", "< 1 s", remark))
