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

from model.cascade import explain, first_stops, reasons, worst_beginning
from model.dates import in_words
from model.metrics import STOPPED_BELOW, fulfilment, stopped
from model.scenario.event import Event
from model.scenario.overrides import Override
from model.tables.world_folder import holds_tables
from runs.figures.captions import captions
from runs.files.durable import write_whole
from runs.measures.outcomes import outcomes
from runs.measures.quantities import after_shock, focus
from runs.report.outcome_tables import outcome_tables
from runs.report.story import story_sentences
from runs.report.terminal import list_stops
from runs.report.uncertainty import Uncertainty, fan_tables, worlds_sentence
from runs.simulation.record import Record

LIBRARIES = ("linestop", "mesa", "numpy", "numba")


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
        short=short_table(record),
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
    return [
        {
            "day": stop.day,
            "date": f"{in_words(stop.date, '%b %Y')}",
            "name": stop.name,
            "place": place_of(record, row),
            "wanted": stop.wanted,
            "days": int(still[:, row].sum()),
            "last": int(np.flatnonzero(still[:, row])[-1]),
            "why": explain(record, row),
        }
        for stop, row in zip(list_stops(record), rows, strict=True)
    ]


def short_table(record: Record) -> list[dict[str, Any]]:
    """Each line that never stopped and was short: since when, how much it lost, for want of what, and why."""
    after, firms = after_shock(record), record.register.tables.firms
    share = fulfilment(record.lines["output"], record.lines["usual"])[after:]
    goods = {each.good: each.name for each in record.register.tables.goods}
    never = np.flatnonzero((share >= STOPPED_BELOW).all(axis=0))
    since = {int(row): day for row in never if (day := worst_beginning(record, int(row))) >= 0}
    return [
        {
            "day": day - after,
            "date": in_words(record.start + timedelta(days=day), "%b %Y"),
            "name": firms[row].name,
            "place": place_of(record, row),
            "wanted": goods.get(reasons(record, row, day)[0].good, ""),
            "lost": f"{max(0.0, float((1.0 - share[:, row]).sum())):.0f}",
            "least": f"{100 * share[:, row].min():.0f}",
            "why": explain(record, row, day),
        }
        for row, day in sorted(since.items(), key=lambda each: (each[1], each[0]))
    ]


def place_of(record: Record, row: int) -> str:
    """The country and the tier of a line."""
    line, about = record.register.tables.firms[row], focus(record)
    return f"{about.names[line.country]}, {about.tiers.get(line.tier, 'Buyers abroad').lower()}"


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
