"""The magnet maker: two months of material between its kilns and a ban."""

from __future__ import annotations

from typing import ClassVar

from agents.firm import Firm
from agents.habits import stretch, wanted_cover
from model.chain import SupplyChain


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
    caution: float
    alarm_days: float
    least_run: float
    second_source_at: float
    newcomer_share: float
    waiting_favour: float

    def __init__(self, chain: SupplyChain, line: str) -> None:
        super().__init__(chain, line)
        favour = chain.world.policy.favour
        self.usual = {customer: favour.item(link) for customer, link in self._customers.items()}

    def decide(self) -> None:
        """Hold two months; hold more when worried; open second sources; stretch what is left when ships stop."""
        worried = self.worried
        for good in self.needs:
            self.hold(good, wanted_cover(self.normal_cover(good), worried, self.caution))
            if worried * (1.0 + self.support) >= self.second_source_at:
                self.look_elsewhere(good, self.newcomer_share)
                self.thrift(good, 0.0)
        self.run_at(stretch(self.shortest_cover, self.alarm_days, self.least_run))
        self.serve_the_longest_waiting()

    def serve_the_longest_waiting(self) -> None:
        """Let a customer count for more, the more it is owed compared with the others."""
        owed, usual = self.owed(), self.usual
        most = max(owed.values(), default=0.0) or 1.0
        more = self.waiting_favour
        self.ration({customer: usual[customer] * (1.0 + more * amount / most) for customer, amount in owed.items()})
