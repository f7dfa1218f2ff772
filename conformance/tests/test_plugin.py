"""The pytest plugin, as its users use it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ADAPTER = """
from mlp_conformance import Claims
from mlp_reference import mlp

class Right:
    claims = Claims(name="right")
    def forward(self, network, inputs):
        return mlp.forward(network, inputs)

class Wrong(Right):
    def forward(self, network, inputs):
        return [-a for a in mlp.forward(network, inputs)]
"""


@pytest.fixture(autouse=True)
def adapter(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    """The file at hand; not a module of that name which another test has loaded into this process."""
    monkeypatch.delitem(sys.modules, "adapter", raising=False)
    pytester.makepyfile(adapter=ADAPTER)


def test_the_suite_runs_over_an_implementation(pytester: pytest.Pytester) -> None:
    result = pytester.runpytest(
        "--pyargs", "mlp_conformance.suite", "--mlp", "adapter.py:Right", "--mlp-examples", "3", "-k", "drawn"
    )
    outcomes = result.parseoutcomes()
    assert result.ret == 0
    assert outcomes["passed"] >= 2
    assert outcomes["skipped"] >= 1


@pytest.mark.usefixtures("undiagnosed")
def test_a_failure_names_requirement_number_and_reproduction(pytester: pytest.Pytester) -> None:
    result = pytester.runpytest(
        "--pyargs",
        "mlp_conformance.suite",
        "--mlp",
        "adapter.py:Wrong",
        "--mlp-examples",
        "3",
        "-k",
        "drawn/forward",
    )
    assert result.ret == 1
    result.stdout.fnmatch_lines(["*drawn/forward (FWD-1*", "*expected*got*", "*times its bound", "mlp-conformance run *"])


def test_the_ini_file_may_name_the_implementation(pytester: pytest.Pytester) -> None:
    pytester.makeini("[pytest]\nmlp_implementation = adapter.py:Right\n")
    result = pytester.runpytest("--pyargs", "mlp_conformance.suite", "--mlp-examples", "3", "-k", "drawn/forward")
    assert result.ret == 0


def test_without_an_implementation_it_says_what_to_give(pytester: pytest.Pytester) -> None:
    result = pytester.runpytest("--pyargs", "mlp_conformance.suite", "-k", "drawn/forward")
    assert result.ret == 2
    result.stdout.fnmatch_lines(["*--mlp IMPLEMENTATION*"])
    result.stdout.no_fnmatch_line("*Traceback*")


def test_a_baseline_that_is_not_there_ends_the_run_before_anything_is_judged(pytester: pytest.Pytester) -> None:
    named = ["--mlp", "adapter.py:Right", "--mlp-baseline", "none.toml"]
    result = pytester.runpytest("--pyargs", "mlp_conformance.suite", *named, "-k", "drawn/gradients")
    assert result.ret == 2
    result.stdout.fnmatch_lines(["*there is no baseline*none.toml*mlp-conformance run * --update-baseline*"])


def test_an_implementation_that_is_not_there_ends_the_run_with_2(pytester: pytest.Pytester) -> None:
    result = pytester.runpytest("--pyargs", "mlp_conformance.suite", "--mlp", "adaptr.py:Right")
    assert result.ret == 2
    result.stdout.fnmatch_lines(["*no such file: adaptr.py*Did you mean*adapter.py*"])


def test_one_can_write_the_checks_into_ones_own_tests(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        from adapter import Right
        from mlp_conformance import parametrize_with_checks

        @parametrize_with_checks(Right())
        def test_conformance(implementation, check):
            check(implementation)
        """
    )
    result = pytester.runpytest("-k", "drawn/forward or drawn/gradients", "-v", "--mlp-examples", "3")
    result.stdout.fnmatch_lines(["*test_conformance?drawn/forward? PASSED*", "*test_conformance?drawn/gradients? SKIPPED*"])


