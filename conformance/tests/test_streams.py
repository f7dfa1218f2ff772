"""What is shown where not everything can be shown: terminals and files of other encodings, the C locale."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from typing import Any

import pytest

from mlp_conformance.cli.streams import plain, shows_everything


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "cp437"])
@pytest.mark.parametrize("command", [["explain", "BACK-3"], ["explain", "--example", "document-example-3"], ["list", "faults"]])
def test_an_encoding_that_lacks_letters_gets_ascii(encoding: str, command: list[str]) -> None:
    environment = os.environ | {"PYTHONIOENCODING": encoding}
    found = subprocess.run(
        [sys.executable, "-m", "mlp_conformance", *command], env=environment, capture_output=True, check=False
    )
    assert (found.returncode, found.stderr) == (0, b"")
    assert found.stdout.isascii()


def test_what_has_a_likeness_is_still_read() -> None:
    assert plain("✓ δ_l = (δ_{l+1} Wᵀ) σ′(z) ≈ −0.5") == "+ delta_l = (delta_{l+1} W^T) sigma'(z) ~ -0.5"


class _Terminal(io.StringIO):
    encoding = "utf-8"  # type: ignore[assignment]

    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("environment", "everything"),
    [
        ({"LANG": "en_GB.UTF-8"}, True),
        ({"LANG": "C"}, False),
        ({"LANG": "C", "LC_CTYPE": "C.UTF-8"}, False),
        ({"LC_ALL": "C"}, False),
        ({"LC_ALL": "C.UTF-8", "LANG": "C"}, True),
        ({}, True),
    ],
)
def test_a_terminal_shows_what_its_locale_says(environment: dict[str, str], everything: bool) -> None:
    assert shows_everything(_Terminal(), environment) is everything


def test_what_is_piped_stays_as_it_is() -> None:
    piped: Any = io.TextIOWrapper(io.BytesIO(), "utf-8")
    assert shows_everything(piped, {"LANG": "C"})
