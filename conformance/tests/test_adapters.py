"""Bundled adapters: the verdict on each library is what was proved of it (docs/findings)."""

from __future__ import annotations

import json
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

from mlp_conformance.checks import Settings, checks
from mlp_conformance.loading import load
from mlp_conformance.verdict import judge

#: Adapter, the module that it needs, what to install, and the fault that is named, if it does not conform.
KNOWN = [
    ("autograd", "autograd", "autograd", None),
    ("torch", "torch", "torch==2.13.0", None),
    ("torch-float32", "torch", "torch==2.13.0", None),
    ("torch-bfloat16", "torch", "torch==2.13.0", None),
    ("sklearn", "sklearn", "scikit-learn", "n_L times"),
    ("sklearn-one-output", "sklearn", "scikit-learn", None),
]

#: Libraries that are judged in a process of their own, as they choose a backend or a precision for a whole process; the
#: checks of which at least one fails, where the library does not conform: docs/findings has the proof.
ALONE = [
    ("sklearn-classifier", "sklearn", "scikit-learn", ()),
    ("jax", "jax", "jax", ()),
    ("jax-float32", "jax", "jax", ()),
    ("micrograd", "micrograd", "micrograd", ()),
    ("tinygrad", "tinygrad", "tinygrad", ()),
    ("tinygrad-float32", "tinygrad", "tinygrad", ()),
    ("keras-jax", "keras", "keras jax", ("drawn/forward", "drawn/loss")),
    ("keras-torch", "keras", "keras torch", ("drawn/forward",)),
    ("keras-torch-float32", "keras", "keras torch", ()),
    ("keras-numpy", "keras", "keras", ("drawn/forward",)),
    ("keras-numpy-float32", "keras", "keras", ()),
    ("mlxtend", "mlxtend", "mlxtend", ("drawn/forward", "drawn/loss")),
]


@pytest.mark.third_party
@pytest.mark.parametrize(("name", "module", "package", "named"), KNOWN, ids=[known[0] for known in KNOWN])
def test_the_verdict_on_a_library(name: str, module: str, package: str, named: str | None) -> None:
    pytest.importorskip(module, reason=f"pip install {package}")
    report = judge(load(name), list(checks()), Settings(examples=20))
    assert report.conforms == (named is None), report.text()
    if named:
        assert report.diagnosis[0].complete
        assert named in report.diagnosis[0].text


@pytest.mark.third_party
@pytest.mark.parametrize(("name", "module", "package", "failing"), ALONE, ids=[known[0] for known in ALONE])
def test_the_verdict_in_a_process_of_its_own(
    name: str, module: str, package: str, failing: tuple[str, ...], tmp_path: Path
) -> None:
    if find_spec(module) is None:
        pytest.skip(f"pip install {package}")
    examples = "3" if name.startswith("jax") else "10"  # XLA compiles for each new shape, which takes longer than all the rest
    command = [
        sys.executable,
        "-m",
        "mlp_conformance",
        "run",
        name,
        "--examples",
        examples,
        "--json",
        str(tmp_path / "report.json"),
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == (1 if failing else 0), done.stdout[-2000:] + done.stderr[-2000:]
    report = json.loads((tmp_path / "report.json").read_text())
    broken = {result["check"] for result in report["results"] if result["verdict"] in ("failed", "error")}
    assert set(failing) <= broken
    assert failing or not broken
