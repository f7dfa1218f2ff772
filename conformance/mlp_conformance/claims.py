"""What an implementation says it can do, and how it says that it cannot."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

DTYPES = ("float64", "float32", "float16", "bfloat16")


class Unsupported(Exception):  # noqa: N818 - the name is part of the adapter interface
    """Raised by an adapter for a network that its implementation cannot express: counted as unsupported, never as passed."""


@dataclass(frozen=True)
class Claims:
    """What an implementation claims. Every field has a default, and nothing that is not claimed is ever sent (COND-7).

    The defaults are what the document's own program does: sigmoid everywhere, half the squared error, summed.
    `activations` are those of hidden layers, and of the output layer too unless `output_activations` says otherwise
    (softmax is an output activation only). `max_hidden_layers`, `max_batch`, `max_outputs`: None is no limit.
    `relu_at_zero`, `log_epsilon` and `probability_clip` are the conventions of `mlp_reference.network.Conventions`.
    """

    name: str = ""
    version: str = ""
    language: str = "python"
    dtype: str = "float64"
    activations: Collection[str] = frozenset({"sigmoid"})
    output_activations: Collection[str] | None = None
    losses: Collection[str] = frozenset({"half_squared_error"})
    reductions: Collection[str] = frozenset({"sum"})
    max_batch: int | None = None
    max_hidden_layers: int | None = None
    max_outputs: int | None = None
    hidden_biases: bool = True
    relu_at_zero: float = 0
    log_epsilon: float = 0
    probability_clip: float = 0
    notes: str = ""
