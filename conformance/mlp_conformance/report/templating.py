"""Pages out of templates: everything that is put into one is escaped, unless it is markup of our own making."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from mlp_conformance.report.style import stylesheet
from mlp_conformance.report.terminal import printable

_SCRIPT = re.compile(r"([_^])(?:\{([^{}]*)\}|(\w))")


def page(template: str, **values: Any) -> str:
    """The page that a template of this package gives for those values; a value that it lacks is an error."""
    return _environment().get_template(template).render(style=stylesheet(), **values)


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("mlp_conformance.report", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_visible,
    )
    environment.filters["typeset"] = typeset
    environment.filters["ratio"] = lambda value: "" if value is None else f"{value:.3g}"
    return environment


def _visible(value: Any) -> Any:
    """Text without control characters, which HTML cannot hold and a reader cannot see."""
    return printable(value) if isinstance(value, str) and not isinstance(value, Markup) else value


def typeset(formula: str) -> Markup:
    """A plain formula such as δ_{l+1} Wᵀ with its indices set as indices."""
    found = str(escape(printable(formula)))
    tags = {"_": "sub", "^": "sup"}
    found = _SCRIPT.sub(lambda m: f"<{tags[m[1]]}>{m[2] if m[2] is not None else m[3]}</{tags[m[1]]}>", found)
    return Markup(found.replace("\n", "<br>"))
