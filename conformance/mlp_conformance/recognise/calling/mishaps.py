"""What went wrong in the calls that were tried, and which of it is the likeliest reason that no way was found."""

from __future__ import annotations

import ast
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import IntEnum
from functools import cache
from typing import Any, NamedTuple

from mlp_conformance.recognise import roles
from mlp_conformance.recognise.space import Space

_TRAINING = (*roles.TRAIN, *roles.BACKWARD, *roles.UPDATE)
#: So many mishaps of a kind are kept.
_MOST = 3


class Kind(IntEnum):
    """Kinds of mishaps, the likeliest reason first.

    What no argument changes comes before what another argument might. Last come what was only called too early, before what
    gives an attribute its value, and what functions raise whose names do not say that they were meant.
    """

    LACKING = 0
    OWN = 1
    UNSTEADY = 2
    STILL = 3
    UNREAD = 4
    SHAPE = 5
    IDLE = 6
    EARLY = 7
    OTHER = 8


class Mishap(NamedTuple):
    """Something that went wrong: its kind, and the words for it.

    trains: whether the call was to train. called: the name of what was called; reached: the line in it that raised.
    """

    kind: Kind
    said: str
    trains: bool = True
    called: str = ""
    reached: int = 0

    @property
    def place(self) -> int:
        """The place among others of its kind, by the name: what is called like a forward pass comes first."""
        return 0 if self.trains else roles.rank(self.called, roles.FORWARD)


@dataclass
class Mishaps:
    """What went wrong, the first of each kind.

    ran: names of what has run with some arguments, whose shapes fit then, and whether it was to train. idle: statements that
    were to train for all epochs, and changed nothing.
    """

    kept: list[Mishap] = field(default_factory=list)
    ran: set[tuple[str, bool]] = field(default_factory=set)
    idle: list[list[str]] = field(default_factory=list)

    def add(self, found: Mishap | None) -> None:
        """Keep a mishap, if it is among the first of its kind; of shapes that do not fit, the one that came furthest."""
        if found is None or found in self.kept:
            return
        for index, known in enumerate(self.kept):
            if found.kind is Kind.SHAPE and (known.kind, known.trains, known.called) == (
                found.kind,
                found.trains,
                found.called,
            ):
                if found.reached > known.reached:
                    self.kept[index] = found
                return
        if sum((known.kind, known.trains) == (found.kind, found.trains) for known in self.kept) < _MOST:
            self.kept.append(found)

    def add_all(self, others: Mishaps) -> None:
        """Keep those of another network of the program too."""
        self.kept += others.kept
        self.ran |= others.ran

    def ran_idly(self, lines: Sequence[str], moved: bool) -> None:
        """Keep that calls ran that were to train; and which, if they changed nothing, though they had targets."""
        text = lines[-1].partition(" = ")[2] or lines[-1]
        name = called_in(text)
        self.ran.add((name, True))
        if not moved and "targets" in text and roles.rank(name, roles.TRAIN) < len(roles.TRAIN):
            kind = Kind.STILL if "epochs" in text else Kind.IDLE
            self.add(Mishap(kind, f"`{text}` runs, and leaves all parameters as they were"))
            if kind is Kind.STILL and lines not in self.idle:
                self.idle.append(list(lines))

    @property
    def still(self) -> str:
        """What is said of a call that was to train for all epochs, and changed nothing; nothing if there was none."""
        return next((found.said for found in self.kept if found.kind is Kind.STILL and found.trains), "")

    def gave_no_output(self, line: str, value: Any, unread: bool) -> None:
        """Keep that a call which is named like a forward pass ran, and no output was found.

        unread: whether it gave, or left in the network, numbers of an output's shape.
        """
        text = line.removeprefix("output = ")
        name = called_in(text)
        if roles.rank(name, _TRAINING) < len(_TRAINING) or roles.rank(name, roles.FORWARD) == len(roles.FORWARD):
            return
        self.ran.add((name, False))
        told = f"`{text}` returns {_described(value)}"
        nothing = "nothing was found that has a row for each sample and a number for each output"
        other = "what it leaves in the network are no numbers that a forward pass gives"
        self.add(Mishap(Kind.IDLE, f"{told}, and {other if unread else nothing}", False, name))

    def of_loop(self, space: Space, line: int, ran: bool) -> None:
        """Keep what the body of a loop raised, or that nothing in it was an output."""
        body = f"the body of the loop in line {line}"
        raised = space.mishap or space.misfit
        if ran:
            self.ran.add((str(line), False))
            self.add(
                Mishap(
                    Kind.IDLE,
                    f"{body} was run on other data than its own, and nothing that it computes was told for the output",
                    False,
                )
            )
        elif raised:
            kind = Kind.OWN if space.mishap else Kind.SHAPE
            self.add(Mishap(kind, f"{body}, run on other data than its own, raised {raised}", False, str(line), space.reached))

    def said(self, training: bool = False) -> list[str]:
        """What is said of them, the likeliest reason first; training: of those alone that calls had which were to train."""
        chosen = [mishap for mishap in self.kept if mishap.trains >= training]
        if not training:  # that parameters stay as they were is no reason for an output that is not found
            chosen = [mishap for mishap in chosen if not (mishap.trains and mishap.kind in (Kind.STILL, Kind.IDLE, Kind.SHAPE))]
        chosen = [
            mishap for mishap in chosen if mishap.kind is not Kind.SHAPE or (mishap.called, mishap.trains) not in self.ran
        ]
        return [mishap.said for mishap in sorted(chosen, key=lambda mishap: (mishap.kind, mishap.place))]


