"""A child process and the lines exchanged with it: within bounds of time and memory, in one thread."""

from __future__ import annotations

import contextlib
import os
import selectors
import signal
import subprocess
import time
import weakref
from collections.abc import Sequence

#: How many bytes of standard error are kept, and how many characters of a line a message shows.
STDERR_BYTES, SHOWN_CHARACTERS = 8192, 160
#: How often a silent child is looked at, and how long one has to end before it is killed, in seconds.
LOOK, GRACE = 0.1, 0.5
_CHUNK = 1 << 16


class Misbehaviour(Exception):  # noqa: N818 - the program's, which need not be an error of ours
    """What a program did that ends the conversation with it."""


class Silence(Misbehaviour):
    """It did not say, or did not hear, a whole line in time."""


class ChildProcess:
    """A running program that is told lines and says lines; POSIX only.

    Its standard error is read all the time and the last bytes are kept. It gets a process group of its own,
    which ends with it: by `end()`, when this object is forgotten, or when the interpreter exits. Raises
    OSError when the program cannot be started.
    """

    def __init__(self, arguments: Sequence[str]) -> None:
        self._process = subprocess.Popen(
            list(arguments),
            bufsize=0,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,
        )
        selector = selectors.DefaultSelector()
        self._finalizer = weakref.finalize(self, _end, self._process, selector, os.getpid())
        self._stdin, self._stdout, self._stderr = (
            stream.fileno()
            for stream in (self._process.stdin, self._process.stdout, self._process.stderr)
            if stream is not None
        )
        for descriptor in (self._stdin, self._stdout, self._stderr):
            os.set_blocking(descriptor, False)
        selector.register(self._stdout, selectors.EVENT_READ)
        selector.register(self._stderr, selectors.EVENT_READ)
        self._selector = selector
        self._unsent = memoryview(b"")
        self._unread = bytearray()
        self._tail = bytearray()
        self._open = True

    def exchange(self, line: bytes, limit: int, timeout: float) -> bytes:
        """Tell the program one line and return the line that it says next, both without their newline.

        limit: how many bytes the answer may have. timeout: seconds for both together. Raises Misbehaviour.
        """
        deadline = time.monotonic() + timeout
        self._read_output(limit)
        if self._unread:
            raise Misbehaviour(f"said something before it was asked: {shown(self._unread)}")
        if not self._open:
            raise Misbehaviour(self._why_closed())
        self._unsent = memoryview(line + b"\n")
        self._write()
        if self._unsent:
            self._selector.register(self._stdin, selectors.EVENT_WRITE)
        searched = 0
        while (newline := self._unread.find(b"\n", searched)) < 0:
            if len(self._unread) > limit:
                raise Misbehaviour(f"said more than {limit} bytes without a line's end: {shown(self._unread)}")
            if not self._open:
                raise Misbehaviour(self._why_closed())
            searched = len(self._unread)
            self._turn(deadline, limit, timeout)
        if newline > limit:
            raise Misbehaviour(f"said a line of more than {limit} bytes: {shown(self._unread)}")
        if self._unsent:
            raise Misbehaviour(f"answered before it had read the request: {shown(self._unread[:newline])}")
        self._read_output(limit)
        if len(self._unread) > newline + 1:
            more = shown(self._unread[newline + 1 :])
            raise Misbehaviour(f"said more than one line in answer: {more} after {shown(self._unread[:newline])}")
        answer = bytes(self._unread[:newline])
        self._unread.clear()
        return answer

    def stderr_tail(self) -> str:
        """The last lines that the program wrote to standard error, as printable text."""
        if self._finalizer.alive:
            for _ in range(64):  # a flood has no end
                before = len(self._tail)
                if not self._read_errors() or len(self._tail) == before < STDERR_BYTES:
                    break
        lines = bytes(self._tail).decode("utf-8", "replace").splitlines()
        return "\n".join(printable(line) for line in lines)

    def end(self, farewell: bytes = b"") -> None:
        """End the process and its children: `farewell` and a moment to go, then SIGTERM, then SIGKILL."""
        if self._finalizer.alive and farewell and not self._unsent:
            with contextlib.suppress(OSError):
                os.write(self._stdin, farewell + b"\n")
            if self._process.stdin is not None:
                self._process.stdin.close()
            _exit_status(self._process, GRACE)
        self._finalizer()

    def _turn(self, deadline: float, limit: int, timeout: float) -> None:
        """Wait until something can be read or written, and do it."""
        remaining = deadline - time.monotonic()
        if remaining <= 0:
            raise Silence(self._why_late(timeout))
        ready = self._selector.select(min(remaining, LOOK))
        if not ready and _exit_status(self._process, 0) is not None:
            self._read_output(limit)  # what it said last; a child of its own may hold the pipe open for ever
            self._open = False
        for key, _ in ready:
            if key.fd == self._stdin:
                self._write()
                if not self._unsent:
                    self._selector.unregister(self._stdin)
            elif key.fd == self._stdout:
                self._read_output(limit)
            elif not self._read_errors():
                self._selector.unregister(self._stderr)

    def _write(self) -> None:
        try:
            self._unsent = self._unsent[os.write(self._stdin, self._unsent) :]
        except BlockingIOError:
            pass
        except OSError:
            self._read_output(_CHUNK)
            if b"\n" not in self._unread:  # else what it said without being asked tells more
                raise Misbehaviour(self._why_closed("closed its standard input")) from None

    def _read_output(self, limit: int) -> None:
        """Read what there is, or a little more than `limit`."""
        try:
            while self._open and len(self._unread) <= limit + 1:
                chunk = os.read(self._stdout, _CHUNK)
                self._unread += chunk
                self._open = bool(chunk)
        except BlockingIOError:
            pass

    def _read_errors(self) -> bool:
        try:
            chunk = os.read(self._stderr, _CHUNK)
        except BlockingIOError:
            return True
        self._tail = (self._tail + chunk)[-STDERR_BYTES:]
        return bool(chunk)

    def _why_closed(self, otherwise: str = "closed its standard output") -> str:
        status = _exit_status(self._process, GRACE)
        reason = otherwise if status is None else _ended(status)
        return f"{reason} in the middle of a line: {shown(self._unread)}" if self._unread else reason

    def _why_late(self, timeout: float) -> str:
        if self._unsent:
            return f"did not read the request within {timeout:g} s"
        if self._unread:
            return f"said only half a line within {timeout:g} s: {shown(self._unread)}"
        return f"did not answer within {timeout:g} s"


