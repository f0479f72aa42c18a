"""The processor: a Chinese maker between its customers abroad and its authority at home."""

from __future__ import annotations

from agents.firm import Firm
from model.chain import SupplyChain


class Processor(Firm):
    """Separates, alloys or makes magnets in China, for customers at home and abroad.

    It fears to ship what it should have asked for: a wrong paper costs its export right. So where a customer's
    country is under control it also declines a part of the orders that need no paper (over-compliance). When short
    it serves customers at home first. It loses the sale, and later a part of the customer, who has found others.
    Evidence: D13 and G1 (goods that need no licence slowed as well), B2, E24 (sellers refuse new contracts).
    """

    traits = ("home_favour", "declined_when_watched")
    home_favour: float
    declined_when_watched: float

    def __init__(self, chain: SupplyChain, line: str) -> None:
        super().__init__(chain, line)
        self.abroad = [customer for customer in self.customers if self.home_of(customer) != self.country]
        for customer in self.customers:
            if customer not in self.abroad:
                self.favour(customer, self.home_favour)

    def decide(self) -> None:
        """Serve home first; decline some orders for countries under control, even where no paper is asked."""
        for customer in self.abroad:
            self.resell(customer, 1.0 - self.declined_when_watched * self.watched(customer))

    def watched(self, customer: str) -> float:
        """The share of a customer's flow that the authority treats as controlled although it is not."""
        row = int(self._read.network.licence_of[self._customers[customer]])
        if row < 0 or self._read.conditions.mistaken[row] == 0:
            return 0.0
        return self._read.conditions.named[row]
