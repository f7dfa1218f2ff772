"""What is said of a program that is not understood, or in part: how far it was, and its adapter, with a line to fill in."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from mlp_conformance.importing import lacking
from mlp_conformance.recognise import roles
from mlp_conformance.recognise.making.libraries import pipeline_steps
from mlp_conformance.recognise.making.widened import is_widened
from mlp_conformance.recognise.plan import Plan
from mlp_conformance.recognise.source.after_loops import said_of_loops
from mlp_conformance.recognise.source.beyond import Beyond
from mlp_conformance.recognise.source.program import Program
from mlp_conformance.recognise.source.training_code import trains
from mlp_conformance.recognise.source.unmade import unmade
from mlp_conformance.recognise.telling.holding import in_vain, nothing_made

if TYPE_CHECKING:
    from mlp_conformance.recognise.drive import Driven
    from mlp_conformance.recognise.search import Search

#: What stands in an adapter in place of the calls that were not found, and of an output.
OUTPUT_TO_FILL_IN = "NotImplemented  # TO FILL IN: the outputs of the network for inputs, with a row for each sample"
TO_FILL_IN = "raise NotImplementedError  # TO FILL IN: one step of gradient descent on all of inputs and targets"

_NO_CALLS = "the program has code that is to train it, and no calls were found that take one step from given parameters"
ENDED = "the search ended, as all that was tried had taken too long: another way to drive it may be the right one"
UNLIKE = (
    "the program has code that is to train it, and the calls that were found take no step that can be told for one of "
    "gradient descent"
)


def to_complete(error: Any, spec: str) -> str:
    """What was understood of a program, and its adapter, in which a line has to be filled in."""
    source = error.plan.source()
    return (
        f"{error}\nThis is its adapter, with {_lines(source.count('TO FILL IN'))} to fill in: `mlp-conformance adapt {spec} "
        f"--output adapter.py` writes it, `mlp-conformance run adapter.py:Adapter` judges it.\n\n{source}"
    )


def _lines(count: int) -> str:
    return "one line" if count == 1 else f"{count} lines"


def without_output(program: Program, plan: Plan) -> Plan:
    """What was found out of a network that can be made and set, and whose output was not found: the rest is to be filled in."""
    step = [TO_FILL_IN] if trains(program.tree) else []
    note = f"{plan.name}, whose parameters were found by their shapes and whose output was not."
    return plan.but(output=OUTPUT_TO_FILL_IN, step=step, notes=[note], claims={"name": plan.name})


def half_understood(driven: Driven, program: Program, why: str = _NO_CALLS) -> str:
    """How far a program was understood whose training was not."""
    why = said_of_loops(program) or why
    return (
        f"{program.path}: understood in part, so there is no verdict. {driven.plan.notes[0]} "
        f"{'The forward pass answers as it should' if driven.exact else 'No reading gives quite its output'}; {why}"
        f"{_said(driven.settled.search.mishaps.said(training=True) if driven.settled.step is None else [])}."
    )


def beyond_it(driven: Driven, program: Program, beyond: Beyond) -> str:
    """What a program has that the specification does not, and what could be judged all the same."""
    way = (
        "its training is gradient descent, one step w - rate * gradient after another. A function or method that returns the "
        "gradients is judged without it; so is a network whose setting turns it off"
        if beyond.trains
        else "its networks are dense layers with sigmoid, tanh, ReLU or no activation, and softmax at the output. "
        "With one of these in its place the program can be judged"
    )
    where = f"{program.path}" if program.beside else f"{program.path}, line {beyond.line}"  # it may be one of another file
    named = f"{where}: {driven.plan.name} has {beyond.what}"
    return f"{named}, which the specification does not have: {way}."


def without_output_biases(program: Program, plan: Plan) -> str:
    """What is said of a network whose first layers have biases and whose output layer has none."""
    having = [str(k) for k, slot in enumerate(plan.slots[:-1], 1) if slot.bias is not None or slot.joined]
    named = f"layer{'s' * (len(having) > 1)} {' and '.join(having)} alone"
    where = "its hidden layers and none at its output" if len(having) == len(plan.slots) - 1 else named
    more = (
        " Each of its hidden layers has one unit more than it is told, which is learnt as the others are. It is no 1 that "
        "stays so, and the next layer's weights for it are no biases."
        if is_widened(plan)
        else ""
    )
    return (
        f"{program.path}: {plan.name} has biases in {where}.{more} The specification's networks have them in every layer or in "
        "none, so there is no verdict; with a bias for each output it can be judged"
    )


def layer_alone(driven: Driven, program: Program, whole: str, made: bool) -> str:
    """What is said of a program of which a layer can be driven by itself, and not the network that is made of it."""
    layer = driven.plan.name
    why = program.refused.get(whole, "")
    how = (
        "it could be made, but no way to get its output was found"
        if made
        else f"it could not be made{f': {why}' if why else ''}"
    )
    answers = "answers as it should" if driven.exact else "does not answer as it should"
    return (
        f"{program.path}: {whole} is a network of {layer}, and no way to drive it was found: {how}. So there is no verdict. "
        f"{layer} by itself {answers}: `{program.spec(layer)}` has layers of it judged, put together one after the other"
    )


def not_found(program: Program, tried: list[str], mishaps: list[str]) -> str:
    """Why there is no way to drive a program: what was made, and what its own calls raised."""
    hint = f" {lacking(program.missing)}" if program.missing else ""
    hint += "".join(f" Importing {name} raised {error}." for name, error in program.broken.items())
    steps = pipeline_steps(program)
    if steps:
        before, last = ", ".join(steps[:-1]), steps[-1]
        return (
            f"{program.path}: a pipeline of scikit-learn, {before} and then {last}. {before} is no part of a network: it "
            f"changes the inputs by what it has learnt of them. {last} by itself: run sklearn.neural_network:{last}"
        )
    if after := said_of_loops(program):
        return f"{program.path}: {after}. So there is no verdict"
    if not tried:
        why = unmade(program)
        said = [why] if why else program.mishaps or [said for said in [in_vain(program)] if said]
        return f"{nothing_made(program)}{_said(said)}.{'' if why else hint}"
    made, why = ", ".join(dict.fromkeys(tried)), unmade(program)
    if why and (not mishaps or set(tried) == {program.path.stem}):  # a script stands on its data
        mishaps = [why]
    return f"{program.path}: {made} could be made, but no way to get its output was found{_said(mishaps)}.{hint}"


def too_long(program: Program, made: Plan | None) -> str:
    """What is said where time ended before any way to drive a program was found."""
    found = f"{made.name} could be made, and " if made else ""
    return (
        f"{program.path}: {found}no way to get its output was found before the search ended. It takes long to make it or to "
        "call it: with fewer turns or less data where it is made, more could be tried in that time"
    )


def unread_outputs(tried: Sequence[Search]) -> list[str]:
    """The first call by the name of a forward pass whose numbers have the shape of an output and are no reading's."""
    for search in tried:
        for way, _, _ in search.unmatched:
            if search.is_made and roles.rank(way.offer.name, roles.FORWARD) < len(roles.FORWARD):
                call = way.lines[-1].removeprefix("output = ").replace("program.", "")
                return [f"`{call}` gives numbers of its shape, which are no reading's"]
    return []


def _said(mishaps: list[str]) -> str:
    return f": {mishaps[0]}" if mishaps else ""
