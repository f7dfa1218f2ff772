"""The loop that measures on several processes."""

from __future__ import annotations

import os

from power import records


def _dies_of_some(item: int) -> tuple[str, int]:
    if item == 3:
        os._exit(1)
    return str(item), item


def test_a_process_that_dies_costs_what_it_was_at_alone() -> None:
    """A measurement of hours must not wait for ever, nor lose what was measured before."""
    assert records.measured(_dies_of_some, [1, 2, 3, 4, 5], workers=1) == {str(item): item for item in (1, 2, 4, 5)}
