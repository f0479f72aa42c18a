"""Losses beyond the line, by hand: suppliers that are not in the tables lose with their customer, and nobody twice."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from model.tables.rows import Industry
from model.tables.tables import Tables
from runs.measures.outcomes import losses
from runs.measures.suppliers import suppliers_loss_by_day, suppliers_value_added
from runs.simulation.record import Record, Recorder
from tests.support.worlds import START as FIRST_DAY
from tests.support.worlds import ban, chain_of_three, world_of

CARS, MAGNETS = 2.0, 0.5  # value added of suppliers elsewhere for one of the industry's own
EACH = 0.001  # t of magnet in a car
DAYS = 120


def industry_rows(**shares: float) -> tuple[Industry, ...]:
    """What suppliers of industries in Japan earn."""
    return tuple(Industry(country="JP", industry=name, suppliers_value_added=x) for name, x in shares.items())


def played(rows: tuple[Industry, ...], magnet_value: float = 1.0) -> Record:
    """Magnets and cars that a ban on oxide stops in the end."""
    tables = chain_of_three(cover=20.0, parts_cover=10.0)
    of = {"SEP": ("rare earths", 0.0), "MAG": ("magnets", magnet_value), "CAR": ("cars", 1.0)}
    firms = tuple(
        row.model_copy(update={"industry": of[row.line][0], "value_added_jpy_mn": of[row.line][1]})
        for row in tables.firms
    )
    world: Tables = replace(tables, firms=firms, industries=rows)
    chain = world_of(world, [ban(FIRST_DAY)])
    recorder = Recorder(chain, DAYS)
    for _ in range(DAYS):
        chain.step()
        recorder.note_day()
    return recorder.record()


def test_what_suppliers_in_the_tables_earn_is_taken_off() -> None:
    record = played(industry_rows(cars=CARS, magnets=MAGNETS))
    within = EACH * (1.0 + MAGNETS)  # a magnet maker's own, and that of its suppliers
    np.testing.assert_allclose(suppliers_value_added(record), [0.0, MAGNETS, CARS - within])


def test_no_loss_is_counted_twice_where_all_suppliers_are_in_the_tables() -> None:
    record = played(industry_rows(cars=CARS), magnet_value=CARS / EACH + 1.0)
    np.testing.assert_allclose(suppliers_value_added(record), 0.0)


def test_the_loss_of_suppliers_goes_with_the_output_that_is_missing() -> None:
    record = played(industry_rows(cars=CARS, magnets=MAGNETS))
    missing = (record.lines["usual"] - record.lines["output"]).sum(axis=0)
    assert missing[1] > 1.0 and missing[2] > 1000.0  # both were stopped
    expected = (missing[1] * MAGNETS + missing[2] * (CARS - EACH * (1.0 + MAGNETS))) / 1000.0
    found = losses(record)
    assert found["suppliers_value_added_lost_jpy_bn_JP"] == pytest.approx(expected)
    own = found["value_added_lost_jpy_bn_JP"]
    assert own == pytest.approx((missing[1] + missing[2]) / 1000.0)  # as without any suppliers
    assert found["gdp_share_lost_with_suppliers_pct_JP"] == pytest.approx(100 * (own + expected) / 600_000.0)
    assert suppliers_loss_by_day(record).sum() / 1000.0 == pytest.approx(expected)


def test_where_nothing_is_known_of_suppliers_nothing_is_said_of_them() -> None:
    assert not [name for name in losses(played(())) if "suppliers" in name]
