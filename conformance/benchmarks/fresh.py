"""Python run in a fresh process: what it printed, as JSON."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

#: Prints how long the import of {module} takes, without the interpreter's own start; nothing but {after} is imported before.
_IMPORT = """
import {after}
import time
start = time.perf_counter()
import {module}
print(time.perf_counter() - start)
"""


def seconds_to_import(module: str, after: str = "sys") -> float:
    """Seconds that `import module` takes in an interpreter that has just started, and has imported `after`."""
    return float(answer(_IMPORT.format(module=module, after=after)))


def answer(program: str) -> Any:
    """The last line that a Python program prints, read as JSON. Raises CalledProcessError if it fails."""
    done = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True)
    return json.loads(done.stdout.splitlines()[-1])
