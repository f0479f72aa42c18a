"""Futures of a batch as it drew them: which of them are independent, and what worlds of the ensemble they draw."""

from __future__ import annotations

from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from model.tables.ensemble import ENSEMBLE
from runs.analysis.kept_outcomes import KeptOutcomes


class DrawnFutures(KeptOutcomes):
    """The table of a batch, and what its levers and uncertainties drew.

    The unit of evidence is what was drawn independently: a future, a group of futures of a sampler that draws such
    groups, or a world of the ensemble, for futures of one world are alike.
    """

    @property
    def levers(self) -> list[str]:
        """The columns of the levers."""
        return [lever.name for lever in self.design.levers]

    @property
    def uncertainties(self) -> list[str]:
        """The columns of the uncertainties."""
        return [each.name for each in self.design.uncertainties]

    @property
    def group_size(self) -> int:
        """How many futures the sampler draws together, which are not independent of each other."""
        sides = len(self.uncertainties)
        return {"saltelli": sides + 2, "morris": sides + 1}.get(self.design.sampler, 1) if sides else 1

    @property
    def unit(self) -> str:
        """What is drawn independently of each other, and errors rest on."""
        if self.group_size > 1:
            return "group of futures"
        return "world" if self.world_column else "future"

    def units_of(self, futures: pd.Series) -> NDArray[Any]:
        """The unit of each of some futures: the future itself, its group, or its world of the ensemble."""
        if self.unit == "world":
            return futures.map(self.world_of_future).to_numpy()
        return futures.to_numpy() // self.group_size

    @property
    def draws(self) -> int:
        """How many units were drawn independently of each other."""
        return len(np.unique(self.units_of(self.frame["future"])))

    @property
    def world_column(self) -> str:
        """The uncertainty that draws a world of the ensemble; empty without one."""
        return next((each.name for each in self.design.uncertainties if each.set == ENSEMBLE), "")

    @property
    def ordered_uncertainties(self) -> list[str]:
        """The uncertainties with a low and a high end; worlds of an ensemble have none."""
        return [name for name in self.uncertainties if name != self.world_column]

    @cached_property
    def world_of_future(self) -> pd.Series:
        """The number of the world that each future draws, by future."""
        return self.frame.drop_duplicates("future").set_index("future")[self.world_column]

    @property
    def numbers_of_worlds(self) -> pd.DataFrame:
        """The numbers of the world of each run, a column a number of the ensemble; none where they were not kept."""
        worlds = pd.DataFrame(self.about.get("ensemble") or [])
        if worlds.empty:
            return pd.DataFrame(index=self.frame.index)
        return worlds.iloc[self.frame[self.world_column].astype(int) - 1].set_axis(self.frame.index)
