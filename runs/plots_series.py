"""Lines over days: cover, output, licences, orders, losses and prices, each as wide as an A4 page."""

from __future__ import annotations

from textwrap import fill
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, LogLocator, NullLocator
from numpy.typing import NDArray

from model.metrics import by_group, value_added_lost
from runs.outcomes import (
    HOME,
    JPY_MN_PER_BN,
    SHOWN,
    TIERS,
    after_shock,
    column,
    controlled_goods,
    gdp,
    industries,
    multiple,
    orders_placed,
    shortest_cover,
    swing,
)
from runs.plots_page import (
    DASHES,
    INK,
    OKABE_ITO,
    QUIET,
    dates_below,
    drawn,
    mark_dates,
    say_instead,
    sheet,
    week_mean,
    whole_numbers,
)
from runs.record import Record

Array = NDArray[Any]

COUNTRIES = {"JP": "Japan", "KR": "South Korea"}
REMARK_LETTERS = 46
MOST_SHOWN_DAYS = 120.0  # more than four months of cover is plenty, however much more
MOST_SHOWN_PCT = 160.0  # a small industry that doubles should not flatten all others
NOTEWORTHY_PCT = 1.0  # an industry that never moves by more is named, not drawn
WIDE_PRICE_SPAN = 20.0  # from this multiple on, prices are drawn on a logarithmic scale
SIDES = {"left": 0.088, "right": 0.985}


def panel(figure: Figure, record: Record, place: tuple[int, int, int], title: str, label: str) -> Axes:
    """A panel with dates along the bottom, the shock marked, a title and a label with the unit."""
    axes = figure.add_subplot(*place)
    axes.set_xlim(record.dates[0], record.dates[-1])
    axes.set_title(title, pad=14)
    axes.set_ylabel(label)
    dates_below(axes, record.days)
    mark_dates(axes, record)
    return axes


