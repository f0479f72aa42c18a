"""The Korean firm: a neighbour with stock, orders from Japan, and a letter from the authority."""

from __future__ import annotations

from typing import ClassVar

from agents.habits import worth_helping
from agents.magnet_maker import MagnetMaker
from agents.quantities import Customer, Share
from model.chain import SupplyChain


class Neighbour(MagnetMaker):
    """Makes, cuts or trades magnets and rare earths in South Korea, mostly from Chinese material.

    It fears two things: to run out itself, so it holds months of stock, and to be named for passing on goods of
    Chinese origin to Japan, which the clause of January 2026 makes it liable for. Japanese orders are good business
    at a premium; it takes as many as the expected fine and its own stance allow.
    Evidence: D10 (six months of public stock, "several months" at LG Magna), G5, E30, A26, A27.
    """

    traits: ClassVar[tuple[str, ...]] = (*MagnetMaker.traits, "fine", "re_export_gain", "passed_on")
    fine: float
    re_export_gain: float
    passed_on: float

    def __init__(self, chain: SupplyChain, line: str) -> None:
        super().__init__(chain, line)
        self.passed_on_to = [customer for customer in self.customers if self.is_re_export(customer)]

    def decide(self) -> None:
        """Look after the own line like every magnet maker; then help Japan as far as fine and stance allow."""
        super().decide()
        if self.passed_on_to:
            pays = worth_helping(self.gain_from_passing_on(), self.chance_of_detection, self.fine)
            self.accept(dict.fromkeys(self.passed_on_to, min(self.passed_on, pays)))

    @property
    def chance_of_detection(self) -> Share:
        """The chance a week, widely talked about, that a re-export is found out by the sharpest of the authorities."""
        return max(self._read.conditions.inspect, default=0.0)

    def is_re_export(self, customer: Customer) -> bool:
        """Whether goods for this customer abroad came in as such and only pass through."""
        return self.makes in self.needs and self.home_of(customer) != self.country

    def gain_from_passing_on(self) -> float:
        """Profit from a re-export as a share of the goods' value: the usual margin, and the price outside China."""
        return self.re_export_gain + self.price(self.makes) - 1.0
