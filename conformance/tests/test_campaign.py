"""Campaigns: the same case whoever draws it, nothing lost whoever is killed, and every refusal in words."""

from __future__ import annotations

import errno
import json
import os
import random
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

pytest.importorskip("pyarrow", reason="pip install 'mlp-conformance[campaign]'")

from campaigning import HereExecutor, content, kill, started
from click.testing import CliRunner

from mlp_conformance import Claims
from mlp_conformance.campaign import store as stores
from mlp_conformance.campaign import tables
from mlp_conformance.campaign.conduct import Campaign, Progress
from mlp_conformance.campaign.drawing import draw, generator_of
from mlp_conformance.campaign.identity import identity_of
from mlp_conformance.campaign.judging import OnePass, alike, symptom_of
from mlp_conformance.campaign.plan import Plan, Work
from mlp_conformance.campaign.replay import drawn
from mlp_conformance.campaign.room import Room, RoomError
from mlp_conformance.campaign.store import Store, StoreError
from mlp_conformance.campaign.strata import Strata
from mlp_conformance.campaign.summary import FailureGroup, failure_groups, statement, write
from mlp_conformance.campaign.tables import Finished
from mlp_conformance.checks.drawing import fingerprint
from mlp_conformance.cli import commands
from mlp_conformance.loading import load
from mlp_reference.formats import FORMATS
from mlp_reference.network import HIDDEN_ACTIVATIONS, LOSSES, REDUCTIONS
from mlp_reference.oracle import Oracle

EVERYTHING: dict[str, Any] = {
    "activations": set(HIDDEN_ACTIVATIONS),
    "output_activations": {*HIDDEN_ACTIVATIONS, "softmax"},
    "losses": set(LOSSES),
    "reductions": set(REDUCTIONS),
}
ALL = Claims(name="all", **EVERYTHING)


def plan(cases: int = 64, chunk: int = 4, specs: tuple[str, ...] = ("fault:error-sign", "reference-float32")) -> Plan:
    return Plan(5, cases, tuple(identity_of(spec, load(spec)) for spec in specs), chunk=chunk)


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


# ---- the cases


def test_a_case_is_a_function_of_the_seed_and_its_number() -> None:
    numbers = [3, 0, 60, 31, 2]
    one, other = plan(), plan()
    forth = {n: fingerprint(one.case(n, {})[0]) for n in numbers}
    back = {n: fingerprint(other.case(n, {})[0]) for n in reversed(numbers)}
    assert forth == back
    assert len(set(forth.values())) == len(numbers)
    assert fingerprint(Plan(6, 64, one.implementations).case(3, {})[0]) != forth[3]


def test_every_stratum_has_its_turn() -> None:
    strata = Strata(Claims(losses={"half_squared_error", "cross_entropy"}, reductions={"sum"}))
    assert {strata.spread(1, turn) for turn in range(len(strata))} == set(range(len(strata)))
    assert len(Strata(alike(ALL))) == 9720


@pytest.mark.parametrize(
    "claims",
    [
        ALL,
        Claims(dtype="bfloat16", **EVERYTHING),
        Claims(same_activation="all", activations={"tanh", "relu"}),
        Claims(sizes=(3, 4, 2), max_batch=2, learning_rate=0.25, one_hot=True, losses={"cross_entropy"}),
        Claims(max_hidden_layers=1, min_hidden_layers=1, max_outputs=1, hidden_biases=False),
        Claims(biases=False, max_hidden_layers=0),
    ],
    ids=["everything", "bfloat16", "one activation", "one shape", "one output", "no biases"],
)
def test_what_is_drawn_lies_within_the_claims_and_the_format(claims: Claims) -> None:
    strata, format = Strata(alike(claims)), FORMATS[claims.dtype]
    for number in range(60):
        stratum = strata.all[strata.spread(0, number)]
        case = draw(stratum, claims, generator_of(0, number))
        assert claims.admit(case.network, len(case.inputs)), stratum
        assert not claims.outside("gradients", case), stratum
        assert stratum.depth <= len(case.network.layers) - 1 <= stratum.deepest
        for array in (case.inputs, case.targets, *(a for pair in case.network.parameters for a in pair)):
            assert np.isfinite(array).all()
            if array is not case.targets:
                assert np.array_equal(array, format.nearest(array))


