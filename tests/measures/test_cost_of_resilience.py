"""What resilience costs, by hand in worlds of a few firms."""

from __future__ import annotations

from datetime import timedelta

import pytest

from model.chain import SupplyChain
from model.scenario.events import QualifyShock
from runs.measures.cost_of_resilience import cost_of_resilience
from runs.simulation.record import Record, Recorder
from tests.support.worlds import START, chain_of_three, small_stage, world_of

BN = 1e-3  # billion in a million


def played(chain: SupplyChain, days: int) -> Record:
    recorder = Recorder(chain, days)
    for _ in range(days):
        chain.step()
        recorder.note_day()
    return recorder.record()


def test_stocks_cost_a_tenth_of_their_worth_a_year() -> None:
    result = cost_of_resilience(played(world_of(chain_of_three()), 5))
    # 60 days of 0.002 t of oxide and of 0.1 t of magnets, a million JPY a tonne, 10 % a year
    stocks = 60 * (0.002 + 0.1) * 0.1 * BN
    assert result["cost_of_stocks_a_year_jpy_bn_JP"] == pytest.approx(stocks)
    assert result["cost_of_precaution_jpy_bn_JP"] == pytest.approx(stocks)


def test_twice_the_cover_costs_twice_as_much_however_much_of_it_is_drawn_down() -> None:
    once, twice = (cost_of_resilience(played(world_of(chain_of_three(cover=c, parts_cover=c)), 5)) for c in (30, 60))
    assert twice["cost_of_precaution_jpy_bn_JP"] == pytest.approx(2 * once["cost_of_precaution_jpy_bn_JP"])


def test_a_state_stock_costs_what_lies_there() -> None:
    result = cost_of_resilience(played(world_of(small_stage()), 3))
    # 100 days of a capacity of 365 t a year
    assert result["cost_of_state_stock_a_year_jpy_bn_JP"] == pytest.approx(100 * 1.0 * 0.1 * BN)


def test_half_a_qualification_costs_half() -> None:
    paid = QualifyShock(kind="qualify", date=START + timedelta(days=2), note="n", source="s", links=(("KOR", "MAG"),))
    record = played(world_of(small_stage(), [paid]), 17)
    # of 30 days 15 have passed: 150 cars a day, 80 % and all of them from MAG, at 0.001 t of magnet and 0.02 of oxide
    use = (0.8 * 100 + 50) * 0.001 * 0.02 * 365
    result = cost_of_resilience(record)["cost_of_second_sources_jpy_bn_JP"]
    assert result == pytest.approx(0.5 * 0.05 * use * BN, rel=0.1)


def test_a_redesign_costs_as_far_as_it_has_come_and_a_dry_floor_is_no_redesign() -> None:
    chain = world_of(small_stage())
    need = chain.register.trading_partners.needs["MAG"]["dytb"]
    chain.wishes().thrift[need] = 0.7  # of 1 to 0.4 half the way
    use = (0.8 * 100 + 50) * 0.001 * 0.02 * 365
    assert cost_of_resilience(played(chain, 90))["cost_of_redesign_jpy_bn_JP"] == pytest.approx(0.5 * 0.1 * use * BN)
    dry = world_of(small_stage(), audited=False)
    dry._world.state.stock[need], dry._world.state.arriving[:] = 0.0, 0.0
    assert cost_of_resilience(played(dry, 3))["cost_of_redesign_jpy_bn_JP"] == pytest.approx(0.0, abs=1e-9)
