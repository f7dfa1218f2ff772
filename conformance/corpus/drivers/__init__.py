"""How to drive each program of the corpus: a module for each way of writing a network, `DRIVERS` for all of them."""

from drivers import (  # noqa: F401 - each enters its programs
    column_vectors,
    conventions,
    functions,
    habits,
    held_back,
    layer_objects,
    libraries,
    made_by_functions,
    notebooks,
    packed,
    parts,
    scalars,
    scripts,
    settings,
    strangers,
    two_layer_classes,
    unlike,
    ways_in,
)
from drivers.entry import DRIVERS

__all__ = ["DRIVERS"]
