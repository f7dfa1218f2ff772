"""What a run found: a result for each check, the classes, and whether the implementation conforms."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mlp_conformance.gate.baseline import Gate
    from mlp_conformance.worked.account import Account

VERDICTS = ("passed", "failed", "error", "unsupported", "advice")
CLASSES = ("forward", "gradients", "training")

#: A class is judged when so many of its checks passed or failed; fewer say nothing (the report then says "unsupported").
ENOUGH = 3


def must_hold(sentence: str, of: str = "") -> str:
    """How a failure says what does not hold: "Expected: every row of a softmax sums to 1." of: of what it is so."""
    return f"Expected of the {of}: {sentence}." if of else f"Expected: {sentence}."


@dataclass(frozen=True)
class Result:
    """The verdict of one check.

    quantity, expected, got, error_ulps, error_over_bound: of the worst number, where numbers were compared.
    follows_from: the check whose failure, earlier in the computation, already explains this one.
    drawn: how many drawn networks were answered, all of them rightly. shortened: these are a part, as answers took long.
    reproduce: the line that runs this check alone. needs: the operations without which the check says nothing.
    """

    check: str
    title: str
    requirements: Sequence[str]
    phase: str
    verdict: str
    message: str = ""
    quantity: str | None = None
    expected: str | None = None
    got: str | None = None
    error_ulps: float | None = None
    error_over_bound: float | None = None
    judged: int = 0
    wrong: int = 0
    follows_from: str | None = None
    reproduce: str | None = None
    case: str | None = None
    seconds: float = 0.0
    drawn: int = 0
    shortened: bool = False
    needs: Sequence[str] = ()

    @property
    def is_broken(self) -> bool:
        return self.verdict in ("failed", "error")

    @property
    def says(self) -> str:
        """What went wrong in a sentence; where nothing was said, what must hold."""
        return self.message or must_hold(self.title)


@dataclass(frozen=True)
class Finding:
    """A named explanation of what failed: a known fault or convention, or a symptom.

    explains: ids of the failed checks that it accounts for; complete: it reproduces every number of the implementation.
    """

    fault: str
    title: str
    explains: Sequence[str]
    complete: bool
    text: str = ""
    right: str = ""
    wrong: str = ""
    mend: str = ""
    kind: str = "fault"


@dataclass(frozen=True)
class Report:
    """A finished run; `text()` is what the terminal shows, `to_json()` the document of report.schema.json.

    accounts: of failed checks, by id, what was answered on the smallest case beside what is right.
    """

    implementation: dict[str, Any]
    results: list[Result]
    diagnosis: list[Finding] = field(default_factory=list)
    statement: str = ""
    settings: dict[str, Any] = field(default_factory=dict)
    interrupted: bool = False
    gate: Gate | None = None
    accounts: dict[str, Account] = field(default_factory=dict)

    @property
    def classes(self) -> dict[str, str]:
        """Each class passed, failed or unsupported: silence is never conformance."""
        found = {}
        for name in CLASSES:
            verdicts = [result.verdict for result in self.results if result.phase == name]
            if "failed" in verdicts or "error" in verdicts:
                found[name] = "failed"
            else:
                found[name] = "passed" if verdicts.count("passed") >= ENOUGH else "unsupported"
        return found

    @property
    def conforms(self) -> bool:
        """At least one class was judged by enough checks, and no check failed or errored."""
        return "passed" in self.classes.values() and not any(r.is_broken for r in self.results) and not self.interrupted

    @property
    def remarks(self) -> list[str]:
        """What the author of the adapter should be told besides the verdict, a line each."""
        return list(self.implementation.get("remarks", ()))

    def outcome(self, name: str) -> str:
        """A class's verdict in words: what nothing was judged of, and what only the loss failed of, is said so."""
        verdict = self.classes[name]
        if verdict == "unsupported":
            return "not judged"
        results = [result for result in self.results if result.phase == name]
        of_loss = all("loss" in result.needs for result in results if result.is_broken)
        others = any(result.verdict == "passed" and "loss" not in result.needs for result in results)
        return "failed (loss alone)" if verdict == "failed" and of_loss and others else verdict

    @property
    def summary(self) -> dict[str, int]:
        return {verdict: sum(result.verdict == verdict for result in self.results) for verdict in VERDICTS}

    def to_json(self) -> dict[str, Any]:
        """The report as pinned in the specification's report.schema.json; numbers that JSON lacks become None."""
        from mlp_conformance.report.json import document

        return document(self)

    def text(self, width: int = 80, color: bool = False) -> str:
        """The terminal report."""
        from mlp_conformance.report.terminal import as_text

        return as_text(self, width, color)

    def __str__(self) -> str:
        return self.text()

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        printer.text(self.text())

    def _repr_html_(self) -> str:
        from mlp_conformance.report.html import fragment

        return fragment(self)


def as_dict(result: Result) -> dict[str, Any]:
    """A result as JSON names it; what a check needs is the suite's to say, not the result's."""
    return {key: value for key, value in asdict(result).items() if key != "needs"}
