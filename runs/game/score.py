"""What a seat has achieved and how the world has fared, day by day, beside par.

Both count alike: a player who gains what others lose has gained nothing. Par is the same seat on habit.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from model.metrics import first_day, stopped
from runs.game.amounts import SIGN
from runs.game.game_file import GAME
from runs.game.game_world import GameWorld
from runs.game.match import Match
from runs.game.seat_charts import exporters_profit
from runs.simulation.watched_run import JPY_MN_IN_A_BILLION, VEHICLES_IN_A_THOUSAND

SUPPORT_BN_A_DAY = 0.3  # rule of the game: what full support for projects costs the state
OVERDUE_BN_A_DAY = 0.0001  # rule of the game: what an overdue application costs the office in reputation
OVERTIME_BN_A_DAY = 0.5  # rule of the game: what it costs to work twice the mandated hours
SCORES = {
    "line": "profit and growth of stock",
    "ministry": "value added kept, less stock given out and support paid",
    "authority": "earnings of {exporters}'s exporters, less what overdue papers and overtime cost",
}  # what a result counts; {exporters}: where they are
POINTS = 100.0  # for a gain on par as large as the stake
Array = NDArray[Any]


def score_kind(match: Match) -> str:
    """The kind of a seat's result, a key of SCORES."""
    return "line" if match.seat.is_line else "authority" if match.seat.is_authority else "ministry"


def score_words(match: Match) -> str:
    """What the seat's result counts."""
    return SCORES[score_kind(match)].format(exporters=match.about.exporters_name)


def result_by_day(match: Match) -> Array:
    """What the seat has achieved by the end of each day so far, in billions of the world's currency."""
    kinds = {"line": result_of_line, "ministry": result_of_ministry, "authority": result_of_authority}
    return kinds[score_kind(match)](match)


def result_of_line(match: Match) -> Array:
    """Profit so far, and what stock has grown by since the game began, at the contract prices of the day."""
    record, world, row = match.watched_run.recorder.record(), match.world, match.stage.register.row(match.seat.code)
    values = stock_values(world, row, record.needs["stock"], record.lines["finished"], record.prices["contract"])
    opening = {name: column[None] for name, column in world.opening.items()}
    (before,) = stock_values(world, row, opening["stock"], opening["finished"], opening["contract"])
    profit = np.cumsum(record.lines["profit"][:, row], dtype=float)
    return np.asarray((profit + values - before) / JPY_MN_IN_A_BILLION)


def stock_values(world: GameWorld, row: int, stock: Array, finished: Array, prices: Array) -> Array:
    """What a line's inputs and goods are worth on each of some days, in millions; columns by day."""
    net = world.stage.world.network
    needs = slice(int(net.first_need[row]), int(net.first_need[row + 1]))
    inputs = (stock[:, needs].astype(float) * prices[:, net.need_good[needs]]).sum(axis=1)
    return np.asarray(inputs + finished[:, row].astype(float) * prices[:, net.good_of[row]])


def result_of_ministry(match: Match) -> Array:
    """Value added that home has kept, compared with usual output, less what was given out and what support cost."""
    record, run = match.watched_run.recorder.record(), match.watched_run
    person, net = match.stage.people[match.seat.code], match.stage.world.network
    rows = list(person.stocks.values())
    released = (record.lines["released"][:, rows] * net.base_price[net.good_of[rows]]).sum(axis=1)
    made = (record.lines["output"] - record.lines["usual"]) * net.value_added
    kept = made[:, run.at_home].sum(axis=1) - released
    country = list(match.stage.register.countries["country"]).index(person.country)
    support = np.array([days[country] for days in run.tallies.support])
    return np.asarray(np.cumsum(kept, dtype=float) / JPY_MN_IN_A_BILLION - SUPPORT_BN_A_DAY * support)


def result_of_authority(match: Match) -> Array:
    """What the exporters have earned, less what overdue papers and overtime cost."""
    tallies = match.watched_run.tallies
    earned = np.cumsum(exporters_profit(match), dtype=float) / JPY_MN_IN_A_BILLION
    overdue, overtime = np.array(tallies.overdue), np.array(tallies.overtime)
    return np.asarray(earned - OVERDUE_BN_A_DAY * overdue - OVERTIME_BN_A_DAY * overtime)


def loss_by_day(match: Match) -> Array:
    """Value added that the reported countries have lost by the end of each day so far, in billions."""
    return np.array(match.watched_run.tallies.cost) / JPY_MN_IN_A_BILLION


def points_by_day(match: Match, par: Match) -> tuple[Array, Array]:
    """Points for the seat's own result and for the world's, by day: what was gained on par over what is at stake."""
    own = (result_by_day(match) - result_by_day(par)) / match.seat.stake
    world = (loss_by_day(par) - loss_by_day(match)) / GAME.stake_of_world
    return POINTS * own, POINTS * world


def describe_score(match: Match) -> list[dict[str, Any]]:
    """The seat's result and the world's as a page shows them, side by side: by day, beside par, with the points so far.

    The world's is what is kept: it falls as value added is lost.
    """
    own, world = points_by_day(match, match.par)
    where = match.about.reported_names
    results = (result_by_day(match), result_by_day(match.par))
    losses = (-loss_by_day(match), -loss_by_day(match.par))
    shown = (
        (f"Your result: {score_words(match)}", own, results),
        (f"The world: value added that {where} lost, below zero", world, losses),
    )
    return [
        {"name": name, "unit": f"{SIGN}bn", "points": newest(points), "mine": rounded(mine), "par": rounded(par)}
        for name, points, (mine, par) in shown
    ]


def rounded(days: Array) -> list[float]:
    """Amounts as a page is sent them, in billions to a thousandth."""
    return [round(float(amount), 3) for amount in days]


def newest(days: Array) -> int:
    """The points of the last day, whole; none before the first."""
    return round(float(days[-1])) if len(days) else 0


def score(match: Match) -> float:
    """What the seat has achieved so far, in billions of the world's currency."""
    days = result_by_day(match)
    return float(days[-1]) if len(days) else 0.0


def world_result(match: Match) -> dict[str, Any]:
    """How the world fared: lines of the reported countries that ever stopped, vehicles, value added."""
    record, tallies = match.watched_run.recorder.record(), match.watched_run.tallies
    ever = first_day(stopped(record.lines["output"], record.lines["usual"])) >= 0
    return {
        "stopped": int(np.sum(ever & match.watched_run.reported)),
        "vehicles": round(max(0.0, tallies.vehicles_lost[-1]) / VEHICLES_IN_A_THOUSAND),
        "sign": match.about.money_sign,
        "cost": round(max(0.0, tallies.cost[-1]) / JPY_MN_IN_A_BILLION),
        "own": days_stopped(match),
    }


def days_stopped(match: Match) -> int | None:
    """Days on which the seat's own line was stopped; None for an office."""
    if not match.seat.is_line:
        return None
    row, lines = match.stage.register.row(match.seat.code), match.watched_run.recorder.record().lines
    return int(stopped(lines["output"][:, [row]], lines["usual"][:, [row]]).sum())
