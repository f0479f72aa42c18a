"""A licensing authority: a queue of papers, and a view of who should get what."""

from __future__ import annotations

from dataclasses import dataclass
from math import inf

import numpy as np

from agents.firm import WORKING_DAYS, at_least
from agents.habits import added_up
from agents.person import Person
from agents.quantities import Amount, Country, Line, Money, Tempo, UseLevel, Weight
from model.chain import DECISION_DAYS, SupplyChain
from model.chance import stream
from model.register import Register
from model.scenario.reach import lines_by_code
from model.state import Floats
from model.tables.focus_file import exporters_in
from model.tables.tables import Tables


@dataclass(frozen=True)
class Ruling:
    """What an authority did to a buyer on a day: "fine" (with the amount, millions), "revoke" or "pardon"."""

    day: int
    line: str
    verb: str
    amount: float = 0.0


class LicensingAuthority(Person):
    """Rules on applications to export controlled goods from its country, within its mandate and its working hours.

    It fears that controlled goods reach users whom the law names, by a third country too, and that buyers empty the
    market into warehouses. So it looks at goods that pass through a neighbour, fines whom it finds and revokes the
    licences, and caps what a country may get at recent use when its applications run far above it. What the law of the
    day says (regimes, review days, mandate) comes with dated shocks; how it is applied is this mind's.
    Evidence: D14 to D17 (times and shares), D24 (firms were told not to stockpile), G5, G7, E30.
    """

    traits = ("hoarding_alarm", "revoked_days")
    hoarding_alarm: float
    revoked_days: float

    def __init__(self, chain: SupplyChain, country: str) -> None:
        super().__init__(chain)
        self.country, self.weekday = country, WORKING_DAYS - 1  # Friday
        self.name = f"the licensing authority of {country}"
        for trait in self.traits:
            setattr(self, trait, chain.register.trait("licensing_authority", trait))
        self.fine_times = chain.register.trait_of_mind("neighbour", "fine")  # what is feared is what is imposed
        self.countries = [country.country for country in chain.register.tables.countries]
        self._rows = {country: row for row, country in enumerate(self.countries)}
        self.lines = [line.line for line in chain.register.tables.firms]
        self.revoked: dict[str, int] = {}
        self.rulings: list[Ruling] = []  # in the order of their days; what changed nothing is left out
        self._passing: dict[int, list[int]] = chain.register.tables.structure.get_or_compute(
            ("links that pass through", country, third_countries(chain.register.tables)),
            lambda: links_that_pass_through(chain.register, country),
        )
        net, here = chain.world.network, self._rows[country]
        self.office = int(np.flatnonzero(net.office_country == here)[0])
        self._papers = {
            code: np.flatnonzero((net.destination == row) & (net.office_of == self.office))
            for code, row in self._rows.items()
        }
        links = {code: net.link_of[papers] for code, papers in self._papers.items()}
        self._agreed = {code: net.contract_share[mine] for code, mine in links.items()}
        self._needs = {code: net.need_of[mine] for code, mine in links.items()}

    def decide(self) -> None:
        """Cap those who hoard, look into goods that pass through a neighbour, and lift old punishments."""
        for country in self.countries:
            self.cap(country, 1.0 if self.applied_over_use(country) > self.hoarding_alarm else inf)
        for line in self.found_re_exporting():
            self.fine(line, self.fine_times * self.passed_on(line))
            self.revoke(line)
        for line, since in list(self.revoked.items()):
            if self.chain.day - since >= self.revoked_days:
                self.pardon(line)

    # senses

    def waiting(self, country: Country) -> Amount:
        """Applications' amounts of a country that wait, in the goods' units added up."""
        return float(self._look.state.waiting[self._papers[country]].sum())

    def applied_over_use(self, country: Country) -> UseLevel:
        """What a country's buyers applied for yesterday, as a multiple of what they use; 0 without applications."""
        mine = self._papers[country]
        if not len(mine):  # nothing that goes there needs a licence
            return 0.0
        applied = float(self._look.flows.filed_amount[mine].sum())
        if applied == 0.0:
            return 0.0
        used = float((self._agreed[country] * self._look.state.use[self._needs[country]]).sum())
        return applied / used if used > 0.0 else 0.0

    def found_re_exporting(self) -> list[str]:
        """Lines caught this week passing goods of this country on abroad: luck of the stream named inspection."""
        chance = self._look.conditions.inspect.item(self.office)
        if chance == 0.0:
            return []
        luck = luck_of_inspections(self.chain.seed, self.chain.day, len(self.lines), self.office)
        return [
            self.lines[row]
            for row, links in self._passing.items()
            if luck[row] < chance and any(self._look.state.shipped_mean.item(link) > 0.0 for link in links)
        ]

    def passed_on(self, line: Line) -> Money:
        """What a line passes on abroad in a week, at the pace of the last weeks and contract prices, in millions."""
        row = self._line(line)
        state, days = self._look.state, float(DECISION_DAYS)
        amount = days * added_up(self.chain.scalars.state.shipped_mean, self._passing.get(row, ()))
        return amount * state.contract.item(self._look.network.good_of.item(row))

    # verbs

    def weigh(self, country: Country, weight: Weight) -> None:
        """Give a destination more (or less) of the office's time than its mandate does; 1 is as mandated."""
        self._wish.stance[self.office, self._country(country)] = at_least(weight, 0.0, "a weight")

    def cap(self, country: Country, times: UseLevel) -> None:
        """Grant a destination at most so many times its recent use; infinity lifts the cap."""
        row = self._country(country)
        self._wish.ceiling[self.office, row] = (
            times if times == inf else at_least(times, 0.0, "a multiple of recent use")
        )

    def work(self, tempo: Tempo) -> None:
        """Work at so many times the mandated capacity."""
        self._wish.tempo[self.office] = at_least(tempo, 0.0, "a tempo")

    def fine(self, line: Line, amount: Money) -> None:
        """Take an amount out of a line's profit of today, in millions."""
        self._wish.fine[self._line(line)] += at_least(amount, 0.0, "a fine")
        if amount > 0.0:
            self.rulings.append(Ruling(self.chain.day, line, "fine", float(amount)))

    def revoke(self, line: Line) -> None:
        """Refuse a buyer everything that is under control until it is pardoned."""
        self._rule(line, 1.0, "revoke")
        self.revoked[line] = self.chain.day

    def pardon(self, line: Line) -> None:
        """Let a buyer apply again."""
        self._rule(line, 0.0, "pardon")
        self.revoked.pop(line, None)

    def _rule(self, line: str, revoked: float, verb: str) -> None:
        row = self._line(line)
        if self._wish.revoked[self.office, row] != revoked:
            self.rulings.append(Ruling(self.chain.day, line, verb))
        self._wish.revoked[self.office, row] = revoked

    def _country(self, country: str) -> int:
        if country not in self._rows:
            raise ValueError(f"'{country}' is no country of this world; name one of {', '.join(self.countries)}")
        return self._rows[country]

    def _line(self, line: str) -> int:
        if line not in self.lines:
            raise ValueError(f"'{line}' is no line of this world; name one of {', '.join(self.lines)}")
        return self.lines.index(line)


