"""Right formulations under names that a campaign can be given: `power.right:loops` and the others of the tests' gallery."""

from __future__ import annotations

import re
import sys
from importlib import import_module
from pathlib import Path

_ROOT = Path(__file__).parents[2]
sys.path[:0] = [str(_ROOT / "reference" / "tests"), str(_ROOT / "conformance" / "tests")]

#: By the gallery's own names, made identifiers.
FORMULATIONS = {re.sub(r"\W+", "_", name): make for name, make in import_module("gallery").GALLERY.items()}

#: What our own campaign judges: for each format, formulations as unlike as there are.
OWN = (
    "loops_with_Kahan_sums",
    "einsum_in_Fortran_order",
    "float64_pairwise_unfused",
    "float64_fused_multiply_add",
    "float32",
    "float32_with_float64_inside",
    "float32_each_operation_rounded",
    "float16_with_float32_inside",
    "float16_backward_unfused",
    "bfloat16_each_operation_rounded",
    "bfloat16_fused",
)

globals().update(FORMULATIONS)
