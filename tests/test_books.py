"""A line's books: what is sold, what is paid for, and what an authority takes."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from agents.licensing_authority import LicensingAuthority
from model.chain import SupplyChain
from tests.worlds import small_stage, world_of

FRIDAYS = [2, 9, 16]  # days from the start, a Wednesday, on which the authority decides
PASSED_ON = 0.3 * 130.0 * 0.001 * 0.02  # tonnes a day of the magnet maker's draw that come by way of the trader
FINE = 20.0 * 7 * PASSED_ON  # the multiple of tests/worlds.py x a week's goods at a million a tonne


def neighbour_passes_on(chance: float) -> SupplyChain:
    """The small stage, with three tenths of the magnet maker's material passed on by the trader in Korea."""
    tables = small_stage()
    shares = {("SEP", "MAG"): 0.7, ("KOR", "MAG"): 0.3}
    links = (link.model_copy(update={"share": shares.get((link.supplier, link.line), link.share)})
             for link in tables.links)  # fmt: skip
    chain = world_of(replace(tables, links=tuple(links)))
    chain._world.conditions.inspect[0] = chance
    chain.seat(LicensingAuthority(chain))
    return chain


def profits(chain: SupplyChain, days: int) -> np.ndarray:
    """What each line earns a day, days x F."""
    notes = []
    for _ in range(days):
        chain.step()
        notes.append(chain.world.flows.profit.copy())
    return np.array(notes)


def test_whoever_is_found_passing_goods_on_pays_exactly_the_fine_once_a_finding() -> None:
    quiet, watched = neighbour_passes_on(0.0), neighbour_passes_on(1.0)
    taken = profits(quiet, 20) - profits(watched, 20)
    expected = np.zeros_like(taken)
    expected[FRIDAYS, quiet.register.row("KOR")] = FINE
    np.testing.assert_allclose(taken, expected, rtol=1e-6, atol=1e-12)  # means are in single precision
    assert not watched.world.policy.fine.any()  # paid, and not asked for twice


@pytest.mark.parametrize("amount", [-1.0, float("nan")])
def test_a_fine_is_an_amount(amount: float) -> None:
    with pytest.raises(ValueError, match="a fine must be a number from 0"):
        LicensingAuthority(neighbour_passes_on(0.0)).fine("KOR", amount)


def test_a_fine_names_a_line_of_this_world() -> None:
    with pytest.raises(ValueError, match="'TOY' is no line of this world"):
        LicensingAuthority(neighbour_passes_on(0.0)).fine("TOY", 1.0)
