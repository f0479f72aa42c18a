"""List the scenarios of the base case or of a world: what happens in each, and from when to when it runs."""

from __future__ import annotations

import argparse
import json
import textwrap
from pathlib import Path
from typing import TYPE_CHECKING

from runs.commands.arguments import DEFAULT_SCENARIO, add_json, add_world, page_width

if TYPE_CHECKING:
    from model.scenario.scenario import Scenario

EXAMPLE = "linestop scenarios --world graphite"


def add(parser: argparse.ArgumentParser) -> None:
    """Add the arguments."""
    add_world(parser)
    add_json(parser)


def run(args: argparse.Namespace) -> int:
    """Print the scenarios, the default first, and which worlds there are."""
    scenarios, default = shipped_scenarios() if args.world is None else scenarios_of(args.world)
    if args.json:
        print(json.dumps([as_dict(each) for each in scenarios], indent=1, ensure_ascii=False))
    else:
        note = note_of(args.world, bool(scenarios))
        print("\n\n".join([*(as_text(each, each.name == default) for each in scenarios), note]))
    return 0


def shipped_scenarios() -> tuple[list[Scenario], str]:
    """The scenarios of the base case, the default first."""
    from model.scenario.scenario import read_scenario
    from model.scenario.scenario_files import scenario_names
    from runs.simulation.stage import SCENARIOS

    names = sorted(scenario_names(SCENARIOS), key=lambda name: (name != DEFAULT_SCENARIO, name))
    return [read_scenario(name, SCENARIOS) for name in names], DEFAULT_SCENARIO


def scenarios_of(world: Path) -> tuple[list[Scenario], str]:
    """The scenarios in the folder of a world, its main one first; raise Faults with what is wrong in any of them."""
    from model.tables.faults import Faults
    from model.tables.world_folder import about_world
    from runs.batch.comparison import read_worlds
    from runs.simulation.shipped_worlds import main_scenario, scenario_files

    about_world(world)
    faults: list[str] = []
    names = [path.stem for path in scenario_files(world, faults)]
    if faults:
        raise Faults(faults)
    main = main_scenario(world)
    return [story for story, _ in read_worlds(sorted(names, key=lambda name: (name != main, name)), world)], main


def note_of(world: Path | None, has_any: bool) -> str:
    """A sentence on how to play another world, or this one, which may have no scenarios of its own."""
    from runs.simulation.shipped_worlds import shipped_worlds

    names = ", ".join(shipped_worlds())
    words = f"Other worlds that come with Linestop: {names}; 'linestop scenarios --world NAME' lists their scenarios."
    if world is not None:
        words = f"'linestop run NAME --world {world.name}' plays one of them."
        if not has_any:
            run = f"'linestop run FILE --world {world.name}'"
            words = f"{world.name} has no scenarios of its own; {run} plays one of yours."
    return textwrap.fill(words, page_width())


def as_dict(scenario: Scenario) -> dict[str, object]:
    """A scenario as a JSON object."""
    return {
        "name": scenario.name,
        "title": scenario.title,
        "about": scenario.about,
        "start": str(scenario.start),
        "end": str(scenario.end),
        "days": scenario.days,
        "shock_date": None if scenario.shock_date is None else str(scenario.shock_date),
    }


def as_text(scenario: Scenario, is_default: bool = False) -> str:
    """A scenario as text."""
    default = " (default)" if is_default else ""
    shock = "no shock" if scenario.shock_date is None else f"shock on {scenario.shock_date}"
    head = f"{scenario.name}{default} - {scenario.title}: {scenario.start} to {scenario.end}, {shock}"
    return head + "\n" + textwrap.fill(scenario.about, page_width(), initial_indent="  ", subsequent_indent="  ")