@drawn
def cover_by_tier(record: Record) -> Figure:
    """Draw the days of cover that Japanese lines have left of their scarcest input: median and range by tier."""
    cover = shortest_cover(record)
    mine = (column(record, "country") == HOME) & np.isfinite(cover[0]) & (record.network.baseline > 0.0)
    tiers = [number for number in TIERS if (mine & (column(record, "tier") == number)).any()]
    remark = "Cover of each line's scarcest input. Line: median over lines; band: least to most."
    figure = sheet(7.4, "Days of cover by tier, Japan", remark)
    for place, number in enumerate(tiers):
        lines = cover[:, mine & (column(record, "tier") == number)]
        title = f"{TIERS[number]} ({lines.shape[1]} line{'s' * (lines.shape[1] > 1)})"
        axes = panel(figure, record, (-(-len(tiers) // 2), 2, place + 1), title, "Days of cover")
        colour = OKABE_ITO[place]
        axes.fill_between(record.dates, lines.min(axis=1), lines.max(axis=1), color=colour, alpha=0.22, lw=0)
        axes.plot(record.dates, np.median(lines, axis=1), color=colour)
        axes.set_ylim(0, min(MOST_SHOWN_DAYS, axes.get_ylim()[1]))
        thin_dates(axes)
    figure.subplots_adjust(**SIDES, top=0.87, bottom=0.075, hspace=0.7, wspace=0.2)
    return figure


def thin_dates(axes: Axes) -> None:
    """Write every other date in a panel of half the width."""
    for tick in axes.get_xticks()[1::2]:
        axes.axvline(tick, color="none")
    axes.set_xticks(axes.get_xticks()[::2])


@drawn
def output_by_industry(record: Record) -> Figure:
    """Draw the output of each industry in Japan and South Korea, in percent of normal, mean of seven days."""
    remark = "Mean of seven days, at base prices. 100 % is the output of a normal day."
    figure = sheet(4.9, "Output by industry", remark)
    for place, code in enumerate(SHOWN, 1):
        axes = panel(figure, record, (1, 2, place), COUNTRIES[code], "Output (% of normal)")
        steady = []
        for rank, name in enumerate(industries(record, code)):
            made = output_of_industry(record, code, name)
            if np.abs(made - 100.0).max() < NOTEWORTHY_PCT:
                steady.append(name)
            else:
                dash = DASHES[rank // 8 + rank % 2]
                axes.plot(record.dates, made, color=OKABE_ITO[rank % 8], ls=dash, label=name)
        if not steady or axes.lines:
            axes.axhline(100, color=QUIET, lw=0.8, zorder=0)
        else:
            axes.plot(record.dates, np.full(record.days, 100.0), color=OKABE_ITO[0], label="all industries")
        axes.set_ylim(0, min(MOST_SHOWN_PCT, max(105.0, axes.get_ylim()[1])))
        thin_dates(axes)
        legend_below(axes, f"Within {NOTEWORTHY_PCT:.0f} % of normal: {', '.join(steady)}" if steady else "")
    figure.subplots_adjust(**SIDES, top=0.81, bottom=0.375, wspace=0.2)
    return figure


def output_of_industry(record: Record, code: str, name: str) -> Array:
    """Output of an industry of a country as the mean of a week, in percent of normal, at base prices."""
    mine = (column(record, "country") == code) & (column(record, "industry") == name)
    price = np.where(mine, record.network.base_price[record.network.good_of], 0.0)
    made = record.lines["output"] @ price
    return 100.0 * week_mean(multiple(made, float(record.network.baseline @ price)))


def legend_below(axes: Axes, remark: str = "") -> None:
    """Write the legend under a panel in two columns, headed by a remark."""
    axes.legend(loc="upper left", bbox_to_anchor=(-0.03, -0.24), ncols=2, handlelength=2.2, columnspacing=1.2,
                labelspacing=0.25, borderaxespad=0, alignment="left", title_fontsize=9,
                title=fill(remark, REMARK_LETTERS) or None)  # fmt: skip


@drawn
def licence_funnel(record: Record) -> Figure:
    """Draw what became of licence applications (filed, granted, refused, pending) and the tonnes that wait."""
    paper = {name: np.cumsum(record.licences[name].sum(axis=1)) for name in ("filed", "granted", "denied")}
    remark = "All exporters and destinations. Left: since the start of the run. Right: at the end of each day."
    figure = sheet(4.5, "Licence funnel", remark)
    left = panel(figure, record, (1, 2, 1), "Applications, added up", "Applications")
    right = panel(figure, record, (1, 2, 2), "Waiting, by country of the buyer", "Tonnes")
    for axes in (left, right):
        whole_numbers(axes)
        thin_dates(axes)
    figure.subplots_adjust(left=0.11, right=0.985, top=0.79, bottom=0.33, wspace=0.25)
    if not paper["filed"].any() and not record.licences["waiting"].any():
        words = "No licence was filed:\nno rule of this scenario asks for one."
        if record.licences["filed"].shape[1]:
            words = "No licence was filed:\nwhat the rules name was banned or left free."
        say_instead(figure, left, words)
        return say_instead(figure, right, "Nothing waited.")
    for place, (name, word) in enumerate((("filed", "filed"), ("granted", "granted"), ("denied", "refused"))):
        left.plot(record.dates, paper[name], color=OKABE_ITO[place], ls=DASHES[place], label=word)
    pending = np.maximum(paper["filed"] - paper["granted"] - paper["denied"], 0.0)
    left.plot(record.dates, pending, color=INK, ls=":", label="neither granted nor refused yet")
    waiting_by_country(right, record)
    for axes in (left, right):
        axes.set_ylim(0, None)
        legend_below(axes)
    return figure


def waiting_by_country(axes: Axes, record: Record) -> None:
    """Draw the tonnes that wait for a licence: Japan, South Korea, everybody else."""
    countries = [country.country for country in record.register.tables.countries]
    code = np.array(countries)[record.network.destination]
    waiting = record.licences["waiting"]
    for place, (here, word) in enumerate(
        [(code == each, COUNTRIES[each]) for each in SHOWN] + [(~np.isin(code, SHOWN), "other countries")]
    ):
        tonnes = waiting[:, here].sum(axis=1)
        axes.plot(record.dates, tonnes, color=OKABE_ITO[place], ls=DASHES[place], label=word)


@drawn
def orders_by_tier(record: Record) -> Figure:
    """Draw what each Japanese tier orders from its suppliers against normal, with its bullwhip ratio."""
    remark = "Orders placed with suppliers, mean of seven days, at base prices. 1 is a normal day."
    figure = sheet(4.0, "Orders by tier, Japan", remark)
    axes = panel(figure, record, (1, 1, 1), "", "Orders (multiple of normal)")
    for place, (number, title) in enumerate(TIERS.items()):
        lines = (column(record, "tier") == number) & (column(record, "country") == HOME)
        if not lines[record.network.line_of].any():
            continue
        ratio = swing(record, lines)
        words = f"{title}: bullwhip {ratio:.1f}" if ratio is not None else f"{title}: demand as ever"
        orders = week_mean(orders_placed(record, lines))
        axes.plot(record.dates, orders, color=OKABE_ITO[place], ls=DASHES[place % 4], label=words)
    axes.set_ylim(0, max(2.0, axes.get_ylim()[1]))
    axes.legend(loc="upper left", bbox_to_anchor=(1.01, 1.0), borderaxespad=0, title="Variance of orders over variance\nof demand, after the shock",
                alignment="left", title_fontsize=9)  # fmt: skip
    figure.subplots_adjust(left=0.075, right=0.665, top=0.78, bottom=0.14)
    return figure


@drawn
def value_added_lost_by_industry(record: Record) -> Figure:
    """Draw the value added lost since the shock, by industry, in billion yen and in % of a year's GDP."""
    net, after = record.network, after_shock(record)
    lost = value_added_lost(record.lines["output"], net.baseline, net.value_added, after)
    figure = sheet(5.0, "Value added lost since the shock", "Added up from the shock on, against a normal year. Below nought: made up by overtime.")
    for place, code in enumerate(SHOWN, 1):
        mine = column(record, "country") == code
        summed = np.cumsum(lost * mine, axis=0) / JPY_MN_PER_BN
        total, year = summed.sum(axis=1), gdp(record, code)
        title = f"{COUNTRIES[code]}: {100 * total[-1] / year + 0.0:.2f} % of a year's GDP"
        axes = panel(figure, record, (1, 2, place), title, "Value added lost (billion JPY)")
        groups = by_group(summed, column(record, "industry"))
        told = [name for name in industries(record, code) if abs(groups[name][-1]) > 0.01 * max(1.0, abs(total[-1]))]
        for rank, name in enumerate(told):
            axes.plot(record.dates, groups[name], color=OKABE_ITO[rank % 8], ls=DASHES[1 + rank % 3], label=name)
        axes.plot(record.dates, total, color=INK, lw=2.4, label="all industries")
        share_of_gdp(axes, year)
        thin_dates(axes)
        legend_below(axes)
    figure.subplots_adjust(left=0.098, right=0.925, top=0.80, bottom=0.36, wspace=0.52)
    return figure


def share_of_gdp(axes: Axes, year: float) -> None:
    """Write percent of a year's GDP on the right of a panel in billion yen."""
    if not axes.get_ylim()[1] > 1.0:
        axes.set_ylim(-1.0, 10.0)
    whole_numbers(axes)
    beside = axes.secondary_yaxis("right", functions=(lambda bn: 100 * bn / year, lambda pct: pct * year / 100))
    beside.set_ylabel("% of a year's GDP")
    beside.spines["right"].set_visible(False)


@drawn
def prices(record: Record) -> Figure:
    """Draw what each controlled good costs: spot outside China, spot in China, and under contract."""
    goods = controlled_goods(record) or sorted({int(g) for g in record.network.need_good[:1]})
    named = controlled_goods(record)
    figure = sheet(2.35 + 1.75 * (-(-len(goods) // 3) - 1) + 0.9, "Prices of controlled goods", "As a multiple of the price before the run.")
    if not named:
        axes = panel(figure, record, (1, 1, 1), "", "Price (multiple of base)")
        figure.subplots_adjust(**SIDES, top=0.75, bottom=0.16)
        return say_instead(figure, axes, "No good is controlled in this scenario:\nprices stay where they were.")
    span = []
    for place, good in enumerate(goods, 1):
        axes = panel(figure, record, (-(-len(goods) // 3), min(3, len(goods)), place), record.register.tables.goods[good].name, "Multiple of base")
        curves = price_curves(record, good)
        for rank, (word, curve) in enumerate(curves.items()):
            axes.plot(record.dates, curve, color=OKABE_ITO[rank], ls=DASHES[rank], label=word)
        span.append(max(float(curve.max()) for curve in curves.values()))
        fit_price_scale(axes, span[-1])
        thin_dates(axes)
    handles, labels = figure.axes[0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="upper right", ncols=3, bbox_to_anchor=(0.99, 1 - 0.25 / figure.get_figheight()))
    figure.subplots_adjust(**SIDES, top=1 - 0.95 / figure.get_figheight(), bottom=0.5 / figure.get_figheight(), hspace=0.75, wspace=0.34)
    return figure


def price_curves(record: Record, good: int) -> dict[str, Array]:
    """Spot price outside and inside China and contract price of a good, as multiples of its price at base."""
    contract = record.prices["contract"][:, good] / record.network.base_price[good]
    spot = contract[:, None] * np.exp(record.prices["spot_log"][:, good])
    return {"spot outside China": spot[:, 1], "spot in China": spot[:, 0], "contract": contract}


def fit_price_scale(axes: Axes, highest: float) -> None:
    """Draw prices from nought, or by powers of ten where they leave the house."""
    if highest < WIDE_PRICE_SPAN:
        axes.set_ylim(0, max(2.0, highest * 1.08))
        return
    axes.set_yscale("log")
    axes.yaxis.set_major_locator(LogLocator(10, numticks=6))
    axes.yaxis.set_minor_locator(NullLocator())
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,.10g}".replace(",", "\u2009")))
