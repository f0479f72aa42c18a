"""The maker of cars: what its lines in one country find when they meet, from the books of all of them."""

from __future__ import annotations

from math import inf
from typing import NamedTuple

from agents.car_plants import CarPlants
from agents.habits import added_up
from agents.production_plan import a_day_of, enough, lines_to_run, worth
from model.state import Scalars

PLENTY = 0.9  # of the normal cover, or of usual use: with so much of everything no plan is needed


class Plan(NamedTuple):
    """What the lines of a maker are to do; lines are called by their places in the maker's list.

    turn: line -> how many are better; run: the share of usual output of those that run, the others are closed; short:
    the parts of which there is not enough for all lines.
    """

    turn: dict[int, int]
    run: dict[int, float]
    short: set[int]


class Findings(NamedTuple):
    """What a maker finds in the books of its lines.

    stock, sent: of each part, what lies there, in units, and what suppliers sent of late, in units a day; usual: what
    each line makes on a usual day, as far as it still can; most: the most that it can make, as a share of that; draws:
    what each line draws of its parts on a usual day.
    """

    stock: list[float]
    sent: list[float]
    usual: list[float]
    most: list[float]
    draws: list[list[tuple[int, float]]]


class Planning(NamedTuple):
    """How a maker plans.

    shift: share of usual output that one shift makes; ahead, far_ahead: days for which parts must do for what a line
    makes, and for nobody to plan; closed_for_days: days for which a line is closed; owed_model_favour: how much more a
    line counts for a day that its customers wait.
    """

    shift: float
    ahead: float
    far_ahead: float
    closed_for_days: float
    owed_model_favour: float


class CarMaker:
    """A maker in one country: one plan for all of its lines, which meet on one morning and read the same books.

    The line that asks first has it computed; a line whose mind plans otherwise gets a plan of its own.
    """

    def __init__(self, plants: CarPlants) -> None:
        self.plants = plants
        self._asked: tuple[int, Planning] | None = None
        self._plan: Plan | None = None

    def plan_of_day(self, day: int, books: Scalars, planning: Planning) -> Plan | None:
        """Which lines are to run in the weeks to come; None where no part will be short in that time."""
        if self._asked != (day, planning):
            self._plan, self._asked = plan_of(self.plants, books, planning), (day, planning)
        return self._plan


def plan_of(plants: CarPlants, books: Scalars, planning: Planning) -> Plan | None:
    """The plan of a maker; None where no part will be short and no line is stopped.

    Best is the line that earns most with the part that it is shortest of.
    """
    found, stopped = findings(plants, books), books.state.stopped
    share = enough(found.draws, a_day_of(found.stock, found.sent, planning.far_ahead))
    somebody_stopped = any(stopped[row] > 0.0 for row in plants.rows)
    if not somebody_stopped and min(share, default=1.0) >= 1.0:
        return None
    worths = [worth_of(place, plants, books, share, planning) for place in range(len(plants.rows))]
    best_first = sorted(range(len(worths)), key=worths.__getitem__, reverse=True)
    may_run, save = best_first, set[int]()
    if somebody_stopped:
        may_run, save = lines_that_may_run(best_first, plants, books, found, planning)
    ready = a_day_of(found.stock, found.sent, planning.ahead)
    run = lines_to_run(found.draws, ready, may_run, planning.shift, found.most)
    run |= {place: planning.shift for place in save & run.keys()}
    short = {part for part, enough_for in enumerate(share) if enough_for < 1.0}
    return Plan({place: better for better, place in enumerate(best_first)}, run, short)


def findings(plants: CarPlants, books: Scalars) -> Findings:
    """Read the books of a maker's lines in one country."""
    stock, sent, thrift = books.state.stock, books.state.shipped_mean, books.state.thrift
    usual, most = zip(*(output_of(row, books) for row in plants.rows), strict=True)
    draws = [
        [(part, output * each * thrift[need]) for part, need, each in uses]
        for output, uses in zip(usual, plants.uses, strict=True)
    ]
    return Findings(
        [added_up(stock, needs) for needs in plants.needs], [added_up(sent, links) for links in plants.links],
        list(usual), [can / does if does > 0.0 else 0.0 for does, can in zip(usual, most, strict=True)], draws,
    )  # fmt: skip


def lines_that_may_run(
    best_first: list[int], plants: CarPlants, books: Scalars, found: Findings, planning: Planning
) -> tuple[list[int], set[int]]:
    """The lines that may run while some are stopped, the best first, and those of them that save.

    A line that stopped without being closed is closed now, unless suppliers send enough of its parts again; one that
    has been closed for some weeks may run once it has a stock. Where all are stopped that holds at once for the lines
    of which suppliers send what a shift takes and a little more, the best first: a maker closes what it must, not all.
    While a better line waits for a stock of some parts, those after it that use them run one shift only.
    """
    stopped, closed_days = books.state.stopped, books.state.closed_days
    arrives, go_on, left = enough(found.draws, found.sent), dict[int, float](), list(found.stock)
    if all(stopped[row] > 0.0 for row in plants.rows):
        go_on = lines_to_run(found.draws, found.sent, best_first, planning.shift / PLENTY)
    may_run, save, awaited = list[int](), set[int](), set[int]()
    for place in best_first:
        row = plants.rows[place]
        if stopped[row] > 0.0 and not may_go_on(place, plants, books, arrives):
            if place not in go_on and closed_days[row] < planning.closed_for_days:
                continue
            lacking = take_a_stock(plants.to_start[place], left, planning.shift * found.usual[place])
            if lacking:
                awaited |= lacking
                continue
        may_run.append(place)
        if any(part in awaited for part, _, _ in plants.uses[place]):
            save.add(place)
    return may_run, save


def output_of(row: int, books: Scalars) -> tuple[float, float]:
    """What a line makes on a usual day, as far as it still can, and the most that it can make."""
    conditions = books.conditions
    most = books.network.capacity[row] * conditions.capacity_times[row]
    return min(conditions.usual[row], most), most


def worth_of(place: int, plants: CarPlants, books: Scalars, share: list[float], planning: Planning) -> float:
    """What a line earns with a unit of the part that it is shortest of, the more the longer its customers wait."""
    row, network = plants.rows[place], books.network
    usual = books.conditions.usual[row]
    owed_days = books.state.market_backlog[row] / usual if usual > 0.0 else 0.0
    scarcest, each = inf, 0.0
    for part, _, amount in reversed(plants.uses[place]):
        if share[part] <= scarcest:
            scarcest, each = share[part], amount
    return worth(network.value_added[row], each, owed_days, planning.owed_model_favour)


def take_a_stock(to_start: list[tuple[int, float]], left: list[float], shift: float) -> set[int]:
    """Take some days of every part for a line to start with, at the output of one shift; else the parts that lack."""
    lacking = {part for part, amount in to_start if left[part] < shift * amount}
    if not lacking:
        for part, amount in to_start:
            left[part] -= shift * amount
    return lacking


def may_go_on(place: int, plants: CarPlants, books: Scalars, arrives: list[float]) -> bool:
    """Whether a line has stopped of itself for something that is over: suppliers send enough of its parts again."""
    if not has_stopped_of_itself(plants.rows[place], books):
        return False
    return all(arrives[part] >= PLENTY for part, _, _ in plants.uses[place])


def has_stopped_of_itself(row: int, books: Scalars) -> bool:
    """Whether a line is stopped and its maker has not closed it."""
    return books.state.stopped[row] > 0.0 and books.state.closed_days[row] == 0.0
