"""What senses return and verbs take: numbers with a unit and bounds, and codes of what or whom they are about.

They are notes on types, which cost nothing when a mind decides; `agents.vocabulary` reads senses and verbs from them.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import inf
from typing import Annotated

from model.physics.sourcing import PROBE

GOODS_UNIT = "units of the good"


@dataclass(frozen=True)
class Quantity:
    """A number: its unit, and its bounds; `most` is infinite where no wish is too large.

    usual_most: what a slider or a learner takes as the largest, where more is allowed and nobody means it; of_seat:
    the sense of the seat whose number, doubled, is that instead, for amounts of goods.
    """

    unit: str
    least: float = 0.0
    most: float = inf
    usual_most: float = inf
    of_seat: str = ""


@dataclass(frozen=True)
class CodeOf:
    """A code, one of those that `listed`, an attribute or a sense of the person, holds; `given` are what it takes."""

    listed: str
    given: tuple[str, ...] = ()


@dataclass(frozen=True)
class Fact:
    """Something about a firm that its mind may read and that stays so: what it is, in words."""

    words: str


Days = Annotated[float, Quantity("days", usual_most=365.0)]
WholeDays = Annotated[int, Quantity("days")]
DaysToUse = Annotated[float, Quantity("days; below 0: nobody has begun", least=-1.0)]
Amount = Annotated[float, Quantity(GOODS_UNIT)]
AmountADay = Annotated[float, Quantity(f"{GOODS_UNIT} a day", of_seat="plan")]
ReleasedADay = Annotated[float, Quantity(f"{GOODS_UNIT} a day", of_seat="use_of_served")]
Share = Annotated[float, Quantity("share, 0 to 1", most=1.0)]
PartOfOrders = Annotated[float, Quantity("part of the orders; parts are made to add to 1", usual_most=1.0)]
Weight = Annotated[float, Quantity("times what is normal", usual_most=10.0)]
Favour = Annotated[float, Quantity("times what is normal", least=PROBE, usual_most=10.0)]
Premium = Annotated[float, Quantity("share over the contract price", most=10.0, usual_most=1.0)]
PriceLevel = Annotated[float, Quantity("times the contract price")]
CoverLevel = Annotated[float, Quantity("times the normal cover")]
UseLevel = Annotated[float, Quantity("times recent use", usual_most=5.0)]
Tempo = Annotated[float, Quantity("times the mandated hours", usual_most=3.0)]
Money = Annotated[float, Quantity("millions of the world's currency")]

Good = Annotated[str, CodeOf("needs")]
Supplier = Annotated[str, CodeOf("suppliers", ("good",))]
Customer = Annotated[str, CodeOf("customers")]
StateStock = Annotated[str, CodeOf("stocks")]
ServedLine = Annotated[str, CodeOf("served", ("stock",))]
SecondSource = Annotated[str, CodeOf("second_sources")]
Country = Annotated[str, CodeOf("countries")]
Line = Annotated[str, CodeOf("lines")]
