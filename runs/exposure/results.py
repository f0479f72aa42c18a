"""The results of a study, and the files that hold them: tables as Parquet, what their columns mean, figure and page."""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from runs.exposure.study import Study
from runs.exposure.words import headline, lacks, title
from runs.files.durable import write_whole
from runs.simulation.focus import focus_of

FIRST_PLACES = 10  # of two rankings that are compared
COLUMNS = {
    "rank": ("1", "place by the loss of all others"),
    "kind": ("", "line, licence (a good to a destination) or country of supply"),
    "code": ("", "code of the line or country, or good>destination"),
    "name": ("", "what is out"),
    "loss_jpy_bn": ("billion ¤", "value added that all others do not make, from the outage to the end of the run"),
    "loss_of_customers_jpy_bn": ("billion ¤", "of it by lines that buy of what is out, directly or of one another"),
    "loss_jpy_bn_anonymous": ("billion ¤", "of it by firms without a name"),
    "first_stop_line": ("", "the other line that stops first: it makes under 5 % of what is usual"),
    "first_stop_name": ("", "its name"),
    "first_stop_day": ("day", "day of that stop, counted from the outage"),
    "lines_stopped": ("1", "other lines that stop on some day, and would not have without the outage"),
    "stop_days": ("day", "days on which others are stopped, all lines added up, less those without the outage"),
    "survive_days": (
        "day",
        "days until the first customer, direct or not, makes under 95 % of what it would have",
    ),
    "recover_days": ("day", "days from then until all of them make that again, for a week at least"),
    "second_sources": ("1", "suppliers that could serve its customers once they are qualified"),
    "saved_by_stock_pct": ("%", "of the loss, with a month more stock of it at its customers"),
    "saved_by_second_source_pct": ("%", "of the loss, with those second sources qualified before"),
    "line": ("", "a line that the outage is felt at"),
    "esri": (
        "1",
        "economic systemic risk index of Diem et al. 2022: share of all sales that is lost if it fails",
    ),
}


@dataclass(frozen=True, eq=False)
class Results:
    """What a study found: a row a candidate, ranked; a row a candidate and other line; the ESRI if it was asked for.

    world: the folder of the world, None for the base case; precautions: for how many of the largest losses they were
    tried, None for all.
    """

    study: Study
    table: pd.DataFrame
    lines: list[dict[str, Any]]
    esri: pd.DataFrame | None = None
    world: Path | None = None
    precautions: int | None = None

    def esri_words(self) -> list[str]:
        """How the ranking by ESRI compares, in a sentence; none where it was not asked for."""
        if self.esri is None:
            return []
        mine = self.table[self.table["kind"] == "line"]["code"].head(FIRST_PLACES)
        theirs = self.esri["line"].head(FIRST_PLACES)
        both, first = len(set(mine) & set(theirs)), self.esri.iloc[0]
        return [
            f"The index of Diem et al. 2022 (ESRI), which knows neither stock nor time, puts {first['name']} first: "
            f"{100.0 * first['esri']:.1f} % of all sales are lost if it fails. The {len(mine)} lines that come first "
            f"by the one and by the other have {both} in common."
        ]


def write_results(results: Results, folder: Path, top: int) -> None:
    """Write the tables, what their columns mean, the figure and the page into a folder."""
    from runs.exposure.figures import draw_exposure
    from runs.exposure.page import write_page
    from runs.figures.png import write_figure

    results.table.to_parquet(folder / "exposure.parquet", index=False)
    lines = pd.DataFrame(results.lines, columns=["kind", "code", "line", "loss_jpy_bn", "first_stop_day", "stop_days",
                                                 "survive_days", "recover_days"])  # fmt: skip
    lines.to_parquet(folder / "lines.parquet", index=False)
    if results.esri is not None:
        results.esri.to_parquet(folder / "esri.parquet", index=False)
    column_table(results).to_csv(folder / "columns.csv", index=False)
    write_figure(draw_exposure(results.table.head(top), results.study), folder / "exposure.png")
    write_whole(folder / "exposure.html", write_page(results, folder, top))


def column_table(results: Results) -> pd.DataFrame:
    """What each column of the tables means: column, unit, meaning."""
    about = focus_of(results.study.world[1])
    meanings = dict(COLUMNS)
    for code in about.governments:
        meanings[f"loss_jpy_bn_{code}"] = ("billion ¤", f"of the loss, in {about.name(code)}")
        meanings[f"loss_gdp_pct_{code}"] = ("%", f"the same of a year's GDP of {about.name(code)}")
    used = [*results.table.columns, "line", *([] if results.esri is None else ["esri"])]
    return pd.DataFrame(
        [(name, meanings[name][0].replace("¤", about.money.code), meanings[name][1]) for name in dict.fromkeys(used)],
        columns=["column", "unit", "meaning"],
    )


def plain_results(results: Results) -> dict[str, Any]:
    """All of it as plain values for JSON."""
    found = {
        "title": title(results.study),
        "begins": str(results.study.start),
        "days": results.study.days,
        "seed": results.study.seed,
        "summary": headline(results.table, results.study),
        "lacks": lacks(results.study),
        "precautions_tried_for": len(results.table) if results.precautions is None else results.precautions,
        "exposure": plain_rows(results.table),
        "lines": results.lines,
    }
    return found if results.esri is None else {**found, "esri": plain_rows(results.esri)}


def plain_rows(table: pd.DataFrame) -> list[dict[str, Any]]:
    """The rows of a table as JSON can hold them; None for what is not a number."""
    return [{str(name): plain(value) for name, value in row.items()} for row in table.to_dict("records")]


def plain(value: Any) -> Any:
    """A value as JSON can hold it."""
    return None if isinstance(value, float) and not math.isfinite(value) else value
