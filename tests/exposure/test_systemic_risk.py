"""The index of Diem et al. 2022 against networks of a few firms, each with its sums beside it."""

from __future__ import annotations

import numpy as np
import pytest

from model.register import register
from runs.exposure.systemic_risk import SupplyList, esri_of_world, supply_list, systemic_risk
from tests.support.worlds import chain_of_three

A, B, C, D, E = range(5)


def network(product: list[int], *links: tuple[int, int, float, bool]) -> SupplyList:
    """A list of who supplies whom: supplier, buyer, amount, whether it is essential to the buyer."""
    supplier, buyer, amount, essential = zip(*links, strict=True)
    return SupplyList(
        np.array(product), np.array(supplier), np.array(buyer), np.array(amount, float), np.array(essential, bool)
    )


def esri(list_: SupplyList) -> list[float]:
    return systemic_risk(list_, np.arange(list_.firms)).tolist()


def test_chain_carries_a_failure_down_and_up() -> None:
    """A sells 6 to B, B sells 10 to C. Whoever fails, both others stop: A for want of orders, C of inputs."""
    chain = network([0, 1, 2], (A, B, 6, True), (B, C, 10, True))
    assert esri(chain) == pytest.approx([1.0, 1.0, 1.0])


def test_star_loses_what_its_parts_are_of_all_sales() -> None:
    """A hub B sells 4 to C and 6 to D; it buys 5 of A. S = 15.

    C fails: B keeps 6/10 of its customers, and so does A: (5 x 0.4 + 10 x 0.4) / 15 = 0.4; D is served as ever.
    D fails: both lose 0.6: 0.6. A or B fails: everybody stops: 1.
    """
    star = network([0, 1, 2, 3], (A, B, 5, True), (B, C, 4, True), (B, D, 6, True))
    assert esri(star) == pytest.approx([1.0, 1.0, 0.4, 0.6])


def test_essential_input_stops_and_another_only_slows() -> None:
    """C buys 8 of A and 2 of B and sells 10 to D; S = 20. B is alone in making its product, but C can do without.

    B fails: C makes 1 - 2/10, and sells that to D, whose only input is 80 % there: (2 + 10 x 0.2 ) / 20 by way down;
    up, A has all its customers, for upstream C is whole. Together 0.2. Were it essential, C would stop: down 2 + 10,
    A loses nothing upstream either: 12/20.
    """
    links = ((A, C, 8, True), (C, D, 10, True))
    mild = network([0, 1, 2, 3], *links, (B, C, 2, False))
    hard = network([0, 1, 2, 3], *links, (B, C, 2, True))
    assert esri(mild)[B] == pytest.approx((2 + 10 * 0.2) / 20)
    assert esri(hard)[B] == pytest.approx((2 + 10) / 20)


def test_extra_inputs_add_up_and_essential_ones_do_not() -> None:
    """E buys 4 of A, 3 of B, 3 of C and sells nothing; A and B fail in their common supplier D, who sells them 1 each.

    E's output has no weight, so S = 12. D fails: A, B stop (down): 1 + 1 + 4 + 3 = 9 of 12; C is untouched.
    """
    net = network(
        [0, 1, 2, 3, 4], (D, A, 1, True), (D, B, 1, True), (A, E, 4, False), (B, E, 3, False), (C, E, 3, False)
    )
    assert esri(net)[D] == pytest.approx((2 + 4 + 3) / 12)


@pytest.mark.parametrize(("failing", "lack"), [(A, 0.5 * 1.0), (B, 0.3 * 30 / 70), (C, 0.2 * 20 / 80)])
def test_firms_of_one_product_stand_in_for_each_other(failing: int, lack: float) -> None:
    """A, B and C sell 50, 30 and 20 of one product to D, which sells 100 to E: S = 200.

    Who fails is replaced but for its share in what the others sell: sigma = 50/50, 30/70, 20/80. D lacks its share of
    the input times that. E's output has no weight.
    """
    net = network([0, 0, 0, 1, 2], (A, D, 50, True), (B, D, 30, True), (C, D, 20, True), (D, E, 100, True))
    own = (50, 30, 20)[failing]
    assert esri(net)[failing] == pytest.approx((own + 100 * lack) / 200)


def test_share_of_the_market_grows_as_others_fall() -> None:
    """A makes an input for B only; B and C sell 50 each of one product to D, which sells 100 to E; A sells 10. S = 210.

    A fails, so B stops, and C alone is left: sigma of B = 50/50 = 1, D lacks half: (10 + 50 + 50) / 210.
    """
    net = network([0, 1, 1, 2, 3], (A, B, 10, True), (B, D, 50, True), (C, D, 50, True), (D, E, 100, True))
    assert esri(net)[A] == pytest.approx((10 + 50 + 50) / 210)


def test_a_loop_settles() -> None:
    """A and B buy of each other, B also sells 5 to C: A 10, B 20 of sales. If C fails, B keeps 15/20 of its customers
    at first; A keeps what B makes, B then 15/20 x A: u_B = 0.75 u_A, u_A = u_B, so that both end at nought.
    """
    net = network([0, 1, 2], (A, B, 10, True), (B, A, 15, True), (B, C, 5, True))
    assert esri(net)[C] == pytest.approx(1.0, abs=1e-4)


def test_nobody_loses_by_a_firm_that_deals_with_nobody() -> None:
    net = network([0, 1, 2], (A, B, 1, True))
    assert esri(net)[C] == 0.0


def test_list_of_a_world_has_its_flows_at_base_prices() -> None:
    """A chain of three that sells 100 cars a day: flows are price x what is used, and the market is the last firm."""
    tables = chain_of_three()
    found = supply_list(register(tables))
    price = {good.good: good.price_jpy_mn for good in tables.goods}
    wanted = [100 * 0.001 * 0.02 * price["dytb"], 100 * 0.001 * price["magnet"], 100 * price["car"]]
    assert found.amount.tolist() == pytest.approx(wanted)
    assert found.buyer.tolist() == [1, 2, 3]
    assert esri_of_world(tables)["esri"].tolist() == pytest.approx([1.0, 1.0, 1.0])
