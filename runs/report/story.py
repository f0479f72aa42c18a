"""What happened in a run, in three sentences: the first stop, how it spread, what it cost."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from model.cascade import first_stops, moment, reasons, short_name
from model.dates import in_words
from model.metrics import CURTAILED_BELOW, RECOVERED_FROM, curtailed, first_day, fulfilment, stopped
from model.network import DAYS_PER_YEAR
from runs.measures.handover import lanes
from runs.measures.quantities import JPY_MN_PER_BN, column, focus, gdp
from runs.simulation.record import Array, Record

LEAST_SHARE = 5e-5  # of a year's value added, below which a loss is not reported
LEAST_GDP_PCT = 0.0005  # of a year's GDP, below which a loss is not reported
SMALL_ECONOMY_TIMES = 20.0  # a loss is held against the GDP, or against so many times what the lines add if less
NOTHING = "nothing that can be measured."
ROOT_CLAUSES = {
    "regime": "which may no longer leave {origin}",
    "no ruling": "for which licences are filed and not ruled on",
    "waiting": "which wait for licences",
    "refused": "for which licences were refused",
    "rationed": "of which there was not enough for all",
    "capacity": "whose maker had lost capacity",
    "empty stock": "of which stocks were used up",
    "demand": "of which no more was wanted",
    "declined": "of which fewer orders were taken",
    "longer way": "which travel longer",
    "slowed": "of which people made less",
}
ENDED_CLAUSES = {  # of a root that was over by the end of the run
    "regime": "which could not leave {origin} from {begin} until {end}",
    "no ruling": "for which licences were filed and not ruled on from {begin} until {end}",
    "waiting": "which waited for licences from {begin} until {end}",
    "refused": "for which licences were refused from {begin} until {end}",
    "declined": "of which fewer orders were taken from {begin} until {end}",
    "longer way": "which travelled longer from {begin} until {end}",
}


def story_sentences(record: Record, result: dict[str, Any]) -> list[str]:
    """Three sentences on a run, from its record and its outcomes; a fourth on anonymous firms, if there are any."""
    wide = [] if record.anonymous is None else [anonymous_sentence(record, result)]
    stops = [(row, day) for row, day in first_stops(record) if column(record, "country")[row] == focus(record).home]
    if not stops:
        return [*nothing_stopped_sentences(record), *demand_sentences(record), *cost_sentences(record, result), *wide]
    happened = [first_stop_sentence(record, *stops[0]), spread_sentence(record, stops)]
    return [*happened, *demand_sentences(record), *cost_sentences(record, result), *wide]


def home_name(record: Record) -> str:
    """The name of the home country."""
    return focus(record).name(focus(record).home)


def nothing_stopped_sentences(record: Record) -> list[str]:
    """No line at home stopped; whether one did elsewhere."""
    elsewhere = first_stops(record)
    if not elsewhere:
        return ["No line stopped.", slowest_sentence(record)]
    row, day = elsewhere[0]
    name = record.names()[row]
    words = f"Elsewhere {len(elsewhere)} did, first {name} on {moment(record, day)}."
    mine = column(record, "country") == focus(record).home
    return [f"No line in {home_name(record)} stopped.", words, slowest_sentence(record, mine)]


def slowest_sentence(record: Record, mine: Array | None = None) -> str:
    """How far the lines that never stopped, all or some of them, fell below what is usual, and which fell furthest."""
    after = record.shock_day or 0
    share = fulfilment(record.lines["output"], record.lines["usual"])[after:]
    where = f"in {home_name(record)} " if mine is not None else ""
    if mine is not None:
        share = np.where(mine, share, 1.0)
    least = share.min(axis=0, initial=1.0)
    slow = np.flatnonzero(least < CURTAILED_BELOW)
    if len(slow):
        row = int(slow[np.argmin(first_day(share < CURTAILED_BELOW)[slow])])
        day = after + int(np.argmax(share[:, row] < CURTAILED_BELOW))
        lines = f"{len(slow)} lines {where}ran" if len(slow) > 1 else f"One line {where}ran"
        first = "first " if len(slow) > 1 else ""
        return f"{lines} below half of what is usual, {first}{record.names()[row]} on {moment(record, day)}."
    if len(least) and float(least.min()) < RECOVERED_FROM:
        row = int(np.argmin(least))
        day = after + int(np.argmin(share[:, row]))
        made = f"{100.0 * float(least[row]):.0f} % of what is usual on {moment(record, day)}"
        return f"No line {where}fell below half of what is usual; {record.names()[row]} fell furthest, to {made}."
    return f"Every line {where}made what is usual, or nearly so, on every day."


def first_stop_sentence(record: Record, row: int, day: int) -> str:
    """Which line stopped first, when, for want of what, and what was at the root."""
    path = reasons(record, row, day)
    goods = dict(zip(record.register.goods["good"], record.register.goods["name"], strict=True))
    words = f"The first line in {home_name(record)} to stop was {record.names()[row]}, on {moment(record, day)}"
    if not path[0].good:
        return f"{words}: {path[0].text}."
    words += f", for want of {goods[path[0].good]}"
    root = path[-1]
    if len(path) > 1 and root.good and root.good != path[0].good:
        words += f"; at the root it lacked {goods[root.good]}"
    if root.supplier is not None:
        words += f" from {short_name(record, root.supplier)}"
    origin = country_of(record, root.supplier)
    if root.held is None:
        return f"{words}, {ROOT_CLAUSES[root.kind].format(origin=origin)}."
    begin, end = map(in_words, root.held)
    return f"{words}, {ENDED_CLAUSES[root.kind].format(origin=origin, begin=begin, end=end)}."


def country_of(record: Record, row: int | None) -> str:
    """The name of a line's country; "the country" where there is no line."""
    if row is None or row >= len(record.register.firms):
        return "the country"
    code = column(record, "country")[row]
    return next(c.name for c in record.register.tables.countries if c.country == code)


