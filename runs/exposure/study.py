"""A study: everything in a world is taken out in turn, and what the others lose is ranked.

The loss of each candidate is measured with the people and the luck of the scenario, then again with each precaution.
A world with a precaution has a run without an outage of its own, so that the precaution's own effect does not count.
"""

from __future__ import annotations

import pickle
import zlib
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Any

import pandas as pd

from model.scenario.event import Event
from model.tables.faults import Faults
from model.tables.tables import Tables
from runs.exposure.candidates import Candidate, candidates_in, reservation
from runs.exposure.losses import Losses, line_rows, loss_row, losses, others_of, play_world
from runs.exposure.precautions import (
    second_sources,
    struck_needs,
    with_more_stock,
    with_second_sources,
)
from runs.processes.executors import TaskExecutor
from runs.processes.starting import LostWorker
from runs.simulation.record import Record
from runs.simulation.settings import World

USUAL_DAYS = (
    60  # stocks in the base case last two months: a shorter outage hides in them, a longer one in new suppliers
)
AFTER_DAYS = 180  # for which a run goes on after the outage, so that what is made up counts
WEEK_DAYS = 7  # before the outage, in a scenario without a shock: everybody has decided once

Rows = list[dict[str, Any]]


@dataclass(frozen=True, eq=False)
class Study:
    """What is asked: a scenario and its tables, a seed, days of outage, and what is taken out.

    first: the day of the run on which the outage begins.
    """

    world: World
    seed: int
    days: int
    first: int
    candidates: tuple[Candidate, ...]

    @property
    def start(self) -> date:
        """The date on which the outage begins."""
        return self.world[0].start + timedelta(days=self.first)

    def reserved(self, candidate: Candidate) -> list[Event]:
        """The rule without effect by which a ban and the run that it is held against draw the same luck."""
        return reservation(self.candidates, self.world[0].end) if candidate.kind == "licence" else []


def make_study(world: World, seed: int = 1, days: int = USUAL_DAYS) -> Study:
    """A study of all that can be taken out of a world.

    The outage begins with the scenario's own shock, or after a week in a scenario without one, and the run ends half a
    year after it. Raise Faults in a world of a single line, beside which there is nobody.
    """
    story, tables = world
    if len(tables.firms) < 2 and tables.anonymous is None:
        raise Faults(["firms.csv: found a single line, so that there are no others who could lose; name a second one"])
    first = WEEK_DAYS if story.shock_day is None else max(1, story.shock_day)
    story = story.model_copy(update={"days": first + days + AFTER_DAYS})
    return Study((story, tables), seed, days, first, candidates_in(tables))


def pack(study: Study) -> bytes:
    """A study as bytes, to be sent to a worker."""
    return zlib.compress(pickle.dumps(study, protocol=5), 1)


@lru_cache(maxsize=2)
def unpack(content: bytes) -> Study:
    """The study of these bytes; each process unpacks it once."""
    study: Study = pickle.loads(zlib.decompress(content))
    return study


@lru_cache(maxsize=4)
def run_without_outage(study: Study, reserved: bool) -> Record:
    """The run that outages are held against; with the reservation for licences, or without."""
    events = reservation(study.candidates, study.world[0].end) if reserved else []
    return play_world(study.world, study.seed, events)


def measure_packed(content: bytes, number: int) -> tuple[dict[str, Any], Rows]:
    """Measure a candidate of a packed study, in a worker."""
    study = unpack(content)
    return measure(study, study.candidates[number])


def measure(study: Study, candidate: Candidate) -> tuple[dict[str, Any], Rows]:
    """What everybody else loses when this is out, in all, line by line, and what precautions would save of it."""
    tables = study.world[1]
    base = run_without_outage(study, candidate.kind == "licence")
    lost = losses(base, play_outage(study, candidate, tables), study.first)
    row = loss_row(base, lost, candidate)
    saved: dict[str, float | None] = {"saved_by_stock_pct": None, "saved_by_second_source_pct": None}
    others = second_sources(candidate, tables)
    if row["loss_jpy_bn"] > 0.0 and struck_needs(candidate, tables):
        saved["saved_by_stock_pct"] = saved_pct(study, candidate, with_more_stock(candidate, tables), lost)
        if others:
            ready = with_second_sources(candidate, tables)
            saved["saved_by_second_source_pct"] = saved_pct(study, candidate, ready, lost)
    suppliers = len({tables.links[link].supplier for link in others})
    return {**row, **saved, "second_sources": suppliers}, line_rows(base, lost, candidate)


def play_outage(study: Study, candidate: Candidate, tables: Tables) -> Record:
    """Run the scenario with something out."""
    events = [candidate.event(tables, study.start, study.days), *study.reserved(candidate)]
    return play_world((study.world[0], tables), study.seed, events)


def saved_pct(study: Study, candidate: Candidate, tables: Tables, lost: Losses) -> float:
    """The share of a loss that a precaution saves, in percent; negative where more is lost with it.

    tables: the world with the precaution, whose own run without an outage its loss is held against.
    """
    base = play_world((study.world[0], tables), study.seed, study.reserved(candidate))
    left = losses(base, play_outage(study, candidate, tables), study.first)
    others = others_of(candidate, tables)
    return 100.0 * (1.0 - left.of(others) / lost.of(others))


def measure_all(study: Study, executor: TaskExecutor, tell: Callable[[], None]) -> list[tuple[dict[str, Any], Rows]]:
    """Measure every candidate, in their order; `tell` is called after each. Raise Faults if a worker is lost."""
    content = pack(study)
    waiting = [executor.submit(measure_packed, content, number) for number in range(len(study.candidates))]
    for future in waiting:
        future.add_done_callback(lambda _: tell())
    return [result_of(future, study, number) for number, future in enumerate(waiting)]


def result_of(future: Future[tuple[dict[str, Any], Rows]], study: Study, number: int) -> tuple[dict[str, Any], Rows]:
    """The result for a candidate; raise Faults where its runs failed."""
    try:
        return future.result()
    except LostWorker as error:
        raise Faults([f"a process was lost ({error.why}); run it again with fewer --processes"]) from error
    except ArithmeticError as error:
        raise Faults([f"{study.candidates[number].name}: its runs failed: {error}"]) from error


def ranked(rows: Sequence[dict[str, Any]]) -> pd.DataFrame:
    """The rows as a table, the largest loss first; in a world without value added the most days of stop first."""
    table = pd.DataFrame(list(rows))
    order = table.assign(place=range(len(table))).sort_values(
        ["loss_jpy_bn", "stop_days", "place"], ascending=[False, False, True], kind="stable"
    ).index  # fmt: skip
    table = table.loc[order].reset_index(drop=True)
    table.insert(0, "rank", range(1, len(table) + 1))
    return table
