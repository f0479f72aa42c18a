"""What a day of stock buys: by how many days more of it put the loss of car lines off."""

from __future__ import annotations

import numpy as np

from runs.simulation.record import Array

LEAST_POINTS = 2  # from here on there is a slope


def medians(days: Array) -> Array:
    """The median over futures, S, of days S x futures; endless where half of the futures or more have no such day."""
    return np.asarray(np.percentile(days, 50, axis=1, method="higher"))


def days_bought(stock: Array, days: Array) -> float | None:
    """Days that a day more of stock buys: the slope by least squares through the medians; None without two of them."""
    middle = medians(days)
    known = np.isfinite(middle)
    if known.sum() < LEAST_POINTS or float(np.ptp(stock[known])) == 0.0:
        return None
    return float(np.polyfit(stock[known], middle[known], 1)[0])
