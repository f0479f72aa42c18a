"""Figures of series over days: cover, output, licences, orders and losses, each as wide as an A4 page."""

from __future__ import annotations

import math
from textwrap import fill

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from model.metrics import by_group, value_added_lost
from runs.figures.style import (
    DASHES,
    INK,
    OKABE_ITO,
    QUIET,
    draw_dates,
    format_thousands,
    height_inches,
    new_sheet,
    week_mean,
    with_house_style,
    write_dates,
    write_instead,
)
from runs.measures.orders import orders_placed, swing
from runs.measures.quantities import (
    JPY_MN_PER_BN,
    after_shock,
    column,
    focus,
    gdp,
    industries,
    multiple,
    shortest_cover,
)
from runs.measures.suppliers import suppliers_loss_by_day
from runs.simulation.money_units import choose_unit
from runs.simulation.record import Array, Record

REMARK_LETTERS = 46
LEGEND_INCHES = 0.58  # from the axis down to the legend
HUES = (*OKABE_ITO[:6], OKABE_ITO[7])  # without black, which is the sum
WIDE, HALF = 10, 8  # the most dates that fit below a panel as wide as the page, or half as wide
MOST_SHOWN_DAYS = 120.0  # more than four months of cover is plenty, however much more
MOST_SHOWN_PCT = 160.0  # a small industry that doubles should not flatten all others
LEAST_GDP_SHARE = 0.0005  # the scale of losses reaches at least this far, so that next to nothing looks like it
NOTEWORTHY_SHARE = 0.01  # of all losses; smaller ones are in the sum only
LEAST_SHARE_OF_YEAR = 1e-5  # of a year's GDP; no industry is named for losing a hundredth of that
NOTEWORTHY_PCT = 1.0  # an industry that never moves by more is named, not drawn
BULLWHIP = """Tier, and its bullwhip ratio: variance
of orders over variance of demand
since the shock (–: demand as ever)"""
LARGEST_RATIO = 100.0  # a bullwhip ratio that is still written as a number
SIDES = {"left": 0.088, "right": 0.974}


def add_panel(figure: Figure, record: Record, place: tuple[int, int, int], title: str, label: str) -> Axes:
    """Add a panel with dates along the bottom, the shock marked, a title and a label with the unit."""
    axes = figure.add_subplot(*place)
    axes.set_title(title, pad=14, y=1.0)
    axes.set_ylabel(label)
    write_dates(axes, record, WIDE if place[1] == 1 else HALF)
    draw_dates(axes, record)
    return axes


