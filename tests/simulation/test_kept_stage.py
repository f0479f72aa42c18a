"""A running stage can be kept, copied and branched: it goes on to the bit as it would have gone on."""

from __future__ import annotations

import copy
import pickle
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import numpy as np
import pytest

from agents.player import Move
from model.scenario.events import CapacityShock
from model.state import World
from runs.simulation.record import Recorder
from runs.simulation.stage import Stage, stage

Keep = Callable[[Stage], Stage]
WAYS: dict[str, Keep] = {
    "pickle": lambda chain: pickle.loads(pickle.dumps(chain)),
    "deepcopy": copy.deepcopy,
    "one of its people": lambda chain: pickle.loads(pickle.dumps(chain.people["SEJ-H"])).chain,
}


def rooms(world: World) -> list[Any]:
    return [column for room in world for column in room]


def same(one: Stage, other: Stage) -> bool:
    return all(np.array_equal(a, b) for a, b in zip(rooms(one.world), rooms(other.world), strict=True))


@pytest.mark.parametrize("way", WAYS)
def test_a_kept_stage_goes_on_as_if_nothing_had_been(way: str) -> None:
    chain = stage("january-2026", seed=3)
    for _ in range(130):
        chain.step()
    again = WAYS[way](chain)
    assert same(chain, again)
    for _ in range(30):
        chain.step()
        again.step()
    assert same(chain, again)
    tables = [each.datacollector.get_model_vars_dataframe() for each in (chain, again)]
    assert tables[0].equals(tables[1])


def test_a_branch_leaves_its_trunk_alone() -> None:
    chain = stage("full-stop", settings=["days=200"])
    for _ in range(100):
        chain.step()
    branch, trunk = copy.deepcopy(chain), copy.deepcopy(chain)
    fire = CapacityShock(
        kind="capacity", date=chain.today + timedelta(days=2), until=20, note="a fire", source="made up",
        goods=("small_motor",), times=0.0,
    )  # fmt: skip
    branch.announce(fire)
    branch.give_orders("SEJ-H", [Move(branch.today, "hold", {"good": "dytb", "days": 90.0})])
    for _ in range(30):
        for each in (chain, branch, trunk):
            each.step()
    assert same(chain, trunk) and not same(chain, branch)
    assert branch.world.state.stock.sum() != chain.world.state.stock.sum()


def test_a_kept_stage_can_be_recorded_and_nobody_may_write_into_it() -> None:
    chain = stage("truce", settings=["days=120"])
    for _ in range(95):
        chain.step()
    again = pickle.loads(pickle.dumps(chain))
    records = []
    for each in (chain, again):
        recorder = Recorder(each, 10)
        for _ in range(10):
            each.step()
            recorder.note_day()
        records.append(recorder.record())
    for name, column in records[0].lines.items():
        np.testing.assert_array_equal(column, records[1].lines[name])
    for column in (again.world.state.stock, again.world.network.baseline, again.people["SEJ-H"]._read.state.stock):
        with pytest.raises((ValueError, TypeError), match="read-only"):
            column[0] = 1.0
