"""What the harness's tests share: the formulations of the reference's tests, and pytest's own test machinery."""

from __future__ import annotations

import sys
from pathlib import Path

pytest_plugins = ["pytester"]

sys.path.insert(0, str(Path(__file__).parents[2] / "reference" / "tests"))
