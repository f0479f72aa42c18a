"""Scenarios side by side: the same seeds, the outcomes of each, and how they differ."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from statistics import median
from typing import Any

import pandas as pd

from model.tables.faults import Faults
from model.tables.tables import Tables
from runs.measures.outcomes import STORY_STOP, outcomes
from runs.simulation.focus import focus_of
from runs.simulation.luck import luck_matters
from runs.simulation.money_units import BILLION, MoneyUnit, choose_unit
from runs.simulation.record import Record
from runs.simulation.settings import World
from runs.simulation.stage import play, read_story, stage

Comparison = dict[str, list[dict[str, Any]]]  # scenario -> outcomes of each seed

COUNTRY_LABELS = {
    "first_stop_day": "First stop of any line in {country}, day after the shock",
    "lines_stopped": "Lines stopped in {country}",
    "stop_days": "Days of stopped lines in {country}, summed",
    "vehicles_not_built": "Vehicles not built in {country}",
    "value_added_lost_jpy_bn": "Value added lost in {country}, bn {money}",
    "gdp_share_lost_pct": "The same as % of a year's GDP, {country}",
    "gdp_share_lost_with_suppliers_pct": "With suppliers beyond the tables, {country}",
}
STORY_LABEL = "First stop among makers of {story}, {country}, day"
LOSS = "value_added_lost_jpy_bn"  # the outcome that is money
NEVER = "none"
GAP = 2


def outcome_labels(tables: Tables) -> dict[str, str]:
    """The outcomes that are set side by side, with their labels: those of each country, then licences."""
    about = focus_of(tables)
    labels = {
        f"{name}_{code}": label.format(country=about.name(code), story=about.story, money=about.money.code)
        for name, label in (({STORY_STOP: STORY_LABEL} if about.story else {}) | COUNTRY_LABELS).items()
        for code in about.panels
    }
    return labels | {"applications_filed": "Licences applied for", "applications_granted": "Licences granted"}


def read_worlds(scenarios: Sequence[str], folder: Path | None = None) -> list[World]:
    """Read scenarios and their tables, those of the base case or of a world's folder; raise Faults with what is wrong
    in any of them."""
    worlds: list[World] = []
    faults: list[str] = []
    for scenario in scenarios:
        try:
            worlds.append(read_story(scenario, world=folder))
        except Faults as found:
            faults += found.sentences
    if faults:
        raise Faults(faults)
    return worlds


def compare(
    worlds: Sequence[World], seeds: Sequence[int], done: Callable[[], None] = lambda: None
) -> tuple[Comparison, dict[str, Record]]:
    """Run each world with each seed; return all outcomes, and the records of the first seed.

    Where luck plays no part, a world is run once for all seeds. done: called after each run, and for each saved one.
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


def outcomes_frame(comparison: Comparison) -> pd.DataFrame:
    """All outcomes as a frame with a row a scenario, seed and outcome."""
    rows = [
        (name, each["seed"], key, value)
        for name, runs in comparison.items()
        for each in runs
        for key, value in each.items()
        if key not in ("scenario", "seed", "start")
    ]
    return pd.DataFrame(rows, columns=["scenario", "seed", "outcome", "value"])


def comparison_table(comparison: Comparison, labels: Mapping[str, str], width: int) -> str:
    """The main outcomes as text, scenarios side by side, in as many blocks as fit into a width of so many letters.

    labels: outcome -> what it is called; one that no run has is left out.
    """
    known = {key for runs in comparison.values() for each in runs for key in each}
    labels = {key: words for key, words in labels.items() if key in known}
    units = {key: unit_of(comparison, key) for key in labels}
    labels = {key: words.replace(f", {BILLION.short} ", f", {units[key].short} ") for key, words in labels.items()}
    label = max(len(words) for words in labels.values())
    cells = {
        name: [name, *(median_text([in_unit(each.get(key), units[key]) for each in runs]) for key in labels)]
        for name, runs in comparison.items()
    }
    wide = {name: max(len(text) for text in column) + GAP for name, column in cells.items()}
    blocks = []
    for names in split_into_blocks(wide, width - label):
        rows = zip(("", *labels.values()), *(cells[name] for name in names), strict=True)
        blocks.append("\n".join(table_line(row, label, [wide[name] for name in names]) for row in rows))
    seeds = max(len(runs) for runs in comparison.values())
    note = [] if seeds == 1 else [f"Median of {seeds} seeds, with lowest and highest where they differ."]
    return "\n\n".join(blocks + note)


def unit_of(comparison: Comparison, key: str) -> MoneyUnit:
    """In what an outcome is told: billions, or less where it is money and small; what is no money stays as it is."""
    if not key.startswith(LOSS):
        return BILLION
    return choose_unit(each[key] for runs in comparison.values() for each in runs if each.get(key) is not None)


def in_unit(value: float | None, unit: MoneyUnit) -> float | None:
    """An outcome in its unit."""
    return None if value is None else value / unit.billions


def luck_note(comparison: Comparison, seeds: int) -> str:
    """A sentence with the scenarios that were run once for all seeds; empty where there are none."""
    once = [name for name, runs in comparison.items() if len(runs) < seeds]
    if not once:
        return ""
    return f"Luck plays no part in {' and '.join(once)}: one run stands for all {seeds} seeds."


def table_line(row: tuple[str, ...], label: int, widths: Sequence[int]) -> str:
    """One row of the table."""
    values = "".join(f"{text:>{wide}}" for text, wide in zip(row[1:], widths, strict=True))
    return f"{row[0]:<{label}}{values}".rstrip()


def split_into_blocks(widths: Mapping[str, int], room: int) -> list[list[str]]:
    """Names in groups that each fit into a width of so many letters; a name that is too wide is a group of its own."""
    blocks: list[list[str]] = []
    used = room + 1
    for name, width in widths.items():
        if used + width > room:
            blocks.append([])
            used = 0
        blocks[-1].append(name)
        used += width
    return blocks


def median_text(values: Sequence[float | None]) -> str:
    """The median of an outcome over the seeds, with lowest and highest if they differ.

    >>> median_text([3.0]), median_text([None]), median_text([1.0, 2.0, 4.0]), median_text([None, 5.0])
    ('3', 'none', '2 (1 to 4)', '5 (1 of 2)')
    """
    known = [value for value in values if value is not None]
    if not known:
        return NEVER
    middle = three_digits(median(known))
    if len(known) < len(values):
        return f"{middle} ({len(known)} of {len(values)})"
    low, high = three_digits(min(known)), three_digits(max(known))
    return middle if low == high else f"{middle} ({low} to {high})"


def three_digits(value: float) -> str:
    """A number with three digits, or all of those before the point.

    >>> three_digits(1234567.8), three_digits(0.01234), three_digits(0.0)
    ('1,234,568', '0.0123', '0')
    """
    return f"{value:,.0f}" if abs(value) >= 100.0 else f"{value:.3g}"
