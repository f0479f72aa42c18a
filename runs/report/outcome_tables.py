"""The tables of outcomes in a report: losses by country, how a stop was handed on, tiers, licences, goods."""

from __future__ import annotations

from typing import Any

import numpy as np

from runs.measures.applications import applications, waiting_by_unit
from runs.measures.handover import lanes
from runs.measures.quantities import (
    JPY_MN_PER_BN,
    LEAST_SHOWN_BN,
    after_shock,
    controlled_goods,
    focus,
)
from runs.simulation.focus import Focus
from runs.simulation.money_units import BILLION, choose_unit
from runs.simulation.record import Record

MOST_LAYER_ROWS = 20  # of a wide economy in the report: those that lost most
TABLE_NOTES = {
    "Losses and stops": "Days of all lines added up; a line is curtailed on days on which it makes under half of what "
    "is usual, stops included. Below 0: more than in the world at rest.",
    "How the stop was handed on": "Days from the shock, by the median of the lines that lost a week's output: when a "
    "week's worth of deliveries was missing, and when a week's worth of output; between them lies what stock added.",
    "Tiers": "Fill rate: shipped over ordered. Bullwhip ratio: variance of orders placed over variance of "
    "demand met; a dash where that demand did not change.",
    "The wide economy": "Anonymous firms, which follow fixed rules. A line is stopped on days on which it makes under "
    "5 % of what is usual.",
    "Controlled goods": "Sources: how concentrated {home}'s purchases are on few suppliers (Herfindahl index, 1 is a "
    "single one). Price: spot{outside}, as a multiple of base.",
}


def outcome_tables(record: Record, result: dict[str, Any]) -> list[dict[str, Any]]:
    """The key numbers, grouped: losses by country, stops and orders by tier, licences, controlled goods."""
    about = focus(record)
    home, outside = about.name(about.home), f" outside {' and '.join(about.inside)}" if about.inside else ""
    tables = [
        ("Losses and stops", ["after the shock", *map(about.name, about.reported)], loss_rows(result, about)),
        (
            "How the stop was handed on",
            ["tier (lines hit)", "first stop", "deliveries", "output", "added"],
            handover_rows(record),
        ),
        (f"Tiers in {home}", ["tier", "first stop, day", "fill rate", "bullwhip ratio"], tier_rows(result, about)),
        (
            "The wide economy",
            [
                "layer",
                "lines",
                "stopped on some day",
                "most at once",
                f"value added lost, bn {focus(record).money.code}",
            ],
            layer_rows(record),
        ),
        ("Licences", ["after the shock", "all exporters"], licence_table(record)),
        ("Controlled goods", ["good", "sources before", "sources after", "highest price"], good_rows(record, result)),
    ]
    notes = {f"Tiers in {home}" if name == "Tiers" else name: words for name, words in TABLE_NOTES.items()}
    return [
        {"title": title, "head": head, "rows": rows,
         "note": notes.get(title, "").replace("{home}", home).replace("{outside}", outside)}
        for title, head, rows in tables
        if rows
    ]  # fmt: skip


def loss_rows(result: dict[str, Any], about: Focus) -> list[list[str]]:
    """What each reported country lost; in a smaller unit of money where whole billions would show nothing."""
    losses = ("value_added_lost_jpy_bn", "suppliers_value_added_lost_jpy_bn")
    most = max(abs(result.get(f"{key}_{code}") or 0.0) for key in losses for code in about.reported)
    unit = choose_unit([most]) if most >= LEAST_SHOWN_BN else BILLION
    result = {key: value / unit.billions if value and key.startswith(losses) else value
              for key, value in result.items()}  # fmt: skip
    money = f"{unit.word} {about.money.name}"
    wanted = {
        "first stop, day after the shock": ("first_stop_day", 0), "lines that stopped": ("lines_stopped", 0),
        "stop days, all lines": ("stop_days", 0), "curtailed days, stops included": ("curtailed_days", 0),
        "median time to survive, days": ("time_to_survive_days", 0),
        "median time to recover, days": ("time_to_recover_days", 0),
        "vehicles not built": ("vehicles_not_built", 0),
        f"value added lost by the lines themselves, {money}": ("value_added_lost_jpy_bn", 0),
        "the same, % of a year's GDP": ("gdp_share_lost_pct", 2),
        f"value added lost by their suppliers beyond the tables, {money}": ("suppliers_value_added_lost_jpy_bn", 0),
        "both, % of a year's GDP": ("gdp_share_lost_with_suppliers_pct", 2),
    }  # fmt: skip
    return [
        [label, *(number_cell(result.get(f"{key}_{code}"), digits) for code in about.reported)]
        for label, (key, digits) in wanted.items()
        if any(f"{key}_{code}" in result for code in about.reported)
    ]


