"""What an implementation says it can do, and how it says that it cannot."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, fields
from typing import Any

from mlp_conformance.claim_rules import ClaimsError, are_layers, check_names, following, validate
from mlp_reference.network import ACTIVATIONS, LOSSES, REQUIRED_OUTPUT, Case, Conventions, Network
from mlp_reference.options import Options

__all__ = ["Claims", "ClaimsError", "Unsupported", "claims_from"]


class Unsupported(Exception):  # noqa: N818 - the name is part of the adapter interface
    """Raised by an adapter for a network that its implementation cannot express: counted as unsupported, never as passed."""


@dataclass(frozen=True)
class Claims:
    """What an implementation claims. Every field has a default, and nothing that is not claimed is ever sent (COND-7).

    The defaults are what the document's own program does: sigmoid everywhere, half the squared error, summed.
    `activations` are those of hidden layers, and of the output layer too unless `output_activations` says otherwise
    (softmax is an output activation only). `same_activation`: "hidden" where one choice holds for all hidden layers of a
    network, "all" where it holds for the output layer too; None: each layer has its own. `layer_activations`: that of every
    layer, the output layer's last, where no other can be had, as ("relu", "sigmoid", "softmax"): the activations above and
    the number of layers follow from it.
    `max_hidden_layers`, `max_batch`, `max_outputs`: None is no limit; `min_hidden_layers`: 0 is none.
    `biases` False: no layer has any; `hidden_biases` False: hidden layers have none: such an implementation answers None for
    them, or 0, in gradients and in parameters. `sizes`, `learning_rate`: the only ones
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
    layer_activations: tuple[str, ...] | None = None
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
        check_names(given, [field.name for field in fields(cls)])
        return super().__new__(cls)

    def __post_init__(self) -> None:
        """Let the other fields say what follows from the activation of every layer, where nothing else was said of them."""
        if not are_layers(self.layer_activations):
            return
        default = {field.name: field.default for field in fields(self)}
        for name, value in following(self.layer_activations).items():
            if getattr(self, name) == default[name]:
                object.__setattr__(self, name, value)
        object.__setattr__(self, "layer_activations", tuple(self.layer_activations))

    @property
    def hidden(self) -> frozenset[str]:
        """The activations of hidden layers."""
        return frozenset(self.activations) - {"softmax"}

    @property
    def outputs(self) -> frozenset[str]:
        """The activations of the output layer, those that the claimed losses take for granted included."""
        named = self.activations if self.output_activations is None else self.output_activations
        required = {REQUIRED_OUTPUT[loss] for loss in self.losses if loss in REQUIRED_OUTPUT}
        return frozenset(named) | required if self.layer_activations is None else frozenset(named)

    @property
    def conventions(self) -> Conventions:
        return Conventions(float(self.relu_at_zero), float(self.log_epsilon), float(self.probability_clip))

    def hidden_beside(self, output: str) -> frozenset[str]:
        """The activations that hidden layers can have in a network with that output activation."""
        return self.hidden & {output} if self.same_activation == "all" else self.hidden

    def in_layers(self, hidden: str, output: str, count: int) -> tuple[str, ...]:
        """The activation of each of so many layers: `hidden` before the output layer, or those that are claimed one by one."""
        return self.layer_activations or (*[hidden] * (count - 1), output)

    def with_biases(self, count: int) -> tuple[bool, ...]:
        """Whether each of so many layers has biases."""
        return (*[self.biases and self.hidden_biases] * (count - 1), self.biases)

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
        return [pair for pair in found if pair[0] in self.outputs]

    def admit(self, network: Network, batch: int) -> bool:
        """Whether a network and a batch of that size lie within what is claimed."""
        layers, conventions = network.layers, network.conventions
        uses_relu = any(layer.activation == "relu" for layer in layers)
        return (
            all(layer.activation in self.hidden for layer in layers[:-1])
            and not self._activated_otherwise(network)
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
        if otherwise := self._activated_otherwise(network):
            return otherwise
        has_biases = self.with_biases(len(network.layers))
        which = "hidden biases" if self.biases else "biases"
        if any(layer.biases.any() for layer, has in zip(network.layers, has_biases, strict=True) if not has):
            return f"it has no {which}"
        if operation == "train" and not all(has_biases) and case.epochs > 1:
            return f"it has no {which}, which a second step would start from"
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

    def _activated_otherwise(self, network: Network) -> str:
        """What is claimed of the activations of layers together, if these have others; "" if they have not."""
        found = tuple(layer.activation for layer in network.layers)
        if self.layer_activations is not None and found != self.layer_activations:
            return f"its layers are {', '.join(self.layer_activations)}"
        if self.same_activation and len(set(found[:-1] if self.same_activation == "hidden" else found)) > 1:
            return f"its {'hidden ' if self.same_activation == 'hidden' else ''}layers have one activation"
        return ""

    def _outside_options(self, asked: Mapping[str, Any]) -> str:
        for name, value in self.always.items():
            if name not in asked or asked[name] != value:
                return f"its training always has {name} {value:g}"
        missing = [name for name in asked if name not in self.options and name not in self.always]
        return f"{' and '.join(missing)} not claimed" if missing else ""

    def validate(self) -> None:
        """Raise ClaimsError for the first claim that means nothing or cannot be true."""
        validate(self)


def _is_one_hot(targets: Any) -> bool:
    return bool(((targets == 0) | (targets == 1)).all() and (targets.sum(axis=1) == 1).all())


def claims_from(fields_given: dict[str, Any]) -> Claims:
    """Claims from named values; an unknown name is an error with a suggestion."""
    claims = Claims(**fields_given)
    claims.validate()
    return claims
