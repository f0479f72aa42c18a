"""The cost of a stop by its length: full-stop with the ban lifted after some days; the stoppage map."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from model.metrics import value_added_lost
from model.scenario.events import AuthorityShock, NewsShock, Shock
from model.scenario.regime_shock import RegimeShock
from model.scenario.scenario import Scenario, read_world
from model.tables.table_files import DATA, TablesDraft
from runs.measures.history import ALLOY, DAYS_PER_MONTH, OXIDE
from runs.processes.compiled_day import simulation_executor
from runs.simulation.focus import base_case, base_home
from runs.simulation.record import Record
from runs.simulation.stage import SCENARIOS, play, stage
from runs.validation.stylised_facts import StylisedFact

Array = NDArray[Any]
Callback = Callable[[], Any]
S = TypeVar("S")
T = TypeVar("T")

STOP_SCENARIO = "full-stop"
HOME_COUNTRY = base_home()
STORY = base_case().story
AFTERWARDS = 180  # days after the longest stop of a comparison, in which overtime may make up for losses
QUARTER, YEAR = 91, 365  # days of the stops whose cost was estimated
CURVE_MONTHS = (0, 1, 2, 3, 4, 5, 6, 8, 10, 12, 15, 18)
MAP_COVERS = (15, 30, 45, 60, 75, 90, 120, 150, 180)
MAP_LENGTHS = (0, 30, 60, 91, 122, 152, 182, 213, 243, 274, 304, 335, 365)
NRI_PER_MONTH = 2.6 / 600 * 100 / 12  # % of GDP: 2.6 tn JPY a year of 600 tn, linear (facts F1, F2)
NO_SECOND_SOURCES = "minds.value[parameter=second_source_at]=1000"
WITH_STATE_STOCK = "minds.value[role=government,parameter=released_share_of_use]=0.5"


@dataclass(frozen=True)
class FullStop:
    """A full stop of some days, simulated for `horizon` days from the shock; settings as on the command line."""

    days: int
    horizon: int = 365 + AFTERWARDS
    settings: tuple[str, ...] = ()


def end_of_stop(story: Scenario, days: int) -> tuple[Shock, ...]:
    """The shocks that end a stop after some days: goods are free, inspections end, the news is calm.

    Raise ValueError for a scenario without a shock date.
    """
    if story.shock_date is None:
        raise ValueError(f"{story.name} has no shock date; choose a scenario with one")
    when = story.shock_date + timedelta(days=days)
    bans = [shock for shock in story.shocks if isinstance(shock, RegimeShock) and shock.rule == "ban"]
    words = {"date": when, "note": "The stop is lifted", "source": "what if"}
    free = [ban.model_copy(update={**words, "rule": "free", "over_compliance": 0.0}) for ban in bans]
    office = AuthorityShock.model_validate({**words, "kind": "authority", "inspect": 0.0})
    calm = NewsShock.model_validate({**words, "kind": "news", "countries": (HOME_COUNTRY,), "level": 0.0})
    return (*free, office, calm)


def play_stop(stop: FullStop, seed: int = 1, base: TablesDraft | None = None) -> Record:
    """Simulate a stop with two months of cover; base: the tables, if they were read before."""
    story, tables = read_world(STOP_SCENARIO, SCENARIOS, DATA, stop.settings, base)
    days = (story.shock_day or 0) + stop.horizon
    kept = story.shocks if stop.days else tuple(s for s in story.shocks if s.date != story.shock_date)
    ending = end_of_stop(story, stop.days) if 0 < stop.days < stop.horizon else ()
    story = story.model_copy(update={"days": days, "shocks": (*kept, *ending)})
    chain = stage(STOP_SCENARIO, seed, world=(story, tables))
    record = play(chain)
    chain.release()
    return record


def cost_in_gdp(record: Record) -> float:
    """Value added lost in Japan from the shock to the end of the record, in percent of a year's GDP."""
    home = (record.register.firms["country"] == HOME_COUNTRY).to_numpy()
    net = record.network
    lost = value_added_lost(record.lines["output"], record.lines["usual"], net.value_added, record.shock_day or 0)
    gdp = float(
        record.register.countries.loc[record.register.countries["country"] == HOME_COUNTRY, "gdp_jpy_tn"].iloc[0]
    )
    return 100.0 * float(lost[:, home].sum()) / (gdp * 1e6)


