"""The command line: `mlp-conformance run IMPLEMENTATION` and its companions, a module each.

Exit codes: 0 conforms, 1 does not conform, 2 wrong usage or the implementation could not be started, 130 interrupted.
"""

from __future__ import annotations

import errno
import os
import sys
from contextlib import suppress
from difflib import get_close_matches
from importlib import import_module
from typing import Any

import click

from mlp_conformance.cli.streams import prepare
from mlp_reference import __version__

#: Every command and what it does; `cli/NAME.py` is imported when the command is used, and holds it under its name.
COMMANDS = {
    "run": "Judge an implementation.",
    "matrix": "Judge many side by side.",
    "adapt": "Print the adapter that was found out for a program.",
    "golden": "Exact expected values: generate, verify, derive your own.",
    "list": "List requirements, checks, faults, implementations or examples.",
    "explain": "Explain a requirement, check, fault, example or erratum.",
    "grade": "Grade many submissions: a table, a page, equal mistakes together.",
    "campaign": "Judge on any number of networks, spread over strata, on all cores or a cluster.",
    "new": "Write a working harness in another language.",
    "compare": "What changed from one JSON report to another.",
}

#: One thread for NumPy's products of matrices, unless it is asked for more: of ones so small the threads wait for each other,
#: for several times as long as they compute where other programs run too. It is read when NumPy is imported. Other libraries
#: keep theirs: sums in parallel are a part of what is judged.
_THREADS = "OPENBLAS_NUM_THREADS"

#: What an output that cannot take any more says: a full disk or quota, a file that is too large, a device that fails.
_NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO)


class _Commands(click.Group):
    """A group that suggests a command for a typo, and ends without a traceback on Ctrl-C and where it cannot write."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            result = super().invoke(ctx)
            sys.stdout.flush()
        except OSError as error:
            if error.errno not in (errno.EPIPE, *_NO_ROOM):
                raise
            with suppress(OSError, ValueError):  # what Python flushes when it exits has somewhere to go
                os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            if isinstance(error, BrokenPipeError):
                raise SystemExit(141) from None
            click.echo(f"mlp-conformance: {error.filename or 'the output'}: {error.strerror or error}", err=True)
            raise SystemExit(2) from None
        except KeyboardInterrupt:
            click.echo("mlp-conformance: interrupted", err=True)
            raise SystemExit(130) from None
        return result

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        if name not in COMMANDS:
            return None
        found: click.Command = getattr(import_module(f"mlp_conformance.cli.{name}"), name)
        return found

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))

    def resolve_command(self, ctx: click.Context, args: list[str]) -> Any:
        if args and args[0] not in COMMANDS:
            close = get_close_matches(args[0], COMMANDS, n=1)
            hint = f" Did you mean {close[0]!r}?" if close else f" Commands: {', '.join(COMMANDS)}."
            raise click.UsageError(f"No such command {args[0]!r}.{hint}", ctx)
        return super().resolve_command(ctx, args)


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="mlp-conformance")
def commands() -> None:
    """Does this multi-layer perceptron compute what the specification says?"""


def main() -> None:
    """The console script; a standard stream that the caller has closed takes everything and keeps nothing."""
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: SIM115 - as long as the process
    os.environ.setdefault(_THREADS, "1")
    prepare()
    commands(prog_name="mlp-conformance")
