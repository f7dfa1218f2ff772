"""`golden derive --epochs`: a training run of one's own, certified at checkpoints."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from test_bad_input import refused, typed

from mlp_reference.data import spec_folder
from mlp_reference.training import load_training
from mlp_reference.training_map import TrainingMap


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    document = json.loads((spec_folder() / "training" / "xor-stuck.json").read_text())
    del document["checkpoints"]
    document.pop("printed", None)
    Path("mine.json").write_text(json.dumps(document))


def derived(*options: str) -> dict[str, Any]:
    result = typed("golden", "derive", "mine.json", *options)
    assert result.exit_code == 0, result.output
    found: dict[str, Any] = json.loads(result.stdout)
    return found


def test_the_numbers_are_those_of_the_specifications_own_run() -> None:
    found = derived("--epochs", "10")
    known = {checkpoint["epoch"]: checkpoint for checkpoint in load_training("xor-stuck").document["results"]}
    assert [checkpoint["epoch"] for checkpoint in found["results"]] == [0, 1, 2, 3, 5, 10]
    for checkpoint in found["results"]:
        checkpoint.pop("outputs", None)
        assert checkpoint == known[checkpoint["epoch"]]


def test_checkpoints_are_chosen_and_no_epochs_are_legal() -> None:
    assert [at["epoch"] for at in derived("--epochs", "7", "--checkpoint", "4")["results"]] == [4, 7]
    (start,) = derived("--epochs", "0")["results"]
    assert start["epoch"] == 0
    assert start["loss"]["numbers"][0]["digits"]


def test_what_cannot_be_certified_is_said_plainly(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "-1 is not in the range" in refused("golden", "derive", "mine.json", "--epochs", "-1")
    assert "checkpoint 4 lies outside the run" in refused("golden", "derive", "mine.json", "--epochs", "3", "--checkpoint", "4")
    assert "--checkpoint goes with --epochs" in refused("golden", "derive", "mine.json", "--checkpoint", "4")
    wide = {
        "network": {
            "layers": [{"weights": [[0.5] * 100], "biases": [0.25] * 100, "activation": "linear"}],
            "loss": "half_squared_error",
        },
        "inputs": [[1]],
        "targets": [[1] * 100],
    }
    Path("wide.json").write_text(json.dumps(wide))
    said = refused("golden", "derive", "wide.json", "--epochs", "3", "--output", "out.json")
    assert "this run is not certified: 200 parameters: runs of up to 120 are certified" in said

    def interrupted(*arguments: Any) -> str:
        raise KeyboardInterrupt

    monkeypatch.setattr("mlp_reference.training.fixture_text", interrupted)
    result = typed("golden", "derive", "mine.json", "--epochs", "3", "--output", "out.json")
    assert result.exit_code == 130
    assert "nothing is written" in result.output
    assert not Path("out.json").exists()


def test_a_long_run_says_so_before_it_begins(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mlp_reference.training.fixture_text", lambda *arguments: "{}\n")
    result = typed("golden", "derive", "mine.json", "--epochs", "1000000")
    assert "1,000,000 epochs: about" in result.stderr
    assert typed("golden", "derive", "mine.json", "--epochs", "1").stderr == ""


def test_a_run_that_is_killed_goes_on_from_its_file(monkeypatch: pytest.MonkeyPatch) -> None:
    """Killed at any instant, an unfinished line at the end and all: the same text as undisturbed."""
    whole = typed("golden", "derive", "mine.json", "--epochs", "230").stdout
    epochs = TrainingMap.ball_epoch

    def killed(self: TrainingMap, given: Any, state: Any, number: int) -> Any:
        if number == 150:
            raise KeyboardInterrupt
        return epochs(self, given, state, number)

    arguments = ("golden", "derive", "mine.json", "--epochs", "230", "--resume", "progress.jsonl")
    with monkeypatch.context() as patch:
        patch.setattr(TrainingMap, "ball_epoch", killed)
        result = typed(*arguments)
    assert result.exit_code == 130
    assert "`--resume progress.jsonl` goes on from where it was" in result.output
    with Path("progress.jsonl").open("a") as file:
        file.write('{"last": 200, "cent')
    computed: list[int] = []

    def counted(self: TrainingMap, given: Any, state: Any, number: int) -> Any:
        computed.append(number)
        return epochs(self, given, state, number)

    monkeypatch.setattr(TrainingMap, "ball_epoch", counted)
    monkeypatch.setattr("mlp_reference.training.estimated_seconds", lambda run: 0.0)
    assert typed(*arguments).stdout == whole
    assert computed == list(range(100, 230))
    assert "is the progress of another run" in refused("golden", "derive", "mine.json", "--epochs", "9", *arguments[-2:])
    Path("notes.txt").write_text("milk, eggs")
    said = refused("golden", "derive", "mine.json", "--epochs", "9", "--resume", "notes.txt")
    assert "not the progress of a certified run" in said
    assert Path("notes.txt").read_text() == "milk, eggs"
    assert "--resume goes with --epochs" in refused("golden", "derive", "mine.json", "--resume", "progress.jsonl")
    full = refused("golden", "derive", "mine.json", "--epochs", "9", "--resume", "nowhere/progress.jsonl")
    assert "cannot write" in full


def with_options(**options: Any) -> None:
    document = json.loads(Path("mine.json").read_text()) | {"options": options, "epochs": [4]}
    Path("mine.json").write_text(json.dumps(document))


def test_lists_of_options_are_as_long_as_the_run() -> None:
    with_options(learning_rates=[0.5, 0.25, 0.125, 0.0625])
    assert [at["epoch"] for at in derived("--epochs", "4", "--checkpoint", "2")["results"]] == [2, 4]
    said = refused("golden", "derive", "mine.json", "--epochs", "5")
    assert "mine.json: options: learning_rates has 4 numbers: one for each of 5 epochs was expected" in said


def test_masks_and_orders_are_certified() -> None:
    orders = [[0, 1, 2, 3], [3, 2, 1, 0], [1, 0, 3, 2], [2, 3, 0, 1]]
    masks = [[[[k % 2, 1], [1, 0], [0, 1], [1, 1]]] for k in range(4)]
    with_options(batch_size=2, order=orders, dropout=0.5, masks=masks)
    assert derived("--epochs", "4")["results"][-1]["epoch"] == 4


def test_progress_is_kept_in_files_alone() -> None:
    assert "no file that progress can be kept in" in refused(
        "golden", "derive", "mine.json", "--epochs", "9", "--resume", "/dev/null"
    )


def test_what_stood_in_the_output_stays_where_writing_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    Path("mine.out").write_text("kept")

    def full(*paths: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("mlp_conformance.cli.golden.os.replace", full)
    said = refused("golden", "derive", "mine.json", "--epochs", "1", "--output", "mine.out", "--force")
    assert "cannot write mine.out: No space left on device" in said
    assert Path("mine.out").read_text() == "kept"
    assert sorted(path.name for path in Path().iterdir()) == ["mine.json", "mine.out"]
