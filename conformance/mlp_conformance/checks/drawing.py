"""Running a test on drawn cases with Hypothesis: the same seed gives the same cases, a failure is shrunk in bounded time."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib import import_module
from typing import Any

from hypothesis import HealthCheck, Phase, Verbosity, assume, given, seed, settings
from hypothesis import errors as hypothesis_errors
from hypothesis.strategies import SearchStrategy

from mlp_conformance.checks.comparing import Failed
from mlp_conformance.checks.trial import SHRINKING
from mlp_conformance.claims import Unsupported
from mlp_conformance.enclosures import fingerprint
from mlp_reference.balls import UndecidedError
from mlp_reference.network import Case
from mlp_reference.oracle import PrecisionError

#: Which of Hypothesis's own constants each range of numbers admits, where no others are drawn: filled in by Hypothesis.
_constants: dict[Any, Any] = {}


def run_drawn(
    test: Callable[[Case], None],
    strategy: SearchStrategy[Case],
    examples: int,
    seed_number: int,
    shrink: bool,
    is_over: Callable[[], bool] = lambda: False,
) -> None:
    """Run the test on that many cases. Whatever it raises is raised for the smallest failing case found.

    is_over: whether those tested until now are enough.

    Cases in which no precision tells a pre-activation from a kink are passed over. An implementation that fails on a case
    and then not on the same case again is reported as such.
    """
    last: list[Exception] = []
    failing: set[bytes] = set()
    deadline: list[float] = []

    def bounded_test(case: Case) -> None:
        if not failing and is_over():
            return
        key = fingerprint(case)
        if deadline and time.monotonic() > deadline[0] and key not in failing:
            return  # shrinking takes too long: no further case counts as smaller
        try:
            test(case)
        except hypothesis_errors.UnsatisfiedAssumption:
            raise  # the check itself has no use for the case
        except (UndecidedError, PrecisionError):
            assume(False)
        except Exception as error:
            last[:] = [error]
            failing.add(key)
            if not deadline:
                deadline.append(time.monotonic() + SHRINKING)
            raise

    phases = (Phase.generate, Phase.shrink) if shrink else (Phase.generate,)
    run = settings(
        max_examples=examples,
        database=None,
        deadline=None,
        phases=phases,
        verbosity=Verbosity.quiet,
        print_blob=False,
        report_multiple_bugs=False,
        # Large arrays come from a drawn seed, so entropy is no matter; slowness is the implementation's own.
        suppress_health_check=[
            HealthCheck.too_slow,
            HealthCheck.data_too_large,
            HealthCheck.large_base_example,
        ],
    )(seed(seed_number)(given(strategy)(bounded_test)))
    # There is no database for which Hypothesis would have to read and digest the source of the function above.
    run._hypothesis_internal_database_key = b""  # type: ignore[attr-defined]
    try:
        with _no_local_constants():
            run()
    except hypothesis_errors.FailedHealthCheck as found:  # no fault of the implementation's
        raise Unsupported("hardly a network drawn for this can be judged in the claimed dtype") from found
    except hypothesis_errors.Flaky:
        error = last[0]
        if isinstance(error, Failed):
            message = f"{error} The same call gave another answer later: it depends on earlier calls, or on chance.".strip()
            raise Failed(message, error.judgement, error.case) from None
        raise error from None


@contextmanager
def _no_local_constants() -> Iterator[None]:
    """Hypothesis draws no constants from the source of the modules at hand.

    Those are the user's own, so the same seed would draw other networks for another program, and what it finds it keeps in
    a folder .hypothesis of the user's. There is no setting for that; a version without that feature is left alone.
    """
    try:
        providers: Any = import_module("hypothesis.internal.conjecture.providers")
        before = {name: getattr(providers, name) for name in ("_get_local_constants", "CONSTANTS_CACHE")}
        nothing = providers.Constants
    except (ImportError, AttributeError):
        yield
        return
    providers._get_local_constants, providers.CONSTANTS_CACHE = nothing, _constants
    try:
        yield
    finally:
        vars(providers).update(before)