def luck_of_inspections(seed: int, day: int, lines: int, office: int = 0) -> Floats:
    """The luck of each line in the week of a day, F, uniform in 0..1: below the chance of the week it is found.

    Each authority has luck of its own, for it looks at other papers.
    """
    name = f"inspection {office}" if office else "inspection"
    return stream(seed, name, day // DECISION_DAYS).random(lines)


def third_countries(tables: Tables) -> frozenset[str]:
    """The countries through which goods may pass on: those that the world names, else all but the exporters."""
    if tables.focus is not None and tables.focus.third_countries:
        return frozenset(tables.focus.third_countries)
    return frozenset(country.country for country in tables.countries) - frozenset(exporters_in(tables))


def links_that_pass_through(register: Register, origin: str | None = None) -> dict[int, list[int]]:
    """Supplier row -> its links abroad, for lines in a third country that sell the very good that they buy.

    origin: only those that buy it there, of named or anonymous makers, and sell it elsewhere.
    """
    third = third_countries(register.tables)
    homes = {code: line.country for code, line in lines_by_code(register.tables).items()}
    bought = {
        (link.line, link.good) for link in register.tables.links if origin is None or homes[link.supplier] == origin
    }
    found: dict[int, list[int]] = {}
    for row, link in enumerate(register.tables.links):
        passes = (link.supplier, link.good) in bought and homes[link.supplier] in third
        if passes and homes[link.line] not in (homes[link.supplier], origin):
            found.setdefault(register.row(link.supplier), []).append(row)
    return found
