"""Facts of a world that brings some: a table beside its own, judged over seeds as the facts of the base case are."""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Iterable, Sequence
from html import escape
from math import isfinite
from pathlib import Path

from model.tables.faults import Faults, unknown
from runs.figures.png import write_figure
from runs.measures.world_facts import measure_fact_of_world
from runs.processes.compiled_day import simulation_executor
from runs.simulation.record import Record
from runs.simulation.shipped_worlds import scenario_files
from runs.simulation.stage import play, read_story, stage
from runs.validation.cost_of_a_stop import Callback
from runs.validation.fact_results import (
    USE_NAMES,
    FactResult,
    count_passes,
    episodes,
    how_measured,
    judge_fact,
    write_results_tables,
)
from runs.validation.figures import facts_figure
from runs.validation.page import STYLE, facts_tables
from runs.validation.stylised_facts import NUMBER_COLUMNS, StylisedFact, parse_fact

FILE = "facts.csv"
ASKED = ("fact", "episode", "what", "unit", *NUMBER_COLUMNS, "measure", "argument")
USUAL = {"tuned_on": "no", "ids": ""}  # of columns that may be left out


def read_world_facts(world: Path) -> list[StylisedFact]:
    """Read the facts of a world; raise Faults with all that is wrong, and where it brings none."""
    path = world / FILE
    if not path.is_file():
        words = "so nothing is judged; runs/worlds/TUTORIAL.md says how such a table is written"
        raise Faults([f"{world.name}: this world brings no {FILE} of what was observed, {words}"])
    with path.open(encoding="utf-8-sig", newline="") as file:
        lines = csv.DictReader(file)
        missing = [name for name in ASKED if name not in (lines.fieldnames or ())]
        if missing:
            raise Faults(f"{FILE}: column {name}: it is missing; write it in the first line" for name in missing)
        rows = [(lines.line_num, {name: row[name] for name in (*ASKED, *USUAL) if row.get(name) is not None})
                for row in lines]  # fmt: skip
    names = [each.stem for each in scenario_files(world, [])]
    faults = [f"{FILE}: line {number}, {words}" for number, row in rows for words in faults_of_row(row, names)]
    if not rows:
        faults.append(f"{FILE}: found no row; write a fact, or take the file away")
    if faults:
        raise Faults(faults)
    return [parse_fact(USUAL | row) for _, row in rows]


def faults_of_row(row: dict[str, str], scenarios: Sequence[str]) -> list[str]:
    """What is wrong with a fact by itself: its cells, its numbers, its scenario and its use."""
    faults = [f"{name}: it is missing; check the commas of the row" for name in ASKED if name not in row]
    if faults:
        return faults
    faults += [f"{name}: found '{row[name]}'; a number was expected, or nothing" for name in NUMBER_COLUMNS
               if row[name] and not is_number(row[name])]  # fmt: skip
    if bool(row["low"]) != bool(row["high"]):
        faults.append("low and high: found one of them; write both, or neither where nothing was observed")
    elif not faults and row["low"] and float(row["low"]) > float(row["high"]):
        faults.append(f"low: must be <= high ({row['high']}), got {row['low']}")
    if row["episode"] not in scenarios:
        faults.append(f"episode: {unknown(row['episode'], 'scenario of this world', scenarios)}")
    if row.get("tuned_on", "no") not in USE_NAMES:
        faults.append(f"tuned_on: {unknown(row['tuned_on'], 'use of a fact', USE_NAMES)}")
    return faults


def is_number(text: str) -> bool:
    """Whether a text is a number with an end."""
    try:
        return isfinite(float(text))
    except ValueError:
        return False


def play_world(world: Path, episode: str, seed: int) -> Record:
    """Simulate a scenario of a world."""
    chain = stage(episode, seed, world=world)
    record = play(chain)
    chain.release()
    return record


def measure_facts(record: Record, facts: Iterable[StylisedFact]) -> list[float]:
    """Measure facts on a run, in their order; raise Faults with all that cannot be measured."""
    found, faults = [], []
    for fact in facts:
        try:
            found.append(measure_fact_of_world(record, fact.measure, fact.argument))
        except Faults as wrong:
            faults += [f"{FILE}: fact {fact.fact} ({fact.measure}): {words}" for words in wrong.sentences]
    if faults:
        raise Faults(faults)
    return found


def measure_world(world: Path, episode: str, seed: int) -> list[float]:
    """Simulate a scenario of a world and measure its facts, in the order of their table."""
    facts = [fact for fact in read_world_facts(world) if fact.episode == episode]
    return measure_facts(play_world(world, episode, seed), facts)


def validate_world(
    world: Path, seeds: Sequence[int], width: int | None = None, tick: Callback = lambda: None
) -> list[FactResult]:
    """Judge the facts of a world over seeds; width: processes; tick: called after each run.

    The first seed is played before all others, so that a measure that cannot be taken is told at once.
    """
    facts = read_world_facts(world)
    found: dict[str, list[list[float]]] = defaultdict(list)
    for episode in episodes(facts):
        found[episode].append(measure_world(world, episode, seeds[0]))
        tick()
    if len(seeds) > 1:
        with simulation_executor(measure_world, width) as executor:
            futures = [(episode, executor.submit(measure_world, world, episode, seed))
                       for episode in episodes(facts) for seed in seeds[1:]]  # fmt: skip
            for episode, future in futures:
                found[episode].append(future.result())
                tick()
    values = {episode: iter(zip(*runs, strict=True)) for episode, runs in found.items()}
    return [judge_fact(fact, next(values[fact.episode])) for fact in facts]


def titles_of(world: Path, results: Sequence[FactResult]) -> dict[str, str]:
    """The titles of the scenarios of some facts."""
    return {name: read_story(name, (), world)[0].title for name in episodes(result.fact for result in results)}


def write_world_validation(world: Path, results: Sequence[FactResult], folder: Path) -> None:
    """Write the tables, the figure and the page of a world's facts into a folder that exists."""
    titles = titles_of(world, results)
    write_results_tables(results, folder)
    write_figure(facts_figure(results, titles), folder / "facts.png")
    head = f'<meta charset="utf-8"><title>{escape(world.name)} against what was observed</title><style>{STYLE}</style>'
    words = f"{escape(count_passes(results))}. A missed fact stays a miss. {how_measured(results).capitalize()}."
    parts = [f"<h1>The world {escape(world.name)} against what was observed</h1><p>{words}</p>",
             '<p><img src="facts.png" alt="facts"></p>', *facts_tables(results, titles)]  # fmt: skip
    page = f'<!doctype html><html lang="en">{head}{"".join(parts)}</html>\n'
    (folder / "validation.html").write_text(page, encoding="utf-8")
