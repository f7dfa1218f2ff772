"""What a check works with: a session with the implementation, the drawing of cases, and the comparing of numbers."""

from __future__ import annotations

import contextlib
import zlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from hypothesis.errors import UnsatisfiedAssumption
from hypothesis.strategies import SearchStrategy

from mlp_conformance.answers import Withheld
from mlp_conformance.checks.one_step import Bounds, one_step, shown_bounds, shown_gradients
from mlp_conformance.checks.triples import gradient_triples, parameter_triples
from mlp_conformance.claims import Claims, Unsupported
from mlp_conformance.enclosures import ENCLOSURES, fingerprint
from mlp_conformance.judgement import Judgement, judge
from mlp_conformance.strategies import Scope, cases
from mlp_conformance.subject import Awaited, Deferred, Session
from mlp_reference.balls import UndecidedError
from mlp_reference.bounded import Carried, CarriedFused
from mlp_reference.descent import WithoutPenalty, same_steps
from mlp_reference.formats import Format
from mlp_reference.losses import smoothed
from mlp_reference.mlp import Algorithm, FusedDelta
from mlp_reference.network import Case
from mlp_reference.oracle import Expected, Oracle, PrecisionError, as_judged

#: Seconds that shrinking one failure may take; it then keeps the smallest case found.
SHRINKING = 2.0
#: Seconds of processor time that answers to a check's networks may take unless their number was asked for; then this part is
#: enough. (A program behind the protocol works in a process of its own, and answers all.)
PATIENCE, ENOUGH = 0.5, 0.2


class Failed(Exception):  # noqa: N818 - it is a verdict
    """The implementation is wrong: the message, the numbers compared and the case."""

    def __init__(self, message: str, judgement: Judgement | None = None, case: Case | None = None) -> None:
        super().__init__(message)
        self.judgement = judgement or Judgement()
        self.case = case


class Advice(Exception):  # noqa: N818 - it is a verdict
    """A SHOULD is not met."""


@dataclass(frozen=True)
class Settings:
    """How a run is done. examples: drawn networks for each check of drawn/; properties get a fraction of them.

    thorough: long training runs to their end, however long the implementation takes. live: answers come at once, so what is
    asked may depend on them, and on how long they take. hurried: nobody has said how many networks are to be drawn, so where
    answers take long a part of them is enough.
    """

    examples: int = 50
    seed: int = 0
    shrink: bool = True
    thorough: bool = False
    live: bool = True
    hurried: bool = False


