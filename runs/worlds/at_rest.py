"""What a world looks like at rest, as numbers: its tiers, goods, countries, on whom it depends, its stocks, who could
stop whom.

Everything is of the lines that the tables name, and follows from the tables alone; nothing is simulated but the
emptying of stocks (`who_stops_whom`).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from model.network import DAYS_PER_YEAR, laid, output_at_rest
from model.register import Register
from model.tables.rows import ROWS, Line, number_columns
from model.tables.tables import Tables
from runs.simulation.focus import Focus, focus_of
from runs.worlds.who_stops_whom import Loss, losses_of

Array = NDArray[np.float64]
LEAST_FLOW = 1e-12  # units a day, below which nothing flows
MN_PER_BN = 1_000.0


def world_at_rest(reg: Register) -> dict[str, Any]:
    """All that `linestop world check` says of a world at rest, ready for JSON. Raise Faults where it does not settle.

    Amounts are a year's, in the good's unit; value added is in billions of the tables' money.
    """
    about, made = focus_of(reg.tables), output_at_rest(reg)[: reg.named("lines")] * DAYS_PER_YEAR
    return {
        "home": about.home, "neighbour": about.neighbour, "exporters": list(about.exporters), "story": about.story,
        "money": about.money.code,
        "lines": reg.named("lines"), "companies": len({line.firm for line in reg.tables.firms}),
        "needs": reg.named("needs"), "links": reg.named("links"),
        "dormant": sum(link.qualification_days > 0 for link in reg.tables.links),
        "anonymous": reg.size("lines") - reg.named("lines"),
        "tiers": tiers_at_rest(reg, about), "goods": goods_at_rest(reg, about, made),
        "countries": countries_at_rest(reg, made), "dependence": dependence_at_rest(reg, about),
        "cover": cover_at_rest(reg, about), "who_stops_whom": who_stops_whom(reg, about),
        "remarks": remarks_on(reg, made),
    }  # fmt: skip


def tiers_at_rest(reg: Register, about: Focus) -> list[dict[str, Any]]:
    """Tier by tier, what it is called, how many lines it has, where they are and what they make."""
    lines = reg.tables.firms
    return [
        {"tier": tier, "name": about.tiers.get(tier, f"Tier {tier}"), "lines": len(some),
         "countries": in_order(line.country for line in some), "goods": in_order(line.good for line in some)}
        for tier in sorted({line.tier for line in lines})
        for some in [[line for line in lines if line.tier == tier]]
    ]  # fmt: skip


def goods_at_rest(reg: Register, about: Focus, made: Array) -> list[dict[str, Any]]:
    """Good by good, how much is made a year, by how many, how much of it in exporting countries, and what is sold."""
    rows = []
    for good in reg.tables.goods:
        makers = [(line, made[row]) for row, line in enumerate(reg.tables.firms) if line.good == good.good]
        total = sum(amount for _, amount in makers)
        there = sum(amount for line, amount in makers if line.country in about.exporters)
        rows.append({
            "good": good.good, "name": good.name, "unit": good.unit, "makers": len(makers), "made": float(total),
            "by_exporters": share_or_none(there, total), "controlled": good.controlled,
            "to_users": float(sum(line.demand_per_year for line, _ in makers)), "price_mn": good.price_jpy_mn,
        })  # fmt: skip
    return rows


def countries_at_rest(reg: Register, made: Array) -> list[dict[str, Any]]:
    """Country by country, its lines, the value that they add a year, and what that is of its GDP."""
    lines, added = reg.tables.firms, made * reg.named_column("lines", "value_added_jpy_mn")
    rows = []
    for country in reg.tables.countries:
        mine = np.array([line.country == country.country for line in lines], bool)
        worth = float(added[mine].sum()) / MN_PER_BN
        rows.append({
            "country": country.country, "name": country.name, "zone": country.zone, "lines": int(mine.sum()),
            "value_added_bn": worth, "of_gdp": share_or_none(worth / MN_PER_BN, country.gdp_jpy_tn),
        })  # fmt: skip
    return rows


def dependence_at_rest(reg: Register, about: Focus) -> list[dict[str, Any]]:
    """Exporter by exporter and good by good, which share of what buyers at home and elsewhere use is bought there.

    It is what is bought directly; what is inside bought parts shows in who could stop whom.
    """
    read, lines = laid(reg), reg.tables.firms
    count, needs = reg.named("links"), reg.named("needs")
    weight = reg.named_column("needs", "per_unit") * reg.named_column("needs", "dependence")
    use = weight * output_at_rest(reg)[read.line_of[:needs]] * DAYS_PER_YEAR
    named = np.flatnonzero(read.supplier[:count] < len(lines))
    flow = (use[read.need_of[:count]] * read.share[:count])[named]
    country = np.array([line.country for line in lines])
    origin, user = country[read.supplier[named]], country[read.line_of[read.need_of[named]]]
    goods = read.need_good[read.need_of[named]]
    rows = []
    for exporter in about.exporters:
        places = {"home": user == about.home, "elsewhere": (user != about.home) & (user != exporter)}
        for g, good in enumerate(reg.tables.goods):
            share = {}
            for place, there in places.items():
                some = there & (goods == g)
                share[place] = share_or_none(flow[some & (origin == exporter)].sum(), flow[some].sum())
            if any(share.values()):
                rows.append({"exporter": exporter, "good": good.good, "controlled": good.controlled, **share})
    return rows


def cover_at_rest(reg: Register, about: Focus) -> list[dict[str, Any]]:
    """Tier by tier, days of stock of inputs at home and elsewhere: least, middle and most; and finished goods."""
    lines, rows = {line.line: line for line in reg.tables.firms}, []
    for tier in sorted({line.tier for line in lines.values()}):
        for place in ("home", "elsewhere"):
            mine = {code for code, line in lines.items() if line.tier == tier and is_in(line, place, about)}
            days = [need.cover_days for need in reg.tables.needs if need.line in mine]
            if mine:
                rows.append({
                    "tier": tier, "where": place, "inputs": len(days), **spread(days),
                    "finished": float(np.median([lines[code].finished_days for code in mine])),
                })  # fmt: skip
    return rows


def who_stops_whom(reg: Register, about: Focus) -> list[dict[str, Any]]:
    """Loss by loss, which lines of the story and which others at home stop or fall below half, and when.

    Those that strike the story hardest and soonest come first, exporting countries before lines.
    """
    lines = reg.tables.firms
    mine = [row for row, line in enumerate(lines) if line.country == about.home]
    story = [row for row in mine if lines[row].industry == about.story]
    rows = []
    for loss in losses_of(reg, about.exporters):
        line = None if loss.is_country else lines[reg.row(loss.code)]
        rows.append({
            "lost": loss.code, "is_country": loss.is_country, "name": line.name if line else about.name(loss.code),
            "country": line.country if line else loss.code, "good": line.good if line else None,
            "story": effects(loss, story, lines),
            "others_at_home": effects(loss, [row for row in mine if row not in story], lines),
            "lines_stopped": int(np.sum(loss.stopped >= 0)),
            "lines_below_half": int(np.sum(loss.curtailed >= 0)),
        })  # fmt: skip
    return sorted(rows, key=severity)


def effects(loss: Loss, rows: Sequence[int], lines: Sequence[Line]) -> list[dict[str, Any]]:
    """What becomes of some lines: day of a stop and of falling below half, None for never, and what is left."""
    struck = [row for row in rows if loss.curtailed[row] >= 0 and lines[row].line != loss.code]
    return [
        {"line": lines[row].line, "name": lines[row].name, "below_half_day": int(loss.curtailed[row]),
         "stopped_day": int(loss.stopped[row]) if loss.stopped[row] >= 0 else None, "left": float(loss.left[row])}
        for row in sorted(struck, key=lambda row: int(loss.curtailed[row]))
    ]  # fmt: skip


def severity(row: dict[str, Any]) -> tuple[Any, ...]:
    """By what losses are put in order: lines of the story struck, others at home struck, and how soon."""
    struck = [*row["story"], *row["others_at_home"]]
    soonest = min((each["below_half_day"] for each in struck), default=0)
    return not row["is_country"], -len(row["story"]), -len(row["others_at_home"]), soonest


def remarks_on(reg: Register, made: Array) -> list[str]:
    """What is no fault and yet worth a look, a sentence each."""
    tables = reg.tables
    makers = {line.good for line in tables.firms}
    buyers = {link.supplier for link in tables.links}
    remarks = [
        f"firms.csv, {line.line}: nothing is asked of this line at rest; it makes something only as a second source"
        for row, line in enumerate(tables.firms)
        if made[row] <= LEAST_FLOW and line.role != "state_stock"
    ]
    remarks += [
        f"firms.csv, {line.line}: no line may buy of it and the final market does not; write a link or a demand"
        for line in tables.firms
        if line.line not in buyers and not line.demand_per_year and line.role != "state_stock"
    ]
    remarks += [f"goods.csv, {good.good}: no line makes it" for good in tables.goods if good.good not in makers]
    busy = {line.country for line in tables.firms}
    remarks += [
        f"countries.csv, {each.country}: no line is in it" for each in tables.countries if each.country not in busy
    ]
    tiers, named = {str(line.tier) for line in tables.firms}, focus_of(tables).said.tiers
    remarks += [
        f"focus.toml, tiers.{number} ({name}): no line of firms.csv is in this tier; leave it out, or mend its number"
        for number, name in named.items()
        if number not in tiers
    ]
    if not focus_of(tables).exporters:
        remarks.append("countries.csv: every country is in the zone 'outside', so no authority rules on exports")
    return remarks + remarks_on_sources(tables)


def remarks_on_sources(tables: Tables) -> list[str]:
    """Of which columns nothing says where their numbers come from; people that a world leaves out have theirs."""
    told = {(source.table, source.column) for source in tables.sources}
    untold = [
        f"{table}.{column}" for table in ROWS if table not in ("sources", "minds") and getattr(tables, table)
        for column in number_columns(table) if (table, column) not in told
    ]  # fmt: skip
    if not any(source.table != "minds" for source in tables.sources):
        return ["sources.csv: it is missing or empty, so no number has a source or a range"]
    return [f"sources.csv: nothing says where the numbers of {', '.join(untold)} come from"] if untold else []


def is_in(line: Line, place: str, about: Focus) -> bool:
    """Whether a line is at home, or elsewhere."""
    return (line.country == about.home) == (place == "home")


def spread(days: Sequence[float]) -> dict[str, float | None]:
    """The least, the middle and the most of some days; None of none."""
    if not days:
        return {"least": None, "middle": None, "most": None}
    return {"least": float(min(days)), "middle": float(np.median(days)), "most": float(max(days))}


def share_or_none(part: Any, whole: Any) -> float | None:
    """A part of a whole; None of nothing."""
    return float(part) / float(whole) if whole > LEAST_FLOW else None


def in_order(words: Iterable[str]) -> list[str]:
    """Words once each, in the order in which they come."""
    return list(dict.fromkeys(words))
