"""How our pages look: one stylesheet, put into every page that is written, so that nothing is ever fetched."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

from markupsafe import Markup


@cache
def stylesheet() -> Markup:
    """The stylesheet, to be written inside a <style> element."""
    return Markup(files(__name__).joinpath("page.css").read_text(encoding="utf-8"))
