"""The parts maker: a few weeks of magnets, and cheap parts that stop cars."""

from __future__ import annotations

from agents.firm import Firm
from agents.habits import precaution, speed


class PartsMaker(Firm):
    """Makes motors and sensors from magnets: traction motors for hybrids, and the small motors in every car.

    It fears to be the supplier that stopped the line of its only great customer. It holds two to six weeks; makers of
    small motors hold least and buy most from China, so cheap parts stop cars first. When magnets run short it bids
    for them, asks every other maker, and slows down a little rather than stop.
    Evidence: E10 (Suzuki stopped 52 days after the control of April 2025 for want of small parts), D2, D13, F10.
    """

    traits = ("caution", "alarm_days", "least_run", "second_source_at", "newcomer_share", "most_premium")
    caution: float
    alarm_days: float
    least_run: float
    second_source_at: float
    newcomer_share: float
    most_premium: float

    def decide(self) -> None:
        """Hold some weeks; bid and look elsewhere when short; slow down before the last box is empty."""
        worried, alarm = self.worried, min(self.alarm_days, self._least_normal)
        self.stock_up(precaution(worried, self.caution))
        self.outbid_when_short(alarm, self.most_premium)
        if worried * (1.0 + self.support) >= self.second_source_at:
            for good in self.needs:
                self.look_elsewhere(good, self.newcomer_share)
        self.run_at(speed(self.shortest_cover, alarm, self.least_run))
