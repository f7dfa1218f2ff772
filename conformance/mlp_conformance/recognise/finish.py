"""Everything about a program that is settled once its reading is known: its depth, its claims, and what is to be said."""

from __future__ import annotations

from mlp_conformance.recognise.calling.engines import gradients_of_engine
from mlp_conformance.recognise.calling.given_errors import said_of_error
from mlp_conformance.recognise.calling.turned_off import said_off
from mlp_conformance.recognise.losses.constants import write_constants_of_steps
from mlp_conformance.recognise.losses.loss_objects import judge_loss_object
from mlp_conformance.recognise.losses.own_loss import leave_own_training
from mlp_conformance.recognise.losses.own_output import judge_own_output, unjudged_output
from mlp_conformance.recognise.losses.penalty import judge_penalty
from mlp_conformance.recognise.losses.unknown_losses import unknown_losses
from mlp_conformance.recognise.making.candidates import hidden_ends
from mlp_conformance.recognise.making.deeper import runs_deeper, said_of_depth
from mlp_conformance.recognise.making.libraries import logits_for_probabilities
from mlp_conformance.recognise.making.narrow import refuse_narrow
from mlp_conformance.recognise.making.variants import judge_wrong_variant
from mlp_conformance.recognise.settle import Settled
from mlp_conformance.recognise.source.few_units import said_of_few_units
from mlp_conformance.recognise.source.program import Program
from mlp_conformance.recognise.source.reporting import said_of_rhythm
from mlp_conformance.recognise.source.training_code import trains
from mlp_conformance.recognise.steps.batches import odd_batches, own_batch
from mlp_conformance.recognise.steps.in_batches import judge_batches
from mlp_conformance.recognise.steps.pairing import judge_spread, spread
from mlp_conformance.recognise.steps.scaled_steps import leave_scaled_training
from mlp_conformance.recognise.telling.claiming import conventions_of
from mlp_conformance.recognise.telling.left_out import left_out
from mlp_conformance.recognise.telling.of_numbers import said_of_numbers
from mlp_conformance.recognise.telling.rehearsed import judge_single_samples
from mlp_conformance.recognise.telling.understood import said_of_scaling, understood

#: Why a program of JAX is judged with networks of one size.
_COMPILED = " alone, as JAX compiles each size anew"


def finish(settled: Settled, program: Program) -> None:
    """Everything that is settled once the reading is known: depth, claims, notes."""
    plan = settled.plan
    leave_scaled_training(settled)
    leave_own_training(settled)
    judge_loss_object(settled)
    judge_spread(settled)
    are_known = bool(plan.gradients)
    gradients_of_engine(settled)
    if plan.gradients and not are_known:
        judge_wrong_variant(settled, hidden_ends(program))
    compiled = plan.sizes is None and "jax" in program.source
    if compiled:
        plan.sizes = settled.search.asked.sizes
    if plan.sizes is None and runs_deeper(settled):
        plan.layers = None
    elif plan.sizes is None and (said := said_of_depth(settled)):
        plan.notes.append(said)
    write_constants_of_steps(settled)
    plan.claims = conventions_of(settled)
    if settled.search.scaling is not None:
        plan.notes.insert(0, said_of_scaling(settled, program))
    if (size := own_batch(settled)) is not None and plan.claims.get("max_batch") is None:
        plan.claims["max_batch"] = size
        plan.notes.append(f"It takes batches of {size}: up to so many samples are judged, all in one.")
    of_error = said_of_error(plan.step or plan.gradient, settled.forward)
    said_apart = (odd_batches(settled), spread(settled), of_error, said_of_numbers(settled))
    plan.notes += [said for said in said_apart if said]
    judge_own_output(settled)
    plan.notes += [said for said in [unjudged_output(settled)] if said]
    refuse_narrow(settled)
    plan.notes += unknown_losses(settled)
    made = settled.search.space()
    plan.notes += [said for said in [logits_for_probabilities(made and made.names.get("model"))] if said]
    judged = judge_penalty(settled)
    off = said_off(plan, settled.search.space(), judged)
    few = said_of_rhythm(program.tree, plan.step)
    plan.notes += [said for said in (off, few, left_out(plan, program.tree)) if said]
    judge_batches(settled)
    judge_single_samples(settled)
    if plan.gradients and not (plan.step or plan.penalty) and trains(program.tree):
        mishaps = settled.search.mishaps
        why = "".join(f": {said}" for said in mishaps.said(training=True)[:1])
        none = f"no call was found that takes a step from parameters that are given{why}"
        plan.notes.append(f"How it trains is not judged: {mishaps.still or none}.")
    only = said_of_few_units(program.tree) if settled.search.program.few_units else ", the only ones that it can have"
    ends = hidden_ends(program) if plan.hidden is not None else ()
    plan.notes[:0] = [understood(settled, _COMPILED if compiled else only, ends)]
