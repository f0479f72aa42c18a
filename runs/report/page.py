"""The report of a run: one HTML page that needs no network, for an analyst, a teacher or a minister."""

from __future__ import annotations

import base64
import shlex
from collections.abc import Mapping
from datetime import timedelta
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import jinja2
import numpy as np

from model.cascade import explain, first_stops
from model.dates import in_words
from model.metrics import curtailed, first_day, stopped
from model.scenario.event import Event
from model.scenario.overrides import Override
from model.tables.world_folder import holds_tables
from runs.figures.captions import captions
from runs.files.durable import write_whole
from runs.measures.handover import lanes
from runs.measures.outcomes import outcomes
from runs.measures.quantities import (
    JPY_MN_PER_BN,
    LEAST_SHOWN_BN,
    after_shock,
    column,
    controlled_goods,
    focus,
    unit_under_control,
)
from runs.report.story import story_sentences
from runs.report.terminal import list_stops
from runs.report.uncertainty import Uncertainty, fan_tables, worlds_sentence
from runs.simulation.focus import Focus
from runs.simulation.record import Record

MOST_LAYER_ROWS = 20  # of a wide economy in the report: those that lost most
LIBRARIES = ("linestop", "mesa", "numpy", "numba")
TABLE_NOTES = {
    "Losses and stops": "Days of all lines added up; a line is curtailed on days on which it makes under half of what "
    "is usual, stops included. Below 0: more than in the world at rest.",
    "How the stop was handed on": "Days from the shock, by the median of the lines that lost a week's output: when a "
    "week's worth of deliveries was missing, and when a week's worth of output; between them lies what stock added.",
    "Tiers": "Fill rate: shipped over ordered. Bullwhip ratio: variance of orders placed over variance of "
    "demand met; a dash where that demand did not change.",
    "The wide economy": "Anonymous firms, which follow fixed rules. A line is stopped on days on which it makes under "
    "5 % of what is usual.",
    "Controlled goods": "Sources: how concentrated {home}'s purchases are on few suppliers (Herfindahl index, 1 is a "
    "single one). Price: spot{outside}, as a multiple of base.",
}


def write_report(
    record: Record,
    folder: Path,
    settings: tuple[str, ...] = (),
    world: str | Path | None = None,
    uncertainty: Uncertainty | None = None,
    course: tuple[str, ...] = (),
) -> Path:
    """Write report.html into a folder that holds the figures of the run; returns its path.

    settings: the KEY=VALUE edits that the run was made with, and world: the folder of its world, for the page says how
    to make it again; uncertainty: how far other runs of the story are from this one; course: words of the command line
    that say on which day the run was begun or ended.
    """
    path = folder / "report.html"
    write_whole(path, render_report(record, folder, settings, world, uncertainty, course))
    return path


def render_report(
    record: Record,
    folder: Path,
    settings: tuple[str, ...] = (),
    world: str | Path | None = None,
    uncertainty: Uncertainty | None = None,
    course: tuple[str, ...] = (),
) -> str:
    """Render the page as text."""
    result, around = outcomes(record), uncertainty or Uncertainty()
    return template().render(
        title="A run" if record.scenario is None else record.scenario.title,
        about="" if record.scenario is None else record.scenario.about,
        story=story_sentences(record, result),
        stops=stop_table(record),
        slowed=never_stopped(record),
        fans=fan_tables(around.fans),
        fan_figure=embed_figures(folder, {"fan": ("What hangs on what nobody knew", "")}).get("fan"),
        worlds=worlds_sentence(around.worlds),
        tables=outcome_tables(record, result),
        figures=embed_figures(folder, captions(record)),
        shocks=[] if record.scenario is None else [shock_row(shock) for shock in record.scenario.shocks],
        overrides=[] if record.scenario is None else [override_row(each) for each in record.scenario.overrides],
        added=added_rows(record),
        settings=settings,
        span=f"{in_words(record.start)} to {in_words(record.start + timedelta(days=record.days - 1))}",
        seed=record.seed,
        versions=", ".join(f"{name} {version_of(name)}" for name in LIBRARIES),
        command=command(record, (*course, *settings_words(settings)), world),
        parameters="" if world is None or not holds_tables(Path(world)) else parameters_command(world),
    )


@cache
def template() -> jinja2.Template:
    """The page's form; everything put into it is escaped."""
    loader = jinja2.FileSystemLoader(Path(__file__).parent)
    return jinja2.Environment(loader=loader, autoescape=True, trim_blocks=True, lstrip_blocks=True).get_template(
        "report.html"
    )


def version_of(library: str) -> str:
    """The version of a library that is at work, as far as it is known."""
    try:
        return version(library)
    except PackageNotFoundError:
        return "(not installed)"


def command(record: Record, words: tuple[str, ...], world: str | Path | None = None) -> str:
    """The command that makes this run again, of which some words are known."""
    name = record.scenario.name if record.scenario is not None else "SCENARIO"
    words = ("linestop", "run", name, "--seed", str(record.seed), *words)
    if world is None and record.register.anonymous is not None:
        world = record.register.anonymous.folder
    if world is not None:
        words = (*words, "--world", Path(world).resolve().name)
    return shlex.join(words)