def printable(text: str) -> str:
    """The text, all that a terminal might obey escaped: control characters, overrides, lone surrogates."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)


def shown(said: bytes | bytearray | str, characters: int = SHOWN_CHARACTERS) -> str:
    """The beginning of what a program said, quoted, fit for a message."""
    start = said[: 4 * characters]
    text = printable(start if isinstance(start, str) else start.decode("utf-8", "backslashreplace"))
    return f"'{text[:characters]}'" + ("..." if len(said) > 4 * characters or len(text) > characters else "")


def _ended(status: int) -> str:
    if status >= 0:
        return f"ended with exit status {status}"
    with contextlib.suppress(ValueError):
        return f"was ended by signal {-status} ({signal.Signals(-status).name})"
    return f"was ended by signal {-status}"


def _exit_status(process: subprocess.Popen[bytes], patience: float) -> int | None:
    """The exit status (negative: the signal), within `patience` seconds; None while it runs.

    Where the system allows, the process is left unreaped, so that its group can still be signalled safely.
    """
    deadline = time.monotonic() + patience
    pause = 0.0005
    while True:
        if process.returncode is not None or not hasattr(os, "waitid"):
            status = process.poll()
        else:
            try:
                info = os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT)
            except ChildProcessError:  # someone else has reaped it
                info, status = None, process.poll()
            else:
                status = None
            if info is not None:
                status = info.si_status if info.si_code == os.CLD_EXITED else -info.si_status
        remaining = deadline - time.monotonic()
        if status is not None or remaining <= 0:
            return status
        time.sleep(min(pause, remaining))
        pause = min(2 * pause, 0.02)


def _end(process: subprocess.Popen[bytes], selector: selectors.BaseSelector, owner: int) -> None:
    """End the process group, reap the process, close the pipes; a forked copy of the owner only closes."""
    selector.close()
    try:
        if os.getpid() == owner and _exit_status(process, 0) is None:
            _signal_group(process, signal.SIGTERM)
            _exit_status(process, GRACE)
    finally:
        if os.getpid() == owner:
            _signal_group(process, signal.SIGKILL)
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(timeout=10 * GRACE)
        for stream in (process.stdin, process.stdout, process.stderr):
            if stream is not None:
                with contextlib.suppress(OSError):
                    stream.close()


def _signal_group(process: subprocess.Popen[bytes], number: int) -> None:
    with contextlib.suppress(OSError):
        os.killpg(process.pid, number)
