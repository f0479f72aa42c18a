"""A firm: a row of the world with a mind, which senses its own books and public news, and wishes."""

from __future__ import annotations

import math
from typing import Annotated, ClassVar, NoReturn

from agents import habits
from agents.partners import PartnersOfLine, partners_of
from agents.person import Person
from agents.quantities import (
    Amount,
    AmountADay,
    Country,
    CoverLevel,
    Customer,
    Days,
    DaysToUse,
    Fact,
    Favour,
    Good,
    PartOfOrders,
    Premium,
    PriceLevel,
    Share,
    Supplier,
    WholeDays,
)
from model.chain import SupplyChain
from model.physics.sourcing import PROBE
from model.state import KEPT_APART

ENDLESS = math.inf
MOST_PREMIUM = 10.0  # of the contract price; nobody in this world is believed to mean more
WORKING_DAYS = 5  # minds decide on a weekday, each on its own


class Firm(Person):
    """A production line with somebody in charge.

    Senses have no effect; verbs return nothing and only write the firm's own row of policy, which physics carries out
    in the days to come. Goods, suppliers and customers are called by their codes, such as "dytb" or "CRE-D". A sense
    or verb about somebody that the firm does not deal with raises ValueError and names whom it does deal with. Verbs
    for many at once, such as `stock_up`, write by themselves and do not call those for one, such as `hold`: that
    would make a run a third slower. `traits` are the numbers of the role's mind (minds.csv), `shared_traits`
    those of every firm's; they become attributes. `for_minds` names what a mind from a file has beside the senses and
    verbs of whoever sits at the seat.
    """

    traits: ClassVar[tuple[str, ...]] = ()
    shared_traits: ClassVar[tuple[str, ...]] = ("fear_of_news",)
    role: ClassVar[str | None] = None
    for_minds: ClassVar[tuple[str, ...]] = (
        "home_of", "stock_up", "look_elsewhere", "outbid_when_short", "ration", "accept",
    )  # fmt: skip
    line: Annotated[str, Fact("The code of the line.")]
    name: Annotated[str, Fact("What the line is called.")]
    country: Annotated[str, Fact("The code of the country in which it stands.")]
    makes: Annotated[str, Fact("The code of the good that it makes.")]
    needs: Annotated[tuple[str, ...], Fact("The codes of the goods that it uses.")]
    customers: Annotated[tuple[str, ...], Fact("The codes of the lines that may order from it.")]
    fear_of_news: float

    def __init__(self, chain: SupplyChain, line: str) -> None:
        super().__init__(chain)
        register = chain.register
        self.line, self.row = line, register.row(line)
        facts = register.tables.firms[self.row]
        self.name, self.country, self.makes = facts.name, facts.country, facts.good
        self.weekday = self.row % WORKING_DAYS
        mind = register.mind(self.role or facts.role)
        for trait in (*self.shared_traits, *self.traits):
            setattr(self, trait, mind[trait])
        self._country_row = int(self._read.network.country_of[self.row])
        structure = register.tables.structure
        self._partners: PartnersOfLine = structure.get_or_compute(
            ("partners of", line), lambda: partners_of(line, register)
        )
        self.needs, self.customers = tuple(self._partners.needs), tuple(self._partners.customers)
        agreed, normal = self._read.network.contract_share, self._read.network.normal_cover
        ways = self._partners.links
        self._agreed = {good: {link: agreed[link] for link in ways[good].values()} for good in self.needs}
        self._elsewhere: dict[str, tuple[list[int], list[int], float, dict[int, float]]] = {}
        self._normal = [(n, normal[n]) for n in self._partners.bought]
        self._least_normal = min((days for _, days in self._normal), default=ENDLESS)

    def open_views(self) -> None:
        """Look at the chain as it is now, number by number, and wish number by number, which is quickest."""
        read = self._read = self.chain.scalars
        self._wish = self.chain.scalar_wishes
        self._news, self._support = read.conditions.news, read.state.support  # what everybody asks for, at hand
        self._worst_served, self._shortest_cover = read.flows.worst_served, read.flows.shortest_cover

    def decide(self) -> None:
        """Look around and wish; a firm without habits of its own keeps its standing policy."""

    # senses

    def stock(self, good: Good) -> Amount:
        """What lies on the floor, in units of the good."""
        return self._read.state.stock[self._partners.needs[good]]

    def plan(self, good: Good) -> AmountADay:
        """What the line means to use a day if nothing is short."""
        return self._read.state.plan[self._partners.needs[good]]

    def cover(self, good: Good) -> Days:
        """Days that the stock lasts at the planned draw; infinite for a line that plans nothing."""
        n = self._partners.needs[good]
        plan = self._read.state.plan[n]
        return self._read.state.stock[n] / plan if plan > 0.0 else ENDLESS

    def normal_cover(self, good: Good) -> Days:
        """Days of cover that the line keeps in quiet times."""
        return self._read.network.normal_cover[self._partners.needs[good]]

    def on_order(self, good: Good) -> Amount:
        """What is ordered and not landed."""
        return self._read.state.on_order[self._partners.needs[good]]

    def lead(self, good: Good, supplier: Supplier) -> WholeDays:
        """Days from dispatch to landing on the way from a supplier."""
        return int(self._read.conditions.lead[self._partners.links[good][supplier]])

    def fill_rate(self, good: Good, supplier: Supplier | None = None) -> Share:
        """Shipped over ordered in the last weeks, of one supplier, or of all of them by contract share."""
        if supplier is not None:
            return self._read.flows.fill[self._partners.links[good][supplier]]
        return self._read.flows.served[self._partners.needs[good]]

    def suppliers(self, good: Good) -> dict[Supplier, Share]:
        """Everybody who could supply a good, with the share agreed in quiet times (0: a second source)."""
        share = self._read.network.contract_share
        return {supplier: share[link] for supplier, link in self._partners.links[good].items()}

    def qualified(self, good: Good, supplier: Supplier) -> bool:
        """Whether a supplier's goods may be used today."""
        return self._read.state.clock[self._partners.links[good][supplier]] == 0.0

    def days_to_use(self, good: Good) -> dict[Supplier, DaysToUse]:
        """Days until the goods of each possible supplier may be used: 0 now, below 0 where nobody has begun."""
        clock = self._read.state.clock
        return {supplier: clock[link] for supplier, link in self._partners.links[good].items()}

    def home_of(self, customer: Customer) -> Country:
        """The country of a customer."""
        return self._partners.homes[customer]

    def owed_to(self, customer: Customer) -> Amount:
        """What a customer has ordered and not been sent."""
        return self._read.state.backlog[self._partners.customers[customer]]

    def waiting_for_licence(self, good: Good) -> Amount:
        """What waits at the licence office for this line."""
        rows = (int(self._read.network.licence_of[k]) for k in self._partners.links[good].values())
        return habits.added_up(self._read.state.waiting, (row for row in rows if row >= 0))

    def price(self, good: Good) -> PriceLevel:
        """The spot price of a good in this firm's zone over its contract price; 1 in quiet times."""
        network = self._read.network
        row, zone = int(network.need_good[self._partners.needs[good]]), int(network.zone_of[self._country_row])
        return math.exp(self._read.state.spot_log[row, zone])

    @property
    def news(self) -> Share:
        """How alarming the public news in this country are, 0 to 1."""
        return self._news[self._country_row]

    @property
    def support(self) -> Share:
        """The share of the cost of projects that the government has promised to pay, 0 to 1."""
        return self._support[self._country_row]

    @property
    def worst_fill_rate(self) -> Share:
        """The fill rate of the need that is served worst; 1 for a line without needs."""
        return self._worst_served[self.row]

    @property
    def shortest_cover(self) -> Days:
        """Days of cover of the need that runs out first; endless for a line without needs."""
        return self._shortest_cover[self.row]

    # what most people make of their senses

    @property
    def worried(self) -> Share:
        """How worried this firm is, 0 to 1."""
        return habits.worry(self.news, self.worst_fill_rate, self.fear_of_news)

    def outbid_when_short(self, alarm: Days, most: Premium) -> None:
        """Bid a premium for each good whose cover, in days, is under the alarm: the most when nothing is left."""
        stock, plan, wish = self._read.state.stock, self._read.state.plan, self._wish.bid
        for n in self._partners.bought:
            draw = plan[n]
            cover = stock[n] / draw if draw > 0.0 else ENDLESS
            premium = 0.0 if cover >= alarm else habits.premium(cover, alarm, most)
            if not 0.0 <= premium <= MOST_PREMIUM:
                refuse(premium, 0.0, MOST_PREMIUM, "a premium")
            wish[n] = premium

    def look_elsewhere(self, good: Good, newcomers: Share) -> None:
        """Begin to qualify everybody else who could supply a good, and order a part from those who already may.

        A newcomer's part stays its own when the crisis is over: diversified buyers do not all come back.
        """
        if not 0.0 <= newcomers <= 1.0:
            refuse(newcomers, 0.0, 1.0, "a part of the orders")
        agreed = self._agreed[good]
        if good not in self._elsewhere:
            self._elsewhere[good] = [link for link, share in agreed.items() if share == 0.0], [], 0.0, agreed
        second_sources, before, part, shares = self._elsewhere[good]
        clock, begin, newer = self._read.state.clock, self._wish.qualify, []
        for link in second_sources:
            days = clock[link]
            if days == 0.0:
                newer.append(link)
            elif days < 0.0:
                begin[link] = 1.0
        if newer != before or newcomers != part:
            shares = habits.diversified(agreed, newer, newcomers)
            self._elsewhere[good] = second_sources, newer, newcomers, shares
        split = self._wish.split
        for link, share in shares.items():
            split[link] = share

    # verbs

    def hold(self, good: Good, days: Days) -> None:
        """Want so many days of cover of a good. `stock_up` wants a multiple of all, and does not call this."""
        if not 0.0 <= days < ENDLESS:
            refuse(days, 0.0, ENDLESS, "days of cover")
        self._wish.cover[self._partners.needs[good]] = days

    def stock_up(self, times: CoverLevel) -> None:
        """Want so many times the normal cover of every good. It is as `hold` for each, which it does not call."""
        if not 0.0 <= times < ENDLESS:
            refuse(times, 0.0, ENDLESS, "a multiple of the normal cover")
        wish = self._wish.cover
        for n, days in self._normal:
            wish[n] = days * times

    def split(self, good: Good, shares: dict[Supplier, PartOfOrders]) -> None:
        """Give suppliers these shares of the orders of a good; the clerk makes them add to 1."""
        links, wish = self._partners.links[good], self._wish.split
        for supplier, share in shares.items():
            if not 0.0 <= share < ENDLESS:
                refuse(share, 0.0, ENDLESS, "a share of orders")
            wish[links[supplier]] = share

    def run_at(self, share: Share) -> None:
        """Run the line at most at this share of its capacity; it orders as before."""
        if not 0.0 <= share <= 1.0:
            refuse(share, 0.0, 1.0, "a share of capacity")
        self._wish.run[self.row] = share

    def keep_closed(self, closed: bool) -> None:
        """Keep the line closed for want of parts, as its maker's plan says, or open it; it orders as before."""
        self._wish.closed[self.row] = 1.0 if closed else 0.0

    def keep_closed_once_stopped(self) -> None:
        """Let the line run, and keep it closed from the day on which it stops for want of a part on."""
        self._wish.closed[self.row] = -1.0

    def lay_together(self, good: str, draw: float, turn: int = 0) -> None:
        """Put the stock of a good together with that of the maker's other lines that use it, and draw so much a day.

        What there is of it is dealt out by turn, the least first.
        """
        need = self._partners.needs[good]
        self._wish.allotted[need] = at_least(draw, 0.0, "an amount a day")
        self._wish.turn[need] = at_least(turn, 0, "a turn")

    def keep_apart(self, good: str) -> None:
        """Keep the stock of a good for this line alone."""
        self._wish.allotted[self._partners.needs[good]] = KEPT_APART

    def favour(self, customer: Customer, weight: Favour) -> None:
        """Let a customer count so much when there is not enough for all; 1 is normal. `ration` does not call this."""
        self._wish.favour[self._partners.customers[customer]] = at_least(weight, PROBE, "a weight")

    def ration(self, weights: dict[Customer, Favour]) -> None:
        """Let each of these customers count so much when not all can be served. It does not call `favour`."""
        links, wish = self._partners.customers, self._wish.favour
        for customer, weight in weights.items():
            if not PROBE <= weight < ENDLESS:
                refuse(weight, PROBE, ENDLESS, "a weight")
            wish[links[customer]] = weight

    def qualify(self, good: Good, supplier: Supplier) -> None:
        """Begin to qualify a second source; its goods may be used when the clock has run down."""
        self._wish.qualify[self._partners.links[good][supplier]] = 1.0

    def bid(self, good: Good, premium: Premium) -> None:
        """Offer this premium over the contract price, as a share of it. `outbid_when_short` does not call this."""
        if not 0.0 <= premium <= MOST_PREMIUM:
            refuse(premium, 0.0, MOST_PREMIUM, "a premium")
        self._wish.bid[self._partners.needs[good]] = premium

    def thrift(self, good: Good, share: Share) -> None:
        """Aim to make the same output with this share of the normal input, by redesign."""
        self._wish.thrift[self._partners.needs[good]] = within(share, 0.0, 1.0, "a share of normal use")

    def release(self, amount: float) -> None:
        """Give out so much a day; only a state stock does."""
        self._wish.release[self.row] = at_least(amount, 0.0, "an amount a day")

    def resell(self, customer: Customer, share: Share) -> None:
        """Take only this share of what a customer orders, up to its recent use. `accept` does not call this."""
        way = self._partners.customers[customer]
        self._wish.willing[way] = within(share, 0.0, 1.0, "a share of orders")
        self._wish.declined[way] = 0.0  # who says what it takes declines no more than that

    def accept(self, shares: dict[Customer, Share]) -> None:
        """Take only these shares of what each of these customers orders, up to its recent use; all of it with 1.

        It does not call `resell`.
        """
        links, wish, declined = self._partners.customers, self._wish.willing, self._wish.declined
        for customer, share in shares.items():
            if not 0.0 <= share <= 1.0:
                refuse(share, 0.0, 1.0, "a share of orders")
            wish[links[customer]], declined[links[customer]] = share, 0.0

    def spot_buy(self, good: Good, amount: AmountADay) -> None:
        """Buy so much a day on top of what the clerk orders, at the spot price."""
        self._wish.spot[self._partners.needs[good]] = at_least(amount, 0.0, "an amount a day")


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
    also = f" and <= {most:g}" if most < ENDLESS else " and finite" if value == ENDLESS else ""
    raise ValueError(f"{what} must be >= {least:g}{also}, got {value}")