@with_house_style
def draw_cover_by_tier(record: Record) -> Figure:
    """Draw the days of cover that lines at home have left of their scarcest input: median and range by tier."""
    cover = shortest_cover(record)
    about = focus(record)
    mine = (column(record, "country") == about.home) & np.isfinite(cover[0]) & producing(record)
    tiers = [number for number in about.tiers if (mine & (column(record, "tier") == number)).any()]
    remark = (
        "Cover of each line's scarcest input. Line: median over lines; band: least to most; "
        f"above {MOST_SHOWN_DAYS:.0f} days cut off."
    )
    figure = new_sheet(7.4, f"Days of cover by tier, {about.name(about.home)}", remark)
    if not tiers:
        words = "No line here holds stocks of inputs."
        write_instead(add_panel(figure, record, (1, 1, 1), "", "Days of cover"), words)
    for place, number in enumerate(tiers):
        lines = cover[:, mine & (column(record, "tier") == number)]
        title = f"{about.tiers[number]} ({lines.shape[1]} line{'s' * (lines.shape[1] > 1)})"
        axes = add_panel(figure, record, (-(-len(tiers) // 2), 2, place + 1), title, "Days of cover")
        colour = OKABE_ITO[place % 8]
        axes.fill_between(np.arange(record.days), lines.min(axis=1), lines.max(axis=1), color=colour, alpha=0.22, lw=0)
        axes.plot(np.arange(record.days), np.median(lines, axis=1), color=colour)
        axes.set_ylim(0, min(MOST_SHOWN_DAYS, max(1.0, 1.08 * lines.max())))
    figure.subplots_adjust(**SIDES, top=0.87, bottom=0.075, hspace=0.7, wspace=0.2)
    return figure


@with_house_style
def draw_output_by_industry(record: Record) -> Figure:
    """Draw the output of each industry in the countries of the story, in percent of normal, mean of seven days."""
    remark = f"Mean of seven days, at base prices. 100 % is a normal day; above {MOST_SHOWN_PCT:.0f} % cut off."
    figure = new_sheet(4.9, "Output by industry", remark)
    figure.subplots_adjust(**SIDES, top=0.81, bottom=0.36, wspace=0.2)
    about = focus(record)
    for place, code in enumerate(about.panels, 1):
        axes = add_panel(figure, record, (1, len(about.panels), place), about.name(code), "Output (% of normal)")
        steady = []
        for rank, name in enumerate(industries(record, code)):
            made = output_of_industry(record, code, name)
            if np.abs(made - 100.0).max() < NOTEWORTHY_PCT:
                steady.append(name)
            else:
                dash = DASHES[rank // 8 + rank % 2]
                axes.plot(np.arange(record.days), made, color=OKABE_ITO[rank % 8], ls=dash, label=name)
        if not steady or axes.lines:
            axes.axhline(100, color=QUIET, lw=0.8, zorder=0)
        else:
            axes.plot(np.arange(record.days), np.full(record.days, 100.0), color=OKABE_ITO[0], label="all industries")
        axes.set_ylim(0, min(MOST_SHOWN_PCT, max(105.0, axes.get_ylim()[1])))
        draw_legend_below(axes, f"Within {NOTEWORTHY_PCT:.0f} % of normal: {', '.join(steady)}" if steady else "")
    return figure


def producing(record: Record) -> Array:
    """Which lines produce at rest, F."""
    return np.asarray(record.network.baseline[: record.lines["output"].shape[1]] > 0.0)


def output_of_industry(record: Record, code: str, name: str) -> Array:
    """Output of an industry of a country as the mean of a week, in percent of normal, at base prices."""
    mine = (column(record, "country") == code) & (column(record, "industry") == name)
    price = np.where(mine, record.network.base_price[record.network.good_of], 0.0)
    made = record.lines["output"] @ price
    return 100.0 * week_mean(multiple(made, float(record.network.baseline @ price)))


def draw_legend_below(axes: Axes, remark: str = "") -> None:
    """Write the legend under the dates of a panel in two columns, headed by a remark; nothing where all is blank."""
    handles, _ = axes.get_legend_handles_labels()
    if not handles and not remark:
        return
    axes.legend(
        handles=handles,
        loc="upper left", bbox_to_anchor=(-0.03, -LEGEND_INCHES / height_inches(axes)), ncols=2, handlelength=2.2,
        columnspacing=1.2, labelspacing=0.25, borderaxespad=0, alignment="left", title_fontsize=9,
        title=fill(remark, REMARK_LETTERS) or None,
    )  # fmt: skip


def ratio_text(ratio: float | None) -> str:
    """A bullwhip ratio; a demand that hardly moves makes it as large as one likes.

    >>> ratio_text(2.34), ratio_text(7513.7)
    ('2.3', 'over 100')
    """
    if ratio is None:
        return "–"
    return f"{ratio:.1f}" if ratio <= LARGEST_RATIO else f"over {LARGEST_RATIO:.0f}"


@with_house_style
def draw_orders_by_tier(record: Record) -> Figure:
    """Draw what each tier at home orders from its suppliers against normal, with its bullwhip ratio."""
    remark = "Orders placed with suppliers, mean of seven days, at base prices. 1 is a normal day."
    about = focus(record)
    figure = new_sheet(4.0, f"Orders by tier, {about.name(about.home)}", remark)
    axes = add_panel(figure, record, (1, 1, 1), "", "Orders (multiple of normal)")
    for place, (number, title) in enumerate(about.tiers.items()):
        lines = (column(record, "tier") == number) & (column(record, "country") == about.home)
        if not lines[record.network.line_of].any():
            continue
        ratio = swing(record, lines)
        words = f"{title}: {ratio_text(ratio)}"
        orders = week_mean(orders_placed(record, lines))
        axes.plot(np.arange(record.days), orders, color=OKABE_ITO[place % 8], ls=DASHES[place % 4], label=words)
    axes.set_ylim(0, max(2.0, axes.get_ylim()[1]))
    if axes.lines:
        axes.legend(
            loc="upper left", bbox_to_anchor=(1.01, 1.0), borderaxespad=0, alignment="left", title_fontsize=9,
            title=BULLWHIP,
        )  # fmt: skip
    else:
        write_instead(axes, "No line here buys of another.")
    figure.subplots_adjust(left=0.075, right=0.675, top=0.78, bottom=0.14)
    return figure


@with_house_style
def draw_value_added_lost(record: Record) -> Figure:
    """Draw the value added lost since the shock, by industry, in billions and in % of a year's GDP."""
    net, after = record.network, after_shock(record)
    lost = value_added_lost(record.lines["output"], record.lines["usual"], net.value_added, after)
    remark = "Summed from the shock on, against the world at rest; below 0: made up for. * Those beyond the tables."
    figure = new_sheet(4.8, "Value added lost since the shock", remark)
    figure.subplots_adjust(left=0.098, right=0.915, top=0.80, bottom=0.34, wspace=0.56)
    beyond = suppliers_loss_by_day(record)
    panels = focus(record).panels
    for place, code in enumerate(panels, 1):
        here = column(record, "country") == code
        own, others = (np.cumsum(each * here, axis=0) / JPY_MN_PER_BN for each in (lost, beyond))
        draw_losses(figure, record, (1, len(panels), place), code, (own, others.sum(axis=1)))
    return figure


def draw_losses(
    figure: Figure, record: Record, place: tuple[int, int, int], code: str, lost: tuple[Array, Array]
) -> None:
    """Draw what the industries of a country have lost by each day, those that matter and the sum of all.

    lost: by the lines themselves, days x F, and by their suppliers beyond the tables, days.
    """
    unit = choose_unit([float(lost[0].sum(axis=1)[-1]), *np.abs(lost[0]).max(axis=0, initial=0.0).tolist()])
    summed, beyond = (each / unit.billions for each in lost)
    total, year = summed.sum(axis=1), gdp(record, code) / unit.billions
    share = round(100.0 * float(total[-1]) / year, 2) + 0.0  # no negative zero
    name = focus(record).name(code)
    title = name if math.isnan(year) else f"{name}: {share:.2f} % of a year's GDP"
    axes = add_panel(figure, record, place, title, f"Value added lost ({unit.word} {focus(record).money.code})")
    groups = by_group(summed, column(record, "industry"))
    floor = 0.0 if math.isnan(year) else min(1.0 / unit.billions, LEAST_SHARE_OF_YEAR * year)
    least = NOTEWORTHY_SHARE * max(floor, abs(total[-1]))
    noteworthy = [name for name in industries(record, code) if abs(groups[name][-1]) > least]
    for rank, name in enumerate(noteworthy):
        hue, dash = HUES[rank % len(HUES)], DASHES[1 + rank % 3]
        axes.plot(np.arange(record.days), groups[name], color=hue, ls=dash, label=name)
    axes.plot(np.arange(record.days), total, color=INK, lw=2.4, label="all industries")
    if beyond.any():
        axes.plot(np.arange(record.days), total + beyond, color=INK, ls=":", label="with suppliers*")
    if not math.isnan(year):
        add_gdp_axis(axes, year)
    draw_legend_below(axes)


def add_gdp_axis(axes: Axes, year: float) -> None:
    """Add an axis in percent of a year's GDP, in the unit of the panel, on its right."""
    low, high = axes.get_ylim()
    room = LEAST_GDP_SHARE * year
    axes.set_ylim(min(low, -0.1 * room), max(high, room))
    format_thousands(axes)
    beside = axes.secondary_yaxis(
        "right", functions=(lambda bn: np.asarray(bn) * 100 / year, lambda pct: np.asarray(pct) * year / 100)
    )
    beside.set_ylabel("% of a year's GDP")
    beside.spines["right"].set_visible(False)
