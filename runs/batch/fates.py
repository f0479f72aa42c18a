"""Other runs of a story, over its ranges and in the worlds of the ensemble, and what became of home in each."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

from model.scenario.ranges import Range
from model.scenario.scenario import Scenario, read_files
from model.tables.ensemble import World, read_ensemble, settings_for_scenario
from model.tables.table_files import DATA
from runs.measures.spread import Fan, Fate, fate_of
from runs.simulation.stage import SCENARIOS, play, stage

MOST_WORLDS = 20  # of the ensemble beside a single run


def play_fate(name: str | Path, seed: int, settings: Sequence[str] = (), world: str | Path | None = None) -> Fate:
    """Simulate a scenario with settings and say what became of home."""
    chain = stage(str(name), seed, settings, **({} if world is None else {"world": world}))
    record = play(chain)
    chain.release()
    return fate_of(record)


def fan_of(
    each: Range, name: str | Path, seed: int, settings: Sequence[str] = (), world: str | Path | None = None
) -> Fan:
    """The fan of a scenario over a range; settings and world as those of the run; raise Faults as reading them does."""
    fates = (play_fate(name, seed, (*settings, *each.set_to(value)), world) for value in each.values)
    return Fan(each, tuple(fates))


def fates_in_worlds(name: str | Path, settings: Sequence[str] = (), most: int | None = None) -> list[Fate]:
    """The fates of a scenario in the worlds of the ensemble, each with a seed of its own; settings come on top."""
    return [play_fate(name, seed, settings_in_world(name, world, settings))
            for seed, world in enumerate(read_ensemble()[:most], 1)]  # fmt: skip


def settings_in_world(name: str | Path, world: World, settings: Sequence[str] = ()) -> tuple[str, ...]:
    """The settings of a scenario in a world of the ensemble; further settings come on top."""
    return (*settings_for_scenario(world, scenario_documents(name)), *settings)


@cache
def scenario_documents(name: str | Path) -> tuple[tuple[str, dict[str, Any]], ...]:
    """The files of a scenario, read once."""
    return read_files(name, SCENARIOS, DATA).documents


def fans_of(
    story: Scenario, name: str | Path, seed: int, settings: Sequence[str], world: str | Path | None = None
) -> tuple[Fan, ...]:
    """The fans of all ranges of a scenario, with the seed, the settings and the world of a run."""
    return tuple(fan_of(each, name, seed, settings, world) for each in story.ranges)
