"""Checks of a design against its worlds: every range, choice and name is tried before any run."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import Any

from model.register import sorted_tables
from model.scenario.scenario import Files, read_files
from model.tables.calibrated import BY_HAND as TUNED
from model.tables.ensemble import ENSEMBLE, read_ensemble
from model.tables.faults import Faults, nearest, unknown
from model.tables.tables import Tables
from model.tables.world_folder import data_folder, draft_world
from runs.batch.bounds import TRIED_COMBINATIONS
from runs.batch.design import Design
from runs.batch.inputs import Uncertainty
from runs.batch.kept_inputs import SHIPPED, InputFolders
from runs.simulation.named_levers import OFF, ON
from runs.simulation.settings import (
    World,
    cells_set,
    key_of_setting,
    needs_files,
    override_of,
    range_in_sources,
    range_of_tuned,
    rows_picked,
    same,
    world_with,
)
from runs.simulation.shipped_worlds import find_scenario, find_world
from runs.simulation.stage import read_story

TRIED_QUANTILES = (0.0, 0.37, 1.0)  # of a range: both ends, and one that is hardly ever a whole number

CellSet = frozenset[Any]


@contextmanager
def collect_faults(faults: list[str]) -> Iterator[None]:
    """Add the sentences of Faults to a list, and go on."""
    try:
        yield
    except Faults as found:
        faults += found.sentences


def read_base(design: Design, folders: InputFolders = SHIPPED) -> BaseScenarios:
    """Read the scenarios of a design with their tables and, where a setting needs it, what their files say."""
    return BaseScenarios(read_base_worlds(design, folders), read_needed_files(design, folders))


def read_base_worlds(design: Design, folders: InputFolders = SHIPPED) -> tuple[World, ...]:
    """Read each scenario and its tables, without levers and uncertainties; raise Faults of all of them.

    The tables are in the order of the columns, so that no run has to sort them.
    """
    settings = [] if design.days is None else [f"days={design.days}"]
    faults: list[str] = []
    read: list[World] = []
    for name in design.scenarios:
        with collect_faults(faults):
            read.append(read_story(name, settings, design.world, folders.scenarios, folders.tables))
    if faults:
        raise Faults(faults)
    return tuple((scenario, sorted_tables(tables)) for scenario, tables in read)


def read_needed_files(design: Design, folders: InputFolders = SHIPPED) -> tuple[Files | None, ...]:
    """Read the files of each scenario if some setting needs them, else None: they have to be sent to workers."""
    settings = [setting for lever in design.levers for _, some in lever.choices() for setting in some]
    settings += [each.set for each in design.uncertainties]
    if not any(needs_files(setting) for setting in settings):
        return (None,) * len(design.scenarios)
    data, draft = folders.tables, None
    names: tuple[str | Path, ...] = design.scenarios
    if design.world is not None:
        folder = find_world(design.world)
        data, draft = data_folder(folder, folders.tables), draft_world(folder, folders.tables)
        names = tuple(find_scenario(name, folder) for name in names)
    drawn = any(key_of_setting(setting) == ENSEMBLE for setting in settings)
    worlds = tuple(read_ensemble(data)) if drawn else ()
    return tuple(replace(read_files(name, folders.scenarios, data, draft), ensemble=worlds) for name in names)


@dataclass(frozen=True, eq=False)
class BaseScenarios:
    """Every scenario of a design without levers and uncertainties, and what its files say."""

    worlds: tuple[World, ...]
    files: tuple[Files | None, ...]

    def apply(self, settings: Sequence[str], where: str) -> list[World]:
        """Every scenario under some settings; raise Faults, which name `where`, of the first that they do not fit."""
        return [world_with(world, files, settings, where) for world, files in zip(self.worlds, self.files, strict=True)]

    def changed_by(self, settings: Sequence[str], where: str) -> set[str]:
        """The scenarios in which settings change anything; raise Faults as `apply` does."""
        names = [story.name for story, _ in self.worlds]
        if OFF in settings:
            return set(names)
        worlds = zip(names, self.apply(settings, where), self.worlds, strict=True)
        return {name for name, new, old in worlds if not same(new, old)}


def complete_design(design: Design, base: BaseScenarios) -> tuple[Design, list[str]]:
    """The design with every range filled in, after every setting was tried on every scenario; raise Faults of all.

    With it come sentences of the levers and uncertainties that change nothing in some scenario, or a part of another.
    """
    faults: list[str] = []
    notes: list[str] = []
    uncertainties = tuple(fill_range(each, base, design.name, faults) for each in design.uncertainties)
    whole = design.model_copy(update={"uncertainties": uncertainties})
    for where, trials in settings_to_try(whole):
        changed, before = set[str](), len(faults)
        for settings in trials:
            with collect_faults(faults):
                changed |= base.changed_by(settings, where)
        idle = [story.name for story, _ in base.worlds if story.name not in changed]
        if not changed and all(trials) and len(faults) == before:
            faults.append(f"{where}: found nothing that it changes in any of the scenarios; set another number")
        elif changed and idle:
            notes.append(f"{where.partition(': ')[2]} changes nothing in {' and '.join(idle)}")
    if not faults:
        conflicts(whole, base.worlds[0][1], faults, notes)
        notes += overwritten_numbers(whole, base.files[0])
        try_together(whole, base, faults)
    if faults:
        raise Faults(faults)
    return whole, notes


def settings_to_try(design: Design) -> Iterator[tuple[str, list[tuple[str, ...]]]]:
    """Each lever and uncertainty by its place in the file, with settings to try, of which one must change a world."""
    for lever in design.levers:
        where = f"{design.name}.toml: lever '{lever.name}'"
        if lever.set is not None:
            yield where, [settings for _, settings in lever.choices()]
            continue
        for choice, settings in lever.choices():
            if set(settings) - {ON}:
                yield f"{where}, '{choice}'", [settings]
    for each in design.uncertainties:
        if each.low is not None:
            where = f"{design.name}.toml: uncertainty '{each.name}'"
            yield where, [(each.setting(quantile),) for quantile in TRIED_QUANTILES]


def try_together(design: Design, base: BaseScenarios, faults: list[str]) -> None:
    """Try choices of several levers together, up to some number of combinations, and add what is wrong to faults."""
    middle = [each.setting(TRIED_QUANTILES[1]) for each in design.uncertainties]
    for choices, settings in islice(design.policies(), TRIED_COMBINATIONS):
        policy = ", ".join(f"{name} {value}" for name, value in choices.items())
        with collect_faults(faults):
            base.apply((*settings, *middle), f"{design.name}.toml: {policy or 'all uncertainties'} together")
        if faults:
            return


def unchanged_choices(design: Design, base: BaseScenarios) -> dict[str, Any]:
    """The choice of each lever that leaves every scenario as it is; a lever without such a choice is left out."""
    found: dict[str, Any] = {}
    for lever in design.levers:
        for value, settings in lever.choices():
            if lever.name not in found and not base.changed_by(settings, lever.name):
                found[lever.name] = value
    return found


def fill_range(each: Uncertainty, base: BaseScenarios, name: str, faults: list[str]) -> Uncertainty:
    """An uncertainty with the range of its source, where the design gives none; add what is wrong to faults."""
    if each.low is not None:
        return each
    where, before = f"{name}.toml: uncertainty '{each.name}'", len(faults)
    span, words = None, "no range of its own"
    files = base.files[0]
    if each.set == ENSEMBLE:
        worlds = () if files is None else files.ensemble
        words = f"an ensemble of {len(worlds)} worlds, where it takes 2 to draw one ('linestop calibrate' writes it),"
        if len(worlds) > 1:
            return each.model_copy(update={"low": 1.0, "high": float(len(worlds)), "distribution": "whole"})
    elif needs_files(each.set):
        if each.set.startswith(TUNED) and files is not None:
            span = range_of_tuned(each.set, files.tuned)
    else:
        with collect_faults(faults):
            span, words = common_range(each.set, base.worlds[0][1], where)
    if len(faults) > before:
        return each
    if span is None or span[0] >= span[1]:
        mend = "leave it out" if each.set == ENSEMBLE else "write low and high"
        faults.append(f"{where}: found {words} for '{each.set}'; {mend}")
        return each
    return each.model_copy(update={"low": span[0], "high": span[1]})


def common_range(target: str, tables: Tables, where: str) -> tuple[tuple[float, float] | None, str]:
    """The range in common that sources.csv gives the rows of a setting, or None and why; raise Faults."""
    override = override_of(f"{target}=1", where)
    ranges = {range_in_sources(row, override, tables) for row in rows_picked(override, tables)}
    if not ranges:
        return None, "no row in sources.csv"
    return (next(iter(ranges)) if len(ranges) == 1 else None), "rows without one range in common in sources.csv"


def conflicts(design: Design, tables: Tables, faults: list[str], notes: list[str]) -> None:
    """Add to faults what sets all that an earlier lever or uncertainty sets, and to notes what sets a part of it.

    Uncertainties are set after levers. What is set anew would change nothing, or less than it says.
    """
    before: list[tuple[str, str, CellSet]] = []
    for kind, part, all_cells, absolute in cells_by_part(design, tables):
        for other_kind, other, cells in before:
            if absolute and cells and cells <= all_cells:
                faults.append(
                    f"{design.name}.toml: {kind} '{part}': found that it sets all that {other_kind} '{other}' "
                    "sets, which would change nothing; keep one of the two"
                )
            elif absolute and cells & all_cells:
                notes.append(
                    f"{kind} '{part}' sets anew a part of what {other_kind} '{other}' sets; a multiple would not"
                )
        before.append((kind, part, all_cells))


def cells_by_part(design: Design, tables: Tables) -> Iterator[tuple[str, str, CellSet, bool]]:
    """The cells that each lever and uncertainty writes to, and whether every choice overwrites what was in them."""
    parts: list[tuple[str, str, list[tuple[str, ...]]]] = [
        ("lever", lever.name, [settings for _, settings in lever.choices()]) for lever in design.levers
    ]
    parts += [("uncertainty", each.name, [(each.setting(0.5),)]) for each in design.uncertainties]
    for kind, name, choices in parts:
        found = [[cells_set(setting, tables, name) for setting in settings] for settings in choices]
        absolute = all(some and all(overwrites for _, overwrites in some) for some in found)
        yield kind, name, frozenset().union(*(cells for some in found for cells, _ in some)), absolute


def overwritten_numbers(design: Design, files: Files | None) -> list[str]:
    """A sentence for each tuned number that is set by itself where drawn worlds have numbers of their own for it."""
    drawn = {key for world in (files.ensemble if files is not None else ()) for key in world}
    parts = [
        ("lever", lever.name, setting) for lever in design.levers for _, some in lever.choices() for setting in some
    ]
    parts += [("uncertainty", each.name, each.setting(0.5)) for each in design.uncertainties]
    keys = {(kind, name, key_of_setting(setting).removeprefix(TUNED)) for kind, name, setting in parts
            if key_of_setting(setting).startswith(TUNED)}  # fmt: skip
    return [f"{kind} '{name}' sets {key} in every world that is drawn, in place of the world's own number"
            for kind, name, key in sorted(keys) if key in drawn]  # fmt: skip


def size_faults(design: Design, runs: int, most: int) -> list[str]:
    """The fault of a design with more runs than can be kept, if it is one."""
    if runs <= most:
        return []
    return [f"{design.name}.toml: runs must be <= {most:,}, got {runs:,}; take fewer samples or seeds"]


def outcome_faults(wanted: Sequence[str], known: Sequence[str], design: Design) -> list[str]:
    """The faults of outcomes that no run measures, and of levers and uncertainties with the name of an outcome."""
    file = f"{design.name}.toml"
    names = [*(lever.name for lever in design.levers), *(each.name for each in design.uncertainties)]
    return [
        f"{file}: outcomes: found '{word}', which no run measures; {nearest(word, known)}"
        for word in wanted if word not in known
    ] + [
        f"{file}: found the name '{name}' for a column that holds an outcome; choose another"
        for name in names if name in known
    ]  # fmt: skip


def asked_faults(design: Design, known: Sequence[str]) -> list[str]:
    """The faults of targets and answers whose outcome is not measured, or not among the outcomes that are kept."""
    asked = [(f"target '{each.name}'", each.outcome) for each in design.targets]
    asked += [(f"answer of '{each.lever}'", name) for each in design.answers for name in each.outcomes]
    kept, kind = (design.outcomes, "outcome that is kept") if design.outcomes else (known, "outcome")
    return [f"{design.name}.toml: {where}: {unknown(name, kind, kept)}" for where, name in asked if name not in kept]
