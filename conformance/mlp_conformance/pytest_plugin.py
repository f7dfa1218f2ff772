"""The pytest plugin: the suite over an implementation (`--mlp`), or the checks as parameters of one's own test.

Nothing but pytest is imported until either is used.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from mlp_conformance.checks import Check, Settings
    from mlp_conformance.diagnosis import Evidence
    from mlp_conformance.gate.baseline import Expected
    from mlp_conformance.results import Result
    from mlp_conformance.subject import Subject


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("mlp-conformance", "conformance of multi-layer perceptrons")
    group.addoption("--mlp", metavar="IMPLEMENTATION", help="the implementation that mlp_conformance.suite judges")
    group.addoption("--mlp-command", metavar="COMMAND", help="a program that speaks the protocol, instead of --mlp")
    group.addoption(
        "--mlp-examples",
        type=int,
        metavar="N",
        help="networks drawn for each check (default: 50, or a part of them where answers take long)",
    )
    group.addoption("--mlp-seed", type=int, default=0, metavar="N", help="the same seed draws the same networks")
    group.addoption("--mlp-baseline", metavar="FILE", help="expected failures, each with a reason (xfail, strict)")
    parser.addini("mlp_baseline", "the baseline of expected failures of mlp_implementation")
    parser.addini("mlp_implementation", "the implementation that mlp_conformance.suite judges")


@dataclass
class Judged:
    """What one implementation has done in this run, for the diagnosis at its end."""

    subject: Subject
    settings: Settings
    evidence: Evidence
    results: list[Result] = field(default_factory=list)


_judged = pytest.StashKey[dict[int, Judged]]()
_subjects: pytest.StashKey[dict[Any, tuple[Any, Subject]]] = pytest.StashKey()
_baseline: pytest.StashKey[list[Expected]] = pytest.StashKey()


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "mlp_check" in metafunc.fixturenames:
        from mlp_conformance.checks import checks

        metafunc.parametrize("mlp_check", checks(), ids=lambda found: found.id)


@pytest.fixture(scope="session")
def mlp_subject(request: pytest.FixtureRequest) -> Iterable[Subject]:
    """The implementation named by --mlp, --mlp-command or the ini setting."""
    from mlp_conformance.loading import LoadError, load, load_command

    config = request.config
    command, named = (
        config.getoption("--mlp-command"),
        config.getoption("--mlp") or config.getini("mlp_implementation"),
    )
    if not command and not named:
        pytest.exit(
            "mlp_conformance.suite: nothing to judge: give --mlp IMPLEMENTATION or --mlp-command COMMAND, "
            "or set mlp_implementation in the ini file",
            returncode=2,
        )
    try:
        subject = load_command(command) if command else load(named)
    except LoadError as error:
        pytest.exit(f"mlp-conformance: {error}", returncode=2)
    yield subject
    subject.close()


def judge_check(config: pytest.Config, subject: Subject, found: Check) -> None:
    """Run one check as a test: fail, skip or pass it."""
    from mlp_conformance.runner import run_check

    entry = _expected(config, found)
    judged = _record(config, subject)
    result = run_check(subject, found, judged.settings, judged.evidence.add)
    judged.results.append(result)
    if result.verdict == "unsupported":
        pytest.skip(result.message)
    if result.is_broken and entry is not None:
        pytest.xfail(entry.reason)
    if result.is_broken:
        pytest.fail(described(result), pytrace=False)
    if entry is not None and entry.check == found.id:  # a glob may match what passes
        pytest.fail(f"[XPASS(strict)] passes now, take it out of the baseline: {entry.check} ({entry.reason})", pytrace=False)


def _expected(config: pytest.Config, found: Check) -> Expected | None:
    """The entry of the baseline that expects this check to fail."""
    named = config.getoption("--mlp-baseline", None) or config.getini("mlp_baseline")
    if not named:
        return None
    from mlp_conformance.gate import baseline

    if _baseline not in config.stash:
        try:
            config.stash[_baseline] = baseline.unexpired(baseline.read(config.rootpath / named))
        except baseline.BaselineError as error:
            pytest.exit(f"mlp-conformance: {error}", returncode=2)
    entries: list[Expected] = config.stash[_baseline]
    return baseline.expected(found.id, entries)


def _record(config: pytest.Config, subject: Subject) -> Judged:
    from mlp_conformance.checks import Settings
    from mlp_conformance.diagnosis import Evidence, reach

    known = config.stash.setdefault(_judged, {})
    if id(subject) not in known:
        examples = config.getoption("--mlp-examples", None)
        seed = config.getoption("--mlp-seed", 0)
        settings = Settings(seed=seed, hurried=True) if examples is None else Settings(examples, seed)
        known[id(subject)] = Judged(subject, settings, Evidence(largest=reach(subject.claims)))
    return known[id(subject)]


def described(result: Result) -> str:
    """A failed check in a few lines: what must hold, the number, how far off it is, how to run it alone."""
    from mlp_conformance.results import must_hold

    lines = [f"{result.check} ({', '.join(result.requirements)}). {must_hold(result.title)}"]
    if result.message:
        lines.append(result.message)
    if result.expected is not None:
        lines.append(f"{result.quantity}: expected {result.expected}, got {result.got}")
        lines.append(f"error: {result.error_ulps:.3g} ulp, {result.error_over_bound:.3g} times its bound")
    if result.reproduce:
        lines.append(result.reproduce)
    return "\n".join(lines)


@dataclass(frozen=True)
class CheckOfImplementation:
    """A check as a test's parameter: call it with the implementation."""

    check: Check

    def __call__(self, implementation: Any) -> None:
        judge_check(_configs[-1], _loaded(_configs[-1], implementation), self.check)

    def __repr__(self) -> str:
        return self.check.id


