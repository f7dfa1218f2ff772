"""A campaign: nothing is lost whatever is interrupted, the search follows the errors, failures are told by kind."""

from __future__ import annotations

import errno
import json
import os
import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("pyarrow", reason="pip install 'mlp-conformance[campaign]'")

from campaigning import HereExecutor, content, kill, plan, started
from click.testing import CliRunner

from mlp_conformance.campaign import store as stores
from mlp_conformance.campaign.conduct import Campaign, Progress
from mlp_conformance.campaign.plan import Work
from mlp_conformance.campaign.replay import drawn
from mlp_conformance.campaign.store import Store, StoreError
from mlp_conformance.campaign.summary import FailureGroup, failure_groups, statement, write
from mlp_conformance.campaign.tables import Finished
from mlp_conformance.cli import commands
from mlp_conformance.enclosures import fingerprint
from power import campaigns, records


class Recorded:
    """An executor that gives back what a campaign once gave, chunk by chunk, in another order."""

    capacity = 3

    def __init__(self, recorded: dict[int, Finished]) -> None:
        self._recorded, self._given = recorded, random.Random(7)
        self._waiting: list[tuple[Work, Callable[[Work, Finished | BaseException], None]]] = []

    def submit(self, work: Work, done: Callable[[Work, Finished | BaseException], None]) -> None:
        self._waiting.append((work, done))
        if len(self._waiting) == self.capacity or work.chunk % 2:
            self._given.shuffle(self._waiting)
            for one, told in self._waiting:
                told(one, self._recorded[one.chunk])
            self._waiting.clear()

    def trouble(self) -> str:
        for one, told in self._waiting:
            told(one, self._recorded[one.chunk])
        self._waiting.clear()
        return ""

    def close(self) -> None:
        pass


@dataclass(frozen=True)
class Whole:
    """A campaign that nothing happened to: its directory, how it ended, its chunks, and its failures by kind."""

    folder: Path
    progress: Progress
    recorded: dict[int, Finished]
    groups: list[FailureGroup]


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Whole:
    folder, recorded = tmp_path_factory.mktemp("campaigns") / "whole", {}
    with Store.create(folder, plan()) as store:
        keep = store.keep
        store.keep = lambda found: (recorded.update({found.chunk: found}), keep(found))[1]  # type: ignore[method-assign, func-returns-value]
        executor = HereExecutor(store)
        progress = Campaign(store).run(executor)
        executor.close()
        groups = failure_groups(progress, store)
        write(progress, store, groups)
    return Whole(folder, progress, recorded, groups)


# ---- nothing is lost


def test_interrupted_anywhere_it_ends_the_same(whole: Whole, tmp_path: Path) -> None:
    folder, progress, recorded = whole.folder, whole.progress, whole.recorded
    chance, begun = random.Random(3), 0

    class PulledPlugError(Exception):
        pass

    def pulled(which: int, when: str) -> Callable[..., None]:
        real, count = os.replace, iter(range(10**6))

        def replace(aside: Any, path: Any) -> None:
            if when == "before" and next(count) == which:
                raise PulledPlugError
            real(aside, path)
            if when == "after" and next(count) == which:
                raise PulledPlugError

        return replace

    while True:
        begun += 1
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(stores.os, "replace", pulled(chance.randrange(1, 9), chance.choice(["before", "after"])))
            try:
                store = Store.create(tmp_path, progress.plan) if begun == 1 else Store.resume(tmp_path)
                with store:
                    Campaign(store).run(Recorded(recorded))
            except PulledPlugError:
                continue
        break
    assert begun > 3
    with Store.resume(tmp_path) as store:
        found = Campaign(store).progress
        assert found.is_complete
        assert found.tally.text() == progress.tally.text()
        write(found, store, whole.groups)
    assert content(tmp_path) == {name: digest for name, digest in content(folder).items() if "failures" not in name}
    assert not list(tmp_path.glob("**/*.part"))


def test_a_damaged_chunk_is_computed_again(whole: Whole, tmp_path: Path) -> None:
    folder, progress, recorded = whole.folder, whole.progress, whole.recorded
    with Store.create(tmp_path, progress.plan) as store:
        Campaign(store).run(Recorded(recorded))
        store.path(3).write_bytes(b"rubbish")
        store.path(5).unlink()
        whole_still = store.path(7).read_bytes()
        store.path(7).write_bytes(whole_still[:-40] + bytes([whole_still[-40] ^ 1]) + whole_still[-39:])
    with Store.resume(tmp_path) as store:
        again = Campaign(store)
        assert again.progress.finished == progress.plan.chunks - 3
        again.run(Recorded(recorded))
        for chunk in (3, 5, 7):
            assert store.path(chunk).read_bytes() == (folder / "results" / f"{chunk:08d}.parquet").read_bytes()


