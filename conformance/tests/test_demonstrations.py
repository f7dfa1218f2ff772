"""The demonstrations: what their text says is what is certified, and `explain` shows it."""

from __future__ import annotations

import pytest

from mlp_conformance.explaining import UnknownIdError, explanation
from mlp_reference.demonstrations import demonstrations
from mlp_reference.specification import statements


def losses(id: str, run: int = 0) -> dict[int, tuple[float, float]]:
    """By epoch: the certified loss, and that of unseen samples."""
    found = demonstrations()[id].runs[run].losses()
    return {epoch: (float(loss), float(unseen or "nan")) for epoch, loss, unseen in found}


def test_badly_scaled_inputs_slow_training_down() -> None:
    raw, centred = losses("DEMO-1"), losses("DEMO-1", 1)
    assert raw[1000][0] > 2.35
    assert 0 < centred[10][0] - 1.75 < 1e-11


def test_one_hidden_unit_stays_above_the_proved_bound() -> None:
    run = losses("DEMO-2")
    assert all(loss >= 0.25 for loss, _ in run.values())
    assert round(run[1000][0], 2) == 0.34


def test_noise_is_learnt_and_a_penalty_mends_it() -> None:
    free, penalised = losses("DEMO-4"), losses("DEMO-4", 1)
    assert free[300][0] > 0.016 > 0.00002 > free[1000][0]
    assert free[300][1] < 0.0009 < 0.0032 < free[1000][1]
    assert penalised[1000][1] < penalised[300][1] < free[1000][1]


def test_an_epoch_makes_as_many_multiplications_as_is_said() -> None:
    counts = demonstrations()["DEMO-5"].counts
    assert len(counts) == 6
    for count in counts:
        (n0, n1, n2), m, w = count.sizes, count.samples, count.weights
        assert count.multiplications() == m * (3 * w - n0 * n1 + n1 + 4 * n2) + w + n1 + n2 + 1
    assert "   8-16-4        10       192             5,013  2.6109" in explanation("DEMO-5")


def test_they_are_explained_and_come_from_the_document() -> None:
    text = explanation("DEMO-2")
    assert "0.340563720213242494474418405772" in text
    for found in demonstrations().values():
        source = found.text.rpartition("Source: ")[2].rstrip(".").split(", ")
        assert set(source) <= set(statements()), found.id
    with pytest.raises(UnknownIdError, match="DEMO-4"):
        explanation("DEMO-44")