def _loaded(config: pytest.Config, implementation: Any) -> Subject:
    """The subject of an implementation, made once a session: how a program is driven takes seconds to find out."""
    from mlp_conformance.loading import load

    known = config.stash.setdefault(_subjects, {})
    key = implementation if isinstance(implementation, str) else id(implementation)
    if key not in known:
        known[key] = implementation, load(implementation)  # what is kept leaves its id to no other
    return known[key][1]


#: The running session's configuration, innermost last: a check that is called in a test belongs to it.
_configs: list[pytest.Config] = []


def pytest_configure(config: pytest.Config) -> None:
    _configs.append(config)


def pytest_unconfigure(config: pytest.Config) -> None:
    if config in _configs:
        _configs.remove(config)


def parametrize_with_checks(implementation: Any) -> Callable[[Callable[..., Any]], Any]:
    """Parametrize a test with (implementation, check) for every check: the test calls `check(implementation)`.

    implementation: an adapter, a class or factory of one, a class of a known shape, or the name of one; or a list of those.
    """
    from mlp_conformance.checks import checks

    several = implementation if isinstance(implementation, list | tuple) else [implementation]
    parameters = [
        pytest.param(one, CheckOfImplementation(found), id=f"{_name(one)}-{found.id}" if len(several) > 1 else found.id)
        for one in several
        for found in checks()
    ]
    return pytest.mark.parametrize(("implementation", "check"), parameters)


def _name(implementation: Any) -> str:
    return (
        implementation
        if isinstance(implementation, str)
        else getattr(implementation, "__name__", type(implementation).__name__)
    )


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    """What the author of each adapter should be told, and the diagnosis of each implementation that failed."""
    for judged in config.stash.get(_judged, {}).values():
        lines = [f"Note: {remark}" for remark in judged.subject.remarks]
        if any(result.is_broken for result in judged.results):
            from mlp_conformance.diagnosis import diagnose

            findings, statement = diagnose(judged.subject, judged.results, judged.evidence, judged.settings)
            for finding in findings:
                lines.append(finding.text or finding.title)
                lines += [f"  wrong: {finding.wrong}", f"  right: {finding.right}"] if finding.wrong else []
            lines += [statement] if statement else []
        if lines:
            terminalreporter.section(f"mlp-conformance: {judged.subject.claims.name}")
        for line in lines:
            terminalreporter.write_line(line)
