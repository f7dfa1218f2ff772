"""A formula written down: in pieces between which a line may break, as MathML, LaTeX or plain text."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Sequence
from html import escape

from mlp_conformance.worked.digits import written
from mlp_conformance.worked.formula import (
    Call,
    Exp,
    Formula,
    Name,
    Negative,
    Over,
    Product,
    Quotient,
    Square,
    Sum,
    Value,
)

#: Longer sums are written with their first terms and the last.
_MOST_TERMS = 8

_SUM, _NEGATIVE, _PRODUCT, _ATOM = range(4)


class Style(ABC):
    """How formulas are written; digits: significant digits of every number."""

    plus, minus, times = "+", "−", "·"
    dots = "…"

    def __init__(self, digits: int) -> None:
        self.digits = digits

    def whole(self, formula: Formula) -> str:
        """The formula in one piece."""
        return "".join(self.pieces(formula))

    def pieces(self, formula: Formula) -> list[str]:
        """The formula in pieces between which a line may break."""
        match formula:
            case Sum(terms):
                return self._joined(terms)
            case Product(factors):
                return self._multiplied(factors)
            case Negative(part):
                return _opened(self.operator(self.minus, prefix=True), self._within(part, _PRODUCT))
            case Over(index, part):
                return _opened(self.over(index), self._within(part, _NEGATIVE if isinstance(part, Over) else _PRODUCT))
            case Value(number):
                return [self.number(written(number, self.digits)[0])]
            case Name(base, lower, upper):
                return [self.name(base, lower, upper)]
            case Quotient(top, bottom):
                return [self.quotient(self.whole(top), self.whole(bottom))]
            case Square(part):
                return [self.raised("".join(self._within(part, _ATOM)), self.number("2"))]
            case Exp(exponent):
                return [self.raised(self.name("e", "", ""), self.whole(exponent))]
            case Call(function, arguments):
                return [self.call(function, [self.whole(argument) for argument in arguments])]

    def _joined(self, terms: Sequence[Formula]) -> list[str]:
        found: list[str] = []
        shown = list(terms) if len(terms) <= _MOST_TERMS else [*terms[: _MOST_TERMS - 1], None, terms[-1]]
        for term in shown:
            if term is None:
                found.append(self.operator(self.plus) + self.operator(self.dots))
                continue
            sign, part = (self.minus, term.part) if isinstance(term, Negative) else (self.plus, term)
            inner = self._within(part, _PRODUCT if found else _NEGATIVE)
            if found or isinstance(term, Negative):
                inner = _opened(self.operator(sign, prefix=not found), inner)
            found += inner
        return found

    def _multiplied(self, factors: Sequence[Formula]) -> list[str]:
        found: list[str] = []
        for factor in factors:
            inner = self._within(factor, _PRODUCT if not isinstance(factor, Product) else _ATOM)
            found += _opened(self.operator(self.times) if self._needs_dot(factor, found) else "", inner)
        return found

    def _needs_dot(self, factor: Formula, before: list[str]) -> bool:
        return bool(before) and not isinstance(factor, Name | Call)

    def _within(self, formula: Formula, level: int) -> list[str]:
        """The pieces, in parentheses where the formula binds less than the level asks for."""
        found = self.pieces(formula)
        if self._binding(formula) >= level:
            return found
        opened = _opened(self.operator("(", prefix=True), found)
        return [*opened[:-1], opened[-1] + self.operator(")", postfix=True)]

    def _binding(self, formula: Formula) -> int:
        match formula:
            case Sum():
                return _SUM
            case Negative() | Over():
                return _NEGATIVE
            case Value(number):
                text = written(number, self.digits)[0]
                return _NEGATIVE if text.startswith("-") else _PRODUCT if "e" in text else _ATOM
            case Product():
                return _PRODUCT
        return _ATOM

    # ---- what differs from style to style

    @abstractmethod
    def operator(self, sign: str, prefix: bool = False, postfix: bool = False) -> str: ...

    @abstractmethod
    def number(self, text: str) -> str: ...

    @abstractmethod
    def name(self, base: str, lower: str, upper: str) -> str: ...

    @abstractmethod
    def quotient(self, top: str, bottom: str) -> str: ...

    @abstractmethod
    def raised(self, base: str, exponent: str) -> str: ...

    @abstractmethod
    def call(self, function: str, arguments: list[str]) -> str: ...

    @abstractmethod
    def over(self, index: str) -> str: ...


def _opened(start: str, pieces: list[str]) -> list[str]:
    return [start + pieces[0], *pieces[1:]]


class MathML(Style):
    """Pieces of MathML, each to stand in a <math> of its own."""

    def operator(self, sign: str, prefix: bool = False, postfix: bool = False) -> str:
        form = "prefix" if prefix else "postfix" if postfix else "infix"
        space = "0.22em" if form == "infix" else "0"
        return f'<mo form="{form}" stretchy="false" lspace="0" rspace="{space}">{escape(sign)}</mo>'

    def number(self, text: str) -> str:
        sign = '<mo form="prefix">−</mo>' if text.startswith("-") else ""
        mantissa, _, exponent = text.lstrip("-").partition("e")
        if not exponent:
            return f"<mrow>{sign}<mn>{mantissa}</mn></mrow>"
        power = f"<msup><mn>10</mn><mrow>{self.number(exponent)}</mrow></msup>"
        return f"<mrow>{sign}<mn>{mantissa}</mn><mo>·</mo>{power}</mrow>"

    def name(self, base: str, lower: str, upper: str) -> str:
        letter = f"<mi>{escape(base)}</mi>"
        indices = [_index(text) for text in (lower, upper) if text]
        tag = {(True, True): "msubsup", (True, False): "msub", (False, True): "msup"}.get((bool(lower), bool(upper)))
        return f"<{tag}>{letter}{''.join(indices)}</{tag}>" if tag else letter

    def quotient(self, top: str, bottom: str) -> str:
        return f"<mfrac><mrow>{top}</mrow><mrow>{bottom}</mrow></mfrac>"

    def raised(self, base: str, exponent: str) -> str:
        return f"<msup><mrow>{base}</mrow><mrow>{exponent}</mrow></msup>"

    def call(self, function: str, arguments: list[str]) -> str:
        inner = "<mo>,</mo>".join(f"<mrow>{argument}</mrow>" for argument in arguments)
        brackets = '<mo stretchy="false">(</mo>', '<mo stretchy="false">)</mo>'
        return f"<mrow><mi>{escape(function)}</mi>{brackets[0]}{inner}{brackets[1]}</mrow>"

    def over(self, index: str) -> str:
        return f'<munder><mo movablelimits="false">∑</mo><mi>{escape(index)}</mi></munder>'


def _index(text: str) -> str:
    """An index: letters slanted, numbers upright."""
    parts = re.findall(r"[^\W\d]|\d+|\W", text)
    tags = ["mn" if part.isdigit() else "mi" if part.isalpha() else "mo" for part in parts]
    return f"<mrow>{''.join(f'<{tag}>{escape(part)}</{tag}>' for tag, part in zip(tags, parts, strict=True))}</mrow>"


_GREEK = {
    "δ": r"\delta ",
    "η": r"\eta ",
    "∂": r"\partial ",
    "ℓ": r"\ell ",
    "ε": r"\varepsilon ",
    "′": "'",
}
_FUNCTIONS = {
    "tanh": r"\tanh",
    "log": r"\log",
    "max": r"\max",
    "clip": r"\operatorname{clip}",
    "relu′": r"\operatorname{relu}'",
}


class Latex(Style):
    """LaTeX for mathematics mode."""

    minus, times, dots = "-", r"\cdot", r"\dots"

    def operator(self, sign: str, prefix: bool = False, postfix: bool = False) -> str:
        return sign if prefix or postfix else f" {sign} "

    def number(self, text: str) -> str:
        mantissa, _, exponent = text.partition("e")
        return rf"{mantissa} \cdot 10^{{{exponent}}}" if exponent else mantissa

    def name(self, base: str, lower: str, upper: str) -> str:
        found = "".join(_GREEK.get(letter, letter) for letter in base).strip()
        if "'" in found and (lower or upper):
            found = f"{{{found}}}"  # a prime is a superscript, and there must not be two of them
        return found + (f"_{{{lower}}}" if lower else "") + (f"^{{{upper}}}" if upper else "")

    def quotient(self, top: str, bottom: str) -> str:
        return rf"\frac{{{top}}}{{{bottom}}}"

    def raised(self, base: str, exponent: str) -> str:
        return f"{base}^{{{exponent}}}"

    def call(self, function: str, arguments: list[str]) -> str:
        return rf"{_FUNCTIONS[function]}\left({', '.join(arguments)}\right)"

    def over(self, index: str) -> str:
        return rf"\sum_{{{index}}} "


class Plain(Style):
    """Text for a terminal."""

    def operator(self, sign: str, prefix: bool = False, postfix: bool = False) -> str:
        return sign if prefix or postfix else f" {sign} "

    def number(self, text: str) -> str:
        return text.replace("-", "−", 1) if text.startswith("-") else text

    def name(self, base: str, lower: str, upper: str) -> str:
        return base + upper.strip("()") + (f"[{lower}]" if lower else "")

    def quotient(self, top: str, bottom: str) -> str:
        return f"{_bracketed(top)} / {_bracketed(bottom)}"

    def raised(self, base: str, exponent: str) -> str:
        return f"{base}^{_bracketed(exponent)}" if base == "e" else f"{base}²" if exponent == "2" else f"{base}^({exponent})"

    def call(self, function: str, arguments: list[str]) -> str:
        return f"{function}({', '.join(arguments)})"

    def over(self, index: str) -> str:
        return f"Σ_{index} "


def _bracketed(text: str) -> str:
    return f"({text})" if " " in text or text.startswith("−") else text
