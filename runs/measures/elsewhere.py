"""Outcomes of the countries that a world is not about: when lines stopped first, how many, and what was lost."""

from __future__ import annotations

from typing import Any

import numpy as np

from model.metrics import STOPPED_BELOW, first_day, fulfilment, value_added_lost
from runs.measures.quantities import JPY_MN_PER_BN, after_shock, column, focus, gdp, json_number
from runs.simulation.record import Record


def other_countries(record: Record) -> dict[str, Any]:
    """The first stop, lines that stopped, and value added lost of each country with lines that is not reported.

    Days are counted from the shock. Value added is in billions, and in percent of a year's GDP. None where nothing
    can be said: no stop, lines whose value added is in no table, an unknown GDP.
    """
    output, usual, after = record.lines["output"], record.lines["usual"], after_shock(record)
    still, country = fulfilment(output, usual) < STOPPED_BELOW, column(record, "country")
    first = first_day(still, after)
    value = value_added_lost(output, usual, record.network.value_added, after).sum(axis=0) / JPY_MN_PER_BN
    result: dict[str, Any] = {}
    for code in others_with_lines(record):
        here = country == code
        stops = first[here][first[here] >= 0]
        lost = float(value[here].sum()) if (record.network.value_added[: len(here)][here] > 0.0).any() else np.nan
        result[f"first_stop_day_{code}"] = int(stops.min()) - after if len(stops) else None
        result[f"lines_stopped_{code}"] = len(stops)
        result[f"stop_days_{code}"] = int(still[after:, here].sum())
        result[f"value_added_lost_jpy_bn_{code}"] = json_number(lost)
        result[f"gdp_share_lost_pct_{code}"] = json_number(100.0 * lost / gdp(record, code))
    return result


def others_with_lines(record: Record) -> list[str]:
    """The countries in which a line is that are not reported, in the order of the table."""
    here = set(np.unique(column(record, "country")).tolist()) - set(focus(record).reported)
    return [country.country for country in record.register.tables.countries if country.country in here]
