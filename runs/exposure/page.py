"""The page of a study: what carries the risk in three sentences, the figure, the table, and how to read them."""

from __future__ import annotations

import base64
import math
import shlex
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import jinja2
import pandas as pd

from runs.exposure.candidates import KINDS
from runs.exposure.results import Results
from runs.exposure.study import AFTER_DAYS
from runs.exposure.words import NO_NUMBER, day_cell, decimals, headline, lacks, saved_cell, title, tried
from runs.simulation.focus import Focus, focus_of
from runs.simulation.money_units import MoneyUnit, choose_unit

FORM = "exposure.html"
MOST_ESRI_ROWS = 15


def write_page(results: Results, folder: Path, top: int) -> str:
    """The page as text, with the figure of the folder in it."""
    study, table = results.study, results.table
    about = focus_of(study.world[1])
    unit = choose_unit(table["loss_jpy_bn"])
    rows = [page_row(row, about, unit) for _, row in table.iterrows()]
    picture = base64.b64encode((folder / "exposure.png").read_bytes()).decode()
    return template().render(
        title=title(study),
        about=tried(study, results.precautions),
        story=[*headline(table, study), *results.esri_words()],
        lacks=lacks(study),
        figure=f"data:image/png;base64,{picture}",
        heads=heads(about, unit),
        first=rows[:top],
        rest=rows[top:],
        esri=[] if results.esri is None else results.esri.head(MOST_ESRI_ROWS).to_dict("records"),
        days=study.days,
        after=AFTER_DAYS,
        command=command(results),
        version=own_version(),
    )


@cache
def template() -> jinja2.Template:
    """The page's form; everything put into it is escaped."""
    loader = jinja2.FileSystemLoader(Path(__file__).parent)
    return jinja2.Environment(loader=loader, autoescape=True, trim_blocks=True, lstrip_blocks=True).get_template(FORM)


def heads(about: Focus, unit: MoneyUnit) -> list[str]:
    """The headings of the table; unit: of the losses."""
    countries = [f"in {about.name(code)}, % of GDP" for code in about.governments]
    loss = f"Loss of others, {unit.short} {about.money.code}"
    return ["Rank", "Out", loss, *countries, "First other stop", "Survive, days", "Recover, days",
            "A month's stock saves", "Second sources save"]  # fmt: skip


def page_row(row: Any, about: Focus, unit: MoneyUnit) -> list[str]:
    """A row of the table as words; unit: of the losses."""
    shares = [row[f"loss_gdp_pct_{code}"] for code in about.governments]
    day = "none" if pd.isna(row["first_stop_name"]) else f"{row['first_stop_name']}, day {row['first_stop_day']:.0f}"
    return [
        str(row["rank"]), row["name"], decimals(row["loss_jpy_bn"] / unit.billions, 2),
        *(NO_NUMBER if share is None or not math.isfinite(share) else decimals(share, 4) for share in shares),
        day, day_cell(row, "survive_days"), day_cell(row, "recover_days"), saved_cell(row["saved_by_stock_pct"]),
        saved_cell(row["saved_by_second_source_pct"]),
    ]  # fmt: skip


def command(results: Results) -> str:
    """The command that makes this page again."""
    study = results.study
    words = ["linestop", "exposure", "--scenario", study.world[0].name, "--days", str(study.days)]
    words += ["--seed", str(study.seed), *([] if results.world is None else ["--world", str(results.world)])]
    words += ["--only", *study.kinds] if study.kinds != KINDS else []
    words += ["--precautions", "all"] if results.precautions is None and study.world[1].anonymous is not None else []
    return shlex.join([*words, *([] if results.esri is None else ["--esri"])])


def own_version() -> str:
    """The version of Linestop that is at work, as far as it is known."""
    try:
        return version("linestop")
    except PackageNotFoundError:
        return "(not installed)"
