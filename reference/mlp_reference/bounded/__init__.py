"""Derived tolerances: arrays of values with a bound on the error of any floating-point evaluation (ACC-1 to ACC-4).

`array` has the idea and the container, `rules` and `functions` the error model: a rule for each operation and function;
`carried` the derivatives that are found along another way.
"""

from mlp_reference.bounded.array import BoundedArray
from mlp_reference.bounded.carried import CARRIED, Carried
from mlp_reference.bounded.functions import worst_of

__all__ = ["CARRIED", "BoundedArray", "Carried", "worst_of"]
