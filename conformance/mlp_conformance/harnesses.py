"""The harness programs that `new` writes: a working one for each language, how it is built, started and judged.

The programs themselves stand in `conformance/implementations`, where the tests build and judge them with the very commands
that are written here; the wheel carries them.
"""

from __future__ import annotations

import shlex
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

from mlp_reference.data import spec_folder


class HarnessError(Exception):
    """There is no such language, or the harness cannot be written there: one message that says what to do."""


@dataclass(frozen=True)
class Harness:
    """A harness in one language.

    title: the language's name. files: its sources, under `conformance/implementations/LANGUAGE`. network: the one in which
    the network goes. build: the command that makes it ready, or that reads it through where nothing is to be built. start:
    the command that starts it. toolchain: the program that has to be there. debian: the packages that have it.
    """

    title: str
    files: tuple[str, ...]
    network: str
    build: str
    start: str
    toolchain: str
    debian: str
    ignored: str = ""

    @property
    def judge(self) -> str:
        """The command that judges it."""
        quoted = f'"{self.start}"' if " " in self.start else self.start
        return f"mlp-conformance run --command {quoted}"


HARNESSES = {
    "python": Harness(
        "Python",
        ("harness.py",),
        "harness.py",
        build="python3 -m py_compile harness.py",
        start="python3 harness.py",
        toolchain="python3",
        debian="python3",
        ignored="__pycache__/",
    ),
    "javascript": Harness(
        "JavaScript",
        ("harness.js", "package.json"),
        "harness.js",
        build="node --check harness.js",
        start="node harness.js",
        toolchain="node",
        debian="nodejs",
        ignored="node_modules/",
    ),
    "c": Harness(
        "C",
        ("harness.c", "json.h", "network.c", "network.h"),
        "network.c",
        build="cc -std=c99 -O2 -Wall -Wextra -o harness harness.c network.c -lm",
        start="./harness",
        toolchain="cc",
        debian="gcc libc6-dev",
        ignored="/harness",
    ),
    "cpp": Harness(
        "C++",
        ("harness.cpp", "network.hpp"),
        "network.hpp",
        build="c++ -std=c++17 -O2 -Wall -Wextra -o harness harness.cpp",
        start="./harness",
        toolchain="c++",
        debian="g++",
        ignored="/harness",
    ),
    "rust": Harness(
        "Rust",
        ("Cargo.toml", "rustfmt.toml", "src/json.rs", "src/main.rs", "src/network.rs"),
        "src/network.rs",
        build="cargo build --release",
        start="target/release/harness",
        toolchain="cargo",
        debian="cargo",
        ignored="/target/",
    ),
    "go": Harness(
        "Go",
        ("go.mod", "main.go", "network.go"),
        "network.go",
        build="go build -o harness .",
        start="./harness",
        toolchain="go",
        debian="golang-go",
        ignored="/harness",
    ),
    "java": Harness(
        "Java",
        ("Harness.java", "Network.java"),
        "Network.java",
        build="javac -d classes Harness.java Network.java",
        start="java -cp classes Harness",
        toolchain="javac",
        debian="default-jdk-headless",
        ignored="/classes/",
    ),
    "r": Harness(
        "R",
        ("harness.R",),
        "harness.R",
        build="Rscript -e 'invisible(parse(\"harness.R\"))'",
        start="Rscript harness.R",
        toolchain="Rscript",
        debian="r-base-core",
    ),
    "octave": Harness(
        "Octave",
        ("harness.m",),
        "harness.m",
        build="octave-cli --no-init-file --eval \"__parse_file__('harness.m')\"",
        start="octave-cli --no-init-file harness.m",
        toolchain="octave-cli",
        debian="octave",
    ),
}
_ALSO_CALLED = {
    "c++": "cpp",
    "cxx": "cpp",
    "golang": "go",
    "js": "javascript",
    "matlab": "octave",
    "node": "javascript",
    "py": "python",
    "rs": "rust",
}

_PACKAGE = Path(__file__).parent


