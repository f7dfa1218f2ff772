"""Layers of one unit, in programs that answer for wider ones: what raises there is left out, and said.

Programs whose layers hand on a list of numbers often hand on a single number by itself, and their next layer cannot take it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from mlp_conformance.quiet import NoAnswer, quietly
from mlp_conformance.recognise.numbers.readings import question
from mlp_conformance.subject import described_error

if TYPE_CHECKING:
    from mlp_conformance.recognise.settle import Settled

#: Samples that are asked for, and seconds of work and in all that an answer may take.
_BATCH, _TRIAL, _WAITING = 3, 4.0, 30.0


def refuse_narrow(settled: Settled) -> None:
    """Refuse networks with one unit where the program raises for these alone, and note why.

    A wrong number is no reason: it is judged.
    """
    plan, sizes = settled.plan, settled.search.asked.sizes
    if plan.sizes is not None or not plan.output or _raised(settled, sizes) is not None:
        return
    for what, condition, narrow in _narrow(sizes):
        error = _raised(settled, narrow)
        if error is not None:
            plan.refused.append((condition, f"{what} raises {type(error).__name__}"))
            plan.notes.append(f"{what[0].upper()}{what[1:]} is not judged: it raises {_said(error)}.")


def _narrow(sizes: tuple[int, ...]) -> Iterator[tuple[str, str, tuple[int, ...]]]:
    """What is narrow, as a phrase and as a condition, and such sizes; but where those that were tried are narrow there."""
    first, *hidden, last = sizes
    if hidden and 1 not in hidden:
        yield "a hidden layer of one unit", "1 in network.sizes[1:-1]", (first, *[1] * len(hidden), last)
    if first > 1:
        yield "a single input", "network.sizes[0] == 1", (1, *hidden, last)
    if last > 1:
        yield "a single output", "network.sizes[-1] == 1", (first, *hidden, 1)


def _raised(settled: Settled, sizes: tuple[int, ...]) -> Exception | None:
    """What the program, and not the text that drives it, raises in the forward pass of such a network."""
    search = settled.search
    asked = question(sizes, _BATCH)
    asked = asked if search.has_biases else asked.biasless
    inputs = asked.inputs[: settled.plan.claims.get("max_batch")]
    search.program.restore()

    def answer() -> Any:
        adapter = settled.plan.adapter(search.program.module, **search.given)()
        return adapter.forward(asked.network("sigmoid", "sigmoid"), inputs)

    try:
        quietly(answer, _WAITING, _TRIAL)
    except NoAnswer:
        return None
    except Exception as error:
        return error if _is_its_own(error) else None
    finally:
        search.program.restore()
    return None


def _is_its_own(error: Exception) -> bool:
    """Whether it was raised below the adapter's text, and not in it."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    return trace is not None and not trace.tb_frame.f_code.co_filename.startswith("<adapter for ")


def _said(error: Exception) -> str:
    """The exception and its message, without the file that the header does not need."""
    return described_error(error).partition(" (")[0].rstrip(".")
