"""Laws of every world: more of a good thing never hurts, more of a bad thing never helps (minds standing still)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from model.scenario.events import CapacityShock
from model.scenario.regime_shock import RegimeShock
from model.tables.tables import Tables
from tests.support.worlds import START, ban, chain_of_three, world_of
from tests.world.test_laws import Array, event, history, laws, small_worlds, snug


def first_stop(past: dict[str, Array]) -> float:
    """The first day on which some line that wants to run makes under 5 % of it; endless if none does."""
    standing = (past["want"] > 1e-9) & (past["output"] < 0.05 * past["want"])
    return float(np.argmax(standing.any(axis=1))) if standing.any() else np.inf


def tight(tables: Tables) -> Tables:
    """The same world, in which all raw material crosses a border, and nobody who uses it can do without it for long."""
    raw = {row.line for row in tables.firms if row.good == "g0"}
    abroad = {"CN": "JP"}
    firms = (
        row.model_copy(update={"country": "CN" if row.line in raw else abroad.get(row.country, row.country)}
                       | ({} if row.role == "state_stock" else {"capacity_per_year": 1e9}))
        for row in tables.firms
    )  # fmt: skip
    needs = (
        row.model_copy(update={"dependence": 1.0, "cover_days": row.cover_days / 3}) if row.good == "g0" else row
        for row in tables.needs
    )
    return snug(replace(tables, firms=tuple(firms), needs=tuple(needs)), 1.25)


@pytest.mark.slow
def test_a_longer_review_never_puts_the_first_stop_off() -> None:
    # of raw materials, whose makers have no stock to run out of: under a review of parts, their makers too may stop,
    # when a long silence ends in a flood of orders, and a longer silence puts that off
    routes = {"origin": ("CN",), "destination": ("*",), "goods": ("g0",), "rule": "individual"}
    stops: list[tuple[float, float]] = []

    @laws
    @given(small_worlds().map(tight), st.integers(0, 15), st.integers(1, 40))
    def holds(tables: Tables, short: int, more: int) -> None:
        brief, lengthy = (
            first_stop(
                history(world_of(tables, [event(RegimeShock, 5, review_days=days, **routes)], audited=False), 150)
            )
            for days in (short, short + more)
        )
        stops.append((brief, lengthy))
        assert lengthy <= brief

    holds()
    told = np.array(stops)
    assert np.isfinite(told[:, 1]).mean() > 0.5, "hardly a world stops"
    assert (told[:, 1] < told[:, 0]).mean() > 0.05, "hardly a world minds a longer review"


@pytest.mark.slow
def test_more_cover_never_brings_the_first_stop_forward() -> None:
    routes = {"origin": ("CN",), "destination": ("*",), "goods": ("*",), "rule": "ban"}
    stops: list[tuple[float, float]] = []

    @laws
    @given(small_worlds(), st.integers(1, 40), st.sampled_from(["ban", "fire"]))
    def holds(tables: Tables, more: int, trouble: str) -> None:
        fire = event(CapacityShock, 5, goods=("g0",), times=0)
        struck = [event(RegimeShock, 5, **routes) if trouble == "ban" else fire]
        ample = replace(
            tables,
            needs=tuple(row.model_copy(update={"cover_days": row.cover_days + more}) for row in tables.needs),
        )
        lean, safe = (first_stop(history(world_of(world, struck, audited=False), 150)) for world in (tables, ample))
        stops.append((lean, safe))
        assert safe >= lean

    holds()
    told = np.array(stops)
    assert np.isfinite(told[:, 0]).mean() > 0.3, "hardly a world stops"
    assert (told[:, 0] < told[:, 1]).mean() > 0.05, "hardly a world minds more cover"


@pytest.mark.parametrize("review", [0, 5, 30, 63])
def test_a_review_delays_what_it_delays(review: int) -> None:
    rule = ban(START + timedelta(days=20), rule="individual", review_days=review)
    past = history(world_of(chain_of_three(cover=30.0), [rule]), 160)
    # 20 + 1 day that was accepted before + 10 days at sea + 30 of cover, into which 30 days of review fit
    assert first_stop(past) == (61.0 if review > 30 else np.inf)
