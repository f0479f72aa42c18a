"""What dated shocks did to a link or a line, as a record shows it: papers, refusals, longer ways, lost capacity."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import date, timedelta
from functools import partial
from typing import Any, NamedTuple, TypeVar

from model.dates import in_words
from model.history import History
from model.regimes import look_alikes
from model.scenario.delays import delay_on
from model.scenario.event import Event
from model.scenario.event_cells import LONGEST_HOLD_DAYS
from model.scenario.events import CapacityShock, DemandShock, LeadShock, QuotaShock, WillingShock
from model.scenario.ports import PortShock
from model.scenario.reach import lines_by_code
from model.scenario.regime_shock import RegimeShock
from model.state import RULES, Network

Kind = TypeVar("Kind", bound=Event)

LEAST_WINDOW_DAYS = 14  # a failure is looked for over at least two weeks before it was felt
FELT = 0.1  # share of what was shipped; papers that hold back less do not stop a line
LONGEST_REVIEW_DAYS = 365  # a review that takes longer has no end that anybody waits for
MOSTLY = 0.5  # share of a line's use that is most of it
WORDS = {  # of a rule that holds, and of one that has ended
    "ban": ("are banned", "were banned"),
    "watch": ("wait without a clock", "waited without a clock"),
    "individual": ("wait for licences", "waited for licences"),
    "general": ("wait for general licences", "waited for general licences"),
}


class Root(NamedTuple):
    """What was at the root of a shortage: its kind, a clause that says so, and from when until when if that is over."""

    kind: str
    clause: str
    held: tuple[date, date] | None = None


def window_of(net: Network, need: int) -> int:
    """Over how many days a need's supply is looked at: as many as its stock lasts."""
    return max(LEAST_WINDOW_DAYS, int(net.normal_cover[need]))


def used_at_rest(net: Network, need: int) -> float:
    """What a need uses a day in the world at rest."""
    return float(net.baseline[net.line_of[need]] * net.per_unit[need] * net.dependence[need])


def missing_on(history: History, link: int, first: int, last: int, flow: str = "shipped") -> float:
    """By how much less than at rest was shipped, or ordered, on a link on the days first .. last - 1."""
    net = history.network
    agreed = float(net.contract_share[link]) * used_at_rest(net, int(net.need_of[link])) * (last - first)
    return agreed - float(history.links[flow][first:last, link].sum())


def longer_way(history: History, need: int, day: int) -> tuple[int, float, Root] | None:
    """The link on which longer transport delayed most, with the amount and the root; None for no delay."""
    net, lines, links = history.network, lines_by_code(history.register.tables), history.register.tables.links
    found: tuple[int, float, Root] | None = None
    for shock in delays_until(history, day):
        longer, does = days_longer(shock), "wait" if isinstance(shock, PortShock) and shock.closed else "travel"
        for link in range(net.first_link[need], net.first_link[need + 1]):
            if shock.date <= history.start or not shock.reaches(links[link], lines):
                continue  # what held from the start is part of the world at rest
            dry = (shock.date - history.start).days + int(links[link].lead_days)  # nothing lands from this day on
            gap = min(longer, days_held(history, shock, link))
            days = min(day, dry + gap) - max(dry, day - window_of(net, need), 0)
            late = days * float(net.contract_share[link]) * used_at_rest(net, need)
            if late > (found[1] if found else 0.0):
                longer_words = f"{longer} days{' longer' if does == 'travel' else ''}"
                did = {"travel": "travelled", "wait": "waited"}[does]
                restored = partial(restores_link, history, link)
                found = link, late, root_of(history, shock, "longer way", "goods",
                                            (f"{does} {longer_words}", f"{did} {longer_words}"), restored)  # fmt: skip
    return found


def delays_until(history: History, day: int) -> Iterator[LeadShock | PortShock]:
    """The shocks that made ways longer and had begun by a day, in the order in which they began."""
    today = history.start + timedelta(days=day)
    for shock in history.scenario.shocks if history.scenario is not None else ():
        if isinstance(shock, LeadShock | PortShock) and shock.date <= today:
            yield shock


def days_longer(shock: LeadShock | PortShock) -> int:
    """By how many days goods come later that set out on the first day of a shock."""
    return delay_on([shock], shock.date)


