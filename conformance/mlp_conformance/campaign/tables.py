"""Chunks as Parquet: the rows of a chunk as bytes that are the same whoever writes them, and apart from them the times.

pyarrow is imported here alone, and only when a table is written or read.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mlp_conformance.campaign.judging import Row
from mlp_conformance.campaign.plan import Plan, Work
from mlp_conformance.campaign.room import ChunkRows
from mlp_conformance.campaign.strata import AXES
from mlp_conformance.campaign.tally import tally_of

INSTALL = "pip install 'mlp-conformance[campaign]'"


class MissingPart(Exception):  # noqa: N818 - the user's environment lacks it; nothing is broken
    """A library that campaigns need is not installed: which, and the line that installs it."""


@dataclass(frozen=True)
class Finished:
    """A finished chunk, as bytes: its table, its times, and what it amounts to."""

    chunk: int
    table: bytes
    times: bytes
    tally: str
    near: bytes


def need_pyarrow() -> None:
    """Raise MissingPart unless tables can be written."""
    try:
        import pyarrow.parquet  # noqa: F401
    except ImportError as error:
        raise MissingPart(f"campaigns keep their results in Parquet, and pyarrow is not installed: {INSTALL}") from error


def finished(work: Work, found: ChunkRows) -> Finished:
    """The chunk as it is kept."""
    plan = work.plan
    searched = {number for number in plan.numbers(work.chunk) if plan.is_search(number)}
    tally = tally_of(found.rows, dict(found.sizes), searched)
    return Finished(work.chunk, _content(plan, found.rows), _times(found.rows), tally.text(), tally.near.tobytes())


def _content(plan: Plan, rows: Sequence[Row]) -> bytes:
    import pyarrow as pa

    known = {number: plan.stratum(number) for number in {row.stratum for row in rows}}
    strata = [known[row.stratum] for row in rows]

    def words(values: list[str]) -> Any:
        return pa.array(values, pa.dictionary(pa.int32(), pa.string()))

    columns = {
        "case": pa.array([row.case for row in rows], pa.int64()),
        "implementation": words([plan.implementations[row.implementation].spec for row in rows]),
        "quantity": words([row.quantity for row in rows]),
        "verdict": words([row.verdict for row in rows]),
        "error_over_bound": pa.array([row.over_bound for row in rows], pa.float64()),
        "error_ulps": pa.array([row.ulps for row in rows], pa.float64()),
        "judged": pa.array([row.judged for row in rows], pa.int32()),
        "wrong": pa.array([row.wrong for row in rows], pa.int32()),
        "worst": words([row.worst for row in rows]),
        "symptom": words([row.symptom for row in rows]),
        "message": words([row.message for row in rows]),
        **{axis: words([stratum.on(axis) for stratum in strata]) for axis in AXES},
    }
    return _parquet(pa.table(columns))


def _times(rows: Sequence[Row]) -> bytes:
    import pyarrow as pa

    return _parquet(
        pa.table(
            {
                "case": pa.array([row.case for row in rows], pa.int64()),
                "implementation": pa.array([row.implementation for row in rows], pa.int32()),
                "quantity": pa.array([row.quantity for row in rows], pa.dictionary(pa.int32(), pa.string())),
                "seconds": pa.array([row.seconds for row in rows], pa.float32()),
            }
        )
    )


def _parquet(table: Any) -> bytes:
    import pyarrow.parquet as pq

    buffer = io.BytesIO()
    pq.write_table(table, buffer, compression="zstd")
    return buffer.getvalue()


def read(path: Path) -> Any:
    """A table that was kept, as a pyarrow table."""
    need_pyarrow()
    import pyarrow.parquet as pq

    return pq.read_table(path)
