"""What a stop costs by its length: two-months with the ban lifted after so many days; the stoppage map."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from model.metrics import value_added_lost
from model.scenario.events import AuthorityShock, NewsShock, RegimeShock, Shock
from model.scenario.scenario import Scenario, read_world
from model.tables.table_files import DATA, TablesDraft
from runs.processes.executors import processes
from runs.simulation.record import Record
from runs.simulation.stage import SCENARIOS, play, stage
from runs.validation.stylised_facts import StylisedFact

Array = NDArray[Any]
Tick = Callable[[], Any]
T = TypeVar("T")

SCENARIO = "two-months"
HOME = "JP"
AFTERWARDS = 180  # days after the last stop of a comparison in which overtime may make up for what was lost
MONTH = 365 / 12
QUARTER, YEAR = 91, 365  # days of the stops whose cost was estimated
MONTHS = (0, 1, 2, 3, 4, 5, 6, 8, 10, 12, 15, 18)
COVERS = (15, 30, 45, 60, 75, 90, 120, 150, 180)
LENGTHS = (0, 30, 60, 91, 122, 152, 182, 213, 243, 274, 304, 335, 365)
NRI_PER_MONTH = 2.6 / 600 * 100 / 12  # % of GDP: 2.6 tn JPY a year of 600 tn, linear (facts F1, F2)
NO_SECOND_SOURCES = "minds.value[parameter=second_source_at]=1000"
STATE_STOCK = "minds.value[role=government,parameter=released_share_of_use]=0.5"


@dataclass(frozen=True)
class Stop:
    """A full stop of so many days, followed for `horizon` days; settings as on the command line."""

    days: int
    horizon: int = 365 + AFTERWARDS
    settings: tuple[str, ...] = ()


def lifted(story: Scenario, days: int) -> tuple[Shock, ...]:
    """What ends a stop after so many days: the goods are free, inspections end, the news calm down."""
    if story.shock_date is None:
        raise ValueError(f"{story.name} has no shock date; choose a scenario with one")
    when = story.shock_date + timedelta(days=days)
    bans = [shock for shock in story.shocks if isinstance(shock, RegimeShock) and shock.rule == "ban"]
    words = {"date": when, "note": "The stop is lifted", "source": "what if"}
    free = [ban.model_copy(update={**words, "rule": "free", "over_compliance": 0.0}) for ban in bans]
    office = AuthorityShock.model_validate({**words, "kind": "authority", "inspect": 0.0})
    calm = NewsShock.model_validate({**words, "kind": "news", "countries": (HOME,), "level": 0.0})
    return (*free, office, calm)


def played(stop: Stop, seed: int = 1, base: TablesDraft | None = None) -> Record:
    """Two months of cover, and a stop of this length; `base`: the tables, if they are read already."""
    story, tables = read_world(SCENARIO, SCENARIOS, DATA, stop.settings, base)
    days = (story.shock_day or 0) + stop.horizon
    kept = story.shocks if stop.days else tuple(s for s in story.shocks if s.date != story.shock_date)
    ended = lifted(story, stop.days) if 0 < stop.days < stop.horizon else ()
    story = story.model_copy(update={"days": days, "shocks": (*kept, *ended)})
    chain = stage(SCENARIO, seed, world=(story, tables))
    record = play(chain)
    chain.release()
    return record


def cost_of(record: Record) -> float:
    """Value added lost in Japan from the shock to the end of the record, in percent of a year's GDP."""
    home = (record.register.firms["country"] == HOME).to_numpy()
    net = record.network
    lost = value_added_lost(record.lines["output"], record.lines["usual"], net.value_added, record.shock_day or 0)
    gdp = float(record.register.countries.loc[record.register.countries["country"] == HOME, "gdp_jpy_tn"].iloc[0])
    return 100.0 * float(lost[:, home].sum()) / (gdp * 1e6)


def vehicles_not_built(record: Record) -> float:
    """Vehicles that Japan did not build from the shock to the end, those made up for taken off."""
    firms = record.register.firms
    cars = ((firms["industry"] == "cars") & (firms["country"] == HOME)).to_numpy()
    made = record.lines["output"][record.shock_day or 0 :, cars]
    return max(0.0, float((record.network.baseline[cars] - made).sum()))


def cost_of_stop(stop: Stop, seed: int = 1) -> float:
    """The cost of a stop to Japan, in percent of a year's GDP."""
    return cost_of(played(stop, seed))


def vehicles_of_stop(stop: Stop) -> float:
    """The vehicles that a stop costs Japan."""
    return vehicles_not_built(played(stop))


def costs_of_stops(seed: int, settings: tuple[str, ...] = (), base: TablesDraft | None = None) -> dict[int, float]:
    """What the two stops of facts 23 and 24 cost: days -> percent of GDP."""
    return {days: cost_of(played(Stop(days, settings=settings), seed, base)) for days in (QUARTER, YEAR)}


def cost_measure(fact: StylisedFact, costs: Mapping[int, float]) -> float:
    """Facts 23 and 24: the cost of a stop in percent of GDP, or of twelve months over three."""
    if fact.measure == "cost_ratio":
        return costs[YEAR] / costs[QUARTER] if costs[QUARTER] > 0.0 else math.inf
    return costs[int(fact.argument)]


CURVES = {
    "stocks alone": (NO_SECOND_SOURCES,),
    "with second sources": (),
    "with a state stock": (NO_SECOND_SOURCES, STATE_STOCK),
    "with both": (STATE_STOCK,),
}


def cost_curves(
    months: Sequence[float] = MONTHS, width: int | None = None, tick: Tick = lambda: None
) -> dict[str, list[float]]:
    """The cost by length of the stop, for each of CURVES; all followed until 18 months and AFTERWARDS."""
    horizon = round(max(months) * MONTH) + AFTERWARDS
    stops = [Stop(round(m * MONTH), horizon, settings) for settings in CURVES.values() for m in months]
    costs = over(cost_of_stop, stops, width, tick)
    return {name: costs[i * len(months) : (i + 1) * len(months)] for i, name in enumerate(CURVES)}


def cover_settings(days: float) -> tuple[str, ...]:
    """The cover of Japanese magnet makers, as settings; they slow down at half of it, but not above 30 days."""
    cover = f"needs.cover_days[role=magnet_maker,country=JP,good=dytb|alloy]={days:g}"
    alarm = f"minds.value[role=magnet_maker,parameter=alarm_days]={min(30.0, days / 2):g}"
    return (cover, alarm)


def stoppage_map(
    covers: Sequence[float] = COVERS,
    lengths: Sequence[int] = LENGTHS,
    width: int | None = None,
    tick: Tick = lambda: None,
) -> Array:
    """Vehicles not built, covers x lengths."""
    stops = [Stop(days, settings=cover_settings(cover)) for cover in covers for days in lengths]
    return np.array(over(vehicles_of_stop, stops, width, tick)).reshape(len(covers), len(lengths))


def over(measure: Callable[[Stop], T], stops: Sequence[Stop], width: int | None, tick: Tick) -> list[T]:
    """Measure many stops, in order, on some processes."""
    found = []
    with processes(width) as engine:
        for value in engine.executor.map(measure, stops):
            found.append(value)
            tick()
    return found
