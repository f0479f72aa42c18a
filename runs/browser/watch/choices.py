"""What a visitor may choose to watch: the scenarios of a world, and what the command has named."""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path

from model.scenario.scenario_files import scenario_names
from model.tables.faults import Faults
from runs.simulation.levers import Choice
from runs.simulation.shipped_worlds import scenario_files
from runs.simulation.stage import DEFAULT_SCENARIO, SCENARIOS
from runs.simulation.watched_run import load_world

SCENARIO_SERVED, WORLD_SERVED = "LINESTOP_SCENARIO", "LINESTOP_WORLD"  # in the environment of the server


@cache
def scenario_titles(world: str | None = None) -> tuple[tuple[str, str], ...]:
    """The scenarios that a visitor may choose: (name, title), with the one that the page was opened with.

    In a world of somebody's own these are the ones that it can play.
    """
    shipped, served = scenario_names(SCENARIOS), served_choice()
    own = [] if world is None else [path.stem for path in scenario_files(Path(world), [])]
    first = [served.scenario] if served.world == world and served.scenario not in (*own, *shipped) else []
    names = [name for name in dict.fromkeys((*first, *own, *shipped)) if world is None or plays(name, world)]
    return tuple((name, load_world(name, (), world)[0].title) for name in names)


def plays(scenario: str, world: str) -> bool:
    """Whether a world can play a scenario."""
    try:
        load_world(scenario, (), world)
    except Faults:
        return False
    return True


def served_choice() -> Choice:
    """What the page opens with: the scenario and the world that the command has named, if any."""
    return Choice(os.environ.get(SCENARIO_SERVED, DEFAULT_SCENARIO), world=os.environ.get(WORLD_SERVED))
