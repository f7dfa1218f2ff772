"""Finding out how a program is driven, and what its conventions are, without an adapter.

`drive` reads a file, constructs its network in several sizes, finds the parameters by their shapes, tries its functions,
and settles the conventions by certified answers. What it finds is an adapter, as text that a person can keep.
"""

from mlp_conformance.recognise.drive import NotDriven, drive, drive_object
from mlp_conformance.recognise.program import Program, ProgramError, definitions, read_program

__all__ = ["NotDriven", "Program", "ProgramError", "definitions", "drive", "drive_object", "read_program"]
