"""The folders of fixtures: each file written as it is derived, and held against the derivation again, byte for byte."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from mlp_reference import golden, golden_options, training
from mlp_reference.data import fixtures_folder
from mlp_reference.differences import Difference, differences
from mlp_reference.examples import examples
from mlp_reference.optional import optional_examples


def generate(folder: Path | None = None, each: Callable[[str], None] = lambda file: None) -> list[Path]:
    """Derive every fixture and write it, `each` told of every file as it is written; the files."""
    written = []
    for name, texts in _texts().items():
        target = (folder or fixtures_folder()) / name
        target.mkdir(parents=True, exist_ok=True)
        for id, text in texts.items():
            path = target / f"{id}.json"
            path.write_text(text(), encoding="utf-8")
            written.append(path)
            each(_shown(name, path))
    return written


def verify(
    folder: Path | None = None, each: Callable[[str, list[Difference]], None] = lambda file, found: None
) -> list[Difference]:
    """Derive every fixture again and compare it with the stored one, `each` told of every file; what differs.

    A file without an example is a difference, told under the name "".
    """
    found: list[Difference] = []
    for name, texts in _texts().items():
        target = (folder or fixtures_folder()) / name
        for id, text in texts.items():
            path = target / f"{id}.json"
            differing = _compared(path, _shown(name, path), text())
            found += differing
            each(_shown(name, path), differing)
        strangers = [
            Difference(_shown(name, path), "the file", "a fixture", "nothing: there is no such example")
            for path in sorted(target.glob("*.json"))
            if path.stem not in texts
        ]
        found += strangers
        each("", strangers)
    return found


def count() -> int:
    """How many fixtures there are."""
    return len(examples()) + len(optional_examples()) + len(training.runs())


def _texts() -> dict[str, dict[str, Callable[[], str]]]:
    """For each folder, "" the outermost, how the text of each fixture is derived; what it is derived from is checked."""
    return {
        "": {id: partial(golden.fixture_text, example) for id, example in examples(checked=True).items()},
        "options": {
            id: partial(golden_options.fixture_text, example) for id, example in optional_examples(checked=True).items()
        },
        "training": {id: partial(training.fixture_text, run) for id, run in training.runs(checked=True).items()},
    }


def _shown(name: str, path: Path) -> str:
    return f"{name}/{path.name}" if name else path.name


def _compared(path: Path, shown: str, derived: str) -> list[Difference]:
    try:
        stored = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return [Difference(shown, "the file", "nothing", "a fixture")]
    except UnicodeDecodeError:
        return [Difference(shown, "the file", "no UTF-8 text", "a fixture")]
    return [] if stored == derived else differences(shown, stored, derived)
