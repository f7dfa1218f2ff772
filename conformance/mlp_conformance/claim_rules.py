"""What claims may say, and what contradicts itself: the first that means nothing or cannot be true is told in one message."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from difflib import get_close_matches
from math import isfinite
from typing import TYPE_CHECKING, Any, TypeGuard

from mlp_reference.network import ACTIVATIONS, HIDDEN_ACTIVATIONS, LOSSES, REDUCTIONS
from mlp_reference.options import ALWAYS, NEEDS, OPTIONS, OptionsError, check, of

if TYPE_CHECKING:
    from mlp_conformance.claims import Claims

DTYPES = ("float64", "float32", "float16", "bfloat16")


class ClaimsError(ValueError):
    """A claim that means nothing or cannot be true: which field, what it says, what is allowed."""


def validate(claims: Claims) -> None:
    """Raise ClaimsError for the first claim that means nothing or cannot be true."""
    for name in ("name", "version", "language", "notes"):
        if not isinstance(getattr(claims, name), str):
            raise ClaimsError(f"claims: {name} is {getattr(claims, name)!r}: a string was expected")
    if not isinstance(claims.hidden_biases, bool):
        raise ClaimsError(f"claims: hidden_biases is {claims.hidden_biases!r}: True or False was expected")
    _allowed("dtype", [claims.dtype], DTYPES)
    _validate_layers(claims)
    _allowed("activations", claims.activations, ACTIVATIONS)
    _allowed("output_activations", claims.output_activations or (), ACTIVATIONS)
    _allowed("losses", claims.losses, LOSSES)
    _allowed("reductions", claims.reductions, REDUCTIONS)
    if "softmax" in claims.activations and (claims.output_activations is not None or set(claims.activations) == {"softmax"}):
        raise ClaimsError(
            "claims: activations has 'softmax', which is specified for the output layer only: "
            f"name it in output_activations; hidden layers can have {_listed(HIDDEN_ACTIVATIONS)}"
        )
    for name in ("losses", "reductions"):
        if not getattr(claims, name):
            raise ClaimsError(f"claims: {name} is empty: claim at least one, or leave it out for the default")
    if claims.same_activation not in (None, "hidden", "all"):
        raise ClaimsError(
            f"claims: same_activation is {claims.same_activation!r}: 'hidden' (one for all hidden layers), 'all' (the output "
            "layer too) or None was expected"
        )
    if claims.same_activation == "all" and (alone := claims.outputs - claims.hidden) and claims.max_hidden_layers != 0:
        raise ClaimsError(
            f"claims: same_activation is 'all', and hidden layers cannot have {_listed(sorted(alone))}, which a claimed "
            "output or loss takes"
        )
    if claims.relu_at_zero not in (0, 0.5, 1):
        raise ClaimsError(f"claims: relu_at_zero is {claims.relu_at_zero!r}: 0, 0.5 and 1 are allowed")
    for name in ("max_batch", "max_outputs", "max_hidden_layers"):
        value, least = getattr(claims, name), 0 if name == "max_hidden_layers" else 1
        if value is not None and (not isinstance(value, int) or isinstance(value, bool) or value < least):
            raise ClaimsError(f"claims: {name} is {value!r}: a whole number of at least {least}, or None for no limit")
    if claims.max_hidden_layers is not None and claims.min_hidden_layers > claims.max_hidden_layers:
        raise ClaimsError(f"claims: min_hidden_layers is {claims.min_hidden_layers}, more than max_hidden_layers")
    for name in ("log_epsilon", "probability_clip"):
        value = getattr(claims, name)
        if not isinstance(value, int | float) or not 0 <= value < 0.5:
            raise ClaimsError(f"claims: {name} is {value!r}: a number from 0 (nothing is added) to below 1/2")
    if claims.learning_rate is not None and not (isinstance(claims.learning_rate, int | float) and claims.learning_rate > 0):
        raise ClaimsError(f"claims: learning_rate is {claims.learning_rate!r}: a positive number, or None for any")
    _allowed("options", claims.options, OPTIONS)
    for name in claims.options:
        if name in NEEDS and NEEDS[name] not in (*claims.options, *claims.always):
            raise ClaimsError(f"claims: options has {name!r}, which needs {NEEDS[name]!r}: claim both, or neither")
    _validate_always(claims)
    for name in ("l2_over_batch", "rate_in_velocity", "seeds"):
        if not isinstance(getattr(claims, name), bool):
            raise ClaimsError(f"claims: {name} is {getattr(claims, name)!r}: True or False was expected")
    if not isinstance(claims.clip_epsilon, int | float) or not 0 <= claims.clip_epsilon < 0.5:
        raise ClaimsError(f"claims: clip_epsilon is {claims.clip_epsilon!r}: a number from 0 to below 1/2")
    if claims.initial_weights is not None and not _are_ends(claims.initial_weights):
        raise ClaimsError(
            f"claims: initial_weights is {claims.initial_weights!r}: the two ends of a uniform distribution, (0, 1), or None"
        )
    if claims.sizes is not None and not _are_sizes(claims.sizes):
        raise ClaimsError(f"claims: sizes is {claims.sizes!r}: two or more positive whole numbers, or None for any")
    if not claims.pairs():
        raise ClaimsError("claims: no claimed output activation goes with a claimed loss")


def are_layers(value: Any) -> TypeGuard[Sequence[str]]:
    """Whether something may be the activations of the layers of a network: one at least, each of them a name."""
    return isinstance(value, tuple | list) and bool(value) and all(isinstance(name, str) for name in value)


def following(layers: Sequence[str]) -> dict[str, Any]:
    """What other claims say of a network whose layers have those activations."""
    *hidden, output = layers
    return {
        "activations": frozenset(hidden),
        "output_activations": frozenset({output}),
        "same_activation": None,
        "min_hidden_layers": len(hidden),
        "max_hidden_layers": len(hidden),
    }


def _validate_layers(claims: Claims) -> None:
    layers = claims.layer_activations
    if layers is None:
        return
    if not are_layers(layers):
        raise ClaimsError(
            f"claims: layer_activations is {layers!r}: the activation of every layer, the output layer's last, such as "
            "('relu', 'sigmoid', 'softmax'), or None, was expected"
        )
    _allowed("layer_activations", layers, ACTIVATIONS)
    if "softmax" in layers[:-1]:
        raise ClaimsError(
            "claims: layer_activations has 'softmax' before the last layer: it is specified for the output layer only; "
            f"hidden layers can have {_listed(HIDDEN_ACTIVATIONS)}"
        )
    for name, value in following(layers).items():
        said = getattr(claims, name)
        if (frozenset(said) if isinstance(value, frozenset) and isinstance(said, Collection) else said) != value:
            raise ClaimsError(f"claims: {name} is {said!r}, and layer_activations says {_written(value)}: leave {name} out")
    if _are_sizes(claims.sizes) and len(claims.sizes or ()) != len(layers) + 1:
        raise ClaimsError(
            f"claims: sizes is {claims.sizes!r}, and layer_activations has {len(layers)} layers, which take "
            f"{len(layers) + 1} numbers of units"
        )


def _written(value: Any) -> str:
    return repr(set(value)) if isinstance(value, frozenset) and value else repr(value)


def _validate_always(claims: Claims) -> None:
    if not isinstance(claims.always, Mapping):
        raise ClaimsError(f"claims: always is {claims.always!r}: names with their values, {{'momentum': 0.9}}, were expected")
    _allowed("always", list(claims.always), ALWAYS)
    try:
        check(of(dict(claims.always)), (1, 1), 1, 0)
    except OptionsError as error:
        raise ClaimsError(f"claims: always: {error}") from None


def _are_sizes(sizes: Any) -> bool:
    return isinstance(sizes, tuple | list) and len(sizes) > 1 and all(isinstance(n, int) and n > 0 for n in sizes)


def _are_ends(ends: Any) -> bool:
    return (
        isinstance(ends, tuple | list)
        and len(ends) == 2
        and all(isinstance(end, int | float) and not isinstance(end, bool) and isfinite(end) for end in ends)
        and ends[0] < ends[1]
    )


def check_names(names: Collection[str], known: Collection[str]) -> None:
    """Raise ClaimsError, with a suggestion, for a claim that there is not."""
    for name in names:
        if name not in known:
            raise ClaimsError(f"claims: unknown claim {name!r}{_suggestion(name, known)}: {_listed(known)}")


def _allowed(field: str, values: Any, allowed: tuple[str, ...]) -> None:
    if isinstance(values, str):
        raise ClaimsError(f"claims: {field} is the string {values!r}: write a set of names, {{{values!r}}}")
    try:
        named = list(values)
    except TypeError:
        raise ClaimsError(f"claims: {field} is {values!r}: write a set of names, such as {{{allowed[0]!r}}}") from None
    for value in named:
        if value not in allowed:
            raise ClaimsError(f"claims: {field} has {value!r}{_suggestion(str(value), allowed)}: {_listed(allowed)} exist")


def _suggestion(name: str, known: Collection[str]) -> str:
    close = get_close_matches(name, list(known), n=1)
    return f" (did you mean {close[0]!r}?)" if close else ""


def _listed(names: Collection[str]) -> str:
    return ", ".join(names)
