"""The trader: somebody else's stock, for as long as it lasts."""

from __future__ import annotations

from agents.firm import Firm
from agents.habits import precaution, stretch


class Trader(Firm):
    """Buys rare earths and magnets by the ship and sells them by the box to those too small for a contract.

    It fears to sit on stock when prices fall, so it holds a month, and a little more when worried. When its stock
    shrinks it takes only a part of what its customers order; when it runs dry they, who hold nothing, find out at
    once.
    Evidence: D5, D12 (a distributor's stock was zero four months after the control of April 2025), B18.
    """

    traits = ("caution", "alarm_days", "least_sold")
    caution: float
    alarm_days: float
    least_sold: float

    def decide(self) -> None:
        """Hold a month, more when worried; take a part of the orders when the stock shrinks."""
        self.stock_up(precaution(self.worried, self.caution))
        taken = stretch(self.shortest_cover, min(self.alarm_days, self._least_normal), self.least_sold)
        self.accept(dict.fromkeys(self.customers, taken))
