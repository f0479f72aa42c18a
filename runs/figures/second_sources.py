"""Second sources, a row a supplier, from its opening to what it brought; and the part of the neighbouring country."""

from __future__ import annotations

from textwrap import shorten

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Patch

from runs.figures.cascade import rgba, shorten_names
from runs.figures.series import SIDES, add_panel
from runs.figures.style import (
    DASHES,
    INK,
    OKABE_ITO,
    QUIET,
    draw_dates,
    height_inches,
    new_sheet,
    week_mean,
    with_house_style,
    write_dates,
    write_instead,
)
from runs.measures.quantities import after_shock, column, controlled_goods, focus, used_at_rest
from runs.measures.second_sources import SecondSource, held_in, opened_by, sold_to
from runs.simulation.record import Array, Record

MOST_ROWS, FEWEST_ROWS = 18, 4  # of suppliers that there is room for
ROW_INCHES, TOP_INCHES, BOTTOM_INCHES = 0.235, 1.15, 0.62
LEFT, RIGHT = 0.375, 0.745
NAME_LETTERS = 42
FELT_SHARE = 0.005  # of the customers' normal use; a supplier that ships less in a week brings nothing to speak of
STATES = (("being qualified", "#c9d1d9"), ("ready, and brings next to nothing", "#E69F00"), ("delivers", "#0072B2"))
TOO_SMALL = 0.0005  # a share that is written as nothing
MOST_GOODS = 5
REMARK = (
    "Suppliers that lines in {home} opened, those first that brought the largest part of their customers' normal use."
)


@with_house_style
def draw_second_sources(record: Record) -> Figure:
    """Draw which second sources lines at home opened, when each was ready, and what it brought since the shock."""
    about = focus(record)
    found = opened_by(record, about.home)
    shown = found[:MOST_ROWS]
    height = TOP_INCHES + ROW_INCHES * max(FEWEST_ROWS, len(shown)) + BOTTOM_INCHES
    figure = new_sheet(height, f"Second sources, {about.name(about.home)}", REMARK.format(home=about.name(about.home)))
    bottom, top = BOTTOM_INCHES / height, 1 - TOP_INCHES / height
    axes = figure.add_axes((LEFT, bottom, RIGHT - LEFT, top - bottom))
    if shown:
        axes.imshow(source_bitmap(record, shown), aspect="auto", interpolation="nearest",
                    extent=(-0.5, record.days - 0.5, len(shown), 0))  # fmt: skip
        write_sources(axes, record, shown)
    else:
        write_instead(axes, "No second source was opened.")
    write_dates(axes, record, 6)
    axes.set_yticks([])
    axes.set_ylabel("Suppliers that were opened", labelpad=1e3).set_visible(False)
    axes.grid(visible=False)
    draw_dates(axes, record)
    patches = [Patch(color=colour, label=words) for words, colour in STATES]
    figure.legend(handles=patches, loc="upper left", ncols=3, bbox_to_anchor=(0.005, 1 - 0.55 / height),
                  columnspacing=1.4, handlelength=1.2)  # fmt: skip
    if len(found) > len(shown):
        figure.text(0.012, 0.1 / height, f"and {len(found) - len(shown)} more suppliers that brought less", size=9)
    return figure


def source_bitmap(record: Record, sources: list[SecondSource]) -> Array:
    """The state of each source day by day as colours, a few picture points a row, the first and last a gap."""
    image = np.ones((len(sources), 8, record.days, 4), np.float32)
    for place, source in enumerate(sources):
        clocks = record.projects[:, np.searchsorted(record.network.dormant, source.links)]
        shipped = week_mean(record.links["shipped"][:, source.links].sum(axis=1))
        ready = (clocks == 0).any(axis=1)
        delivers = ready & (shipped >= FELT_SHARE * source.use) & (source.use > 0.0)
        for days, (_, colour) in zip(((clocks >= 0).any(axis=1), ready, delivers), STATES, strict=True):
            image[place, 1:-1, days] = rgba(colour)
    return image.reshape(len(sources) * 8, record.days, 4)


