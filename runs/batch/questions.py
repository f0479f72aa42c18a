"""Questions of a design: what a policy should keep to, and what the first lines of a page answer."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, ValidationInfo, field_validator

from model.tables.faults import complaint
from model.tables.tables import Name
from runs.batch.inputs import DesignPart, Texts

MAY_NEVER_COME = ("first_stop_day", "median_stop_day")  # how outcomes begin that are a day; none is given for never


class Target(DesignPart):
    """A target: a bound of an outcome, such as a loss of at most 0.3 % of GDP, or that a day never comes.

    A day that never comes keeps to `at_least`, whatever the number.
    """

    name: Name
    outcome: Name
    at_most: float | None = None
    at_least: float | None = None
    never: Annotated[bool, Field(validate_default=True)] = False

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
    """A part of the answer to the question of a design, told first on its page.

    `lever` tells what each choice of a lever changes of the `outcomes`, all others as they are; `price` which lever
    buys a day of production most cheaply; `policies` which policy is least to be regretted and keeps to the targets;
    `uncertainty` which of them matters most; `early stops` when stops come early.
    """

    kind: Literal["lever", "price", "policies", "uncertainty", "early stops"] = "lever"
    lever: Name | None = None
    outcomes: Annotated[Texts, Field(validate_default=True)] = ()

    @field_validator("outcomes")
    @classmethod
    def _check_what_is_told(cls, outcomes: tuple[str, ...], info: ValidationInfo) -> tuple[str, ...]:
        of_lever = info.data.get("kind") == "lever"
        if of_lever != bool(outcomes) or of_lever != (info.data.get("lever") is not None):
            raise complaint("found a lever without outcomes, or these for another kind; write both, or the kind alone")
        return outcomes
