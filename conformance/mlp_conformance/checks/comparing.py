"""Comparing an implementation's answers with what is certified of a case, and with one another: right, or Failed."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

import numpy as np
from hypothesis.errors import UnsatisfiedAssumption

from mlp_conformance.answers import Withheld
from mlp_conformance.checks.one_step import Bounds, one_step, shown_bounds, shown_gradients
from mlp_conformance.checks.triples import gradient_triples, parameter_triples
from mlp_conformance.claims import Claims
from mlp_conformance.enclosures import ENCLOSURES
from mlp_conformance.judgement import Judgement, judge
from mlp_conformance.subject import Session
from mlp_reference.bounded import CARRIED, Carried
from mlp_reference.descent import WithoutPenalty, same_steps
from mlp_reference.formats import Format
from mlp_reference.losses import divisor
from mlp_reference.mlp import LEAST_DIVISOR, Algorithm, GuardedQuotient, has_quotient, right_deltas
from mlp_reference.network import Case
from mlp_reference.oracle import Expected, Oracle, Trained, as_judged

#: What is certified of a layer's weights and biases, or of the loss's derivatives by them.
Pair = tuple[Expected, Expected]
_T = TypeVar("_T")


class Failed(Exception):  # noqa: N818 - it is a verdict
    """The implementation is wrong: the message, the numbers compared and the case."""

    def __init__(self, message: str, judgement: Judgement | None = None, case: Case | None = None) -> None:
        super().__init__(message)
        self.judgement = judgement or Judgement()
        self.case = case


#: What is advised where an answer is right but for a guard.
GUARDED = (
    f"Where a probability is below {LEAST_DIVISOR} the gradient is smaller than it should be: the derivative of the binary "
    f"cross-entropy is divided by max(a (1 − a), {LEAST_DIVISOR}), as in PyTorch's BCELoss. From the logits, as with "
    "BCEWithLogitsLoss, it is a − y."
)


class Advice(Exception):  # noqa: N818 - it is a verdict
    """A SHOULD is not met."""


@dataclass
class Comparing:
    """What is certified of cases, and whether one implementation's answers are it."""

    session: Session
    judgement: Judgement = field(default_factory=Judgement, kw_only=True)
    #: Whether some answer was right but for a guard that is in wide use, and advised against.
    is_guarded: bool = field(default=False, kw_only=True)
    _known: tuple[Case, Oracle] | None = field(default=None, kw_only=True)

    @property
    def claims(self) -> Claims:
        return self.session.claims

    @property
    def format(self) -> Format:
        return self.session.format

    def compare(self, *pairs: tuple[str, np.ndarray, Expected], case: Case | None = None, says: str = "") -> None:
        """Judge each (name, got, expected); Failed if any number is outside its bound. `says` opens the message."""
        withheld = (isinstance(got, Withheld) or isinstance(expected.high, Withheld) for _, got, expected in pairs)
        found = judge([pair for pair, is_withheld in zip(pairs, withheld, strict=True) if not is_withheld], self.format)
        if found.wrong:
            raise Failed(says, found, case)
        self.judgement += found

    def same(
        self,
        *quadruples: tuple[str, np.ndarray, np.ndarray, np.ndarray],
        case: Case | None = None,
        says: str = "",
    ) -> None:
        """Judge pairs of numbers that are equal in exact arithmetic: (name, one, other, the sum of their bounds)."""
        self.compare(
            *(
                (name, one, Expected(other, np.zeros_like(other), np.zeros_like(other), bound))
                for name, one, other, bound in quadruples
            ),
            case=case,
            says=says,
        )

    def check_forward(self, case: Case, oracle: Oracle | None = None) -> None:
        """The implementation's activations against the certified ones."""
        got = self.session.forward(case)
        expected = (oracle or self.oracle(case)).activations[-len(got) :]
        first = len(case.network.layers) - len(got) + 1
        self.compare(*((f"a{i}", a, e) for i, (a, e) in enumerate(zip(got, expected, strict=True), first)), case=case)

    def check_loss(self, case: Case, oracle: Oracle | None = None) -> None:
        """The implementation's loss against the certified one."""
        self.compare(
            ("E", self.session.loss(case), as_judged((oracle or self.oracle(case)).loss, case, self.format)), case=case
        )

    def check_gradients(self, case: Case, oracle: Oracle | None = None) -> None:
        """The implementation's gradients, from its steps if it offers no others, against the certified ones."""

        def expected(oracle: Oracle) -> list[Pair]:
            return self.expected_gradients(case, oracle)

        self._judge_gradients(case, self.asked_gradients(case), expected(oracle or self.oracle(case)), expected)

    def check_gradients_against(self, case: Case, known: list[Pair]) -> None:
        """The implementation's own gradients against numbers that were certified before."""
        self._judge_gradients(case, self.session.gradients(case), known, lambda oracle: oracle.gradients)

    def _judge_gradients(self, case: Case, got: Any, known: list[Pair], of: Callable[[Oracle], list[Pair]]) -> None:
        self._under_any_reading(case, known, of, lambda pairs: self.compare(*gradient_triples(got, pairs), case=case))

    def leaves_range(self, oracle: Oracle) -> bool:
        """Whether some parameter or loss on the way may be beyond what the format can represent.

        A loss is a sum before it is halved or divided: the sum has to be within it, too.
        """
        parameters = [part for pair in oracle.trained.parameters for part in pair]
        undivided = 2.0 * divisor(oracle.case.network, oracle.case.targets)
        return any(
            not np.all(factor * (np.abs(e.high) + e.bound) <= self.format.largest)
            for factor, found in ((1.0, parameters), (undivided, oracle.trained.losses))
            for e in found
        )

    def check_train(self, case: Case, oracle: Oracle | None = None) -> None:
        """Parameters after training, and reported losses, against the certified ones.

        A drawn case whose training leaves the format's range is not sent: libraries that stop there are right to.
        """
        case = self.as_claimed(case)
        known = oracle or self.oracle(case)
        if self.leaves_range(known):
            raise UnsatisfiedAssumption
        self.check_train_against(case, known.trained)

    def check_train_against(self, case: Case, known: Trained, says: str = "") -> None:
        """The same against numbers that were certified before."""
        got = self.session.train(case)

        def test(expected: Trained) -> None:
            triples = parameter_triples(got.parameters, expected.parameters)
            if got.losses is not None:
                triples += [
                    (f"E before update {i}", loss, as_judged(e, case, self.format))
                    for i, (loss, e) in enumerate(zip(got.losses, expected.losses, strict=True), 1)
                ]
            self.compare(*triples, case=case, says=says)

        self._under_any_reading(case, known, lambda oracle: oracle.trained, test)

    def _under_any_reading(self, case: Case, known: _T, of: Callable[[Oracle], _T], test: Callable[[_T], None]) -> None:
        """Run a test of gradients, or of what they lead to, under each reading of them that is right.

        known: what is certified under the plain one; of: what is to be known, from the oracle of another.
        Derivatives may be carried with a factor, as complex steps are, which rounds what else is exact (ACC-1); and where
        constants guard the logarithms, other deltas are as right as theirs (LOSS-10). A penalty may be left out of what is
        reported (OPT-1), and at one learning rate both forms of the velocity are the same (OPT-3). A divisor that is kept
        from 0 is in wide use, and advised against (LOSS-10).
        """
        readings: list[type[Algorithm]] = [Carried]
        for delta in right_deltas(case.network):
            readings += [delta, CARRIED[delta]]
        if case.options is not None:
            readings += [Algorithm, WithoutPenalty]
        try:
            test(known)
        except Failed:
            for other in same_steps(case):
                for reading in readings:
                    with contextlib.suppress(Failed):
                        test(of(ENCLOSURES.of(other, self.format, reading)))
                        return
            if not has_quotient(case.network):
                raise
            with contextlib.suppress(Failed):
                test(of(ENCLOSURES.of(case, self.format, GuardedQuotient)))
                self.is_guarded = True
                return
            raise

    def oracle(self, case: Case) -> Oracle:
        """What is certified of the case; the case at hand is asked about several times, and its oracle is kept."""
        if self._known is None or self._known[0] is not case:
            self._known = case, ENCLOSURES.of(self.as_claimed(case), self.format)
        return self._known[1]

    def as_claimed(self, case: Case) -> Case:
        """The case with those optional parts of training that the implementation has switched on for good."""
        if case.options is None and not self.claims.always:
            return case
        return replace(case, options=self.claims.optional(case.options))

    @property
    def has_gradients(self) -> bool:
        return self.session.can("gradients") or self.session.can("train")

    def asked_gradients(self, case: Case) -> Any:
        """The implementation's gradients; where it only trains, those that one step shows."""
        if self.session.can("gradients"):
            return self.session.gradients(case)
        return shown_gradients(self.session, one_step(case, self.claims.learning_rate))

    def expected_gradients(self, case: Case, oracle: Oracle) -> list[tuple[Expected, Expected]]:
        """The certified ones, with the bounds of what was asked."""
        if self.session.can("gradients"):
            return oracle.gradients
        bounds = self._shown_bounds(case, oracle.reading)
        return [
            (replace(weights, bound=bound[0]), replace(biases, bound=bound[1]))
            for (weights, biases), bound in zip(oracle.gradients, bounds, strict=True)
        ]

    def gradients(self, case: Case) -> tuple[Any, list[tuple[Expected, Expected]]]:
        """The implementation's gradients and the certified ones."""
        return self.asked_gradients(case), self.expected_gradients(case, self.oracle(case))

    def gradients_and_bounds(self, case: Case) -> tuple[Any, Bounds]:
        """The same, but of the certified values the bounds alone: for comparing one answer with another.

        Where constants guard the logarithms they are those of any right delta (LOSS-10), whichever is wider.
        """
        readings: list[type[Algorithm]] = [Algorithm, *right_deltas(case.network)]
        if self.session.can("gradients"):
            found = [self._read(case, reading).gradient_bounds for reading in readings]
        else:
            found = [self._shown_bounds(case, reading) for reading in readings]
        widest = [tuple(map(np.maximum.reduce, zip(*pairs, strict=True))) for pairs in zip(*found, strict=True)]
        return self.asked_gradients(case), widest

    def _shown_bounds(self, case: Case, reading: type[Algorithm]) -> Bounds:
        step = one_step(case, self.claims.learning_rate)
        return shown_bounds(self._read(step, reading), step, self.format)

    def _read(self, case: Case, reading: type[Algorithm]) -> Oracle:
        """What is certified of the case under a reading."""
        return self.oracle(case) if reading is Algorithm else ENCLOSURES.of(self.as_claimed(case), self.format, reading)
