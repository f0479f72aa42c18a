"""The cascade: every line that matters as a row, every day as a column, its cover as a colour, lost output in black."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from textwrap import shorten

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap, PowerNorm
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from model.dates import in_words
from model.metrics import curtailed, first_day, fulfilment, stopped
from model.tables.focus_file import Phrase
from runs.figures.style import (
    A4_INCHES,
    FAINT,
    INK,
    PAPER,
    QUIET,
    Mark,
    date_ticks,
    dated_changes,
    height_inches,
    with_house_style,
    write_instead,
)
from runs.measures.quantities import after_shock, column, focus, shortest_cover
from runs.simulation.record import Array, Record

MOST_COVER_DAYS = 60.0  # cover above this has the colour of plenty
COVER_TICKS = (0, 2, 5, 10, 20, 40, 60)
COVER = LinearSegmentedColormap.from_list(
    "cover", ["#a63603", "#d9691c", "#f09a4e", "#f8c48a", "#fbe3c4", "#f3f1ec", "#e9edf1"]
)  # dark to light without a turn, so that it reads in grey and for all eyes
STOPPED, LOST = "#101418", "#3a3230"
POINTS_PER_ROW = 17  # picture points down a row: the first and last are the gap between rows
MOST_ROWS, USUAL_ROWS = 60, 44
NOTE_LETTERS = 118
ROW_INCHES, TOP_INCHES, NOTE_INCHES, BOTTOM_INCHES = 0.148, 1.62, 0.165, 0.52
LEFT, RIGHT = 0.380, 0.982
NAME_LETTERS = 42
HOW_TO_READ = "A row is a production line. Its colour says for how many days\nits scarcest input would last."
COLOUR_KEYS = (
    (STOPPED, 0.7, "stopped: makes under 5 % of what is usual"),
    (LOST, 0.28, "dark from below: the part of its output that is lost"),
)


@dataclass(frozen=True)
class Strip:
    """A row of the picture: the heading of a tier (line -1), or a line."""

    line: int
    words: str


@with_house_style
def draw_cascade(record: Record) -> Figure:
    """Draw who stopped when, and how many days of cover each line had left, from the first tier down to the last."""
    strips, dates = choose_strips(record), dated_changes(record)
    under = BOTTOM_INCHES + NOTE_INCHES * len(dates)
    height = max(4.2, TOP_INCHES + ROW_INCHES * len(strips) + under)
    figure = Figure(figsize=(A4_INCHES[0], height))
    bottom = under / height
    axes = figure.add_axes((LEFT, bottom, RIGHT - LEFT, 1 - TOP_INCHES / height - bottom))
    if strips:
        axes.imshow(cover_bitmap(record, strips), aspect="auto", interpolation="nearest",
                    extent=(-0.5, record.days - 0.5, len(strips), 0))  # fmt: skip
    else:
        axes.set_xlim(-0.5, record.days - 0.5)
        write_instead(axes, "No line here stopped, and none holds stocks of inputs.")
    write_names(axes, record, strips)
    write_days(axes, record)
    draw_rule_changes(axes, record, dates)
    draw_headline(figure, record, height)
    write_notes(figure, dates, height)
    return figure


def choose_strips(record: Record) -> list[Strip]:
    """The rows, tier by tier: lines that stopped in the order of their stops, then those with least cover."""
    output, usual, after = record.lines["output"], record.lines["usual"], after_shock(record)
    first = first_day(stopped(output, usual), after)
    slow = first_day(curtailed(output, usual), after)
    least = shortest_cover(record)[after:].min(axis=0, initial=np.inf)
    rank = np.lexsort((least, sort_key(slow), sort_key(first)))
    tier, country = column(record, "tier"), column(record, "country")
    about = focus(record)
    makes = (record.network.baseline[: len(tier)] > 0.0) & np.isin(tier, list(about.tiers))
    if about.named_tiers:  # processors without inputs come by the dozen, and what befalls them is a rule
        makes &= np.isfinite(least)
    hit = makes & ((first >= 0) | (slow >= 0))
    near = makes & np.isin(country, about.reported) & np.isfinite(least)
    chosen = [f for f in rank if hit[f]][:MOST_ROWS]
    chosen += [f for f in rank if near[f] and not hit[f]][: max(0, USUAL_ROWS - len(chosen))]
    names = shorten_names(record.names(), about.said.phrases)
    among = set(chosen)
    strips = []
    for number, title in about.tiers.items():
        rows = [Strip(int(f), names[f]) for f in rank if f in among and tier[f] == number]
        strips += [Strip(-1, title), *rows] if rows else []
    return strips


def sort_key(days: Array) -> Array:
    """First days as a sort key: lines without one come last."""
    return np.where(days >= 0, days, np.iinfo(np.int64).max)


def shorten_names(names: list[str], phrases: Sequence[Phrase]) -> list[str]:
    """Names short enough for a row: shorter phrases, then without a bracket that is not needed, then cut off."""
    for phrase in phrases:
        names = [name.replace(phrase.long, phrase.short) for name in names]
    heads = [name.split(" (")[0] for name in names]
    short = [
        head if len(name) > NAME_LETTERS and heads.count(head) == 1 else name
        for name, head in zip(names, heads, strict=True)
    ]
    return [shorten(name, NAME_LETTERS, placeholder="…", break_on_hyphens=False) for name in short]


def cover_bitmap(record: Record, strips: list[Strip]) -> Array:
    """The colours of all rows and days, as a bitmap of POINTS_PER_ROW points a row."""
    output, usual = record.lines["output"], record.lines["usual"]
    still, lost = stopped(output, usual), np.clip(1.0 - fulfilment(output, usual), 0.0, 1.0)
    cover, height = shortest_cover(record), np.arange(POINTS_PER_ROW - 1, 0, -1) - 0.5  # of points above the row's foot
    norm = cover_norm()
    image = np.ones((len(strips), POINTS_PER_ROW, record.days, 4), np.float32)
    for place, strip in enumerate(strips):
        if strip.line < 0:
            continue
        days_left = np.clip(cover[:, strip.line], 0.0, MOST_COVER_DAYS)
        image[place, 1:] = COVER(norm(days_left))
        image[place, 1:][height[:, None] < lost[:, strip.line] * len(height)] = rgba(LOST)
        image[place, 1:, still[:, strip.line]] = rgba(STOPPED)
    return image.reshape(len(strips) * POINTS_PER_ROW, record.days, 4)


def rgba(colour: str) -> Array:
    """A colour such as #101418 as red, green, blue and alpha from 0 to 1."""
    return np.array([int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)] + [1.0], np.float32)


