"""The fans of the episodes: what each comes to for each value of what nobody knew, in worlds that fit, too."""

from __future__ import annotations

from collections.abc import Sequence

from model.scenario.ranges import Range
from model.scenario.scenario import read_scenario
from model.tables.ensemble import World, read_ensemble
from runs.batch.fates import MOST_WORLDS, play_fate, settings_in_world
from runs.measures.spread import FAN_COLUMNS, Fan, Fate
from runs.processes.compiled_day import simulation_executor
from runs.reference.markdown_table import markdown_table
from runs.simulation.stage import SCENARIOS
from runs.validation.cost_of_a_stop import Callback
from runs.validation.fact_results import episodes
from runs.validation.stylised_facts import stylised_facts


def ranges_of_episodes() -> list[tuple[str, Range]]:
    """The ranges that the episodes of the facts name, each with its episode."""
    names = episodes(stylised_facts())
    return [(name, each) for name in names for each in read_scenario(name, SCENARIOS).ranges]


def worlds_of_fans() -> list[World]:
    """The worlds in which fans are played beside the base case."""
    return [*read_ensemble()[:MOST_WORLDS]]


def count_fan_runs() -> int:
    """How many runs the fans take."""
    return (1 + len(worlds_of_fans())) * sum(len(each.values) for _, each in ranges_of_episodes())


def find_fans(width: int | None = None, tick: Callback = lambda: None) -> list[Fan]:
    """Play the fans of all episodes: the base case with seed 1, and each world with a seed of its own."""
    ranges, worlds = ranges_of_episodes(), worlds_of_fans()
    tasks = [
        (name, seed, (*world, *each.set_to(value)))
        for name, each in ranges
        for seed, world in [(1, ()), *((i, settings_in_world(name, world)) for i, world in enumerate(worlds, 1))]
        for value in each.values
    ]
    found: list[Fate] = []
    with simulation_executor(play_fate, width) as executor:
        for future in [executor.submit(play_fate, *task) for task in tasks]:
            found.append(future.result())
            tick()
    return put_together([each for _, each in ranges], 1 + len(worlds), found)


def put_together(ranges: Sequence[Range], runs: int, fates: Sequence[Fate]) -> list[Fan]:
    """Fans from fates in the order range, run, value; of the runs the first is that of the base case."""
    fans, rest = [], list(fates)
    for each in ranges:
        count = len(each.values)
        rows = [tuple(rest[run * count : (run + 1) * count]) for run in range(runs)]
        fans.append(Fan(each, rows[0], tuple(rows[1:])))
        rest = rest[runs * count :]
    return fans


def fans_markdown(fans: Sequence[Fan]) -> str:
    """The fans as Markdown tables, each with what would tell its values apart, for a page."""
    lines: list[str] = []
    for fan in fans:
        band = f", in brackets 90 % of {len(fan.worlds)} worlds that fit" if fan.worlds else ""
        lines += ["", f"**What hangs on the {fan.range.name}**{band}", ""]
        lines.append(markdown_table(FAN_COLUMNS, fan.rows()))
        lines += ["", f"What would tell: {fan.range.told_by}"]
    return "\n".join(lines)
