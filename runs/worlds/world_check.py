"""Checking a world: everything that is wrong in its tables, its people, its focus and its scenarios, told together."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from model.network import baseline
from model.register import Register, register
from model.scenario.scenario import read_scenario, read_world
from model.tables.calibrated import laid_over, read_tuned
from model.tables.faults import Faults
from model.tables.table_files import DATA, TablesDraft, share_faults
from model.tables.world_folder import MANIFEST, data_folder, draft_world, holds_tables
from runs.simulation.mind_parameters import mind_faults
from runs.simulation.shipped_worlds import scenario_files
from runs.simulation.stage import MINDS, SCENARIOS


@dataclass(frozen=True)
class Checked:
    """A world that was looked at: all faults, which of its files are scenarios, and who is in it if it can rest."""

    faults: tuple[str, ...]
    scenarios: tuple[str, ...]
    register: Register | None


def check_world(folder: Path) -> Checked:
    """Read all that a world's folder holds and note everything that is wrong. Raise Faults where it is no world."""
    refuse_what_is_no_world(folder)
    faults: list[str] = []
    draft, reg, data = None, None, data_folder(folder, DATA)
    try:
        draft = draft_world(folder, DATA)
        faults += faults_of_tables(draft, data)
        reg = None if faults else resting(draft, faults)
    except Faults as found:
        faults += found.sentences
    files = scenario_files(folder, faults)
    for file in files:
        faults += faults_of_scenario(file, draft, data)
    return Checked(tuple(dict.fromkeys(faults)), tuple(file.name for file in files), reg)


def refuse_what_is_no_world(folder: Path) -> None:
    """Raise Faults, one sentence, for a folder without tables and without a manifest."""
    hint = "'linestop world new FOLDER' writes one to begin with"
    if not folder.is_dir():
        raise Faults([f"{folder}: there is no such folder; {hint}"])
    if not holds_tables(folder) and not (folder / MANIFEST).is_file():
        raise Faults([f"{folder}: found no table such as firms.csv in it; {hint}"])


def faults_of_tables(draft: TablesDraft, data: Path) -> list[str]:
    """What is wrong with tables, tuned numbers, shares and people; tuned numbers are laid over the draft's tables."""
    faults = draft.faults
    try:
        draft.tables = laid_over(draft.tables, read_tuned(data), faults)
    except Faults as found:
        faults += found.sentences
    faults += share_faults(draft.tables, draft.unreadable.get("links", ()))
    if not any(draft.unreadable.get(table) for table in ("minds", "firms")):
        faults += mind_faults(draft.tables, MINDS)
    return faults


def resting(draft: TablesDraft, faults: list[str]) -> Register | None:
    """Who is in a world whose tables are sound; None, with the reasons among the faults, where it cannot rest."""
    try:
        reg = register(draft.tables)
        baseline(reg)
    except Faults as found:
        faults += found.sentences
        return None
    return reg


def faults_of_scenario(file: Path, draft: TablesDraft | None, data: Path) -> tuple[str, ...]:
    """What is wrong with a scenario in a world, as far as its tables can be read; None of them: by itself."""
    try:
        if draft is None:
            read_scenario(file, SCENARIOS)
        else:
            read_world(file, SCENARIOS, data, (), draft)
    except Faults as found:
        return found.sentences
    return ()
