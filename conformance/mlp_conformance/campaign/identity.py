"""Which implementation it is, and which suite: what has to be the same on every worker, and when a campaign is resumed."""

from __future__ import annotations

import hashlib
import importlib.metadata
import importlib.util
import shlex
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace
from functools import cache
from pathlib import Path
from typing import Any

import mlp_conformance
import mlp_reference
from mlp_conformance.adapters import NAMES
from mlp_conformance.claims import Claims
from mlp_conformance.loading import load, load_command
from mlp_conformance.subject import Subject

_COMMAND = "--command "


@dataclass(frozen=True)
class Identity:
    """An implementation: how it is named, what it claims, what it offers, and a digest of its own source, if it has one."""

    spec: str
    claims: Claims
    operations: tuple[str, ...]
    source: str

    @property
    def label(self) -> str:
        """As reports name it."""
        return self.spec.removeprefix(_COMMAND)

    def document(self) -> dict[str, Any]:
        claims = {
            name: sorted(value) if isinstance(value, set | frozenset) else value for name, value in asdict(self.claims).items()
        }
        return {"spec": self.spec, "claims": claims, "operations": list(self.operations), "source": self.source}

    @staticmethod
    def of(document: Mapping[str, Any]) -> Identity:
        claims = dict(document["claims"])
        for name in ("activations", "output_activations", "losses", "reductions"):
            claims[name] = None if claims[name] is None else frozenset(claims[name])
        claims["sizes"] = None if claims["sizes"] is None else tuple(claims["sizes"])
        return Identity(document["spec"], Claims(**claims), tuple(document["operations"]), document["source"])

    def difference(self, other: Identity) -> str:
        """What is not the same in another one of the same name, in a few words; "" for nothing."""
        if self.source != other.source:
            return "its source is another"
        if self.operations != other.operations:
            return f"it offers {', '.join(other.operations)}, not {', '.join(self.operations)}"
        for name in (found.name for found in fields(Claims)):
            mine, theirs = getattr(self.claims, name), getattr(other.claims, name)
            if mine != theirs:
                return f"its {name} is {theirs!r}, not {mine!r}"
        return ""


def subject_of(spec: str, timeout: float) -> Subject:
    """The implementation that a name or "--command LINE" stands for. Raises loading.LoadError."""
    if spec.startswith(_COMMAND):
        subject = load_command(spec.removeprefix(_COMMAND), timeout)
        subject.instance.never_give_up()
        return subject
    return load(spec, timeout)


def command_spec(command: str) -> str:
    """How a plan names a program that speaks the protocol."""
    return _COMMAND + command


def identity_of(spec: str, subject: Subject) -> Identity:
    """What has to stay the same of an implementation that was loaded."""
    claims = subject.claims
    outputs = claims.output_activations
    claims = replace(
        claims,
        activations=frozenset(claims.activations),
        output_activations=None if outputs is None else frozenset(outputs),
        losses=frozenset(claims.losses),
        reductions=frozenset(claims.reductions),
        sizes=None if claims.sizes is None else tuple(claims.sizes),
    )
    return Identity(spec, claims, tuple(sorted(subject.operations)), _digest(_sources(spec)))


def suite() -> dict[str, str]:
    """Versions that decide what is drawn, computed and written: the suite's own, with a digest of its source, and others'."""
    found = {"mlp-conformance": mlp_reference.__version__, "source": _suite_source()}
    for package in ("numpy", "pyarrow"):
        try:
            found[package] = importlib.metadata.version(package)
        except importlib.metadata.PackageNotFoundError:
            found[package] = "missing"
    return found


def suite_difference(wanted: Mapping[str, str], found: Mapping[str, str]) -> str:
    """What is not the same in another suite, in a few words; "" for nothing."""
    for name, version in wanted.items():
        if found.get(name) != version:
            if name == "source":
                return f"the source of mlp-conformance {wanted['mlp-conformance']} differs"
            return f"{name} is {found.get(name, 'missing')}, not {version}"
    return ""


@cache
def _suite_source() -> str:
    folders = [Path(str(package.__file__)).parent for package in (mlp_conformance, mlp_reference)]
    return _digest([path for folder in folders for path in sorted(folder.rglob("*.py"))])


def _sources(spec: str) -> list[Path]:
    """The files whose change makes it another implementation, as far as the name tells."""
    if spec.startswith(_COMMAND):
        return [Path(word) for word in shlex.split(spec.removeprefix(_COMMAND)) if Path(word).is_file()]
    if spec in NAMES or spec.startswith("fault:"):
        return []  # the suite's own
    path = spec.rpartition(":")[0] if ":" in spec[2:] else spec
    if Path(path).is_file():
        return [Path(path)]
    found = importlib.util.find_spec(path)
    return [Path(found.origin)] if found and found.origin and Path(found.origin).is_file() else []


def _digest(paths: list[Path]) -> str:
    found = hashlib.sha256()
    for path in paths:
        found.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return found.hexdigest()[:16]
