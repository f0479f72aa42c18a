"""Places of firms in an imported chain: by sums by hand, with loops, and as they stand in the tables."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from runs.worlds.flows import NetworkFlows
from runs.worlds.upstreamness import tiers_of_network, upstreamness
from tests.worlds.test_edges import MOTORS, table, world_of


def network(final: list[float], sales: list[tuple[int, int, float]]) -> NetworkFlows:
    seller, buyer, amount = (np.array(column) for column in zip(*sales, strict=True))
    count = len(final)
    return NetworkFlows(
        number=np.arange(count), prefix="F", names=(), group=np.zeros(count, int), groups=("g",),
        country=np.zeros(count, int), countries=("XX",), final=np.array(final), output=None,
        seller=seller, buyer=buyer, amount=amount.astype(float), currency="JPY",
    )  # fmt: skip


def test_a_chain_is_counted_from_its_end_and_mixed_sales_by_their_parts() -> None:
    chain = network([0, 0, 0, 8], [(0, 1, 1), (1, 2, 2), (2, 3, 4)])
    assert upstreamness(chain).tolist() == [4.0, 3.0, 2.0, 1.0] and tiers_of_network(chain) == [2, 3, 4, 5]
    # the first sells a quarter to users, a quarter to the second and half to the third; the third sells to the second
    mixed = network([1, 4, 0], [(0, 1, 1), (0, 2, 2), (2, 1, 3)])
    assert upstreamness(mixed).tolist() == pytest.approx([0.25 * 1 + 0.25 * 2 + 0.5 * 3, 1.0, 2.0])


def test_loops_have_an_end_and_a_long_chain_no_more_tiers_than_there_are() -> None:
    # each sells half to the other and half to users: u = 1 + u/2
    assert upstreamness(network([1, 1], [(0, 1, 1), (1, 0, 1)])).tolist() == pytest.approx([2.0, 2.0])
    long = network([0] * 9 + [1], [(i, i + 1, 1) for i in range(9)])
    assert tiers_of_network(long) == [1, 1, 1, 1, 1, 1, 2, 3, 4, 5]
    assert tiers_of_network(network([0, 0], [(0, 1, 1), (1, 0, 1)])) == [1, 1], "a loop that never reaches anybody"


def test_a_list_of_who_supplies_whom_becomes_a_chain(tmp_path: Path) -> None:
    firms = table(world_of(tmp_path, MOTORS), "firms").set_index("line")
    assert firms["tier"].to_dict() == {"M1": 3, "S1: steel": 3, "MOT": 4, "S1: plate": 4, "CAR": 5}
