"""The checks: each tests requirements of the specification against an implementation.

A check is a function of a `Trial`, registered with its id, its requirements and a plain sentence. It returns normally when
it finds nothing wrong, and raises `Failed`, `Advice`, `claims.Unsupported` or `subject.SubjectError` otherwise.
"""

from mlp_conformance.checks.comparing import Advice, Failed
from mlp_conformance.checks.registry import Check, check, checks, find
from mlp_conformance.checks.trial import Settings, Trial

__all__ = ["Advice", "Check", "Failed", "Settings", "Trial", "check", "checks", "find"]
