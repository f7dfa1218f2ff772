"""What changed between two JSON reports: better, worse, new, gone, less accurate."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

#: A check that passes is told when its largest error over bound grew so many times.
GREW = 10
#: Bytes of a report that is read: a run of all checks, each failing at length, writes a hundredth of it.
LARGEST = 16 * 2**20
_BROKEN = ("failed", "error")


class CompareError(ValueError):
    """A file that is no report that can be compared: the file, what was expected, what to do."""


@dataclass(frozen=True)
class Comparison:
    """The differences, each a line for people; `regressed` says whether anything got worse."""

    worse: list[str] = field(default_factory=list)
    better: list[str] = field(default_factory=list)
    less_accurate: list[str] = field(default_factory=list)
    new: list[str] = field(default_factory=list)
    gone: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    @property
    def regressed(self) -> bool:
        return bool(self.worse)

    def text(self) -> str:
        """Plain lines, the worst first."""
        parts = [f"{title}:\n" + "\n".join(f"  {line}" for line in lines) for title, lines in self._parts() if lines]
        return "\n".join([*parts, self._outcome()]) + "\n"

    def markdown(self) -> str:
        """The same for a pull request."""
        from mlp_conformance.report.markdown import escaped

        parts = [f"## Conformance: {self._outcome()}", "", "<!-- mlp-conformance -->"]
        for title, lines in self._parts():
            if lines:
                parts += ["", f"**{title}**", "", *(f"- {escaped(line)}" for line in lines)]
        return "\n".join(parts) + "\n"

    def _parts(self) -> list[tuple[str, list[str]]]:
        return [
            ("Worse", self.worse),
            ("Less accurate, within the bounds", self.less_accurate),
            ("Better", self.better),
            ("New checks", self.new),
            ("Checks that are gone", self.gone),
            ("Notes", self.notes),
        ]

    def _outcome(self) -> str:
        if self.regressed:
            return f"{len(self.worse)} {'regression' if len(self.worse) == 1 else 'regressions'}."
        return "no regression." if any(lines for _, lines in self._parts()) else "nothing changed."


def read(path: Path) -> dict[str, Any]:
    """A JSON report. Raises CompareError for a file that is missing, too large, no JSON, or no report of ours."""
    import jsonschema

    from mlp_reference.data import spec_folder

    try:
        size = path.stat().st_size
        if size > LARGEST:
            raise CompareError(f"{path} has {size:,} bytes: expected a report that `run --json` wrote, {LARGEST:,} at the most")
        found = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise CompareError(f"{path} cannot be read: {error.strerror}: name a report that `run --json` wrote") from None
    except (ValueError, RecursionError) as error:
        raise CompareError(f"{path} is not JSON: {error}: name a report that `run --json` wrote") from None
    schema = json.loads((spec_folder() / "schemas" / "report.schema.json").read_text(encoding="utf-8"))
    broken = jsonschema.exceptions.best_match(jsonschema.Draft202012Validator(schema).iter_errors(found))
    if broken is not None:
        place = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in broken.absolute_path).lstrip(".")
        said = broken.message if len(broken.message) < 200 else f"{broken.message[:197]}..."
        raise CompareError(f"{path} is no report of `run --json`: {place + ': ' if place else ''}{said}")
    return dict(found)


def compare(old: Mapping[str, Any], new: Mapping[str, Any]) -> Comparison:
    """What got better and worse from the old report to the new one, both as `read` gives them."""
    found = Comparison()
    before = {result["check"]: result for result in old["results"]}
    after = {result["check"]: result for result in new["results"]}
    for check, result in after.items():
        if check in before:
            _one(found, check, before[check], result)
        elif result["verdict"] in _BROKEN:
            found.worse.append(f"{check}: new, {result['verdict']}{_why(result)}")
        else:
            found.new.append(f"{check}: {result['verdict']}")
    for check, result in before.items():
        if check not in after:
            found.gone.append(f"{check}: was {result['verdict']}")
    for name, verdict in new["classes"].items():
        was = old["classes"].get(name)
        if was == "passed" and verdict == "unsupported":
            found.worse.append(f"class {name}: was passed, is not judged any more")
    _notes(found, old, new)
    return found


def _one(found: Comparison, check: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> None:
    was, verdict = old["verdict"], new["verdict"]
    if verdict in _BROKEN and was not in _BROKEN:
        found.worse.append(f"{check}: was {was}, {verdict}{_why(new)}")
    elif was in _BROKEN and verdict not in _BROKEN:
        (found.better if verdict == "passed" else found.worse).append(f"{check}: was {was}, is {verdict}")
    elif was == "passed" and verdict == "unsupported":
        found.worse.append(f"{check}: was passed, is unsupported")
    elif was == "passed" and verdict == "passed":
        less, more = _number(old), _number(new)
        if more > GREW * less and more > 1 / GREW:
            found.less_accurate.append(f"{check}: error over bound was {less:.2g}, is {more:.2g}")


def _notes(found: Comparison, old: Mapping[str, Any], new: Mapping[str, Any]) -> None:
    for part in ("suite", "specification"):
        was, now = old[part]["version"], new[part]["version"]
        if was != now:
            found.notes.append(f"the {part}'s version was {was}, is {now}: checks may have come or changed")
    for key in ("name", "version", "language", "dtype"):
        was, now = old["implementation"].get(key), new["implementation"].get(key)
        if was != now:
            found.notes.append(f"the implementation's {key} was {was or 'not given'}, is {now or 'not given'}")
    if old.get("settings") != new.get("settings"):
        found.notes.append(f"settings were {old.get('settings')}, are {new.get('settings')}: other networks were drawn")


def _why(result: Mapping[str, Any]) -> str:
    over = result.get("error_over_bound")
    if over is not None:
        shown = f"{over:.3g}" if isinstance(over, int | float) else over
        return f" ({result.get('quantity')}: {shown} times its bound)"
    return f" ({result['message'].splitlines()[0][:120]})" if result.get("message") else ""


def _number(result: Mapping[str, Any]) -> float:
    value = result.get("error_over_bound", 0.0)
    return float(value) if isinstance(value, int | float) else math.inf
