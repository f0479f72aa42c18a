"""The clerk: whoever keeps a line going where the tables give nobody a mind, so that a player can have the seat."""

from __future__ import annotations

from typing import ClassVar

from agents.firm import Firm


class Clerk(Firm):
    """Goes by the order book: orders what was used and ships what was ordered, and wishes for nothing else.

    It reads no news and has nothing to fear; without a player in its seat all is as if nobody sat there. It takes no
    number of minds.csv, so that any world's line can have one.
    """

    shared_traits: ClassVar[tuple[str, ...]] = ()
    fear_of_news = 0.0
