"""What the specification says an implementation SHOULD do: these checks pass or advise, and never fail."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from mlp_conformance.answers import MalformedAnswer, activations, real_array
from mlp_conformance.checks.comparing import Advice
from mlp_conformance.checks.registry import check
from mlp_conformance.checks.trial import Trial
from mlp_conformance.claims import Unsupported
from mlp_conformance.strategies import Scope
from mlp_conformance.subject import SubjectError
from mlp_reference.network import Case

_SMALL = Scope(widest=4, batch=(2, 4), layers=(1, 1), epochs=(1, 2))


@check(
    "advice/wrong-shapes",
    "inputs with a column too many, or with one for all, are refused, not cut or broadcast",
    "COND-8",
    phase="conduct",
    needs=("forward",),
)
def wrong_shapes(trial: Trial) -> None:
    def test(case: Case) -> None:
        columns = case.inputs.shape[1]
        wrong = [np.hstack([case.inputs, case.inputs[:, :1]])] + ([case.inputs[:, :1]] if columns > 1 else [])
        for inputs in wrong:
            try:
                with trial.session.amiss():
                    trial.session.forward(replace(case, inputs=inputs))
            except SubjectError:
                continue
            raise Advice(f"inputs with {inputs.shape[1]} columns for a network with {columns} inputs were accepted")

    trial.for_each(_SMALL, test, share=0.05)


@check(
    "advice/bare-vector",
    "a bare vector is one sample, or refused, never misread",
    "FWD-6",
    phase="conduct",
    needs=("forward",),
)
def bare_vector(trial: Trial) -> None:
    def test(case: Case) -> None:
        one = replace(case, inputs=case.inputs[:1], targets=case.targets[:1])
        expected = trial.oracle(one).activations[-1]
        given = trial.session.given(one)
        try:
            with trial.session.amiss():
                answer = trial.session.raw("forward", given.network, given.inputs[0])
            output = real_array(answer[-1] if isinstance(answer, list | tuple) else answer, "the output")
        except (SubjectError, MalformedAnswer, IndexError):
            return
        if output.size != expected.high.size or not np.all(
            np.abs(output.ravel() - expected.high.ravel()) <= expected.bound.ravel() + 2.0**-40 * np.abs(expected.high.ravel())
        ):
            raise Advice(
                f"a bare vector of {len(given.inputs[0])} inputs was accepted, and the answer is not that of one sample"
            )

    trial.for_each(_SMALL, test, share=0.05)


@check(
    "advice/memory-layout",
    "Fortran order and views of larger arrays are accepted",
    "COND-9",
    phase="conduct",
    needs=("forward",),
)
def memory_layout(trial: Trial) -> None:
    def test(case: Case) -> None:
        given = trial.session.given(case)
        larger = np.zeros((2 * given.inputs.shape[0], 2 * given.inputs.shape[1]), dtype=given.inputs.dtype)
        larger[::2, ::2] = given.inputs
        network = given.network.map(lambda w: np.asfortranarray(w))
        try:
            one = trial.session.forward(case)[-1]
            answer = trial.session.raw("forward", network, larger[::2, ::2])
        except SubjectError as error:
            raise Advice(f"an array in another memory layout is refused: {error}") from error
        try:
            output = activations(answer, network, len(given.inputs))[-1]
        except MalformedAnswer as error:
            raise Advice(f"an array in another memory layout gives another answer: {error}") from error
        bound = trial.oracle(case).activations[-1].bound
        if not np.all(np.abs(output - one) <= 2 * bound):
            raise Advice("an array in another memory layout gives another answer")

    trial.for_each(_SMALL, test, share=0.05)


@check(
    "advice/infinities",
    "an infinite input drives a sigmoid or tanh unit to its limit",
    "COND-12",
    phase="conduct",
    needs=("forward",),
)
def infinities(trial: Trial) -> None:
    hidden = trial.claims.hidden & {"sigmoid", "tanh"}

    def test(case: Case) -> None:
        inputs = case.inputs.copy()
        inputs[0] = 0.0
        inputs[0, 0] = np.inf
        weights = np.ones_like(case.network.layers[0].weights)
        network = replace(case.network, layers=(replace(case.network.layers[0], weights=weights), *case.network.layers[1:]))
        huge = inputs.copy()
        huge[0, 0] = 1e4  # every sigmoid and tanh is its limit there, to the last bit
        try:
            output = trial.session.forward(replace(case, network=network, inputs=inputs))[-1][0]
        except SubjectError:
            return
        if np.any(np.isnan(output)):
            raise Advice("an infinite input gives NaN, although the limit is finite")
        limit = trial.oracle(replace(case, network=network, inputs=huge)).activations[-1]
        if np.any((np.abs(output - limit.high[0]) > 2 * limit.bound[0]) & limit.informative[0]):
            raise Advice("an infinite input gives a number that is not the limit")

    if not hidden:
        raise Unsupported("no sigmoid or tanh hidden layers claimed")
    trial.for_each(
        replace(_SMALL, hidden=frozenset(hidden), outputs=frozenset({"sigmoid", "tanh", "linear"})),
        test,
        share=0.05,
    )


@check(
    "advice/nan-through-relu",
    "a NaN in the inputs of a ReLU network does not come out as a number",
    "COND-6",
    phase="conduct",
    needs=("forward",),
)
def nan_through_relu(trial: Trial) -> None:
    def test(case: Case) -> None:
        inputs = case.inputs.copy()
        inputs[0] = np.nan
        network = case.network.map(lambda w: np.where(w == 0, 1.0, w))
        try:
            output = trial.session.forward(replace(case, network=network, inputs=inputs))[-1]
        except SubjectError:
            return
        if not np.all(np.isnan(output[0])):
            raise Advice("a NaN in the inputs of a ReLU network comes out as a number (x > 0 ? x : 0 does that)")

    trial.for_each(replace(_SMALL, hidden=frozenset({"relu"}), somewhere=True), test, share=0.05)


@check(
    "advice/aliasing",
    "changing what a call returned does not change later answers, nor does a later call change what was returned",
    "COND-10",
    phase="conduct",
    needs=("forward",),
)
def aliasing(trial: Trial) -> None:
    def test(case: Case) -> None:
        given = trial.session.given(case)
        answer = trial.session.raw("forward", given.network, given.inputs)
        before = np.array(trial.session.forward(case)[-1])
        for part in answer if isinstance(answer, list | tuple) else [answer]:
            if isinstance(part, np.ndarray) and part.flags.writeable:
                part[...] = 7
        if not np.array_equal(before, trial.session.forward(case)[-1], equal_nan=True):
            raise Advice("what `forward` returned is its own memory: writing to it changed a later answer")
        kept = trial.session.raw("forward", given.network, given.inputs)
        held = [part for part in (kept if isinstance(kept, list | tuple) else [kept]) if isinstance(part, np.ndarray)]
        copies = [real_array(part, "the output") for part in held]
        trial.session.raw("forward", given.network, given.inputs + 1)
        now = [real_array(part, "the output") for part in held]
        if not all(np.array_equal(part, copy, equal_nan=True) for part, copy in zip(now, copies, strict=True)):
            raise Advice("what `forward` returned is its own memory: the next call overwrote it")

    trial.for_each(_SMALL, test, share=0.2)


@check("advice/bitwise", "the same call gives the same bits", "COND-11", phase="conduct", needs=("forward",))
def bitwise(trial: Trial) -> None:
    def test(case: Case) -> None:
        one, other = trial.session.forward(case)[-1], trial.session.forward(case)[-1]
        if not np.array_equal(one, other, equal_nan=True):
            raise Advice("the same call gave other bits the second time")
        if trial.session.can("gradients"):
            pairs = zip(trial.session.gradients(case), trial.session.gradients(case), strict=True)
            if not all(np.array_equal(a, b, equal_nan=True) for pair in pairs for a, b in zip(*pair, strict=True)):
                raise Advice("the same call for the gradients gave other bits the second time")

    trial.for_each(_SMALL, test, share=0.2)
