"""Trying things out: a namespace in which statements are run, and the ways of driving that were found in it."""

from __future__ import annotations

import re
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import inf
from types import CodeType, SimpleNamespace
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from mlp_conformance.quiet import NoAnswer, quietly
from mlp_conformance.recognise.numbers.decimals import decimals
from mlp_conformance.recognise.numbers.readings import ForwardReading, GradientReading, Parameters, Question
from mlp_conformance.recognise.parameters.cells import cells
from mlp_conformance.recognise.parameters.flat import in_vector
from mlp_conformance.subject import described_error
from mlp_reference.activations import sigmoid, softmax

if TYPE_CHECKING:
    from mlp_conformance.recognise.calling.calls import Offer
    from mlp_conformance.recognise.calling.layouts import Layout

#: Seconds of work that one trial may take: networks are tiny, so what takes longer is a training run.
_TRIAL = 4.0
#: Seconds that it may take in all: what waits for something does no work.
_WAITING = 30.0
#: Exceptions that arguments of another shape or kind would not have raised.
_OWN = (AttributeError, NameError, ImportError, EOFError, SystemExit, OSError, NotImplementedError, RecursionError)
#: Trials without an answer after which a program is left alone.
_STUCK = 8


@lru_cache(4096)
def _compiled(text: str, name: str, mode: str) -> CodeType:
    """Statements or an expression: the same ones are tried in many networks. Raises SyntaxError, ValueError."""
    return compile(text.lstrip(" \t") if mode == "eval" else text, name, mode)


class Stuck(Exception):  # noqa: N818 - it says what happened
    """Calls of the program do not come back: the statements that were tried."""


class Space:
    """A namespace in which a plan's statements are tried.

    unanswered, lost: how many trials had no answer since it was set to 0, and the seconds of work in them; until: the time,
    as `worked` gives it, from which on nothing more is tried.
    """

    unanswered = 0
    lost = 0.0
    until = inf

    def __init__(self, program: Any, asked: Question, layer_biases: bool = True) -> None:
        self.error: BaseException | None = None
        question = asked if layer_biases else asked.biasless
        self.asked = question
        self.names: dict[str, Any] = {
            "program": program,
            "np": np,
            "SimpleNamespace": SimpleNamespace,
            "cells": cells,
            "decimals": decimals,
            "in_vector": in_vector,
            "softmax": softmax,
            "sigmoid": sigmoid,
            "sizes": question.sizes,
            "network": question.network("sigmoid", "sigmoid"),
            "inputs": question.inputs.copy(),
            "targets": question.targets.copy(),
            "x": question.inputs[0].copy(),
            "y": question.targets[0].copy(),
            "learning_rate": question.learning_rate,
            "epochs": 1,
            "batch_size": None,
        }
        for library in ("torch", "jax"):
            if library in sys.modules:
                self.names[library] = sys.modules[library]

    def run(self, lines: Sequence[str]) -> bool:
        """Execute statements; False if they raise. Raises Stuck when too many have had no answer."""
        self.error = None
        start = time.process_time()
        try:
            code = _compiled("\n".join(lines), "<trial>", "exec")  # not all that can be put together is Python
            quietly(lambda: exec(code, self.names), _WAITING, _TRIAL)
        except KeyboardInterrupt:
            raise
        except NoAnswer:
            Space.unanswered += 1
            Space.lost += time.process_time() - start
            if Space.unanswered >= _STUCK:
                raise Stuck("; ".join(lines)) from None
            return False
        except BaseException as error:  # a way that does not work is no way
            self.error = error
            return False
        return True

    @property
    def mishap(self) -> str:
        """What the last statements raised that is the program's own affair and not that of the arguments; or nothing."""
        error = self.error
        of_arguments = re.search(r"'(ndarray|numpy\.\w+|list|tuple|float|int|Tensor)' object|numpy", str(error))
        if not isinstance(error, _OWN) or (of_arguments and not self.is_lacking):
            return ""
        found = described_error(error)
        return found if ", line " in found or isinstance(error, SystemExit | EOFError) else ""

    @property
    def is_lacking(self) -> bool:
        """Whether the last statements lack something outside the program: a module, a file, an answer at the keyboard."""
        return isinstance(self.error, ImportError | OSError | EOFError | SystemExit)

    @property
    def misfit(self) -> str:
        """What the last statements raised in the program as shapes or indices do not fit: its fault or the arguments'."""
        found = described_error(self.error) if isinstance(self.error, ValueError | IndexError) else ""
        return found if ", line " in found else ""

    @property
    def reached(self) -> int:
        """The line of the program, in what the last statements called themselves, at which they raised."""
        trace = self.error.__traceback__ if self.error else None
        while trace is not None and trace.tb_frame.f_code.co_filename != "<trial>":
            trace = trace.tb_next
        return trace.tb_next.tb_lineno if trace is not None and trace.tb_next is not None else 0

    def value(self, expression: str) -> Any:
        """The value of an expression, or None if it raises."""
        try:
            code = _compiled(expression, "<string>", "eval")
            return quietly(lambda: eval(code, self.names), _WAITING, _TRIAL)
        except KeyboardInterrupt:
            raise
        except BaseException:
            return None

    def array(self, expression: str) -> np.ndarray | None:
        """The same as an array of numbers."""
        value = self.value(expression)
        try:
            return np.array(value.detach().numpy() if hasattr(value, "detach") else value, dtype=float)
        except (TypeError, ValueError, RuntimeError):  # what is no array, or will not be one
            return None

    def parameters(self, pairs: Sequence[tuple[str, str]]) -> list[tuple[np.ndarray | None, np.ndarray | None]]:
        """The parameters that expressions give, biases as vectors where they are of one row or column; None as `array`."""
        found = []
        for (w, b), (_, bias) in zip(pairs, self.asked.parameters, strict=True):
            biases = self.array(b) if b else np.zeros_like(bias)
            if biases is not None and biases.size == bias.size:
                biases = biases.reshape(bias.shape)
            found.append((self.array(w), biases))
        return found

    def from_the_end(self, text: str) -> str:
        """The expression, with -1 for the index of a list's last element: in a deeper network it is another number."""
        for found in re.finditer(r"\[(\d+)\]", text):
            container = self.value(text[: found.start()])
            if isinstance(container, list) and int(found[1]) == len(container) - 1 and len(container) > 1:
                text = f"{text[: found.start()]}[-1]{text[found.end() :]}".replace("[-1]", "[-1]", 1)
                break
        return text


