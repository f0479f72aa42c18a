"""Stop days that are sums on the back of an envelope."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import pytest

from tests.worlds import START, ban, chain_of_three, world_of


def first_stops(days: int, cut: int, **world: float) -> tuple[int, int]:
    chain = world_of(chain_of_three(**world), [ban(START + timedelta(days=cut))])
    stops = [-1, -1]
    for day in range(days):
        chain.step()
        flows = chain.world.flows
        for place, line in enumerate((1, 2)):
            if stops[place] < 0 and flows.output[line] < 0.05 * flows.want[line]:
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
