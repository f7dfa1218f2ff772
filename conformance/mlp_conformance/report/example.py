"""A worked example as a page, as Markdown, as LaTeX and as text: forward pass, loss, gradients and update with every number."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from mlp_conformance.report.markdown import escaped
from mlp_conformance.report.stories import given
from mlp_conformance.report.templating import page
from mlp_conformance.report.terminal import printable
from mlp_conformance.report.working import shown
from mlp_conformance.worked.digits import written
from mlp_conformance.worked.drawing import network_picture
from mlp_conformance.worked.formula import Value
from mlp_conformance.worked.sections import Line, Worked
from mlp_conformance.worked.writing import Latex, Plain, Style
from mlp_reference import __version__

_ABOUT = r"\approx"
_PARTS = {"forward": "Forward pass", "loss": "Loss", "backward": "Backward pass", "update": "Update"}


@dataclass(frozen=True)
class WorkedExample:
    """An example written out: title and description are the user's own words."""

    title: str
    description: str
    worked: Worked
    digits: int

    def html(self) -> str:
        """A self-contained page."""
        sections = shown(self.worked, self.digits)
        return page(
            "worked.html",
            title=self._heading(),
            description=self.description,
            digits=self.digits,
            picture=network_picture(self.worked),
            samples=len(self.worked.case.inputs),
            given=given(self.worked.case),
            parts=[(heading, [s for s in sections if s.phase == phase]) for phase, heading in _PARTS.items()],
            version=__version__,
        )

    def markdown(self) -> str:
        """Markdown with formulas in fenced `math` blocks, as GitHub sets them."""
        lines = ["<!-- mlp-conformance -->", f"# {escaped(self._heading())}", ""]
        lines += [escaped(self.description), ""] if self.description else []
        lines += [
            "| given | |",
            "| --- | --- |",
            *(f"| {escaped(name)} | `{value}` |" for name, value in given(self.worked.case)),
            "",
        ]
        style = Latex(self.digits)
        for phase, heading in _PARTS.items():
            lines += [f"## {heading}", ""]
            for section in self.worked.sections:
                if section.phase != phase:
                    continue
                lines += [f"### {section.title} ({', '.join(section.requirements)})", ""]
                lines += ["```math", f"{style.whole(section.symbol)} = {style.whole(section.formula)}", "```", ""]
                for line in section.lines:
                    lines += ["```math", _equation(style, line, _ABOUT), "```", ""]
        return "\n".join(lines)

    def latex(self) -> str:
        """A document of its own that pdflatex sets; lines break between the terms of a sum."""
        style = Latex(self.digits)
        lines = [
            "% mlp-conformance",
            r"\documentclass{article}",
            r"\usepackage{amsmath}",
            r"\setlength{\parindent}{0pt}\setlength{\parskip}{4pt}\raggedright",
            r"\begin{document}",
            rf"\section*{{{_tex(self._heading())}}}",
            _tex(self.description),
            "",
        ]
        for name, value in given(self.worked.case):
            lines += [rf"{_tex(name)}: \texttt{{{_tex(value)}}}", ""]
        for phase, heading in _PARTS.items():
            lines.append(rf"\section*{{{heading}}}")
            for section in self.worked.sections:
                if section.phase == phase:
                    lines.append(rf"\subsection*{{{_tex(section.title)} ({', '.join(section.requirements)})}}")
                    lines += [rf"\[ {style.whole(section.symbol)} = {style.whole(section.formula)} \]"]
                    for line in section.lines:
                        lines += [rf"$\displaystyle {_equation(style, line, _ABOUT)}$", ""]
        return "\n".join([*lines, r"\end{document}", ""])

    def text(self) -> str:
        """Plain text for a terminal."""
        return "\n".join(self._text()) + "\n"

    def _text(self) -> Iterator[str]:
        style = Plain(self.digits)
        yield printable(self._heading())
        if self.description:
            yield printable(self.description)
        yield ""
        for name, value in given(self.worked.case):
            yield f"  {name}: {value}"
        for section in self.worked.sections:
            yield ""
            yield f"{section.title} ({', '.join(section.requirements)})"
            yield f"  {style.whole(section.symbol)} = {style.whole(section.formula)}"
            for line in section.lines:
                yield f"    {_equation(style, line, '≈')}"

    def _heading(self) -> str:
        return self.title if self.worked.epoch == 1 else f"{self.title}: epoch {self.worked.epoch}"


def _equation(style: Style, line: Line, about: str) -> str:
    text, exact = written(line.value, style.digits)
    numbers = "" if isinstance(line.numbers, Value) else f" = {style.whole(line.numbers)}"
    return f"{style.whole(line.symbol)}{numbers} {'=' if exact else about} {style.number(text)}"


#: What LaTeX would take for its own.
_SPECIAL = {
    "\\": r"\textbackslash{}",
    **{sign: rf"\{sign}" for sign in "&%$#_{}"},
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    "−": "$-$",
    "×": r"$\times$",
    "η": r"$\eta$",
    "δ": r"$\delta$",
}


def _tex(text: str) -> str:
    found = "".join(_SPECIAL.get(character, character) for character in printable(text))
    return found.encode("ascii", "replace").decode() if not found.isascii() else found
