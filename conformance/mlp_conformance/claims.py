"""What an implementation says it can do, and how it says that it cannot."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, fields
from difflib import get_close_matches
from math import isfinite
from typing import Any

from mlp_reference.network import (
    ACTIVATIONS,
    HIDDEN_ACTIVATIONS,
    LOSSES,
    REDUCTIONS,
    REQUIRED_OUTPUT,
    Case,
    Conventions,
    Network,
)
from mlp_reference.options import ALWAYS, NEEDS, OPTIONS, Options, OptionsError, check, of

DTYPES = ("float64", "float32", "float16", "bfloat16")


class ClaimsError(ValueError):
    """A claim that means nothing or cannot be true: which field, what it says, what is allowed."""


class Unsupported(Exception):  # noqa: N818 - the name is part of the adapter interface
    """Raised by an adapter for a network that its implementation cannot express: counted as unsupported, never as passed."""


@dataclass(frozen=True)
class Claims:
    """What an implementation claims. Every field has a default, and nothing that is not claimed is ever sent (COND-7).

    The defaults are what the document's own program does: sigmoid everywhere, half the squared error, summed.
    `activations` are those of hidden layers, and of the output layer too unless `output_activations` says otherwise
    (softmax is an output activation only). `same_activation`: "hidden" where one choice holds for all hidden layers of a
    network, "all" where it holds for the output layer too; None: each layer has its own.
    `max_hidden_layers`, `max_batch`, `max_outputs`: None is no limit; `min_hidden_layers`: 0 is none.
    `biases` False: no layer has any; such an implementation answers None for them. `sizes`, `learning_rate`: the only ones
    that it can take, units of every layer from the inputs on; `one_hot`: targets are numbers of classes; `every_class`: it
    counts the classes in the targets, so each of at least two has to occur.
    `options`: optional parts of training that `train` takes as keyword arguments, of `mlp_reference.options.OPTIONS`;
    `always`: those that it has switched on for good, with their values, {"momentum": 0.9}.
    `l2_over_batch`: a penalty is divided by the rows of each batch (OPT-1);
    `rate_in_velocity`: with momentum, v = mu v - eta g and w += v, not v = mu v + g and w -= eta v (OPT-3);
    `clip_epsilon`: what is added to a norm that is clipped (OPT-7).
    `initial_weights`: the ends between which `initial` draws weights uniformly, biases being 0 (RAND-1); None: not claimed;
    `seeds`: what draws takes a seed, which reproduces it (RAND-2).
    `relu_at_zero`, `log_epsilon` and `probability_clip` are the conventions of `mlp_reference.network.Conventions`.
    """

    name: str = ""
    version: str = ""
    language: str = "python"
    dtype: str = "float64"
    activations: Collection[str] = frozenset({"sigmoid"})
    output_activations: Collection[str] | None = None
    same_activation: str | None = None
    losses: Collection[str] = frozenset({"half_squared_error"})
    reductions: Collection[str] = frozenset({"sum"})
    max_batch: int | None = None
    max_hidden_layers: int | None = None
    min_hidden_layers: int = 0
    max_outputs: int | None = None
    hidden_biases: bool = True
    biases: bool = True
    sizes: tuple[int, ...] | None = None
    learning_rate: float | None = None
    one_hot: bool = False
    every_class: bool = False
    relu_at_zero: float = 0
    log_epsilon: float = 0
    probability_clip: float = 0
    options: Collection[str] = frozenset()
    always: Mapping[str, float] = field(default_factory=dict)
    l2_over_batch: bool = False
    rate_in_velocity: bool = False
    clip_epsilon: float = 0
    initial_weights: tuple[float, float] | None = None
    seeds: bool = False
    notes: str = ""

    def __new__(cls, *args: Any, **given: Any) -> Claims:
        """Raise ClaimsError, with a suggestion, for a claim that there is not."""
        _known(given)
        return super().__new__(cls)

    @property
    def hidden(self) -> frozenset[str]:
        """The activations of hidden layers."""
        return frozenset(self.activations) - {"softmax"}

    @property
    def outputs(self) -> frozenset[str]:
        """The activations of the output layer, those that the claimed losses take for granted included."""
        named = self.activations if self.output_activations is None else self.output_activations
        return frozenset(named) | {REQUIRED_OUTPUT[loss] for loss in self.losses if loss in REQUIRED_OUTPUT}

    @property
    def conventions(self) -> Conventions:
        return Conventions(float(self.relu_at_zero), float(self.log_epsilon), float(self.probability_clip))

    def hidden_beside(self, output: str) -> frozenset[str]:
        """The activations that hidden layers can have in a network with that output activation."""
        return self.hidden & {output} if self.same_activation == "all" else self.hidden

    def optional(self, options: Options | None = None, **parts: Any) -> Options:
        """Options with those parts, what is always on, and the conventions claimed for them."""
        asked = {**self.always, **(options.asked if options else {}), **parts}
        return Options(
            **asked,
            l2_over_batch=self.l2_over_batch,
            rate_in_velocity=self.rate_in_velocity,
            clip_epsilon=self.clip_epsilon,
        )

    def pairs(self) -> list[tuple[str, str]]:
        """Output activation and loss that go together and are claimed, in a fixed order."""
        named = set(self.activations if self.output_activations is None else self.output_activations)
        found = []
        for loss in (loss for loss in LOSSES if loss in self.losses):
            required = REQUIRED_OUTPUT.get(loss)
            if required:
                found.append((required, loss))
            else:
                found += [(activation, loss) for activation in ACTIVATIONS if activation in named]
        return found

    def admit(self, network: Network, batch: int) -> bool:
        """Whether a network and a batch of that size lie within what is claimed."""
        layers, conventions = network.layers, network.conventions
        uses_relu = any(layer.activation == "relu" for layer in layers)
        return (
            all(layer.activation in self.hidden for layer in layers[:-1])
            and not self._differ(network)
            and (layers[-1].activation, network.loss) in self.pairs()
            and network.reduction in self.reductions
            and batch <= (self.max_batch or batch)
            and len(layers) - 1 <= (len(layers) if self.max_hidden_layers is None else self.max_hidden_layers)
            and len(layers) - 1 >= self.min_hidden_layers
            and network.sizes[-1] <= (self.max_outputs or network.sizes[-1])
            and (self.hidden_biases or not any(layer.biases.any() for layer in layers[:-1]))
            and (not uses_relu or conventions.relu_at_zero == self.relu_at_zero)
        )

    def outside(self, operation: str, case: Case) -> str:
        """What in a case an implementation does not take at all, in a few words; "" for nothing."""
        network = case.network
        if self.sizes is not None and network.sizes != tuple(self.sizes):
            return f"its sizes are {tuple(self.sizes)} alone"
        if self._differ(case.network):
            return f"its {'hidden ' if self.same_activation == 'hidden' else ''}layers have one activation"
        if not self.biases and any(layer.biases.any() for layer in network.layers):
            return "it has no biases"
        if operation == "train" and not self.biases and case.epochs > 1:
            return "it has no biases, which a second step would start from"
        if operation == "train" and self.learning_rate is not None and case.learning_rate != self.learning_rate:
            return f"its learning rate is {self.learning_rate:g} alone"
        if operation == "train" and (self.always or case.options is not None):
            found = self._outside_options(case.options.asked if case.options else {})
            if found:
                return found
        if self.one_hot and operation != "forward" and not _is_one_hot(case.targets):
            return "its targets are numbers of classes"
        if self.every_class and network.sizes[-1] < 2:
            return "it has at least two classes"
        if self.every_class and operation != "forward" and not case.targets.any(axis=0).all():
            return "it counts its classes in the targets, and one is missing"
        return ""

    def _differ(self, network: Network) -> bool:
        """Whether layers that must have one activation have several."""
        layers = {"hidden": network.layers[:-1], "all": network.layers}.get(self.same_activation or "", ())
        return len({layer.activation for layer in layers}) > 1

    def _outside_options(self, asked: Mapping[str, Any]) -> str:
        for name, value in self.always.items():
            if name not in asked or asked[name] != value:
                return f"its training always has {name} {value:g}"
        missing = [name for name in asked if name not in self.options and name not in self.always]
        return f"{' and '.join(missing)} not claimed" if missing else ""

    def validate(self) -> None:
        """Raise ClaimsError for the first claim that means nothing or cannot be true."""
        for name in ("name", "version", "language", "notes"):
            if not isinstance(getattr(self, name), str):
                raise ClaimsError(f"claims: {name} is {getattr(self, name)!r}: a string was expected")
        if not isinstance(self.hidden_biases, bool):
            raise ClaimsError(f"claims: hidden_biases is {self.hidden_biases!r}: True or False was expected")
        _allowed("dtype", [self.dtype], DTYPES)
        _allowed("activations", self.activations, ACTIVATIONS)
        _allowed("output_activations", self.output_activations or (), ACTIVATIONS)
        _allowed("losses", self.losses, LOSSES)
        _allowed("reductions", self.reductions, REDUCTIONS)
        if "softmax" in self.activations and (self.output_activations is not None or set(self.activations) == {"softmax"}):
            raise ClaimsError(
                "claims: activations has 'softmax', which is specified for the output layer only: "
                f"name it in output_activations; hidden layers can have {_listed(HIDDEN_ACTIVATIONS)}"
            )
        for name in ("losses", "reductions"):
            if not getattr(self, name):
                raise ClaimsError(f"claims: {name} is empty: claim at least one, or leave it out for the default")
        if self.same_activation not in (None, "hidden", "all"):
            raise ClaimsError(
                f"claims: same_activation is {self.same_activation!r}: 'hidden' (one for all hidden layers), 'all' (the output "
                "layer too) or None was expected"
            )
        if self.same_activation == "all" and (alone := self.outputs - self.hidden) and self.max_hidden_layers != 0:
            raise ClaimsError(
                f"claims: same_activation is 'all', and hidden layers cannot have {_listed(sorted(alone))}, which a claimed "
                "output or loss takes"
            )
        if self.relu_at_zero not in (0, 0.5, 1):
            raise ClaimsError(f"claims: relu_at_zero is {self.relu_at_zero!r}: 0, 0.5 and 1 are allowed")
        for name in ("max_batch", "max_outputs", "max_hidden_layers"):
            value, least = getattr(self, name), 0 if name == "max_hidden_layers" else 1
            if value is not None and (not isinstance(value, int) or isinstance(value, bool) or value < least):
                raise ClaimsError(f"claims: {name} is {value!r}: a whole number of at least {least}, or None for no limit")
        if self.max_hidden_layers is not None and self.min_hidden_layers > self.max_hidden_layers:
            raise ClaimsError(f"claims: min_hidden_layers is {self.min_hidden_layers}, more than max_hidden_layers")
        for name in ("log_epsilon", "probability_clip"):
            value = getattr(self, name)
            if not isinstance(value, int | float) or not 0 <= value < 0.5:
                raise ClaimsError(f"claims: {name} is {value!r}: a number from 0 (nothing is added) to below 1/2")
        if self.learning_rate is not None and not (isinstance(self.learning_rate, int | float) and self.learning_rate > 0):
            raise ClaimsError(f"claims: learning_rate is {self.learning_rate!r}: a positive number, or None for any")
        _allowed("options", self.options, OPTIONS)
        for name in self.options:
            if name in NEEDS and NEEDS[name] not in (*self.options, *self.always):
                raise ClaimsError(f"claims: options has {name!r}, which needs {NEEDS[name]!r}: claim both, or neither")
        self._validate_always()
        for name in ("l2_over_batch", "rate_in_velocity", "seeds"):
            if not isinstance(getattr(self, name), bool):
                raise ClaimsError(f"claims: {name} is {getattr(self, name)!r}: True or False was expected")
        if not isinstance(self.clip_epsilon, int | float) or not 0 <= self.clip_epsilon < 0.5:
            raise ClaimsError(f"claims: clip_epsilon is {self.clip_epsilon!r}: a number from 0 to below 1/2")
        if self.initial_weights is not None and not _are_ends(self.initial_weights):
            raise ClaimsError(
                f"claims: initial_weights is {self.initial_weights!r}: the two ends of a uniform distribution, (0, 1), or None"
            )
        if self.sizes is not None and not _are_sizes(self.sizes):
            raise ClaimsError(f"claims: sizes is {self.sizes!r}: two or more positive whole numbers, or None for any")
        if not self.pairs():
            raise ClaimsError("claims: no claimed output activation goes with a claimed loss")

    def _validate_always(self) -> None:
        if not isinstance(self.always, Mapping):
            raise ClaimsError(f"claims: always is {self.always!r}: names with their values, {{'momentum': 0.9}}, were expected")
        _allowed("always", list(self.always), ALWAYS)
        try:
            check(of(dict(self.always)), (1, 1), 1, 0)
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


def _is_one_hot(targets: Any) -> bool:
    return bool(((targets == 0) | (targets == 1)).all() and (targets.sum(axis=1) == 1).all())


def claims_from(fields_given: dict[str, Any]) -> Claims:
    """Claims from named values; an unknown name is an error with a suggestion."""
    claims = Claims(**fields_given)
    claims.validate()
    return claims


def _known(names: Collection[str]) -> None:
    known = [field.name for field in fields(Claims)]
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
