"""A worked example as a page shows it: sections and lines with their formulas in MathML, and what the implementation says."""

from __future__ import annotations

from dataclasses import dataclass, replace

from markupsafe import Markup, escape

from mlp_conformance.worked.account import Mark
from mlp_conformance.worked.digits import common_start, written
from mlp_conformance.worked.formula import Formula, Value
from mlp_conformance.worked.sections import Line, Section, Worked
from mlp_conformance.worked.writing import MathML


@dataclass(frozen=True)
class ShownLine:
    """A line: `relation` is = for a number in full, ≈ for a rounded one; numbers is empty where nothing was put in."""

    key: str
    symbol: Markup
    numbers: Markup
    relation: str
    value: str
    mark: Mark | None
    parting: bool

    @property
    def is_wrong(self) -> bool:
        return self.mark is not None and self.mark.wrong


@dataclass(frozen=True)
class ShownSection:
    """A section: its general formula, lines, and how many further lines are left out."""

    title: str
    phase: str
    requirements: tuple[str, ...]
    formula: Markup
    lines: list[ShownLine]
    left_out: int

    @property
    def has_wrong(self) -> bool:
        return any(line.is_wrong for line in self.lines)

    def shortened(self, most: int) -> ShownSection:
        """With so many lines, wrong ones before right ones, in their order."""
        first = sorted(self.lines, key=lambda line: not line.is_wrong)[:most]
        kept = [line for line in self.lines if line in first]
        return replace(self, lines=kept, left_out=self.left_out + len(self.lines) - len(kept))


def shown(
    worked: Worked, digits: int, marks: dict[str, Mark] | None = None, parting: str | None = None, most: int | None = None
) -> list[ShownSection]:
    """The sections of a worked example; `most` limits the lines of each, the wrong ones stay first."""
    style = MathML(digits)
    found = []
    for section in worked.sections:
        lines = _kept(section, marks or {}, most)
        found.append(
            ShownSection(
                section.title,
                section.phase,
                section.requirements,
                equation(style, section.symbol, section.formula),
                [_shown_line(style, line, (marks or {}).get(line.key), line.key == parting) for line in lines],
                len(section.lines) - len(lines),
            )
        )
    return found


def _kept(section: Section, marks: dict[str, Mark], most: int | None) -> list[Line]:
    if most is None or len(section.lines) <= most:
        return list(section.lines)
    wrong = [line for line in section.lines if line.key in marks and marks[line.key].wrong][:most]
    rest = [line for line in section.lines if line not in wrong][: most - len(wrong)]
    return [line for line in section.lines if line in wrong or line in rest]


def _shown_line(style: MathML, line: Line, mark: Mark | None, parting: bool) -> ShownLine:
    text, exact = written(line.value, style.digits)
    numbers = math(style, line.numbers)
    return ShownLine(
        line.key,
        math(style, line.symbol),
        Markup("") if isinstance(line.numbers, Value) else numbers,
        "=" if exact else "≈",
        text.replace("-", "−"),
        mark,
        parting,
    )


def math(style: MathML, formula: Formula) -> Markup:
    """The formula, in pieces between which a line may break."""
    return Markup(" ").join(Markup(f'<math displaystyle="true">{piece}</math>') for piece in style.pieces(formula))


def equation(style: MathML, left: Formula, right: Formula) -> Markup:
    """left = right."""
    return math(style, left) + Markup(" <math><mo>=</mo></math> ") + math(style, right)


def compared(expected: str, got: str) -> tuple[Markup, Markup]:
    """Two decimals, the digits in which they differ marked."""
    same = common_start(expected, got)
    return _marked(expected, same), _marked(got, same)


def _marked(text: str, same: int) -> Markup:
    head, tail = escape(text[:same]), escape(text[same:])
    return head + (Markup('<span class="differs">{}</span>').format(tail) if tail else Markup(""))
