"""Why a line stopped: small worlds in which the way back to the root is known, step by step and day by day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from model.cascade import explain, first_stops, reasons
from model.metrics import STOPPED_BELOW
from model.scenario.event import Event
from model.scenario.events import CapacityShock
from model.tables.tables import Tables
from runs.report.story import first_stop_sentence
from runs.simulation.record import Record
from runs.simulation.stage import play, stage
from tests.support.struck import on, told
from tests.support.worlds import COUNTRIES, ban, chain_of_three, goods, line, link, minds, need

STRUCK = 50  # the day on which things begin


def out_of_order(day: int, *lines: str, times: float = 0.0) -> CapacityShock:
    """Lines that can make nothing, or so many times as much as usual."""
    return CapacityShock(kind="capacity", date=on(day), note="a fire", source="made up", lines=lines, times=times)


def way_back(record: Record, code: str, day: int | None = None) -> list[tuple[str, int, str, str | None, str]]:
    """The reasons of a line's stop: (line, day, good, supplier, kind) each."""
    code_of = record.register.code
    return [
        (code_of(step.row), step.day, step.good, None if step.supplier is None else code_of(step.supplier), step.kind)
        for step in reasons(record, record.register.row(code), day)
    ]


# from the end of the chain to its root


def test_a_stopped_car_is_followed_to_the_ban_at_the_other_end_of_the_chain() -> None:
    # 10 days at sea and 60 of cover after the ban; then 5 by lorry and 60 of cover
    record = told(chain_of_three(), [ban(on(100))], 260, begins=100)
    assert way_back(record, "CAR") == [
        ("CAR", 235, "magnet", "MAG", "input"),
        ("MAG", 170, "dytb", "SEP", "regime"),
    ]
    stops = {record.register.tables.firms[row].line: day for row, day in first_stops(record)}
    assert stops == {"SEP": 100, "MAG": 170, "CAR": 235}  # the maker of oxide has no other customer
    assert way_back(record, "SEP")[0][4] == "regime"
    sentence = explain(record, record.register.row("CAR"))
    assert sentence.index("day 135") < sentence.index("day 70")  # counted from the shock
    assert "since 11 April 2025 (a ban)" in sentence


@pytest.mark.parametrize("later", ["free", "general", "its own end"])
def test_a_rule_that_was_over_by_the_end_is_told_with_both_days(later: str) -> None:
    first, lifted = on(100), on(180)
    if later == "its own end":
        rules = [ban(first, until=lifted)]
    else:
        rules = [ban(first), ban(lifted, rule=later, note="a truce", review_days=None if later == "free" else 5)]
    over, still = (told(chain_of_three(), rules, days, begins=100) for days in (260, 180))
    row = over.register.row("MAG")
    words = "from Sep, whose exports there were banned from 11 April 2025 until 30 June 2025 (a ban)."
    assert explain(over, row).endswith(words)
    assert reasons(over, row)[-1].held == (first, lifted)
    assert "exports there are banned since 11 April 2025" in explain(still, row)  # the last day is the one before
    assert reasons(still, row)[-1].held is None
    story = [first_stop_sentence(record, row, reasons(record, row)[0].day) for record in (over, still)]
    assert story[0].endswith("from Sep, which could not leave China from 11 April 2025 until 30 June 2025.")
    assert story[1].endswith("from Sep, which may no longer leave China.")


def test_a_line_that_was_never_short_has_no_reasons() -> None:
    record = told(chain_of_three(), [ban(on(100))], 120, begins=100)
    assert way_back(record, "CAR") == []
    assert [record.register.tables.firms[row].line for row, _ in first_stops(record)] == ["SEP"]


@pytest.mark.parametrize("trouble", ["a ban", "a fire"])
def test_a_supplier_is_asked_for_the_time_when_it_shipped_what_was_missed(trouble: str) -> None:
    # forty days at sea: what stops the line are three weeks that had been over for a month when it stopped
    tables, first, last = chain_of_three(cover=10.0), STRUCK, STRUCK + 21
    far = (row.model_copy(update={"lead_days": 40}) if row.supplier == "SEP" else row for row in tables.links)
    shocks = {
        "a ban": [ban(on(first)), ban(on(last), rule="free", note="a truce")],
        "a fire": [out_of_order(first, "SEP"), out_of_order(last, "SEP", times=1.0)],
    }[trouble]
    record = told(replace(tables, links=tuple(far)), shocks, 130, STRUCK)
    kind = {"a ban": "regime", "a fire": "capacity"}[trouble]
    ((who, day, good, supplier, root),) = way_back(record, "MAG")
    assert (who, good, supplier, root) == ("MAG", "dytb", "SEP", kind)
    assert first + 40 + 10 <= day <= first + 40 + 10 + 1


