"""What a seat has achieved and how the world has fared, day by day, beside par.

Both count alike: a player who gains what others lose has gained nothing. Par is the same seat on habit.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from agents.licensing_authority import links_that_pass_through
from model.chance import stream
from model.metrics import fulfilment, week_lost
from runs.game.game_world import GameWorld
from runs.game.hidden_draw import TURN_DAYS, TURNS
from runs.game.match import Match
from runs.game.seat_charts import exporters, exporters_profit, lines_in
from runs.game.seats_of_world import stake_of_world
from runs.simulation.money_units import choose_unit
from runs.simulation.watched_run import JPY_MN_IN_A_BILLION, VEHICLES_IN_A_THOUSAND

SUPPORT_BN_A_DAY = 0.3  # rule of the game: what full support for projects costs the state
OVERDUE_BN_A_DAY = 0.0001  # rule of the game: what an overdue application costs the office in reputation
OVERTIME_BN_A_DAY = 0.5  # rule of the game: what it costs to work twice the mandated hours
SCORES = {
    "line": "earnings, growth of stock, and a year of orders won or lost",
    "ministry": "value added kept, and what the stock sold for, less support and what it costs to fill it again",
    "authority": "earnings of {exporters}'s exporters and a year of orders won or lost, less what overdue papers, "
    "overtime and goods passed on abroad cost",
}  # what a result counts; {exporters}: where they are
PASSED_ON_TIMES = 3.0  # rule of the game: what goods that were passed on cost the office, as a multiple of their value
LOOKED_INTO = 0.4  # rule of the game: chance a turn that an exporter's papers are looked into
PAPERS_TIMES = 10.0  # what a wrong paper costs, over what was sent: Export Control Law of 2020, article 34, up to 10
STOCK_RATE = 0.3  # rule of the game: what a year of stock beyond that of the first day costs, as a share of its value
RECENT_DAYS = 28  # over which a customer's orders are looked at
DAYS_PER_YEAR = 365.0
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
    """What the line has earned so far, what its stock has grown by, and what a year of orders won or lost is worth.

    Stock is counted at the contract prices of the day; what it has grown by costs credit and room. A unit sold earns
    what the tables say that it adds in value, for one contract price of a good cannot be right for all who make it or
    trade in it.
    """
    record, world, row = match.watched_run.recorder.record(), match.world, match.stage.register.row(match.seat.code)
    values = stock_values(world, row, record.needs["stock"], record.lines["finished"], record.prices["contract"])
    opening = {name: column[None] for name, column in world.opening.items()}
    (before,) = stock_values(world, row, opening["stock"], opening["finished"], opening["contract"])
    ways = ways_out(world, row)
    sold = record.lines["sold"][:, row] + record.links["shipped"][:, ways].sum(axis=1)
    earned = np.cumsum(record.lines["profit"][:, row] + missing_margin(world, row) * sold, dtype=float)
    earned -= fines_for_papers(match, row) + np.cumsum(np.maximum(0.0, values - before)) * STOCK_RATE / DAYS_PER_YEAR
    return np.asarray((earned + values - before + orders_won(match, [row])) / JPY_MN_IN_A_BILLION)


def fines_for_papers(match: Match, row: int) -> Array:
    """What an exporter's papers have cost it so far, in millions: rule of the game, by the luck of what it has drawn.

    Once the rules are stricter, papers of what it sends to home are looked into by chance, turn by turn, and cost a
    multiple of what was sent in that turn. Whoever declines orders has fewer papers.
    """
    days, hidden = match.stage.day, match.world.hidden
    if hidden is None or row not in exporters(match):
        return np.zeros(days)
    net, run = match.stage.world.network, match.watched_run
    ways = ways_out(match.world, row)
    to_home = ways[run.at_home[net.line_of[net.need_of[ways]]]]
    sent = (
        run.recorder.record().links["shipped"][:, to_home].sum(axis=1)
        * match.world.opening["contract"][net.good_of[row]]
    )
    looked_into = np.repeat(stream(match.seed, "papers").random(TURNS) < LOOKED_INTO, TURN_DAYS)[:days]
    strict = (np.arange(days) >= hidden.day) & (np.arange(days) < (hidden.relief or days)) & (hidden.depth != "scare")
    return np.asarray(np.cumsum(PAPERS_TIMES * sent * (looked_into & strict), dtype=float))


def ways_out(world: GameWorld, row: int) -> Array:
    """The links on which a line sells."""
    net = world.stage.world.network
    return np.asarray(net.out[net.first_out[row] : net.first_out[row + 1]])


def margin(world: GameWorld, row: int) -> float:
    """Price less materials of a unit of a line's good, in millions, at the contract prices of the first day."""
    net, prices = world.stage.world.network, world.opening["contract"]
    needs = slice(int(net.first_need[row]), int(net.first_need[row + 1]))
    return float(prices[net.good_of[row]] - (net.per_unit[needs] * prices[net.need_good[needs]]).sum())


