"""The root of a stop is named, whatever kind of shock it is, and nothing is said to be well that is not."""

from __future__ import annotations

from datetime import date
from functools import cache
from typing import Any

import numpy as np
import pytest

from model.cascade import explain, first_stops, gap_of, reasons
from model.metrics import curtailed, stopped
from model.scenario.event import Event
from model.scenario.events import CapacityShock, DemandShock, LeadShock, QuotaShock, WillingShock
from model.scenario.ports import PortShock
from model.scenario.regime_shock import RegimeShock
from runs.measures.outcomes import outcomes
from runs.report.story import story_sentences
from runs.simulation.record import Record
from runs.simulation.stage import Stage, play, read_story

STRUCK = date(2025, 10, 20)
TOLD = {"date": STRUCK, "source": "made up"}
NOWHERE = {"origin": ("CN",), "destination": ("JP",)}
SMALL_MOTORS = ("MIN", "SMT", "SEN", "MEL-S", "JTK-S")  # makers of nine in ten small motors of a Suzuki
FIRE = CapacityShock(kind="capacity", note="The kilns burn", until=60, lines=("TDK-H",), times=0.0, **TOLD)
QUAKE = CapacityShock(kind="capacity", note="An earthquake", until=60, lines=SMALL_MOTORS, times=0.0, **TOLD)
FLOOD = CapacityShock(kind="capacity", note="A flood", firms=("HON",), times=0.0, **TOLD)
STRIKE = CapacityShock(kind="capacity", note="A strike", firms=("MAZ",), times=0.3, **TOLD)
PORT = LeadShock(kind="lead", note="The ports close", goods=("*",), extra_days=60, **NOWHERE, **TOLD)
CLOSED = PortShock(
    kind="port", note="The canal is blocked", until=60, closed=True,
    ways=({"origin": ("CN",), "destination": ("JP",)},), **TOLD,
)  # fmt: skip
PACT = WillingShock(
    kind="willing", note="A pact of sellers", goods=("dytb", "magnet_heavy"), share=0.0, **NOWHERE, **TOLD
)
QUOTA = QuotaShock(
    kind="quota", note="A quota of exports", goods=("dytb", "magnet_heavy"), share=0.0, **NOWHERE, **TOLD
)
PASSING_BAN = RegimeShock(
    kind="regime", note="A ban for a season", until=150, goods=("dytb", "alloy", "magnet_heavy"), rule="ban", **NOWHERE,
    **TOLD,
)  # fmt: skip
SLUMP = DemandShock(kind="demand", note="Nobody buys cars", goods=("car_ice", "car_hev", "car_ev"), times=0.3, **TOLD)


@cache
def run(*shocks: Event, days: int = 150, minds: bool = True) -> Record:
    """The base case under some shocks, from twelve days before them."""
    story, tables = read_story("calm")
    cars = {line.good for line in tables.firms if line.industry == "cars"}
    told = tuple(
        shock.model_copy(update={"goods": tuple(cars)}) if isinstance(shock, DemandShock) else shock for shock in shocks
    )
    story = story.model_copy(update={"shocks": told, "days": days, "shock_date": STRUCK})
    return play(Stage(rng=1, world=(story, tables), minds=minds))


def row(record: Record, line: str) -> int:
    return record.register.row(line)


def test_a_line_without_kilns_stops_at_once_for_loss_of_capacity() -> None:
    record = run(FIRE)
    (reason,) = reasons(record, row(record, "TDK-H"))
    assert (reason.kind, reason.good, reason.day) == ("capacity", "", 12)
    words = explain(record, row(record, "TDK-H"))
    assert "from 20 October 2025 until 19 December 2025 (The kilns burn)" in words and "stopped on day 0" in words


def test_the_earthquake_at_the_root_is_named_where_its_parts_are_missing() -> None:
    record = run(QUAKE)
    path = reasons(record, row(record, "SUZ-ICE"))
    assert [reason.kind for reason in path] == ["capacity"]
    assert record.register.tables.firms[path[0].supplier or 0].line in SMALL_MOTORS
    assert "which had lost capacity" in explain(record, row(record, "SUZ-ICE"))
    assert "(An earthquake)" in explain(record, row(record, "SUZ-ICE"))


def test_two_misfortunes_are_both_named_and_what_has_ended_is_not() -> None:
    cut = FIRE.model_copy(update={"note": "Power is cut", "lines": (), "countries": ("JP",), "times": 0.9})
    old = FIRE.model_copy(update={"note": "An old story", "until": 3, "times": 0.5})
    record = run(FIRE, cut, old)
    words = explain(record, row(record, "TDK-H"), 40)
    assert "The kilns burn" in words and "Power is cut" in words and "An old story" not in words


def test_closed_ports_and_the_longer_way_are_named() -> None:
    record = run(PORT)
    path = reasons(record, row(record, "SSN"))
    assert (path[-1].kind, path[-1].good) == ("longer way", "magnet_heavy")
    assert "60 days longer since 20 October 2025 (The ports close)" in explain(record, row(record, "SSN"))


def test_a_route_that_is_shut_is_named_with_its_end() -> None:
    record = run(CLOSED)
    path = reasons(record, row(record, "SSN"))
    assert (path[-1].kind, path[-1].good) == ("longer way", "magnet_heavy")
    words = "whose goods waited 60 days from 20 October 2025 until 19 December 2025 (The canal is blocked)"
    assert words in explain(record, row(record, "SSN"))


@pytest.mark.parametrize("shock", [PACT, QUOTA], ids=lambda each: each.note)
def test_sellers_who_decline_and_quotas_are_named(shock: Event) -> None:
    record = run(shock)
    path = reasons(record, row(record, "SSN"))
    assert path[-1].kind == "declined" and f"({shock.note})" in path[-1].text


