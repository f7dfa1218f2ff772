"""Standard streams that cannot show everything: what they lack is written with ASCII letters."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Mapping
from typing import Any, TextIO

_PLAIN = str.maketrans(
    {
        "✓": "+",
        "✗": "x",
        "–": "-",
        "−": "-",
        "·": "*",
        "…": "...",
        "≈": "~",
        "→": "->",
        "←": "<-",
        "×": "x",
        "⊙": "*",
        "σ": "sigma",
        "δ": "delta",
        "η": "eta",
        "ε": "epsilon",
        "∂": "d",
        "Σ": "sum",
        "∑": "sum",
        "ℓ": "l",
        "ŷ": "y^",
        "′": "'",
        "ᵀ": "^T",
        "²": "^2",
        "½": "1/2",
        "≠": "!=",
        "≤": "<=",
        "≥": ">=",
        "∈": "in",
        "↔": "<->",
        "’": "'",
        "━": "-",
        "╸": "-",
        "╺": "-",
        "�": "?",
    }
)


class PlainStream(io.TextIOWrapper):
    """A text stream that writes nothing but ASCII."""

    def write(self, text: str, /) -> int:
        return super().write(plain(text))


def plain(text: str) -> str:
    """The text in ASCII; a letter that has no likeness becomes a question mark."""
    return text.translate(_PLAIN).encode("ascii", "replace").decode("ascii")


def shows_everything(stream: TextIO, environment: Mapping[str, str] | None = None) -> bool:
    """Whether a stream takes more than ASCII, and, if it is a terminal, whether the locale says that it shows more."""
    if not (getattr(stream, "encoding", None) or "").lower().startswith("utf"):
        return False
    environment = os.environ if environment is None else environment
    if not stream.isatty() or environment.get("LC_ALL"):
        return environment.get("LC_ALL") not in ("C", "POSIX") or not stream.isatty()
    # Python itself sets LC_CTYPE where it finds LANG=C.
    coerced = environment.get("LC_CTYPE", "") in ("", "C", "POSIX", "C.UTF-8", "C.utf8", "UTF-8")
    return not (coerced and environment.get("LANG") in ("C", "POSIX"))


def prepare() -> None:
    """Make the standard streams of the process fit what they can show."""
    for name in ("stdout", "stderr"):
        stream: Any = getattr(sys, name)
        if isinstance(stream, io.TextIOWrapper) and not shows_everything(stream):
            # No name of ASCII: click takes that for a mistake and writes UTF-8.
            buffered = PlainStream(stream.detach(), "latin-1", "replace", line_buffering=stream.line_buffering)
            setattr(sys, name, buffered)
