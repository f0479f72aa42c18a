"""Keys of files and columns of tables, each an object that the search finds: type, default, meaning, an example."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import Any, get_args, get_type_hints

from pydantic import BaseModel

from model.scenario.additions import ADDED_TABLES, Provenance
from model.scenario.events import KINDS
from model.scenario.overrides import Override
from model.scenario.ports import Way
from model.scenario.ranges import Range
from model.scenario.scenario import LISTS, Scenario
from model.tables.focus_file import FocusPart, WorldFocus
from model.tables.rows import ROWS
from model.tables.table_files import DATA, read_tables
from model.tables.world_rules import WorldRules
from runs.batch.design import TABLE_KEYS, Design
from runs.batch.inputs import Lever, Uncertainty
from runs.batch.questions import Answer, Target
from runs.handbook.markdown import docstring, entry, plain
from runs.reference.examples import example_of, tables_in
from runs.reference.keys import Key, keys_of
from runs.reference.toml_text import toml_key, toml_value

Tables = Iterable[tuple[str, Mapping[str, Any]]]
NOT_WRITTEN = ("name", "added")  # fields of a scenario or a design that no file has
WRITTEN = {**{plural: key for key, plural in LISTS.items()}, **TABLE_KEYS}  # field -> the key of the file
PARTS_OF_DESIGN: dict[str, type[BaseModel]] = {
    "lever": Lever, "uncertainty": Uncertainty, "target": Target, "answer": Answer,
}  # fmt: skip


def key_blocks() -> dict[str, Callable[[], str]]:
    """The blocks of keys, by name."""
    parts = {key: partial(of_schema, f"{key}.", part, ("experiment", key)) for key, part in PARTS_OF_DESIGN.items()}
    return parts | {
        "scenario-keys": partial(of_schema, "scenario.", Scenario, ("scenario",)),
        "override-keys": partial(of_schema, "override.", Override, ("scenario", "override")),
        "range-keys": partial(of_schema, "range.", Range, ("scenario", "range")),
        "addition-keys": additions,
        "shocks": shocks,
        "experiment-keys": partial(of_schema, "experiment.", Design, ("experiment",)),
        "tables": columns_of_tables,
        "focus-keys": focus_keys,
        "rules-keys": partial(of_schema, "rules.", WorldRules, ("rules",)),
    }


def of_schema(prefix: str, schema: type[BaseModel], path: tuple[str, ...]) -> str:
    """What a schema is about, and its keys; path: where files have such tables."""
    return f"{docstring(schema.__doc__)}\n\n{key_entries(prefix, schema, tables_in(*path))}"


def key_entries(prefix: str, schema: type[BaseModel], tables: Tables, kind: str = "key") -> str:
    """The keys of a schema, each an object of the reference, with an example from the tables."""
    some, whole = list(tables), schema in (Scenario, Design)
    return "\n\n".join(
        key_entry(prefix + written, key, example_of(written, some), kind)
        for field, key in keys_of(schema).items()
        if not (whole and field in NOT_WRITTEN)
        for written in (WRITTEN.get(field, key.name) if whole else key.name,)
    )


def key_entry(name: str, key: Key, example: tuple[str, str] | None, kind: str = "key") -> str:
    """A key, or a column of a table, as an object of the reference."""
    left_out = (
        "must be written" if key.default is None else f"default `{key.default}`" if key.default else "may be left out"
    )
    shown = "" if example is None else f"Example: `{example[0]}` ({example[1]})"
    return entry(kind, name, f"*{plain(key.takes)}; {left_out}*", plain(key.meaning), shown)


def additions() -> str:
    """The keys that rows to add have beside the columns of their tables."""
    rows = [row for table in ADDED_TABLES for row in tables_in("scenario", "add", table)]
    tables = ", ".join(f"`[[add.{table}]]`" for table in ADDED_TABLES)
    return f"{docstring(Provenance.__doc__)} Tables: {tables}.\n\n{key_entries('add.', Provenance, rows)}"


def shocks() -> str:
    """The kinds of shocks with their keys, each with a whole example."""
    parts = []
    for kind, schema in KINDS.items():
        some = [(name, table) for name, table in tables_in("scenario", "shock") if table.get("kind") == kind]
        parts += [f"## `{kind}`", docstring(schema.__doc__)]
        if some:
            file, shock = min(some, key=lambda each: '"@' in toml_value(each[1]))  # without tuned numbers, if one is
            parts.append(f"From {file.rpartition('/')[2]}:\n\n{toml_block('[[shock]]', shock)}")
        parts.append(key_entries(f"{kind}.", schema, some))
        if kind == "port":
            ways = tables_in("scenario", "shock", "ways")
            parts += [docstring(Way.__doc__), key_entries("port.ways.", Way, ways)]
    return "\n\n".join(parts)


def toml_block(head: str, table: Mapping[str, Any]) -> str:
    """A table of a file as TOML."""
    lines = [head, *(f"{toml_key(key)} = {toml_value(value)}" for key, value in table.items())]
    return "\n".join(["```toml", *lines, "```"])


def columns_of_tables() -> str:
    """The columns of the tables of a world."""
    base_case = read_tables(DATA)
    return "\n\n".join(
        f"## {name}.csv\n\n{docstring(schema.__doc__)}\n\n"
        + key_entries(
            f"{name}.", schema, [(f"{name}.csv", row.model_dump()) for row in getattr(base_case, name)], "column"
        )
        for name, schema in ROWS.items()
    )


def focus_keys() -> str:
    """The keys of focus.toml: its own, and those of each of its parts."""
    parts = [of_schema("focus.", WorldFocus, ("focus",))]
    for key, schema in parts_of_focus().items():
        parts.append(f"### `{key}`\n\n{of_schema(f'focus.{key}.', schema, ('focus', key))}")
    return "\n\n".join(parts)


def parts_of_focus() -> dict[str, type[BaseModel]]:
    """The parts of focus.toml that are tables of their own: the key that a file has -> schema."""
    return {
        keys_of(WorldFocus)[field].name: schema
        for field, hint in get_type_hints(WorldFocus).items()
        if field in WorldFocus.model_fields
        for schema in (hint, *get_args(hint))
        if isinstance(schema, type) and issubclass(schema, FocusPart)
    }
