"""Inputs of a design: levers, of which somebody chooses one value, and uncertainties, which nobody knows."""

from __future__ import annotations

from datetime import date
from math import log
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationInfo, field_validator

from model.scenario.shock_settings import whole
from model.tables.faults import complaint, shown, unknown
from model.tables.rows import Name
from model.tables.units import Unit
from runs.batch.bounds import MOST_CHOICES
from runs.simulation.named_levers import WORDS
from runs.simulation.settings import takes_text


def _check_column_name(name: str) -> str:
    if not (name.isprintable() and name.strip() == name):
        raise complaint(f"found {shown(name)}; letters that can be printed, without blanks at the ends, were expected")
    return name


ColumnName = Annotated[Name, AfterValidator(_check_column_name)]
OF_SETTING = Unit("that of the setting")
Texts = Annotated[tuple[str, ...], Field(strict=False)]


class DesignPart(BaseModel):
    """A part of a design; nothing in it changes after reading."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, allow_inf_nan=False)


class Lever(DesignPart):
    """A lever: what somebody chooses, as values of a setting or as options with a name and settings each."""

    name: ColumnName
    """What the lever is called: a column of the results."""
    set: Name | None = None
    """A setting without its value, such as `needs.cover_days[role=magnet_maker]` (with a `*` at its end the values are
    multiples), or a lever whose choices are words."""
    values: Annotated[tuple[float | str, ...], Field(strict=False), OF_SETTING] = ()
    """The values among which somebody chooses."""
    options: Annotated[dict[Name, Texts], Field(validate_default=True)] = {}
    """Choices that take several settings: a name each, with a list of settings."""

    @field_validator("values", mode="before")
    @classmethod
    def _take_dates_and_booleans(cls, values: Any, info: ValidationInfo) -> Any:
        """Take dates, true and false as text, where the setting may have them."""
        if not (isinstance(values, list | tuple) and takes_text(str(info.data.get("set")))):
            return values
        return [str(each).lower() if isinstance(each, bool | date) else each for each in values]

    @field_validator("values")
    @classmethod
    def _check_values(cls, values: tuple[float | str, ...], info: ValidationInfo) -> tuple[float | str, ...]:
        if takes_text(str(info.data.get("set"))):
            return values
        words = WORDS.get(str(info.data.get("set")))
        unknown_values = [value for value in values if (value not in words if words else isinstance(value, str))]
        if unknown_values and words:
            raise complaint(unknown(str(unknown_values[0]), f"choice of '{info.data['set']}'", words))
        if unknown_values:
            found = f"found {shown(unknown_values[0])}; a number was expected"
            raise complaint(f"{found}, for only {', '.join(WORDS)} take words")
        return values

    @field_validator("options")
    @classmethod
    def _check_form(cls, options: dict[str, Any], info: ValidationInfo) -> dict[str, Any]:
        values = info.data.get("values", "faulty")
        if bool(info.data.get("set", "faulty")) != bool(values) or bool(values) == bool(options):
            raise complaint("found no choice, or two kinds; write set and values, or options")
        if max(len(values), len(options)) > MOST_CHOICES:
            raise complaint(
                f"the number of choices must be <= {MOST_CHOICES:,}, got {max(len(values), len(options)):,}; take fewer"
            )
        if len(set(values)) < len(values):
            raise complaint(f"found a value twice in {list(values)}; keep one")
        return options

    @property
    def is_numeric(self) -> bool:
        """Whether all choices are numbers."""
        return bool(self.values) and all(not isinstance(value, str) for value in self.values)

    def cell(self, choice: Any) -> Any:
        """A choice as a cell of its column: a number where all choices are numbers, else text."""
        if self.is_numeric:
            return float(choice)
        return f"{choice:g}" if isinstance(choice, float) else str(choice)

    def choices(self) -> tuple[tuple[Any, tuple[str, ...]], ...]:
        """The choices: each with its value in the table of results, and the settings that make it."""
        if self.set is None:
            return tuple(self.options.items())
        if self.set in WORDS:
            return tuple((value, WORDS[self.set][str(value)]) for value in self.values)
        return tuple((value, (f"{self.set}={whole(value)}",)) for value in self.values)


class Uncertainty(DesignPart):
    """An uncertainty: a number that nobody knows, or a multiple of one, between low and high."""

    name: ColumnName
    """What the uncertainty is called: a column of the results."""
    set: Name
    """A setting without its value; with a `*` at its end the number is a multiple."""
    low: Annotated[float | None, OF_SETTING] = None
    """The least that it may be; without low and high the range is that of the sources of the base case."""
    high: Annotated[float | None, OF_SETTING] = None
    """The most that it may be."""
    distribution: Annotated[Literal["uniform", "log-uniform", "triangular", "whole"], Field(validate_default=True)] = (
        "uniform"
    )
    """How likely the values between are; `whole` draws whole numbers."""

    @field_validator("distribution")
    @classmethod
    def _check_range(cls, kind: str, info: ValidationInfo) -> str:
        low, high = info.data.get("low"), info.data.get("high")
        if (low is None) != (high is None):
            raise complaint("found one end of a range; write low and high, or neither")
        if low is not None and high is not None and low >= high:
            raise complaint(f"low must be below high, got low {low:g} and high {high:g}")
        if kind == "log-uniform" and low is not None and low <= 0:
            raise complaint(f"low of a log-uniform range must be > 0, got {low:g}")
        return kind

    def value(self, quantile: float) -> float:
        """The number below which a share `quantile` of all futures lies."""
        low, high = float(self.low or 0.0), float(self.high or 0.0)
        if self.distribution == "log-uniform":
            return float(low * (high / low) ** quantile) if log(high / low) else low
        if self.distribution == "triangular":
            half = (0.5 * quantile) ** 0.5 if quantile < 0.5 else 1.0 - (0.5 * (1.0 - quantile)) ** 0.5
            return float(low + half * (high - low))
        if self.distribution == "whole":
            return float(min(int(high), int(low + quantile * (high - low + 1))))
        return low + quantile * (high - low)

    def setting(self, quantile: float) -> str:
        """The setting at a quantile."""
        return f"{self.set}={whole(self.value(quantile))!r}"
