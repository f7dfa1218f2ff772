"""What a diagnosis works with: the failed run, its evidence sorted, and fresh answers of the implementation."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from mlp_conformance.checks import Settings
from mlp_conformance.checks.drawing import run_drawn
from mlp_conformance.diagnosis.comparison import Comparison, match
from mlp_conformance.diagnosis.evidence import Evidence, Sorted, size, sort
from mlp_conformance.diagnosis.exceptions import GIVEN_NO_NUMBERS, Exceptions
from mlp_conformance.diagnosis.hypotheses import Hypothesis, explaining, sparing, told_apart
from mlp_conformance.diagnosis.patience import Patience
from mlp_conformance.diagnosis.quantities import named
from mlp_conformance.results import Result
from mlp_conformance.strategies import Scope, cases
from mlp_conformance.subject import OPERATIONS, Call, RaisedError, Subject
from mlp_reference.formats import FORMATS
from mlp_reference.mlp import Algorithm
from mlp_reference.network import Case

#: Fresh networks asked for to confirm a hypothesis, or to tell several apart; and to find out where it goes wrong.
_FRESH, _WIDER = 24, 80
#: Wrong answers that are asked for again, to see whether chance has a part in them.
_ASKED_AGAIN = 8
#: Wrong answers of a kind of their own that a hypothesis has to account for, too.
_OF_A_KIND = 6
_SMALL = Scope(epochs=(1, 3), widest=5, batch=(1, 5))
_ANY = Scope(epochs=(1, 6), layers=(1, 4), batch=(1, 12))

#: Hypotheses of one kind, given the evidence and what compares with it; None where a part of the search found none.
Kind = Callable[[Sorted, Comparison], Iterable[Hypothesis | None]]


@dataclass
class Investigation:
    """One failed run under diagnosis."""

    subject: Subject
    results: list[Result]
    evidence: Evidence
    settings: Settings
    #: What was last said to explain every number.
    named: list[Hypothesis] = field(default_factory=list)
    _accounting: dict[Kind, list[Hypothesis]] = field(default_factory=dict)

    @cached_property
    def comparison(self) -> Comparison:
        return Comparison(self.subject.format)

    @cached_property
    def patience(self) -> Patience:
        return Patience(self.results)

    @cached_property
    def found(self) -> Sorted:
        return sort(self.evidence, self.comparison)

    @cached_property
    def wider(self) -> Evidence:
        """The evidence of the run, in which a check ends with its first failure, and fresh answers of the wrong operations."""
        evidence = Evidence(list(self.evidence.calls), largest=self.evidence.largest)
        self.fresh(evidence.add, self.found.operations, _ANY, _WIDER)
        return evidence

    @cached_property
    def varies(self) -> bool:
        """Whether a wrong answer is another one, beyond rounding, when the same is asked again of a fresh instance."""
        for call in self.found.smallest_wrong[:_ASKED_AGAIN]:
            again: list[Call] = []
            session = self.subject.session()
            session.log = again.append
            for _ in range(2):
                try:
                    getattr(session, call.operation)(call.case)
                except RaisedError:
                    return True
                except Exception:  # such as a program that is not started again any more: that says nothing of its answers
                    break
            for other in again:
                for (_, one), (_, two) in zip(named(call), named(other), strict=True):
                    if not np.allclose(one, two, rtol=1e-3, atol=0, equal_nan=True):
                        return True
        return False

    @property
    def failed(self) -> tuple[str, ...]:
        """The failed checks, all of which a complete explanation accounts for."""
        return tuple(result.check for result in self.results if result.verdict == "failed")

    def accounting(self, kind: Kind, share: float = 1.0) -> list[Hypothesis]:
        """The hypotheses of a kind that reproduce every wrong answer: looked for once, whatever stage asks.

        share: the part of the time that the search for these may take.
        """
        if kind not in self._accounting:
            candidates = kind(self.found, self.comparison) if self.found.all_wrong else ()
            self._accounting[kind] = explaining(self.patience.of(candidates, share), self.found, self.comparison)
        return self._accounting[kind]

    def standing(
        self, accounting: Iterable[Hypothesis], about: Sorted | None = None, operations: Sequence[str] = OPERATIONS
    ) -> list[Hypothesis]:
        """Those of what accounts for the wrong answers that spare the right ones and that fresh answers do not contradict.

        about: the part of the evidence, and operations: those that the hypotheses are about.
        """
        known = sparing(accounting, about or self.found, self.comparison)
        if not known:
            return []
        scope = _ANY if any(hypothesis.condition for hypothesis in known) else _SMALL
        left = told_apart(known, lambda ask: self.fresh(ask, operations, scope), self.subject.format)
        accounted = (hypothesis for hypothesis in left if not self._leaves_a_kind(hypothesis, operations))
        return [hypothesis for hypothesis in accounted if not self._is_contradicted(hypothesis, operations)]

    @cached_property
    def exceptions(self) -> Exceptions:
        return Exceptions(self.evidence, self.comparison)

    def _leaves_a_kind(self, hypothesis: Hypothesis, operations: Sequence[str]) -> bool:
        """Whether wrong answers of a kind of their own, which are few among those looked at, are not what it would give."""
        kinds = (one for one in self.exceptions.found if one.kind is not GIVEN_NO_NUMBERS)
        calls = (call for one in kinds for call in sorted(one.wrong, key=size)[:_OF_A_KIND] if call.operation in operations)
        matches = (self.comparison.match(call, hypothesis.algorithm(call)) for call in calls)
        return any(found is not None and not found.is_exact for found in matches)

    def _is_contradicted(self, hypothesis: Hypothesis, operations: Sequence[str]) -> bool:
        """Whether some answer of the run is right where the hypothesis would have made it wrong.

        The right answers that a hypothesis is tried on are a part of all, and fresh networks are ordinary ones: what shows
        far out alone has been asked by checks of its own. Floats tell where the hypothesis makes a difference.
        """
        for call in (call for operation in operations for call in self.evidence.distinct(operation)):
            algorithm = hypothesis.algorithm(call)
            if self.comparison.seems_wrong(call) or not self.comparison.makes_a_difference(call, algorithm):
                continue
            found = self.comparison.match(call, algorithm)
            if found is not None and not found.is_exact and self.comparison.is_right(call):
                return True
        return False

    def is_right_for(self, narrower: str) -> bool:
        """Whether fresh answers are right for that format."""
        contradicted = False

        def ask(call: Call) -> None:
            nonlocal contradicted
            found = match(call, Algorithm(), FORMATS[narrower])
            contradicted = contradicted or (found is not None and not found.is_exact)

        self.fresh(ask)
        return not contradicted

    def fresh(
        self,
        ask: Callable[[Call], None],
        operations: Sequence[str] = OPERATIONS,
        scope: Scope = _SMALL,
        networks: int = _FRESH,
    ) -> None:
        """Draw fresh networks within the claims and hand over the implementation's answers."""
        if scope.is_empty(self.subject.claims):
            return
        session = self.subject.session()
        session.log = ask

        def test(case: Case) -> None:
            for operation in sorted(set(self.subject.operations) & set(operations)):
                try:
                    getattr(session, operation)(case)
                except Exception:
                    continue

        seed = self.settings.seed * 1_000_003 + zlib.crc32(b"diagnosis")
        run_drawn(test, cases(self.subject.claims, scope), networks, seed, shrink=False)
