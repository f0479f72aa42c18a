"""The processor: a Chinese maker between its customers abroad and its authority at home."""

from __future__ import annotations

from agents.firm import Firm
from agents.quantities import Customer, Share
from model.chain import SupplyChain


class Processor(Firm):
    """Separates, alloys or makes magnets in China, for customers at home and abroad.

    It fears to ship what it should have asked for: a wrong paper costs its export right. So where a customer's
    country is under control it also declines a part of the orders that need no paper (over-compliance). When short
    it serves customers at home first (the home_favour of its role). It loses the sale, and later a part of the
    customer, who has found others.
    Evidence: D13 and G1 (goods that need no licence slowed as well), B2, E24 (sellers refuse new contracts).
    """

    traits = ("declined_when_watched",)
    declined_when_watched: float

    def __init__(self, chain: SupplyChain, line: str) -> None:
        super().__init__(chain, line)
        licence_of, customers = self._read.network.licence_of, self._partners.customers
        self.licensed = {who: int(licence_of[link]) for who, link in customers.items() if licence_of[link] >= 0}

    def decide(self) -> None:
        """Decline a part of every order from countries under control, even where no paper is asked."""
        if self.licensed:
            declined, ways = self._wish.declined, self._partners.customers
            for customer, share in self.watched().items():
                declined[ways[customer]] = self.declined_when_watched * share

    def watched(self) -> dict[Customer, Share]:
        """The share of each customer's flow that the authority treats as controlled although it is not."""
        named, mistaken = self._read.conditions.named, self._read.conditions.mistaken
        return {customer: named[row] if mistaken[row] else 0.0 for customer, row in self.licensed.items()}
