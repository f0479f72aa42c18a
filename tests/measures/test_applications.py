"""Applications for licences, counted by hand: what was filed and what waited before is granted, refused or waits."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from model.state import FILING_DAYS
from model.tables.tables import Tables
from runs.figures.licence_funnel import draw_licence_funnel
from runs.measures.applications import Applications, applications, waiting_by_unit
from runs.measures.outcomes import outcomes
from runs.measures.responses import licence_line
from runs.report.outcome_tables import outcome_tables
from runs.simulation.record import Record
from tests.support.struck import on, told
from tests.support.worlds import COUNTRIES, ban, goods, line, link, minds, need

REVIEW, BEGINS, DAYS = 5, 20, 40
WAITING_AT_REST = REVIEW + 1  # an application a day, each for the days of its review and the day of the ruling


def one_application_a_day(*units: str) -> Tables:
    """A seller of each of some goods, and a buyer of two units a day of each that files a paper a day for it."""
    names = [f"good{place}" for place in range(len(units))]
    controlled = [good.model_copy(update={"unit": unit}) for good, unit in zip(goods(*names), units, strict=True)]
    makers = [line(name.upper(), name, "CN") for name in names]
    return Tables(
        countries=COUNTRIES,
        goods=(*controlled, *goods("magnet")),
        firms=(*makers, line("MAG", "magnet", demand=2.0, houses=int(FILING_DAYS))),
        needs=tuple(need("MAG", name, 60.0) for name in names),
        links=tuple(link(name.upper(), "MAG", name, 10) for name in names),
        minds=minds(),
    )


def rule(day: int, **more: Any) -> Any:
    """Exports of all need a licence, or fall under another rule, from a day on."""
    cells: dict[str, Any] = {"rule": "individual", "review_days": REVIEW, "goods": ("*",)}
    return ban(on(day), **{**cells, **more})


def run_of(*later: Any, units: tuple[str, ...] = ("t",)) -> Record:
    """Forty days under licences, with a story that begins on the twentieth."""
    return told(one_application_a_day(*units), [rule(0), *later], DAYS, begins=BEGINS)


def found_in(record: Record) -> Applications:
    """What became of all applications."""
    return applications(record, np.ones(record.licences["waiting"].shape[1], bool))


def test_rulings_on_what_was_filed_before_the_shock_do_not_make_the_numbers_wrong() -> None:
    since = DAYS - BEGINS
    assert found_in(run_of()) == Applications(WAITING_AT_REST, since, since, 0, 0, WAITING_AT_REST)
    # of papers that come due from the thirtieth on all are refused: what is ruled on counts, whenever it was filed
    refusing = run_of(rule(30, grant_share=0.0, refuse_share=1.0))
    found = found_in(refusing)
    assert (found.before, found.filed, found.ended) == (WAITING_AT_REST, since, 0)
    assert found.refused > 0 and found.granted + found.refused + found.waiting == WAITING_AT_REST + since
    words = licence_line(refusing)
    assert words is not None and words.startswith(
        f"Licences: {since} applications filed and {WAITING_AT_REST} from before, {found.granted} granted, "
        f"{found.refused} refused, {found.waiting} still waiting; for Japan: {since} applications"
    )


def test_papers_that_are_no_longer_ruled_on_wait_and_those_that_a_ban_makes_void_are_told() -> None:
    since, ruled = DAYS - BEGINS, 30 - BEGINS
    stuck = found_in(run_of(rule(30, rule="watch", review_days=None)))
    assert stuck == Applications(WAITING_AT_REST, since, ruled, 0, 0, WAITING_AT_REST + since - ruled)
    banned = run_of(rule(30, rule="ban", review_days=None))
    assert found_in(banned) == Applications(WAITING_AT_REST, ruled, ruled, 0, WAITING_AT_REST, 0)
    assert f"0 refused, {WAITING_AT_REST} ended by a change of the rule, 0 still waiting" in str(licence_line(banned))
    table = next(each for each in outcome_tables(banned, outcomes(banned)) if each["title"] == "Licences")
    cells = {row[0]: row[1] for row in table["rows"]}
    assert [cells[f"applications {word}"] for word in ("filed", "granted", "refused", "waiting at the end")] == [
        str(ruled), str(ruled), "0", "0",
    ]  # fmt: skip


def test_a_count_is_there_also_where_the_story_begins_with_the_run() -> None:
    record = told(one_application_a_day("t"), [rule(0)], DAYS, begins=0)
    assert found_in(record) == Applications(WAITING_AT_REST, DAYS, DAYS, 0, 0, WAITING_AT_REST)


def test_what_waits_is_told_unit_by_unit_and_never_added_up_over_units() -> None:
    record = run_of(units=("t", "kg", "t"))
    everywhere = np.ones(record.licences["waiting"].shape[1], bool)
    amounts = {unit: float(amount[-1]) for unit, amount in waiting_by_unit(record, everywhere).items()}
    assert amounts == {"t": 4.0 * WAITING_AT_REST, "kg": 2.0 * WAITING_AT_REST}
    assert str(licence_line(record)).endswith(
        "with 24 t and 12 kg waiting on the day of the shock and 24 t and 12 kg at the end"
    )
    table = next(each for each in outcome_tables(record, outcomes(record)) if each["title"] == "Licences")
    assert ["pending at the end, tonnes", "24"] in table["rows"] and ["pending at the end, kg", "12"] in table["rows"]
    labels = [axes.get_ylabel() for axes in draw_licence_funnel(record).axes]
    assert labels[-1] == "Million units at prices at rest"
    assert [axes.get_ylabel() for axes in draw_licence_funnel(run_of()).axes][-1] == "Tonnes"


def test_counts_of_parts_of_papers_add_up_in_whole_numbers() -> None:
    tables = one_application_a_day("t")
    small = [row.model_copy(update={"houses": 5}) if row.line == "MAG" else row for row in tables.firms]
    found = found_in(told(replace(tables, firms=tuple(small)), [rule(0)], DAYS, begins=BEGINS))
    assert found.before + found.filed == found.granted + found.refused + found.ended + found.waiting > 0