@pytest.mark.usefixtures("undiagnosed")
@pytest.mark.parametrize(
    ("implementation", "says"),
    [
        ("Wrong()", "mlp-conformance run adapter.py:Wrong --select golden/document-xor-step/forward"),
        ("adapter.Wrong", "mlp-conformance run adapter.py:Wrong --select golden/document-xor-step/forward"),
        ("made", "mlp-conformance run test_own.py:made --select golden/document-xor-step/forward"),
        ("With(2)", ""),
    ],
)
def test_an_object_is_repeated_by_its_name_where_it_has_one(pytester: pytest.Pytester, implementation: str, says: str) -> None:
    pytester.makepyfile(
        test_own=f"""
        import adapter
        from adapter import Wrong
        from mlp_conformance import parametrize_with_checks

        def made():
            return Wrong()

        class With(Wrong):
            def __init__(self, scale):
                self.scale = scale

        @parametrize_with_checks({implementation})
        def test_conformance(implementation, check):
            check(implementation)
        """
    )
    result = pytester.runpytest("-k", "golden/document-xor-step/forward")
    result.assert_outcomes(failed=1)
    repeated = {line for line in result.outlines if line.startswith("mlp-conformance run")}
    assert repeated == ({says} if says else set())


@pytest.mark.usefixtures("undiagnosed")
def test_instances_of_one_class_are_told_apart(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        from adapter import Wrong
        from mlp_conformance import Claims, parametrize_with_checks

        class With(Wrong):
            def __init__(self, name):
                self.claims = Claims(name=name)

            def gradient(self, network, inputs, targets): ...

        @parametrize_with_checks([With("one"), With("two")])
        def test_conformance(implementation, check):
            check(implementation)
        """
    )
    result = pytester.runpytest("-k", "golden/document-xor-step/forward")
    result.stdout.fnmatch_lines(["*= mlp-conformance: one =*", "*= mlp-conformance: two =*"])


def test_what_has_to_be_found_out_is_found_out_once(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        from pathlib import Path

        import pytest
        from mlp_conformance import loading, parametrize_with_checks

        seen = []
        load = loading.load

        @pytest.fixture(autouse=True)
        def counting(monkeypatch):
            monkeypatch.setattr(loading, "load", lambda *given: seen.append(given) or load(*given))

        @parametrize_with_checks("adapter.py:Right")
        def test_conformance(implementation, check):
            check(implementation)
            assert len(seen) == 1
        """
    )
    result = pytester.runpytest("-k", "drawn/forward or drawn/wide-forward", "--mlp-examples", "2")
    result.assert_outcomes(passed=2)


def test_what_an_author_should_be_told_is_told_at_the_end(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(misspelt=ADAPTER + "    def gradient(self, network, inputs, targets): ...\n")
    result = pytester.runpytest("--pyargs", "mlp_conformance.suite", "--mlp", "misspelt.py:Wrong", "-k", "golden and batch")
    result.stdout.fnmatch_lines(["*= mlp-conformance: right =*", "Note: no gradients: did you mean your `gradient` to be*"])


def test_xdist_and_junitxml(pytester: pytest.Pytester) -> None:
    pytest.importorskip("xdist", reason="pip install pytest-xdist")
    result = pytester.runpytest(
        "--pyargs", "mlp_conformance.suite", "--mlp", "adapter.py:Right", "--mlp-examples", "3", "-k", "drawn",
        "-n", "2", "--junitxml", "out.xml",
    )  # fmt: skip
    assert result.ret == 0
    assert "drawn/forward" in (pytester.path / "out.xml").read_text()


def test_a_run_that_does_not_ask_for_it_imports_nothing_of_it(pytester: pytest.Pytester) -> None:
    path = pytester.makepyfile(
        """
        import sys

        def test_nothing():
            heavy = {"numpy", "sympy", "hypothesis", "flint", "rich", "mlp_conformance.checks", "mlp_reference"}
            assert not heavy & set(sys.modules)
        """
    )
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:hypothesispytest", str(path)]
    done = subprocess.run(command, capture_output=True, text=True, cwd=Path(path).parent, timeout=120, check=False)
    assert done.returncode == 0, done.stdout
