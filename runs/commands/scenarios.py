"""List the scenarios: what happens in each, and from when to when it runs."""

from __future__ import annotations

import argparse
import json
import textwrap
from typing import TYPE_CHECKING

from runs.commands.arguments import DEFAULT_SCENARIO, add_json, page_width

if TYPE_CHECKING:
    from model.scenario.scenario import Scenario

EXAMPLE = "linestop scenarios --json"


def add(parser: argparse.ArgumentParser) -> None:
    """Add the arguments."""
    add_json(parser)


def run(args: argparse.Namespace) -> int:
    """Print the scenarios, the default first."""
    from model.scenario.scenario import read_scenario, scenario_names
    from runs.simulation.stage import SCENARIOS

    names = sorted(scenario_names(SCENARIOS), key=lambda name: (name != DEFAULT_SCENARIO, name))
    scenarios = [read_scenario(name, SCENARIOS) for name in names]
    if args.json:
        print(json.dumps([as_dict(each) for each in scenarios], indent=1, ensure_ascii=False))
    else:
        print("\n\n".join(as_text(each) for each in scenarios))
    return 0


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


def as_text(scenario: Scenario) -> str:
    """A scenario as text."""
    default = " (default)" if scenario.name == DEFAULT_SCENARIO else ""
    shock = "no shock" if scenario.shock_date is None else f"shock on {scenario.shock_date}"
    head = f"{scenario.name}{default} - {scenario.title}: {scenario.start} to {scenario.end}, {shock}"
    return head + "\n" + textwrap.fill(scenario.about, page_width(), initial_indent="  ", subsequent_indent="  ")
