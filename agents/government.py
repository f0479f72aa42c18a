"""The government: a state stock with a release rule, and a purse for second sources."""

from __future__ import annotations

from functools import partial

from agents.firm import at_least, within
from agents.habits import added_up
from agents.person import Person
from agents.quantities import Amount, Days, ReleasedADay, SecondSource, ServedLine, Share, StateStock
from model.chain import SupplyChain
from model.register import STATE_STOCK, Register


class Government(Person):
    """Keeps a stock of heavy rare earths for its country and helps firms to need less of it, or to buy it elsewhere.

    It fears two headlines: that lines were stopped while the state had stock, and that the stock was gone when it was
    really needed. So it waits until the cover of those whom its stock serves falls under a trigger, and then gives out
    a fixed share of their daily use. When the news turn it pays part of second sources and redesign.
    Evidence: D8, D9 (60 to 180 days, amounts secret), D10 (Korea: six months), E6, E31 (what Japan paid in 2010 and
    2026); trigger and pace are assumptions.
    """

    traits = ("release_below_days", "released_share_of_use", "support_share")
    release_below_days: float
    released_share_of_use: float
    support_share: float

    def __init__(self, chain: SupplyChain, country: str) -> None:
        super().__init__(chain)
        register = chain.register
        self.country, self.weekday = country, 0  # Monday
        self.name = f"the government of {country}"
        for trait in self.traits:
            setattr(self, trait, register.trait("government", trait))
        self._country_row = [each.country for each in register.tables.countries].index(country)
        self.stocks = {
            line.line: row for row, line in enumerate(register.tables.firms)
            if line.role == STATE_STOCK and line.country == country
        }  # fmt: skip
        structure = register.tables.structure
        self._given_to: dict[str, dict[str, list[int]]] = {
            line: structure.get_or_compute(("served by", line), partial(served_by, register, line))
            for line in self.stocks
        }
        need_of = self._read.network.need_of
        self._served = {
            line: [int(need_of[link]) for links in served.values() for link in links]
            for line, served in self._given_to.items()
        }
        self._second_sources: dict[str, tuple[str, list[int]]] = register.tables.cache.get_or_compute(
            ("dormant sources", country), lambda: dormant_sources(register, country)
        )

    def decide(self) -> None:
        """Give out stock when those it serves fall under the trigger; pay for projects while the news are bad."""
        for stock in self.stocks:
            short = self.cover_of_served(stock) < self.release_below_days
            self.release(stock, self.released_share_of_use * self.use_of_served(stock) if short else 0.0)
        self.pay(self.support_share * self.news)

    # senses

    @property
    def news(self) -> Share:
        """How alarming the public news are, 0 to 1."""
        return self._read.conditions.news[self._country_row]

    def use_of_served(self, stock: StateStock) -> ReleasedADay:
        """What the lines that a stock serves plan to use a day."""
        return added_up(self._read.state.plan, self._served[stock])

    def cover_of_served(self, stock: StateStock) -> Days:
        """Days of cover of the lines that a stock serves, together; endless if they plan nothing."""
        plan = self.use_of_served(stock)
        return added_up(self._read.state.stock, self._served[stock]) / plan if plan > 0.0 else float("inf")

    def stock(self, stock: StateStock) -> Amount:
        """What is left in a state stock."""
        return self._look.state.finished.item(self.stocks[stock])

    def served(self, stock: StateStock) -> tuple[str, ...]:
        """The lines that a stock may serve."""
        return tuple(self._given_to[self._stock(stock)])

    def share_of(self, stock: StateStock, line: ServedLine) -> Share:
        """The share of what a line misses that counts when a stock is given out."""
        return min(float(self._look.policy.willing[link]) for link in self._links_to(stock, line))

    def second_sources(self) -> dict[str, tuple[str, float]]:
        """Suppliers that lines of this country could qualify and have not: line -> (its good, days it takes at most).

        A supplier that all of them qualify already, or may use, is not among them.
        """
        clock, days = self._look.state.clock, self._look.network.qualification_days
        return {
            supplier: (good, float(days[links].max()))
            for supplier, (good, links) in self._second_sources.items()
            if bool((clock[links] < 0.0).any())
        }

    # verbs

    def release(self, stock: StateStock, amount: ReleasedADay) -> None:
        """Give out so much a day from a stock, to those whom it serves, in proportion to what they miss."""
        self._wish.release[self.stocks[self._stock(stock)]] = at_least(amount, 0.0, "an amount a day")

    def serve(self, stock: StateStock, line: ServedLine, share: Share) -> None:
        """Count only this share of what a line misses when a stock is given out; 1 is all of it, 0 is nothing."""
        self._wish.willing[self._links_to(stock, line)] = within(share, 0.0, 1.0, "a share of what is missing")

    def qualify(self, supplier: SecondSource) -> None:
        """Have a second source qualified by every line of the country that could buy from it.

        The lines carry the cost, less the share that the state pays; like a line's own wish it is not taken back.
        """
        if supplier not in self._second_sources:
            known = ", ".join(self._second_sources) or "nobody"
            raise ValueError(f"lines of {self.country} could qualify {known}, not '{supplier}'; name one")
        self._wish.qualify[self._second_sources[supplier][1]] = 1.0

    def pay(self, share: Share) -> None:
        """Pay this share of what firms spend on second sources and redesign."""
        self._wish.support[self._country_row] = within(share, 0.0, 1.0, "a share of the cost")

    def _stock(self, stock: str) -> str:
        if stock not in self.stocks:
            raise ValueError(f"{self.country} has the stocks {', '.join(self.stocks)}, not '{stock}'; name one")
        return stock

    def _links_to(self, stock: str, line: str) -> list[int]:
        links = self._given_to[self._stock(stock)]
        if line not in links:
            raise ValueError(f"{stock} serves {', '.join(links)}, not '{line}'; name one of them")
        return links[line]


def served_by(register: Register, stock: str) -> dict[str, list[int]]:
    """Line -> the links on which a stock may serve it."""
    found: dict[str, list[int]] = {}
    for row, link in enumerate(register.tables.links):
        if link.supplier == stock:
            found.setdefault(link.line, []).append(row)
    return found


def dormant_sources(register: Register, country: str) -> dict[str, tuple[str, list[int]]]:
    """Supplier -> its good and the links on which lines of a country buy nothing from it in quiet times."""
    tables = register.tables
    found: dict[str, tuple[str, list[int]]] = {}
    for row in tables.structure.get_or_compute(("bought", country), lambda: links_into(register, country)):
        link = tables.links[row]
        if link.share == 0.0:
            found.setdefault(link.supplier, (link.good, []))[1].append(row)
    return found


def links_into(register: Register, country: str) -> list[int]:
    """The links on which lines of a country may buy of others than its state stocks."""
    firms = register.tables.firms
    home = {line.line for line in firms if line.country == country}
    gives = {line.line for line in firms if line.role == STATE_STOCK}
    links = enumerate(register.tables.links)
    return [row for row, link in links if link.line in home and link.supplier not in gives]
