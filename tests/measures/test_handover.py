"""Handing a stop on, by hand: in a chain of three each tier puts the loss off by the days of stock that it holds."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from model.metrics import WORTH_DAYS, week_lost
from model.scenario.events import DemandShock, QualifyShock
from model.tables.tables import Tables
from runs.measures.handover import Lane, lanes
from runs.measures.second_sources import held_in, opened_by, sold_to
from runs.report.handover import handover_table
from runs.simulation.record import Record
from tests.support.struck import on, told
from tests.support.worlds import ban, chain_of_three, line, link

STRUCK = 100
LEADS = {"MAG": 10, "CAR": 5}  # days on the way to each
WEEK = int(WORTH_DAYS)


def of_line(record: Record, code: str) -> Lane:
    """The lane of a line of the chain."""
    return next(lane for lane in lanes(record) if record.register.row(code) in lane.rows)


@pytest.mark.parametrize(("cover", "parts"), [(60, 60), (60, 12), (20, 45)])
def test_each_tier_adds_the_days_of_stock_that_it_holds(cover: int, parts: int) -> None:
    record = told(chain_of_three(float(cover), float(parts)), [ban(on(STRUCK))], 300, STRUCK)
    dry = STRUCK + LEADS["MAG"]  # nothing lands from this day on
    magnets, cars = of_line(record, "MAG"), of_line(record, "CAR")
    assert magnets.short == dry + WEEK - 1
    assert magnets.added == pytest.approx(cover, abs=1)
    assert magnets.first_stop == (record.register.row("MAG"), dry + cover)
    assert cars.short == pytest.approx(dry + cover + LEADS["CAR"] + WEEK - 1, abs=1)
    assert cars.added == pytest.approx(parts, abs=1)
    assert len(magnets.hit) == len(cars.hit) == 1
    table = handover_table(record)
    assert [row.split()[-2:] for row in table[2:]] == [[str(lane.added), "days"] for lane in lanes(record)]


def test_the_stock_of_a_lane_runs_down_by_a_day_a_day() -> None:
    record = told(chain_of_three(40.0, 20.0), [ban(on(STRUCK))], 200, STRUCK)
    dry, stock = STRUCK + LEADS["MAG"], of_line(record, "MAG").stock[:, 0]
    np.testing.assert_allclose(np.diff(stock[dry - 1 : dry + 39]), -1.0, atol=1e-6)
    assert stock[0] == pytest.approx(40.0, abs=0.1) and stock[dry + 45] == pytest.approx(0.0, abs=1e-6)


def test_what_nobody_orders_is_no_loss_that_a_stock_could_have_put_off() -> None:
    no_buyers = DemandShock(kind="demand", date=on(STRUCK), note="a slump", source="made up", goods=("car",), times=0.1)
    record = told(chain_of_three(), [no_buyers], 200, STRUCK)
    assert all(lane.added is None and not len(lane.hit) for lane in lanes(record))


def with_second_source() -> Tables:
    """The chain with a Korean separator of which the magnet maker knows."""
    tables = chain_of_three(20.0, 20.0)
    links = (tables.links[0], link("SPK", "MAG", "dytb", 4, share=0.0, qualification=30), *tables.links[1:])
    return replace(tables, firms=(*tables.firms, line("SPK", "dytb", "KR")), links=links)


def test_a_second_source_is_opened_ready_and_brings_what_it_ships() -> None:
    opening = QualifyShock(
        kind="qualify", date=on(STRUCK + 10), note="found", source="made up", links=(("SPK", "MAG"),), share=0.5
    )
    record = told(with_second_source(), [ban(on(STRUCK)), opening], 220, STRUCK)
    (source,) = opened_by(record, "JP")
    assert source.supplier == record.register.row("SPK") and len(source.links) == 1
    assert source.begun == STRUCK + 10 and source.ready == source.begun + 29  # the day of the opening counts
    shipped = sum(flow.sum() for flow in sold_to(record, "KR", "JP").values())
    assert source.brought == pytest.approx(shipped) and shipped > 0.0
    assert source.use == pytest.approx(100.0 * 0.001 * 0.02)
    assert opened_by(record, "KR") == []


def test_a_source_that_nobody_opened_is_not_told_of() -> None:
    record = told(with_second_source(), [ban(on(STRUCK))], 130, STRUCK)
    assert opened_by(record, "JP") == []


def test_what_is_held_is_the_stock_over_what_is_used_at_rest() -> None:
    record = told(chain_of_three(60.0, 20.0), [ban(on(STRUCK))], 130, STRUCK)
    held = held_in(record, "JP", [0, 1])
    assert held[0][0] == pytest.approx(60.0, abs=0.1) and held[1][0] == pytest.approx(20.0, abs=0.1)
    assert held[0][-1] == pytest.approx(60.0 - (130 - STRUCK - LEADS["MAG"]), abs=0.1)
    assert held_in(record, "KR", [0, 1]) == {}


def test_a_week_is_lost_on_the_day_on_which_seven_days_add_up_less_what_was_made_more() -> None:
    half, stands, catches_up, before = (np.ones(20) for _ in range(4))
    half[2:] = 0.5  # fourteen days of half
    stands[3:10] = 0.0  # seven days of nothing, which is just a week
    catches_up[2:20:2], catches_up[3:20:2] = 0.0, 2.0  # what is missing one day is made the next
    before[:7] = 0.0  # before the day from which it is counted
    share = np.column_stack([half, stands, catches_up, before])
    assert week_lost(share, 1).tolist() == [15, 9, -1, -1]
    assert week_lost(share).tolist() == [15, 9, -1, 6]
