"""The figure of prices of controlled goods: spot and contract, as multiples of the base price."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import LogLocator, NullLocator

from runs.figures.series import SIDES, add_panel
from runs.figures.style import DASHES, OKABE_ITO, format_thousands, new_sheet, with_house_style, write_instead
from runs.measures.quantities import controlled_goods, focus, multiple
from runs.simulation.record import Array, Record

WIDE_PRICE_SPAN = 20.0  # from this multiple on, prices are drawn on a logarithmic scale


@with_house_style
def draw_prices(record: Record) -> Figure:
    """Draw what each controlled good costs: spot outside the exporters' zones, in them, and under contract."""
    goods = controlled_goods(record)
    rows = max(1, -(-len(goods) // 2))
    height = 1.35 + 1.95 * rows
    figure = new_sheet(height, "Prices of controlled goods", "As a multiple of the price before the run.")
    figure.subplots_adjust(**SIDES, top=1 - 1.15 / height, bottom=0.55 / height, hspace=0.85, wspace=0.2)
    if not goods:
        axes = add_panel(figure, record, (1, 1, 1), "", "Price (multiple of base)")
        write_instead(axes, "No good is controlled in this scenario:\nprices stay where they were.")
    for place, good in enumerate(goods, 1):
        name = record.register.tables.goods[good].name
        axes = add_panel(figure, record, (rows, 2, place), name[:1].upper() + name[1:], "Multiple of base")
        curves = price_curves(record, good)
        for rank, (word, curve) in enumerate(curves.items()):
            axes.plot(np.arange(record.days), curve, color=OKABE_ITO[rank], ls=DASHES[rank], label=word)
        fit_price_scale(axes, max(float(curve.max()) for curve in curves.values()))
    if goods:
        figure.legend(*axes.get_legend_handles_labels(), loc="upper right", ncols=3,
                      bbox_to_anchor=(0.99, 1 - 0.3 / height))  # fmt: skip
    return figure


def price_curves(record: Record, good: int) -> dict[str, Array]:
    """Spot prices outside and in exporters' zones and contract price of a good, as multiples of its base price."""
    contract = multiple(record.prices["contract"][:, good], float(record.network.base_price[good]))
    spot = contract[:, None] * np.exp(record.prices["spot_log"][:, good])
    inside = focus(record).inside
    if not inside:
        return {"spot": spot[:, -1], "contract": contract}
    within = {f"spot in {name}": spot[:, place] for place, name in enumerate(inside)}
    return {f"spot outside {inside[0] if len(inside) == 1 else 'these'}": spot[:, -1], **within, "contract": contract}


def fit_price_scale(axes: Axes, highest: float) -> None:
    """Scale the axis of prices from zero, or by powers of ten where they rise above WIDE_PRICE_SPAN."""
    if highest < WIDE_PRICE_SPAN:
        axes.set_ylim(0, max(2.0, highest * 1.08))
        return
    axes.set_yscale("log")
    axes.yaxis.set_major_locator(LogLocator(10, numticks=6))
    axes.yaxis.set_minor_locator(NullLocator())
    format_thousands(axes)
