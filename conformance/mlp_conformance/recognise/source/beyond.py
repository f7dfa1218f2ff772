"""What a program says of itself that the specification does not have: said plainly, and never taken for a mistake.

Only the program's own names count (of functions, classes, arguments, variables, and short strings that choose something),
and only where its numbers are no reading's: a program that also offers a leaky ReLU is judged with its ReLU.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mlp_conformance.recognise import roles
from mlp_conformance.recognise.source.other_activations import MEANT, OTHERS, meant, written
from mlp_conformance.recognise.source.signatures import defaults_in

if TYPE_CHECKING:
    from mlp_conformance.recognise.settle import Settled
    from mlp_conformance.recognise.space import Step

#: Of the forward pass: what it is called in identifiers, and in a sentence.
_FORWARD = (
    *((other.named, other.what) for other in OTHERS),
    (r"batch_?norm|layer_?norm|running_(mean|var)|^(self_)?(gamma|bn)\d?$|x_?hat$", "a normalisation of batches or layers"),
    (r"conv(olution|2d|1d|_)|max_?pool|lstm|(^|_)gru|attention|rnn|embedding", "layers that are not dense"),
    (r"(^|_)(rbf|gaussian_?act|sinusoid|heaviside_?act|step_?function|sign_?act)", "an activation that is none of these"),
    (r"residual_?(block|connection|layer|net)|skip_?connection|^res_?(block|net)", "connections that skip layers"),
)
#: Of training.
_TRAINING = (
    (r"(^|_)adam(ax|w)?(_|$|optim|update|step)|^beta_?[12]$|[mv]_?hat|[mv]_?corrected|bias_correct", "Adam"),
    (r"rms_?prop", "RMSProp"),
    (r"ada_?grad|ada_?delta", "Adagrad"),
    (r"r_?prop$|levenberg|marquardt|l_?bfgs|newton|fmin_|genetic|evolution", "another method than gradient descent"),
    (r"nesterov|momentum|velocity|veloc", "momentum"),
    (r"clip_?grad|grad(ient)?_?clip|clip_?norm|max_?norm", "gradients that are clipped"),
    (r"huber|hinge|(^|_)mae(_|$)|mean_absolute|l1_loss|focal|kl_?div|log_?cosh|msle", "another loss"),
    (r"weight_?decay|(^|_)lambda?(_|$)|regulari|(^|_)l[12]_?(reg|pen|norm|lam|alpha|coef|strength|weight)", "regularisation"),
    (r"drop_?out", "dropout"),
)
#: The same where it is the name of a number: `l2` is a layer as often.
_NUMBERS = ((r"(^|_)(l1|l2|reg)(_|$)", "regularisation"),)


#: Faults that are another method, and those that are another loss.
_OPTIMISERS = {"adam-on", "adagrad-on", "rmsprop-on", "sign-of-gradient"}
_LOSSES = {"absolute-error", "huber-for-squared"}
#: An unexplained step points this much in the direction of a gradient, at least: the cosine between both.
_ALIKE = 0.3


@dataclass(frozen=True)
class Beyond:
    """What it is, in a sentence; the line where the program names it; whether it is of training."""

    what: str
    line: int
    trains: bool


def beyond_specification(settled: Settled, tree: ast.Module) -> Beyond | None:
    """What a program names that the specification does not have, if its numbers are no reading's there."""
    other = _other_forward(settled, tree)
    if other is not None:
        return Beyond(*other, trains=False)
    step = settled.step
    if step is None or settled.plan.gradients:
        return None
    if step.reading is None or is_of_an_optimiser(step) or _is_of_another_loss(step):
        off = _turned_off(settled)
        training, numbers = (
            tuple(entry for entry in table if not any(re.search(entry[0], name) for name in off))
            for table in (_TRAINING, _NUMBERS)
        )
        found = _first(_names(tree), training) or _first(_numbers(tree), numbers)
        if found is not None:
            return Beyond(*found, trains=True)
    return None


