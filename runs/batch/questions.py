"""Questions of a design: what a policy should keep to, and what the first lines of a page answer."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, ValidationInfo, field_validator

from model.tables.faults import complaint
from model.tables.rows import Name
from model.tables.units import Unit
from runs.batch.inputs import DesignPart, Texts

OF_OUTCOME = Unit("that of the outcome")
MAY_NEVER_COME = ("first_stop_day", "median_loss_day")  # how outcomes begin that are a day; none is given for never


class Target(DesignPart):
    """A target: a bound of an outcome, such as a loss of at most 0.3 % of GDP, or that a day never comes."""

    name: Name
    """What the target is called."""
    outcome: Name
    """Of which outcome it is a bound."""
    at_most: Annotated[float | None, OF_OUTCOME] = None
    """The most that it may be; exactly one of the three bounds is written."""
    at_least: Annotated[float | None, OF_OUTCOME] = None
    """The least that it may be; a day that never comes keeps to it, whatever the number."""
    never: Annotated[bool, Field(validate_default=True)] = False
    """Whether the day must never come; of outcomes that are a day."""

    @field_validator("never")
    @classmethod
    def _check_bound(cls, never: bool, info: ValidationInfo) -> bool:
        given = [name for name in ("at_most", "at_least") if info.data.get(name) is not None] + ["never"] * never
        if len(given) != 1:
            raise complaint(f"found {' and '.join(given) or 'none'} of at_most, at_least and never; write exactly one")
        if never and not str(info.data.get("outcome", MAY_NEVER_COME[0])).startswith(MAY_NEVER_COME):
            raise complaint(f"found never for '{info.data['outcome']}', which is no day; write at_most or at_least")
        return never

    @property
    def is_day(self) -> bool:
        """Whether the outcome is a day that may never come."""
        return self.outcome.startswith(MAY_NEVER_COME)


class Answer(DesignPart):
    """A part of the answer to the question of a design, told first on its page."""

    kind: Literal["lever", "price", "policies", "uncertainty", "early stops"] = "lever"
    """What is told: what each choice of a lever changes, which lever buys a day of production most cheaply, which
    policy is least to be regretted, which uncertainty matters most, or when stops come early."""
    lever: Name | None = None
    """The lever that is told of, all others as they are."""
    outcomes: Annotated[Texts, Field(validate_default=True)] = ()
    """What it changes is told of these outcomes."""

    @field_validator("outcomes")
    @classmethod
    def _check_what_is_told(cls, outcomes: tuple[str, ...], info: ValidationInfo) -> tuple[str, ...]:
        of_lever = info.data.get("kind") == "lever"
        if of_lever != bool(outcomes) or of_lever != (info.data.get("lever") is not None):
            raise complaint("found a lever without outcomes, or these for another kind; write both, or the kind alone")
        return outcomes
