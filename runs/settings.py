"""Settings of a batch: edits of the tables before a world is built, the same as `--set` on the command line."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from pydantic import ValidationError

from model.faults import Faults, sentence
from model.overrides import Override, edit, setting_override
from model.table_files import Draft, share_faults
from model.tables import Row, Source, Tables, key_of
from runs.choices import OFF, WORDS

EVERY = "*"


def with_settings(tables: Tables, settings: Sequence[str], where: str = "--set") -> Tables:
    """Apply settings to tables, the same as `--set` on the command line; raise Faults for what does not fit."""
    draft = Draft(tables=tables)
    overrides = []
    for setting in settings:
        if setting != OFF:
            overrides.append(((where, setting), override_of(setting, where)))
    edited = edit(draft, overrides)
    faults = draft.faults + (share_faults(edited) if edited.links is not tables.links else [])
    if faults:
        raise Faults(faults)
    return edited


@lru_cache(maxsize=1024)
def override_of(setting: str, where: str) -> Override:
    """A setting as an edit of the tables; raise Faults where it names none of their columns."""
    raw = setting_override(setting)
    if raw is None:
        words = "a column of the tables was expected, such as needs.cover_days[role=magnet_maker]=30"
        raise Faults([f"{where}: found '{setting}'; {words}, or a lever of words: {', '.join(WORDS)}"])
    try:
        return Override.model_validate(raw)
    except ValidationError as error:
        names = {name: name for name in Override.model_fields}
        raise Faults(sentence(told, where, setting, names) for told in error.errors(include_url=False)) from None


def rows_picked(override: Override, tables: Tables) -> list[Row]:
    """The rows of a table that a setting is about."""
    lines = {line.line: line.__dict__ for line in tables.firms}
    rows: tuple[Row, ...] = getattr(tables, override.table)
    return [row for row in rows if override.picks(lines.get(getattr(row, "line", ""), {}) | row.__dict__)]


def range_in_sources(row: Row, override: Override, tables: Tables) -> tuple[float, float] | None:
    """The range of a number as its source has it; as multiples of the number where the setting is one."""
    sources: dict[str, Source] = {
        source.row: source for source in tables.sources
        if source.table == override.table and source.column == override.column
    }  # fmt: skip
    source = sources.get(key_of(row.__dict__, type(row))) or sources.get(EVERY)
    value = float(getattr(row, override.column))
    span = None if source is None else source.range_of(value)
    if span is None or override.times is None:
        return span
    return None if value == 0.0 else (round(span[0] / value, 9), round(span[1] / value, 9))