def vehicles_not_built(record: Record) -> float:
    """Vehicles that Japan did not build from the shock to the end of the record, less those that were made up for."""
    firms = record.register.firms
    cars = ((firms["industry"] == (STORY.industry if STORY else "")) & (firms["country"] == HOME_COUNTRY)).to_numpy()
    made = record.lines["output"][record.shock_day or 0 :, cars]
    return max(0.0, float((record.network.baseline[cars] - made).sum()))


def cost_of_stop(stop: FullStop, seed: int = 1) -> float:
    """The cost of a stop to Japan, in percent of a year's GDP."""
    return cost_in_gdp(play_stop(stop, seed))


def vehicles_of_stop(stop: FullStop) -> float:
    """The vehicles that a stop costs Japan."""
    return vehicles_not_built(play_stop(stop))


def costs_of_stops(seed: int, settings: tuple[str, ...] = (), base: TablesDraft | None = None) -> dict[int, float]:
    """The costs of the two stops of facts 23 and 24: days -> percent of GDP."""
    return {days: cost_in_gdp(play_stop(FullStop(days, settings=settings), seed, base)) for days in (QUARTER, YEAR)}


def cost_measure(fact: StylisedFact, costs: Mapping[int, float]) -> float:
    """The model's value of facts 23 and 24: the cost of a stop in % of GDP, or the ratio of twelve months to three."""
    if fact.measure == "cost_ratio":
        return costs[YEAR] / costs[QUARTER] if costs[QUARTER] > 0.0 else math.inf
    return costs[int(fact.argument)]


CURVES = {
    "stocks alone": (NO_SECOND_SOURCES,),
    "with second sources": (),
    "with a state stock": (NO_SECOND_SOURCES, WITH_STATE_STOCK),
    "with both": (WITH_STATE_STOCK,),
}


def cost_curves(
    months: Sequence[float] = CURVE_MONTHS, width: int | None = None, tick: Callback = lambda: None
) -> dict[str, list[float]]:
    """The cost by length of the stop in percent of GDP, for each of CURVES, all over the same days; months: lengths.

    width: processes; tick: called after each run.
    """
    horizon = round(max(months) * DAYS_PER_MONTH) + AFTERWARDS
    stops = [FullStop(round(m * DAYS_PER_MONTH), horizon, settings) for settings in CURVES.values() for m in months]
    costs = measure_stops(cost_of_stop, stops, width, tick)
    return {name: costs[i * len(months) : (i + 1) * len(months)] for i, name in enumerate(CURVES)}


def cover_settings(days: float) -> tuple[str, ...]:
    """The settings of a cover of Japanese magnet makers, who slow down at half of it, but not above 30 days."""
    cover = f"needs.cover_days[role=magnet_maker,country={HOME_COUNTRY},good={OXIDE}|{ALLOY}]={days:g}"
    alarm = f"minds.value[role=magnet_maker,parameter=alarm_days]={min(30.0, days / 2):g}"
    return (cover, alarm)


def stoppage_map(
    covers: Sequence[float] = MAP_COVERS,
    lengths: Sequence[int] = MAP_LENGTHS,
    width: int | None = None,
    tick: Callback = lambda: None,
) -> Array:
    """Vehicles not built, covers x lengths, both in days; width: processes; tick: called after each run."""
    stops = [FullStop(days, settings=cover_settings(cover)) for cover in covers for days in lengths]
    return np.array(measure_stops(vehicles_of_stop, stops, width, tick)).reshape(len(covers), len(lengths))


def measure_stops(measure: Callable[[S], T], stops: Sequence[S], width: int | None, tick: Callback) -> list[T]:
    """Measure stops in their order, on some processes."""
    found = []
    with simulation_executor(measure, width) as executor:
        for value in executor.map(measure, stops):
            found.append(value)
            tick()
    return found