# which of several suppliers

PARTS = 100.0 * 2.0 * 0.8  # a day: two for each of 100 cars, of which 80 cannot do without
SHARES = {"SMALL": 0.1, "LARGE": 0.6, "OTHER": 0.3}


def three_suppliers(cover: float = 20.0) -> Tables:
    """A maker of cars that buys its parts from three, who can make just what is bought at rest."""
    return Tables(
        countries=COUNTRIES,
        goods=goods("part", "car"),
        firms=(
            *(line(code, "part", "CN", capacity_per_year=share * PARTS * 365) for code, share in SHARES.items()),
            line("CAR", "car", demand=100.0),
        ),
        needs=(need("CAR", "part", cover, 2.0, dependence=0.8),),
        links=tuple(link(code, "CAR", "part", 5, share) for code, share in SHARES.items()),
        minds=minds(fill_sensitivity=0.0),
    )  # fmt: skip


def shipping(first: int, last: int, cover: float = 20.0, rules: Sequence[Event] = (), **shares: float) -> Record:
    """A history written by hand: at rest, but that some suppliers shipped a share, and the line stopped on day 90."""
    record = told(three_suppliers(cover), rules, 100, begins=0)
    record.links["shipped"][:] = [PARTS * share for share in SHARES.values()]
    for code, share in shares.items():
        record.links["shipped"][first:last, record.register.row(code)] *= share
    record.lines["output"][90:, -1] = 0.0
    record.lines["binding"][90:, -1] = 0
    return record


@pytest.mark.parametrize(
    ("shares", "blamed"),
    [
        ({"SMALL": 0.9, "LARGE": 0.7}, "LARGE"),  # of a hundred parts 1 against 18
        ({"SMALL": 0.0, "LARGE": 0.9}, "SMALL"),  # 10 against 6
        ({"SMALL": 0.0, "OTHER": 0.5}, "OTHER"),  # 10 against 15
        ({"LARGE": 0.5, "OTHER": 0.1}, "LARGE"),  # 30 against 27
        ({"LARGE": 0.5, "OTHER": 0.1, "SMALL": 4.0}, "LARGE"),  # what another made up for is still missed
    ],
)
def test_the_supplier_is_named_of_whom_most_was_missed(shares: dict[str, float], blamed: str) -> None:
    record = shipping(60, 85, **shares)
    assert way_back(record, "CAR") == [("CAR", 90, "part", blamed, "rationed")]


@pytest.mark.parametrize(("cover", "blamed"), [(5.0, "SMALL"), (13.0, "SMALL"), (40.0, "LARGE")])
def test_a_line_with_more_cover_looks_further_back(cover: float, blamed: str) -> None:
    # long ago the large one shipped nothing for a week; of late the small one has not for ten days
    record = shipping(75, 85, cover, SMALL=0.0)
    record.links["shipped"][50:57, record.register.row("LARGE")] = 0.0
    assert way_back(record, "CAR")[0][3] == blamed


def test_where_all_shipped_as_ever_the_stock_was_used_up() -> None:
    assert way_back(shipping(60, 85), "CAR") == [("CAR", 90, "part", None, "empty stock")]
    assert way_back(shipping(88, 95, LARGE=0.0), "CAR") == [("CAR", 90, "part", None, "empty stock")]  # still at sea


def test_a_line_that_nothing_held_back_wanted_no_more() -> None:
    record = shipping(60, 85, LARGE=0.0)
    record.lines["binding"][:] = -1
    assert way_back(record, "CAR", 90)[0][2:] == ("", None, "demand")


