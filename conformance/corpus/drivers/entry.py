"""How to drive each program of the corpus: set its parameters, run it, and return what it computed, in one layout.

A driver takes the program's path and a `verify.Problem` and returns any of output (samples as rows), loss, gradients and
trained, the last two as [(weights n_in by n_out, biases n_out), ...].
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

DRIVERS: dict[str, tuple[Callable[..., dict[str, Any]], dict[str, Any]]] = {}


def drives(
    file: str,
    sizes: tuple[int, ...] = (3, 4, 2),
    scale: float = 1.0,
    rate: float = 0.3,
    epochs: int = 2,
    samples: int = 4,
) -> Callable[..., Any]:
    def enter(function: Callable[..., dict[str, Any]]) -> Callable[..., dict[str, Any]]:
        options = {"sizes": sizes, "scale": scale, "rate": rate, "epochs": epochs, "samples": samples}
        DRIVERS[file] = (function, options)
        return function

    return enter
