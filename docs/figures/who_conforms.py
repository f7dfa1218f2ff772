"""Writes docs/who-conforms.md and .html from the results in docs/who-conforms. `--check` only compares."""

from __future__ import annotations

import sys
from pathlib import Path

from mlp_conformance.matrix import markdown, page
from mlp_conformance.matrix.document import kept
from mlp_conformance.matrix.rows import Row

DOCS = Path(__file__).resolve().parent.parent
RESULTS = DOCS / "who-conforms"
TITLE = "Who conforms"

INTRODUCTION = """\
Published packages, each as its users install it, judged by this suite. Every number is compared with its exact value,
within a bound that follows from the precision that is claimed: up to 1 times its bound, any order of summation is
right. ✓ passed, ✗ failed, – not offered or not claimed. "Does not conform" means that the package computes something
else than [the specification](../spec/mlp.md), under the conventions that its harness claims for it; what is a bug and
what may be read as a convention is said in [the findings](findings/README.md), each with a program that needs the
package alone.

`tox -e matrix` installs and judges everything again (`matrix-light` what installs within a minute) and writes this
page; what is installed, and how it is driven, stands in [packages.toml](../conformance/implementations/packages.toml).
Programs of your own: `mlp-conformance matrix mine.py "theirs=sklearn" --command "node harness.js"`."""


def pages() -> dict[Path, str]:
    """The text of each page."""
    rows: list[Row] = kept(RESULTS)
    return {
        DOCS / "who-conforms.md": markdown.text(rows, TITLE, INTRODUCTION, findings="findings/"),
        DOCS / "who-conforms.html": page.text(rows, TITLE, findings="findings/"),
    }


def main() -> int:
    if "--check" in sys.argv[1:]:
        return int(any(not path.is_file() or path.read_text(encoding="utf-8") != text for path, text in pages().items()))
    for path, text in pages().items():
        path.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