def programs_folder() -> Path:
    """Where the harness programs stand, a folder for each language: beside the package in a checkout, else inside it."""
    inside = _PACKAGE / "implementations"
    return inside if inside.is_dir() else _PACKAGE.parent / "implementations"


def write_harness(language: str, directory: Path) -> tuple[Harness, list[Path]]:
    """Write the harness of a language with all that belongs to it into a directory that is new or empty.

    Returns it and the files written, relative to the directory. No file is ever overwritten. Raises HarnessError.
    """
    harness = harness_of(language)
    try:
        if directory.exists() and not directory.is_dir():
            raise HarnessError(f"{directory} is a file: name a new directory")
        if directory.is_dir() and any(directory.iterdir()):
            raise HarnessError(f"{directory} is not empty: nothing is written over; name a new directory")
        written = contents(language)
        for name, text in written.items():
            path = directory / name
            path.parent.mkdir(parents=True, exist_ok=True)
            with path.open("x", encoding="utf-8", newline="\n") as file:
                file.write(text)
    except OSError as error:
        raise HarnessError(f"cannot write to {directory}: {error.strerror or error}") from error
    return harness, [Path(name) for name in written]


def harness_of(language: str) -> Harness:
    """The harness in a language. Raises HarnessError for one that there is none in, with the nearest name."""
    if language in HARNESSES:
        return HARNESSES[language]
    named = language.casefold()
    close = get_close_matches(named, [*HARNESSES, *_ALSO_CALLED], n=1, cutoff=0.6)
    nearest = _ALSO_CALLED.get(close[0], close[0]) if close else None
    hint = f"Did you mean {nearest!r}?" if nearest else "spec/protocol.md and docs/harness-tutorial.md say how to write one."
    raise HarnessError(f"no harness in {language!r}; there are {', '.join(HARNESSES)}. {hint}")


def contents(language: str) -> dict[str, str]:
    """Every file that `new` writes for a language, by its path."""
    harness = HARNESSES[language]
    folder = programs_folder() / language
    texts = {name: (folder / name).read_text(encoding="utf-8") for name in harness.files}
    texts["session.jsonl"] = _session()
    texts["README.md"] = _readme(harness)
    texts[".github/workflows/conformance.yml"] = _workflow(harness)
    if harness.ignored:
        texts[".gitignore"] = f"{harness.ignored}\n/.mlp-conformance/\n"
    return texts


def _session() -> str:
    """The requests of the session that the specification shows, to try a harness by hand."""
    text = (spec_folder() / "protocol.md").read_text(encoding="utf-8").split("## A whole session")[1]
    return "".join(f"{line[2:]}\n" for line in text.splitlines() if line.startswith("→ "))


def _readme(harness: Harness) -> str:
    return f"""# A multi-layer perceptron in {harness.title}, judged by mlp-conformance

Build it (`apt-get install {harness.debian}` has all that it takes):

    {harness.build}

Try it, on the session that the protocol shows:

    {harness.start} < session.jsonl

Judge it (`pip install mlp-conformance`):

    {harness.judge}

It conforms as it stands. To judge your own network, put it in the place that says "your network goes here" in
`{harness.network}`: what it can do, and those of the four functions `forward`, `loss`, `gradients` and `train` that it has.
Nothing that is not claimed there is asked for. The rest is the protocol, and need not be changed. Standard output is its own:
print what you like to standard error.

`.github/workflows/conformance.yml` judges every push.
"""


def _workflow(harness: Harness) -> str:
    return f"""name: conformance

on: [push, pull_request]

jobs:
  conformance:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - uses: actions/setup-python@v5
        with:
          python-version: "3.12"
      - name: Toolchain
        run: sudo apt-get update && sudo apt-get install --yes --no-install-recommends {harness.debian}
      - name: Suite
        run: pip install mlp-conformance
      - name: Build
        run: {harness.build}
      - name: Judge
        run: {harness.judge}
"""


def next_commands(harness: Harness, directory: Path) -> list[str]:
    """What to type after `new`: build, try, judge."""
    enter = [] if directory == Path() else [f"cd {shlex.quote(str(directory))}"]
    return [*enter, harness.build, f"{harness.start} < session.jsonl", harness.judge]
