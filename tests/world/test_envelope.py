"""Stop days that are sums on the back of an envelope."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import pytest

from model.network import baseline
from model.register import register
from model.tables.tables import Tables
from tests.support.worlds import COUNTRIES, START, ban, chain_of_three, goods, line, link, minds, need, world_of


def first_stops(days: int, cut: int, **world: float) -> tuple[int, int]:
    chain = world_of(chain_of_three(**world), [ban(START + timedelta(days=cut))])
    stops = [-1, -1]
    for day in range(days):
        chain.step()
        flows = chain.world.flows
        for place, row in enumerate((1, 2)):
            if stops[place] < 0 and flows.output[row] < 0.05 * flows.want[row]:
                stops[place] = day
    return stops[0], stops[1]


def test_a_cut_on_day_100_stops_the_magnet_maker_on_170_and_the_car_maker_on_235() -> None:
    # 100 + 10 days at sea + 60 of cover; then + 5 days by lorry + 60 of cover
    assert first_stops(260, 100) == (170, 235)


@pytest.mark.parametrize(("cover", "parts_cover"), [(30, 10), (90, 3), (12, 45)])
def test_cover_moves_the_stop_day_for_day(cover: int, parts_cover: int) -> None:
    magnet = 50 + 10 + cover
    assert first_stops(250, 50, cover=cover, parts_cover=parts_cover) == (magnet, magnet + 5 + parts_cover)


def test_without_a_shock_every_line_stays_at_rest_for_three_years() -> None:
    chain = world_of(chain_of_three())
    for _ in range(3 * 365):
        chain.step()
        flows, net = chain.world.flows, chain.world.network
        np.testing.assert_allclose(flows.output, net.baseline, rtol=1e-9)


def unasked() -> Tables:
    """A chain of cars in which one maker of parts has customers of whom none orders."""
    ways = (("B", "IDLE", "ore", 1 / 3), ("C", "IDLE", "ore", 2 / 3), ("B", "USED", "ore", 0.5),
            ("C", "USED", "ore", 0.5), ("IDLE", "BODY", "part", 0.0), ("USED", "BODY", "part", 1.0),
            ("BODY", "CAR", "body", 1.0))  # fmt: skip
    return Tables(
        countries=COUNTRIES, goods=goods("ore", "part", "body", "car"), minds=minds(),
        firms=(line("B", "ore"), line("C", "ore"), line("IDLE", "part", finished_days=0.01), line("USED", "part"),
               line("BODY", "body"), line("CAR", "car", demand=11.8)),
        needs=(need("IDLE", "ore", 2.0, 1.56), need("USED", "ore", 2.0, 0.83), need("BODY", "part", 2.0, 1.41),
               need("CAR", "body", 2.0, 1.27)),
        links=tuple(link(seller, buyer, good, 1, share) for seller, buyer, good, share in ways),
    )  # fmt: skip


def test_a_line_of_which_nobody_buys_makes_nothing_at_all() -> None:
    chain = world_of(unasked())
    assert baseline(register(unasked()))[chain.register.row("IDLE")] == 0.0
    for _ in range(20):
        chain.step()
    assert chain.world.flows.output[chain.register.row("IDLE")] == 0.0
