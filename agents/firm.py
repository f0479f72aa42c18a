"""A firm: a row of the world with a mind, which senses its own books and public news, and wishes."""

from __future__ import annotations

import math
from collections.abc import Mapping
from types import MappingProxyType
from typing import ClassVar, NamedTuple, NoReturn, TypeVar

import mesa

from agents import habits
from model.chain import SupplyChain
from model.register import Register
from model.sourcing import PROBE

Known = TypeVar("Known")
ENDLESS = math.inf
WORKING_DAYS = 5  # minds decide on a weekday, each on its own


class Firm(mesa.Agent):
    """A production line with somebody in charge.

    Senses have no effect; verbs return nothing and only write the firm's own row of policy, which physics carries out
    in the days to come. Goods, suppliers and customers are called by their codes, such as "dytb" or "CRE-D". A sense
    or verb about somebody that the firm does not deal with raises ValueError and names whom it does deal with.
    `traits` are the numbers of the role's mind (minds.csv); they become attributes.
    """

    traits: ClassVar[tuple[str, ...]] = ()
    role: ClassVar[str | None] = None
    fear_of_news: float

    def __init__(self, chain: SupplyChain, line: str) -> None:
        super().__init__(chain)
        register = chain.register
        self.chain, self.line, self.row = chain, line, register.row(line)
        facts = register.tables.firms[self.row]
        self.name, self.country, self.makes = facts.name, facts.country, facts.good
        self.weekday = self.row % WORKING_DAYS
        for trait in ("fear_of_news", *self.traits):
            setattr(self, trait, register.trait(self.role or facts.role, trait))
        self._look, self._read, self._wish = chain.world, chain.readings, chain.wishes()
        self._country_row = int(chain.world.network.country_of[self.row])
        circle: Circle = register.tables.words.once(("circle", line), lambda: circle_of(line, register))
        self._needs, self._links, self._customers, self._homes = circle
        self.needs, self.customers = tuple(self._needs), tuple(self._customers)
        self._at_hand(chain)
        contract = self._read.network.contract_share
        self._shares: Partners[dict[str, float]] = Partners(f"{line} needs")
        for good, links in self._links.items():
            self._shares[good] = {who: contract[k] for who, k in links.items()}

    def _at_hand(self, chain: SupplyChain) -> None:
        """Keep the columns at hand that most people look at and write into every week."""
        network, conditions, _, state, flows = chain.readings
        self._normal_cover, self._news = network.normal_cover, conditions.news
        self._stock, self._plan, self._backlog, self._support = state.stock, state.plan, state.backlog, state.support
        self._worst_served, self._shortest_cover = flows.worst_served, flows.shortest_cover
        wish = chain.pens
        self._cover_wish, self._bid_wish, self._run_wish = wish.cover, wish.bid, wish.run
        self._favour_wish, self._willing_wish = wish.favour, wish.willing

    def decide(self) -> None:
        """Look around and wish; a firm without habits of its own keeps its standing policy."""

    # senses

    def stock(self, good: str) -> float:
        """What lies on the floor, in units of the good."""
        return self._stock[self._needs[good]]

    def plan(self, good: str) -> float:
        """What the line means to use a day if nothing is short."""
        return self._plan[self._needs[good]]

    def cover(self, good: str) -> float:
        """Days that the stock lasts at the planned draw; infinite for a line that plans nothing."""
        n = self._needs[good]
        plan = self._plan[n]
        return self._stock[n] / plan if plan > 0.0 else ENDLESS

    def normal_cover(self, good: str) -> float:
        """Days of cover that the line keeps in quiet times."""
        return self._normal_cover[self._needs[good]]

    def on_order(self, good: str) -> float:
        """What is ordered and not landed."""
        return self._read.state.on_order[self._needs[good]]

    def lead(self, good: str, supplier: str) -> int:
        """Days from dispatch to landing on the way from a supplier."""
        return int(self._read.conditions.lead[self._links[good][supplier]])

    def fill_rate(self, good: str, supplier: str | None = None) -> float:
        """Shipped over ordered in the last weeks, of one supplier, or of all of them by contract share."""
        if supplier is not None:
            return self._read.flows.fill[self._links[good][supplier]]
        return self._read.flows.served[self._needs[good]]

    def suppliers(self, good: str) -> dict[str, float]:
        """Everybody who could supply a good, with the share agreed in quiet times (0: a second source)."""
        return dict(self._shares[good])

    def qualified(self, good: str, supplier: str) -> bool:
        """Whether a supplier's goods may be used today."""
        return self._read.state.clock[self._links[good][supplier]] == 0.0

    def days_to_use(self, good: str) -> dict[str, float]:
        """Days until the goods of each possible supplier may be used: 0 now, below 0 where nobody has begun."""
        clock = self._read.state.clock
        return {supplier: clock[link] for supplier, link in self._links[good].items()}

    def home_of(self, customer: str) -> str:
        """The country of a customer."""
        return self._homes[customer]

    def owed_to(self, customer: str) -> float:
        """What a customer has ordered and not been sent."""
        return self._backlog[self._customers[customer]]

    def owed(self) -> dict[str, float]:
        """What each customer has ordered and not been sent."""
        backlog = self._backlog
        return {customer: backlog[link] for customer, link in self._customers.items()}

    def waiting_for_licence(self, good: str) -> float:
        """What waits at the licence office for this line."""
        rows = (int(self._read.network.licence_of[k]) for k in self._links[good].values())
        return sum(self._read.state.waiting[row] for row in rows if row >= 0)

    def price(self, good: str) -> float:
        """The spot price of a good in this firm's zone over its contract price; 1 in quiet times."""
        network = self._read.network
        row, zone = int(network.need_good[self._needs[good]]), int(network.zone_of[self._country_row])
        return math.exp(self._read.state.spot_log[row, zone])

    @property
    def news(self) -> float:
        """How alarming the public news in this country are, 0 to 1."""
        return self._news[self._country_row]

    @property
    def support(self) -> float:
        """The share of the cost of projects that the government has promised to pay, 0 to 1."""
        return self._support[self._country_row]

    @property
    def worst_fill_rate(self) -> float:
        """The fill rate of the need that is served worst; 1 for a line without needs."""
        return self._worst_served[self.row]

    @property
    def shortest_cover(self) -> float:
        """Days of cover of the need that runs out first; endless for a line without needs."""
        return self._shortest_cover[self.row]

    # what most people make of their senses

    @property
    def worried(self) -> float:
        """How worried this firm is, 0 to 1."""
        return habits.worry(self.news, self.worst_fill_rate, self.fear_of_news)

    def look_elsewhere(self, good: str, newcomers: float) -> None:
        """Begin to qualify everybody else who could supply a good, and order a part from those who already may.

        A newcomer's part stays its own when the crisis is over: diversified buyers do not all come back.
        """
        shares, newer = self._shares[good], []
        for supplier, days in self.days_to_use(good).items():
            if days < 0.0:
                self.qualify(good, supplier)
            elif days == 0.0 and shares[supplier] == 0.0:
                newer.append(supplier)
        self.split(good, habits.diversified(shares, newer, newcomers))

    # verbs

    def hold(self, good: str, days: float) -> None:
        """Want so many days of cover of a good."""
        if not 0.0 <= days < ENDLESS:
            refuse(days, 0.0, ENDLESS, "days of cover")
        self._cover_wish[self._needs[good]] = days

    def split(self, good: str, shares: dict[str, float]) -> None:
        """Give suppliers these shares of the orders of a good; the clerk makes them add to 1."""
        links, wish = self._links[good], self._wish.split
        for supplier, share in shares.items():
            if not 0.0 <= share < ENDLESS:
                refuse(share, 0.0, ENDLESS, "a share of orders")
            wish[links[supplier]] = share

    def run_at(self, share: float) -> None:
        """Run the line at most at this share of its capacity."""
        if not 0.0 <= share <= 1.0:
            refuse(share, 0.0, 1.0, "a share of capacity")
        self._run_wish[self.row] = share

    def favour(self, customer: str, weight: float) -> None:
        """Let a customer count so much when there is not enough for all; 1 is normal."""
        self._favour_wish[self._customers[customer]] = at_least(weight, PROBE, "a weight")

    def ration(self, weights: dict[str, float]) -> None:
        """Let each of these customers count so much when there is not enough for all: `favour` for many at once."""
        links, wish = self._customers, self._favour_wish
        for customer, weight in weights.items():
            if not PROBE <= weight < ENDLESS:
                refuse(weight, PROBE, ENDLESS, "a weight")
            wish[links[customer]] = weight

    def qualify(self, good: str, supplier: str) -> None:
        """Begin to qualify a second source; its goods may be used when the clock has run down."""
        self._wish.qualify[self._links[good][supplier]] = 1.0

    def bid(self, good: str, premium: float) -> None:
        """Offer this premium over the contract price, as a share of it."""
        if not 0.0 <= premium <= 10.0:
            refuse(premium, 0.0, 10.0, "a premium")
        self._bid_wish[self._needs[good]] = premium

    def thrift(self, good: str, share: float) -> None:
        """Aim to make the same output with this share of the normal input, by redesign."""
        self._wish.thrift[self._needs[good]] = within(share, 0.0, 1.0, "a share of normal use")

    def release(self, amount: float) -> None:
        """Give out so much a day; only a state stock does."""
        self._wish.release[self.row] = at_least(amount, 0.0, "an amount a day")

    def resell(self, customer: str, share: float) -> None:
        """Take only this share of what a customer orders."""
        self._willing_wish[self._customers[customer]] = within(share, 0.0, 1.0, "a share of orders")

    def accept(self, shares: dict[str, float]) -> None:
        """Take only these shares of what each of these customers orders: `resell` for many at once."""
        links, wish = self._customers, self._willing_wish
        for customer, share in shares.items():
            if not 0.0 <= share <= 1.0:
                refuse(share, 0.0, 1.0, "a share of orders")
            wish[links[customer]] = share

    def spot_buy(self, good: str, amount: float) -> None:
        """Buy so much a day on top of what the clerk orders, at the spot price."""
        self._wish.spot[self._needs[good]] = at_least(amount, 0.0, "an amount a day")


