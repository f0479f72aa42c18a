"""The record holds what stood in the columns; what worlds share in memory, no run changes."""

from __future__ import annotations

import pickle
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import pytest

from model.chain import SupplyChain
from runs.simulation.record import KEPT, MEASURED, ROOM_OF, Array, Recorder
from runs.simulation.stage import Stage, read_story, stage
from runs.worlds.synthetic import generate
from tests.simulation.test_determinism import fingerprint

DAYS = 70


def column_now(chain: SupplyChain, name: str) -> Array:
    return np.array(getattr(getattr(chain.world, ROOM_OF[name]), name))


@pytest.fixture(scope="module")
def wide(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A world of a thousand anonymous firms around the named ones."""
    folder = tmp_path_factory.mktemp("wide") / "world"
    generate(1000, 1, folder)
    return folder


@pytest.mark.parametrize("with_anonymous", [False, True], ids=["named", "anonymous"])
@pytest.mark.parametrize("kept", [KEPT, MEASURED], ids=["all", "measured"])
def test_the_record_is_what_stood_in_the_columns(
    kept: Mapping[str, Sequence[str]], with_anonymous: bool, wide: Path
) -> None:
    chain = stage("april-2025", world=wide if with_anonymous else None)
    recorder, seen = Recorder(chain, DAYS, kept), []
    for _ in range(DAYS):
        chain.step()
        recorder.note_day()
        seen.append({name: column_now(chain, name) for names in kept.values() for name in (*names, "clock")})
    record = recorder.record()
    for table, names in kept.items():
        for name in names:
            noted = getattr(record, table)[name]
            there = [day[name][: noted.shape[1]] for day in seen]  # rows of anonymous lines are not kept
            assert np.array_equal(noted, there), name
    assert np.array_equal(record.projects, [day["clock"][chain.world.network.dormant] for day in seen])
    assert (
        record.lines["output"].shape == (DAYS, len(chain.register.tables.firms)) and record.links["shipped"][-1].any()
    )


def test_worlds_of_the_same_tables_share_what_never_changes_and_no_run_changes_it() -> None:
    world = read_story("april-2025")
    first, second = (Stage("april-2025", 1, world=world) for _ in range(2))
    alone = stage("april-2025", 1)
    assert played(first) == played(second) == played(alone)
    for name, mine in first.world.network._asdict().items():
        assert np.shares_memory(mine, getattr(second.world.network, name)) or not mine.size, name
        assert np.array_equal(mine, getattr(alone.world.network, name)), name
        assert not np.shares_memory(mine, getattr(alone.world.network, name)), name


def test_nobody_can_write_to_what_worlds_share() -> None:
    chain = stage("april-2025")
    with pytest.raises(ValueError, match="read-only"):
        chain._world.network.capacity[0] = 1.0
    with pytest.raises(TypeError, match="read-only"):
        chain.people["SEJ-H"]._partners.needs["dytb"] = 0
    with pytest.raises(TypeError, match="read-only"):
        chain.people["SEJ-H"]._partners.customers.update(gold=0)


def played(chain: SupplyChain) -> str:
    """A fingerprint of some days."""
    recorder = Recorder(chain, DAYS)
    for _ in range(DAYS):
        chain.step()
        recorder.note_day()
    return fingerprint(recorder.record())


def test_what_was_found_of_a_world_stays_behind_when_it_travels() -> None:
    tables = read_story("calm")[1]
    Stage("calm", 1, world=(read_story("calm")[0], tables))
    assert tables.cache.values
    assert not pickle.loads(pickle.dumps(tables)).cache.values
