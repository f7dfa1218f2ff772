"""What identifies an offline run, and the numbers of its requests, which say which run and which request they belong to."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import Any

import mlp_reference
from mlp_conformance.checks import Settings
from mlp_conformance.claims import Claims
from mlp_conformance.json_lines import write_line
from mlp_conformance.protocol import PROTOCOL
from mlp_reference.specification import version

#: Bits of a request's number that say which run it belongs to, and which request it is: together what a float64 holds.
RUN_BITS, REQUEST_BITS = 13, 40

#: Claims that say who is judged, not what may be asked.
_NAMES = ("name", "version", "language", "notes")


@dataclass(frozen=True)
class Identity:
    """What the requests of a run follow from: the suite, the settings, the claims and the operations offered."""

    claims: Claims
    operations: frozenset[str]
    settings: Settings

    @cached_property
    def document(self) -> dict[str, Any]:
        """All that the digest is made of."""
        claimed = {name: value for name, value in asdict(self.claims).items() if name not in _NAMES}
        return {
            "suite": mlp_reference.__version__,
            "specification": version(),
            "settings": {
                "seed": self.settings.seed,
                "examples": self.settings.examples,
                "thorough": self.settings.thorough,
            },
            "operations": sorted(self.operations),
            "claims": {name: _plain(value) for name, value in sorted(claimed.items())},
        }

    @cached_property
    def digest(self) -> str:
        """SHA-256 of the document, as JSON with sorted keys and no blanks."""
        canonical = json.dumps(self.document, sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(canonical.encode()).hexdigest()

    def start(self, requests: int) -> bytes:
        """The first line of a recording: the request to start, and what the recording is."""
        recording = {"digest": self.digest, **self.document, "requests": requests}
        return write_line({"cmd": "start", "protocol": PROTOCOL, "recording": recording})

    @property
    def _run(self) -> int:
        return (int(self.digest[:8], 16) % (1 << RUN_BITS)) or 1

    def number(self, *parts: bytes) -> int:
        """The number of the request with that content, at that place of the run."""
        content = hashlib.sha256(b"".join(hashlib.sha256(part).digest() for part in (self.digest.encode(), *parts)))
        return self._run << REQUEST_BITS | int(content.hexdigest(), 16) % (1 << REQUEST_BITS)

    def is_own(self, seq: int) -> bool:
        """Whether that number may be one of this run's."""
        return seq >> REQUEST_BITS == self._run


def _plain(value: Any) -> Any:
    return sorted(value) if isinstance(value, set | frozenset) else list(value) if isinstance(value, tuple | list) else value
