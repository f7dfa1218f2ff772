"""What a campaign refuses: in one message that says what is wrong and what to do, and with nothing left behind."""

from __future__ import annotations

import json
import logging
import math
from dataclasses import replace
from pathlib import Path

import pytest

pytest.importorskip("pyarrow", reason="pip install 'mlp-conformance[campaign]'")

from campaigning import plan
from click.testing import CliRunner

from mlp_conformance.campaign import cluster, tables
from mlp_conformance.campaign import store as stores
from mlp_conformance.campaign.cluster import ClusterError, ClusterExecutor
from mlp_conformance.campaign.identity import identity_of
from mlp_conformance.campaign.plan import Plan, Work
from mlp_conformance.campaign.replay import drawn
from mlp_conformance.campaign.room import Room, RoomError
from mlp_conformance.campaign.store import Store, StoreError
from mlp_conformance.cli import commands
from mlp_conformance.loading import load


def test_two_campaigns_on_one_directory(tmp_path: Path) -> None:
    with Store.create(tmp_path, plan()), pytest.raises(StoreError, match="another campaign is running"):
        Store.resume(tmp_path)


def test_another_suite_and_another_implementation_are_refused(tmp_path: Path) -> None:
    file = tmp_path / "mine.py"
    file.write_text("from mlp_conformance.adapters.reference import ReferenceAdapter as Mine\n")
    spec = f"{file}:Mine"
    folder = tmp_path / "campaign"
    Store.create(folder, Plan(0, 10, (identity_of(spec, load(spec)),))).__exit__()
    file.write_text(file.read_text() + "# changed\n")
    refused = CliRunner().invoke(commands, ["campaign", "--resume", str(folder)])
    assert refused.exit_code == 2
    assert "its source is another" in refused.stderr
    manifest = json.loads((folder / "campaign.json").read_text())
    manifest["suite"]["numpy"] = "1.0"
    (folder / "campaign.json").write_text(json.dumps(manifest))
    with pytest.raises(StoreError, match="another suite: numpy is"):
        Store.resume(folder)
    with pytest.raises(StoreError, match="another suite"):
        drawn(folder, 1)


def test_a_worker_with_another_suite_or_implementation_says_so() -> None:
    mine = plan(specs=("reference",))
    with pytest.raises(RoomError, match="another suite here: numpy is"):
        Room(mine, {**stores.suite(), "numpy": "0.1"}).judge(Work(mine, 0))
    other = replace(mine.implementations[0], operations=("forward",))
    with pytest.raises(RoomError, match="reference is another implementation here: it offers"):
        Room(Plan(0, 8, (other,)), stores.suite()).judge(Work(Plan(0, 8, (other,)), 0))


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["reference", "--cases", "0"], "not in the range x>=1"),
        (["reference", "--cases", "-1"], "not in the range x>=1"),
        (["reference", "--cases", "1.5"], "no whole number"),
        (["reference"], "how many --cases"),
        (["--cases", "5"], "name one or more IMPLEMENTATIONs"),
        (["refrence", "--cases", "5"], "Did you mean 'reference'"),
        (["reference", "--cases", "5", "--output", "used"], "used is not empty, and no campaign"),
        (["reference", "--cases", "5", "--output", "file"], "file is a file"),
        (["--resume", "used"], "used is no campaign"),
        (["--resume", "nothing"], "there is no directory nothing"),
        (["--resume", "used", "--output", "x"], "leave --output out"),
        (["reference", "--cases", "5", "--time", "soon"], "write 90s, 30m, 8h or 2d"),
        (["reference", "--cases", "5", "--scheduler", "tcp://x:1", "--jobs", "2"], "--jobs is for this machine"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_bad_input_is_refused_in_words(
    arguments: list[str], says: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "used").mkdir()
    (tmp_path / "used" / "thesis.tex").write_text("mine")
    (tmp_path / "file").write_text("mine")
    done = CliRunner().invoke(commands, ["campaign", *arguments])
    assert done.exit_code == 2
    assert says in " ".join(done.stderr.split())
    assert "Traceback" not in done.stderr


def test_a_million_millions_are_asked_about(tmp_path: Path) -> None:
    done = CliRunner().invoke(commands, ["campaign", "reference", "--cases", "1e12", "--output", str(tmp_path / "c")])
    assert done.exit_code == 2
    assert "years of one core" in done.stderr
    assert "--yes begins it" in done.stderr
    assert not (tmp_path / "c").exists()


def test_without_pyarrow_one_line_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "pyarrow.parquet", None)
    done = CliRunner().invoke(commands, ["campaign", "reference", "--cases", "5"])
    assert done.exit_code == 2
    assert tables.INSTALL in done.stderr


def test_nobody_listens_at_the_address(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("distributed", reason="pip install 'mlp-conformance[cluster]'")

    monkeypatch.setattr(cluster, "_ADDRESS", 1)
    arguments = ["campaign", "reference", "--cases", "5", "--output", str(tmp_path / "c"), "--scheduler"]
    done = CliRunner().invoke(commands, [*arguments, "tcp://127.0.0.1:9"])
    assert done.exit_code == 2
    assert "no Dask scheduler answers at tcp://127.0.0.1:9" in done.stderr
    done = CliRunner().invoke(commands, [*arguments[:-2], str(tmp_path / "d"), "--scheduler", "not an address"])
    assert done.exit_code == 2
    assert "no Dask scheduler answers" in done.stderr
    assert not list(tmp_path.iterdir()), "what never began leaves no campaign behind"


def test_what_dask_logs_is_not_told_as_well() -> None:
    distributed = pytest.importorskip("distributed", reason="pip install 'mlp-conformance[cluster]'")
    with distributed.LocalCluster(n_workers=1, processes=False, dashboard_address=None) as dask:
        cluster._client(distributed, dask.scheduler_address).close()
    names = [name for name in logging.root.manager.loggerDict if name.split(".")[0] == "distributed"]
    assert {"distributed.batched", "distributed.client"} <= set(names)
    assert not [name for name in names if logging.getLogger(name).isEnabledFor(logging.ERROR)]


class _Gone:
    """A client of Dask's whose scheduler went away: all that one asks of it raises, each time something else."""

    status = "running"

    def __getattr__(self, name: str) -> object:
        raise ConnectionResetError(f"{name}: connection reset by peer")


def test_a_scheduler_that_goes_away_is_said_wherever_it_is_asked() -> None:
    executor = ClusterExecutor.__new__(ClusterExecutor)
    vars(executor).update(_client=_Gone(), _address="tcp://host:8786", _silent_since=None)
    with pytest.raises(ClusterError, match=r"the scheduler at tcp://host:8786 does not answer: .*connection reset by peer"):
        _ = executor.dashboard
    assert executor.trouble() == ""  # it may come back
    executor._silent_since = -math.inf
    assert executor.trouble() == "the scheduler at tcp://host:8786 is gone"
