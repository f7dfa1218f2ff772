"""The pages as Sphinx reads them: the repository's own Markdown, laid out so that every link leads to a page or to a file.

Nothing is written twice: what is read on the site is what is read in the repository. Ids of requirements, errata and faults
become links, requirements get what belongs to them, and a link out of the site becomes the file's name.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

#: Files of the repository that are pages of the site; README.md is its first.
PAGES = ("README.md", "CHANGELOG.md", "SECURITY.md", "examples/gate/README.md", "spec/*.md", "docs/**/*.md")

#: What is not prose: fenced and indented blocks, code, formulas, links, targets.
_VERBATIM = re.compile(
    r"^ *```.*?^ *```[^\n]*$|^    [^\n]*$|^#[^\n]*$|^\([^)\n]+\)=$"
    r"|`[^`\n]*`|\$\$.*?\$\$|\$[^$\n]+\$|\[[^\]\n]*\]\([^)\n]*\)|<[^>\n]+>",
    re.MULTILINE | re.DOTALL,
)
_LINK = re.compile(r"(?<!!)\[([^\]\n]*)\]\(([^)#:\s]*)(#[^)\s]*)?\)")


def pages() -> Iterator[Path]:
    """Every page of the repository, relative to its root."""
    for pattern in PAGES:
        for found in sorted(ROOT.glob(pattern)):
            if "site" not in found.relative_to(ROOT).parts:
                yield found.relative_to(ROOT)


def stage(folder: Path, linked: Callable[[str], str | None], below: Callable[[str], str]) -> None:
    """Write every page below a folder.

    linked: the target of an id that stands in prose, None if it is none; below: what is added to a requirement or erratum.
    """
    taken = set(pages())
    for page in taken:
        text = (ROOT / page).read_text(encoding="utf-8")
        if page.parent == Path("spec"):
            text = _with_targets(text, below)
        if not re.search(r"^## ", text, flags=re.MULTILINE):
            text = re.sub(r"^###", "##", text, flags=re.MULTILINE)  # no level may be left out
        if page == Path("docs/findings/README.md"):
            found = sorted(each.stem for each in taken if each.parent == page.parent and each != page)
            text += "\n".join(["", "```{toctree}", ":hidden:", "", *found, "```", ""])
        text = _links_that_lead(text, page, taken, folder)
        text = in_prose(text, lambda prose: _ids_linked(prose, linked))
        target = folder / ("index.md" if page == Path("README.md") else page)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")


def in_prose(text: str, change: Callable[[str], str]) -> str:
    """The text with its prose changed, and all else left as it is."""
    found, at = [], 0
    for match in _VERBATIM.finditer(text):
        found += [change(text[at : match.start()]), match.group()]
        at = match.end()
    return "".join([*found, change(text[at:])])


def _ids_linked(prose: str, linked: Callable[[str], str | None]) -> str:
    def link(match: re.Match[str]) -> str:
        target = linked(match.group())
        return f"[{match.group()}](#{target})" if target else match.group()

    return re.sub(r"(?<![\w.*/-])(?:[A-Z]{3,5}-\d+|E\d+)(?![\w*/-]|\.\w)", link, prose)


def _with_targets(text: str, below: Callable[[str], str]) -> str:
    """Each requirement and erratum can be linked to by its id, and ends with what belongs to it."""
    parts = re.split(r"^(?=#{2,3} )", text, flags=re.MULTILINE)
    found = []
    for part in parts:
        heading = re.match(r"### ([A-Z]+-?\d+): ", part)
        found.append(f"({heading[1]})=\n{part.rstrip()}\n\n{below(heading[1])}\n\n" if heading else part)
    return "".join(found)


def _links_that_lead(text: str, page: Path, taken: set[Path], folder: Path) -> str:
    def lead(match: re.Match[str]) -> str:
        words, target, anchor = match.group(1), match.group(2), match.group(3) or ""
        if not target:
            return match.group()
        file = (ROOT / page.parent / target).resolve()
        if not file.exists():
            return match.group()  # Sphinx says that it leads nowhere
        inside = file.relative_to(ROOT)
        inside = inside / "README.md" if inside / "README.md" in taken else inside
        up = "../" * len(page.parent.parts)
        if inside in taken:
            return f"[{words}]({up}{'index.md' if inside == Path('README.md') else inside.as_posix()}{anchor})"
        if file.is_dir():
            return words if words.strip("`") == inside.as_posix() else f"{words} (`{inside.as_posix()}`)"
        _copied(inside, folder)
        return f"[{words}]({up}{inside.as_posix()})"

    found, at = [], 0
    for match in re.finditer(r"^ *```.*?^ *```[^\n]*$|(?<!\[)`[^`\n]*`(?!\])", text, flags=re.MULTILINE | re.DOTALL):
        found += [_LINK.sub(lead, text[at : match.start()]), match.group()]
        at = match.end()
    for picture in re.findall(r"!\[[^\]]*\]\(([^):]+)\)", text):
        _copied((page.parent / picture), folder)
    return "".join([*found, _LINK.sub(lead, text[at:])])


def _copied(file: Path, folder: Path) -> None:
    (folder / file).parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(ROOT / file, folder / file)
