"""What a check works with: a session with the implementation, comparing, and the drawing of cases."""

from __future__ import annotations

import contextlib
import zlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

import numpy as np
from hypothesis.errors import UnsatisfiedAssumption
from hypothesis.strategies import SearchStrategy

from mlp_conformance.checks.comparing import Comparing
from mlp_conformance.checks.refusals import lies_far_out, says_overflow
from mlp_conformance.claims import Unsupported
from mlp_conformance.enclosures import fingerprint
from mlp_conformance.quiet import compiled_in_haste
from mlp_conformance.strategies import Scope, cases
from mlp_conformance.subject import Awaited, Deferred, RaisedError
from mlp_reference.balls import UndecidedError
from mlp_reference.network import Case
from mlp_reference.oracle import PrecisionError

#: Seconds that shrinking one failure may take; it then keeps the smallest case found.
SHRINKING = 2.0
#: Seconds of processor time that answers to a check's networks may take unless their number was asked for; then this part is
#: enough. (A program behind the protocol works in a process of its own, and answers all.)
PATIENCE, ENOUGH = 0.5, 0.2
#: Seconds of processor time that the answers of a whole run may take, under the same condition; then one network is enough for
#: each check that follows, so that checks of every kind are still made, and what JAX compiles for these it compiles in haste.
BUDGET = 5.0


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
class Trial(Comparing):
    """One check on one implementation.

    shortened: it ended with a part of its networks, as answers took long. is_slow: another time, it might. overflow: what the
    implementation said of a network that lies far out, in place of an answer.
    """

    settings: Settings
    check_id: str
    refused: int = 0
    answered: int = 0
    note: str = ""
    shortened: bool = False
    is_slow: bool = False
    overflow: str = ""
    awaited: list[Awaited] = field(default_factory=list)

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
            tried = self.refused + self.answered - asked
            if self.is_late and self.answered and tried:
                self.is_slow = self.shortened = True
                return True
            if not self.settings.hurried or tried < enough:
                return False
            taken = self.session.worked - worked
            self.is_slow |= taken > PATIENCE / 2
            self.shortened |= taken > PATIENCE
            return taken > PATIENCE

        return is_over

    @property
    def is_late(self) -> bool:
        """Whether the run's answers have taken so long that each check is content with one."""
        return self.settings.hurried and self.session.subject.spent > BUDGET

    def for_all(self, given: Iterable[Case], test: Callable[[Case], None]) -> None:
        """Run the test on the cases given, as they are, or on one where the run is late; refusals are counted, not passed."""
        tested = self._counting(test)
        for case in given:
            if self.is_late and self.answered:
                self.is_slow = self.shortened = True
                break
            with contextlib.suppress(UndecidedError, PrecisionError, UnsatisfiedAssumption):
                tested(case)
        self._insist_on_an_answer()

    def _insist_on_an_answer(self) -> None:
        """Unsupported where nothing could be judged."""
        if not self.answered and not self.awaited and not self.overflow:
            raise Unsupported("the implementation refused every network drawn")

    def _counting(self, test: Callable[[Case], None]) -> Callable[[Case], None]:
        def tested(case: Case) -> None:
            if isinstance(self.session.adapter, Deferred):
                self.session.adapter.begin(fingerprint(case))
            try:
                with compiled_in_haste() if self.is_late else contextlib.nullcontext():
                    test(case)
            except Unsupported:
                self.refused += 1
            except Awaited as missing:
                if not missing.follows:
                    raise
                self.awaited.append(missing)
            except RaisedError as error:
                if not says_overflow(error) or not lies_far_out(case, self.format):
                    raise
                self.overflow = self.overflow or f"{error}, where an answer exists: it need not overflow (ACT-6)."
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
