"""Right formulations under names that a campaign can be given: `power.right:loops` and the others of the tests' gallery."""

from __future__ import annotations

import re
import sys
from importlib import import_module
from pathlib import Path

_ROOT = Path(__file__).parents[2]
sys.path[:0] = [str(_ROOT / "reference" / "tests"), str(_ROOT / "conformance" / "tests")]

#: The tests' own module: GALLERY, WHOLE_GALLERY and LIBRARIES.
gallery = import_module("gallery")

#: By the gallery's own names, made identifiers.
FORMULATIONS = {re.sub(r"\W+", "_", name): make for name, make in gallery.GALLERY.items()}

#: What our own campaign judges: for each format, two formulations as unlike as there are.
OWN = (
    "a_tree_of_sums_lists_float64",
    "float64_fused_multiply_add",
    "float32_approximate_exponentials_up",
    "flush_to_zero_float32",
    "float16_backward_unfused",
    "the_last_first_softplus_float16",
    "bfloat16_each_operation_rounded",
    "bfloat16_fused",
)

globals().update(FORMULATIONS)

if __name__ == "__main__":  # mlp-conformance campaign $(python -m power.right) --cases 100000
    print(*(f"power.right:{name}" for name in OWN))