def write_sources(axes: Axes, record: Record, sources: list[SecondSource]) -> None:
    """Write the names of sources on the left of their rows, and what each brought on the right."""
    names, goods = shorten_names(record.names(), focus(record).said.phrases), record.register.tables.goods
    country, days = column(record, "country"), record.days - after_shock(record)
    beside = axes.get_yaxis_transform()
    head = -0.55 * len(sources) / max(FEWEST_ROWS, len(sources))
    for words, at, side in (("supplier", -0.09, "right"), ("customers", 1.13, "right"), ("brought", 1.40, "right"),
                            ("of their use", 1.67, "right")):  # fmt: skip
        axes.text(at, head, words, transform=beside, size=9, ha=side, va="center", color=QUIET)
    for place, source in enumerate(sources):
        name, home = f"firm {record.register.code(source.supplier)}", ""
        if source.supplier < len(names):
            name, home = names[source.supplier], country[source.supplier]
        share, unit = source.share_brought(days), goods[source.good].unit
        brought = f"{source.brought:,.3g} t" if unit == "t" else "–"
        cells = [(shorten(name, NAME_LETTERS, placeholder="…"), -0.09, "right", INK), (home, -0.012, "right", QUIET),
                 (str(len(source.links)), 1.09, "right", INK),
                 (brought if share >= TOO_SMALL else "–", 1.40, "right", INK),
                 (f"{100 * share:.1f} %" if share >= TOO_SMALL else "0 %", 1.62, "right", INK)]  # fmt: skip
        for words, at, side, colour in cells:
            axes.text(at, place + 0.5, words, transform=beside, size=9, ha=side, va="center", color=colour)


@with_house_style
def draw_neighbour(record: Record) -> Figure:
    """Draw what firms of the neighbour sold to home, and what they held in stock; the world must say who that is."""
    about = focus(record)
    home, neighbour = about.home_name, about.neighbour
    assert neighbour is not None
    figure = new_sheet(
        5.0, f"{about.name(neighbour)}: traded, stockpiled and opened", neighbour_remark(record, neighbour)
    )
    figure.subplots_adjust(**SIDES, top=0.74, bottom=0.36, wspace=0.2)
    left = add_panel(figure, record, (1, 2, 1), f"Sold to {home}", f"% of normal use in {home}")
    right = add_panel(figure, record, (1, 2, 2), "Held in stock", "Days of normal use")
    draw_by_good(left, record, sold_shares(record, neighbour), "Nothing was sold.")
    held = held_in(record, neighbour, controlled_goods(record))
    draw_by_good(right, record, held, "No controlled good is held.")
    return figure


def sold_shares(record: Record, seller: str) -> dict[int, Array]:
    """What a country sold home in percent of what home uses at rest, mean of seven days, by good; the largest first."""
    home, net = focus(record).home, record.network
    buys = (column(record, "country")[net.line_of] == home) * used_at_rest(record)
    use = np.bincount(net.need_good, buys, len(record.register.tables.goods))
    sold = {
        good: 100.0 * week_mean(flow) / use[good]
        for good, flow in sold_to(record, seller, home).items()
        if flow.any() and use[good] > 0.0
    }
    return dict(sorted(sold.items(), key=lambda item: -float(item[1].sum()))[:MOST_GOODS])


def draw_by_good(axes: Axes, record: Record, curves: dict[int, Array], otherwise: str) -> None:
    """Draw a curve a good, with the names of goods below; a sentence where there is none."""
    goods = record.register.tables.goods
    for rank, (good, curve) in enumerate(curves.items()):
        name = goods[good].name
        axes.plot(np.arange(record.days), curve, color=OKABE_ITO[rank % 8], ls=DASHES[rank % 4], label=name)
    if not curves:
        write_instead(axes, otherwise)
        return
    axes.set_ylim(0, max(1.0, axes.get_ylim()[1]))
    axes.legend(loc="upper left", bbox_to_anchor=(-0.03, -0.58 / height_inches(axes)), handlelength=2.6,
                labelspacing=0.25, borderaxespad=0)  # fmt: skip


def neighbour_remark(record: Record, neighbour: str) -> str:
    """How the panels are to be read, and how many second sources the neighbour's lines opened."""
    found = opened_by(record, neighbour)
    ready = sum(source.ready is not None for source in found) or "none"
    opened = "opened no second source"
    if found:
        opened = f"opened {len(found)} second source{'s' * (len(found) > 1)}, of which {ready} became ready"
    name = focus(record).name(neighbour)
    return f"Left: mean of seven days. Right: controlled goods.\nLines in {name} {opened}."
