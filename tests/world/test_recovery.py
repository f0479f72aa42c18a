"""After every shock that ends, output comes back: nothing ratchets down."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import product
from typing import Any

import numpy as np
import pytest

from model.scenario.events import CapacityShock
from runs.simulation.stage import Stage, read_story
from tests.support.worlds import START, world_of
from tests.world.test_crosscheck import five_firms

BACK = 1e-4  # of normal output


def shock(day: date, days: int, times: float, **lines: Any) -> CapacityShock:
    """Some lines make less for some days."""
    return CapacityShock(kind="capacity", date=day, until=days, note="a fire", source="made up", times=times, **lines)


@pytest.mark.parametrize(("times", "days"), list(product((0.0, 0.2, 0.5, 0.7), (1, 20, 60, 120))))
def test_a_network_as_imports_write_it_comes_back(times: float, days: int) -> None:
    """Orders that outlive no second day (patience of one day) used to be cancelled before a supplier saw them."""
    chain = world_of(five_firms(), [shock(START + timedelta(days=5), days, times, lines=("MINE",))], audited=False)
    chain.pass_quiet_days(5 + days + 300)
    np.testing.assert_allclose(chain.world.flows.output, chain.world.network.baseline, rtol=BACK)


@pytest.mark.parametrize("lines", [{"goods": ("dytb",)}, {"goods": ("small_motor",)}, {"countries": ("CN",)}])
@pytest.mark.parametrize(("times", "days"), list(product((0.0, 0.5), (10, 60, 150))))
def test_the_base_case_comes_back(times: float, days: int, lines: dict[str, Any]) -> None:
    story, tables = read_story("calm")
    strike = shock(story.start + timedelta(days=12), days, times, **lines)
    chain = Stage(world=(story.model_copy(update={"shocks": (strike,)}), tables), minds=False)
    chain.pass_quiet_days(12 + days + 700)
    worth = chain.world.network.value_added
    assert chain.world.flows.output @ worth == pytest.approx(chain.world.network.baseline @ worth, rel=BACK)


def test_the_base_case_comes_back_with_people_in_it() -> None:
    story, tables = read_story("calm")
    strike = shock(story.start + timedelta(days=12), 60, 0.0, goods=("dytb",))
    chain = Stage(world=(story.model_copy(update={"shocks": (strike,)}), tables))
    for _ in range(12 + 60 + 500):
        chain.step()
    worth = chain.world.network.value_added
    assert chain.world.flows.output @ worth == pytest.approx(chain.world.network.baseline @ worth, rel=BACK)
