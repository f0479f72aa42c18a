"""The default scenario: licences for home are filed and not ruled on, and magnet makers hold two months."""

from __future__ import annotations

import numpy as np
import pytest

from runs.measures.quantities import column, controlled_goods, focus, magnet_makers
from runs.simulation.record import Record
from runs.simulation.stage import DEFAULT_SCENARIO, play, stage

TWO_MONTHS = 60.0


@pytest.fixture(scope="module")
def struck() -> Record:
    return play(stage(DEFAULT_SCENARIO, settings=["days=150"]))


def for_home(record: Record) -> np.ndarray:
    """The licensed links that end at home, K."""
    net = record.network
    return np.asarray(column(record, "country")[net.line_of[net.need_of[net.link_of]]] == focus(record).home)


def test_papers_for_home_go_in_and_none_comes_back(struck: Record) -> None:
    home, shock = for_home(struck), struck.shock_day
    assert shock is not None
    before, after = ({name: struck.licences[name][days][:, home].sum() for name in ("filed", "granted", "denied")}
                     for days in (slice(shock), slice(shock, None)))  # fmt: skip
    assert before["granted"] > 0.8 * before["filed"] > 0.0  # the control of 2025 was at work
    assert after["filed"] > 0.0
    assert after["granted"] == after["denied"] == 0.0
    waiting = struck.licences["waiting"][shock:, home].sum(axis=1)
    assert (np.diff(waiting) >= 0.0).all()


def test_others_go_on_to_get_licences(struck: Record) -> None:
    assert struck.licences["granted"][struck.shock_day :, ~for_home(struck)].sum() > 0.0


def test_magnet_makers_begin_with_two_months_of_controlled_material(struck: Record) -> None:
    net, goods = struck.network, controlled_goods(struck)
    mine = magnet_makers(struck)[net.line_of] & np.isin(net.need_good, goods)
    mine &= column(struck, "tier")[net.line_of] == 3
    cover = struck.cover()[0, mine]
    assert len(cover) > 6 and cover == pytest.approx(TWO_MONTHS, rel=0.02)
