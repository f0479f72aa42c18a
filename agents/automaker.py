"""The automaker: lean, proud of it, and stopped by the cheapest part."""

from __future__ import annotations

from typing import ClassVar, NamedTuple

from agents.car_plants import CarPlants, lines_of_makers, plants_of
from agents.firm import WORKING_DAYS, Firm
from agents.habits import added_up, precaution
from agents.production_plan import enough, lines_to_run, worth
from model.chain import SupplyChain

ROUNDED_UP = 1.01  # so that a line which gets the parts of one shift is not stopped by a rounding
PLENTY = 0.9  # of the normal cover, or of usual use: with that much of everything nobody has a plan to make


class Plan(NamedTuple):
    """What the lines of a maker are to do, by their places: all from the best on, those that run, and that save.

    short: the parts that will not do. Whoever saves runs one shift, so that a better line, which waits for a stock to
    start with, comes to it.
    """

    best_first: list[int]
    run: set[int]
    save: set[int]
    short: set[int]


class Automaker(Firm):
    """Runs a car line on one or two weeks of parts, in Japan or South Korea.

    It fears a stopped line, which costs more in a day than a part costs in a year, and next to that a full
    warehouse. It hardly stocks, but asks suppliers for more when worried, has ready-made motors of others tested, and
    pays premiums when a part runs out. All lines of a maker in a country meet on one day of the week. When a part will
    not do for all of them they lay it together and deal out to each, the best first, what one shift takes, then what is
    left for overtime and a second. Where a shift of all is too much, the line that earns least with the part is closed
    for some weeks, and opened again with a stock, the sooner the longer its customers wait. A closed line orders on,
    for it waits for parts.
    Evidence: E10 to E12, D3, D4, D11, G12; just-in-time stocks are an assumption tied to the stop of day 52.
    """

    traits: ClassVar[tuple[str, ...]] = (
        "caution", "alarm_days", "least_run", "second_source_at", "newcomer_share", "most_premium", "closed_for_days",
        "owed_model_favour",
    )  # fmt: skip
    caution: float
    alarm_days: float
    least_run: float
    second_source_at: float
    newcomer_share: float
    most_premium: float
    closed_for_days: float
    owed_model_favour: float

    def __init__(self, chain: SupplyChain, line: str) -> None:
        super().__init__(chain, line)
        register = chain.register
        mine = register.tables.firms[self.row]
        makers = register.tables.structure.get_or_compute(
            "lines of makers", lambda: lines_of_makers(register.tables.firms)
        )
        rows: tuple[int, ...] = makers[mine.firm, mine.country, mine.role]
        self._plants: CarPlants = register.tables.cache.get_or_compute(
            ("plants", rows), lambda: plants_of(rows, chain.world.network)
        )
        self.weekday = rows[0] % WORKING_DAYS
        self._rows, self._place = rows, rows.index(self.row)
        self._shift = max(self.least_run, float(chain.world.network.least_start[self.row]))
        self._ahead, self._far_ahead = max(1.0, self.alarm_days), max(1.0, self.closed_for_days)
        self._plenty = PLENTY * self._plants.shortest_cover
        self._planned = False
        uses = {need: (part, each) for part, need, each in self._plants.uses[self._place]}
        goods = {good: uses[need] for good, need in self._partners.needs.items()}
        self._common = {good: use for good, use in goods.items() if len(self._plants.needs[use[0]]) > 1}

    def decide(self) -> None:
        """Stay lean; hold a little more when worried; look elsewhere; pay when a part runs out; share what is left."""
        worried = self.worried
        self.stock_up(precaution(worried, self.caution))
        if worried > 0.0 and worried * (1.0 + self.support) >= self.second_source_at:
            for good in self.needs:
                self.look_elsewhere(good, self.newcomer_share)
        self.outbid_when_short(self.alarm_days, self.most_premium)
        self.run_as_planned()

    def run_as_planned(self) -> None:
        """Run at full speed where the maker has plenty of every part, else as its plan says for this line."""
        cover, plenty = self._shortest_cover, self._plenty
        for row in self._rows:
            if cover[row] < plenty:
                self.follow(self.plan_of_maker())
                return
        if self._planned:
            self.follow(None)
        else:
            self.run_at(1.0)

    def follow(self, plan: Plan | None) -> None:
        """Run, or stay closed, as the plan says, and draw in turn what a shift takes; None: there is no plan."""
        self._planned = plan is not None
        place = self._place
        usual, most = self.output_of(self.row)
        closed = plan is not None and place not in plan.run
        if plan is None or closed or self.has_stopped_of_itself(place):
            self.keep_closed(closed)
        else:
            self.keep_closed_once_stopped()
        saves = plan is not None and place in plan.save and not closed and most > 0.0
        self.run_at(self._shift * usual / most if saves else 1.0)
        least = 0.0 if closed else ROUNDED_UP * self._shift * usual
        for good, (part, each) in self._common.items():
            if plan is None or part not in plan.short:
                self.keep_apart(good)
            else:
                self.lay_together(good, least * each, plan.best_first.index(place))

    def plan_of_maker(self) -> Plan | None:
        """Which lines of the maker are to run in the weeks to come; None where no part will be short in that time.

        Best is the line that earns most with the part that it is shortest of. One that has stopped of itself is closed,
        unless what it wanted is there again. While a better line waits for a stock to start with, those after it save.
        """
        stock, sent = self.parts_of_maker()
        draws = self.draws_of_lines()
        share = enough(draws, a_day_of(stock, sent, self._far_ahead))
        shut = [self._read.state.stopped[row] > 0.0 for row in self._rows]
        if min(share.values(), default=1.0) >= 1.0 and not any(shut):
            return None
        arrives = enough(draws, sent)
        best_first = sorted(range(len(draws)), key=lambda i: -self.worth_of(i, share))
        may_run: list[int] = []
        save: set[int] = set()
        somebody_waits = False
        for i in best_first:
            if not shut[i] or self.may_go_on(i, arrives) or (self.has_rested(i) and self.has_a_stock(i, stock)):
                may_run.append(i)
                if somebody_waits:
                    save.add(i)
            elif self.has_rested(i):
                somebody_waits = True
        run = lines_to_run(draws, a_day_of(stock, sent, self._ahead), may_run, self._shift)
        return Plan(best_first, run, save, {part for part, enough_for in share.items() if enough_for < 1.0})

    # what the maker's books say of all its lines in this country

    def parts_of_maker(self) -> tuple[dict[int, float], dict[int, float]]:
        """Of each part of the maker: what lies there, in units, and what suppliers sent of late, in units a day."""
        lies, sent = self._read.state.stock, self._read.state.shipped_mean
        stock = {part: added_up(lies, needs) for part, needs in self._plants.needs.items()}
        return stock, {part: added_up(sent, links) for part, links in self._plants.links.items()}

    def draws_of_lines(self) -> list[list[tuple[int, float]]]:
        """What each line draws of its parts on a usual day."""
        thrift, out = self._read.state.thrift, []
        for row, uses in zip(self._rows, self._plants.uses, strict=True):
            usual, _ = self.output_of(row)
            out.append([(part, usual * each * thrift[need]) for part, need, each in uses])
        return out

    def output_of(self, row: int) -> tuple[float, float]:
        """What a line makes on a usual day, as far as it still can, and the most that it can make."""
        conditions = self._read.conditions
        most = self._read.network.capacity[row] * conditions.capacity_times[row]
        return min(conditions.usual[row], most), most

    def worth_of(self, place: int, share: dict[int, float]) -> float:
        """What a line earns with a unit of the part that it is shortest of, the more the longer its customers wait."""
        row, network = self._rows[place], self._read.network
        usual = self._read.conditions.usual[row]
        owed_days = self._read.state.market_backlog[row] / usual if usual > 0.0 else 0.0
        each = self._plants.each[place]
        scarcest = min(each, key=lambda part: share[part], default=None)
        amount = 0.0 if scarcest is None else each[scarcest]
        return worth(network.value_added[row], amount, owed_days, self.owed_model_favour / self._far_ahead)

    def has_rested(self, place: int) -> bool:
        """Whether a line has been closed for as long as a line is closed; not where it has stopped of itself."""
        return self._read.state.closed_days[self._rows[place]] >= self.closed_for_days

    def has_a_stock(self, place: int, stock: dict[int, float]) -> bool:
        """Whether some days of every part are there for a line to start with, at one shift."""
        usual, _ = self.output_of(self._rows[place])
        shift = self._shift * usual
        return all(stock[part] >= shift * amount for part, amount in self._plants.to_start[place])

    def may_go_on(self, place: int, arrives: dict[int, float]) -> bool:
        """Whether a line has stopped of itself for something that is over: suppliers send enough of its parts again."""
        return self.has_stopped_of_itself(place) and all(arrives[part] >= PLENTY for part in self._plants.each[place])

    def has_stopped_of_itself(self, place: int) -> bool:
        """Whether a line is stopped and its maker has not closed it."""
        row, state = self._rows[place], self._read.state
        return state.stopped[row] > 0.0 and state.closed_days[row] == 0.0


def a_day_of(stock: dict[int, float], sent: dict[int, float], days: float) -> dict[int, float]:
    """What a day can go through of each part for so many days, on the first of which what comes lies in stock already.

    >>> a_day_of({0: 2.0}, {0: 1.0}, days=4.0)
    {0: 1.25}
    """
    return {part: (lies + sent[part] * (days - 1.0)) / days for part, lies in stock.items()}