def cover_norm() -> PowerNorm:
    """The colour scale of days of cover: it separates few days better than many."""
    return PowerNorm(0.5, 0.0, MOST_COVER_DAYS)


def write_names(axes: Axes, record: Record, strips: list[Strip]) -> None:
    """Write the names of lines and their countries beside their rows, and those of tiers as headings."""
    country = column(record, "country")
    beside, margin = axes.get_yaxis_transform(), 0.012 - LEFT / (RIGHT - LEFT)
    for place, strip in enumerate(strips):
        if strip.line < 0:
            axes.text(margin, place + 0.58, strip.words, transform=beside, size=9.5, weight="bold", va="center")
            axes.plot([margin, 1], [place + 0.04] * 2, transform=beside, color=FAINT, lw=0.8, clip_on=False)
        else:
            axes.text(-0.052, place + 0.55, strip.words, transform=beside, size=9, ha="right", va="center")
            axes.text(-0.008, place + 0.55, country[strip.line], transform=beside, size=9, ha="right", va="center",
                      color=QUIET)  # fmt: skip
    axes.set_yticks([])
    axes.set_ylabel("Production lines, from mine to market", labelpad=1e3).set_visible(False)


def write_days(axes: Axes, record: Record) -> None:
    """Write dates along the bottom and days after the shock along the top."""
    axes.tick_params(axis="x", length=3, pad=2)
    axes.grid(False)
    axes.set_xticks(*date_ticks(record, 16))
    axes.set_xlabel("Date")
    axes.xaxis.set_label_coords(-0.052, -0.04 / height_inches(axes))
    axes.xaxis.label.set(ha="right", va="top")
    axes.spines[:].set_visible(False)
    above = axes.secondary_xaxis("top")
    above.tick_params(length=3, pad=1, colors=QUIET, labelcolor=INK)
    zero = after_shock(record)
    step = 30 if record.days <= 600 else 90
    above.set_xticks(
        range(zero % step, record.days, step), [f"{day - zero}" for day in range(zero % step, record.days, step)]
    )
    above.set_xlabel("Day after the shock" if record.shock_day is not None else "Day of the run")
    above.xaxis.set_label_coords(-0.052, 1 + 0.05 / height_inches(axes))
    above.xaxis.label.set(ha="right", va="bottom")
    above.spines[:].set_visible(False)


