"""Packages by their names: what stands in them, and the network that is found among all of their modules."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path
from types import ModuleType
from typing import Any

from mlp_conformance.importing import with_this_folder
from mlp_conformance.modules import attribute


def is_package(name: str) -> bool:
    """Whether a name is that of a package that can be imported, here or installed."""
    found = _spec(name)
    return found is not None and found.submodule_search_locations is not None and found.origin is not None


def file_of(name: str) -> Path | None:
    """The file of an installed module of that name, if it is one of Python."""
    found = _spec(name)
    origin = Path(found.origin) if found is not None and found.origin else None
    return origin if origin is not None and origin.suffix == ".py" else None


def _spec(name: str) -> Any:
    if not all(part.isidentifier() for part in name.split(".")):
        return None
    with with_this_folder():
        try:
            return find_spec(name)
        except (ImportError, ValueError, AttributeError):  # a parent that is none, or that cannot be imported
            return None


def named_in(module: ModuleType, name: str) -> Any:
    """What a module, or one of those in a package, has under a name; LoadError if there is nothing."""
    if hasattr(module, name) or not hasattr(module, "__path__"):
        return attribute(module, name, f"module {module.__name__}")
    from mlp_conformance.recognise.source.packages import read_package

    return attribute(read_package(module.__name__).module, name, f"package {module.__name__}")