def handover_rows(record: Record) -> list[list[str]]:
    """A row a tier at home: its lines that lost a week's output, its first stop, and what its stock added in days."""
    zero, found = after_shock(record), lanes(record)
    if not any(len(lane.hit) for lane in found):
        return []
    return [
        [
            f"{lane.title} ({len(lane.hit)} of {len(lane.rows)})",
            *(
                number_cell(None if day is None else day - zero, 0)
                for day in (lane.first_stop[1] if lane.first_stop else None, lane.short, lane.lost)
            ),
            number_cell(lane.added, 0),
        ]
        for lane in found
    ]


def tier_rows(result: dict[str, Any], about: Focus) -> list[list[str]]:
    """Stops, service and order swings by tier."""
    return [
        [
            name,
            number_cell(result.get(f"first_stop_day_tier_{tier}_{about.home}"), 0),
            number_cell(result.get(f"fill_rate_tier_{tier}_{about.home}"), 2),
            number_cell(result.get(f"bullwhip_tier_{tier}_{about.home}"), 1),
        ]
        for tier, name in about.tiers.items()
    ]


def layer_rows(record: Record) -> list[list[str]]:
    """The layers of anonymous firms: how many, how many were stopped, and the value added that they lost; or no row."""
    anonymous, after = record.anonymous, after_shock(record)
    if anonymous is None:
        return []
    lost = (anonymous.added_at_rest - anonymous.added[after:]).sum(axis=0) / JPY_MN_PER_BN
    most = anonymous.stopped_lines[after:].max(axis=0, initial=0.0)
    rows = sorted(range(len(anonymous.layers)), key=lambda row: -lost[row])[:MOST_LAYER_ROWS]
    return [
        [anonymous.layers[row], number_cell(anonymous.lines[row], 0), number_cell(anonymous.ever_stopped[row], 0),
         number_cell(most[row], 0), number_cell(lost[row], 1)]
        for row in sorted(rows)
    ]  # fmt: skip


def licence_table(record: Record) -> list[list[str]]:
    """The licence funnel, in which each application is counted once, and the amounts that wait, unit by unit."""
    everywhere = np.ones(record.licences["waiting"].shape[1], bool)
    found = applications(record, everywhere)
    rows = [
        ["applications filed before and not ruled on", f"{found.before:,}"],
        ["applications filed", f"{found.filed:,}"],
        ["applications granted", f"{found.granted:,}"],
        ["applications refused", f"{found.refused:,}"],
        *([["applications ended by a change of the rule", f"{found.ended:,}"]] if found.ended else []),
        ["applications waiting at the end", f"{found.waiting:,}"],
    ]
    for unit, amount in waiting_by_unit(record, everywhere).items():
        words = "tonnes" if unit == "t" else unit
        most = float(amount[after_shock(record) :].max(initial=0.0))
        rows.append([f"most pending at once, {words}", number_cell(most, 0)])
        rows.append([f"pending at the end, {words}", number_cell(float(amount[-1]), 0)])
    return rows


def good_rows(record: Record, result: dict[str, Any]) -> list[list[str]]:
    """The concentration of the sources at home of each controlled good before and after, and its highest spot price."""
    goods, home = [record.register.tables.goods[good] for good in controlled_goods(record)], focus(record).home
    return [
        [
            good.name,
            number_cell(result[f"source_concentration_{good.good}_{home}_before"], 2),
            number_cell(result[f"source_concentration_{good.good}_{home}_after"], 2),
            number_cell(result[f"highest_spot_price_multiple_{good.good}"], 1),
        ]
        for good in goods
    ]


def number_cell(value: Any, digits: int) -> str:
    """A number for a table, without a negative zero; a dash where there is none."""
    return "–" if value is None else f"{round(value, digits) + 0.0:,.{digits}f}"
