"""By which rules the firms of a world plan, order, make and share, in `rules.toml` beside its tables.

A world without the file goes by the rules of this model, which are the defaults below. Networks that come from a
published simulator can go by the rules of that simulator instead; they are rules of the world, the same for all its
firms, and no traits of people. With x what a firm makes a day, w what it wants to make, d what is ordered of it, all
three as output; a what it uses of an input for a unit of output, S its stock, n its days of stock, tau the days over
which it orders a gap (`smoothing_days`), each simulator orders, per input and day,

    Inoue and Todo   a x + (n a x - S) / tau         with -o 0; with 1 it aims at n a x(rest), with 2 never below a x
    BoARIO           a x + max(0, n a w - S) / tau   and slows down where S < psi n a w
    PyMacroIO        a d + max(0, n a d(rest) - S) / tau

Orders are those of yesterday evening, never below 0, and void when the day is over. Sources: Inoue, H. and Todo, Y.
(2019), Firm-level propagation of shocks through supply-chain networks, Nature Sustainability 2, 841-847, and the
options -o and -R of their simulator; Juhel, S. (2024), BoARIO: A Python package implementing the ARIO indirect
economic cost model, Journal of Open Source Software 9(99), 6547, after Hallegatte, S. (2008 and 2014), Risk Analysis;
Pichler, A. et al. (2022), Forecasting the propagation of pandemic shocks with a dynamic input-output model, Journal of
Economic Dynamics and Control 144, which PyMacroIO carries on.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from model.tables import bounds
from model.tables.documents import read_document
from model.tables.faults import Faults, sentences
from model.tables.units import DAYS, SHARE

FILE = "rules.toml"
Span = Annotated[float, Field(ge=1, le=bounds.MOST_DAYS), DAYS]
Share = Annotated[float, Field(ge=0, le=1), SHARE]


class WorldRules(BaseModel):
    """By which rules firms plan, order, make and share.

    Overtime e, as a share of capacity, follows what is lacking of what is due, e += (most_overtime - e) (d - x) / d /
    overtime_days with x of the day before, and falls by e / overtime_days on days on which no more than a billionth is
    lacking.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False, str_strip_whitespace=True)

    simulator: str = ""
    """Whose rules these are, for readers only."""
    plan_days: Span = 14.0
    """Memory of the planned draw, an exponential mean; 1 knows today only."""
    plan_follows: Literal["wanted", "made", "due"] = "wanted"
    """What planned draws follow, as output: what a line wants to make within its capacity, what it made, or all that is
    due, also beyond its capacity."""
    orders_replace: Literal["planned", "used"] = "planned"
    """An order replaces the planned draw, or what was used that day."""
    stocks_aim_at: Literal["planned", "normal"] = "planned"
    """Stocks are brought to days of the planned draw, or to days of the draw of the world at rest."""
    excess_reduces_orders: bool = True
    """Whether more stock than is aimed at makes an order smaller than what it replaces."""
    orders_live: Literal["until patience ends", "a day"] = "until patience ends"
    """What a supplier cannot fill waits until the buyer's patience ends, or is void when the day is over."""
    slows_below: Share = 0.0
    """The share of a full stock (the cover and the day that lands) below which a line slows down, in proportion; 0
    where it goes on until a day's use is not there."""
    market: Literal["with firms", "last"] = "with firms"
    """A short maker shares with the final market as with firms, or serves it last."""
    short_floors: Literal["by orders", "evenly"] = "by orders"
    """A short maker shares by what was ordered and by favour, or gives everybody an equal share of what flows to them
    at rest, up to what they ordered (water filling)."""
    most_overtime: Share = 0.0
    """The most overtime, of capacity."""
    overtime_days: Span = 365.0
    """How fast overtime follows what is lacking: a share 1 / days of the gap each day."""
    orders_split_by: Literal["shares", "capacity"] = "shares"
    """Orders go to several suppliers of an input by fixed shares, or by shares times what these can make."""


OUR_RULES = WorldRules()


def read_rules(folder: Path, faults: list[str]) -> WorldRules:
    """Read the rules of a world; those of this model without a file. What is wrong in it is added to the faults."""
    path = folder / FILE
    if not path.exists():
        return OUR_RULES
    try:
        return check_rules(read_document(path), FILE)
    except Faults as found:
        faults += found.sentences
    return OUR_RULES


def check_rules(document: Mapping[str, Any], name: str) -> WorldRules:
    """The rules that a document says; raise Faults with all that is wrong in it."""
    try:
        return WorldRules.model_validate(document)
    except ValidationError as error:
        raise Faults(sentences(error, name, "", WorldRules)) from None
