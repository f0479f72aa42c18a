"""Examples of keys, taken from the files that come with Linestop: how each is written, and where."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from model.tables.documents import read_document
from model.tables.focus_file import FILE as FOCUS
from model.tables.table_files import DATA
from runs.reference.toml_text import toml_value
from runs.simulation.stage import SCENARIOS

RUNS = Path(__file__).parents[1]
WORLDS, EXPERIMENTS = RUNS / "worlds", RUNS / "experiments"
MORE = RUNS / "handbook" / "examples"  # of keys that no other file uses
LONGEST = 110  # letters of an example in a line
Document = dict[str, Any]


@cache
def documents(kind: str) -> dict[str, Document]:
    """The files of a kind (scenario, experiment, focus or rules) that come with Linestop: name -> what they say."""
    paths = {
        "scenario": [*SCENARIOS.glob("*.toml"), *WORLDS.glob("*/*.toml"), *MORE.glob("scenarios/*.toml")],
        "experiment": [*EXPERIMENTS.glob("*.toml"), *MORE.glob("experiments/*.toml")],
        "focus": [DATA / FOCUS, *WORLDS.glob(f"*/{FOCUS}"), *MORE.glob(FOCUS)],
        "rules": [*WORLDS.glob("rules/*.toml")],
    }[kind]
    found = {str(path.relative_to(RUNS.parent)): read_document(path) for path in sorted(paths, key=order_of)}
    if kind == "scenario":
        return {name: document for name, document in found.items() if {"start", "base"} & document.keys()}
    return found


def order_of(path: Path) -> tuple[bool, str]:
    """Files of use before those that are only there to show a key."""
    return MORE in path.parents, str(path)


def tables_in(kind: str, *path: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """The tables at a path of all files of a kind, such as ("shock",), each with the name of its file."""
    for name, document in documents(kind).items():
        places: list[Any] = [document]
        for step in path:
            places = [part for place in places if isinstance(place, dict) for part in as_list(place.get(step, []))]
        yield from ((name, place) for place in places if isinstance(place, dict))


def as_list(value: Any) -> list[Any]:
    """One table or several as a list."""
    return value if isinstance(value, list) else [value]


def example_of(key: str, tables: Iterable[tuple[str, Mapping[str, Any]]]) -> tuple[str, str] | None:
    """How a key is written in the first table that has it, and in which file.

    One that is short goes before a long one, and a value before the name of a tuned number.
    """
    found = [(name, f"{key} = {toml_value(table[key])}") for name, table in tables if key in table]
    if not found:
        return None
    name, text = min(found, key=lambda each: ('"@' in each[1], len(each[1]) > LONGEST))  # of equals the first
    return (text if len(text) <= LONGEST else f"{text[:LONGEST]} ..."), Path(name).name