def spread_sentence(record: Record, stops: list[tuple[int, int]]) -> str:
    """Through which tiers the stop went, how many lines lost a week's output, and how many of them had stopped.

    How many stand still hangs on how a maker deals out what it has; how many lose a week's output hardly does.
    """
    tiers = column(record, "tier")
    firsts: dict[int, int] = {}
    for row, day in stops:
        firsts.setdefault(int(tiers[row]), day)
    after, titles = record.shock_day or 0, focus(record).tiers
    named = [tier for tier in firsts if tier in titles and len(titles) > 1]
    steps = [
        f"{titles[tier].lower()} on day {firsts[tier] - after}" for tier in sorted(named, key=lambda tier: firsts[tier])
    ]
    hit = [lane for lane in lanes(record) if len(lane.hit)]
    rows = {int(row) for lane in hit for row in lane.hit} | {row for row, _ in stops}
    lines = "line" if len(rows) == 1 else "lines"
    ending = f"{len(rows)} {lines} in {home_name(record)} lost a week's output or stopped"
    if focus(record).vehicles:
        ending += f", {sum(row in focus(record).vehicles for row in rows)} of them car lines"
    ending += f"; {len(stops)} stopped at one time or another"
    slow = only_slowed(record)
    if slow:
        ending += f", and {slow} more ran below half of what is usual"
    if not steps:
        return f"{ending}."
    if len(steps) == 1:
        return f"It stayed with {steps[0].split(' on day')[0]}: {ending}."
    return f"It reached {', then '.join(steps)}; {ending}."


def only_slowed(record: Record) -> int:
    """How many lines at home ran below half of what is usual after the shock and never stopped."""
    output, usual, after = record.lines["output"], record.lines["usual"], record.shock_day or 0
    slow, still = (flags(output, usual)[after:].any(axis=0) for flags in (curtailed, stopped))
    return int(np.sum(slow & ~still & (column(record, "country") == focus(record).home)))


def anonymous_sentence(record: Record, result: dict[str, Any]) -> str:
    """How many anonymous firms were stopped, and the value added that they lost."""
    anonymous = record.anonymous
    assert anonymous is not None
    lost, hit, lines = result["wide_value_added_lost_jpy_bn"], result["wide_lines_stopped"], result["wide_lines"]
    year = float(anonymous.added_at_rest.sum()) * DAYS_PER_YEAR / JPY_MN_PER_BN
    words = f"Of the {lines:,} anonymous firms around them {hit:,} {'was' if hit == 1 else 'were'} stopped on some day"
    if hit:
        row = int(np.argmax(anonymous.ever_stopped / anonymous.lines))
        words += f", of {anonymous.layers[row].lower()} {anonymous.ever_stopped[row]:,} of {anonymous.lines[row]:,}"
    if abs(lost) < LEAST_SHARE * year:
        return words + "; what they made is as in a normal year."
    verb = "lost" if lost > 0.0 else "gained"
    share = 100.0 * abs(lost) / year
    return f"{words}; they {verb} value added of {money_text(abs(lost), record)}, {share:.2f} % of a year's."