def parameters_command(world: str | Path) -> str:
    """The command that shows where the numbers of a world of its own tables come from."""
    return shlex.join(["linestop", "parameters", "--world", Path(world).resolve().name])


def settings_words(settings: tuple[str, ...]) -> list[str]:
    """Settings as words of a command line."""
    return [word for setting in settings for word in ("--set", setting)]


def embed_figures(folder: Path, hints: Mapping[str, tuple[str, str]]) -> dict[str, dict[str, str]]:
    """The figures of the folder as data in the page, each with a title and how to read it."""
    found = {}
    for name, (title, hint) in hints.items():
        path = folder / f"{name}.png"
        if path.exists():
            data = base64.b64encode(path.read_bytes()).decode("ascii")
            found[name] = {"title": title, "hint": hint, "data": f"data:image/png;base64,{data}"}
    return found


def stop_table(record: Record) -> list[dict[str, Any]]:
    """Each line that stopped: when, for how long, for want of what, and why, from the stop back to the root."""
    after = after_shock(record)
    still = stopped(record.lines["output"], record.lines["usual"])[after:]
    rows = [row for row, _ in first_stops(record)]
    names, titles = focus(record).names, focus(record).tiers
    return [
        {
            "day": stop.day,
            "date": f"{in_words(stop.date, '%b %Y')}",
            "name": stop.name,
            "place": f"{names[stop.country]}, {titles.get(stop.tier, 'Buyers abroad').lower()}",
            "wanted": stop.wanted,
            "days": int(still[:, row].sum()),
            "last": int(np.flatnonzero(still[:, row])[-1]),
            "why": explain(record, row),
        }
        for stop, row in zip(list_stops(record), rows, strict=True)
    ]


def never_stopped(record: Record) -> list[str]:
    """The names of lines that were curtailed after the shock but never stopped."""
    output, usual, after = record.lines["output"], record.lines["usual"], after_shock(record)
    slow, still = (first_day(flags(output, usual), after) >= 0 for flags in (curtailed, stopped))
    return [str(name) for name in column(record, "name")[slow & ~still]]


def override_row(override: Override) -> dict[str, str]:
    """A changed number of the base case as people read it."""
    where = ", ".join(
        f"{name} {' or '.join(map(str, cell)) if isinstance(cell, list) else cell}"
        for name, cell in override.where.items()
    )
    new = f"taken from {override.from_column}"
    if override.value is not None:
        new = f"{override.value:g}"
    elif override.times is not None:
        new = f"{override.times:g} times as much"
    return {"what": f"{override.table}.{override.column}", "where": where or "all rows", "new": new,
            "because": override.because}  # fmt: skip


def added_rows(record: Record) -> list[dict[str, str]]:
    """What the scenario adds to the tables: names where rows have one, else how many."""
    found: dict[str, tuple[str, ...]] = {} if record.scenario is None else dict(record.scenario.added)
    rows = []
    for table, keys in found.items():
        here = [row for row in getattr(record.register.tables, table) if row.key in keys]
        names = [row.name for row in here if hasattr(row, "name")]
        rows.append({"what": table, "names": ", ".join(names) or str(len(keys))})
    return rows


def shock_row(shock: Event) -> dict[str, str]:
    """A dated event as people read it."""
    return {"date": f"{in_words(shock.date)}", "note": shock.note, "source": shock.source}


def outcome_tables(record: Record, result: dict[str, Any]) -> list[dict[str, Any]]:
    """The key numbers, grouped: losses by country, stops and orders by tier, licences, controlled goods."""
    about = focus(record)
    home, outside = about.name(about.home), f" outside {' and '.join(about.inside)}" if about.inside else ""
    tables = [
        ("Losses and stops", ["after the shock", *map(about.name, about.reported)], loss_rows(result, about)),
        (
            "How the stop was handed on",
            ["tier (lines hit)", "first stop", "deliveries", "output", "added"],
            handover_rows(record),
        ),
        (f"Tiers in {home}", ["tier", "first stop, day", "fill rate", "bullwhip ratio"], tier_rows(result, about)),
        (
            "The wide economy",
            [
                "layer",
                "lines",
                "stopped on some day",
                "most at once",
                f"value added lost, bn {focus(record).money.code}",
            ],
            layer_rows(record),
        ),
        ("Licences", ["after the shock", "all exporters"], licence_table(record, result)),
        ("Controlled goods", ["good", "sources before", "sources after", "highest price"], good_rows(record, result)),
    ]
    notes = {f"Tiers in {home}" if name == "Tiers" else name: words for name, words in TABLE_NOTES.items()}
    return [
        {"title": title, "head": head, "rows": rows,
         "note": notes.get(title, "").replace("{home}", home).replace("{outside}", outside)}
        for title, head, rows in tables
        if rows
    ]  # fmt: skip


