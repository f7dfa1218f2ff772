"""Finding out how a program is driven, and what its conventions are, without an adapter.

`drive` reads a file, constructs its network in several sizes, finds the parameters by their shapes, tries its functions,
and settles the conventions by certified answers. What it finds is an adapter, as text that a person can keep.

`source` reads a program's text, `making` constructs its network, `parameters` finds where these stand, `calling` which calls
there are, `numbers` what their results may mean, `steps` how it trains, `losses` what it descends, and `telling` says what was
found, which `writing` puts down as the adapter. `drive` tries one network after another in a `search`; `settle` decides on its
reading.
"""

from mlp_conformance.recognise.at_hand import drive_object
from mlp_conformance.recognise.drive import NotDriven, drive
from mlp_conformance.recognise.source.program import Program, definitions, read_program
from mlp_conformance.recognise.source.texts import ProgramError

__all__ = ["NotDriven", "Program", "ProgramError", "definitions", "drive", "drive_object", "read_program"]
