"""Figures of the validation: facts hit and missed, history, the cost of a stop, the stoppage map, the screening."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from itertools import pairwise
from textwrap import fill

import matplotlib.patheffects as halo
import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap, PowerNorm
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import FixedLocator

from runs.figures.style import DASHES, FAINT, INK, OKABE_ITO, QUIET, new_sheet, with_house_style
from runs.measures.spread import band_of
from runs.simulation.focus import base_exporters, base_home, country_name
from runs.validation.cost_of_a_stop import NRI_PER_MONTH, Array
from runs.validation.fact_results import EPISODE_TITLES, FactResult, count_passes, episodes, short_number
from runs.validation.identifiability import Identifiability

HIT, MISSED = OKABE_ITO[0], OKABE_ITO[1]
FURTHEST = 4.0  # tolerances: what is further off is drawn at the edge
HEAT = LinearSegmentedColormap.from_list("stopped", ["#f7f7f2", "#fbe3a1", "#f0a04b", "#c8502d", "#6f1d1b"])
LETTERS_A_FACT = 66
LETTERS_A_NUMBER = 52
LETTERS_A_LINE = 100


@with_house_style
def facts_figure(results: Sequence[FactResult], titles: Mapping[str, str] = EPISODE_TITLES) -> Figure:
    """Draw by how many tolerances the model is off, fact by fact, with the band of 90 %."""
    held = [result for result in results if result.words() in ("pass", "miss")]
    groups = episodes(result.fact for result in held)
    lines = len(held) + len(groups)
    remark = fill(f"{count_passes(held)}. Open circles: facts that no search saw.", LETTERS_A_LINE)
    above = 0.7 + 0.17 * remark.count("\n")  # inches for title and remark
    tall = 0.8 + above + 0.215 * lines
    figure = new_sheet(tall, "The model against what was observed", remark)
    axes = figure.add_axes((0.56, 0.75 / tall, 0.42, 1 - (0.75 + above) / tall))
    axes.axvspan(-1, 1, color="#e3eff7", lw=0)
    axes.axvline(0, color=QUIET, lw=0.9)
    height = 0
    for episode in groups:
        axes.text(-1.28, height, titles[episode], transform=axes.get_yaxis_transform(), size=9.5,
                  weight="bold", va="center")  # fmt: skip
        height += 1
        for result in (each for each in held if each.fact.episode == episode):
            draw_fact(axes, result, height)
            height += 1
    axes.set_ylim(height - 0.5, -0.6)
    axes.set_xlim(-FURTHEST - 0.35, FURTHEST + 0.35)
    axes.set_yticks([])
    axes.xaxis.set_major_locator(FixedLocator([-4, -3, -2, -1, 0, 1, 2, 3, 4]))
    axes.spines["left"].set_visible(False)
    axes.grid(axis="y", visible=False)
    axes.set_xlabel("Model less observation, in tolerances (shaded: within)")
    return figure


def draw_fact(axes: Axes, result: FactResult, height: int) -> None:
    """Draw one fact: its text, the band and the median, at the edge where they are further off."""
    fact = result.fact
    colour = HIT if result.passes else MISSED
    words = fact.what if len(fact.what) <= LETTERS_A_FACT else fact.what[: LETTERS_A_FACT - 1].rsplit(" ", 1)[0] + " …"
    axes.text(
        -1.28,
        height,
        f"{fact.fact:>2}",
        transform=axes.get_yaxis_transform(),
        size=8,
        va="center",
        color=QUIET,
    )
    axes.text(-1.21, height, words, transform=axes.get_yaxis_transform(), size=8, va="center")
    if result.median is None or result.low is None or result.high is None:
        note = "as observed: never" if result.passes else "does not happen in the model"
        axes.text(0.06, height, note, size=7.5, va="center", color=colour, style="italic")
        return
    low, middle, high = (tolerances_off(result, value) for value in (result.low, result.median, result.high))
    axes.plot([low, high], [height, height], color=colour, lw=2.2, alpha=0.45, solid_capstyle="butt")
    marker = "<" if middle <= -FURTHEST else ">" if middle >= FURTHEST else "o"
    face = colour if fact.tuned_on == "yes" else "white"
    axes.plot([middle], [height], marker=marker, ms=5.5, color=colour, mfc=face, mew=1.3, clip_on=False)


def tolerances_off(result: FactResult, value: float) -> float:
    """By how many tolerances a value differs from the fact, cut at the edge of the figure."""
    fact = result.fact
    if fact.low is None or fact.high is None or (fact.holds(value) and fact.target is None):
        return 0.0
    centre = (
        fact.target if fact.target is not None and fact.low < fact.target < fact.high else (fact.low + fact.high) / 2
    )
    reach = max(fact.high - centre if value > centre else centre - fact.low, 1e-9)
    if fact.low == fact.high or reach > 1e4:
        return 0.0 if fact.holds(value) else FURTHEST * (1 if value > fact.high else -1)
    return float(np.clip((value - centre) / reach, -FURTHEST, FURTHEST))


@with_house_style
def history_figure(
    model: Mapping[str, Array], observed: Mapping[str, Mapping[str, float]], months: Sequence[str]
) -> Figure:
    """Draw exports month by month, observed and in the model: panel -> runs x months, in normal months.

    The line is the first run, that of the base case; the band is that of all others.
    """
    remark = "1 is a normal month before the control of 4 April 2025. Shaded: 90 % of other worlds and luck."
    figure = new_sheet(2.05 * len(model) + 0.9, f"Exports from {base_exporters()}, month by month", remark)
    panels = np.atleast_1d(figure.subplots(len(model), 1, sharex=True))
    places = np.arange(len(months))
    for axes, (name, values) in zip(panels, model.items(), strict=True):
        middle, (low, high) = values[0], np.quantile(values[1:], (0.05, 0.95), axis=0)
        axes.fill_between(places, low, high, color=OKABE_ITO[0], alpha=0.2, lw=0)
        axes.plot(places, middle, color=OKABE_ITO[0], label="model")
        seen = [observed[name].get(month, np.nan) for month in months]
        axes.plot(places, seen, "o", color=INK, ms=5, label="observed")
        axes.axhline(1, color=QUIET, lw=0.7, ls=DASHES[1])
        axes.set_ylim(0, max(1.8, float(np.nanmax([*seen, *high])) * 1.05))
        axes.set_title(name)
        axes.set_ylabel("normal months")
        axes.axvline(list(months).index("2025-04") - 0.4, color=INK, lw=1)
    panels[0].legend(loc="lower right", ncols=2)
    panels[-1].set_xticks(places, [month_name(month) for month in months])
    figure.tight_layout(rect=(0, 0, 1, 1 - 0.62 / figure.get_figheight()))
    return figure


def month_name(month: str) -> str:
    """The short name of a month, with the year under January."""
    return date.fromisoformat(f"{month}-01").strftime("%b\n%Y" if month.endswith("-01") else "%b")


@with_house_style
def cost_figure(curves: Mapping[str, Sequence[float]], months: Sequence[float]) -> Figure:
    """Draw what a full stop costs Japan by its length, beside the linear estimate in the news."""
    remark = "Value added lost, in percent of a year's GDP; magnet makers begin with two months of material."
    figure = new_sheet(4.9, f"What a full stop costs {country_name(base_home())}, by its length", remark)
    axes = figure.add_axes((0.085, 0.13, 0.70, 0.70))
    line = np.array([0.0, max(months)])
    axes.plot(line, NRI_PER_MONTH * line, color=QUIET, lw=1.4, ls=(0, (5, 3)))
    axes.text(
        max(months) + 0.25,
        NRI_PER_MONTH * max(months),
        "estimate in the news\n(NRI: linear, no stocks)",
        size=9,
        color=QUIET,
        va="center",
    )
    ends = spread_labels([values[-1] for values in curves.values()], 0.065 * max(max(v) for v in curves.values()))
    for place, ((name, values), end) in enumerate(zip(curves.items(), ends, strict=True)):
        colour = OKABE_ITO[place]
        axes.plot(months, values, marker="o", ms=3.6, color=colour, ls=DASHES[0])
        axes.text(max(months) + 0.25, end, name, size=9.5, color=colour, va="center", weight="bold")
    axes.axvspan(0, 2, color="#eef3ea", lw=0, zorder=0)
    axes.text(1, axes.get_ylim()[1] * 0.97, "two\nmonths of\nmaterial", size=8.5, color=QUIET, ha="center", va="top")
    axes.set_xlim(0, max(months))
    axes.set_ylim(0, None)
    axes.set_xticks([0, 2, 3, 4, 6, 8, 10, 12, 15, 18])
    axes.set_xlabel("Length of the stop, months")
    axes.set_ylabel("% of a year's GDP")
    return figure


def spread_labels(heights: Sequence[float], least: float) -> list[float]:
    """Move labels apart, at least so far, in their order."""
    order = np.argsort(heights)
    placed = list(heights)
    for before, here in pairwise(order):
        placed[here] = max(placed[here], placed[before] + least)
    return placed


@with_house_style
def map_figure(vehicles: Array, covers: Sequence[float], lengths: Sequence[int], marked: float = 60) -> Figure:
    """Draw the stoppage map: cover of magnet makers by length of the stop, colour = vehicles not built."""
    home = country_name(base_home())
    remark = f"Thousands of vehicles that {home} does not build within a year and a half, those made up for taken off."
    figure = new_sheet(5.6, "The stoppage map: how long stocks hide a stop", remark)
    axes = figure.add_axes((0.095, 0.115, 0.76, 0.74))
    thousands = vehicles / 1000.0
    most = max(1.0, float(thousands.max()))
    cells = axes.imshow(thousands, origin="lower", aspect="auto", cmap=HEAT, norm=PowerNorm(0.5, 0, most))
    for place in np.ndindex(thousands.shape):
        value = float(thousands[place])
        words = "" if value < 0.5 else f"{value:,.0f}".replace(",", "\u2009")
        dark = value > 0.42 * most
        axes.text(place[1], place[0], words, ha="center", va="center", size=7.8, color="white" if dark else INK)
    here = list(covers).index(marked)
    axes.add_line(frame_around(here, len(lengths)))
    axes.text(len(lengths) - 0.35, here, "two months,\nas reported", size=9, va="center", weight="bold",
              path_effects=[halo.withStroke(linewidth=2, foreground="white")])  # fmt: skip
    axes.set_xticks(range(len(lengths)), [f"{days}" for days in lengths])
    axes.set_yticks(range(len(covers)), [short_number(cover) for cover in covers])
    axes.grid(visible=False)
    axes.tick_params(length=0)
    axes.set_xlabel("Length of the stop, days")
    axes.set_ylabel("Material at magnet makers, days of use")
    bar = figure.colorbar(cells, cax=figure.add_axes((0.875, 0.60, 0.018, 0.22)))
    bar.outline.set_visible(False)
    bar.ax.set_title("thousand", size=8.5, weight="normal", loc="left", pad=5)
    return figure


def frame_around(row: int, columns: int) -> Line2D:
    """A frame around one row of the map."""
    x = [-0.5, columns - 0.5, columns - 0.5, -0.5, -0.5]
    y = [row - 0.5, row - 0.5, row + 0.5, row + 0.5, row - 0.5]
    return Line2D(x, y, color=INK, lw=2.0, clip_on=False)


@with_house_style
def screening_figure(names: Sequence[str], strength: Array, spread_of: Array, remark: str) -> Figure:
    """Draw a Morris screening: the mean absolute effect of each assumption, and the spread of its effects."""
    figure = new_sheet(1.6 + 0.27 * len(names), "What the result leans on most", remark)
    axes = figure.add_axes((0.36, 0.75 / figure.get_figheight(), 0.60, 1 - 1.5 / figure.get_figheight()))
    order = np.argsort(strength)
    places = np.arange(len(names))
    axes.barh(places, strength[order], color=OKABE_ITO[0], height=0.62)
    axes.plot(
        spread_of[order],
        places,
        "o",
        color=INK,
        ms=4.5,
        mfc="white",
        label="standard deviation of the effects",
    )
    axes.set_yticks(places, [names[i] for i in order])
    axes.grid(axis="y", visible=False)
    axes.legend(loc="lower right")
    axes.set_xlabel("Mean absolute elementary effect over the whole range (bars)")
    axes.axvline(0, color=FAINT, lw=0.8)
    return figure


@with_house_style
def told_figure(found: Identifiability) -> Figure:
    """Draw what fits of each free number within what it could be, and the cost of the flagship at both ends of that."""
    numbers = found.numbers
    remark = (
        "Grey: 90 % of what a number could be; coloured: of worlds that fit. Right: the default scenario at both ends."
    )
    figure = new_sheet(1.9 + 0.235 * len(numbers), "What the facts tell, and what they leave open", remark)
    tall = figure.get_figheight()
    left, right = (figure.add_axes((x, 0.75 / tall, w, 1 - 1.7 / tall)) for x, w in ((0.43, 0.26), (0.73, 0.25)))
    for place, each in enumerate(numbers):
        low, high = each.before
        span = high - low
        colour = HIT if each.verdict == "told" else MISSED
        left.plot([0.05, 0.95], [place, place], color=FAINT, lw=7, solid_capstyle="butt")
        inside = [0.05 + 0.9 * (end - low) / span for end in each.after]
        left.plot(inside, [place, place], color=colour, lw=7, solid_capstyle="butt")
        words = each.meaning if len(each.meaning) <= LETTERS_A_NUMBER else each.meaning[: LETTERS_A_NUMBER - 2] + " …"
        left.text(-0.03, place, words, size=8, ha="right", va="center", transform=left.get_yaxis_transform())
        if each.ends:
            right.plot([end.cost for end in each.ends], [place, place], "o-", color=INK, ms=4, lw=1.2)
    cost = band_of(found.worlds, "cost")
    right.axvspan(cost.low, cost.high, color="#e3eff7", lw=0, zorder=0)
    right.axvline(found.central.cost, color=QUIET, lw=0.9)
    left.set_xlim(0, 1)
    left.set_xticks([0.05, 0.95], ["low", "high"])
    left.set_xlabel("Range (orange: not told alone)")
    right.set_xlabel("Cost, % of GDP (shaded: worlds)")
    for axes in (left, right):
        axes.set_ylim(len(numbers) - 0.5, -0.5)
        axes.set_yticks([])
    return figure