def is_over() -> bool:
    """Whether the time is over in which a program is to be understood: what was found until then is all that there is."""
    return worked() > Space.until


def worked() -> float:
    """Seconds of work until now, but for trials without an answer: they are counted, and say nothing of what comes next."""
    return time.process_time() - Space.lost


@dataclass
class Forward:
    """A way to get the output: statements, the expression to read it, the layout, and what the numbers mean."""

    lines: list[str]
    output: str
    layout: Layout
    reading: ForwardReading
    exact: bool
    offer: Offer
    raw: str = ""

    @property
    def naming(self) -> list[str]:
        """The statements, with what the call returns kept as `output`."""
        named = any(line.startswith("output = ") for line in self.lines) or len(self.lines) > 1
        return self.lines if named else [f"output = {self.lines[0]}"]


@dataclass
class Step:
    """A way to take a step, and what the numbers mean; reading None if nothing explains them.

    epochs: how many it was asked for; closeness: the largest part of its numbers that some reading gives; likeness: the
    largest cosine with a reading's step; rate: the learning rate that is its own, if nothing explains it; complete: whether
    all calls were tried that might have been meant instead; first: the closeness of its first epoch, and meant: the loss
    and reduction of the reading that is closest then; rivals: all calls that nothing explains; said: what else is said of it;
    alone: whether it is that of a single sample, and several samples are so many steps, or are not taken; is_scaled: whether
    its first epoch is a reading's but for one factor.
    """

    lines: list[str]
    reading: GradientReading | None
    taken: Parameters
    whole: bool
    closeness: float = 0.0
    epochs: int = 1
    likeness: float = 0.0
    rate: float = 0.0
    complete: bool = True
    first: float = 0.0
    meant: tuple[str, str] | None = None
    rivals: Sequence[Rival] = ()
    said: str = ""
    alone: bool = False
    is_scaled: bool = False

    @property
    def is_finite(self) -> bool:
        """Whether all of it are numbers: what has lost its shape is not, and no fault that has a formula is."""
        return all(np.all(np.isfinite(part)) for pair in self.taken for part in pair)


class Rival(NamedTuple):
    """Calls that take a step which nothing explains: the layout and the number of samples in which they were tried."""

    forward: Forward
    batch: int | None
    step: Step
