"""The seats of a game's world: those of the file of the game, and in any world every line and every office."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from runs.game.controls_of_seat import controls_of
from runs.game.game_file import GAME
from runs.game.game_plan import GamePlan
from runs.game.game_world import GameWorld
from runs.game.seats import SEATS, GameSeat
from runs.simulation.stage import AUTHORITY, Stage
from runs.simulation.watched_run import JPY_MN_IN_A_BILLION

STAKE_OF_SALES = 0.03  # rule of the game: 100 points for so much of what a line, or its exporters, sell meanwhile
STAKE_OF_VALUE_ADDED = 0.01  # for a government, and for the world, so much of what is added in value meanwhile
SMALLEST_STAKE = 1e-9  # in billions, where nothing is sold and no value is added
LEAST_OFFERED, MOST_OFFERED = 6, 12  # lines that a page offers by name, where there are so many
Array = NDArray[Any]
GOAL_OF_LINE = "Earn money, and keep your line running."
GOAL_OF_MINISTRY = "Keep your country's industry running."
GOAL_OF_AUTHORITY = "Apply the rule; keep exporters in business and the queue short."


@dataclass(frozen=True)
class SeatsOffered:
    """What a page offers before a game: seats with their words, by key, and all others as pairs of code and name."""

    seats: Mapping[str, GameSeat]
    others: tuple[tuple[str, str], ...]


@lru_cache(maxsize=4)
def offer_seats(plan: GamePlan) -> SeatsOffered:
    """The seats of a plan. Raise Faults with all that is wrong in its files."""
    world = GameWorld(1, plan=plan)
    seats = dict(SEATS) if plan.world is None else {code: make_seat(world, code) for code in codes_to_offer(world)}
    taken = {seat.code for seat in seats.values()}
    others = tuple((code, make_seat(world, code).title) for code in world.stage.people if code not in taken)
    world.stage.release()
    return SeatsOffered(seats, others)


def codes_to_offer(world: GameWorld) -> list[str]:
    """The offices, and of each tier and role the line that sells most at home, at the exporters and elsewhere.

    Where that is less than a handful, those that sell most besides; lines are in the order of their tiers.
    """
    stage, about = world.stage, world.watched_run.about
    firms, sales = stage.register.tables.firms, sales_a_day(stage)
    places = {about.home: 0, **dict.fromkeys(about.exporters, 1)}
    people = [row for row, line in enumerate(firms) if line.line in stage.people]
    people.sort(key=lambda row: -sales[row])
    largest = dict[tuple[int, str, int], int]()
    for row in people:
        largest.setdefault((firms[row].tier, firms[row].role, places.get(firms[row].country, 2)), row)
    first = [row for row in people if row in largest.values()][:MOST_OFFERED]
    rest = [row for row in people if row not in first][: max(0, LEAST_OFFERED - len(first))]
    lines = sorted([*first, *rest], key=lambda row: (firms[row].tier, places.get(firms[row].country, 2), -sales[row]))
    offices = [code for code in stage.people if code not in stage.register.firms.index]
    return [*(firms[row].line for row in lines), *offices]


def find_seat(world: GameWorld, name: str) -> GameSeat:
    """A seat by its key or by its code: in the base case one of the file, in any world any line and office.

    Raise ValueError for what is no seat.
    """
    known = SEATS.values() if world.plan.world is None else ()
    seat = next((seat for seat in known if name in (seat.key, seat.code) and seat.code in world.stage.people), None)
    return make_seat(world, name) if seat is None else seat


def next_seat(world: GameWorld, seat: GameSeat) -> GameSeat:
    """A seat from which the same game looks different: the one that the file names, else the next that is offered."""
    if seat.other:
        return SEATS[seat.other]
    offered = list(offer_seats(world.plan).seats.values())
    place = next((number for number, each in enumerate(offered, 1) if each.code == seat.code), 0)
    return offered[place % len(offered)]


def make_seat(world: GameWorld, code: str) -> GameSeat:
    """The seat of a line or an office, with words and controls by what is there. Raise ValueError for what is none."""
    stage, about = world.stage, world.watched_run.about
    if code not in stage.people:
        raise ValueError(f"seat must be one of {', '.join(stage.people)}, got '{str(code)[:30]}'")
    seat = GameSeat(code, code, "", "", "", "", stake_of(world, code), controls_of(stage, code))
    if seat.is_line:
        line = stage.register.tables.firms[stage.register.row(code)]
        good = stage.register.tables.goods[stage.world.network.good_of[stage.register.row(code)]].name
        return seat.with_words(line.name, f"{good} · {about.name(line.country)}", GOAL_OF_LINE)
    where = about.name(stage.people[code].country)
    if seat.is_authority:
        words = f"The office that rules on applications, {where}"
        return seat.with_words(office_title(stage, code, "The licensing authority", where), words, GOAL_OF_AUTHORITY)
    title = office_title(stage, code, "The ministry", where)
    return seat.with_words(title, f"The government, {where}", GOAL_OF_MINISTRY)


def office_title(stage: Stage, code: str, title: str, country: str) -> str:
    """What an office is called, with its country where others are of its kind."""
    kind = code.partition(":")[0]
    several = sum(other.partition(":")[0] == kind for other in stage.people) > 1
    return f"{title} ({country})" if several else title


def stake_of(world: GameWorld, code: str) -> float:
    """The gain on par, in billions, for which a seat that no file describes has 100 points."""
    stage = world.stage
    if code in stage.register.firms.index:
        return stake(STAKE_OF_SALES, stage, sales_a_day(stage)[stage.register.row(code)])
    country = np.array([line.country for line in stage.register.tables.firms]) == stage.people[code].country
    if code.partition(":")[0] == AUTHORITY:
        return stake(STAKE_OF_SALES, stage, float(sales_a_day(stage)[: len(country)][country].sum()))
    return stake(STAKE_OF_VALUE_ADDED, stage, float(value_added_a_day(stage)[: len(country)][country].sum()))


def stake_of_world(world: GameWorld) -> float:
    """The value added, in billions, that the world must lose less than on par for 100 points."""
    if world.plan.world is None:
        return GAME.stake_of_world
    added = value_added_a_day(world.stage)[world.watched_run.reported]
    return stake(STAKE_OF_VALUE_ADDED, world.stage, float(added.sum()))


def stake(share: float, stage: Stage, millions_a_day: float) -> float:
    """A share of what comes in during the days of a game, in billions."""
    return max(SMALLEST_STAKE, share * millions_a_day * stage.story.days / JPY_MN_IN_A_BILLION)


def sales_a_day(stage: Stage) -> Array:
    """What each line sells a day in quiet times, in millions."""
    net = stage.world.network
    return np.asarray(net.baseline * stage.world.state.contract[net.good_of])


def value_added_a_day(stage: Stage) -> Array:
    """What each line adds in value a day in quiet times, in millions."""
    return np.asarray(stage.world.network.baseline * stage.world.network.value_added)