@dataclass
class Trial:
    """One check on one implementation.

    shortened: it ended with a part of its networks, as answers took long. is_slow: another time, it might.
    """

    session: Session
    settings: Settings
    check_id: str
    judgement: Judgement = field(default_factory=Judgement)
    refused: int = 0
    answered: int = 0
    note: str = ""
    shortened: bool = False
    is_slow: bool = False
    awaited: list[Awaited] = field(default_factory=list)
    _known: tuple[Case, Oracle] | None = None

    @property
    def claims(self) -> Claims:
        return self.session.claims

    @property
    def format(self) -> Format:
        return self.session.format

    # ---- comparing

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
        got = self.asked_gradients(case)

        def test(oracle: Oracle) -> None:
            self.compare(*gradient_triples(got, self.expected_gradients(case, oracle)), case=case)

        self._under_any_reading(case, oracle or self.oracle(case), test)

    def check_gradients_against(self, case: Case, fixture: list[tuple[Expected, Expected]]) -> None:
        """The implementation's own gradients against numbers that were certified before."""
        got = self.session.gradients(case)
        try:
            self.compare(*gradient_triples(got, fixture))
        except Failed:
            carried = ENCLOSURES.of(case, self.format, Carried).gradients
            with contextlib.suppress(Failed):
                self.compare(*gradient_triples(got, carried))
                return
            raise

    def leaves_range(self, oracle: Oracle) -> bool:
        """Whether some parameter or loss on the way may be beyond what the format can represent."""
        found = [*(part for pair in oracle.trained.parameters for part in pair), *oracle.trained.losses]
        return any(not np.all(np.abs(e.high) + e.bound <= self.format.largest) for e in found)

    def check_train(self, case: Case, oracle: Oracle | None = None) -> None:
        """Parameters after training, and reported losses, against the certified ones.

        A drawn case whose training leaves the format's range is not sent: libraries that stop there are right to.
        """
        case = self.as_claimed(case)
        known = oracle or self.oracle(case)
        if self.leaves_range(known):
            raise UnsatisfiedAssumption
        got = self.session.train(case)

        def test(oracle: Oracle) -> None:
            expected = oracle.trained
            triples = parameter_triples(got.parameters, expected.parameters)
            if got.losses is not None:
                triples += [
                    (f"E before update {i}", loss, as_judged(e, case, self.format))
                    for i, (loss, e) in enumerate(zip(got.losses, expected.losses, strict=True), 1)
                ]
            self.compare(*triples, case=case)

        self._under_any_reading(case, known, test)

    def _under_any_reading(self, case: Case, oracle: Oracle, test: Callable[[Oracle], None]) -> None:
        """Run a test of gradients, or of what they lead to, under each reading of them that is right.

        Derivatives may be carried with a factor, as complex steps are, which rounds what else is exact (ACC-1); and where
        constants guard the logarithms, the fused delta is as right as theirs (LOSS-10). A penalty may be left out of what is
        reported (OPT-1), and at one learning rate both forms of the velocity are the same (OPT-3).
        """
        readings: list[type[Algorithm]] = [Carried]
        if smoothed(case.network):
            readings += [FusedDelta, CarriedFused]
        if case.options is not None:
            readings += [Algorithm, WithoutPenalty]
        try:
            test(oracle)
        except Failed:
            for other in same_steps(case):
                for reading in readings:
                    with contextlib.suppress(Failed):
                        test(ENCLOSURES.of(other, self.format, reading))
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

        Where constants guard the logarithms they are those of either delta (LOSS-10), whichever is wider.
        """
        readings = [Algorithm, FusedDelta] if smoothed(case.network) else [Algorithm]
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

    # ---- drawing

    def for_each(self, scope: Scope, test: Callable[[Case], None], share: float = 1.0) -> None:
        """Run the test on drawn cases within the claims and the scope; a failure is that of the smallest case found.

        share: of the run's number of examples. Cases that the implementation refuses are counted, not passed.
        """
        self._drawn(scope, cases(self.claims, scope), test, share)

    def for_each_optional(self, scope: Scope, parts: tuple[str, ...], test: Callable[[Case], None], share: float = 1.0) -> None:
        """The same on cases whose training has those optional parts."""
        from mlp_conformance.option_cases import optional_cases

        self._drawn(scope, optional_cases(self.claims, scope, parts), test, share)

    def _drawn(self, scope: Scope, strategy: SearchStrategy[Case], test: Callable[[Case], None], share: float) -> None:
        from mlp_conformance.checks.drawing import run_drawn

        if scope.is_empty(self.claims):
            raise Unsupported("nothing of what this check needs is claimed")

        examples = max(2, round(self.settings.examples * share))
        run_drawn(self._counting(test), strategy, examples, self.seed, self.settings.shrink, self._patience(examples))
        self._insist_on_an_answer()

    def _patience(self, examples: int) -> Callable[[], bool]:
        """Whether no more networks are to be drawn: a part of them was, and answers took longer than a run is to wait."""
        asked, worked = self.refused + self.answered, self.session.worked
        enough = max(2, round(ENOUGH * examples))

        def is_over() -> bool:
            if not self.settings.hurried or self.refused + self.answered - asked < enough:
                return False
            taken = self.session.worked - worked
            self.is_slow |= taken > PATIENCE / 2
            self.shortened |= taken > PATIENCE
            return taken > PATIENCE

        return is_over

    def for_all(self, given: Iterable[Case], test: Callable[[Case], None]) -> None:
        """Run the test on the cases given, as they are; refusals are counted, not passed."""
        tested = self._counting(test)
        for case in given:
            with contextlib.suppress(UndecidedError, PrecisionError, UnsatisfiedAssumption):
                tested(case)
        self._insist_on_an_answer()

    def _insist_on_an_answer(self) -> None:
        """Unsupported where nothing could be judged."""
        if not self.answered and not self.awaited:
            raise Unsupported("the implementation refused every network drawn")

    def _counting(self, test: Callable[[Case], None]) -> Callable[[Case], None]:
        def tested(case: Case) -> None:
            if isinstance(self.session.adapter, Deferred):
                self.session.adapter.begin(fingerprint(case))
            try:
                test(case)
            except Unsupported:
                self.refused += 1
            except Awaited as missing:
                if not missing.follows:
                    raise
                self.awaited.append(missing)
            else:
                self.answered += 1

        return tested

    @property
    def seed(self) -> int:
        """The run's seed, told apart for each check."""
        return self.seed_of(self.check_id)

    def seed_of(self, drawn: str) -> int:
        """The run's seed, told apart for each thing that is drawn."""
        return self.settings.seed * 1_000_003 + zlib.crc32(drawn.encode())

    @property
    def generator(self) -> np.random.Generator:
        return np.random.default_rng(self.seed)
