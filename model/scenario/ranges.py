"""Ranges: what nobody could know of a scenario on its date, such as how long an office takes, with what it could be."""

from __future__ import annotations

from itertools import pairwise
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationInfo, field_validator

from model.tables.faults import complaint
from model.tables.rows import Name
from model.tables.units import Unit


class Range(BaseModel):
    """A practice that is uncertain: settings that go together, the values that they could have, and what would tell."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    name: Name
    """What is uncertain, in words."""
    unit: Name
    """In which unit."""
    settings: Annotated[tuple[Name, ...], Field(min_length=1, strict=False)]
    """Keys as on the command line, such as `shock.civil_review.review_days`, all set to one value at a time."""
    values: Annotated[tuple[float, ...], Field(min_length=2, strict=False), Unit("as `unit` says")]
    """What it could be, in rising order."""
    told_by: Name
    """What would tell which of them it is."""
    source: Name
    """Where the values come from."""

    @field_validator("settings")
    @classmethod
    def _settings_are_keys(cls, keys: tuple[str, ...], info: ValidationInfo) -> tuple[str, ...]:
        for key in keys:
            if "=" in key:
                raise complaint(f"must be keys without a value, got '{key}'; the values stand in `values`")
        return keys

    @field_validator("values")
    @classmethod
    def _values_rise(cls, values: tuple[float, ...]) -> tuple[float, ...]:
        if any(one >= other for one, other in pairwise(values)):
            found = ", ".join(f"{value:g}" for value in values)
            raise complaint(f"must rise, got {found}; sort them and keep each once")
        return values

    def set_to(self, value: float) -> tuple[str, ...]:
        """The settings with a value."""
        return tuple(f"{key}={value:.12g}" for key in self.settings)
