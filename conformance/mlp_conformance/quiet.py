"""Calls into the user's code: output kept off ours, warnings silent, time limited, what it sets for all put back."""

from __future__ import annotations

import contextlib
import io
import signal
import sys
import threading
import warnings
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from mlp_conformance.deadline import due_within

#: Seconds after which a call that went on although it was interrupted is interrupted again.
AGAIN = 1.0


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


@contextlib.contextmanager
def limited(seconds: float | None, clock: str = "ITIMER_REAL") -> Iterator[None]:
    """Raise NoAnswer in the block after that time; only possible in the main thread of a POSIX system."""
    if not seconds or not hasattr(signal, "setitimer") or threading.current_thread() is not threading.main_thread():
        yield
        return

    def expire(signum: int, frame: Any) -> None:
        raise NoAnswer(f"no answer within {seconds:g} s (--timeout)")

    timer, alarm = getattr(signal, clock), signal.SIGALRM if clock == "ITIMER_REAL" else signal.SIGVTALRM
    before = signal.signal(alarm, expire)
    signal.setitimer(timer, seconds, AGAIN)  # an exception may be lost in a finaliser: it is raised again
    try:
        yield
    finally:
        signal.setitimer(timer, 0)
        signal.signal(alarm, before)


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