def _other_forward(settled: Settled, tree: ast.Module) -> tuple[str, int] | None:
    """What the forward pass of a program has that the specification does not, and where, if its output is no reading's."""
    reading, names = settled.forward.reading, list(_names(tree))
    if reading.fault is not None and reading.fault.id in MEANT:
        return meant(reading.fault.id, tree, settled.search.program.source, names)
    left_out = reading.hidden == "linear"  # layers were put together without what is meant to stand between
    if not settled.forward.exact or left_out:
        return _first(iter(names), _FORWARD) or (written(tree) if not settled.forward.exact else None)
    return None


def _turned_off(settled: Settled) -> set[str]:
    """Names of what a network could do and does not: dials that were set to nothing, or that stand there."""
    search = settled.search
    found = re.findall(r"(\w+) ?= ?(?:0\.0|False)\b", " ".join([*search.plan.make, *settled.plan.step]))
    space = search.space()
    standing = vars(space.names["model"]) if space is not None and hasattr(space.names.get("model"), "__dict__") else {}
    found += [name for name, value in standing.items() if isinstance(value, int | float) and not value]
    return {name.lower() for name in found if roles.argument(name) == "off"}


def is_of_an_optimiser(step: Step) -> bool:
    """Whether a step is explained by another method than gradient descent: then gradients are looked for beside it."""
    return step.reading is not None and step.reading.fault is not None and step.reading.fault.id in _OPTIMISERS


def _is_of_another_loss(step: Step) -> bool:
    return step.reading is not None and step.reading.fault is not None and step.reading.fault.id in _LOSSES


def is_uncertain(settled: Settled) -> bool:
    """Whether a step that nothing explains may be no step of gradient descent at all, so that it proves nothing.

    So it is with an output that nothing explains, where shapes alone say which numbers of a matrix are its biases.
    Where time ended before all calls were tried, another may be the right one: then only numbers that are right tell.
    """
    step = settled.step
    if not settled.forward.exact and _is_guessed(settled) and (step is None or step.reading is None):
        return True
    if (
        step is None
        or not step.lines
        or step.reading is not None
        or max(step.closeness, step.first) > 0
        or settled.plan.gradients
    ):
        return False
    inside = settled.forward.offer.text == "exec" or not settled.forward.raw.startswith("output")
    inferred = inside and settled.forward.reading.output == "linear"
    return inferred or not settled.forward.exact or not step.complete or step.likeness < _ALIKE


def _is_guessed(settled: Settled) -> bool:
    """Whether it is not known where the biases stand in its matrices: shapes alone do not tell, and its output does not."""
    return any(slot.joined for slot in settled.search.plan.slots)


def _first(names: Iterator[tuple[str, int]], table: tuple[tuple[str, str], ...]) -> tuple[str, int] | None:
    named = list(names)
    for pattern, what in table:
        for name, line in named:
            if re.search(pattern, name.lower()):
                return what, line
    return None


def _names(tree: ast.AST) -> Iterator[tuple[str, int]]:
    """Identifiers and strings of one word, with their lines."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            yield node.name, node.lineno
        elif isinstance(node, ast.Name):
            yield node.id, node.lineno
        elif isinstance(node, ast.Attribute):
            yield node.attr, node.lineno
        elif isinstance(node, ast.arg):
            yield node.arg, node.lineno
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and re.fullmatch(r"[A-Za-z_]\w{2,20}", node.value):
            yield node.value, node.lineno


def _numbers(tree: ast.AST) -> Iterator[tuple[str, int]]:
    """Identifiers that a number is assigned to, those of arguments with such defaults, and the keywords of calls."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign) and _is_number(node.value):
            for target in node.targets:
                name = target.attr if isinstance(target, ast.Attribute) else getattr(target, "id", "")
                yield name, node.lineno
        elif isinstance(node, ast.arguments):
            yield from ((argument.arg, argument.lineno) for argument, default in defaults_in(node) if _is_number(default))
        elif isinstance(node, ast.keyword) and node.arg and _is_number(node.value):
            yield node.arg, node.value.lineno


def _is_number(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, int | float) and not isinstance(node.value, bool)