def test_a_supplier_that_lost_capacity_is_told_from_one_that_rations() -> None:
    for times, kind in ((0.2, "capacity"), (1.0, "rationed")):
        record = shipping(60, 85, LARGE=0.2)
        scenario = record.scenario.model_copy(update={"shocks": (out_of_order(60, "LARGE", times=times),)})
        row = record.register.row("LARGE")
        record.lines["capacity_times"][60:85, row] = times * record.network.baseline[row] / record.network.capacity[row]
        for name in ("want", "output"):
            record.lines[name][60:85, row] = times * record.network.baseline[row]
        assert way_back(replace(record, scenario=scenario), "CAR")[0][4] == kind
    later = record.scenario.model_copy(update={"shocks": (out_of_order(87, "LARGE"),)})
    assert way_back(replace(record, scenario=later), "CAR")[0][4] == "rationed"  # what burned later shipped before


# papers


@pytest.mark.parametrize(
    ("rule", "kind"),
    [
        ({"rule": "ban"}, "regime"),
        ({"rule": "watch"}, "no ruling"),
        ({"rule": "individual", "review_days": 365}, "no ruling"),
        ({"rule": "individual", "review_days": 90}, "waiting"),
        ({"rule": "general", "review_days": 90}, "waiting"),
        ({"rule": "individual", "review_days": 5, "grant_share": 0.0, "refuse_share": 1.0}, "refused"),
    ],
)
def test_papers_are_told_by_what_became_of_them(rule: dict[str, Any], kind: str) -> None:
    record = told(chain_of_three(cover=20.0), [ban(on(STRUCK), note="the rule", **rule)], 120, STRUCK)
    ((_, day, good, supplier, root),) = way_back(record, "MAG")
    assert (good, supplier, root) == ("dytb", "SEP", kind)
    assert STRUCK + 10 + 20 <= day <= STRUCK + 10 + 20 + 1
    assert "the rule" in explain(record, record.register.row("MAG"))


def test_the_rule_is_named_that_held_when_the_goods_should_have_left() -> None:
    shocks = [
        ban(on(10), rule="individual", review_days=3, note="long before"),
        ban(on(STRUCK), note="that day"),
        ban(on(STRUCK + 29), rule="watch", note="too late to matter"),
    ]
    record = told(chain_of_three(cover=20.0), shocks, 100, STRUCK)
    sentence = explain(record, record.register.row("MAG"))
    assert "that day" in sentence and "long before" not in sentence and "too late" not in sentence


@pytest.mark.parametrize("others", [{"destination": ("KR",)}, {"goods": ("magnet",)}, {"origin": ("KR",)}])
def test_rules_about_others_are_not_named(others: dict[str, Any]) -> None:
    shocks = [ban(on(STRUCK)), ban(on(STRUCK + 5), note="about others", **others)]
    record = told(chain_of_three(cover=20.0), shocks, 100, STRUCK)
    assert "about others" not in explain(record, record.register.row("MAG"))
    assert way_back(record, "MAG")[-1][4] == "regime"


@pytest.mark.parametrize(
    ("waits", "refused", "kind"),
    [
        (32.0, 0.0, "rationed"),
        (48.0, 0.0, "waiting"),
        (0.0, 1.7, "rationed"),
        (0.0, 2.1, "refused"),
        (80.0, 2.1, "waiting"),
    ],
)
def test_papers_that_hold_back_less_than_a_tenth_are_not_the_root(waits: float, refused: float, kind: str) -> None:
    # in the twenty days before day 85 a fifth of 96 a day were shipped: 384, of which 38.4 are a tenth
    rule = ban(on(10), goods=("part",), rule="individual", review_days=0)
    record = shipping(60, 85, rules=[rule], LARGE=0.2)
    mine = record.register.row("LARGE")
    record.licences["waiting"][84, record.network.licence_of[mine]] = waits
    record.links["refused"][65:85, mine] = refused
    assert way_back(record, "CAR")[0][3:] == ("LARGE", kind)


def test_goods_that_look_alike_are_held_back_by_a_rule_about_others() -> None:
    tables = chain_of_three(cover=20.0)
    scrap = goods("magnet", "car") + goods("dytb", looks_alike=1.0) + goods("oxide")
    shy = ban(on(STRUCK), goods=("oxide",), over_compliance=1.0, note="a control of oxide")
    record = told(replace(tables, goods=scrap), [shy], 100, STRUCK)
    assert way_back(record, "MAG")[0][2:] == ("dytb", "SEP", "regime")
    assert "a control of oxide" in explain(record, record.register.row("MAG"))


