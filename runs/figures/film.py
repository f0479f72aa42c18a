"""The stop on its way through the tiers as a moving picture: a dot a line, its cover as a colour, its stop in black."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from PIL import Image

from model.cascade import worst_link
from model.dates import in_words
from model.metrics import STOPPED_BELOW, curtailed, first_day, fulfilment, stopped
from runs.figures.cascade import COVER, COVER_TICKS, MOST_COVER_DAYS, STOPPED, cover_norm, sort_key
from runs.figures.style import FAINT, INK, QUIET, STYLE, house_style
from runs.files.durable import write_whole
from runs.measures.quantities import after_shock, column, focus, shortest_cover
from runs.simulation.record import Array, Record

WIDTH_INCHES, HEIGHT_INCHES, DOTS_PER_INCH = 8.0, 4.6, 100
BEFORE_DAYS, AFTER_DAYS, FRAME_DAYS = 12, 276, 6  # of the story that is shown; from picture to picture
FIRST_MS, FRAME_MS, LAST_MS = 1500, 180, 3500
QUALITY, METHOD = 40, 2  # of WebP, from 0 to 100 and from 0 to 6: larger files, or a slower writer
IN_A_ROW = 4  # dots of a tier
LEFT, RIGHT, TOP, BOTTOM = 0.02, 0.98, 0.735, 0.13
DOT_POINTS = 9.5
RING_POINTS, RING_STEPS = 2.2, 40  # width of a ring, and points of a full one
HELD_BACK = "#8a2d04"  # of the way on which a line lacks most
HOW_TO_READ = (
    "A dot is a production line; black: it is stopped; its ring: lost output.\n"
    "A thread leads from a line below half to whom it lacks most from."
)


class Layout(NamedTuple):
    """The lines that are drawn, with the place of each, and the middle of each tier with its title."""

    rows: Array
    places: Array
    tiers: list[tuple[float, str]]


def days_shown(record: Record) -> range:
    """The days of which there is a picture: from shortly before the shock on."""
    zero = after_shock(record)
    return range(max(0, zero - BEFORE_DAYS), min(record.days, zero + AFTER_DAYS), FRAME_DAYS)


def write_film(frames: list[Image.Image], file: Path) -> Path:
    """Write pictures as a WebP that plays them again and again; the file is whole or absent."""
    paper, times = BytesIO(), [FRAME_MS] * len(frames)
    times[0], times[-1] = FIRST_MS, LAST_MS
    frames[0].save(
        paper, "webp", save_all=True, append_images=frames[1:], duration=times, loop=0, quality=QUALITY, method=METHOD,
        minimize_size=True,
    )  # fmt: skip
    return write_whole(file, paper.getvalue())


def draw_frames(record: Record) -> Iterator[Image.Image]:
    """The pictures of the story, one for each of the days that are shown."""
    layout, zero = lay_out(record), after_shock(record)
    names, place_of = record.names(), dict(zip(map(int, layout.rows), layout.places, strict=True))
    output, usual = record.lines["output"], record.lines["usual"]
    colours, short, still = colours_by_day(record), curtailed(output, usual), stopped(output, usual)
    lost = np.clip(1.0 - fulfilment(output, usual), 0.0, 1.0)
    first = sort_key(first_day(still, zero))
    with house_style(STYLE):
        sheet = Sheet(record, layout)
        for day in days_shown(record):
            below = [row for row in place_of if short[day, row]]
            counts = int(still[day, layout.rows].sum()), int((short & ~still)[day, layout.rows].sum())
            yield sheet.draw(
                colours[day, layout.rows],
                lost[day, layout.rows],
                find_threads(record, below, place_of, day),
                f"{in_words(record.start + timedelta(days=day))}   {name_day(record, day)}",
                f"{counts[0]} stopped, {counts[1]} below half",
                name_newest(record, names, first, layout.rows, day),
            )


class Sheet:
    """A sheet on which picture after picture is drawn: what stays is drawn once."""

    def __init__(self, record: Record, layout: Layout) -> None:
        figure = Figure(figsize=(WIDTH_INCHES, HEIGHT_INCHES), dpi=DOTS_PER_INCH)
        self._canvas: Any = FigureCanvasAgg(figure)
        axes = figure.add_axes((0.0, 0.0, 1.0, 1.0), xlim=(0, 1), ylim=(0, 1))
        axes.set_axis_off()
        draw_heading(figure, record, layout)
        self._threads = LineCollection([], colors=HELD_BACK, linewidths=1.1, alpha=0.55, zorder=1)
        axes.add_collection(self._threads)
        self._places = layout.places
        self._rings = LineCollection([], colors=STOPPED, linewidths=RING_POINTS, zorder=3)
        axes.add_collection(self._rings)
        self._dots: Any = axes.scatter(
            layout.places[:, 0], layout.places[:, 1], s=DOT_POINTS**2, ec=QUIET, lw=0.5, zorder=2
        )
        self._date = figure.text(LEFT, 0.075, "", size=13, weight="bold")
        self._count = figure.text(RIGHT, 0.075, "", size=13, weight="bold", ha="right")
        self._newest = figure.text(LEFT, 0.025, "", size=10, color=QUIET)

    def draw(
        self, colours: Array, lost: Array, threads: list[Array], date: str, count: str, newest: str
    ) -> Image.Image:
        """The picture of a day."""
        self._dots.set_facecolor(colours)
        self._rings.set_segments(
            [
                ring(float(across), float(up), float(share))
                for (across, up), share in zip(self._places, lost, strict=True)
            ]
        )
        self._threads.set_segments(threads)
        for words, said in ((self._date, date), (self._count, count), (self._newest, newest)):
            words.set_text(said)
        self._canvas.draw()
        return Image.fromarray(np.asarray(self._canvas.buffer_rgba())[:, :, :3])


def ring(across: float, up: float, share: float) -> Array:
    """A part of a ring around a dot, from its top clockwise, N x 2; nothing where less than a twentieth is lost."""
    angle = np.linspace(0.0, 2 * np.pi * share, round(RING_STEPS * share) + 1 if share >= STOPPED_BELOW else 0)
    radius = (DOT_POINTS + RING_POINTS) / 2 / 72  # inches
    return np.column_stack(
        (across + np.sin(angle) * radius / WIDTH_INCHES, up + np.cos(angle) * radius / HEIGHT_INCHES)
    )


def lay_out(record: Record) -> Layout:
    """Place lines by tier, those that stop first at the top; lines of no tier are left out."""
    output, usual, after = record.lines["output"], record.lines["usual"], after_shock(record)
    first = sort_key(first_day(stopped(output, usual), after))
    slow = sort_key(first_day(curtailed(output, usual), after))
    least = shortest_cover(record)[after:].min(axis=0, initial=np.inf)
    tier, about = column(record, "tier"), focus(record)
    rank = [int(row) for row in np.lexsort((least, slow, first)) if record.network.baseline[row] > 0.0]
    by_tier = [(title, [row for row in rank if tier[row] == number]) for number, title in about.tiers.items()]
    by_tier = [(title, rows) for title, rows in by_tier if rows]
    width = (RIGHT - LEFT) / max(1, len(by_tier))
    deepest = max((-(-len(rows) // IN_A_ROW) for _, rows in by_tier), default=1)
    step = 0.62 * width / IN_A_ROW, (TOP - BOTTOM) / max(10, deepest)
    places, tiers = [], []
    for number, (title, rows) in enumerate(by_tier):
        middle = LEFT + width * (number + 0.5)
        tiers.append((middle, title))
        for place in range(len(rows)):
            across = place % IN_A_ROW - (IN_A_ROW - 1) / 2
            places.append((middle + across * step[0], TOP - (place // IN_A_ROW + 0.5) * step[1]))
    return Layout(np.array([row for _, rows in by_tier for row in rows], int), np.array(places).reshape(-1, 2), tiers)


def colours_by_day(record: Record) -> Array:
    """The colour of each line on each day, days x F x 4: its cover, or that of a stop."""
    cover = np.clip(shortest_cover(record), 0.0, MOST_COVER_DAYS)
    colours = np.asarray(COVER(cover_norm()(cover)), np.float32)
    colours[stopped(record.lines["output"], record.lines["usual"])] = np.array(
        [int(STOPPED[i : i + 2], 16) / 255 for i in (1, 3, 5)] + [1.0]
    )
    return colours


def name_newest(record: Record, names: list[str], first: Array, rows: Array, day: int) -> str:
    """The line whose first stop is the newest on a day; empty before there is one."""
    before = [int(row) for row in rows if first[row] <= day]
    if not before:
        return ""
    last = max(before, key=lambda row: int(first[row]))
    return f"Newest first stop, {name_day(record, int(first[last]))}: {names[last]}"


def find_threads(record: Record, rows: list[int], place_of: dict[int, Array], day: int) -> list[Array]:
    """From each of some lines to the supplier from whom most of its scarcest input is missing, where both are drawn."""
    threads = []
    for row in rows:
        need = int(record.lines["binding"][day, row])
        link = worst_link(record, need, day)[0] if need >= 0 else -1
        supplier = int(record.network.supplier[link])
        if link >= 0 and supplier in place_of:
            threads.append(np.array([place_of[row], place_of[supplier]]))
    return threads


def draw_heading(figure: Figure, record: Record, layout: Layout) -> None:
    """Title, how to read the picture, the scale of cover, and the names of the tiers."""
    title = "Linestop" if record.scenario is None else record.scenario.title
    figure.text(LEFT, 0.985, f"{title}, line by line", size=16, weight="bold", va="top")
    figure.text(LEFT, 0.905, HOW_TO_READ, size=9, color=QUIET, va="top", linespacing=1.3)
    scale = figure.add_axes((0.66, 0.845, 0.32, 0.035))  # below the title, which may be long
    scale.set_title("Days that its scarcest input would last", size=9, weight="normal", color=QUIET, pad=3)
    scale.imshow(COVER(np.linspace(0.0, 1.0, 256).reshape(1, -1)), aspect="auto", extent=(0, 1, 0, 1))
    norm = cover_norm()
    scale.set_xticks([float(norm(tick)) for tick in COVER_TICKS], [*map(str, COVER_TICKS[:-1]), f"{COVER_TICKS[-1]}+"])
    scale.set_yticks([])
    scale.tick_params(length=2, pad=1, labelsize=8)
    scale.spines[:].set_visible(False)
    for middle, words in layout.tiers:
        figure.text(middle, TOP + 0.025, words, size=9.5, weight="bold", ha="center", color=INK)
    figure.add_artist(Line2D([LEFT, RIGHT], [TOP + 0.01] * 2, color=FAINT, lw=0.8))


def name_day(record: Record, day: int) -> str:
    """A day by its distance from the shock, or from the first day of a run without one."""
    if record.shock_day is None:
        return f"day {day} of the run"
    days = day - record.shock_day
    return "the shock" if not days else f"day {days} after the shock" if days > 0 else f"{-days} days before the shock"
