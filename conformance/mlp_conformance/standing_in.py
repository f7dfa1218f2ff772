"""Libraries that only show, log or time what a program does: where one is not installed, what imports it can be judged."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any, TypeVar
from unittest import mock

from mlp_conformance.passing_through import PASSING

#: Libraries that are no part of what a network computes.
SHOWING = frozenset(
    [
        "IPython",
        "alive_progress",
        "bokeh",
        "ipywidgets",
        "matplotlib",
        "plotly",
        "rich",
        "seaborn",
        "tensorboard",
        "tensorboardX",
        "tqdm",
        "visdom",
        "wandb",
    ]
)
_T = TypeVar("_T")


def without_showing(importing: Callable[[], _T], own: str = "") -> _T:
    """What an import gives, with something in the place of those of these libraries that are not installed.

    own: a library that is imported by name, whose absence is told, unless what it is given can pass through. A stand-in is
    there for that import alone, so that nothing else takes it for the library; called by itself it says that it is none.
    """
    standing_in: dict[str, Any] = {}
    try:
        while True:
            try:
                return importing()
            except ModuleNotFoundError as error:
                name = error.name or ""
                root = name.partition(".")[0]
                if root in PASSING and name not in standing_in:
                    standing_in[name] = sys.modules[name] = PASSING[root](name)
                    continue
                if root not in SHOWING or root == own or name in standing_in:
                    raise
                lacking = ModuleNotFoundError(f"no module named {name!r}", name=name)
                standing_in[name] = sys.modules[name] = mock.MagicMock(name=name, side_effect=lacking)
    finally:
        for name in standing_in:
            sys.modules.pop(name, None)
