"""The magnet maker: two months of material between its kilns and a ban."""

from __future__ import annotations

from typing import ClassVar

from agents.firm import Firm, at_least
from agents.habits import precaution, speed
from model.chain import SupplyChain
from model.physics.sourcing import PROBE


class MagnetMaker(Firm):
    """Makes magnets, mostly in Japan, from alloy and a pinch of dysprosium and terbium that come by sea.

    It fears an empty powder room: a kiln that cools loses its customers for years. So it holds about two months of
    material (a maker said so in January 2026) and more when the news turn or deliveries thin out. When deliveries
    fail it opens second sources (Lynas, recycling, heavy-free grades), stretches heavy rare earths by grain-boundary
    diffusion, and runs slower before it runs dry, serving first those to whom it owes most.
    Evidence: D1, D7, C8, B19 and F15 of the facts; TDK's "extremely difficult stage" with output held by stock (B8).
    """

    traits: ClassVar[tuple[str, ...]] = (
        "caution", "alarm_days", "least_run", "second_source_at", "newcomer_share", "waiting_favour",
    )  # fmt: skip
    for_minds: ClassVar[tuple[str, ...]] = (*Firm.for_minds, "serve_the_longest_waiting")
    caution: float
    alarm_days: float
    least_run: float
    second_source_at: float
    newcomer_share: float
    waiting_favour: float

    def __init__(self, chain: SupplyChain, line: str) -> None:
        super().__init__(chain, line)
        self._ways = tuple(self._partners.customers.values())
        self._usual = [chain.scalars.policy.favour[link] for link in self._ways]

    def decide(self) -> None:
        """Hold two months; hold more when worried; open second sources; stretch what is left when ships stop."""
        worried = self.worried
        self.stock_up(precaution(worried, self.caution))
        if worried * (1.0 + self.support) >= self.second_source_at:
            for good in self.needs:
                self.look_elsewhere(good, self.newcomer_share)
                self.thrift(good, 0.0)
        self.run_at(speed(self.shortest_cover, min(self.alarm_days, self._least_normal), self.least_run))
        self.serve_the_longest_waiting()

    def serve_the_longest_waiting(self) -> None:
        """Let a customer count for more, the more it is owed compared with the others."""
        more, wish, backlog = self.waiting_favour, self._wish.favour, self._read.state.backlog
        if not more >= 0.0:
            at_least(min(self._usual, default=1.0) * (1.0 + more), PROBE, "a weight")
        owed = [backlog[link] for link in self._ways]
        most = max(owed, default=0.0) or 1.0
        for link, usual, amount in zip(self._ways, self._usual, owed, strict=True):
            wish[link] = usual * (1.0 + more * amount / most)
