"""Every country with lines has its outcomes, and what they say together is what is said of the world."""

from __future__ import annotations

import pytest

from model.metrics import value_added_lost
from runs.measures.outcomes import outcomes
from runs.measures.quantities import column, focus
from runs.simulation.record import Record
from runs.simulation.stage import play, stage

KEYS = ("first_stop_day", "lines_stopped", "stop_days", "value_added_lost_jpy_bn", "gdp_share_lost_pct")


@pytest.fixture(scope="module")
def record() -> Record:
    return play(stage("two-months"))


def test_every_country_with_lines_has_the_same_outcomes(record: Record) -> None:
    result, codes = outcomes(record), set(column(record, "country").tolist())
    assert len(codes) > 5 and all(f"{key}_{code}" in result for key in KEYS for code in codes)
    assert sum(result[f"lines_stopped_{code}"] for code in codes) == result["lines_stopped"] > 0
    days = [result[f"first_stop_day_{code}"] for code in codes]
    assert min(day for day in days if day is not None) == result["first_stop_day"]


def test_losses_of_countries_add_to_what_lines_lost(record: Record) -> None:
    result, codes = outcomes(record), set(column(record, "country").tolist())
    lost = value_added_lost(
        record.lines["output"], record.lines["usual"], record.network.value_added, record.shock_day or 0
    )
    known = {code: value for code in codes if (value := result[f"value_added_lost_jpy_bn_{code}"]) is not None}
    assert sum(known.values()) == pytest.approx(lost.sum() / 1000.0, rel=1e-6)
    assert max(known, key=lambda code: known[code]) == focus(record).home
    adds = record.network.value_added > 0.0
    assert set(known) == set(column(record, "country")[adds].tolist()) | set(focus(record).reported)