def draw_rule_changes(axes: Axes, record: Record, dates: list[Mark]) -> None:
    """Draw each dated change of rules as an upright line with its number; the shock as a heavier one."""
    last, raised = -99.0, False
    for mark in dates:
        shock = mark.day == record.shock_day
        axes.axvline(mark.day - 0.5, color=INK, lw=1.4 if shock else 0.8, ls="-" if shock else (0, (3, 2)))
        raised = mark.day - last < record.days / 32 and not raised
        write_number(axes, mark, 21.5 + 10 * raised, shock)
        last = mark.day


def write_number(axes: Axes, mark: Mark, points: float, shock: bool) -> None:
    """Write the number of a mark in a ring above the picture; that of the shock in a full one."""
    ring = {"boxstyle": "circle,pad=0.18", "fc": INK if shock else PAPER, "ec": INK, "lw": 0.8}
    axes.annotate(
        str(mark.number), (mark.day - 0.5, 1.0), xycoords=("data", "axes fraction"), xytext=(0, points),
        textcoords="offset points", size=9, ha="center", va="center", weight="bold",
        color=PAPER if shock else INK, annotation_clip=False, bbox=ring,
    )  # fmt: skip


def write_notes(figure: Figure, dates: list[Mark], height: float) -> None:
    """Write below the picture what its numbers mean, a line each."""
    for place, mark in enumerate(dates):
        y = (NOTE_INCHES * (len(dates) - place) - 0.04) / height
        words = shorten(f"{in_words(mark.when, '%b %Y')}: {mark.words}", NOTE_LETTERS, placeholder=" …")
        figure.text(0.032, y, str(mark.number), size=9, weight="bold", ha="right", va="center")
        figure.text(0.040, y, words, size=9, va="center")


def draw_headline(figure: Figure, record: Record, height: float) -> None:
    """Title, how to read the picture, and the scale of cover."""
    title = "Linestop" if record.scenario is None else record.scenario.title
    figure.text(0.012, 1 - 0.10 / height, f"{title}: who stopped, and when", size=16, weight="bold", va="top")
    figure.text(0.012, 1 - 0.44 / height, HOW_TO_READ, size=9.5, color=QUIET, va="top", linespacing=1.25)
    scale = figure.add_axes((0.545, 1 - 0.62 / height, 0.425, 0.14 / height))
    days = np.linspace(0.0, 1.0, 256).reshape(1, -1)
    scale.imshow(COVER(days), aspect="auto", extent=(0, 1, 0, 1))
    norm = cover_norm()
    scale.set_xticks([float(norm(tick)) for tick in COVER_TICKS],
                     [*map(str, COVER_TICKS[:-1]), f"{COVER_TICKS[-1]}+"])  # fmt: skip
    scale.set_yticks([])
    scale.grid(False)
    scale.tick_params(length=2, pad=1)
    scale.spines[:].set_visible(False)
    scale.set_xlabel("Days of cover left of the scarcest input", labelpad=1)
    keys = figure.add_axes((0.012, 1 - 1.30 / height, 0.4, 0.5 / height), xlim=(0, 1), ylim=(0, 3))
    keys.set_axis_off()
    for row, (colour, tall, words) in enumerate(COLOUR_KEYS):
        keys.add_patch(Rectangle((0, 2.05 - row * 1.3), 0.08, 0.7, fc=rgba("#f8c48a"), ec="none"))
        keys.add_patch(Rectangle((0, 2.05 - row * 1.3), 0.08, tall, fc=colour, ec="none"))
        keys.text(0.11, 2.36 - row * 1.3, words, size=9, va="center")
