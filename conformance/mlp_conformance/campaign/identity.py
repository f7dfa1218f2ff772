"""Which implementation it is, and which suite: what has to be the same on every worker, and when a campaign is resumed."""

from __future__ import annotations

import hashlib
import importlib.metadata
import importlib.util
import shlex
from collections.abc import Collection, Mapping
from dataclasses import dataclass, fields, replace
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
        claims = claims_document(self.claims)
        return {"spec": self.spec, "claims": claims, "operations": list(self.operations), "source": self.source}

    @staticmethod
    def of(document: Mapping[str, Any]) -> Identity:
        claims = settled(Claims(**document["claims"]))
        return Identity(document["spec"], claims, tuple(document["operations"]), document["source"])

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
    return Identity(spec, settled(subject.claims), tuple(sorted(subject.operations)), _digest(_sources(spec)))


#: Claims that say something by the order of what they have.
_IN_ORDER = ("sizes", "layer_activations", "initial_weights")


def settled(claims: Claims) -> Claims:
    """The same claims, with each collection as a frozenset, or a tuple where its order counts, however it was written."""

    def plain(name: str, value: Any) -> Any:
        if name in _IN_ORDER and value is not None:
            return tuple(value)
        if isinstance(value, Mapping):
            return dict(value)
        return frozenset(value) if isinstance(value, Collection) and not isinstance(value, str) else value

    return replace(claims, **{found.name: plain(found.name, getattr(claims, found.name)) for found in fields(Claims)})


def claims_document(claims: Claims) -> dict[str, Any]:
    """Claims as JSON has them, the names of a collection in the alphabet's order."""

    def plain(value: Any) -> Any:
        return sorted(value) if isinstance(value, frozenset) else list(value) if isinstance(value, tuple) else value

    of = settled(claims)
    return {found.name: plain(getattr(of, found.name)) for found in fields(Claims)}


def alike(claims: Claims) -> Claims:
    """The claims without what names the implementation: those that are left equal are asked the same cases."""
    return replace(settled(claims), name="", version="", language="", notes="")


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
