"""Symmetries: a network and its related one must agree. No expected values are needed.

The two answers agree within the sum of their derived bounds, or the implementation is wrong.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from hypothesis import reject

from mlp_conformance.checks import related
from mlp_conformance.checks.registry import Check, add
from mlp_conformance.checks.related import Related, Symmetry
from mlp_conformance.checks.trial import Trial
from mlp_conformance.claims import Unsupported
from mlp_conformance.results import must_hold
from mlp_conformance.strategies import Scope
from mlp_reference.network import Case


@dataclass(frozen=True)
class _Listed:
    name: str
    says: str
    requirement: str
    symmetry: Symmetry
    scope: Scope = field(default_factory=lambda: Scope(widest=6, batch=(1, 6)))


_RELU = frozenset({"relu"})
_TANH = frozenset({"tanh"})

SYMMETRIES = (
    _Listed(
        "hidden-units",
        "permuting hidden units with their weights changes nothing",
        "FWD-2",
        related.hidden_units_permuted,
    ),
    _Listed(
        "samples",
        "permuting the samples of a batch permutes the outputs and keeps the gradients",
        "FWD-4",
        related.samples_permuted,
    ),
    _Listed("features", "permuting the inputs with their weights changes nothing", "FWD-1", related.features_permuted),
    _Listed(
        "outputs",
        "permuting the outputs with their targets permutes the last layer alone",
        "LOSS-5",
        related.outputs_permuted,
    ),
    _Listed(
        "tanh-sign",
        "flipping the sign of a tanh unit on both sides changes nothing",
        "ACT-2",
        related.tanh_unit_flipped,
        Scope(hidden=_TANH, somewhere=True, widest=5, batch=(1, 5)),
    ),
    _Listed(
        "sigmoid-complement",
        "negating a sigmoid output's parameters turns a into 1 - a",
        "ACT-1",
        related.sigmoid_complemented,
        Scope(outputs=frozenset({"sigmoid"}), widest=5, batch=(1, 5)),
    ),
    _Listed(
        "relu-scale",
        "scaling a ReLU unit up before and down after changes nothing",
        "ACT-3",
        related.relu_unit_scaled,
        Scope(hidden=_RELU, somewhere=True, widest=5, batch=(1, 5)),
    ),
    _Listed(
        "input-scale",
        "an affine change of the inputs, undone by the first layer, keeps the outputs",
        "FWD-1",
        related.inputs_rescaled,
    ),
    _Listed(
        "logit-shift",
        "adding a constant to all logits changes nothing",
        "ACT-5",
        related.logits_shifted,
        Scope(outputs=frozenset({"softmax"}), widest=5, batch=(1, 5)),
    ),
)


def _pair(trial: Trial, listed: _Listed, case: Case) -> tuple[Case, Related]:
    """The drawn case, or the one that stands for it, and its related one."""
    if len(case.network.layers) < 2 and listed.name == "hidden-units":
        raise Unsupported("no hidden layer")
    found = listed.symmetry(case, trial.generator, trial.format)
    if found is None:
        reject()
    return found.base or case, found


def _outputs(trial: Trial, listed: _Listed) -> None:
    def test(drawn: Case) -> None:
        case, other = _pair(trial, listed, drawn)
        bound = trial.oracle(case).activation_bounds[-1]
        bound = bound + other.bound_output(trial.oracle(other.case).activation_bounds[-1])
        outputs = trial.session.forward(case)[-1], other.output(trial.session.forward(other.case)[-1])
        trial.same(
            (f"a{len(case.network.layers)}", *outputs, bound),
            case=case,
            says=must_hold(listed.says, "outputs"),
        )

    trial.for_each(listed.scope, test, share=0.16)


def _gradients(trial: Trial, listed: _Listed) -> None:
    def test(drawn: Case) -> None:
        case, other = _pair(trial, listed, drawn)
        (one, own), (found, bounds) = trial.gradients_and_bounds(case), trial.gradients_and_bounds(other.case)
        bounds = (other.bound_gradients or other.gradients)(bounds)
        pairs = []
        for index, (a, b, x, y) in enumerate(zip(one, other.gradients(found), own, bounds, strict=True), 1):
            pairs.append((f"dE/dW{index}", a[0], b[0], x[0] + y[0]))
            pairs.append((f"dE/db{index}", a[1], b[1], x[1] + y[1]))
        trial.same(*pairs, case=case, says=must_hold(listed.says, "gradients"))

    trial.for_each(listed.scope, test, share=0.16)


def _register(listed: _Listed) -> None:
    add(
        Check(
            f"symmetry/{listed.name}",
            f"outputs: {listed.says}",
            (listed.requirement,),
            "forward",
            ("forward",),
            lambda trial: _outputs(trial, listed),
        )
    )
    add(
        Check(
            f"symmetry/{listed.name}-gradients",
            f"gradients: {listed.says}",
            (listed.requirement, "BACK-1"),
            "gradients",
            (),
            lambda trial: _gradients(trial, listed),
        )
    )


for _listed in SYMMETRIES:
    _register(_listed)
