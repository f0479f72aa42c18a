"""A small world that is struck, from its first day to its record."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from model.scenario.event import Event
from model.scenario.scenario import Scenario
from model.tables.tables import Tables
from runs.simulation.record import Record, Recorder
from tests.support.worlds import START, world_of


def on(day: int) -> date:
    """The date of a day of the run."""
    return START + timedelta(days=day)


def told(tables: Tables, shocks: Sequence[Event], days: int, begins: int) -> Record:
    """What happened in a world whose story begins on a day."""
    scenario = Scenario(
        name="made-up", title="Made up", about="A made-up story.", start=START, days=days,
        shock_date=on(begins), shocks=tuple(shocks),
    )  # fmt: skip
    chain = world_of(tables, shocks)
    recorder = Recorder(chain, days)
    for _ in range(days):
        chain.step()
        recorder.note_day()
    return recorder.record(scenario)
