"""The report of a run: one HTML page that needs no network, for an analyst, a teacher or a minister."""

from __future__ import annotations

import base64
import shlex
from datetime import timedelta
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

import jinja2

from model.cascade import explain, first_stops
from model.events import Event
from runs.outcomes import SHOWN, TIERS, outcomes
from runs.record import Record
from runs.story import sentences

LIBRARIES = ("linestop", "mesa", "numpy", "numba")
COUNTRIES = {"JP": "Japan", "KR": "South Korea"}
READING = {
    "cascade": ("Who stopped, and when", "Read a row from left to right: the colour drains as days of cover are used up, "
                "and turns black on days on which the line stood."),
    "cover_by_tier": ("Cover by tier", "Where the lines fall first, the shock was met first; where they fall last, "
                      "stocks hid it longest."),
    "output_by_industry": ("Output by industry", "100 % is a normal day; the distance below it is what was not made."),
    "licence_funnel": ("The licence funnel", "The gap between filed and granted is what waits or was refused."),
    "orders_by_tier": ("Orders by tier", "Orders that swing more than the demand behind them are the bullwhip."),
    "value_added_lost": ("Value added lost", "The last point of each line is what the run cost in all."),
    "prices": ("Prices", "Outside China few tonnes change hands at these prices; most go at contract prices."),
}  # fmt: skip


def write_report(record: Record, folder: Path, settings: tuple[str, ...] = ()) -> Path:
    """Write report.html into a folder that holds the figures of the run; returns its path.

    settings: the KEY=VALUE edits that the run was made with, for the page says how to make it again.
    """
    path = folder / "report.html"
    path.write_text(page(record, folder, settings), encoding="utf-8")
    return path


def page(record: Record, folder: Path, settings: tuple[str, ...] = ()) -> str:
    """The page as text."""
    told = outcomes(record)
    return template().render(
        title="A run" if record.scenario is None else record.scenario.title,
        about="" if record.scenario is None else record.scenario.about,
        story=sentences(record, told),
        stops=stop_table(record),
        tables=outcome_tables(told),
        figures=figures(folder),
        shocks=[] if record.scenario is None else [shock_row(shock) for shock in record.scenario.shocks],
        overrides=[] if record.scenario is None else record.scenario.overrides,
        span=f"{record.start:%-d %B %Y} to {record.start + timedelta(days=record.days - 1):%-d %B %Y}",
        seed=record.seed,
        versions=", ".join(f"{name} {version(name)}" for name in LIBRARIES),
        command=command(record, settings),
    )


@cache
def template() -> jinja2.Template:
    """The page's form; everything put into it is escaped."""
    loader = jinja2.FileSystemLoader(Path(__file__).parent)
    return jinja2.Environment(loader=loader, autoescape=True, trim_blocks=True, lstrip_blocks=True).get_template(
        "report.html"
    )


def command(record: Record, settings: tuple[str, ...]) -> str:
    """The command that makes this run again."""
    words = ["linestop", "run", record.scenario.name if record.scenario is not None else "SCENARIO"]
    words += ["--seed", str(record.seed)]
    for setting in settings:
        words += ["--set", setting]
    return shlex.join(words)


def figures(folder: Path) -> list[dict[str, str]]:
    """The figures of the folder as data in the page, each with a title and how to read it."""
    found = []
    for name, (title, hint) in READING.items():
        path = folder / f"{name}.png"
        if path.exists():
            data = base64.b64encode(path.read_bytes()).decode("ascii")
            found.append({"name": name, "title": title, "hint": hint, "data": f"data:image/png;base64,{data}"})
    return found


def stop_table(record: Record) -> list[dict[str, Any]]:
    """Each line that stopped: when, in which tier, and why, from the stop back to the root."""
    after = record.shock_day or 0
    firms = record.register.tables.firms
    return [
        {
            "day": day - after,
            "date": f"{record.start + timedelta(days=day):%-d %b %Y}",
            "name": firms[row].name,
            "country": COUNTRIES.get(firms[row].country, firms[row].country),
            "tier": TIERS.get(firms[row].tier, "Buyers abroad"),
            "why": explain(record, row, day),
        }
        for row, day in first_stops(record)
    ]


def shock_row(shock: Event) -> dict[str, str]:
    """A dated event as people read it."""
    return {"date": f"{shock.date:%-d %B %Y}", "note": shock.note, "source": shock.source}


def outcome_tables(told: dict[str, Any]) -> list[dict[str, Any]]:
    """The key numbers, grouped: losses by country, stops by tier, service and orders, licences and sources."""
    return [
        {"title": "Losses and stops", "head": ["", *(COUNTRIES[code] for code in SHOWN)], "rows": country_rows(told)},
        {"title": "Tiers in Japan", "head": ["tier", "first stop, day", "fill rate", "bullwhip ratio"],
         "rows": tier_rows(told)},
        {"title": "Licences, sources and prices", "head": ["", "value"], "rows": other_rows(told)},
    ]  # fmt: skip


def country_rows(told: dict[str, Any]) -> list[list[str]]:
    """What each country lost."""
    wanted = {
        "first stop, day after the shock": ("first_stop_day", 0), "lines that stopped": ("lines_stopped", 0),
        "stop days, all lines": ("stop_days", 0), "curtailed days, stops included": ("curtailed_days", 0),
        "median time to survive, days": ("time_to_survive_days", 0),
        "median time to recover, days": ("time_to_recover_days", 0),
        "vehicles not built": ("vehicles_not_built", 0),
        "value added lost, billion yen": ("value_added_lost_jpy_bn", 0),
        "the same, % of a year's GDP": ("gdp_share_lost_pct", 2),
    }  # fmt: skip
    return [
        [label, *(number(told.get(f"{key}_{code}"), digits) for code in SHOWN)]
        for label, (key, digits) in wanted.items()
    ]


def tier_rows(told: dict[str, Any]) -> list[list[str]]:
    """Stops, service and order swings by tier."""
    return [
        [
            name,
            number(told.get(f"first_stop_day_tier_{tier}_JP"), 0),
            number(told.get(f"fill_rate_tier_{tier}_JP"), 2),
            number(told.get(f"bullwhip_tier_{tier}_JP"), 1),
        ]
        for tier, name in TIERS.items()
    ]


def other_rows(told: dict[str, Any]) -> list[list[str]]:
    """The licence funnel, the concentration of Japan's sources before and after, and the highest spot prices."""
    rows = [[f"applications {word}", number(told[f"applications_{word}"], 0)] for word in ("filed", "granted", "refused")]
    for key, value in told.items():
        words = key.replace("_JP", "").replace("_", " ")
        if key.startswith("source_concentration"):
            rows.append([f"{words} (1 = one supplier)", number(value, 2)])
        elif key.startswith("highest_spot_price"):
            rows.append([f"{words}, outside China", number(value, 1)])
    return rows


def number(value: Any, digits: int) -> str:
    """A number for a table; a dash where there is none."""
    return "–" if value is None else f"{value:,.{digits}f}"
