"""The results of a batch for pandas and xarray: a row a run, or arrays along scenario, policy, future and seed."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from model.tables.faults import Faults
from runs.batch.part_files import EXPERIMENTS, table_names
from runs.batch.results import read_manifest, read_results
from runs.extras import require_extra
from runs.measures.definitions import definition_of
from runs.simulation.focus import base_case

if TYPE_CHECKING:
    import xarray

DIMENSIONS = ("scenario", "policy", "future", "seed")


def results(place: str | Path) -> Results:
    """Read the folder of a batch, finished or not; raise Faults where it holds none or a part is damaged."""
    return Results(Path(place))


@dataclass(frozen=True, eq=False)
class Results:
    """The results of a batch, by the folder in which they are."""

    place: Path

    @property
    def about(self) -> dict[str, Any]:
        """The manifest of the batch: design, versions, names of levers, uncertainties and outcomes; raise Faults."""
        manifest = read_manifest(self.place)
        if manifest is None or "fingerprint" not in manifest:
            raise Faults([f"{self.place}: it holds no results of a batch; 'linestop batch' makes them"])
        return manifest

    def to_pandas(self, table: str = EXPERIMENTS) -> pd.DataFrame:
        """A table as a frame: experiments, a row a run; firms and days, where the design keeps them."""
        return read_results(self.place, table)

    def units(self) -> dict[str, str]:
        """The unit of each outcome; of money in the currency of the world."""
        about = self.about
        money = str(about.get("money") or base_case().money.code)
        found = {name: definition_of(name) for name in about["outcomes"]}
        return {name: outcome.unit.replace("¤", money) for name, outcome in found.items() if outcome is not None}

    def to_xarray(self) -> xarray.Dataset:
        """The outcomes along scenario, policy, future and seed; those of days and lines along day or line as well.

        A policy has a number, and its choices are coordinates along it; the values of uncertainties are coordinates
        along future. Units are attributes. Runs that failed are nan. Takes the extra 'research'.
        """
        require_extra("research", "to_xarray")
        import xarray

        about, frame = self.about, self.to_pandas()
        levers, uncertainties = about["levers"], about["uncertainties"]
        policies = frame[levers].drop_duplicates().reset_index(drop=True) if levers else pd.DataFrame(index=[0])
        frame = frame.assign(policy=numbers_of_policies(frame, policies, levers))
        index = frame.set_index(list(DIMENSIONS))
        found = xarray.Dataset.from_dataframe(index[[*about["outcomes"], "experiment", "error"]])
        found = found.assign_coords({name: ("policy", policies[name].to_numpy()) for name in levers})
        known = frame.drop_duplicates("future").set_index("future").sort_index()
        found = found.assign_coords({name: ("future", known[name].to_numpy()) for name in uncertainties})
        for table, along in (("days", "day"), ("firms", "line")):
            if table in table_names(about):
                found = found.merge(self.rows_along(table, along, frame))
        for name, unit in self.units().items():
            found[name].attrs["units"] = unit
        found.attrs = {"title": about["title"], "fingerprint": about["fingerprint"],
                       "linestop": about["versions"].get("linestop", "")}  # fmt: skip
        return found

    def rows_along(self, table: str, along: str, frame: pd.DataFrame) -> xarray.Dataset:
        """A table with several rows a run as arrays with one dimension more; its names begin with that of the row."""
        import xarray

        rows = self.to_pandas(table).merge(frame[["experiment", *DIMENSIONS]], on="experiment")
        rows = rows.drop(columns="experiment").set_index([*DIMENSIONS, along])
        return xarray.Dataset.from_dataframe(rows.rename(columns={name: f"{along}_{name}" for name in rows.columns}))


def numbers_of_policies(frame: pd.DataFrame, policies: pd.DataFrame, levers: list[str]) -> pd.Series:
    """The number of the policy of each run: policies in the order in which they were run first."""
    if not levers:
        return pd.Series(0, frame.index)
    numbered = frame[levers].merge(policies.assign(policy=range(len(policies))), on=levers, how="left")
    return pd.Series(numbered["policy"].to_numpy(), frame.index)
