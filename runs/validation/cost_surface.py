"""The cost surface: what a cut costs by its depth and its length, with and without switching and a state stock."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from model.scenario.event import Event, fits
from model.scenario.events import AuthorityShock, NewsShock, QuotaShock
from model.scenario.regime_shock import RegimeShock
from model.scenario.scenario import Scenario, read_world
from model.tables.table_files import DATA
from model.tables.tables import Tables
from runs.measures.history import DAYS_PER_MONTH
from runs.measures.quantities import gdp
from runs.measures.suppliers import suppliers_loss
from runs.simulation.record import Record
from runs.simulation.stage import SCENARIOS, play, stage
from runs.validation.cost_of_a_stop import (
    AFTERWARDS,
    CURVES,
    HOME_COUNTRY,
    STOP_SCENARIO,
    Array,
    Callback,
    cost_in_gdp,
    measure_stops,
)

DEPTHS = (20, 40, 60, 80, 100)  # % of what normally leaves
LENGTHS = (0, 1, 2, 3, 4, 6, 9, 12, 18, 24)  # months
LONGEST = round(max(LENGTHS) * DAYS_PER_MONTH) + AFTERWARDS
DIRECT, WITH_SUPPLIERS = 0, 1  # places of the two costs


@dataclass(frozen=True)
class Cut:
    """So much less, in percent, for some days; settings as on the command line."""

    depth: float
    days: int
    settings: tuple[str, ...] = ()


@dataclass(frozen=True)
class Estimate:
    """What an institute published: a cost in percent of a year's GDP, from low to high, and of which cut."""

    letter: str
    who: str
    country: str
    depth: float
    months: float
    low: float
    high: float
    about: str


def read_estimates() -> list[Estimate]:
    """Read the published estimates, in the order of their table."""
    with (DATA / "estimates.csv").open(encoding="utf-8", newline="") as file:
        return [
            Estimate(row["estimate"], row["who"], row["country"], float(row["depth_pct"]), float(row["months"]),
                     float(row["low"]), float(row["high"]), row["about"])
            for row in csv.DictReader(file)
        ]  # fmt: skip


def shocks_of_cut(story: Scenario, tables: Tables, cut: Cut) -> tuple[Event, ...]:
    """The shocks of a full stop, eased to a cut that ends after some days.

    In the place of its rules stand quotas: so much less than in the world at rest leaves, whatever is ordered. Public
    alarm is as loud as the cut is deep, and passes with it, as do inspections.
    """
    shocks: list[Event] = []
    for shock in story.shocks:
        if isinstance(shock, RegimeShock) and shock.rule != "free":
            shocks += quotas_of_cut(shock, tables, cut)
        elif isinstance(shock, NewsShock):
            shocks.append(shock.model_copy(update={"level": shock.level * cut.depth / 100.0, "until": cut.days}))
        elif isinstance(shock, AuthorityShock):
            shocks.append(shock.model_copy(update={"until": cut.days}))
        else:
            shocks.append(shock)
    return tuple(shocks)


def quotas_of_cut(shock: RegimeShock, tables: Tables, cut: Cut) -> list[QuotaShock]:
    """A rule of a full stop as quotas, one a good: of what the rule names, so much less as the cut is deep."""
    return [
        QuotaShock(
            kind="quota", date=shock.date, until=cut.days, note=f"{cut.depth:g} % less leaves", source="what if",
            origin=shock.origin, destination=shock.destination, goods=(good.good,), entities=shock.entities,
            suppliers=shock.suppliers,
            share=1.0 - shock.share_covered(good.good, good.controlled) * cut.depth / 100.0,
        )
        for good in tables.goods
        if fits(good.good, shock.goods)
    ]  # fmt: skip


def play_cut(cut: Cut, seed: int = 1) -> Record:
    """Simulate a cut, for as many days whatever its length; a cut of no days, or of nothing, is the world at rest."""
    story, tables = read_world(STOP_SCENARIO, SCENARIOS, DATA, cut.settings)
    shocks = shocks_of_cut(story, tables, cut) if cut.days and cut.depth else ()
    story = story.model_copy(update={"days": (story.shock_day or 0) + LONGEST, "shocks": shocks})
    chain = stage(STOP_SCENARIO, seed, world=(story, tables))
    record = play(chain)
    chain.release()
    return record


def costs_of_cut(cut: Cut) -> tuple[float, float]:
    """What a cut costs the home country, in percent of a year's GDP: direct, and with suppliers beyond the tables."""
    record = play_cut(cut)
    direct, beyond = cost_in_gdp(record), suppliers_loss(record, HOME_COUNTRY) or 0.0
    return direct, direct + 100.0 * beyond / gdp(record, HOME_COUNTRY)


def count_cuts(depths: Sequence[float] = DEPTHS, lengths: Sequence[float] = LENGTHS) -> int:
    """How many runs the surfaces take."""
    return len(CURVES) * len(depths) * len(lengths)


def cost_surfaces(
    depths: Sequence[float] = DEPTHS,
    lengths: Sequence[float] = LENGTHS,
    width: int | None = None,
    tick: Callback = lambda: None,
) -> dict[str, Array]:
    """The costs of cuts, depths x lengths x 2 (direct, with suppliers), for each way to answer them (CURVES).

    lengths: months; width: processes; tick: called after each run.
    """
    shape = (len(depths), len(lengths), 2)
    days = [round(months * DAYS_PER_MONTH) for months in lengths]
    cuts = [Cut(depth, day, settings) for settings in CURVES.values() for depth in depths for day in days]
    costs = np.array(measure_stops(costs_of_cut, cuts, width, tick)).reshape(len(CURVES), *shape)
    return dict(zip(CURVES, costs, strict=True))


def cost_at(surface: Array, depth: float, months: float) -> float:
    """The cost on a surface, depths x lengths, between its points; beyond its edge, at the edge."""
    along = np.array([np.interp(months, LENGTHS, row) for row in surface])
    return float(np.interp(depth, DEPTHS, along))


def spans_at(surfaces: Mapping[str, Array], estimate: Estimate) -> tuple[tuple[float, float], tuple[float, float]]:
    """Least and most that the model says where an estimate was made, over all answers: direct, and with suppliers."""
    at = np.array(
        [[cost_at(each[..., kind], estimate.depth, estimate.months) for each in surfaces.values()] for kind in (0, 1)]
    )
    direct, both = ((float(row.min()), float(row.max())) for row in at)
    return direct, both


def surface_rows(surfaces: Mapping[str, Array]) -> list[tuple[str, float, float, float, float]]:
    """The surfaces as rows of a table: answer, depth, months, direct cost, cost with suppliers."""
    return [
        (name, depth, months, float(surface[i, j, DIRECT]), float(surface[i, j, WITH_SUPPLIERS]))
        for name, surface in surfaces.items()
        for i, depth in enumerate(DEPTHS)
        for j, months in enumerate(LENGTHS)
    ]
