"""What dated shocks did to a link or a line, as a record shows it: papers, refusals, longer ways, lost capacity."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any, Protocol, TypeVar

from model.dates import in_words
from model.events import CapacityShock, DemandShock, Event, LeadShock, RegimeShock, WillingShock
from model.reach import lines_by_code
from model.register import Register
from model.state import Network

Kind = TypeVar("Kind", bound=Event)

LEAST_WINDOW_DAYS = 14  # a failure is looked for over at least two weeks before it was felt
FELT = 0.1  # share of what was shipped; papers that hold back less do not stop a line
WORDS = {"ban": "are banned", "watch": "wait without a clock", "individual": "wait for licences",
         "general": "wait for general licences"}  # fmt: skip


class History(Protocol):
    """What the search reads: the columns of a record."""

    @property
    def scenario(self) -> Any:
        """The scenario that was run, or None."""

    @property
    def start(self) -> date:
        """The first day."""

    @property
    def shock_day(self) -> int | None:
        """The day on which the story begins."""

    @property
    def register(self) -> Register:
        """The names behind the row numbers."""

    @property
    def network(self) -> Network:
        """What never changes."""

    @property
    def lines(self) -> dict[str, Any]:
        """Columns by line, days x F."""

    @property
    def needs(self) -> dict[str, Any]:
        """Columns by need, days x N."""

    @property
    def links(self) -> dict[str, Any]:
        """Columns by link, days x L."""

    @property
    def licences(self) -> dict[str, Any]:
        """Columns by licensed link, days x K."""


def window_of(net: Network, need: int) -> int:
    """Over how many days a need's supply is looked at: as many as its stock lasts."""
    return max(LEAST_WINDOW_DAYS, int(net.normal_cover[need]))


def used_at_rest(net: Network, need: int) -> float:
    """What a need uses a day in the world at rest."""
    return float(net.baseline[net.line_of[need]] * net.per_unit[need] * net.dependence[need])


def missing_on(history: History, link: int, first: int, last: int, flow: str = "shipped") -> float:
    """What was shipped, or ordered, on a link less than at rest on the days first .. last - 1."""
    net = history.network
    agreed = float(net.contract_share[link]) * used_at_rest(net, int(net.need_of[link])) * (last - first)
    return agreed - float(history.links[flow][first:last, link].sum())


def longer_way(history: History, need: int, day: int) -> tuple[int, float, str] | None:
    """The link on which a longer way kept most from landing: with the amount and the words; None where none did."""
    net, lines, links = history.network, lines_by_code(history.register.tables), history.register.tables.links
    found: tuple[int, float, str] | None = None
    for shock in shocks_until(history, LeadShock, day):
        for link in range(net.first_link[need], net.first_link[need + 1]):
            if shock.extra_days == 0 or not shock.reaches(links[link], lines):
                continue
            dry = (shock.date - history.start).days + int(links[link].lead_days)  # nothing lands from this day on
            days = min(day, dry + shock.extra_days) - max(dry, day - window_of(net, need), 0)
            late = days * float(net.contract_share[link]) * used_at_rest(net, need)
            if late > (found[1] if found else 0.0):
                words = f"whose goods travel {shock.extra_days} days longer{since(shock)}"
                found = link, late, words
    return found


def paper_root(history: History, link: int, first: int, last: int) -> tuple[str, str] | None:
    """Whether papers kept a link's goods at home: (kind, clause such as "exports there are banned"), or None."""
    row = int(history.network.licence_of[link])
    shock = rule_in_force(history, link, last)
    if row < 0 or shock is None or shock.rule == "free":
        return None
    refused = float(history.links["refused"][first:last, link].sum())
    waiting = float(history.licences["waiting"][last - 1, row])
    if max(refused, waiting) <= FELT * float(history.links["shipped"][first:last, link].sum()):
        return None
    if shock.rule in ("ban", "watch") or (shock.review_days or 0) >= 365:
        return "regime", f"exports there {WORDS['ban' if shock.rule == 'ban' else 'watch']}{since(shock)}"
    if waiting >= refused:
        return "waiting", f"shipments there {WORDS[shock.rule]}{since(shock)}"
    return "refused", f"shipments there were refused{since(shock)}"


def rule_in_force(history: History, link: int, day: int) -> RegimeShock | None:
    """The regime that holds on a link by a day of the run, or takes it for one that it names.

    Of those without an end the newest holds, unless one with an end was laid over it.
    """
    tables = history.register.tables
    lines = lines_by_code(tables)
    standing, laid_over = None, None
    for shock in shocks_until(history, RegimeShock, day):
        broad = shock.model_copy(update={"goods": ("*",)}) if shock.over_compliance > 0 else shock
        if shock.end_use == "military" or not broad.reaches(tables.links[link], lines):
            continue
        if shock.end is None:
            standing = shock
        elif shock.end > history.start + timedelta(days=max(0, day - LEAST_WINDOW_DAYS)):
            laid_over = shock
    return laid_over or standing


def declined_root(history: History, link: int, first: int, last: int) -> tuple[str, str] | None:
    """Whether by a dated decision fewer orders are taken on a link: (kind, clause), or None."""
    tables = history.register.tables
    lines = lines_by_code(tables)
    told: list[WillingShock] = []
    for shock in shocks_until(history, WillingShock, last):
        if shock.reaches(tables.links[link], lines):
            told = [] if shock.restores else [*told, shock]
    begun = history.start + timedelta(days=first)
    told = [shock for shock in told if shock.share < 1.0 and (shock.end is None or shock.end > begun)]
    refused, shipped = (float(history.links[name][first:last, link].sum()) for name in ("refused", "shipped"))
    if not told or refused <= FELT * shipped:
        return None
    return "declined", f"orders from there are declined{since(min(told, key=lambda shock: shock.share))}"


def shocks_until(history: History, kind: type[Kind], day: int) -> Iterator[Kind]:
    """The shocks of a kind that had begun by a day, in the order in which they began."""
    today = history.start + timedelta(days=day)
    for shock in history.scenario.shocks if history.scenario is not None else ():
        if isinstance(shock, kind) and shock.date <= today:
            yield shock


def since(shock: Event) -> str:
    """Since when something holds, until when if that is known, and what happened, as people write it."""
    until = "" if shock.end is None else f" until {in_words(shock.end)}"
    return f" since {in_words(shock.date)}{until} ({shock.note})"


def capacity_note(history: History, row: int, day: int) -> str:
    """Which dated events had taken capacity from a line on a day."""
    line, today = history.register.tables.firms[row], history.start + timedelta(days=day)
    told: list[CapacityShock] = []
    for shock in shocks_until(history, CapacityShock, day):
        if shock.reaches(line) and shock.holds_on(today):
            told = [] if shock.restores else [*told, shock]
    return " and".join(since(shock) for shock in told if shock.times < 1.0)


def demand_note(history: History, day: int) -> str:
    """Which dated events had made final buyers want more by a day."""
    today = history.start + timedelta(days=day)
    told = [each for each in shocks_until(history, DemandShock, day) if each.times > 1.0 and each.holds_on(today)]
    return "".join(f", for final buyers want more{since(shock)}" for shock in told[-1:])
