"""The house: imports run one way, no cycles between modules, and importing the package costs nothing."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from graphlib import TopologicalSorter
from pathlib import Path

import mlp_conformance
import mlp_reference

PACKAGES = {
    "mlp_reference": Path(mlp_reference.__file__).parent,
    "mlp_conformance": Path(mlp_conformance.__file__).parent,
}


#: The parts of recognition, each of which knows those before it alone.
RECOGNITION = (
    *("roles", "writing", "numbers", "parameters", "source", "plan", "space", "jax_trees"),
    *("calling", "search", "losses", "steps", "settle", "making", "telling", "finish", "drive", "at_hand"),
)


def _modules() -> dict[str, Path]:
    found = {}
    for package, folder in PACKAGES.items():
        for path in folder.rglob("*.py"):
            parts = path.relative_to(folder).with_suffix("").parts
            found[".".join([package, *(part for part in parts if part != "__init__")])] = path
    return found


def _imports(path: Path, top_level_only: bool) -> Iterator[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    typing_only = {id(inner) for node in tree.body if isinstance(node, ast.If) for inner in ast.walk(node)}
    nodes = tree.body if top_level_only else [node for node in ast.walk(tree) if id(node) not in typing_only]
    for node in nodes:
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def test_the_reference_knows_nothing_of_the_harness() -> None:
    for name, path in _modules().items():
        if name.startswith("mlp_reference"):
            for imported in _imports(path, top_level_only=False):
                assert not imported.startswith(("mlp_conformance", "pytest", "hypothesis", "click", "rich")), (
                    f"{name} imports {imported}"
                )


def test_modules_import_one_another_without_cycles() -> None:
    modules = _modules()
    graph = {
        name: {imported for imported in _imports(path, top_level_only=True) if imported in modules and imported != name}
        for name, path in modules.items()
    }
    for name, path in modules.items():
        if path.name == "__init__.py":  # a package imports its modules; they may import one another
            graph[name] = {other for other in graph[name] if not other.startswith(name + ".")}
    list(TopologicalSorter(graph).static_order())


def test_the_parts_of_recognition_know_those_before_them() -> None:
    within = "mlp_conformance.recognise."
    parts = {name: name.removeprefix(within).split(".")[0] for name in _modules() if name.startswith(within)}
    assert set(parts.values()) == set(RECOGNITION)
    for name, part in parts.items():
        for imported in _imports(_modules()[name], top_level_only=False):
            other = parts.get(imported, part)
            assert RECOGNITION.index(other) <= RECOGNITION.index(part), f"{name} imports {imported}"


def test_importing_the_package_loads_nothing_heavy() -> None:
    code = (
        "import sys, mlp_conformance\n"
        "heavy = {'numpy', 'sympy', 'hypothesis', 'flint', 'rich', 'click', 'pytest', 'jsonschema'} & set(sys.modules)\n"
        "assert not heavy, heavy\n"
        "mlp_conformance.Claims(name='x')\n"
        "assert not {'numpy', 'sympy', 'hypothesis', 'flint', 'rich'} & set(sys.modules)\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)


def test_modules_are_short() -> None:
    for name, path in _modules().items():
        assert len(path.read_text(encoding="utf-8").splitlines()) <= 350, f"{name} holds more than one idea"