def raised(space: Space, lines: Sequence[str], trains: bool, tree: ast.Module) -> Mishap | None:
    """What statements raised that may be the program's own fault; trains: whether they are to train it."""
    call = re.sub(r"^(output|grads) = ", "", lines[-1])
    name = called_in(call)
    is_training = roles.rank(name, _TRAINING) < len(_TRAINING)
    meant = is_training if trains else not is_training and roles.rank(name, roles.FORWARD) < len(roles.FORWARD)
    if space.mishap:
        if space.is_lacking and (meant or is_training):
            kind = Kind.LACKING
        elif _is_early(space.error, tree):
            kind = Kind.EARLY
        else:
            kind = Kind.OWN if meant else Kind.OTHER
        return Mishap(kind, f"`{call}` raised {space.mishap}", trains)
    after = not trains or roles.rank(name, roles.BACKWARD) == len(roles.BACKWARD) or _runs_forward(lines)
    if not (meant and after and space.misfit):
        return None
    return Mishap(Kind.SHAPE, f"`{call}` raised {space.misfit}", trains, name, space.reached)


def _described(value: Any) -> str:
    """What a call has returned, in words."""
    if value is None:
        return "nothing"
    shape = getattr(value, "shape", None)
    if isinstance(shape, tuple):
        return f"an array of the shape {shape}" if shape else "a number"
    if isinstance(value, bool | int | float):
        return "a number"
    known: dict[type, str] = {list: "a list", tuple: "a tuple", dict: "a dictionary"}
    named = known.get(type(value), f"a {type(value).__name__}")
    return f"{named} of {len(value)}" if isinstance(value, list | tuple) else named


def called_in(call: str) -> str:
    """The name of the function or method that a statement calls."""
    found = re.search(r"(\w+)\(", call)
    return found[1] if found else ""


def _runs_forward(lines: Sequence[str]) -> bool:
    """Whether another statement with the inputs comes before the last one."""
    return any(re.search(r"\b(inputs|x)\b", line) and "vars(" not in line for line in lines[:-1])


def _is_early(error: BaseException | None, tree: ast.Module) -> bool:
    """Whether an attribute is missing to which some other part of the program gives a value."""
    return isinstance(error, AttributeError) and error.name in _given_values(tree)


@cache
def _given_values(tree: ast.Module) -> frozenset[str]:
    """The attributes to which a program assigns; what it only adds to has to be there before."""
    added = {id(node.target) for node in ast.walk(tree) if isinstance(node, ast.AugAssign)}
    stored = (node for node in ast.walk(tree) if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store))
    return frozenset(node.attr for node in stored if id(node) not in added)
