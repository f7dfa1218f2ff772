"""Builds the documentation as a site that needs no network, neither to build nor to read: `python build.py [FOLDER]`.

A warning is an error: a link that leads nowhere, a page that no other leads to, a docstring that cannot be read.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from pathlib import Path

from sphinx.application import Sphinx
from sphinx.util.docutils import docutils_namespace, patch_docutils

SITE = Path(__file__).resolve().parent
sys.path.insert(0, str(SITE))

import generated  # noqa: E402
import staging  # noqa: E402

#: The table of contents: heading, pages.
CONTENTS: dict[str, tuple[str, ...]] = {
    "Begin": (
        "docs/tutorial",
        "docs/reading-a-failure",
        "docs/journeys/student",
        "docs/journeys/library-author",
        "docs/journeys/porter",
        "docs/journeys/teacher",
        "docs/journeys/reader",
    ),
    "Use": (
        "docs/adapters",
        "docs/recognition",
        "docs/languages",
        "docs/harness-tutorial",
        "docs/offline",
        "docs/ci",
        "examples/gate/README",
        "docs/golden-values",
        "docs/campaigns",
        "reference/commands",
        "reference/implementations",
        "reference/api",
    ),
    "The specification": (
        "spec/README",
        "spec/mlp",
        "spec/errata",
        "spec/demonstrations",
        "spec/protocol",
        "docs/bounds",
        "reference/checks",
        "reference/faults/index",
        "reference/examples/index",
        "reference/statements",
        "docs/traceability",
    ),
    "What was found": (
        "docs/who-conforms",
        "docs/findings/README",
        "docs/power",
        "docs/training",
        "docs/figures/what-others-miss",
    ),
    "The project": ("docs/architecture", "docs/contributing", "docs/releasing", "CHANGELOG", "SECURITY"),
}


def build(out: Path) -> int:
    """Build into a folder; 0 if there was nothing to complain of."""
    os.environ.setdefault("SOURCE_DATE_EPOCH", "0")  # no date of the day in the pages
    with tempfile.TemporaryDirectory() as scratch:
        source = Path(scratch) / "source"
        staging.stage(source, generated.target, generated.belonging)
        for path, text in generated.all_pages():
            (source / path).parent.mkdir(parents=True, exist_ok=True)
            (source / f"{path}.md").write_text(text, encoding="utf-8")
        with (source / "index.md").open("a", encoding="utf-8") as index:
            index.write(_contents())
        shutil.copytree(SITE / "_static", source / "_static")
        with patch_docutils(), docutils_namespace():
            sphinx = Sphinx(
                source,
                SITE,
                out,
                Path(scratch) / "doctrees",
                "html",
                warningiserror=True,
                exception_on_warning=False,
                status=None,
            )
            sphinx.build()
    for name in ("objects.inv", ".buildinfo"):
        (out / name).unlink(missing_ok=True)
    (out / "worked").mkdir(exist_ok=True)
    for id, page in generated.all_worked():
        (out / "worked" / f"{id}.html").write_text(page, encoding="utf-8")
    return int(sphinx.statuscode)


def _contents() -> str:
    lines = [""]
    for heading, pages in CONTENTS.items():
        lines += ["```{toctree}", ":hidden:", f":caption: {heading}", "", *pages, "```", ""]
    return "\n".join(lines)


if __name__ == "__main__":
    folder = Path(sys.argv[1] if len(sys.argv) > 1 else "build/site").resolve()
    status = build(folder)
    print(
        f"{folder / 'index.html'}" if status == 0 else "not built: see the warnings", file=sys.stderr if status else sys.stdout
    )
    sys.exit(status)