def missing_margin(world: GameWorld, row: int) -> float:
    """What a unit adds in value beyond price less materials; none where the tables give no value added."""
    added = float(world.stage.world.network.value_added[row])
    return added - margin(world, row) if added > 0.0 else 0.0


def orders_won(match: Match, rows: Sequence[int]) -> Array:
    """What a year of the orders that lines have won, or lost, since the game began is worth, in millions, by day.

    Counted by the shares that customers order from them, over the last weeks, of their normal use.
    """
    world, ordered = match.world, match.watched_run.recorder.record().links["ordered"]
    net, total = world.stage.world.network, np.zeros(len(ordered))
    for row in rows:
        ways = ways_out(world, row)
        if not len(ways):  # it sells to final demand alone
            continue
        needs = net.need_of[ways]
        use = (net.baseline[net.line_of] * net.per_unit * net.dependence)[needs]
        ends = zip(net.first_link[needs], net.first_link[needs + 1], strict=True)
        of_all = np.array([ordered[:, first:last].sum(axis=1) for first, last in ends]).reshape(len(ways), -1).T
        mine, of_all = recent_sum(ordered[:, ways]), recent_sum(of_all)
        agreed = net.contract_share[ways]
        share = np.broadcast_to(agreed, mine.shape).astype(float)
        np.divide(mine, of_all, out=share, where=of_all > 0.0)
        total += ((share - agreed) * use).sum(axis=1) * (margin(world, row) + missing_margin(world, row))
    return np.asarray(total * DAYS_PER_YEAR)


def recent_sum(days: Array) -> Array:
    """The sum of the last weeks up to each day, column by column."""
    sums = np.cumsum(np.concatenate([np.zeros((1, *days.shape[1:])), days.astype(float)]), axis=0)
    return np.asarray(sums[1:] - sums[np.maximum(0, np.arange(len(days)) - RECENT_DAYS + 1)])


def stock_values(world: GameWorld, row: int, stock: Array, finished: Array, prices: Array) -> Array:
    """What a line's inputs and goods are worth on each of some days, in millions; columns by day."""
    net = world.stage.world.network
    needs = slice(int(net.first_need[row]), int(net.first_need[row + 1]))
    inputs = (stock[:, needs].astype(float) * prices[:, net.need_good[needs]]).sum(axis=1)
    return np.asarray(inputs + finished[:, row].astype(float) * prices[:, net.good_of[row]])


def result_of_ministry(match: Match) -> Array:
    """Value added that the country has kept, over usual output, plus what the state stock traded, less support."""
    record, run = match.watched_run.recorder.record(), match.watched_run
    person, net = match.stage.people[match.seat.code], match.stage.world.network
    made = (record.lines["output"] - record.lines["usual"]) * net.value_added
    kept = np.cumsum(made[:, lines_in(match, person.country)].sum(axis=1), dtype=float)
    kept += traded_by_stock(match, list(person.stocks.values()))
    country = list(match.stage.register.countries["country"]).index(person.country)
    support = np.array([days[country] for days in run.tallies.support])
    return np.asarray(kept / JPY_MN_IN_A_BILLION - SUPPORT_BN_A_DAY * support)


def traded_by_stock(match: Match, rows: Sequence[int]) -> Array:
    """What state stocks have sold for by each day, less what it costs to fill them again, in millions.

    They sell at the spot price of the day and are filled again at that of the last day so far: whoever sells dear and
    fills when the price has fallen has gained, and whoever sells early in a long stop fills dear.
    """
    record, net = match.watched_run.recorder.record(), match.stage.world.network
    goods, zones = net.good_of[rows], net.zone_of[net.country_of[rows]]
    price = record.prices["contract"][:, goods] * np.exp(record.prices["spot_log"][:, goods, zones])
    released = record.lines["released"][:, rows]
    return np.asarray(((released * price).cumsum(axis=0) - released.cumsum(axis=0) * price).sum(axis=1), dtype=float)


