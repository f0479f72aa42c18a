"""Branches of a run: from today on a stage follows another scenario, or other numbers of what somebody decides."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from agents.government import Government
from agents.licensing_authority import LicensingAuthority
from agents.player import Move
from model.register import register
from model.scenario.overrides import COPIED_ONLY
from model.scenario.scenario import Scenario
from model.tables.faults import Faults
from model.tables.rows import ROWS, Need, Row, Trait, number_columns
from model.tables.tables import Tables
from runs.simulation.settings import same_rows
from runs.simulation.stage import Stage

OFFICES: dict[str, type[Any]] = {"government": Government, "licensing_authority": LicensingAuthority}
COVER = "cover_days"
WHAT_CAN_CHANGE = (
    "what can change on a day is what somebody decides: needs.cover_days, minds.value of a government or of the "
    "licensing authority, days, and shocks that are still to come"
)


def change_course(stage: Stage, story: Scenario, tables: Tables) -> None:
    """From today on follow this scenario, and hold and decide by the numbers of these tables.

    The past must be the same: the first day, the shocks that have begun, and all numbers but the days of cover that
    lines want and the numbers that governments and the licensing authority go by. Raise Faults with all that is not.
    """
    book, faults = register(tables), list[str]()
    if story.start != stage.story.start:
        faults.append(f"{story.name}: start: found {story.start}, and this run began on {stage.story.start}; keep it")
    if story.days < stage.day:
        faults.append(f"{story.name}: days: must be >= {stage.day}, the days that have passed, got {story.days}")
    changes = list(changed_rows(stage.register.tables, book.tables, faults))
    faults += [words for row, column in changes for words in refuse_change(row, column, stage)]
    if faults:
        raise Faults(faults)
    try:
        stage.foresee(story.shocks)
    except ValueError as error:
        raise Faults([f"{story.name}: {error}, or begin a run from its first day"]) from None
    for row, _ in changes:
        if isinstance(row, Need):
            want_cover(row, stage)
        elif isinstance(row, Trait):
            decide_by(row, stage)
    stage.story, stage.register = story, book


def changed_rows(before: Tables, now: Tables, faults: list[str]) -> Iterator[tuple[Row, str]]:
    """Each number that differs between two states of the tables: its row as it is now, and its column.

    Rows that only one of the two has are faults.
    """
    for table in (name for name in ROWS if name not in ("sources", "industries")):
        ones, others = getattr(before, table), getattr(now, table)
        if [row.key for row in ones] != [row.key for row in others]:
            faults.append(f"{table}: found other rows than the run began with; begin a run from its first day")
            continue
        if same_rows(table, ones, others):
            continue
        for one, other in zip(ones, others, strict=True):
            yield from ((other, name) for name in number_columns(table)
                        if one.__dict__[name] != other.__dict__[name] and (table, name) not in COPIED_ONLY)  # fmt: skip


def refuse_change(row: Row, column: str, stage: Stage) -> list[str]:
    """What is wrong with changing a number of a row on a day of the run; nothing, if it can be."""
    if isinstance(row, Need) and column == COVER:
        return []
    if isinstance(row, Trait) and row.role in OFFICES and row.parameter in OFFICES[row.role].traits:
        here = any(isinstance(person, OFFICES[row.role]) for person in stage.people.values())
        return [] if here else [f"{row.key}: nobody is there to decide by it, for minds are off"]
    table = next(name for name, kind in ROWS.items() if kind is type(row))
    return [f"{table}.{column} of {row.key}: it holds from the first day of a run on; {WHAT_CAN_CHANGE}"]


def want_cover(need: Need, stage: Stage) -> None:
    """Have a line want other days of cover from today on: an order to its person, or its standing policy."""
    if need.line in stage.people:
        stage.give_orders(need.line, [Move(stage.today, "hold", {"good": need.good, "days": need.cover_days})])
    else:
        row = stage.register.trading_partners.needs[need.line][need.good]
        stage.wishes().cover[row] = need.cover_days


def decide_by(trait: Trait, stage: Stage) -> None:
    """Have an office decide by another number from today on."""
    for person in stage.people.values():
        if isinstance(person, OFFICES[trait.role]):
            setattr(person, trait.parameter, trait.value)
