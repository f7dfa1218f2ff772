"""Executing a program of the corpus: as a module, a notebook, or a script on other arrays; no questions, plots, windows."""

from __future__ import annotations

import ast
import importlib.util
import json
import sys
import types
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from unittest import mock


class Anything:
    """Stands in for a library that draws."""

    def __getattr__(self, name: str) -> Any:
        return self

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return self

    def __iter__(self) -> Any:
        return iter((self, self))


@contextmanager
def contained(*absent: str) -> Any:
    """No questions, no plots, no windows, no progress bars; libraries that are imported meanwhile stay."""
    drawing = ("matplotlib.pyplot", "tkinter", *absent)
    modules = {name: types.ModuleType(name) for name in ("matplotlib", "tqdm", *drawing)}
    for name in drawing:
        modules[name].__getattr__ = lambda name: Anything()  # type: ignore[method-assign]
    modules["matplotlib"].pyplot = modules["matplotlib.pyplot"]  # type: ignore[attr-defined]
    modules["tqdm"].tqdm = iter  # type: ignore[attr-defined]
    before = {name: sys.modules.get(name) for name in modules}
    sys.modules.update(modules)
    try:
        with mock.patch("builtins.input", return_value="1"):
            yield
    finally:
        for name, module in before.items():
            if module is None:
                sys.modules.pop(name, None)
            else:
                sys.modules[name] = module


def load(path: Path, *absent: str) -> Any:
    """A module, or the code cells of a notebook, executed; absent: libraries that something is to stand in for."""
    name = "corpus_" + path.stem
    if path.suffix == ".ipynb":
        module = types.ModuleType(name)
        with contained(*absent):
            exec(compile(cells(path), str(path), "exec"), vars(module))
        return module
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    with contained(*absent):
        spec.loader.exec_module(module)
    return module


def cells(path: Path) -> str:
    """The code of a notebook without its magics."""
    code = [cell["source"] for cell in json.loads(path.read_text(encoding="utf-8"))["cells"] if cell["cell_type"] == "code"]
    lines = "\n".join("".join(source) for source in code).splitlines()
    return "\n".join(line for line in lines if not line.lstrip().startswith(("%", "!")))


def script(path: Path, times: int, **arrays: Any) -> dict[str, Any]:
    """The names of a script after the body of its last module-level loop has run on other arrays, a number of times."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    loops = [i for i, node in enumerate(tree.body) if isinstance(node, ast.For | ast.While)]
    loop = tree.body[loops[-1]]
    assert isinstance(loop, ast.For | ast.While)
    before = ast.Module(tree.body[: loops[-1]], [])
    names: dict[str, Any] = {"__name__": "script"}
    with contained():
        exec(compile(before, str(path), "exec"), names)
        names.update(arrays)
        for count in range(times):
            if isinstance(loop, ast.For) and isinstance(loop.target, ast.Name):
                names[loop.target.id] = count
            exec(compile(ast.Module(loop.body, []), str(path), "exec"), names)
    return names
