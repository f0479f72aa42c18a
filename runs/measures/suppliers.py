"""Losses beyond the line: a stopped plant buys nothing, and suppliers who are not in the tables lose value added."""

from __future__ import annotations

import numpy as np

from model.metrics import output_lost
from runs.measures.quantities import JPY_MN_PER_BN, after_shock, column
from runs.simulation.record import Array, Record


def suppliers_value_added(record: Record) -> Array:
    """What suppliers beyond the tables earn from a unit of each line's output, F, in millions of value added.

    An industry's row in industries.csv says what all its domestic suppliers in other industries earn for one of its
    own value added, suppliers of suppliers included (Leontief's inverse of a published table). Those of them that are
    lines of their own here, with their suppliers, are taken off: what they lose is counted where they lose it.
    Zero where an industry has no row. That customers hand a loss on to their suppliers at once: Hallegatte 2008, *Risk
    Analysis* 28; that they did in 2011: Carvalho et al. 2021, *Quarterly Journal of Economics* 136.
    """
    net = record.network
    earned = shares_of_suppliers(record) * net.value_added
    client, supplier = net.line_of[net.need_of], net.supplier
    bought = (net.per_unit * net.dependence)[net.need_of] * net.contract_share
    country, industry = column(record, "country"), column(record, "industry")
    named = supplier < len(earned)
    here, there = client[named], supplier[named]
    apart = (country[here] == country[there]) & (industry[here] != industry[there])
    within = bought[named] * (net.value_added + earned)[there] * apart
    return np.asarray(np.maximum(0.0, earned - np.bincount(here, within, len(earned))))


def shares_of_suppliers(record: Record) -> Array:
    """Value added of domestic suppliers in other industries for one of each line's own, F; 0 where nothing is known."""
    known = {(row.country, row.industry): row.suppliers_value_added for row in record.register.tables.industries}
    lines = zip(column(record, "country"), column(record, "industry"), strict=True)
    return np.array([known.get((str(country), str(industry)), 0.0) for country, industry in lines])


def suppliers_loss_by_day(record: Record) -> Array:
    """What suppliers beyond the tables lose with each line on each day from the shock on, days x F, in millions."""
    after = after_shock(record)
    lost = (record.lines["usual"] - record.lines["output"])[after:] * suppliers_value_added(record)
    return np.concatenate([np.zeros((after, lost.shape[1])), lost])


def suppliers_loss(record: Record, code: str) -> float | None:
    """What a country's suppliers beyond the tables lose, in billions; None where nothing is known of them."""
    if all(row.country != code for row in record.register.tables.industries):
        return None
    units = output_lost(record.lines["output"], record.lines["usual"], after_shock(record))
    here = column(record, "country") == code
    return float((units * suppliers_value_added(record))[here].sum()) / JPY_MN_PER_BN
