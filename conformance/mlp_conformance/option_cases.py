"""Hypothesis strategies for training with options: a drawn case, and one or several of its optional parts."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
from hypothesis import strategies as st

from mlp_conformance.claims import Claims
from mlp_conformance.strategies import Scope, cases
from mlp_reference import mlp
from mlp_reference.formats import FORMATS
from mlp_reference.network import Case

_MOMENTA = (0.5, 0.9, 0.25, 0.75, 0.99)
_LAMBDAS = (0.125, 0.01, 0.5, 1e-3, 2.0)
_RATES = (1.0, 0.5, 0.25, 0.75, 2.0, 0.1)
_DROPOUTS = (0.5, 0.25, 0.2, 0.1)
#: A limit as a part of the first gradient's norm: most are met, one is not.
_CLIPS = (0.5, 0.1, 0.75, 4.0, 0.01)
#: The parts that come with another one.
_TOGETHER = {"order": ("batch_size", "order"), "dropout": ("dropout", "masks"), "nesterov": ("momentum", "nesterov")}


def optional_cases(claims: Claims, scope: Scope, parts: tuple[str, ...]) -> st.SearchStrategy[Case]:
    """Cases within claims and scope whose training has those parts, and what they need."""
    return _optional(claims, scope, tuple(dict.fromkeys(name for part in parts for name in _TOGETHER.get(part, (part,)))))


@st.composite
def _optional(draw: st.DrawFn, claims: Claims, scope: Scope, names: tuple[str, ...]) -> Case:
    case = draw(cases(claims, scope))
    random = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    nearest = FORMATS[claims.dtype].nearest
    m, epochs = len(case.inputs), case.epochs
    parts: dict[str, Any] = {}
    for name in (name for name in names if name not in claims.always):
        match name:
            case "l2":
                parts[name] = float(nearest(draw(st.sampled_from(_LAMBDAS))))
            case "momentum":
                parts[name] = float(nearest(draw(st.sampled_from(_MOMENTA))))
            case "nesterov":
                parts[name] = True
            case "learning_rates":
                factors = [draw(st.sampled_from(_RATES)) for _ in range(epochs)]
                parts[name] = [float(nearest(case.learning_rate * factor)) for factor in factors]
            case "batch_size":  # two to four batches in an epoch, of one sample each where there are few
                parts[name] = draw(st.integers(-(-m // 4), max(1, m - 1)))
            case "order":
                parts[name] = tuple(tuple(random.permutation(m).tolist()) for _ in range(epochs))
            case "clip_norm":
                norm = float(_first_norm(case)) or 1.0
                parts[name] = float(nearest(norm * draw(st.sampled_from(_CLIPS)))) or 1.0
            case "dropout":
                parts[name] = float(nearest(draw(st.sampled_from(_DROPOUTS))))
            case "masks":
                hidden = case.network.sizes[1:-1]
                parts[name] = tuple(
                    tuple(random.integers(0, 2, (m, n)).astype(np.float64) for n in hidden) for _ in range(epochs)
                )
    return replace(case, options=claims.optional(**parts))


def _first_norm(case: Case) -> Any:
    """The norm of all first gradients together."""
    gradients = mlp.gradients(case.network, case.inputs, case.targets)
    return np.sqrt(sum(np.sum(array * array) for pair in gradients for array in pair))