def result_of_authority(match: Match) -> Array:
    """What exporters have earned, and a year of the orders that they won or lost, less the office's costs.

    Costs are overdue papers, overtime, and goods that were passed on abroad, which is what the rule is to prevent.
    """
    tallies = match.watched_run.tallies
    earned = np.cumsum(exporters_profit(match), dtype=float) + orders_won(match, exporters(match))
    overdue, overtime = np.array(tallies.overdue), np.array(tallies.overtime)
    costs = OVERDUE_BN_A_DAY * overdue + OVERTIME_BN_A_DAY * overtime + PASSED_ON_TIMES * passed_on(match)
    return np.asarray(earned / JPY_MN_IN_A_BILLION - costs)


def passed_on(match: Match) -> Array:
    """The value of goods that were passed on abroad by the end of each day, in billions."""
    shipped, net = match.watched_run.recorder.record().links["shipped"], match.stage.world.network
    passing = links_that_pass_through(match.stage.register, match.stage.people[match.seat.code].country)
    links = [link for mine in passing.values() for link in mine]
    worth = shipped[:, links] * match.world.opening["contract"][net.need_good[net.need_of[links]]]
    return np.asarray(np.cumsum(worth.sum(axis=1), dtype=float) / JPY_MN_IN_A_BILLION)


def loss_by_day(match: Match) -> Array:
    """Value added that the reported countries have lost by the end of each day so far, in billions."""
    return np.array(match.watched_run.tallies.cost) / JPY_MN_IN_A_BILLION


def points_by_day(match: Match, par: Match) -> tuple[Array, Array]:
    """Points for the seat's own result and for the world's, by day: what was gained on par over what is at stake."""
    own = points(result_by_day(match), result_by_day(par), match.seat.stake)
    return own, points(-loss_by_day(match), -loss_by_day(par), stake_of_world(match.world))


def points(mine: Array, par: Array, stake: float) -> Array:
    """Points for what was gained on par."""
    return np.asarray(POINTS * (mine - par) / stake)


def describe_score(match: Match) -> list[dict[str, Any]]:
    """The seat's result and the world's as a page shows them, side by side: by day, beside par, with the points so far.

    The world's is what is kept: it falls as value added is lost.
    """
    where = match.about.reported_names
    shown = (
        (f"Your result: {score_words(match)}", match.seat.stake, [result_by_day(each) for each in (match, match.par)]),
        (f"The world: value added that {where} lost, below zero", stake_of_world(match.world),
         [-loss_by_day(each) for each in (match, match.par)]),
    )  # fmt: skip
    return [
        {"name": name, "unit": match.about.money_in(unit), "points": newest(points(mine, par, stake)),
         "mine": rounded(mine / unit.billions), "par": rounded(par / unit.billions)}
        for name, stake, (mine, par) in shown
        for unit in [choose_unit([*mine, *par])]
    ]  # fmt: skip


def rounded(days: Array) -> list[float]:
    """Amounts as a page is sent them, to a thousandth of their unit."""
    return [round(float(amount), 3) + 0.0 for amount in days]


def newest(days: Array) -> int:
    """The points of the last day, whole; none before the first."""
    return round(float(days[-1])) if len(days) else 0


def score(match: Match) -> float:
    """What the seat has achieved so far, in billions of the world's currency."""
    days = result_by_day(match)
    return float(days[-1]) if len(days) else 0.0


def world_result(match: Match) -> dict[str, Any]:
    """How the world fared: lines of the reported countries that lost a week's output, thousands of vehicles not built.

    Vehicles are None in a world that builds none.
    """
    record, tallies = match.watched_run.recorder.record(), match.watched_run.tallies
    hit = week_lost(fulfilment(record.lines["output"], record.lines["usual"])) >= 0
    return {
        "hit": int(np.sum(hit & match.watched_run.reported)),
        "vehicles": round(max(0.0, tallies.vehicles_lost[-1]) / VEHICLES_IN_A_THOUSAND)
        if match.watched_run.cars.any()
        else None,
        "own": days_lost(match),
    }


def days_lost(match: Match) -> int | None:
    """Days of usual output that the seat's own line has not made, 0 if it made more; None for an office."""
    if not match.seat.is_line:
        return None
    row, lines = match.stage.register.row(match.seat.code), match.watched_run.recorder.record().lines
    return round(max(0.0, float(np.sum(1.0 - fulfilment(lines["output"][:, [row]], lines["usual"][:, [row]])))))
