"""The files of a validation: tables, figures, and the page that shows them."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from html import escape
from pathlib import Path
from typing import Any

import numpy as np

from model.tables.calibrated import read_tuned
from model.tables.ensemble import read_ensemble
from model.tables.free_numbers import read_free_numbers
from model.tables.table_files import DATA
from runs.batch.fates import settings_in_world
from runs.figures.fan import fan_figure
from runs.figures.png import write_figure
from runs.measures.history import MAGNETS, OXIDE, OXIDE_WORDS
from runs.measures.spread import FAN_COLUMNS, Fan
from runs.measures.trade import over_month, trade
from runs.processes.progress import show_progress
from runs.simulation.focus import base_home, country_name
from runs.simulation.stage import play, stage
from runs.validation import cost_of_a_stop, cost_surface, screening
from runs.validation.cost_of_a_stop import Array
from runs.validation.fact_results import (
    EPISODE_TITLES,
    RESULT_COLUMNS,
    TUNED_EPISODE,
    FactResult,
    count_passes,
    episodes,
    how_measured,
    result_row,
    write_results_tables,
)
from runs.validation.fans import count_fan_runs, find_fans
from runs.validation.figures import (
    cost_figure,
    facts_figure,
    history_figure,
    map_figure,
    screening_figure,
    told_figure,
)
from runs.validation.identifiability import (
    TOLD_COLUMNS,
    Identifiability,
    count_flagship_runs,
    identify,
    sentences_of,
    told_row,
)
from runs.validation.screening import Screening
from runs.validation.series import FILE as SERIES
from runs.validation.series import read_series
from runs.validation.surface_figure import surface_figure

TABLE_BEGINS = '<div class="wide" tabindex="0" role="group" aria-label="A table"><table>'
HISTORY_SEEDS = 5  # runs of the base case where there is no ensemble
MONTHS = tuple(str(month) for month in np.arange("2025-01", "2026-01", dtype="datetime64[M]"))
FIRST_QUARTER, MONTH_TO_JAPAN, OXIDE_A_MONTH = 5089.0, 195.0, 34_627.0  # t, t, kg: E15, A33, C14
STYLE = """body{font:16px/1.5 system-ui,sans-serif;color:#1f2328;
max-width:64rem;margin:2rem auto;padding:0 1rem}
table{border-collapse:collapse;font-size:.85rem;width:100%}th,td{text-align:left;padding:.25rem .5rem;
border-bottom:1px solid #d5dae0;vertical-align:top}td:nth-child(3),td:nth-child(5){text-align:right}
.miss{color:#b34a00;font-weight:600}.pass{color:#0072b2}.prediction,.imposed{color:#59636e}img{max-width:100%}
.wide{overflow-x:auto}"""


@dataclass
class Validation:
    """All that a validation computes: results of facts, what these tell, costs of stops and cuts, maps, screening."""

    results: Sequence[FactResult]
    curves: dict[str, list[float]] = field(default_factory=dict)
    surfaces: dict[str, Array] = field(default_factory=dict)
    vehicles: Array | None = None
    screening: Screening | None = None
    told: Identifiability | None = None
    fans: Sequence[Fan] = ()
    series: Path | None = None  # of the user's, instead of that of the base case

    def find_fans(self, width: int | None, quiet: bool = False) -> None:
        """Compute what the episodes come to for each value of what nobody knew."""
        done: list[None] = []
        with show_progress("runs of the fans", lambda: len(done), count_fan_runs(), quiet):
            self.fans = find_fans(width, lambda: done.append(None))

    def tell_numbers(self, width: int | None, quiet: bool = False) -> None:
        """Compute what the facts tell of the free numbers, if there is an ensemble."""
        worlds, numbers = read_ensemble(), read_free_numbers(DATA, read_tuned(DATA))
        if worlds:
            done: list[None] = []
            with show_progress("runs of what fits", lambda: len(done), count_flagship_runs(numbers, worlds), quiet):
                self.told = identify(numbers, worlds, width, lambda: done.append(None))

    def compute_maps(self, width: int | None, quiet: bool = False) -> None:
        """Compute the cost of a stop by its length, of a cut by depth and length, and the stoppage map."""
        cost = cost_of_a_stop
        done: list[None] = []
        total = len(cost.CURVES) * len(cost.CURVE_MONTHS) + len(cost.MAP_COVERS) * len(cost.MAP_LENGTHS)
        total += cost_surface.count_cuts()
        with show_progress("runs of the maps", lambda: len(done), total, quiet):
            self.curves = cost.cost_curves(width=width, tick=lambda: done.append(None))
            self.vehicles = cost.stoppage_map(width=width, tick=lambda: done.append(None))
            self.surfaces = cost_surface.cost_surfaces(width=width, tick=lambda: done.append(None))

    def screen(self, width: int | None, quiet: bool = False) -> None:
        """Compute which assumptions matter most."""
        done: list[None] = []
        with show_progress("runs of the screening", lambda: len(done), screening.count_screening_runs(), quiet):
            self.screening = screening.screen(width=width, tick=lambda: done.append(None))


def write_validation(validation: Validation, folder: Path) -> None:
    """Write tables, figures and the page into a folder that exists."""
    write_results_tables(validation.results, folder)
    exports = model_and_reported_exports(validation.series)
    figures = {"facts": facts_figure(validation.results), "history": history_figure(*exports, MONTHS)}
    if validation.curves:
        figures["cost-of-the-stop"] = cost_figure(validation.curves, cost_of_a_stop.CURVE_MONTHS)
        write_csv_table(folder / "cost-of-the-stop.csv", ["months", *validation.curves],
                    zip(cost_of_a_stop.CURVE_MONTHS, *validation.curves.values(), strict=True))  # fmt: skip
    if validation.vehicles is not None:
        figures["stoppage-map"] = map_figure(validation.vehicles, cost_of_a_stop.MAP_COVERS, cost_of_a_stop.MAP_LENGTHS)
        lines = zip(cost_of_a_stop.MAP_COVERS, validation.vehicles, strict=True)
        head = ["cover_days", *map(str, cost_of_a_stop.MAP_LENGTHS)]
        write_csv_table(folder / "stoppage-map.csv", head, ([cover, *line] for cover, line in lines))
    if validation.surfaces:
        figures["cost-surface"] = surface_figure(validation.surfaces, cost_surface.read_estimates())
        write_csv_table(
            folder / "cost-surface.csv",
            ["answer", "depth_pct", "months", "gdp_share_lost_pct", "gdp_share_lost_with_suppliers_pct"],
            cost_surface.surface_rows(validation.surfaces),
        )
    if validation.screening is not None:
        figures["screening"] = draw_screening(validation.screening)
        write_csv_table(
            folder / "screening.csv",
            ["assumption", "thousand_vehicles", "percent_of_gdp"],
            validation.screening.table(),
        )
    if validation.fans:
        figures["fan"] = fan_figure(validation.fans)
        rows = [(fan.range.name, *row) for fan in validation.fans for row in fan.rows()]
        write_csv_table(folder / "fan.csv", ["range", *FAN_COLUMNS], rows)
    if validation.told is not None:
        figures["what-the-facts-tell"] = told_figure(validation.told)
        rows = [(each.key, *told_row(each)) for each in validation.told.numbers]
        write_csv_table(folder / "what-the-facts-tell.csv", ["key", *TOLD_COLUMNS], rows)
    for name, figure in figures.items():
        write_figure(figure, folder / f"{name}.png")
    (folder / "validation.html").write_text(validation_page(validation, list(figures)), encoding="utf-8")


def draw_screening(screening: Screening) -> Any:
    """The screening as a figure."""
    remark = f"A stop of half a year; thousands of vehicles not built. Morris screening, {screening.runs} runs."
    return screening_figure(screening.names, screening.vehicles, screening.vehicles_spread, remark)


def write_csv_table(path: Path, head: Sequence[str], rows: Any) -> None:
    """Write a table as CSV."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(head)
        writer.writerows(rows)


def model_and_reported_exports(file: Path | None = None) -> tuple[dict[str, Array], dict[str, dict[str, float]]]:
    """Exports by month in the model (panel -> runs x months) and as reported, in normal months.

    file: a series table instead of that of the base case. The first run is that of the base case, the others are worlds
    of the ensemble, or seeds where there is none.
    """
    flows = {
        "Magnets to the world": (MAGNETS, "*"),
        f"Magnets to {country_name(base_home())}": (MAGNETS, base_home()),
        f"{OXIDE_WORDS} oxide to the world": ((OXIDE,), "*"),
    }
    model: dict[str, list[list[float]]] = {name: [] for name in flows}
    worlds = [settings_in_world(TUNED_EPISODE, world) for world in read_ensemble()] or [()] * HISTORY_SEEDS
    for seed, settings in enumerate([(), *worlds]):
        chain = stage(TUNED_EPISODE, max(1, seed), settings)
        record = play(chain)
        chain.release()
        for name, (goods, to) in flows.items():
            series = trade(record, goods, to)
            model[name].append([over_month(record, series, month) for month in MONTHS])
    return {name: np.array(values) for name, values in model.items()}, read_reported_exports(list(flows), file)


def read_reported_exports(panels: Sequence[str], file: Path | None = None) -> dict[str, dict[str, float]]:
    """Read the monthly series of customs, in normal months; months without a number are left out."""
    series: dict[str, dict[str, float]] = {name: {} for name in panels}
    for line in read_series(file or SERIES):
        sums = (
            (line.get("cn_magnet_exports_total_t", ""), FIRST_QUARTER),
            (line.get("to_japan_t", ""), MONTH_TO_JAPAN),
            (add_texts(line.get("dy_exports_kg", ""), line.get("tb_exports_kg", "")), OXIDE_A_MONTH),
        )
        for name, (text, normal) in zip(panels, sums, strict=True):
            if text and text.replace(".", "").isdigit():
                series[name][line["month"]] = float(text) / normal
    return series


def add_texts(*texts: str) -> str:
    """The sum of numbers written as text; empty if one is missing."""
    return str(sum(float(text) for text in texts)) if all(text.replace(".", "").isdigit() for text in texts) else ""


def validation_page(validation: Validation, figures: Sequence[str]) -> str:
    """The page: figures, then a table an episode, and what the facts tell of the free numbers."""
    results = validation.results
    words = f"{escape(count_passes(results))}. A missed fact stays a miss."
    made = f"Made by <code>linestop validate</code>, {how_measured(results)}."
    parts = [f"<h1>The model against history</h1><p>{words} {made}</p>"]
    parts += [f'<p><img src="{name}.png" alt="{name.replace("-", " ")}"></p>' for name in figures]
    parts += facts_tables(results, EPISODE_TITLES)
    parts += [part for fan in validation.fans for part in fan_parts(fan)]
    parts += told_parts(validation.told)
    head = f'<meta charset="utf-8"><title>Validation</title><style>{STYLE}</style>'
    return f'<!doctype html><html lang="en">{head}{"".join(parts)}</html>\n'


def facts_tables(results: Sequence[FactResult], titles: Mapping[str, str]) -> list[str]:
    """The tables of facts, one an episode under its title, as pieces of the page."""
    parts = []
    for episode in episodes(result.fact for result in results):
        parts.append(f"<h2>{escape(titles[episode])}</h2>{TABLE_BEGINS}<tr>")
        parts.append("".join(f"<th>{escape(each)}</th>" for each in RESULT_COLUMNS) + "</tr>")
        parts += [html_row(result) for result in results if result.fact.episode == episode]
        parts.append("</table></div>")
    return parts


def fan_parts(fan: Fan) -> list[str]:
    """The table of a fan, and what would tell its values apart, as pieces of the page."""
    parts = [f"<h2>What hangs on the {escape(fan.range.name)}</h2>", *table_parts(FAN_COLUMNS, fan.rows())]
    return [*parts, f"<p>What would tell: {escape(fan.range.told_by)}</p>"]


def table_parts(head: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    """A table of text as pieces of the page."""
    parts = [f"{TABLE_BEGINS}<tr>" + "".join(f"<th>{escape(each)}</th>" for each in head) + "</tr>"]
    parts += ["<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in rows]
    return [*parts, "</table></div>"]


def told_parts(told: Identifiability | None) -> list[str]:
    """The table of what the facts tell of the free numbers, as pieces of the page."""
    if told is None:
        return []
    parts = ["<h2>What the facts tell of the free numbers, and what they leave open</h2>"]
    parts += [f"<p>{escape(sentence)}</p>" for sentence in sentences_of(told)]
    return [*parts, *table_parts(TOLD_COLUMNS, map(told_row, told.numbers))]


def html_row(result: FactResult) -> str:
    """A result as a row of the page."""
    cells = [f"<td>{escape(cell)}</td>" for cell in result_row(result)[:-1]]
    return f'<tr>{"".join(cells)}<td class="{result.words()}">{result.words()}</td></tr>'
