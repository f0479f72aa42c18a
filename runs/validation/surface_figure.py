"""The figure of the cost surface: a map for each way to answer a cut, and published estimates beside the model."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import matplotlib.patheffects as halo
import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap, PowerNorm
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from runs.figures.style import FAINT, INK, OKABE_ITO, QUIET, new_sheet, with_house_style
from runs.simulation.focus import country_name
from runs.validation.cost_of_a_stop import HOME_COUNTRY, Array
from runs.validation.cost_surface import DEPTHS, DIRECT, LENGTHS, Estimate, spans_at

HEIGHT = 9.9
HEAT = LinearSegmentedColormap.from_list("cost", ["#f7f7f2", "#fbe3a1", "#f0a04b", "#c8502d", "#6f1d1b"])
CONTOURS = (0.1, 0.5, 1.0, 2.0)  # % of a year's GDP
DARK_FROM = 0.42  # of the highest cost: numbers are white
LEAST_WRITTEN = 0.005
MARKED = "with second sources"  # the map that carries the letters of the estimates: people as they are
DIRECT_HUE, BOTH_HUE = OKABE_ITO[0], OKABE_ITO[4]


@with_house_style
def surface_figure(surfaces: Mapping[str, Array], estimates: Sequence[Estimate]) -> Figure:
    """Draw what a cut costs by depth and length, a map an answer, and published estimates against the model."""
    remark = (
        "Value added lost by the lines themselves, all together, % of one year's GDP; depth: of listed goods.\n"
        "Lines: 0.1, 0.5, 1 and 2 %. Letters: published estimates, compared below."
    )
    figure = new_sheet(HEIGHT, f"What a cut costs {country_name(HOME_COUNTRY)}, by its depth and length", remark)
    most = max(1.0, max(float(each[..., DIRECT].max()) for each in surfaces.values()))
    for place, (name, surface) in enumerate(surfaces.items()):
        left, bottom = 0.075 + 0.485 * (place % 2), 0.685 - 0.275 * (place // 2)
        axes = figure.add_axes((left, bottom, 0.43, 0.20))
        draw_map(axes, surface[..., DIRECT], most)
        axes.set_title(name[:1].upper() + name[1:], pad=6)
        if place % 2 == 0:
            axes.set_ylabel("Depth of the cut, %")
        if place // 2 == 1:
            axes.set_xlabel("Length of the cut, months")
        if name == MARKED:
            mark_estimates(axes, estimates)
    axes = figure.add_axes((0.40, 0.075, 0.575, 0.235))
    compare_estimates(axes, surfaces, estimates)
    return figure


def draw_map(axes: Axes, costs: Array, most: float) -> None:
    """Draw one map, depths x lengths, with its numbers and lines of equal cost."""
    axes.imshow(costs, origin="lower", aspect="auto", cmap=HEAT, norm=PowerNorm(0.5, 0, most))
    for row, column in np.ndindex(costs.shape):
        value = float(costs[row, column])
        words = f"{value:.2f}" if value >= LEAST_WRITTEN else "0"
        colour = "white" if value > DARK_FROM * most else INK if value >= LEAST_WRITTEN else QUIET
        around = costs_colour(value, most)
        axes.text(column, row, words, ha="center", va="center", size=7, color=colour,
                  path_effects=[halo.withStroke(linewidth=2.2, foreground=around)])  # fmt: skip
    levels = [level for level in CONTOURS if costs.min() < level < costs.max()]
    if levels:
        axes.contour(costs, levels=levels, colors=INK, linewidths=0.7, alpha=0.6)
    axes.set_xticks(range(len(LENGTHS)), [str(months) for months in LENGTHS])
    axes.set_yticks(range(len(DEPTHS)), [str(depth) for depth in DEPTHS])
    axes.grid(visible=False)
    axes.tick_params(length=0)


def costs_colour(cost: float, most: float) -> tuple[float, ...]:
    """The colour of a cost on the map: numbers have a rim of it, so that no line runs through them."""
    return tuple(HEAT(PowerNorm(0.5, 0, most)(cost)))


def mark_estimates(axes: Axes, estimates: Sequence[Estimate]) -> None:
    """Write the letters of estimates where they were made, above the number; those of one place together."""
    places: dict[tuple[float, float], str] = {}
    for each in estimates:
        at = (float(np.interp(each.months, LENGTHS, range(len(LENGTHS)))),
              float(np.interp(each.depth, DEPTHS, range(len(DEPTHS)))))  # fmt: skip
        places[at] = places.get(at, "") + each.letter
    for (column, row), letters in places.items():
        axes.text(column, row + 0.30, letters, ha="center", va="center", size=7.5, weight="bold", color=INK,
                  bbox={"boxstyle": "circle,pad=0.14", "facecolor": "white", "edgecolor": INK, "lw": 0.7})  # fmt: skip


def compare_estimates(axes: Axes, surfaces: Mapping[str, Array], estimates: Sequence[Estimate]) -> None:
    """Draw each estimate, and what the model says of the same cut from its best to its worst answer."""
    for height, each in enumerate(estimates):
        direct, both = spans_at(surfaces, each)
        for span, hue, shift in ((direct, DIRECT_HUE, 0.16), (both, BOTH_HUE, -0.16)):
            axes.barh(height - shift, max(span[1] - span[0], 0.02), left=span[0], height=0.26, color=hue, lw=0)
        face = INK if each.country == HOME_COUNTRY else "white"
        axes.plot([each.low, each.high], [height, height], color=INK, lw=2.0, marker="D", ms=5, mfc=face, zorder=5,
                  clip_on=False)  # fmt: skip
        months = f"{each.depth:g} % for {each.months:g} months"
        axes.text(-0.02, height - 0.17, f"{each.letter}  {each.who}, {each.country}", size=8, weight="bold",
                  transform=axes.get_yaxis_transform(), ha="right", va="center")  # fmt: skip
        axes.text(-0.02, height + 0.21, months, size=7.5, color=QUIET, transform=axes.get_yaxis_transform(),
                  ha="right", va="center")  # fmt: skip
    axes.set_ylim(len(estimates) - 0.4, -1.7)
    axes.set_yticks([])
    axes.set_xlim(0, None)
    axes.grid(axis="y", visible=False)
    axes.spines["left"].set_color(FAINT)
    axes.set_xlabel("% of a year's GDP")
    words = "The same cuts: published, and in the model from its best to its worst answer"
    axes.set_title(words, loc="right", size=9.5)
    keys = [
        Line2D([], [], color=INK, marker="D", ms=5, lw=2.0, label="published"),
        Line2D([], [], color=INK, marker="D", ms=5, lw=2.0, mfc="white", label="published, of another country"),
        Patch(color=DIRECT_HUE, label="model: lines themselves"),
        Patch(color=BOTH_HUE, label="with suppliers beyond the tables"),
    ]
    axes.legend(handles=keys, loc="upper right", fontsize=8.5, ncols=2)
