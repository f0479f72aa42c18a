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
from runs.exposure.candidates import KINDS, Candidate, Kind, candidates_in, reservation
from runs.exposure.losses import billions, line_rows, loss_row, losses, others_of, play_world
from runs.exposure.precautions import (
    second_sources,
    struck_needs,
    with_more_stock,
    with_second_sources,
)
from runs.exposure.quiet_runs import quiet_run
from runs.processes.executors import TaskExecutor
from runs.processes.starting import LostWorker
from runs.simulation.record import Record
from runs.simulation.settings import World

USUAL_DAYS = (
    60  # stocks in the base case last two months: a shorter outage hides in them, a longer one in new suppliers
)
AFTER_DAYS = 180  # for which a run goes on after the outage, so that what is made up counts
WEEK_DAYS = 7  # before the outage, in a scenario without a shock: everybody has decided once

SAVINGS = ("saved_by_stock_pct", "saved_by_second_source_pct")

Rows = list[dict[str, Any]]


@dataclass(frozen=True, eq=False)
class Study:
    """What is asked: a scenario and its tables, a seed, days of outage, and what is taken out.

    first: the day of the run on which the outage begins; kinds: the kinds of candidates that were asked for.
    """

    world: World
    seed: int
    days: int
    first: int
    candidates: tuple[Candidate, ...]
    kinds: tuple[Kind, ...] = KINDS

    @property
    def start(self) -> date:
        """The date on which the outage begins."""
        return self.world[0].start + timedelta(days=self.first)

    def reserved(self, candidate: Candidate) -> list[Event]:
        """The rule without effect by which a ban and the run that it is held against draw the same luck."""
        return reservation(self.candidates, self.world[0].end) if candidate.kind == "licence" else []


def make_study(world: World, seed: int = 1, days: int = USUAL_DAYS, kinds: Sequence[Kind] = KINDS) -> Study:
    """A study of all that can be taken out of a world, or of some kinds of it.

    The outage begins with the scenario's own shock, or after a week in a scenario without one, and the run ends half a
    year after it. Raise Faults in a world of a single line, beside which there is nobody, and for kinds of which the
    world has none.
    """
    story, tables = world
    if len(tables.firms) < 2 and tables.anonymous is None:
        raise Faults(["firms.csv: found a single line, so that there are no others who could lose; name a second one"])
    first = WEEK_DAYS if story.shock_day is None else max(1, story.shock_day)
    story = story.model_copy(update={"days": first + days + AFTER_DAYS})
    chosen = tuple(each for each in candidates_in(tables) if each.kind in kinds)
    if not chosen:
        raise Faults([f"--only {' '.join(kinds)}: found none in this world that can be taken out; leave --only out"])
    return Study((story, tables), seed, days, first, chosen, tuple(kinds))


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


@dataclass(frozen=True)
class Measured:
    """What came of taking something out: its row of the table, a row for each line it was felt at, and the loss.

    loss: millions that all others lose.
    """

    row: dict[str, Any]
    lines: Rows
    loss: float


def loss_packed(content: bytes, number: int) -> Measured:
    """Measure the loss of a candidate of a packed study, in a worker."""
    study = unpack(content)
    return measure_loss(study, study.candidates[number])


def savings_packed(content: bytes, number: int, loss: float) -> dict[str, float]:
    """Measure what precautions save of the loss of a candidate of a packed study, in a worker."""
    study = unpack(content)
    return measure_savings(study, study.candidates[number], loss)


def measure(study: Study, candidate: Candidate) -> tuple[dict[str, Any], Rows]:
    """What everybody else loses when this is out, in all, line by line, and what precautions would save of it."""
    found = measure_loss(study, candidate)
    return found.row | measure_savings(study, candidate, found.loss), found.lines


