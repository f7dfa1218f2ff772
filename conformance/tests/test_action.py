"""Ways into other people's builds: the action's script and the example repository run for real, the manifests are sound."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from mlp_reference import __version__

yaml = pytest.importorskip("yaml", reason="no PyYAML: pip install pyyaml")

ROOT = Path(__file__).parents[2]
if not (ROOT / "action.yml").exists():
    pytest.skip("the action stands in the checkout alone", allow_module_level=True)

examples = pytest.mark.skipif(not os.environ.get("MLP_EXAMPLES"), reason="takes a minute: tox -e examples")


def _read(name: str) -> Any:
    return yaml.safe_load((ROOT / name).read_text(encoding="utf-8"))


def _step(id: str) -> dict[str, Any]:
    return next(step for step in _read("action.yml")["runs"]["steps"] if step.get("id") == id)


def _environment(**values: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("GITHUB_")}
    return kept | {"PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"} | values


def test_nothing_that_a_user_gives_stands_in_a_script() -> None:
    for step in _read("action.yml")["runs"]["steps"]:
        assert "${{" not in step.get("run", ""), "an input in a script is an injection: pass it through env"


def test_every_input_is_described_and_used() -> None:
    action = (ROOT / "action.yml").read_text(encoding="utf-8")
    for name, about in _read("action.yml")["inputs"].items():
        assert about["description"].endswith(".")
        assert isinstance(about["default"], str)
        assert f"inputs.{name}" in action


def test_the_actions_script_judges_and_fills_the_summary(tmp_path: Path) -> None:
    shutil.copy(ROOT / "examples" / "gate" / "my_network.py", tmp_path / "my net.py")
    (tmp_path / "summary.md").write_text("before\n", encoding="utf-8")
    step = _step("judge")
    given = dict.fromkeys(step["env"], "") | {"IMPLEMENTATION": "my net.py", "REPORT": "the report"}
    given |= {
        "ARGUMENTS": "--select\ngolden/document-example-3/*\n",
        "GITHUB_STEP_SUMMARY": "summary.md",
        "GITHUB_ACTIONS": "true",
    }
    found = subprocess.run(
        ["bash", "-e", "-o", "pipefail", "-c", step["run"]],
        cwd=tmp_path,
        env=_environment(**given),
        capture_output=True,
        text=True,
        check=False,
    )
    assert found.returncode == 1, found.stderr
    assert "::error file=my net.py" in found.stdout
    summary = (tmp_path / "summary.md").read_text(encoding="utf-8")
    assert summary.startswith("before\n")
    assert "does not conform" in summary
    assert sorted(path.name for path in (tmp_path / "the report").iterdir()) == [
        "badge.svg",
        "junit.xml",
        "report.html",
        "report.json",
        "report.md",
    ]


def test_the_hook_runs_a_command_that_exists() -> None:
    (hook,) = _read(".pre-commit-hooks.yaml")
    assert hook["entry"].split()[:2] == ["mlp-conformance", "run"]
    assert hook["language"] == "python"
    assert hook["pass_filenames"] is False
    configuration = _read("examples/gate/.pre-commit-config.yaml")
    assert configuration["repos"][0]["hooks"][0]["id"] == hook["id"]


def test_the_workflow_gives_inputs_that_exist() -> None:
    workflow = _read("examples/gate/.github/workflows/conformance.yml")
    step = workflow["jobs"]["conformance"]["steps"][-1]
    assert set(step["with"]) <= set(_read("action.yml")["inputs"])


@examples
def test_the_example_repository_goes_from_red_to_green_and_back(tmp_path: Path) -> None:
    folder = tmp_path / "gate"
    shutil.copytree(ROOT / "examples" / "gate", folder)

    def run(*arguments: str) -> tuple[int, str]:
        command = [str(Path(sys.executable).parent / "mlp-conformance"), "run", "my_network.py", "--examples", "4", *arguments]
        found = subprocess.run(command, cwd=folder, env=_environment(), capture_output=True, text=True, check=False)
        return found.returncode, found.stdout

    status, said = run()
    assert (status, "lack the derivative of the activation" in " ".join(said.split())) == (1, True)
    assert run("--baseline", "expected.toml", "--update-baseline")[0] == 0
    expected = (folder / "expected.toml").read_text(encoding="utf-8")
    assert "TODO" in expected
    (folder / "expected.toml").write_text(expected.replace("TODO: say why this failure is expected", "known"), encoding="utf-8")
    assert run("--baseline", "expected.toml", "--strict")[0] == 0
    network = (folder / "my_network.py").read_text(encoding="utf-8")
    wrong = "delta @ self.weights_hidden_output.T"
    mended = network.replace(f"= {wrong}", f"= {wrong} * self.hidden * (1 - self.hidden)")
    (folder / "my_network.py").write_text(mended, encoding="utf-8")
    status, said = run("--baseline", "expected.toml", "--strict")
    assert (status, "passes now, take the entry out" in said) == (1, True)
    (folder / "expected.toml").unlink()
    assert run()[0] == 0


def test_the_version_stands_in_one_place() -> None:
    citation = _read("CITATION.cff")
    assert citation["version"] == __version__
    assert 'dynamic = ["version"]' in (ROOT / "pyproject.toml").read_text(encoding="utf-8")


TEMPLATES = sorted((ROOT / ".github" / "ISSUE_TEMPLATE").glob("*.yml"))


@pytest.mark.parametrize("template", [path for path in TEMPLATES if path.stem != "config"], ids=lambda path: path.stem)
def test_an_issue_form_is_one(template: Path) -> None:
    """What GitHub's form schema demands: a name, a description, and elements with unlike ids, of known types, with labels."""
    form = yaml.safe_load(template.read_text(encoding="utf-8"))
    assert set(form) <= {"name", "description", "title", "labels", "assignees", "body"}
    assert form["name"]
    assert form["description"]
    ids = [element["id"] for element in form["body"]]
    assert len(set(ids)) == len(ids) > 0
    for element in form["body"]:
        assert element["type"] in ("textarea", "input", "dropdown", "checkboxes")
        assert element["attributes"]["label"]
        assert set(element) <= {"type", "id", "attributes", "validations"}
