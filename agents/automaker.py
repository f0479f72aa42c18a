"""The automaker: lean, proud of it, and stopped by the cheapest part."""

from __future__ import annotations

from agents.firm import Firm
from agents.habits import precaution, stretch


class Automaker(Firm):
    """Runs a car line on one or two weeks of parts, in Japan or South Korea.

    It fears a stopped line, which costs more in a day than a part costs in a year, and next to that a full
    warehouse. It hardly stocks, but asks suppliers for more when worried, pays premiums when a part runs out, and
    takes out overtime and shifts before it stops; it keeps those models running for which parts are there (each kind
    of car is a line of its own).
    Evidence: E10 to E12, D3, D4, D11; just-in-time stocks are an assumption tied to the stop of day 52.
    """

    traits = ("caution", "alarm_days", "least_run", "most_premium")
    caution: float
    alarm_days: float
    least_run: float
    most_premium: float

    def decide(self) -> None:
        """Stay lean; hold a little more when worried; pay, then slow down, when a part runs out."""
        self.stock_up(precaution(self.worried, self.caution))
        self.outbid_when_short(self.alarm_days, self.most_premium)
        self.run_at(stretch(self.shortest_cover, self.alarm_days, self.least_run))