def cost_sentences(record: Record, result: dict[str, Any]) -> list[str]:
    """What the run cost the home country and, in a world that is not the base case, every other that lost something."""
    about = focus(record)
    others = () if about.neighbour else about.reported[1:]
    found = [cost_sentence(record, result, code) for code in (about.home, *others)]
    return [words for place, words in enumerate(found) if not place or not words.endswith(NOTHING)]


def cost_sentence(record: Record, result: dict[str, Any], code: str) -> str:
    """What the run cost a country."""
    name, vehicles = focus(record).name(code), result.get(f"vehicles_not_built_{code}")
    value, share = (result.get(f"{key}_{code}") for key in ("value_added_lost_jpy_bn", "gdp_share_lost_pct"))
    if value is None or abs(value) <= least_reported(record, code):
        return f"It cost {name} {NOTHING}"
    normal = not demand_changed(record)[column(record, "country") == code].any()
    than = "than in a normal year" if normal else "than final demand asked for"
    if value < 0.0:
        return f"{name} made {money_text(-value, record)} more value added {than}, filling stocks."
    words = f"lost value added of {money_text(value, record)}"
    if vehicles is not None:
        words = f"built {max(0.0, vehicles):,.0f} fewer vehicles {than} and {words}"
    of_all = f", {share:.2f} % of a year's GDP" if share is not None and share >= LEAST_GDP_PCT else ""
    return f"{name} {words}{of_all}{beyond_the_lines(record, result, code)}."


def beyond_the_lines(record: Record, result: dict[str, Any], code: str) -> str:
    """What suppliers beyond the tables lost, as the end of a sentence; empty where unknown or little."""
    indirect = result.get(f"suppliers_value_added_lost_jpy_bn_{code}")
    both = result.get(f"gdp_share_lost_with_suppliers_pct_{code}")
    if indirect is None or both is None or both < LEAST_GDP_PCT:
        return ""
    return f"; suppliers beyond the tables lost up to {money_text(indirect, record)} with it, {both:.2f} % in all"


def demand_changed(record: Record) -> Array:
    """By how much other final demand made each line's usual output differ from a normal year's, in units, F."""
    after = record.shock_day or 0
    changed = (record.lines["usual"][after:] - record.network.baseline).sum(axis=0)
    small = np.abs(changed) <= 1e-9 * record.days * record.network.baseline
    return np.asarray(np.where(small | (record.network.state_stock == 1), 0.0, changed))


def demand_sentences(record: Record) -> list[str]:
    """How much less, or more, was wanted of lines at home than in a normal year: a sentence where a shock did that."""
    about, changed = focus(record), demand_changed(record)
    here = column(record, "country") == about.home
    value = float((changed * record.network.value_added)[here].sum()) / JPY_MN_PER_BN
    if not changed[here].any():
        return []
    cars = float(sum(changed[row] for row in about.vehicles if here[row]))
    added = money_text(abs(value), record)
    words = f"{abs(cars):,.0f} vehicles and {added}" if abs(cars) >= 1.0 else added
    return [
        f"Final demand changed: {words} of value added {'less' if value < 0.0 else 'more'} than normal was asked for."
    ]


def least_reported(record: Record, code: str) -> float:
    """The least loss that is reported, in billions: a share of the GDP, or less where lines are few."""
    net, mine = record.network, column(record, "country") == code
    lines = float((net.baseline * net.value_added)[: len(mine)][mine].sum()) * DAYS_PER_YEAR / JPY_MN_PER_BN
    year = gdp(record, code)
    known = SMALL_ECONOMY_TIMES * lines if math.isnan(year) else min(year, SMALL_ECONOMY_TIMES * lines)
    return LEAST_GDP_PCT / 100.0 * known


def money_text(billions: float, record: Record) -> str:
    """An amount in billions as people say it, in smaller units where it is small, with the name of the currency."""
    money, amount = focus(record).money, billions
    for scale in ("billion", "million", "thousand"):
        if amount >= 1.0 or scale == "thousand":
            return f"{amount:,.{money.decimals}f} {scale} {money.name}"
        amount *= JPY_MN_PER_BN
    raise AssertionError(scale)
