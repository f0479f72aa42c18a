"""The debrief of a world: what happened, who gained and who paid, and what would have happened otherwise, by replay."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from agents.player import Move
from model.metrics import first_day, fulfilment, stopped, week_lost
from runs.class_game.class_world import WorldPlan
from runs.class_game.outline import cascade_of, short_lines
from runs.game.amounts import signed_amount
from runs.game.game_world import GameWorld
from runs.game.hidden_draw import TURN_DAYS
from runs.game.match import Match
from runs.game.score import loss_by_day, points_by_day, result_by_day
from runs.game.seats import SEATS
from runs.game.verdict import MORE_STOCK_DAYS, describe_draw
from runs.simulation.line_labels import line_label

Turns = Sequence[Mapping[str, tuple[Move, ...]]]  # by code of a seat
Array = NDArray[Any]


def debrief_world(plan: WorldPlan, turns: Turns, seats: Sequence[str]) -> dict[str, Any]:
    """All that the debrief says of a world; seats: keys of those with somebody at them. It takes a second or so."""
    world = play(plan.begin(), turns)
    stocked = play_otherwise(plan.begin(MORE_STOCK_DAYS), turns)
    hidden = world.hidden
    assert hidden is not None
    lost = float(loss_by_day(match_of(world, plan, next(iter(SEATS))))[-1])
    out = {
        "hidden": describe_draw(hidden),
        "scare": hidden.depth == "scare",
        "struck": hidden.day,
        "rows": cascade_of(world.watched_run),
        "short": len(short_lines(world.watched_run)),
        "truth": {"granted": share_granted(world), **first_stop(world)},
        "orders": orders_by_tier(world),
        "hit": lines_hit(world),
        "lost": signed_amount(-lost, world.watched_run.about.money_sign),
        "seats": {seat: debrief_seat(world, plan, seat) for seat in seats},
        "more_stock": {"days": MORE_STOCK_DAYS, "hit": lines_hit(stocked), **first_stop(stocked)},
        "no_hoarding": without_hoarding(world, plan, turns),
    }  # fmt: skip
    for each in (world, stocked):
        each.stage.release()
    return out


def play(world: GameWorld, turns: Turns) -> GameWorld:
    """A world after its turns."""
    for moves in turns:
        world.turn(moves)
    return world


def play_otherwise(world: GameWorld, turns: Turns) -> GameWorld:
    """A world after turns that were played in one that was a little different."""
    for moves in turns:
        world.turn_from_elsewhere(moves)
    return world


def without_hoarding(world: GameWorld, plan: WorldPlan, turns: Turns) -> dict[str, Any] | None:
    """What would have come if no seat had asked for more stock than is normal; None where none did.

    seats: how many did. Whoever is on habit does as habit does; everything else is as it was played.
    """
    calm = [{code: tuple(cap_stock(world, code, move) for move in wished) for code, wished in moves.items()}
            for moves in turns]  # fmt: skip
    hoarders = {
        code for moves, capped in zip(turns, calm, strict=True) for code in moves if moves[code] != capped[code]
    }
    if not hoarders:
        return None
    other = play_otherwise(plan.begin(), calm)
    found = {"seats": len(hoarders), "hit": lines_hit(other), **first_stop(other)}
    other.stage.release()
    return found


def cap_stock(world: GameWorld, code: str, move: Move) -> Move:
    """A wish of a seat, with no more days of stock of an input than it keeps in quiet times."""
    if move.verb != "hold" or move.back:
        return move
    normal = float(world.stage.people[code].normal_cover(move.arguments["good"]))
    return replace(move, arguments={**move.arguments, "days": min(move.arguments["days"], normal)})


def match_of(world: GameWorld, plan: WorldPlan, seat: str) -> Match:
    """A seat of a world."""
    return Match(SEATS[seat], plan.seed, world=world)


def debrief_seat(world: GameWorld, plan: WorldPlan, seat: str) -> dict[str, Any]:
    """How a seat has done beside par, what it stocked, and how many lines would have been hit without it."""
    match = match_of(world, plan, seat)
    par = match.par
    own, rest = (round(float(days[-1])) for days in points_by_day(match, par))
    gain = float(result_by_day(match)[-1] - result_by_day(par)[-1])
    out = {
        "title": match.seat.title,
        "name": match.seat.name,
        "own_points": own,
        "world_points": rest,
        "gain": signed_amount(gain, match.about.money_sign),
        "without": lines_hit(par.world),
        "without_first": first_stop(par.world)["first_stop"],
        "stock": largest_stock(match),
    }
    par.release()
    return out


def share_granted(world: GameWorld) -> int | None:
    """Of the applications that were ruled on since the stop, or the scare, what percentage was granted."""
    assert world.hidden is not None
    papers = world.watched_run.recorder.record().licences
    granted, filed = (float(papers[name][world.hidden.day :].sum()) for name in ("granted", "filed"))
    return round(100.0 * min(1.0, granted / filed)) if filed > 0.0 else None


def stops(world: GameWorld) -> Array:
    """The first day on which each line of the reported countries stopped; -1 for one that never did."""
    run = world.watched_run
    lines = run.recorder.record().lines
    first = first_day(stopped(lines["output"], lines["usual"]))
    return np.asarray(np.where(run.reported, first, -1))


def first_stop(world: GameWorld) -> dict[str, Any]:
    """The first day on which a line at the end of the chain stopped, and its name; None where none did.

    The end of the chain is the industry that the story is about: an empty shelf of a trader comes weeks before.
    """
    run, first = world.watched_run, stops(world)
    ends = np.isin(np.arange(len(first)), run.about.vehicles) if run.about.vehicles else np.ones(len(first), bool)
    stopped_ends = np.flatnonzero(ends & (first >= 0))
    if not len(stopped_ends):
        return {"first_stop": None, "first_name": ""}
    row = int(stopped_ends[np.argmin(first[stopped_ends])])
    return {"first_stop": int(first[row]), "first_name": line_label(run, row)}


def lines_hit(world: GameWorld) -> int:
    """How many lines of the reported countries lost a week's output."""
    run = world.watched_run
    lines = run.recorder.record().lines
    return int(((week_lost(fulfilment(lines["output"], lines["usual"])) >= 0) & run.reported).sum())


