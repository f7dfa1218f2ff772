"""Where the statements of a plan set the size of batches, and the same statements with another size."""

from __future__ import annotations

import re
from collections.abc import Sequence

from mlp_conformance.recognise import roles

#: A size of batches that is set to the number of samples, in an assignment or an argument.
_WHOLE = re.compile(r"(?P<set>\b(?P<name>[^\W\d]\w*)(?:\"\])?(?: = |=))len\(inputs\)")


def sizes_set(line: str) -> list[str]:
    """The names of the sizes of batches that a line sets to the number of samples."""
    if "torch.utils.data" in line:
        return []
    return [found["name"] for found in _WHOLE.finditer(line) if roles.is_batch_size(found["name"], 32)]


def with_size(lines: Sequence[str], size: str) -> list[str]:
    """Lines with another size of batches."""

    def put(found: re.Match[str]) -> str:
        return f"{found['set']}{size}" if roles.is_batch_size(found["name"], 32) else found[0]

    return [line if "torch.utils.data" in line else _WHOLE.sub(put, line) for line in lines]
