"""What the outcomes of a batch are called: those of the home country, and of the industry in focus."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pandas as pd

from runs.batch.design import Design
from runs.measures.cost_of_resilience import PRECAUTION
from runs.measures.first_line import FIRST_LINE
from runs.measures.outcomes import STORY_STOP as STORY_STOP_OF
from runs.simulation.focus import base_case, base_home, country_name

STOP_OF, COST_OF, CARS_OF = "first_stop_day", "value_added_lost_jpy_bn", "vehicles_not_built"  # of a country
STOP, COST, CARS = (f"{name}_{base_home()}" for name in (STOP_OF, COST_OF, CARS_OF))  # in the base case
STORY_STOP = f"{STORY_STOP_OF}_{base_home()}"
TOTAL_COST = f"{PRECAUTION}_{base_home()}"
MONEY = "¤"  # stands for the code of the currency in texts and heads of this room, until they are told
CAR_LOSS_OF = "median_loss_day_vehicles"
CAR_LOSS = f"{CAR_LOSS_OF}_{base_home()}"


@dataclass(frozen=True, eq=False)
class KeptOutcomes:
    """The table of a batch, and what its outcomes are called in the world that it is of.

    frame, failed: the finished and the failed experiments, a row each; complete: whether all experiments are there;
    about: the manifest.
    """

    design: Design
    frame: pd.DataFrame
    failed: pd.DataFrame
    complete: bool
    about: dict[str, Any]

    @property
    def home(self) -> str:
        """The home country of the world; that of the base case where the manifest does not say."""
        return str(self.about.get("home") or base_home())

    @property
    def money(self) -> str:
        """The code of the currency of the world; that of the base case where the batch does not say."""
        return str(self.about.get("money") or base_case().money.code)

    def in_money(self, text: str) -> str:
        """A text in which the currency of the world stands in its place."""
        return text.replace(MONEY, self.money)

    @property
    def home_name(self) -> str:
        """What the home country is called."""
        return str(self.about.get("home_name") or self.name(self.home))

    def name(self, country: str) -> str:
        """What the world calls a country; what the base case calls it where the batch does not say."""
        said = self.about.get("country_names")
        return country_name(country) if said is None else str(said.get(country, country))

    @property
    def story(self) -> str:
        """The industry in focus; that of the base case where the manifest does not say, empty without one."""
        named = base_case().story
        return str(self.about.get("story", named.industry if named else None) or "")

    @property
    def is_of_story(self) -> bool:
        """Whether the first stop of the industry in focus was kept, so that stops are told of its lines."""
        return bool(self.story) and self.has(f"{STORY_STOP_OF}_{self.home}")

    @property
    def stop(self) -> str:
        """The outcome of the first stop that is told: at home, of the industry in focus where that was kept."""
        return f"{STORY_STOP_OF if self.is_of_story else STOP_OF}_{self.home}"

    @property
    def stopping(self) -> str:
        """Whose first stop `stop` is, in words."""
        return f"a line in {self.home_name}" + f" that makes {self.story}" * self.is_of_story

    @property
    def any_stop(self) -> str:
        """The outcome of the first stop of any line at home."""
        return f"{STOP_OF}_{self.home}"

    @property
    def first_line(self) -> str:
        """The outcome that names the line at home which stops first."""
        return f"{FIRST_LINE}_{self.home}"

    @property
    def car_loss(self) -> str:
        """The outcome of the day by which half of the lines that build vehicles at home have lost a week's output."""
        return f"{CAR_LOSS_OF}_{self.home}"

    @property
    def cost(self) -> str:
        """The outcome of the value added that home loses."""
        return f"{COST_OF}_{self.home}"

    @property
    def cars(self) -> str:
        """The outcome of the vehicles that home does not build."""
        return f"{CARS_OF}_{self.home}"

    @property
    def precaution(self) -> str:
        """The outcome of what precaution costs at home."""
        return f"{PRECAUTION}_{self.home}"

    def has(self, outcome: str) -> bool:
        """Whether an outcome was kept."""
        return outcome in self.frame.columns