def test_one_pass_gives_what_the_oracle_gives() -> None:
    strata, seen = Strata(alike(ALL)), 0
    for number in range(12):
        case = draw(strata.all[strata.spread(3, number)], ALL, generator_of(3, number))
        if case.epochs > 1:
            continue
        one, other = OnePass(case, FORMATS["float64"]), Oracle(case, FORMATS["float64"])
        pairs = [
            *zip(one.activations, other.activations, strict=True),
            (one.loss, other.loss),
            *((a, b) for p, q in zip(one.gradients, other.gradients, strict=True) for a, b in zip(p, q, strict=True)),
            *(
                (a, b)
                for p, q in zip(one.trained.parameters, other.trained.parameters, strict=True)
                for a, b in zip(p, q, strict=True)
            ),
        ]
        for a, b in pairs:
            assert np.array_equal(a.bound, b.bound, equal_nan=True)
            assert np.array_equal(a.high, b.high, equal_nan=True)
        seen += 1
    assert seen > 5


def test_the_search_follows_what_came_near(whole: Whole) -> None:
    progress = whole.progress
    searched = [n for n in range(32, 64) if progress.plan.is_search(n)]
    origins = [progress.plan.origin(n, progress.searches) for n in searched]
    leads = {stratum for leads in progress.searches.values() for group in leads for stratum, _ in group}
    assert {stratum for _, stratum, _ in origins} <= leads
    assert any(parent is not None for _, _, parent in origins)


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
    with Store.resume(tmp_path) as store:
        again = Campaign(store)
        assert again.progress.finished == progress.plan.chunks - 2
        again.run(Recorded(recorded))
        assert store.path(3).read_bytes() == (folder / "results" / "00000003.parquet").read_bytes()


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


# ---- what implementations do

MISBEHAVING = """
import os, time
from mlp_conformance.adapters.reference import ReferenceAdapter
KEPT = []
class Crashing(ReferenceAdapter):
    def loss(self, network, inputs, targets):
        if len(inputs) == 3:
            os._exit(7)
        return super().loss(network, inputs, targets)
class Leaking(ReferenceAdapter):
    def loss(self, network, inputs, targets):
        KEPT.append(bytearray(os.urandom(1) * 40_000_000))
        return super().loss(network, inputs, targets)
"""


def test_what_crashes_or_leaks_is_started_again(tmp_path: Path) -> None:
    file = tmp_path / "misbehaving.py"
    file.write_text(MISBEHAVING)
    specs = (f"{file}:Crashing", f"{file}:Leaking")
    judged = Plan(1, 99, tuple(identity_of(spec, load(spec)) for spec in specs), memory=100, chunk=99)
    batches = {n: len(judged.case(n, {})[0].inputs) for n in range(99)}
    crashing = next(n for n, m in batches.items() if m == 3)
    numbers = (*[n for n, m in batches.items() if m != 3][:4], crashing)
    room = Room(judged, stores.suite())
    try:
        rows = room.judge_cases(numbers, {}).rows
    finally:
        room.shut()
    broken = [row for row in rows if row.is_broken]
    assert [(row.case, row.implementation, row.message) for row in broken] == [
        (crashing, 0, "the process ended with exit code 7")
    ]
    assert {row.case for row in rows if row.implementation == 1} == set(numbers)


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


def test_a_symptom_has_no_numbers() -> None:
    assert symptom_of("gradients", "dE/dW2[0, 1]") == symptom_of("gradients", "dE/dW1[3, 3]") == "gradients: dE/dW"
    assert symptom_of("loss", "raised E: 3.5 at 0x7f01") == symptom_of("loss", "raised E: -1e-3 at 0x7e")


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


# ---- what is refused


def test_two_campaigns_on_one_directory(whole: Whole, tmp_path: Path) -> None:
    with Store.create(tmp_path, whole.progress.plan), pytest.raises(StoreError, match="another campaign is running"):
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
    from mlp_conformance.campaign import cluster

    monkeypatch.setattr(cluster, "_ADDRESS", 1)
    arguments = ["campaign", "reference", "--cases", "5", "--output", str(tmp_path / "c"), "--scheduler"]
    done = CliRunner().invoke(commands, [*arguments, "tcp://127.0.0.1:9"])
    assert done.exit_code == 2
    assert "no Dask scheduler answers at tcp://127.0.0.1:9" in done.stderr
    done = CliRunner().invoke(commands, [*arguments[:-2], str(tmp_path / "d"), "--scheduler", "not an address"])
    assert done.exit_code == 2
    assert "no Dask scheduler answers" in done.stderr