def test_a_full_disk_stops_it_cleanly(whole: Whole, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    progress, recorded = whole.progress, whole.recorded
    with Store.create(tmp_path, progress.plan) as store:
        room_left = iter([True] * 6)

        def fsync(file: int) -> None:
            if not next(room_left, False):
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

        monkeypatch.setattr(stores.os, "fsync", fsync)
        with pytest.raises(StoreError, match=r"No space left on device .*MiB free.*--resume"):
            Campaign(store).run(Recorded(recorded))
    monkeypatch.undo()
    with Store.resume(tmp_path) as store:
        assert Campaign(store).run(Recorded(recorded)).is_complete


def test_a_client_killed_outright_is_gone_on_with(whole: Whole, tmp_path: Path) -> None:
    """The quick version of `tox -e campaign`: one kill -9, once something is finished."""
    progress, recorded = whole.progress, whole.recorded
    Store.create(tmp_path, progress.plan).__exit__()
    client = started("--resume", tmp_path, "--jobs", "1")
    deadline = time.monotonic() + 120
    while len(list(tmp_path.glob("results/*.parquet"))) < 2 and time.monotonic() < deadline:
        time.sleep(0.02)
    kill(client.pid)
    client.communicate()
    with Store.resume(tmp_path) as store:
        again = Campaign(store)
        assert 0 < again.progress.finished < progress.plan.chunks
        again.run(Recorded(recorded))
        write(again.progress, store, [])
    tables_of = lambda folder: {name: digest for name, digest in content(folder).items() if name.startswith("results")}  # noqa: E731
    assert tables_of(tmp_path) == tables_of(whole.folder)


# ---- what it finds


def test_the_search_follows_what_came_near(whole: Whole) -> None:
    progress = whole.progress
    searched = [n for n in range(32, 64) if progress.plan.is_search(n)]
    origins = [progress.plan.origin(n, progress.searches) for n in searched]
    leads = {stratum for leads in progress.searches.values() for group in leads for stratum, _ in group}
    assert {stratum for _, stratum, _ in origins} <= leads
    assert any(parent is not None for _, _, parent in origins)


def test_failures_are_grouped_and_named(whole: Whole) -> None:
    folder, progress = whole.folder, whole.progress
    found = json.loads((folder / "summary.json").read_text())
    assert [group["faults"] for group in found["failures"]] == [["error-sign"]]
    assert found["failures"][0]["cases"] == progress.tally.broken[0] > 20
    assert progress.tally.broken[1] == 0
    assert (folder / found["failures"][0]["file"]).exists()
    page = (folder / "summary.html").read_text()
    assert "error-sign" in page
    assert "http" not in page.replace("http://www.w3.org/2000/svg", "")


def test_what_a_number_of_cases_entitles_to() -> None:
    assert "below 3/N = 3e-05 at 95 % confidence" in statement(100_000, 0, 0)
    assert "2 of them show a violation (0.2 %)" in statement(900, 100, 2)
    assert "nothing can be said" in statement(0, 0, 0)


def test_a_case_of_a_campaign_replays_alone(whole: Whole) -> None:
    folder, progress = whole.folder, whole.progress
    number = max(n for n in range(64) if progress.plan.is_search(n))
    assert fingerprint(drawn(folder, number)) == fingerprint(progress.plan.case(number, progress.searches)[0])
    broken = next(n for n in range(64) if any(case == n for _, (_, e) in progress.tally.failures.items() for _, case in e))
    done = CliRunner().invoke(commands, ["run", "fault:error-sign", "--case", f"{folder}:{broken}"])
    assert "case/gradients" in done.output or "case/train" in done.output, done.output
    assert done.exit_code == 1
    assert "there is no case 64" in CliRunner().invoke(commands, ["run", "reference", "--case", f"{folder}:64"]).stderr


def test_records_of_campaigns_add_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Campaigns of two days are one record, as if they had been recorded together; the same one does not count twice."""
    monkeypatch.setattr(records, "FOLDER", tmp_path)
    folders = []
    for seed in ("3", "4"):
        folders.append(tmp_path / seed)
        done = CliRunner().invoke(
            commands, ["campaign", "reference", "--cases", "24", "--seed", seed, "--jobs", "1", "--output", str(folders[-1])]
        )
        assert done.exit_code == 0, done.output
    campaigns.record("together", folders, add=False)
    campaigns.record("one", folders[:1], add=False)
    campaigns.record("one", folders[1:], add=True)
    together, one = records.read("campaign-together"), records.read("campaign-one")
    assert one["rows"] == together["rows"]
    for key in ("campaigns", "numbers", "rows", "bytes", "nearest"):
        assert one["settings"][key] == together["settings"][key], key
    with pytest.raises(SystemExit, match="seed 4 is in the record already"):
        campaigns.record("one", folders[1:], add=True)
