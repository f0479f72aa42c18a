"""The rules in force on each link that may need a licence: standing ones, and those that were given an end."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from model.physics.compiled import compiled_handle
from model.physics.licensing import rules_change
from model.register import Register
from model.scenario.event_cells import ANY
from model.scenario.reach import named_rows, rows_reached, words_of
from model.scenario.regime_shock import RegimeShock
from model.state import BAN, FREE, LONGEST_REVIEW, RULES, Conditions, Network, Rows, World
from model.tables.tables import Tables

Array = NDArray[Any]

BEFORE_THE_FIRST_DAY = -1


class Terms(NamedTuple):
    """What rules say of each licensed link, K each: the columns of the same names in model/state.py."""

    rule: Array
    review_days: Array
    grant_share: Array
    refuse_share: Array
    most_use: Array
    named: Array
    mistaken: Array
    military_ban: Array


def terms_in(con: Conditions) -> Terms:
    """The terms that hold today."""
    return Terms(*(getattr(con, name) for name in Terms._fields))


class Regimes:
    """The rules that were announced so far in a run: on which licensed links, and with what terms.

    Rules without an end share one set of terms: a newer one replaces what an older one says of a link. Each rule with
    an end has a set of its own until it ends. On each link the strictest of all these sets is in force.
    """

    def __init__(self, register: Register, network: Network, con: Conditions) -> None:
        self._register, self._network = register, network
        self._free = Terms(*(column.copy() for column in terms_in(con)))
        self._standing = Terms(*(column.copy() for column in self._free))
        self._laid_over: list[tuple[RegimeShock, Terms]] = []

    def begin(self, shock: RegimeShock, world: World, day: int) -> None:
        """Put a rule in force; on day -1 it was in force before the world came to rest."""
        if shock.end is None:
            rows = self._lay(shock, self._standing)
        else:
            terms = Terms(*(column.copy() for column in self._free))
            rows = self._lay(shock, terms)
            self._laid_over.append((shock, terms))
        self._settle(rows, world, day)

    def finish(self, shock: RegimeShock, world: World, day: int) -> None:
        """A rule ends: its set of terms goes, and the strictest of the others is in force."""
        place = next(i for i, (laid, _) in enumerate(self._laid_over) if laid is shock)
        _, terms = self._laid_over.pop(place)
        rows = np.flatnonzero((terms.rule != self._free.rule) | (terms.military_ban != 0.0))
        self._settle(rows, world, day)

    def _lay(self, shock: RegimeShock, terms: Terms) -> Array:
        """Write the terms of a rule into a set of terms; return the rows (of K) that it changes.

        They are the links that the rule names, and those on its routes whose goods customs cannot tell from goods
        that it names (`looks_alike`). Of the latter it holds back the share that it complies with beyond its words
        (`over_compliance`), unless an earlier rule of the set names the link itself. A rule about military use alone
        holds back no other goods.
        """
        net, goods = self._network, self._register.tables.goods
        rows = net.licence_of[rows_reached(shock, self._register.tables)].astype(np.int64)
        codes, listed = [goods[good].good for good in goods_of(rows, net)], net.controlled[rows].tolist()
        covered = [shock.share_covered(code, share) for code, share in zip(codes, listed, strict=True)]
        impose(terms, shock, rows, np.array(covered), net)
        terms.mistaken[rows] = 0
        if shock.end_use == "military":
            return rows
        alike = net.licence_of[list(look_alikes(shock, self._register))].astype(np.int64)
        alike = alike[~np.isin(alike, rows) & ((terms.mistaken[alike] == 1) | (terms.named[alike] == 0.0))]
        looks = np.array([good.looks_alike for good in goods])[goods_of(alike, net)]
        impose(terms, shock, alike, shock.over_compliance * looks, net)
        terms.mistaken[alike] = 1
        return np.concatenate((rows, alike))

    def _settle(self, here: Array, world: World, day: int) -> None:
        """Put the strictest of all sets of terms in force on some rows; where rule or review change, papers begin anew.

        A ban on military use holds beside any rule on the others, whichever set it is in.
        """
        con = terms_in(world.conditions)
        terms = Terms(*(column[here] for column in self._standing))
        for _, laid in self._laid_over:
            other = Terms(*(column[here] for column in laid))
            wins = stricter(other, terms)
            military = np.maximum(terms.military_ban, other.military_ban)
            terms = Terms(*(np.where(wins, new, old) for new, old in zip(other, terms, strict=True)))
            terms = terms._replace(military_ban=military)
        terms = terms._replace(named=self._shut(terms, here))
        changed = (con.rule[here] != terms.rule) | (con.review_days[here] != terms.review_days)
        changed |= (terms.rule == BAN) & (terms.named > con.named[here])
        for column, new in zip(con, terms, strict=True):
            column[here] = new
        if day != BEFORE_THE_FIRST_DAY and changed.any():
            rules_change(compiled_handle(world), here[changed], day)

    def _shut(self, terms: Terms, here: Any) -> Any:
        """The share of the flow that is under the rule in force, on some rows.

        It is the share that the strictest rule names, with one exception. A link has one rule, and a ban on civil use
        names civil buyers alone, but it does not free military buyers of another rule. So where a ban is in force, and
        military use is banned as well or some rule asks for a licence, the ban is on the largest share that any rule
        names.
        """
        held = [
            Terms(*(column[here] for column in each)) for each in (self._standing, *(it for _, it in self._laid_over))
        ]
        licensed = np.any([(each.rule > FREE) & (each.rule < BAN) for each in held], axis=0)
        shut = (terms.rule == BAN) & ((terms.military_ban > 0.0) | licensed)
        return np.where(shut, np.max([each.named for each in held], axis=0), terms.named)


def stricter(one: Terms, other: Terms) -> Any:
    """Where the first terms are stricter: a harder rule, else a longer review, else fewer grants or a larger share.

    A rule that names the goods goes before one that takes them for others.
    """
    wins, level = np.zeros(len(one.rule), bool), np.ones(len(one.rule), bool)
    for mine, theirs in (
        ((one.rule > FREE) & (one.mistaken == 0), (other.rule > FREE) & (other.mistaken == 0)),
        (one.rule, other.rule), (one.review_days, other.review_days), (-one.grant_share, -other.grant_share),
        (one.refuse_share, other.refuse_share), (-one.most_use, -other.most_use), (one.named, other.named),
    ):  # fmt: skip
        wins |= level & (mine > theirs)
        level &= mine == theirs
    return wins


def goods_of(rows: Array, network: Network) -> Array:
    """The goods that licence rows are about, as rows of the table of goods."""
    return np.asarray(network.need_good[network.need_of[network.link_of[rows]]])


def impose(terms: Terms, shock: RegimeShock, rows: Array, shares: Array, network: Network) -> None:
    """Put licence rows under a rule, which names these shares of their flows."""
    terms.named[rows] = shares
    if shock.end_use == "military":
        terms.military_ban[rows] = 1.0 if shock.rule == "ban" else 0.0
        return
    terms.rule[rows] = RULES[shock.rule]
    terms.review_days[rows] = LONGEST_REVIEW if shock.rule == "watch" else shock.review_days or 0
    if shock.end_use == "civil" and shock.rule == "ban":
        buyers = network.line_of[network.need_of[network.link_of[rows]]]
        terms.named[rows] = shares * (1.0 - network.military[buyers] * (1.0 - terms.military_ban[rows]))
    terms.grant_share[rows] = shock.grant_share
    terms.refuse_share[rows] = shock.refuse_share
    terms.most_use[rows] = np.inf if shock.recent_use is None else shock.recent_use
    if shock.end_use == "any" and shock.rule != "ban":
        terms.military_ban[rows] = 0.0


def licensed_links(shocks: Collection[Any], register: Register) -> Rows:
    """The links, in rising order, that some regime of the scenario names or mistakes for what it names."""
    found: set[int] = set()
    for shock in shocks:
        if isinstance(shock, RegimeShock):
            found.update(rows_reached(shock, register.tables).tolist(), look_alikes(shock, register))
    return np.array(sorted(found), np.uint32)


def look_alikes(shock: RegimeShock, register: Register) -> tuple[int, ...]:
    """Links on the routes of a regime whose goods it does not name but customs cannot tell from those it names.

    All of them are named links: what anonymous firms make looks like nothing that is controlled.
    """
    alike = frozenset(good.good for good in register.tables.goods if good.looks_alike > 0)
    tables = register.tables
    if tables.anonymous is not None:
        return search_look_alikes(shock, alike - set(shock.goods), tables)
    found: tuple[int, ...] = tables.structure.get_or_compute(
        ("look-alikes", words_of(shock), alike), lambda: search_look_alikes(shock, alike - set(shock.goods), tables)
    )
    return found


def search_look_alikes(shock: RegimeShock, goods: Collection[str], tables: Tables) -> tuple[int, ...]:
    """Links on the routes of a regime on which some goods travel, whatever goods it names."""
    routes = named_rows(shock.model_copy(update={"goods": (ANY,)}), tables)[0]
    return tuple(row for row in routes.tolist() if tables.links[row].good in goods)
