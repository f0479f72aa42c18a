"""Worlds by name: those that come with Linestop, and the scenarios that lie in a world's folder."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from model.tables.documents import read_document
from model.tables.faults import Faults, nearest
from model.tables.focus_file import FILE as FOCUS
from model.tables.table_files import DATA
from model.tables.world_folder import data_folder, holds_tables
from model.tables.world_rules import FILE as RULES

WORLDS = Path(__file__).parents[1] / "worlds"
MARKS = ("start", "base", "shock", "override")  # keys by which a scenario is told from other files
CALM = "calm"  # a scenario that any world can play


def shipped_worlds() -> tuple[str, ...]:
    """The names of the worlds that come with Linestop."""
    return tuple(sorted(path.name for path in WORLDS.iterdir() if path.is_dir() and holds_tables(path)))


def find_world(name_or_folder: str | Path) -> Path:
    """The folder of a world: a folder that is there, else a world that comes with Linestop, by its name.

    What is neither is handed back as it is, for whoever reads it says what is missing; Faults where a name is nearly
    that of a world.
    """
    place = Path(name_or_folder)
    names = shipped_worlds()
    if place.is_dir() or len(place.parts) != 1:
        return place
    if place.name in names:
        return WORLDS / place.name
    meant = nearest(place.name, names)
    if not place.exists() and meant.startswith("did you mean"):
        raise Faults([f"--world: found no folder '{place}' and no world of this name; {meant}"])
    return place


def comes_with_linestop(world: str | Path | None) -> bool:
    """Whether the tables of a world are the base case's or those of a world that comes with Linestop; None: the base's.

    >>> comes_with_linestop(None), comes_with_linestop("graphite")
    (True, True)
    """
    if world is None:
        return True
    tables = data_folder(find_world(world), DATA).resolve()
    return tables == DATA.resolve() or tables.parent == WORLDS.resolve()


def scenario_files(folder: Path, faults: list[str]) -> list[Path]:
    """The scenarios in a world's folder: TOML files with a start, a base, shocks or overrides."""
    return [path for path, document in documents_in(folder, faults) if any(mark in document for mark in MARKS)]


def documents_in(folder: Path, faults: list[str]) -> list[tuple[Path, dict[str, Any]]]:
    """The TOML files in a world's folder and what they say; what cannot be read is added to the faults."""
    found = []
    for path in sorted(folder.glob("*.toml"), key=lambda path: path.stem):
        if path.name in (FOCUS, RULES):
            continue
        try:
            found.append((path, read_document(path)))
        except Faults as wrong:
            faults += wrong.sentences
    return found


def find_scenario(name: str | Path, world: Path) -> str | Path:
    """The file of a scenario in a world's folder by its name; what is no such name is handed back as it is."""
    own = world / f"{name}.toml"
    return own if Path(name).name == str(name) and own.name not in (FOCUS, RULES) and own.is_file() else name


def main_scenario(world: Path) -> str:
    """The scenario that is played in a world of its own tables where none is named: its first one with a shock."""
    named = (path.stem for path, document in documents_in(world, []) if "shock_date" in document)
    return next(named, CALM)
