"""Reads files of answers: in any order, in several files, with what a program says besides told and left alone."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from mlp_conformance.child_process import shown
from mlp_conformance.json_lines import ProtocolError, read_object, write_line
from mlp_conformance.offline.identity import Identity
from mlp_conformance.protocol import Started, read_started


class AnswersError(ValueError):
    """Files of answers that cannot be judged: which, why, and what to do."""


@dataclass
class AnswerFiles:
    """What the files hold: the answers by request number, the answer to `start` if it is there, and what was left alone."""

    paths: Sequence[Path]
    started: Started | None = None
    lines: dict[int, bytes] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)

    def of(self, identity: Identity) -> dict[int, bytes]:
        """The answers, all of which must be to requests of that run. Raises AnswersError."""
        strangers = [seq for seq in self.lines if not identity.is_own(seq)]
        names = ", ".join(map(str, self.paths))
        if strangers:
            raise AnswersError(
                f"{names}: {len(strangers)} of {len(self.lines)} answers, such as that to request {strangers[0]}, are to "
                f"requests of another run than that of digest {identity.digest[:12]}: give the --seed, --examples, --thorough "
                "and --claims that were recorded, to the same version of this suite"
            )
        if not self.lines:
            raise AnswersError(f"{names}: there is no answer in it")
        return self.lines


def read_answers(paths: Sequence[Path]) -> AnswerFiles:
    """Read them. Raises AnswersError for a file that cannot be read, or two answers to `start` that differ."""
    found = AnswerFiles(paths)
    for path in paths:
        try:
            lines = path.read_bytes().splitlines()
        except FileNotFoundError:
            raise AnswersError(f"--answers {path}: no such file") from None
        except OSError as error:
            raise AnswersError(f"--answers {path} cannot be read: {error.strerror}") from None
        _read(found, path, lines)
    return found


def _read(found: AnswerFiles, path: Path, lines: Iterable[bytes]) -> None:
    for number, line in enumerate(lines, 1):
        place = f"{path}, line {number}"
        if not line.strip():
            continue
        try:
            message = read_object(line)
        except ProtocolError as error:
            found.notes.append(f"{place}: {error}: left alone")
            continue
        seq = message.get("seq")
        if "operations" in message:
            _start(found, line, place)
        elif not isinstance(seq, float) or not seq.is_integer() or seq < 1:
            found.notes.append(f"{place}: no answer to any request: {shown(line)}: left alone")
        elif int(seq) in found.lines and read_object(found.lines[int(seq)]) != message:
            found.notes.append(f"{place}: another answer to request {int(seq)} than before: its check is an error")
            # Two answers are none: the line is one that no check accepts, and says so.
            found.lines[int(seq)] = write_line({"seq": int(seq), "error": f"two different answers, the second in {place}"})
        else:
            found.lines[int(seq)] = line


def _start(found: AnswerFiles, line: bytes, place: str) -> None:
    try:
        started = read_started(line)
    except ProtocolError as error:
        raise AnswersError(f"{place}: the answer to `start` is none: {error}") from None
    if found.started is not None and started != found.started:
        raise AnswersError(f"{place}: the program claims something else than in its earlier answer to `start`")
    found.started = started


def read_claims(path: Path) -> Started:
    """The answer to `start` in a file of its own: {"claims": {...}, "operations": [...]}. Raises AnswersError."""
    try:
        message = read_object(path.read_bytes().strip())
        return read_started(write_line({"protocol": 1} | message))
    except FileNotFoundError:
        raise AnswersError(f"--claims {path}: no such file") from None
    except OSError as error:
        raise AnswersError(f"--claims {path} cannot be read: {error.strerror}") from None
    except ProtocolError as error:
        raise AnswersError(
            f"--claims {path}: {error}. Expected is a program's answer to `start` (spec/protocol.md): "
            '{"claims": {...}, "operations": [...]}'
        ) from None
