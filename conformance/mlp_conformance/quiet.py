"""Calls into the user's code: output kept off ours, warnings silent, time limited, what it sets for all put back."""

from __future__ import annotations

import contextlib
import io
import signal
import sys
import threading
import time
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from mlp_conformance.deadline import due_within

#: Seconds after which a call that went on although it was interrupted is interrupted again.
AGAIN = 1.0
_AT_ONCE = 1e-3

#: The timer, the signal and the time of each clock; none on systems without them.
_CLOCKS: dict[str, tuple[int, int, Callable[[], float]]] = (
    {
        "ITIMER_REAL": (signal.ITIMER_REAL, signal.SIGALRM, time.monotonic),
        "ITIMER_VIRTUAL": (signal.ITIMER_VIRTUAL, signal.SIGVTALRM, time.process_time),
    }
    if hasattr(signal, "setitimer")
    else {}
)


class NoAnswer(TimeoutError):  # noqa: N818 - it says what happened
    """A call was interrupted because its time was over."""


def quietly(call: Callable[[], Any], timeout: float | None, work: float | None = None) -> Any:
    """Call the user's code with its output kept off ours, its warnings silent, and a time limit where that is possible.

    timeout: seconds that it may take; work: seconds of the processor's time, which a busy machine does not shorten.
    """
    swallowed = io.StringIO()
    with (
        contextlib.redirect_stdout(swallowed),
        contextlib.redirect_stderr(swallowed),
        warnings.catch_warnings(),
        np.errstate(all="ignore"),
        limited(timeout),
        limited(work, "ITIMER_VIRTUAL"),
        due_within(timeout),
    ):
        warnings.simplefilter("ignore")
        return call()


@dataclass
class Limit:
    """A limit of time, and what it raised when it was over, whether or not the block went on nevertheless."""

    over: NoAnswer | None = None


@contextlib.contextmanager
def limited(seconds: float | None, clock: str = "ITIMER_REAL") -> Iterator[Limit]:
    """Raise NoAnswer in the block after that time; only possible in the main thread of a POSIX system.

    Inside another limit it is no longer than what that one has left.
    """
    limit = Limit()
    if not seconds or not hasattr(signal, "setitimer") or threading.current_thread() is not threading.main_thread():
        yield limit
        return

    def expire(signum: int, frame: Any) -> None:
        limit.over = NoAnswer(f"no answer within {seconds:g} s (--timeout)")
        raise limit.over

    timer, alarm, now = _CLOCKS[clock]
    left, again = signal.getitimer(timer)
    if 0 < left <= seconds:
        yield limit
        return
    start, before = now(), signal.signal(alarm, expire)
    signal.setitimer(timer, seconds, AGAIN)  # an exception may be lost in a finaliser: it is raised again
    try:
        yield limit
    finally:
        signal.setitimer(timer, 0)
        signal.signal(alarm, before)
        if left:
            signal.setitimer(timer, max(left - (now() - start), _AT_ONCE), again)


@contextlib.contextmanager
def defaults_kept() -> Iterator[None]:
    """The block leaves torch's default type of floats as it was: programs with plain tensors are asked in another one."""
    torch = sys.modules.get("torch")
    before = torch.get_default_dtype() if torch is not None and hasattr(torch, "get_default_dtype") else None
    try:
        yield
    finally:
        torch = sys.modules.get("torch")
        if torch is not None and hasattr(torch, "set_default_dtype"):
            torch.set_default_dtype(before or torch.float32)


#: What JAX is told while a program is tried in many shapes: to compile each at once, and to leave tracebacks as they are.
_IN_HASTE = {"jax_disable_most_optimizations": True, "jax_traceback_filtering": "off"}


@contextlib.contextmanager
def compiled_in_haste() -> Iterator[None]:
    """In the block JAX, if it is imported by then, spends half the time on a function that it has not seen in this shape."""
    config: Any = getattr(sys.modules.get("jax"), "config", None)
    values = getattr(config, "values", {})
    before = {name: values[name] for name in _IN_HASTE if name in values}
    for name in before:
        config.update(name, _IN_HASTE[name])
    try:
        yield
    finally:
        for name, value in before.items():
            config.update(name, value)
