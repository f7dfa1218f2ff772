"""Each check of the suite is one test of the implementation named by --mlp."""

from __future__ import annotations

import pytest

from mlp_conformance.checks import Check
from mlp_conformance.pytest_plugin import judge_check
from mlp_conformance.subject import Subject


def test_conformance(request: pytest.FixtureRequest, mlp_subject: Subject, mlp_check: Check) -> None:
    judge_check(request.config, mlp_subject, mlp_check)