def loss_rows(result: dict[str, Any], about: Focus) -> list[list[str]]:
    """What each reported country lost; in millions where whole billions would show nothing."""
    losses = ("value_added_lost_jpy_bn", "suppliers_value_added_lost_jpy_bn")
    most = max(abs(result.get(f"{key}_{code}") or 0.0) for key in losses for code in about.reported)
    is_small = LEAST_SHOWN_BN <= most < 1.0
    times, money = (JPY_MN_PER_BN, "million") if is_small else (1.0, "billion")
    result = {key: value * times if value and key.startswith(losses) else value for key, value in result.items()}
    money = f"{money} {about.money.name}"
    wanted = {
        "first stop, day after the shock": ("first_stop_day", 0), "lines that stopped": ("lines_stopped", 0),
        "stop days, all lines": ("stop_days", 0), "curtailed days, stops included": ("curtailed_days", 0),
        "median time to survive, days": ("time_to_survive_days", 0),
        "median time to recover, days": ("time_to_recover_days", 0),
        "vehicles not built": ("vehicles_not_built", 0),
        f"value added lost by the lines themselves, {money}": ("value_added_lost_jpy_bn", 0),
        "the same, % of a year's GDP": ("gdp_share_lost_pct", 2),
        f"value added lost by their suppliers beyond the tables, {money}": ("suppliers_value_added_lost_jpy_bn", 0),
        "both, % of a year's GDP": ("gdp_share_lost_with_suppliers_pct", 2),
    }  # fmt: skip
    return [
        [label, *(number_cell(result.get(f"{key}_{code}"), digits) for code in about.reported)]
        for label, (key, digits) in wanted.items()
        if any(f"{key}_{code}" in result for code in about.reported)
    ]


def handover_rows(record: Record) -> list[list[str]]:
    """A row a tier at home: its lines that lost a week's output, its first stop, and what its stock added in days."""
    zero, found = after_shock(record), lanes(record)
    if not any(len(lane.hit) for lane in found):
        return []
    return [
        [
            f"{lane.title} ({len(lane.hit)} of {len(lane.rows)})",
            *(
                number_cell(None if day is None else day - zero, 0)
                for day in (lane.first_stop[1] if lane.first_stop else None, lane.short, lane.lost)
            ),
            number_cell(lane.added, 0),
        ]
        for lane in found
    ]


def tier_rows(result: dict[str, Any], about: Focus) -> list[list[str]]:
    """Stops, service and order swings by tier."""
    return [
        [
            name,
            number_cell(result.get(f"first_stop_day_tier_{tier}_{about.home}"), 0),
            number_cell(result.get(f"fill_rate_tier_{tier}_{about.home}"), 2),
            number_cell(result.get(f"bullwhip_tier_{tier}_{about.home}"), 1),
        ]
        for tier, name in about.tiers.items()
    ]


def layer_rows(record: Record) -> list[list[str]]:
    """The layers of anonymous firms: how many, how many were stopped, and the value added that they lost; or no row."""
    anonymous, after = record.anonymous, after_shock(record)
    if anonymous is None:
        return []
    lost = (anonymous.added_at_rest - anonymous.added[after:]).sum(axis=0) / JPY_MN_PER_BN
    most = anonymous.stopped_lines[after:].max(axis=0, initial=0.0)
    rows = sorted(range(len(anonymous.layers)), key=lambda row: -lost[row])[:MOST_LAYER_ROWS]
    return [
        [anonymous.layers[row], number_cell(anonymous.lines[row], 0), number_cell(anonymous.ever_stopped[row], 0),
         number_cell(most[row], 0), number_cell(lost[row], 1)]
        for row in sorted(rows)
    ]  # fmt: skip


def licence_table(record: Record, result: dict[str, Any]) -> list[list[str]]:
    """The licence funnel."""
    unit = unit_under_control(record)
    unit = "tonnes" if unit == "t" else unit
    rows = [
        [f"applications {word}", number_cell(result[f"applications_{word}"], 0)]
        for word in ("filed", "granted", "refused")
    ]
    return [
        *rows,
        [f"most pending at once, {unit}", number_cell(result["most_waiting_for_licence_t"], 0)],
        [f"pending at the end, {unit}", number_cell(result["waiting_for_licence_at_end_t"], 0)],
    ]


def good_rows(record: Record, result: dict[str, Any]) -> list[list[str]]:
    """The concentration of the sources at home of each controlled good before and after, and its highest spot price."""
    goods, home = [record.register.tables.goods[good] for good in controlled_goods(record)], focus(record).home
    return [
        [
            good.name,
            number_cell(result[f"source_concentration_{good.good}_{home}_before"], 2),
            number_cell(result[f"source_concentration_{good.good}_{home}_after"], 2),
            number_cell(result[f"highest_spot_price_multiple_{good.good}"], 1),
        ]
        for good in goods
    ]


def number_cell(value: Any, digits: int) -> str:
    """A number for a table, without a negative zero; a dash where there is none."""
    return "–" if value is None else f"{round(value, digits) + 0.0:,.{digits}f}"
