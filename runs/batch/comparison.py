"""Scenarios side by side: the same seeds, the outcomes of each, and how they differ."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from statistics import median
from typing import Any

import pandas as pd

from model.scenario.scenario import Scenario, read_world
from model.tables.faults import Faults
from model.tables.table_files import DATA
from model.tables.tables import Tables
from runs.measures.outcomes import outcomes
from runs.simulation.luck import luck_matters
from runs.simulation.record import Record
from runs.simulation.stage import SCENARIOS, play, stage

Comparison = dict[str, list[dict[str, Any]]]  # scenario -> outcomes of each seed
World = tuple[Scenario, Tables]

ROWS = {
    "first_stop_day_JP": "First stop in Japan, day after the shock",
    "first_stop_day_KR": "First stop in South Korea, day after the shock",
    "lines_stopped_JP": "Lines stopped in Japan",
    "lines_stopped_KR": "Lines stopped in South Korea",
    "stop_days_JP": "Days on which lines stood in Japan, summed",
    "stop_days_KR": "The same in South Korea",
    "vehicles_not_built_JP": "Vehicles not built in Japan",
    "vehicles_not_built_KR": "Vehicles not built in South Korea",
    "value_added_lost_jpy_bn_JP": "Value added lost in Japan, bn JPY",
    "value_added_lost_jpy_bn_KR": "Value added lost in South Korea, bn JPY",
    "gdp_share_lost_pct_JP": "The same as % of a year's GDP, Japan",
    "gdp_share_lost_pct_KR": "The same as % of a year's GDP, South Korea",
    "applications_filed": "Licences applied for",
    "applications_granted": "Licences granted",
}
NEVER = "none"
GAP = 2


def worlds_of(scenarios: Sequence[str]) -> list[World]:
    """Read all scenarios; raise Faults with what is wrong in any of them."""
    worlds: list[World] = []
    faults: list[str] = []
    for scenario in scenarios:
        try:
            worlds.append(read_world(scenario, SCENARIOS, DATA))
        except Faults as found:
            faults += found.sentences
    if faults:
        raise Faults(faults)
    return worlds


def compare(
    worlds: Sequence[World], seeds: Sequence[int], done: Callable[[], None] = lambda: None
) -> tuple[Comparison, dict[str, Record]]:
    """Run each world with each seed; hand back all outcomes, and the records of the first seed.

    Where luck plays no part, one run stands for all seeds. done: called after each run, or for each that is spared.
    """
    comparison: Comparison = {}
    records: dict[str, Record] = {}
    for world in worlds:
        name = world[0].name
        comparison[name] = []
        for seed in seeds:
            chain = stage(name, seed, world=world)
            record = play(chain)
            chain.release()
            records.setdefault(name, record)
            comparison[name].append(outcomes(record))
            done()
            if len(seeds) > 1 and seed == seeds[0] and not luck_matters(*world, record=record):
                for _ in seeds[1:]:
                    done()
                break
    return comparison, records


def tidy(comparison: Comparison) -> pd.DataFrame:
    """All outcomes, a row a scenario, seed and outcome."""
    rows = [
        (name, each["seed"], key, value)
        for name, runs in comparison.items()
        for each in runs
        for key, value in each.items()
        if key not in ("scenario", "seed", "start")
    ]
    return pd.DataFrame(rows, columns=["scenario", "seed", "outcome", "value"])


def shown(comparison: Comparison, width: int) -> str:
    """The outcomes that matter most, scenarios side by side, in as many blocks as the width asks for."""
    label = max(len(words) for words in ROWS.values())
    cells = {
        name: [name, *(cell([each.get(key) for each in runs]) for key in ROWS)] for name, runs in comparison.items()
    }
    wide = {name: max(len(text) for text in column) + GAP for name, column in cells.items()}
    blocks = []
    for names in blocks_of(wide, width - label):
        rows = zip(("", *ROWS.values()), *(cells[name] for name in names), strict=True)
        blocks.append("\n".join(line(row, label, [wide[name] for name in names]) for row in rows))
    seeds = max(len(runs) for runs in comparison.values())
    note = [] if seeds == 1 else [f"Median of {seeds} seeds, with lowest and highest where they differ."]
    return "\n\n".join(blocks + note)


def told_once(comparison: Comparison, seeds: int) -> str:
    """Which scenarios were run once for all seeds, in a sentence; nothing where each seed had its run."""
    once = [name for name, runs in comparison.items() if len(runs) < seeds]
    if not once:
        return ""
    return f"Luck plays no part in {' and '.join(once)}: one run stands for all {seeds} seeds."


def line(row: tuple[str, ...], label: int, widths: Sequence[int]) -> str:
    """One row of the table."""
    values = "".join(f"{text:>{wide}}" for text, wide in zip(row[1:], widths, strict=True))
    return f"{row[0]:<{label}}{values}".rstrip()


def blocks_of(wide: Mapping[str, int], room: int) -> list[list[str]]:
    """Names in groups that each fit beside the labels; a name that is too wide stands alone."""
    blocks: list[list[str]] = []
    used = room + 1
    for name, width in wide.items():
        if used + width > room:
            blocks.append([])
            used = 0
        blocks[-1].append(name)
        used += width
    return blocks


def cell(values: Sequence[float | None]) -> str:
    """The median of an outcome over the seeds, with lowest and highest if they differ.

    >>> cell([3.0]), cell([None]), cell([1.0, 2.0, 4.0]), cell([None, 5.0])
    ('3', 'none', '2 (1 to 4)', '5 (1 of 2)')
    """
    known = [value for value in values if value is not None]
    if not known:
        return NEVER
    middle = rounded(median(known))
    if len(known) < len(values):
        return f"{middle} ({len(known)} of {len(values)})"
    low, high = rounded(min(known)), rounded(max(known))
    return middle if low == high else f"{middle} ({low} to {high})"


def rounded(value: float) -> str:
    """A number with three digits, or all of those before the point.

    >>> rounded(1234567.8), rounded(0.01234), rounded(0.0)
    ('1,234,568', '0.0123', '0')
    """
    return f"{value:,.0f}" if abs(value) >= 100.0 else f"{value:.3g}"