def measure_loss(study: Study, candidate: Candidate) -> Measured:
    """What everybody else loses when this is out; what precautions would save of it is not told yet."""
    tables = study.world[1]
    base = run_without_outage(study, candidate.kind == "licence")
    lost = losses(base, play_outage(study, candidate, tables), study.first)
    suppliers = len({tables.links[link].supplier for link in second_sources(candidate, tables)})
    row = {**loss_row(base, lost, candidate), **dict.fromkeys(SAVINGS), "second_sources": suppliers}
    return Measured(row, line_rows(base, lost, candidate), lost.of(others_of(candidate, tables)))


def measure_savings(study: Study, candidate: Candidate, loss: float) -> dict[str, float]:
    """What precautions save of a loss, in percent; nothing where there is no loss, no customer or no second source."""
    tables = study.world[1]
    if billions(loss) <= 0.0 or not struck_needs(candidate, tables):
        return {}
    by_stock, by_second_source = SAVINGS
    found = {by_stock: saved_pct(study, candidate, with_more_stock(candidate, tables), loss)}
    if second_sources(candidate, tables):
        ready = with_second_sources(candidate, tables)
        found[by_second_source] = saved_pct(study, candidate, ready, loss)
    return found


def play_outage(study: Study, candidate: Candidate, tables: Tables) -> Record:
    """Run the scenario with something out."""
    events = [candidate.event(tables, study.start, study.days), *study.reserved(candidate)]
    return play_world((study.world[0], tables), study.seed, events)


def saved_pct(study: Study, candidate: Candidate, tables: Tables, loss: float) -> float:
    """The share of a loss that a precaution saves, in percent; negative where more is lost with it.

    tables: the world with the precaution, whose own run without an outage its loss is held against.
    """
    usual = run_without_outage(study, candidate.kind == "licence")
    base = quiet_run((study.world[0], tables), study.seed, study.reserved(candidate), usual)
    left = losses(base, play_outage(study, candidate, tables), study.first)
    return 100.0 * (1.0 - left.of(others_of(candidate, tables)) / loss)


def measure_all(
    study: Study, executor: TaskExecutor, tell: Callable[[], None], precautions: int | None = None
) -> list[tuple[dict[str, Any], Rows]]:
    """Measure every candidate, in their order; `tell` is called after each, and after the precautions of each.

    precautions: for how many of the largest losses they are tried; for all if not given. Raise Faults if a worker is
    lost.
    """
    content = pack(study)
    numbers = range(len(study.candidates))
    losing = told([executor.submit(loss_packed, content, number) for number in numbers], tell)
    found = [result_of(future, study, number) for number, future in zip(numbers, losing, strict=True)]
    chosen = largest_first([each.row for each in found])[:precautions]
    saving = told([executor.submit(savings_packed, content, number, found[number].loss) for number in chosen], tell)
    rows = [each.row for each in found]
    for number, future in zip(chosen, saving, strict=True):
        rows[number] = rows[number] | result_of(future, study, number)
    return [(row, each.lines) for row, each in zip(rows, found, strict=True)]


def told(futures: list[Future[Any]], tell: Callable[[], None]) -> list[Future[Any]]:
    """Have `tell` called whenever one of these is done."""
    for future in futures:
        future.add_done_callback(lambda _: tell())
    return futures


def result_of(future: Future[Any], study: Study, number: int) -> Any:
    """The result for a candidate; raise Faults where its runs failed."""
    try:
        return future.result()
    except LostWorker as error:
        raise Faults([f"a process was lost ({error.why}); run it again with fewer --processes"]) from error
    except ArithmeticError as error:
        raise Faults([f"{study.candidates[number].name}: its runs failed: {error}"]) from error


def ranked(rows: Sequence[dict[str, Any]]) -> pd.DataFrame:
    """The rows as a table, the largest loss first; in a world without value added the most days of stop first."""
    table = pd.DataFrame(list(rows)).loc[largest_first(rows)].reset_index(drop=True)
    table.insert(0, "rank", range(1, len(table) + 1))
    return table


def largest_first(rows: Sequence[dict[str, Any]]) -> list[int]:
    """The numbers of rows in their order: by loss, then by days of stop, then as they stand in the tables."""
    return sorted(range(len(rows)), key=lambda number: (-rows[number]["loss_jpy_bn"], -rows[number]["stop_days"]))