class Partners(dict[str, Known]):
    """What a firm knows of those it deals with, by name; asking for anybody else says whom it does deal with."""

    def __init__(self, words: str, known: Mapping[str, Known] = MappingProxyType({})) -> None:
        super().__init__(known)
        self.words = words

    def __missing__(self, name: str) -> NoReturn:
        raise ValueError(f"{self.words} {', '.join(self) or 'nothing'}, not '{name}'; name one of them")


class Circle(NamedTuple):
    """Whom a line deals with, which no number of a world changes.

    needs: good -> need; links: good -> supplier -> link; customers: customer -> link; homes: customer -> country.
    """

    needs: Partners[int]
    links: Partners[Partners[int]]
    customers: Partners[int]
    homes: Partners[str]


def circle_of(line: str, register: Register) -> Circle:
    """Whom a line deals with."""
    dealings, firms = register.dealings, register.tables.firms
    needs, customers = dealings.needs.get(line, {}), dealings.customers.get(line, {})
    links = {
        good: Partners(f"{line} can buy {good} from", dealings.suppliers.get(need, {})) for good, need in needs.items()
    }
    ships = f"{line} can ship to"
    homes = {customer: firms[register.row(customer)].country for customer in customers}
    return Circle(
        Partners(f"{line} needs", needs), Partners(f"{line} needs", links), Partners(ships, customers),
        Partners(ships, homes),
    )  # fmt: skip


def at_least(value: float, least: float, what: str) -> float:
    """Take a wish that may not be less; ValueError says the bound."""
    if not least <= value < ENDLESS:
        refuse(value, least, ENDLESS, what)
    return value


def within(value: float, least: float, most: float, what: str) -> float:
    """Take a wish between two bounds; ValueError says them."""
    if not least <= value <= most:
        refuse(value, least, most, what)
    return value


def refuse(value: float, least: float, most: float, what: str) -> NoReturn:
    """Raise ValueError for a wish that is out of its bounds."""
    if most == ENDLESS:
        raise ValueError(f"{what} must be a number from {least:g}, not {value}; wish for more")
    raise ValueError(f"{what} must be from {least:g} to {most:g}, not {value}; wish within that")
