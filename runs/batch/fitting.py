"""An experiment is held against the worlds it is about: every range, choice and name is tried before any run."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from model.register import sorted_tables
from model.scenario.scenario import Files, read_files
from model.tables.calibrated import BY_HAND as TUNED
from model.tables.faults import Faults, nearest
from model.tables.table_files import DATA
from model.tables.tables import Tables
from model.tables.world_folder import data_folder, draft_world
from runs.batch.experiment import Experiment, Uncertainty
from runs.simulation.named_levers import OFF, ON
from runs.simulation.settings import (
    World,
    cells_set,
    needs_files,
    override_of,
    range_in_sources,
    range_of_tuned,
    rows_picked,
    same,
    world_with,
)
from runs.simulation.stage import SCENARIOS, read_story

TRIED = (0.0, 0.37, 1.0)  # quantiles of a range: both ends, and one that is hardly ever a whole number
MOST_TRIED = 256  # combinations of choices that are tried before any run

Cells = frozenset[Any]


@contextmanager
def noted(faults: list[str]) -> Iterator[None]:
    """Put down what is found wrong, and go on."""
    try:
        yield
    except Faults as found:
        faults += found.sentences


def base_worlds(experiment: Experiment) -> tuple[World, ...]:
    """The scenarios and tables that settings are applied to, one a scenario; raise Faults of all of them.

    The tables stand in the order of the columns, so that runs need not put them so one by one.
    """
    settings = [] if experiment.days is None else [f"days={experiment.days}"]
    faults: list[str] = []
    read: list[World] = []
    for name in experiment.scenarios:
        with noted(faults):
            read.append(read_story(name, settings, experiment.world))
    if faults:
        raise Faults(faults)
    return tuple((scenario, sorted_tables(tables)) for scenario, tables in read)


def files_of(experiment: Experiment) -> tuple[Files | None, ...]:
    """What the files of each scenario say, where some setting needs them; else nothing, for they travel to workers."""
    settings = [setting for lever in experiment.levers for _, some in lever.choices() for setting in some]
    settings += [each.set for each in experiment.uncertainties]
    if not any(needs_files(setting) for setting in settings):
        return (None,) * len(experiment.scenarios)
    data, draft = DATA, None
    if experiment.world is not None:
        folder = Path(experiment.world)
        data, draft = data_folder(folder, DATA), draft_world(folder, DATA)
    return tuple(read_files(name, SCENARIOS, data, draft) for name in experiment.scenarios)


@dataclass(frozen=True, eq=False)
class Stages:
    """Every scenario of an experiment as it is before settings, and what its files say."""

    worlds: tuple[World, ...]
    files: tuple[Files | None, ...]

    def under(self, settings: Sequence[str], where: str) -> list[World]:
        """Every scenario under some settings; raise Faults of the first that they do not fit."""
        return [world_with(world, files, settings, where) for world, files in zip(self.worlds, self.files, strict=True)]

    def changed(self, settings: Sequence[str], where: str) -> bool:
        """Whether settings change anything in any scenario."""
        return OFF in settings or any(
            not same(new, old) for new, old in zip(self.under(settings, where), self.worlds, strict=True)
        )


def fitted(experiment: Experiment, stages: Stages) -> Experiment:
    """The experiment with every range filled in and every setting tried on every scenario; raise Faults of all."""
    faults: list[str] = []
    unknowns = tuple(filled(each, stages, experiment.name, faults) for each in experiment.uncertainties)
    whole = experiment.model_copy(update={"uncertainties": unknowns})
    for where, trials in parts_of(whole):
        changes, before = False, len(faults)
        for settings in trials:
            with noted(faults):
                changes |= not settings or stages.changed(settings, where)
        if not changes and len(faults) == before:
            faults.append(f"{where}: found nothing that it changes in any of the scenarios; set another number")
    if not faults:
        faults += conflicts(whole, stages.worlds[0][1])
        try_together(whole, stages, faults)
    if faults:
        raise Faults(faults)
    return whole


def parts_of(experiment: Experiment) -> Iterator[tuple[str, list[tuple[str, ...]]]]:
    """Each choice and each unknown: where it stands, and what to try one by one, of which some must change a world."""
    for lever in experiment.levers:
        where = f"{experiment.name}.toml: lever '{lever.name}'"
        if lever.set is not None:
            yield where, [settings for _, settings in lever.choices()]
            continue
        for choice, settings in lever.choices():
            if set(settings) - {ON}:
                yield f"{where}, '{choice}'", [settings]
    for each in experiment.uncertainties:
        if each.low is not None:
            where = f"{experiment.name}.toml: uncertainty '{each.name}'"
            yield where, [(each.setting(quantile),) for quantile in TRIED]


def try_together(experiment: Experiment, stages: Stages, faults: list[str]) -> None:
    """Try choices of several levers together, as far as there are not too many."""
    middle = [each.setting(TRIED[1]) for each in experiment.uncertainties]
    for choices, settings in islice(experiment.policies(), MOST_TRIED):
        told = ", ".join(f"{name} {value}" for name, value in choices.items())
        with noted(faults):
            stages.under((*settings, *middle), f"{experiment.name}.toml: {told or 'all uncertainties'} together")
        if faults:
            return


def as_it_is(experiment: Experiment, stages: Stages) -> dict[str, Any]:
    """The choice of each lever that leaves every scenario as it is; a lever without such a choice is left out."""
    found: dict[str, Any] = {}
    for lever in experiment.levers:
        for value, settings in lever.choices():
            if lever.name not in found and not stages.changed(settings, lever.name):
                found[lever.name] = value
    return found


def filled(unknown: Uncertainty, stages: Stages, name: str, faults: list[str]) -> Uncertainty:
    """An uncertainty with the range that its source gives, where its file gives none."""
    if unknown.low is not None:
        return unknown
    where, before = f"{name}.toml: uncertainty '{unknown.name}'", len(faults)
    span, words = None, "no bounds of a tuned number"
    if needs_files(unknown.set):
        files = stages.files[0]
        if unknown.set.startswith(TUNED) and files is not None:
            span = range_of_tuned(unknown.set, files.tuned)
    else:
        with noted(faults):
            span, words = range_of_column(unknown.set, stages.worlds[0][1], where)
    if len(faults) > before:
        return unknown
    if span is None or span[0] >= span[1]:
        faults.append(f"{where}: found {words} for '{unknown.set}'; write low and high")
        return unknown
    return unknown.model_copy(update={"low": span[0], "high": span[1]})


def range_of_column(target: str, tables: Tables, where: str) -> tuple[tuple[float, float] | None, str]:
    """The range in common that sources.csv gives the rows of a setting, or None and why; raise Faults."""
    override = override_of(f"{target}=1", where)
    ranges = {range_in_sources(row, override, tables) for row in rows_picked(override, tables)}
    if not ranges:
        return None, "no row in sources.csv"
    return (next(iter(ranges)) if len(ranges) == 1 else None), "rows without one range in common in sources.csv"


def conflicts(experiment: Experiment, tables: Tables) -> list[str]:
    """Complain of parts that set what a part before them sets, so that the former would change nothing."""
    told: list[str] = []
    before: list[tuple[str, str, Cells]] = []
    for kind, part, all_cells, absolute in written_by(experiment, tables):
        for other_kind, other, cells in before:
            if absolute and cells and cells <= all_cells:
                told.append(
                    f"{experiment.name}.toml: {kind} '{part}': found that it sets all that {other_kind} '{other}' "
                    "sets, which would change nothing; keep one of the two"
                )
        before.append((kind, part, all_cells))
    return told


def written_by(experiment: Experiment, tables: Tables) -> Iterator[tuple[str, str, Cells, bool]]:
    """What each lever and each unknown writes to, and whether it forgets what stood there whatever is chosen."""
    parts: list[tuple[str, str, list[tuple[str, ...]]]] = [
        ("lever", lever.name, [settings for _, settings in lever.choices()]) for lever in experiment.levers
    ]
    parts += [("uncertainty", each.name, [(each.setting(0.5),)]) for each in experiment.uncertainties]
    for kind, name, choices in parts:
        found = [[cells_set(setting, tables, name) for setting in settings] for settings in choices]
        absolute = all(some and all(forgets for _, forgets in some) for some in found)
        yield kind, name, frozenset().union(*(cells for some in found for cells, _ in some)), absolute


def size_faults(experiment: Experiment, runs: int, most: int) -> list[str]:
    """Complain of a batch that no machine will finish."""
    if runs <= most:
        return []
    return [f"{experiment.name}.toml: found {runs:,} runs; at most {most:,} can be kept: take fewer samples or seeds"]


def outcome_faults(wanted: Sequence[str], known: Sequence[str], experiment: Experiment) -> list[str]:
    """Complain of outcomes that no run measures, and of levers and unknowns that are called like an outcome."""
    file = f"{experiment.name}.toml"
    names = [*(lever.name for lever in experiment.levers), *(each.name for each in experiment.uncertainties)]
    return [
        f"{file}: outcomes: found '{word}', which no run measures; {nearest(word, known)}"
        for word in wanted if word not in known
    ] + [
        f"{file}: found the name '{name}' for a column that holds an outcome; choose another"
        for name in names if name in known
    ]  # fmt: skip
