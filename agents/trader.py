"""The trader: somebody else's stock, for as long as it lasts."""

from __future__ import annotations

from agents.firm import Firm
from agents.habits import wanted_cover


class Trader(Firm):
    """Buys rare earths and magnets by the ship and sells them by the box to those too small for a contract.

    It fears to sit on stock when prices fall, so it holds a month, and a little more when worried. When it runs dry
    its customers, who hold nothing, find out at once.
    Evidence: D5, D12 (a distributor's stock was zero four months after the control of April 2025), B18.
    """

    traits = ("caution",)
    caution: float

    def decide(self) -> None:
        """Hold a month, more when worried."""
        for good in self.needs:
            self.hold(good, wanted_cover(self.normal_cover(good), self.worried, self.caution))
