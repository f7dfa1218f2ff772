"""Why a survivor survives: it computes the same function, breaks what nothing can demand, or shows where nothing is asked."""

from __future__ import annotations

_FUSED = "it comes to the fused delta, which counts as the derivative of a guarded loss, or the other way round (LOSS-10)"
_ROWS_APART = "shows only in the loss of samples whose logits lie more than 745 apart: the activations alone are asked there"

#: (beginning of a mutant's id, a part of the change, why it lives); the first that fits is the reason.
_EQUIVALENT: tuple[tuple[str, str, str], ...] = (
    ("losses.log_softmax", "np.max(z, keepdims=True)", _ROWS_APART),
    ("losses.log_slope", "", _FUSED),
    ("activations.sigmoid", "np.errstate(", "it only silences a warning"),
    ("activations.derivative", "z → a", "only the shape is used"),
    ("losses.terms", "a - y → y - a", "its square is the same"),
    ("mlp.reduce", "targets → terms", "only the shape is used"),
    ("mlp.", "strict=True", "it only guards against lists of unlike lengths, which are none here"),
    ("mlp.", "True → False", "it only guards against lists of unlike lengths, which are none here"),
    (
        "mlp.output_error",
        "→ if False",
        "the chain rule without the short cut: σ′ cancels what the loss's slope divides by (BACK-8)",
    ),
    (
        "mlp.output_error",
        "smoothed",
        _FUSED,
    ),
    ("mlp.output_error+1", "Conventions()", "the class is the judge's other reading, and no part of this implementation"),
    ("mlp: ", "→ {('softmax', 'cross_entropy')}", "the chain rule without the short cut (BACK-8)"),
    (
        "mlp.train",
        "reported.append(loss) → (deleted)",
        "losses are reported by who has them: nothing is said of who reports none",
    ),
)

#: Fault ids and why no check of the suite can see them.
FAULTS: dict[str, str] = {}


def reason(mutant: str) -> str:
    """Why that mutant cannot be told from the reference; empty if nobody has said why."""
    for beginning, part, why in _EQUIVALENT:
        if mutant.startswith(beginning) and part in mutant:
            return why
    return ""
