"""The catalogue of faults: known ways to get it wrong, each the right algorithm with one formula changed.

A module for each phase of the computation; `fault` has the entry itself, `families` faults with a constant,
`placement` faults in some layers alone, `composition` pairs, `lookup` finds one by its id, and `implementation` lets a
fault be judged like any other implementation.
"""

from mlp_conformance.faults import (  # noqa: F401, I001 - each enters its faults, in the order of the computation
    forward,
    storage,
    scaling,
    structure,
    prediction,
    activation,
    sigmoid,
    tanh_relu_softmax,
    substitutes,
    relatives,
    normalisation,
    reduction,
    mismatch,
    loss,
    loss_terms,
    targets,
    derivative,
    clipped_derivative,
    relu_derivative,
    thresholds,
    kinds,
    output_delta,
    hidden_delta,
    gradients,
    bias_gradient,
    counting,
    indexing,
    loops,
    whole_gradient,
    overwriting,
    coincidence,
    reshaping,
    accumulating,
    update,
    order,
    stale,
    decay,
    training,
    schedule,
    stopping,
    rhythm,
    memory,
    precision,
    arithmetic,
    conduct,
    state,
    optional_gradients,
    optional_steps,
    chance,
)
from mlp_conformance.faults.chance import CHANCE_FAULTS
from mlp_conformance.faults.claimable import claimable
from mlp_conformance.faults.composition import composable, compose, go_together, overridden
from mlp_conformance.faults.fault import FAULTS, PHASES, Fault, Kind, Phase, UnknownFault
from mlp_conformance.faults.implementation import FaultImplementation
from mlp_conformance.faults.lookup import EVERY_FAULT, fault
from mlp_conformance.faults.optional import OPTION_FAULTS

__all__ = [
    "CHANCE_FAULTS",
    "EVERY_FAULT",
    "FAULTS",
    "OPTION_FAULTS",
    "PHASES",
    "Fault",
    "FaultImplementation",
    "Kind",
    "Phase",
    "UnknownFault",
    "claimable",
    "composable",
    "compose",
    "fault",
    "go_together",
    "overridden",
]
