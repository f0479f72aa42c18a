"""Trade of a record against what must be: as at rest in quiet days, nothing when the last cargo has landed."""

from __future__ import annotations

import pytest

from runs.measures.trade import magnets_in_quarter, oxide_delivered
from runs.simulation.stage import play, stage


def test_cargo_from_the_exporter_lands_as_at_rest_until_what_was_shipped_before_the_ban_has_landed() -> None:
    record = play(stage("full-stop", settings=["days=140"]))
    longest = int(record.register.links["lead_days"].max())
    assert oxide_delivered(record, "-20") == pytest.approx(1.0, abs=0.02)
    assert oxide_delivered(record, "3") > 0.5  # on the way when the ban struck
    assert oxide_delivered(record, str(min(longest, 40))) == 0.0


def test_a_quiet_quarter_is_a_quarter_at_rest() -> None:
    assert magnets_in_quarter(play(stage("calm", settings=["days=100"])), "") == pytest.approx(1.0, abs=0.01)
