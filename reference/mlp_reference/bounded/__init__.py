"""Derived tolerances: arrays of values with a bound on the error of any floating-point evaluation (ACC-1 to ACC-4).

`array` has the idea and the container, `rules` the error model: one rule for each operation and elementary function.
"""

from mlp_reference.bounded.array import BoundedArray
from mlp_reference.bounded.rules import worst_of

__all__ = ["BoundedArray", "worst_of"]