def test_a_clause_about_military_use_does_not_stop_a_civil_line() -> None:
    tables = chain_of_three(cover=20.0)
    firms = (row.model_copy(update={"military_share": 0.3}) if row.line == "MAG" else row for row in tables.firms)
    shocks = [ban(on(STRUCK - 1), end_use="military"), out_of_order(STRUCK, "SEP")]
    record = told(replace(tables, firms=tuple(firms)), shocks, 120, STRUCK)
    assert way_back(record, "MAG")[-1][2:] == ("dytb", "SEP", "capacity")


# further back


def ring() -> Tables:
    """Two lines that each need what the other makes, and an ore; and a line of cars."""
    return Tables(
        countries=COUNTRIES,
        goods=goods("ore", "acid", "salt", "car"),
        firms=(line("ORE", "ore", "CN"), line("ACID", "acid"), line("SALT", "salt"), line("CAR", "car", demand=10.0)),
        needs=(need("ACID", "ore", 12.0), need("ACID", "salt", 8.0, 0.2), need("SALT", "acid", 6.0, 0.5),
               need("CAR", "salt", 4.0)),
        links=(link("ORE", "ACID", "ore", 3), link("SALT", "ACID", "salt", 2), link("ACID", "SALT", "acid", 2),
               link("SALT", "CAR", "salt", 2)),
        minds=minds(),
    )  # fmt: skip


def test_a_loop_ends_at_its_way_out() -> None:
    record = told(ring(), [ban(on(STRUCK), goods=("ore",))], 110, STRUCK)
    path = way_back(record, "CAR")
    assert [(step[0], step[2], step[3]) for step in path][:2] == [("CAR", "salt", "SALT"), ("SALT", "acid", "ACID")]
    assert path[-1][2:] == ("ore", "ORE", "regime")
    assert len({step[0] for step in path}) == len(path)  # nobody is asked twice
    days = [step[1] for step in path]
    assert days == sorted(days, reverse=True)


def test_a_loop_that_starves_itself_is_told_to_its_end() -> None:
    # a history written by hand: no acid to make salt of, no salt to make acid of, and ore for both
    record = told(ring(), [], 110, STRUCK)
    needs, link_of = record.register.trading_partners.needs, record.register.trading_partners.customers
    for code, good in (("ACID", "salt"), ("SALT", "acid"), ("CAR", "salt")):
        record.lines["output"][70:, record.register.row(code)] = 0.0
        record.lines["binding"][70:, record.register.row(code)] = needs[code][good]
    for supplier, customer in (("ACID", "SALT"), ("SALT", "ACID"), ("SALT", "CAR")):
        record.links["shipped"][70:, link_of[supplier][customer]] = 0.0
    path = way_back(record, "CAR", 105)
    assert [step[0] for step in path] == ["CAR", "SALT", "ACID"]
    assert path[-1][3] == "SALT" and path[-1][4] != "input"


def test_a_supplier_is_asked_about_its_stop_rather_than_about_a_slow_day_before() -> None:
    record = told(chain_of_three(cover=30.0, parts_cover=5.0), [ban(on(STRUCK))], 140, STRUCK)
    maker = record.register.row("MAG")
    stop = int(np.flatnonzero(record.lines["output"][:, maker] < 1e-9)[0])
    slow = stop - 5
    record.lines["output"][slow, maker] *= 0.8
    record.lines["binding"][slow, maker] = 0
    assert [step[1] for step in way_back(record, "CAR")][1] == stop


@pytest.mark.slow
def test_a_line_that_its_maker_closed_is_explained_by_the_part_it_waits_for() -> None:
    record = play(stage("two-months"))
    roles, stopped_on = record.register.firms["role"], 0
    for row in np.flatnonzero(roles == "automaker"):
        out, usual = record.lines["output"][:, row], record.lines["usual"][:, row]
        stops = out < STOPPED_BELOW * usual
        for day in np.flatnonzero(stops[1:] & ~stops[:-1]) + 1:
            first, *_, last = reasons(record, int(row), int(day))
            assert first.kind == "input" and first.good.endswith(("motor", "sensor")) and last.kind == "no ruling"
            stopped_on += 1
    assert stopped_on > 2
