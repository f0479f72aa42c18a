"""What a day of stock buys, from days that are known: slopes by hand, lines that never stop."""

from __future__ import annotations

import numpy as np
import pytest

from runs.figures.day_of_stock import draw_day_of_stock
from runs.measures.day_of_stock import days_bought, medians
from runs.measures.outcomes import outcomes
from runs.measures.quantities import after_shock, column, focus, vehicle_lines
from runs.simulation.stage import play, stage

STOCK = np.array([15.0, 30.0, 60.0])


def test_a_day_for_a_day_is_a_slope_of_one() -> None:
    days = np.column_stack([STOCK + 40.0, STOCK + 42.0, STOCK + 90.0])
    np.testing.assert_array_equal(medians(days), STOCK + 42.0)
    assert days_bought(STOCK, days) == pytest.approx(1.0)
    assert days_bought(STOCK, 50.0 + 0.5 * (days - 50.0)) == pytest.approx(0.5)


def test_a_stock_under_which_half_of_the_futures_have_no_stop_is_beyond_the_slope() -> None:
    days = np.array([[50.0, 60.0], [65.0, 75.0], [300.0, np.inf]])
    assert np.isinf(medians(days)[-1])
    assert days_bought(STOCK, days) == pytest.approx(1.0)
    assert days_bought(STOCK[1:], days[1:]) is None  # one point has no slope


@pytest.mark.parametrize(
    ("slope", "title"), [(1.0, "A day of stock buys about a day"), (0.5, "What a day of stock buys")]
)
def test_the_figure_claims_a_day_for_a_day_only_where_it_is_so(slope: float, title: str) -> None:
    figure = draw_day_of_stock(STOCK, 30.0 + slope * STOCK[:, None], "days of material", "Home")
    words = [text.get_text() for text in figure.texts]
    assert words[0] == f"{title}, Home" and f"buys {slope:.1f} days" in words[1]
    (axes,) = figure.axes
    curve = next(line for line in axes.lines if line.get_marker() == "o")
    np.testing.assert_allclose(np.diff(curve.get_ydata()) / np.diff(curve.get_xdata()), slope)


def test_the_loss_of_the_median_car_line_is_counted_day_by_day() -> None:
    record = play(stage("full-stop", settings=["days=260"]))
    cars = np.flatnonzero(vehicle_lines(record) & (column(record, "country") == focus(record).home))
    after, days = after_shock(record), list[float]()
    for row in cars:
        lost, day = 0.0, after
        while lost < 7.0 and day < record.days:
            lost += 1.0 - float(record.lines["output"][day, row] / record.lines["usual"][day, row])
            day += 1
        days.append(day - 1 - after if lost >= 7.0 else np.inf)
    assert len(days) % 2 == 1 and min(days) < max(days)
    found = outcomes(record)[f"median_loss_day_vehicles_{focus(record).home}"]
    assert (np.inf if found is None else found) == sorted(days)[len(days) // 2]