def days_held(history: History, shock: LeadShock | PortShock, link: int) -> int:
    """For how many days goods were sent the longer way, until that ended or a later shock restored the usual one."""
    way, lines = history.register.tables.links[link], lines_by_code(history.register.tables)
    later = (each for each in delays_until(history, LONGEST_HOLD_DAYS) if each.date > shock.date)
    ends = [each.date for each in later if type(each) is type(shock) and each.restores and each.reaches(way, lines)]
    ends += [] if shock.end is None else [shock.end]
    return min((each - shock.date).days for each in ends) if ends else days_longer(shock)


def way_on(history: History, link: int, day: int) -> int:
    """The days from dispatch to landing on a link for goods that left on a day."""
    tables, today = history.register.tables, history.start + timedelta(days=day)
    lines, lead = lines_by_code(tables), int(tables.links[link].lead_days)
    here = [each for each in delays_until(history, day) if each.reaches(tables.links[link], lines)]
    found = [
        each for kind in (LeadShock, PortShock) for each in not_restored(one for one in here if isinstance(one, kind))
    ]
    return lead + delay_on(found, today)


def paper_root(history: History, link: int, first: int, last: int) -> Root | None:
    """The papers that kept a link's goods at home, with a clause such as "exports there are banned"; None for none."""
    row = int(history.network.licence_of[link])
    shock = rule_in_force(history, link, first, last) if row >= 0 else None
    if shock is None or shock.rule == "free":
        return None
    refused = float(history.links["refused"][first:last, link].sum())
    waiting = float(history.licences["waiting"][last - 1, row])
    if max(refused, waiting) <= FELT * float(history.links["shipped"][first:last, link].sum()):
        return None
    replaced = partial(replaces, history, link, shock)
    kind, whose = {"ban": ("regime", "exports"), "watch": ("no ruling", "exports")}.get(
        told_as(shock), ("waiting", "shipments")
    )
    if kind == "waiting" and waiting < refused:
        return root_of(history, shock, "refused", "shipments there", ("were refused", "were refused"), replaced)
    return root_of(history, shock, kind, f"{whose} there", WORDS[told_as(shock)], replaced)


def told_as(shock: RegimeShock) -> str:
    """What a rule comes to: one whose review takes a year is a watch list."""
    return "watch" if shock.rule == "watch" or (shock.review_days or 0) >= LONGEST_REVIEW_DAYS else shock.rule


def replaces(history: History, link: int, earlier: RegimeShock, later: Any) -> bool:
    """Whether another rule holds on a link from the day of a later shock on, instead of that of an earlier one."""
    if later.end is not None or later.end_use != earlier.end_use or told_as(later) == told_as(earlier):
        return False
    return reaches_link(history, link, later)


def reaches_link(history: History, link: int, shock: Any) -> bool:
    """Whether a shock strikes a link."""
    tables = history.register.tables
    return bool(shock.reaches(tables.links[link], lines_by_code(tables)))


def rule_in_force(history: History, link: int, first: int, last: int) -> RegimeShock | None:
    """The strictest regime that held on a link on the days first .. last - 1, by naming its good or by mistaking it.

    Of those without an end the newest of each use holds; a ban on military use counts where that is most of the use.
    """
    tables, begun = history.register.tables, history.start + timedelta(days=first)
    lines = lines_by_code(tables)
    military = lines[tables.links[link].line].military_share >= MOSTLY
    standing: dict[str, tuple[bool, RegimeShock]] = {}
    laid_over: list[tuple[bool, RegimeShock]] = []
    for shock in shocks_until(history, RegimeShock, last):
        named = shock.reaches(tables.links[link], lines)
        mistaken = shock.over_compliance > 0.0 and link in look_alikes(shock, history.register)
        if not (named or mistaken) or (shock.end_use == "military" and not (military and shock.rule == "ban")):
            continue
        if shock.end is not None:
            laid_over += [(named, shock)] if shock.end > begun else []
        elif named or not standing.get(shock.end_use, (False, shock))[0]:
            standing[shock.end_use] = named, shock
    held = [*standing.values(), *laid_over]
    return max(held, key=lambda each: (each[0], *strictness(each[1])))[1] if held else None


def strictness(shock: RegimeShock) -> tuple[int, int, float]:
    """How strict a rule is, to be compared: a harder rule, else a longer review, else fewer grants."""
    return RULES[shock.rule], shock.review_days or 0, -shock.grant_share


