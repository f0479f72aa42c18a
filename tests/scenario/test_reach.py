"""Whom events strike hangs on their words, and never on their numbers: so it is looked for once for many worlds."""

from datetime import date, timedelta

import numpy as np
import pytest

from model.scenario.event import Event
from model.scenario.events import QuotaShock, WillingShock
from model.scenario.ports import PortShock, Way
from model.scenario.reach import STRIKING, named_rows, search_rows, words_of
from model.scenario.scenario import read_world
from model.scenario.scenario_files import scenario_names
from model.tables.table_files import DATA, read_tables
from model.tables.tables import Tables
from runs.simulation.stage import SCENARIOS

WORDS = {"date": date(2026, 1, 6), "note": "somebody", "source": "hypothetical"}
ROUTE = {**WORDS, "origin": ("CN",), "destination": ("JP",), "goods": ("dytb",)}


@pytest.fixture(scope="module")
def tables() -> Tables:
    return read_tables(DATA)


@pytest.fixture(scope="module")
def striking() -> list[Event]:
    """The events of all scenarios that strike lines or links, and some of kinds or with selectors that none has."""
    events = [shock for name in scenario_names(SCENARIOS) for shock in read_world(name, SCENARIOS, DATA)[0].shocks]
    port = {"kind": "port", **WORDS, "extra_days": 5}
    events += [
        PortShock(**port, ways=(Way(destination=("JP",)),)),
        PortShock(**port, ways=(Way(destination=("JP",), goods=("dytb",)),)),
        WillingShock(kind="willing", **ROUTE, share=0.5, suppliers=("CRE",)),
        QuotaShock(kind="quota", **ROUTE, share=0.5, suppliers=("CRE",)),
        QuotaShock(kind="quota", **ROUTE, share=0.5),
    ]
    return [event for event in events if isinstance(event, STRIKING)]


def changed(event: Event) -> Event:
    """The same event with other numbers and dates."""
    numbers = {name: said for name, said in event if isinstance(said, int | float | date)}
    others = {name: said + (timedelta(3) if isinstance(said, date) else 1) for name, said in numbers.items()}
    return event.model_copy(update=others)


def test_events_of_other_words_are_told_apart(tables: Tables, striking: list[Event]) -> None:
    assert len({type(event) for event in striking}) > 5
    for event in striking:
        assert np.array_equal(named_rows(event, tables)[0], search_rows(event, tables)[0]), event


def test_numbers_and_dates_have_no_part_in_whom_an_event_strikes(tables: Tables, striking: list[Event]) -> None:
    for event in striking:
        other = changed(event)
        assert other != event
        assert words_of(other) == words_of(event)
        assert np.array_equal(search_rows(other, tables)[0], search_rows(event, tables)[0]), event
