"""What was handed in: each file, and each folder with the file in it that is to be judged."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

_KINDS = (".py", ".ipynb")
#: Of several files in a folder the one of these names is judged, or the one that is named as the folder is.
_NAMES = ("mlp", "network", "solution", "submission", "main", "my_network", "neural_network")


class SubmissionsError(ValueError):
    """Nothing to grade: where, and what was expected."""


@dataclass(frozen=True)
class Submission:
    """One hand-in: its name, the file or folder, and the file in it that is judged; problem says why there is none."""

    name: str
    path: Path
    file: Path | None
    problem: str = ""


def submissions(places: Iterable[Path]) -> list[Submission]:
    """Every file and folder in the directories, in the order of their names; a file that is named is one itself.

    Raises SubmissionsError for a place that does not exist or holds nothing, and for a file that is no Python.
    """
    found: list[Submission] = []
    for place in places:
        if not place.exists():
            raise SubmissionsError(f"{place}: there is no such file or directory")
        if place.is_file() and place.suffix not in _KINDS:
            raise SubmissionsError(f"{place}: a {' or '.join(_KINDS)} file was expected, or a directory of submissions")
        inside = list(_in(place)) if place.is_dir() else [Submission(place.stem, place, place)]
        if not inside:
            raise SubmissionsError(
                f"{place}: there is no submission in it: {' or '.join(_KINDS)} files, or folders, are expected"
            )
        found += inside
    return _told_apart(found)


def _in(directory: Path) -> Iterator[Submission]:
    for path in sorted(directory.iterdir()):
        if path.name.startswith((".", "__")):
            continue
        if path.is_dir():
            yield _folder(path)
        elif path.suffix in _KINDS:
            yield Submission(path.stem, path, path)


def _folder(folder: Path) -> Submission:
    files = sorted(path for path in folder.iterdir() if path.suffix in _KINDS and not path.name.startswith((".", "__")))
    if len(files) == 1:
        return Submission(folder.name, folder, files[0])
    if not files:
        return Submission(folder.name, folder, None, "there is no Python file or notebook in the folder")
    named = [path for name in (folder.name.lower(), *_NAMES) for path in files if path.stem.lower() == name]
    if named:
        return Submission(folder.name, folder, named[0])
    names = ", ".join(path.name for path in files[:5])
    return Submission(folder.name, folder, None, f"several files ({names}), and none is called mlp.py or as the folder is")


def _told_apart(found: list[Submission]) -> list[Submission]:
    """Names that occur twice are told apart by their folder."""
    names = [submission.name for submission in found]
    return [
        Submission(f"{s.path.parent.name}/{s.path.name}", s.path, s.file, s.problem) if names.count(s.name) > 1 else s
        for s in found
    ]
