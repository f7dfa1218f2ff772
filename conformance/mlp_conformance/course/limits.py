"""Starts a command within limits: `python -m mlp_conformance.course.limits MEGABYTES SECONDS COMMAND...` (POSIX).

No sandbox: what it runs has the user's rights. The limits keep one submission from spoiling the run of the others.
"""

from __future__ import annotations

import os
import sys
from contextlib import suppress

#: The largest file that may be written, and how many processes and threads the user may have, where that can be limited.
_FILE, _PROCESSES = 64 << 20, 512


def main(arguments: list[str]) -> None:
    """Set the limits and become the command."""
    import resource

    megabytes, seconds, *command = arguments
    memory, cpu = int(megabytes) << 20, int(float(seconds)) + 1
    for limit, value in (
        (resource.RLIMIT_AS, memory),
        (resource.RLIMIT_CPU, cpu),
        (resource.RLIMIT_FSIZE, _FILE),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_NPROC, _PROCESSES),
    ):
        _, hard = resource.getrlimit(limit)
        most = value if hard == resource.RLIM_INFINITY else min(value, hard)
        with suppress(ValueError, OSError):
            resource.setrlimit(limit, (most, most))
    os.execvp(command[0], command)


if __name__ == "__main__":
    main(sys.argv[1:])
