"""The finished adapter is asked before it is judged: a plan that reads several samples amiss is no fault of the program."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from mlp_conformance.quiet import quietly

if TYPE_CHECKING:
    from mlp_conformance.recognise.settle import Settled

#: Seconds of work that it may take.
_TRIAL = 4.0


def judge_single_samples(settled: Settled) -> None:
    """Have single samples judged alone where the adapter gives an output of the right shape for these only."""
    plan = settled.plan
    if plan.output and plan.claims.get("max_batch") != 1 and not _has_the_shape(settled, 2) and _has_the_shape(settled, 1):
        plan.claims["max_batch"] = 1


def _has_the_shape(settled: Settled, samples: int) -> bool:
    """Whether the output for so many samples has a row for each; what cannot be asked says nothing of shapes."""
    search, reading = settled.search, settled.forward.reading
    search.program.restore()
    try:
        adapter = settled.plan.adapter(search.program.module, **search.given)()
        network = search.asked.network(reading.hidden, reading.output)
        answer = quietly(lambda: adapter.forward(network, search.asked.inputs[:samples].copy()), _TRIAL)
        outputs = [answer, answer[-1]] if isinstance(answer, list | tuple) else [answer]  # rows of numbers, or layers
        shapes = [_shape(output) for output in outputs]
        return (samples, search.asked.sizes[-1]) in shapes or (samples == 1 and search.asked.sizes[-1:] in shapes)
    except Exception:  # the checks ask again, and say what it raises
        return samples == 2
    finally:
        search.program.restore()


def _shape(output: Any) -> tuple[int, ...] | None:
    """The shape of an array or of nested lists; None if their rows are not as long as one another."""
    try:
        return np.shape(output)
    except ValueError:
        return None
