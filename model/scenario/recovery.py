"""What ends, ends gradually: the curve along which a shock wears off from its end on."""

from datetime import timedelta
from typing import Annotated, ClassVar, Literal

from pydantic import Field, ValidationInfo, field_validator

from model.scenario.event import Event
from model.scenario.event_cells import LONGEST_DAYS, CalendarDay
from model.tables.faults import complaint
from model.tables.units import DAYS

Curve = Literal["step", "linear", "s-shaped"]


def share_back(curve: str, share_of_time: float) -> float:
    """The share of what was lost that is back after a share of the days that it takes, both from 0 to 1.

    Linear: as much each day; s-shaped: slow, fast, slow, as 3 x^2 - 2 x^3.

    >>> [share_back("linear", x) for x in (0.25, 0.5, 1.0)], [share_back("s-shaped", x) for x in (0.25, 0.5, 1.0)]
    ([0.25, 0.5, 1.0], [0.15625, 0.5, 1.0])
    """
    return share_of_time * share_of_time * (3.0 - 2.0 * share_of_time) if curve == "s-shaped" else share_of_time


class RecoveringEvent(Event):
    """An event whose number may come back to normal over some days instead of in one.

    It holds in full until the day before `until`. With `recovery` "linear" or "s-shaped" a share of it is back on the
    i-th day from `until` on, `share_back(curve, i / recovery_days)`, so that the last of these days is normal.
    """

    comes_back_to: ClassVar[tuple[str, float]]  # the number that wears off, and what it is then
    recovery: Curve = "step"
    """How it wears off from `until` on: in a step, linearly, or slow, fast, slow."""
    recovery_days: Annotated[int | None, Field(ge=1, le=LONGEST_DAYS, validate_default=True), DAYS] = None
    """Over how many days it wears off; the last of them is normal."""

    @field_validator("recovery")
    @classmethod
    def _needs_an_end(cls, curve: str, info: ValidationInfo) -> str:
        if curve != "step" and info.data.get("until", "faulty") is None:
            raise complaint(f"found '{curve}', but without an end nothing comes back; write until")
        return curve

    @field_validator("recovery_days")
    @classmethod
    def _fit_the_curve(cls, days: int | None, info: ValidationInfo) -> int | None:
        curve = info.data.get("recovery")
        if days is None and curve in ("linear", "s-shaped"):
            raise complaint(f"it is missing, but '{curve}' takes days; write how many")
        if days is not None and curve == "step":
            raise complaint(f'found {days}, but a step takes no days; write recovery = "linear" or "s-shaped"')
        return days

    @property
    def end(self) -> CalendarDay | None:
        """The first day on which all is back."""
        eases = self.eases
        return None if eases is None else eases + timedelta(days=(self.recovery_days or 1) - 1)

    @property
    def eases(self) -> CalendarDay | None:
        """The first day on which it no longer holds in full."""
        return self.date_of_end

    def number_on(self, day: CalendarDay) -> float:
        """Its number on a day on which it holds or wears off."""
        name, normal = self.comes_back_to
        value, eases = float(getattr(self, name)), self.eases
        if eases is None or day < eases:
            return value
        back = share_back(self.recovery, min(1.0, ((day - eases).days + 1) / (self.recovery_days or 1)))
        return value + (normal - value) * back


def whole_days(number: float) -> int:
    """Days that are not whole as whole ones, halves up."""
    return int(number + 0.5)
