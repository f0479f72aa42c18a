"""The rules under which a class of flows may leave, as a shock changes them on a date."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import Field, ValidationInfo, field_validator

from model.scenario.event import RouteEvent, fits, is_sold_by
from model.scenario.event_cells import ANY, LONGEST_DAYS, FirmNames, LineOrFirmNames, Multiple, SharesByGood
from model.tables.faults import complaint
from model.tables.rows import Line, Link, Share
from model.tables.units import DAYS


class RegimeShock(RouteEvent):
    """A government changes the rules under which a class of flows may leave.

    Of rules without an end the newest word on a flow holds; one with an end is laid over them, and the strictest holds.
    """

    kind: Literal["regime"]
    """The rules under which a class of flows may leave."""
    end_use: Literal["any", "civil", "military"] = "any"
    """For whose use goods are: civil users, military ones, or both."""
    entities: FirmNames = ()
    """Only what these firms buy; left out, all firms."""
    suppliers: LineOrFirmNames = ()
    """Only what these lines or firms sell; left out, all."""
    rule: Literal["free", "general", "individual", "watch", "ban"]
    """What is asked: nothing (`free`), a licence for many deliveries (`general`), one for each (`individual`), one that
    is filed and not ruled on (`watch`), or nothing may leave (`ban`)."""
    review_days: Annotated[int | None, Field(ge=0, le=LONGEST_DAYS, validate_default=True), DAYS] = None
    """The time from an application to its ruling; of general and individual licences only."""
    grant_share: Share = 1.0
    """Of applications that are ruled on, how many are granted."""
    refuse_share: Share = 0.0
    """How many are refused; the rest is sent back to wait again."""
    recent_use: Annotated[Multiple | None, Field(validate_default=True)] = None
    """No application is granted more than so many times what its line used of late in the time that it covers."""
    over_compliance: Share = 0.0
    """The share of goods that look like those under licence and that exporters and customs hold back as well."""
    covers: Annotated[SharesByGood, Field(validate_default=False)] = ()
    """By good, the share of its flow that the rule names, where that is another part than a list of controlled goods
    names (`goods.controlled`): a list of 2025 names a part of all alloys, a customs halt stops them all."""

    def share_covered(self, good: str, listed: float) -> float:
        """The share of a good's flow that the rule names; `listed`: what a list of controlled goods names of it."""
        return dict(self.covers).get(good, listed)

    def reaches(self, link: Link, lines: Mapping[str, Line]) -> bool:
        """Whether the rule is about this link; trade inside a country crosses no border."""
        return (
            lines[link.supplier].country != lines[link.line].country
            and super().reaches(link, lines)
            and (not self.entities or lines[link.line].firm in self.entities)
            and is_sold_by(lines[link.supplier], self.suppliers)
        )

    @field_validator("review_days")
    @classmethod
    def _review_fits_rule(cls, days: int | None, info: ValidationInfo) -> int | None:
        rule = info.data.get("rule")
        if rule in ("general", "individual") and days is None:
            raise complaint(f"it is missing, but a licence of the kind '{rule}' has a review; write the days")
        if rule in ("free", "watch", "ban") and days is not None:
            raise complaint(f"found {days}, but the rule '{rule}' has no review clock; leave it out")
        return days

    @field_validator("recent_use")
    @classmethod
    def _use_fits_rule(cls, times: float | None, info: ValidationInfo) -> float | None:
        rule = info.data.get("rule")
        if times is not None and rule in ("free", "ban"):
            raise complaint(f"found {times:g}, but under the rule '{rule}' nothing is applied for; leave it out")
        return times

    @field_validator("rule")
    @classmethod
    def _end_is_felt(cls, rule: str, info: ValidationInfo) -> str:
        free = rule == "free" or (rule != "ban" and info.data.get("end_use") == "military")
        if free and info.data.get("until") is not None:
            raise complaint(
                f"found '{rule}' with an end, which changes nothing: the strictest rule holds; leave out until"
            )
        return rule

    @field_validator("covers")
    @classmethod
    def _covers_its_goods(cls, covers: tuple[tuple[str, float], ...], info: ValidationInfo) -> Any:
        goods = info.data.get("goods", (ANY,))
        strays = [good for good, _ in covers if not fits(good, goods)]
        if strays:
            raise complaint(f"found {', '.join(strays)}, which its goods do not name; name it there or leave it out")
        return covers

    @field_validator("refuse_share")
    @classmethod
    def _rulings_fit(cls, refused: float, info: ValidationInfo) -> float:
        granted = info.data.get("grant_share", 0)
        if granted + refused > 1:
            raise complaint(f"must be <= 1 - grant_share ({granted}), got {refused}; lower one of them")
        return refused