def orders_by_tier(world: GameWorld) -> list[dict[str, Any]]:
    """What the makers at home of each tier ordered in each turn, in percent of what they use at rest."""
    run, net = world.watched_run, world.stage.world.network
    firms, ordered = world.stage.register.tables.firms, run.recorder.record().links["ordered"]
    use = net.baseline[net.line_of] * net.per_unit * net.dependence * net.base_price[net.need_good]
    out = []
    for name, role in run.covered:
        lines = np.array([line.role == role for line in firms]) & run.at_home
        needs = lines[net.line_of]
        links = np.flatnonzero(needs[net.need_of])
        worth = (ordered[:, links] * net.base_price[net.need_good[net.need_of[links]]]).sum(axis=1)
        normal = float(use[needs].sum()) * TURN_DAYS
        turns = worth[: len(worth) // TURN_DAYS * TURN_DAYS].reshape(-1, TURN_DAYS).sum(axis=1)
        if normal > 0.0:
            out.append({"name": name, "data": [round(100.0 * float(turn) / normal) for turn in turns]})
    return out


def largest_stock(match: Match) -> dict[str, Any] | None:
    """The input of which a line held most beside what is normal: days of use, and on which day; None for an office."""
    if not match.seat.is_line:
        return None
    net, row = match.stage.world.network, match.stage.register.row(match.seat.code)
    needs = np.arange(net.first_need[row], net.first_need[row + 1])
    use = (net.baseline[row] * net.per_unit * net.dependence)[needs]
    needs, use = needs[use > 0.0], use[use > 0.0]
    if not len(needs):
        return None
    days = match.watched_run.recorder.record().needs["stock"][:, needs] / use
    over = days / np.maximum(net.normal_cover[needs], 1.0)
    day, place = np.unravel_index(int(np.argmax(over)), over.shape)
    need = int(needs[place])
    return {"good": match.stage.register.tables.goods[net.need_good[need]].name,
            "days": round(float(days[day, place])), "normal": round(float(net.normal_cover[need])),
            "day": int(day)}  # fmt: skip