def declined_root(history: History, link: int, first: int, last: int) -> Root | None:
    """Whether by a dated decision fewer orders are taken on a link: the root, or None."""
    tables = history.register.tables
    lines = lines_by_code(tables)
    told: list[WillingShock | QuotaShock] = [
        *shocks_until(history, WillingShock, last),
        *shocks_until(history, QuotaShock, last),
    ]
    found = not_restored(each for each in told if each.reaches(tables.links[link], lines))
    begun = history.start + timedelta(days=first)
    found = [shock for shock in found if shock.share < 1.0 and (shock.end is None or shock.end > begun)]
    refused, shipped = (float(history.links[name][first:last, link].sum()) for name in ("refused", "shipped"))
    if not found or refused <= FELT * shipped:
        return None
    least = min(found, key=lambda shock: shock.share)
    restored = partial(restores_link, history, link)
    return root_of(history, least, "declined", "orders from there", ("are declined", "were declined"), restored)


def restores_link(history: History, link: int, later: Any) -> bool:
    """Whether a shock ends earlier ones of its kind on a link."""
    return later.restores and reaches_link(history, link, later)


def shocks_until(history: History, kind: type[Kind], day: int) -> Iterator[Kind]:
    """The shocks of a kind that had begun by a day, in the order in which they began."""
    today = history.start + timedelta(days=day)
    for shock in history.scenario.shocks if history.scenario is not None else ():
        if isinstance(shock, kind) and shock.date <= today:
            yield shock


def root_of(
    history: History, shock: Event, kind: str, whose: str, does: tuple[str, str], ends: Callable[[Any], bool]
) -> Root:
    """A root with its clause in the present, or in the past if it was over by the last day that is recorded.

    does: what holds, and what held; ends: whether a later shock of its kind ended it.
    """
    end = end_of(history, shock, ends)
    clause = f"{whose} {does[end is not None]}{over(shock, end)}"
    return Root(kind, clause, None if end is None else (shock.date, end))


def end_of(history: History, shock: Event, ends: Callable[[Any], bool]) -> date | None:
    """The first day on which a shock was over, by its own end or a later word; None if it held on the last day."""
    days = len(history.lines["output"]) - 1
    later = (each.date for each in shocks_until(history, type(shock), days) if each.date > shock.date and ends(each))
    end = min((day for day in (shock.end, *later) if day is not None), default=None)
    return end if end is not None and end <= history.start + timedelta(days=days) else None


def over(shock: Event, end: date | None) -> str:
    """Since when something holds, or from when until when it held, and what happened, as people write it."""
    return since(shock) if end is None else f" from {in_words(shock.date)} until {in_words(end)} ({shock.note})"


def since(shock: Event) -> str:
    """Since when something holds, until when if that is known, and what happened, as people write it."""
    until = "" if shock.end is None else f" until {in_words(shock.end)}"
    return f" since {in_words(shock.date)}{until} ({shock.note})"


def not_restored(shocks: Iterable[Any]) -> list[Any]:
    """The shocks, in the order in which they began, that no later one has restored."""
    found: list[Any] = []
    for shock in shocks:
        found = [] if shock.restores else [*found, shock]
    return found


def capacity_note(history: History, row: int, day: int) -> str:
    """Which dated events had taken capacity from a line on a day."""
    line, today = history.register.tables.firms[row], history.start + timedelta(days=day)
    reached = (each for each in shocks_until(history, CapacityShock, day) if each.reaches(line))
    found = not_restored(each for each in reached if each.holds_on(today))
    lost = [shock for shock in found if shock.times < 1.0]
    return " and".join(
        over(shock, end_of(history, shock, lambda later: later.restores and later.reaches(line))) for shock in lost
    )


def demand_note(history: History, day: int, more: bool) -> str:
    """Which dated event had made final buyers want more, or less, by a day or within the two weeks before."""
    lately = history.start + timedelta(days=day - LEAST_WINDOW_DAYS)
    found = [
        each
        for each in not_restored(shocks_until(history, DemandShock, day))
        if (each.times > 1.0 if more else each.times < 1.0) and (each.end is None or each.end > lately)
    ]
    if not found:
        return ""
    end, amount = end_of(history, found[-1], lambda later: later.restores), "more" if more else "less"
    return f", for final buyers want{'' if end is None else 'ed'} {amount}{over(found[-1], end)}"