def test_a_ban_with_an_end_is_named_with_it() -> None:
    record = run(PASSING_BAN)
    words = explain(record, row(record, "SSN"))
    assert "are banned since 20 October 2025 until 19 March 2026 (A ban for a season)" in words


def test_who_lost_its_customers_names_them() -> None:
    """While every car line of Japan is flooded their suppliers make next to nothing: orders fell, nothing else."""
    firms = read_story("calm")[1].firms
    cars = tuple(line.line for line in firms if line.industry == "cars" and line.country == "JP")
    record = run(FLOOD.model_copy(update={"firms": (), "lines": cars}))
    idle = [found for found, _ in first_stops(record) if record.register.tables.firms[found].line not in cars]
    slow = np.flatnonzero(curtailed(record.lines["output"], record.lines["usual"]).any(axis=0))
    others = [found for found in {*idle, *slow.tolist()} if record.register.tables.firms[found].line not in cars]
    assert len(others) > 5
    for found in others:
        path = reasons(record, found)
        assert path[0].kind == "demand" and "ordered less" in path[0].text


@pytest.mark.slow
def test_a_slump_of_demand_is_no_stop_for_anybody() -> None:
    """Fewer cars are wanted, so fewer are usual, and so are the parts in them."""
    record = run(SLUMP)
    cars = np.array([line.industry == "cars" for line in record.register.tables.firms])
    assert not stopped(record.lines["output"], record.lines["usual"])[20:, cars].any()
    assert outcomes(record)["vehicles_not_built_JP"] == pytest.approx(0.0, abs=0.01 * 23_000 * 138)


@pytest.mark.parametrize(
    "shock", [FIRE, QUAKE, FLOOD, STRIKE, PORT, PACT, QUOTA, PASSING_BAN, SLUMP], ids=lambda each: each.note
)
def test_the_four_gaps_add_up_to_what_is_missing(shock: Event) -> None:
    """What capacity, people, orders and inputs took of what is usual is all that is missing, on every day."""
    record = run(shock)
    lines, capacity = record.lines, record.network.capacity
    able = np.minimum(lines["usual"], capacity * lines["capacity_times"])
    willing = np.minimum(able, capacity * lines["capacity_times"] * lines["run"])
    due = np.minimum(willing, lines["want"])
    missing = np.maximum(0.0, lines["usual"] - lines["output"])
    steps = (lines["usual"] - able) + (able - willing) + (willing - due) + np.maximum(0.0, due - lines["output"])
    np.testing.assert_allclose(np.where(missing > 0, steps, 0.0), missing, atol=1e-6 * (1 + capacity.max()))
    day, line = np.unravel_index(int(np.argmax(missing / (1e-9 + lines["usual"]))), missing.shape)
    assert gap_of(record, int(line), int(day)).kind in {"capacity", "slowed", "demand", "input"}


@pytest.mark.parametrize("minds", [True, False])
@pytest.mark.parametrize(
    ("shock", "said"),
    [(FLOOD, "it had lost capacity"), (STRIKE, "below half of what is usual"), (FIRE, "The kilns burn")],
)
def test_no_sentence_says_that_all_is_well_where_it_is_not(shock: Event, said: str, minds: bool) -> None:
    record = run(shock, minds=minds)
    words = " ".join(story_sentences(record, outcomes(record)))
    assert "Every line" not in words and said in words


def test_in_a_calm_world_all_is_well() -> None:
    record = run()
    words = story_sentences(record, outcomes(record))
    assert words[:2] == ["No line stopped.", "Every line made what is usual, or nearly so, on every day."]


def test_the_outcomes_of_a_flood_are_sums_on_an_envelope() -> None:
    record = run(FLOOD)
    told: dict[str, Any] = outcomes(record)
    days = record.days - 12
    assert told["first_stop_day_JP"] == 0 and told["lines_stopped_JP"] >= 3 and told["stop_days_JP"] >= 3 * days
    assert told["vehicles_not_built_JP"] == pytest.approx(700_000 / 365 * days, rel=0.01)
    third: dict[str, Any] = outcomes(run(STRIKE))
    assert third["curtailed_days_JP"] >= 3 * days and third["lines_stopped_JP"] == 0


def test_a_slump_is_named_where_orders_fell_for_it() -> None:
    slump = SLUMP.model_copy(update={"times": 0.1})
    record = run(slump)
    found = np.flatnonzero(curtailed(record.lines["output"], record.lines["usual"]).any(axis=0))
    told = [explain(record, int(each)) for each in found]
    assert told and all("(Nobody buys cars)" in words for words in told)
    words = " ".join(story_sentences(record, outcomes(record)))
    assert "less than normal was asked for" in words and "than in a normal year" not in words


def test_a_way_that_was_longer_for_three_days_is_not_blamed_for_a_fire() -> None:
    brief = PORT.model_copy(update={"extra_days": 90, "until": 3})
    fire = FIRE.model_copy(update={"date": date(2025, 10, 25), "lines": (), "countries": ("CN",), "note": "A fire"})
    record = run(brief, fire)
    assert "(A fire)" in explain(record, row(record, "SSN"))


def test_the_strictest_of_two_rules_is_named() -> None:
    licence = PASSING_BAN.model_copy(
        update={"rule": "individual", "review_days": 10, "note": "A licence", "until": 100}
    )
    standing = PASSING_BAN.model_copy(update={"until": None, "note": "A ban"})
    record = run(standing, licence)
    assert "are banned since 20 October 2025 (A ban)" in explain(record, row(record, "SSN"))
