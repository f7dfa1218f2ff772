"""What the commands share: how they refuse, and types of options."""

from __future__ import annotations

import math
from typing import Any

import click


def fail(message: str) -> int:
    """One clear message on standard error; the exit code of wrong usage."""
    click.echo(f"mlp-conformance: {message}", err=True)
    return 2


class Seconds(click.FloatRange):
    """A finite number of seconds."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        seconds = super().convert(value, param, ctx)
        if not math.isfinite(seconds):
            self.fail(f"{value!r} is not a number of seconds", param, ctx)
        return seconds
