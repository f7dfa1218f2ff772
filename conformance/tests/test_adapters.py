"""Bundled adapters: the verdict on each library is what was proved of it (docs/findings)."""

from __future__ import annotations

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


@pytest.mark.third_party
@pytest.mark.parametrize(("name", "module", "package", "named"), KNOWN, ids=[known[0] for known in KNOWN])
def test_the_verdict_on_a_library(name: str, module: str, package: str, named: str | None) -> None:
    pytest.importorskip(module, reason=f"pip install {package}")
    report = judge(load(name), list(checks()), Settings(examples=20))
    assert report.conforms == (named is None), report.text()
    if named:
        assert report.diagnosis[0].complete
        assert named in report.diagnosis[0].text
