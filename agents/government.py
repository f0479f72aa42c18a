"""The government: a state stock with a release rule, and a purse for second sources."""

from __future__ import annotations

import mesa

from agents.firm import at_least, within
from model.chain import SupplyChain


class Government(mesa.Agent):
    """Keeps a stock of heavy rare earths for its country and helps firms to need less of it, or to buy it elsewhere.

    It fears two headlines: that lines stood while the state had stock, and that the stock was gone when it was really
    needed. So it waits until the cover of those whom its stock serves falls under a trigger, and then gives out a
    fixed share of their daily use. When the news turn it pays part of second sources and redesign.
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
        self.chain, self.country, self.weekday = chain, country, 0  # Monday
        self.name = f"the government of {country}"
        for trait in self.traits:
            setattr(self, trait, register.trait("government", trait))
        self._look, self._wish = chain.world, chain.wishes()
        self._country_row = list(register.countries["country"]).index(country)
        firms = register.firms
        mine = firms[(firms["role"] == "state_stock") & (firms["country"] == country)]
        self.stocks = {str(line): register.row(line) for line in mine["line"]}
        links = register.links
        self._served = {line: links.loc[links["supplier"] == line, "n"].to_numpy() for line in self.stocks}

    def decide(self) -> None:
        """Give out stock when those it serves fall under the trigger; pay for projects while the news are bad."""
        for stock in self.stocks:
            short = self.cover_of_served(stock) < self.release_below_days
            self.release(stock, self.released_share_of_use * self.use_of_served(stock) if short else 0.0)
        self.pay(self.support_share * self.news)

    # senses

    @property
    def news(self) -> float:
        """How alarming the public news are, 0 to 1."""
        return self._look.conditions.news.item(self._country_row)

    def use_of_served(self, stock: str) -> float:
        """What the lines that a stock serves plan to use a day."""
        return float(self._look.state.plan[self._served[stock]].sum())

    def cover_of_served(self, stock: str) -> float:
        """Days of cover of the lines that a stock serves, together; endless if they plan nothing."""
        plan = self.use_of_served(stock)
        held = float(self._look.state.stock[self._served[stock]].sum())
        return held / plan if plan > 0.0 else float("inf")

    def stock(self, stock: str) -> float:
        """What is left in a state stock."""
        return self._look.state.finished.item(self.stocks[stock])

    # verbs

    def release(self, stock: str, amount: float) -> None:
        """Give out so much a day from a stock, to those whom it serves, in proportion to what they miss."""
        if stock not in self.stocks:
            raise ValueError(f"{self.country} has the stocks {', '.join(self.stocks)}, not '{stock}'; name one")
        self._wish.release[self.stocks[stock]] = at_least(amount, 0.0, "an amount a day")

    def pay(self, share: float) -> None:
        """Pay this share of what firms spend on second sources and redesign."""
        self._wish.support[self._country_row] = within(share, 0.0, 1.0, "a share of the cost")
