"""Settings of a batch, the same as `--set` on the command line: edits of tables, tuned numbers, shocks and spans."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from pydantic import ValidationError

from model.register import sorted_tables
from model.scenario.overrides import COPIED_ONLY, Override, edit, setting_override
from model.scenario.scenario import SETTING_KEYS, Files, Scenario, read_world
from model.scenario.shock_settings import ALSO, BY_HAND
from model.scenario.shock_settings import PREFIX as SHOCK_PREFIX
from model.tables.calibrated import BY_HAND as TUNED_PREFIX
from model.tables.calibrated import Tuned
from model.tables.faults import Faults, sentences, unknown
from model.tables.rows import ROWS, Row, Source, key_of
from model.tables.table_files import DATA, TablesDraft, share_faults
from model.tables.tables import Tables
from runs.simulation.named_levers import OFF, ON, WORDS
from runs.simulation.stage import SCENARIOS

ALL_ROWS = "*"
WHAT_CAN_BE_SET = (
    "a column of the tables was expected, such as needs.cover_days[role=magnet_maker]=30, a tuned number such as "
    "tuned.capacity_june=30, a shock such as shock.1.review_days=30, a key of the scenario such as days=300, a "
    "world of the ensemble such as ensemble=3"
)

World = tuple[Scenario, Tables]


def world_with(world: World, files: Files | None, settings: Sequence[str], where: str = BY_HAND) -> World:
    """A scenario and its tables under some settings; raise Faults, with `where` as their place, for what does not fit.

    files: what was read of both; needed for settings that change more than tables, see `needs_files`.
    """
    story, tables = world
    if not any(needs_files(setting) for setting in settings):
        return story, apply_settings(tables, settings, where)
    assert files is not None
    others = [f"days={story.days}", *(setting for setting in settings if setting not in (OFF, ON))]
    try:
        story, tables = read_world(story.name, SCENARIOS, DATA, others, files=files)
    except Faults as found:
        raise Faults(with_place(where, words) for words in found.sentences) from None
    return story, sorted_tables(tables)


def same(one: World, other: World) -> bool:
    """Whether two worlds that may differ by settings are the same; no setting touches anonymous firms.

    Columns that are only there to be copied do not count: a scenario has copied them to others.
    """
    return one[0].model_copy(update={"overrides": ()}) == other[0].model_copy(update={"overrides": ()}) and all(
        same_rows(table, getattr(one[1], table), getattr(other[1], table)) for table in ROWS
    )


def same_rows(table: str, ones: Sequence[Row], others: Sequence[Row]) -> bool:
    """Whether two versions of a table are the same but for columns that are only there to be copied."""
    idle = {column for name, column in COPIED_ONLY if name == table}
    return ones == others or all(
        one == other or all(one.__dict__[name] == other.__dict__[name] for name in one.__dict__.keys() - idle)
        for one, other in zip(ones, others, strict=True)
    )


def with_place(where: str, words: str) -> str:
    """A fault of a setting with the place where the setting is written."""
    return f"{where}: {words.removeprefix(f'{BY_HAND}: ')}"


def needs_files(setting: str) -> bool:
    """Whether a setting changes more than the tables as a scenario has them: a tuned number, a shock, a span.

    So does a column that is only there to be copied by a scenario: it must be set before the scenario copies it.
    """
    key = key_of_setting(setting)
    copied = any(key.partition("[")[0].rstrip("*") == f"{table}.{column}" for table, column in COPIED_ONLY)
    return copied or key.startswith((TUNED_PREFIX, SHOCK_PREFIX)) or key in SETTING_KEYS


def key_of_setting(setting: str) -> str:
    """The key of a setting: what is before its first =."""
    return setting.partition("=")[0].strip()


def takes_text(key: str) -> bool:
    """Whether the value of a setting may be text, a date, true or false."""
    return key.startswith(SHOCK_PREFIX) or key in SETTING_KEYS


def apply_settings(tables: Tables, settings: Sequence[str], where: str = BY_HAND) -> Tables:
    """Apply settings to tables, the same as `--set` on the command line; raise Faults for what does not fit."""
    draft = TablesDraft(tables=tables)
    faults: list[str] = []
    overrides = []
    for setting in settings:
        if setting in (OFF, ON):
            continue
        try:
            overrides.append(((where, setting), override_of(setting, where)))
        except Faults as found:
            faults += found.sentences
    edited = edit(draft, overrides)
    faults += draft.faults
    if not faults and edited.links is not tables.links:
        faults += [with_place(where, words) for words in share_faults(edited)]
    if faults:
        raise Faults(faults)
    return edited


@lru_cache(maxsize=1024)
def override_of(setting: str, where: str) -> Override:
    """A setting as an edit of the tables; raise Faults where it names none of their columns."""
    raw = setting_override(setting)
    if raw is None:
        key = key_of_setting(setting)
        near = "" if "." in key else f" ({unknown(key, 'key of a scenario', SETTING_KEYS)})"
        words = f"found '{setting}'{near}; {WHAT_CAN_BE_SET}, or a lever of words: {', '.join(WORDS)}"
        raise Faults([f"{where}: {words}"])
    try:
        return Override.model_validate(raw, context={"table": frozenset(ROWS)})
    except ValidationError as error:
        raise Faults(sentences(error, where, setting, Override)) from None


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
    source = sources.get(key_of(row.__dict__, type(row))) or sources.get(ALL_ROWS)
    value = float(getattr(row, override.column))
    span = None if source is None else source.range_of(value)
    if span is None or override.times is None:
        return span
    return None if value == 0.0 else (round(span[0] / value, 9), round(span[1] / value, 9))


def range_of_tuned(key: str, tuned: Mapping[str, Tuned]) -> tuple[float, float] | None:
    """The bounds between which a tuned number was searched; None for one that was not tuned."""
    found = tuned.get(key.removeprefix(TUNED_PREFIX))
    return None if found is None else (found.low, found.high)


def cells_set(setting: str, tables: Tables, where: str) -> tuple[frozenset[Any], bool]:
    """The cells that a setting writes, and whether it replaces their values (else it multiplies); raise Faults."""
    key = key_of_setting(setting)
    if needs_files(setting) or setting in (OFF, ON):
        return frozenset(keys_of_shocks(key.removesuffix(ALL_ROWS))), not key.endswith(ALL_ROWS)
    override = override_of(setting, where)
    rows = rows_picked(override, tables)
    return frozenset((override.table, override.column, row.key) for row in rows), override.times is None


def keys_of_shocks(key: str) -> list[str]:
    """The key of a setting as several, one a shock where it names several shocks.

    >>> keys_of_shocks("shock.oxide|magnets.review_days"), keys_of_shocks("days")
    (['shock.oxide.review_days', 'shock.magnets.review_days'], ['days'])
    """
    if not key.startswith(SHOCK_PREFIX):
        return [key]
    which, _, rest = key.removeprefix(SHOCK_PREFIX).partition(".")
    return [f"{SHOCK_PREFIX}{each.strip()}.{rest}" for each in which.split(ALSO)]
