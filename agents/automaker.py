"""The automaker: lean, proud of it, and stopped by the cheapest part."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar

from agents.car_maker import PLENTY, CarMaker, Plan, Planning, has_stopped_of_itself, output_of
from agents.car_plants import CarPlants, lines_of_makers, plants_of
from agents.firm import WORKING_DAYS, Firm
from agents.habits import precaution
from model.chain import DECISION_DAYS, SupplyChain

ROUNDED_UP = 1.01  # so that a line which gets the parts of one shift is not stopped by a rounding


class Automaker(Firm):
    """Runs a car line on one or two weeks of parts, in Japan or South Korea.

    It fears a stopped line, which costs more in a day than a part costs in a year, and next to that a full
    warehouse. It hardly stocks, but asks suppliers for more when worried, has ready-made motors of others tested, and
    pays premiums when a part runs out. All lines of a maker in a country decide on one day of the week. When there is
    not enough of a part for all of them, they put their stocks of it together; each line, the best first, is given what
    one shift takes, and what is left goes to overtime and second shifts. Where there is not enough for a shift of all,
    the line that earns least with the part is closed for some weeks, and opened again once there is a stock, the sooner
    the longer its customers wait. A closed line goes on ordering, for it waits for parts.
    Evidence: E10 to E12, D3, D4, D11, G12; just-in-time stocks are an assumption tied to the stop of day 52.
    """

    traits: ClassVar[tuple[str, ...]] = (
        "caution", "alarm_days", "least_run", "second_source_at", "newcomer_share", "most_premium", "closed_for_days",
        "owed_model_favour",
    )  # fmt: skip
    for_minds: ClassVar[tuple[str, ...]] = (*Firm.for_minds, "run_as_planned")
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
        plants: CarPlants = register.tables.cache.get_or_compute(
            ("plants", rows), lambda: plants_of(rows, chain.world.network)
        )
        self.weekday = rows[0] % WORKING_DAYS
        self._rows, self._place, self._maker = rows, rows.index(self.row), self.maker_of(plants)
        self._shift = max(self.least_run, float(chain.world.network.least_start[self.row]))
        self._ahead, self._far_ahead = max(float(DECISION_DAYS), self.alarm_days), max(1.0, self.closed_for_days)
        self._plenty = PLENTY * plants.shortest_cover
        self._planned = False
        uses = {need: (part, each) for part, need, each in plants.uses[self._place]}
        goods = {good: uses[need] for good, need in self._partners.needs.items()}
        self._common = {good: use for good, use in goods.items() if len(plants.needs[use[0]]) > 1}

    def maker_of(self, plants: CarPlants) -> CarMaker:
        """The maker that owns these plants; minds of one class, which plan alike, meet as one."""
        people: Iterable[Any] = self.chain.agents_by_type[type(self)]
        known = (person._maker for person in people if person is not self)  # noqa: SLF001
        return next((maker for maker in known if maker.plants is plants), None) or CarMaker(plants)

    def decide(self) -> None:
        """Stay lean; hold a little more when worried; look elsewhere; pay when a part runs out; share what is left."""
        worried = self.worried
        self.stock_up(precaution(worried, self.caution))
        if worried > 0.0 and worried * (1.0 + self.support) >= self.second_source_at:
            for good in self.needs:
                self.look_elsewhere(good, self.newcomer_share)
        self.outbid_when_short(min(self.alarm_days, self._least_normal), self.most_premium)
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
        usual, most = output_of(self.row, self._read)
        closed = plan is not None and place not in plan.run
        if plan is None or closed or has_stopped_of_itself(self.row, self._read):
            self.keep_closed(closed)
        else:
            self.keep_closed_once_stopped()
        makes = min(most, ROUNDED_UP * usual * plan.run.get(place, 0.0)) if plan is not None else most
        self.run_at(makes / most if most > 0.0 and not closed else 1.0)
        least = 0.0 if closed else ROUNDED_UP * self._shift * usual
        for good, (part, each) in self._common.items():
            if plan is None or part not in plan.short:
                self.keep_apart(good)
            else:
                self.lay_together(good, least * each, plan.turn[place])

    def plan_of_maker(self) -> Plan | None:
        """Which lines of the maker are to run in the weeks to come; None where no part will be short in that time."""
        favour = self.owed_model_favour / self._far_ahead
        planning = Planning(self._shift, self._ahead, self._far_ahead, self.closed_for_days, favour)
        return self._maker.plan_of_day(self.chain.day, self._read, planning)
