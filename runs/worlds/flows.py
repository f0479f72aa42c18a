"""Published flows between firms, mended so that they make a world at rest; each mending adds a note."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from model.tables.bounds import LEAST_PER_UNIT, MOST_PER_UNIT, MOST_UNITS
from model.tables.faults import Faults

Array = NDArray[Any]
SAME = 1e-6  # relative difference up to which a published output agrees with what is sold


@dataclass(frozen=True)
class NetworkFlows:
    """A published network: firms that sell to each other and to the final market, in millions of a currency a
    year.

    number: what each firm is called, with `prefix` before it; names: readable names, or none; group: its product
    group among `groups`; country: among `countries`; final: sales to the final market; output: as published, or
    none; seller, buyer, amount: of each flow. notes: what was mended so far, in sentences. labels, companies and
    industries: of each firm, where they are not its name and its group. terms: of each flow, nan where nothing is said:
    `lead_days`, `cover_days` of it that the buyer holds, `dependence` of the buyer on it. losses: by the name of a
    delta file, the share that each firm loses and the day, nan for none. currency: its code.
    """

    number: Array
    prefix: str
    names: Sequence[str]
    group: Array
    groups: Sequence[str]
    country: Array
    countries: Sequence[str]
    final: Array
    output: Array | None
    seller: Array
    buyer: Array
    amount: Array
    currency: str
    notes: tuple[str, ...] = ()
    labels: Sequence[str] = ()
    companies: Sequence[str] = ()
    industries: Sequence[str] = ()
    terms: Mapping[str, Array] = field(default_factory=dict)
    losses: Mapping[str, Array] = field(default_factory=dict)

    @property
    def count(self) -> int:
        """How many firms there are."""
        return len(self.number)

    def sold(self) -> Array:
        """What each firm sells to others and to the final market."""
        return self.final + np.bincount(self.seller, self.amount, self.count)

    def called(self, row: int) -> str:
        """What a firm is called."""
        return self.names[row] if self.names else f"{self.prefix}{self.number[row]}"

    def with_note(self, words: str, **changes: Any) -> NetworkFlows:
        """The same with changes and a note."""
        return replace(self, notes=(*self.notes, words), **changes)

    def note_firms(self, some: Array, words: str, **changes: Any) -> NetworkFlows:
        """The same with changes and, if there are such firms, a note that counts them and names the first."""
        rows = np.flatnonzero(some)
        if not len(rows):
            return replace(self, **changes)
        return self.with_note(f"{len(rows):,} {words}, such as {self.called(int(rows[0]))}", **changes)

    def note_flows(self, some: Array, words: str, **changes: Any) -> NetworkFlows:
        """The same with changes and, if there are such flows, a note that counts them and shows the first."""
        rows = np.flatnonzero(some)
        if not len(rows):
            return replace(self, **changes)
        first = int(rows[0])
        seller, buyer = self.called(int(self.seller[first])), self.called(int(self.buyer[first]))
        shown = f"{seller} > {buyer} with {self.amount[first]:.4g}"
        return self.with_note(f"{len(rows):,} {words}, such as {shown}", **changes)


def free_prefix(words: Sequence[str]) -> str:
    """What stands before the number of a firm that has no name, such that no firm is called so already."""
    prefix = "F"
    while any(word.startswith(prefix) and word[len(prefix) :].isdigit() for word in words):
        prefix += "F"
    return prefix


def mend_flows(flows: NetworkFlows, least_share: float = 0.0) -> NetworkFlows:
    """Mend what keeps a published network from being a world at rest, with a note for each mending.

    least_share: purchases below this share of the buyer's output are left out. Outputs are recomputed: a firm makes
    what it sells. Raise Faults where nothing is left.
    """
    flows = drop_negative_sales(merge_duplicates(drop_negative(flows)))
    flows = idle_buyers_to_final(drop_own_use(flows))
    flows = drop_small(flows, max(least_share, LEAST_PER_UNIT))
    sold = flows.sold()
    refuse_huge_amounts(flows, sold)
    if not len(flows.amount):
        if np.sum(sold > 0.0) != 1:
            raise Faults(["found no flow between two firms; check that the files are of one network"])
        flows = flows.note_firms(sold > 0.0, "firm alone: it buys of nobody and sells to the final market")
    if flows.output is not None:
        wrong = np.abs(flows.output - sold) > SAME * np.maximum(flows.output, sold)
        flows = flows.note_firms(
            wrong, "outputs recomputed: a firm makes what it sells to others and to the final market"
        )
    return replace(flows, output=sold)


def refuse_huge_amounts(flows: NetworkFlows, sold: Array) -> None:
    """Raise Faults for firms that sell, or buy for what they sell, more than a world can hold."""
    bought = np.bincount(flows.buyer, flows.amount, flows.count)
    faults = [
        f"found a firm that {words}; check the amounts and --times"
        for words, wrong in (
            (
                f"sells {sold.max(initial=0.0):.3g} million {flows.currency} a year; at most {MOST_UNITS:g} is "
                "possible",
                sold > MOST_UNITS,
            ),
            (f"buys over {MOST_PER_UNIT:g} times what it sells", bought > MOST_PER_UNIT * sold),
        )
        if wrong.any()
    ]
    if faults:
        raise Faults(faults)


def keep_flows(flows: NetworkFlows, keep: Array, **more: Any) -> dict[str, Any]:
    """The changes that keep some flows only, for a note on the others."""
    kept = {name: getattr(flows, name)[keep] for name in ("seller", "buyer", "amount")}
    return kept | {"terms": {name: term[keep] for name, term in flows.terms.items()}} | more


def drop_negative(flows: NetworkFlows) -> NetworkFlows:
    """Drop flows of 0 or less."""
    flows = flows.note_flows(flows.amount == 0.0, "flows of 0 left out", **keep_flows(flows, flows.amount != 0.0))
    return flows.note_flows(flows.amount < 0.0, "flows below 0 left out", **keep_flows(flows, flows.amount > 0.0))


def merge_duplicates(flows: NetworkFlows) -> NetworkFlows:
    """Merge the flows of each pair of firms into their sum; their terms become the mean weighted by amount."""
    pairs, first, inverse = np.unique(flows.buyer * flows.count + flows.seller, return_index=True, return_inverse=True)
    again = np.ones(len(flows.amount), bool)
    again[first] = False
    return flows.note_flows(
        again,
        "duplicate links added to the link before them",
        buyer=pairs // flows.count,
        seller=pairs % flows.count,
        amount=np.bincount(inverse, flows.amount, len(pairs)),
        terms={name: weighted_mean(term, flows.amount, inverse, len(pairs)) for name, term in flows.terms.items()},
    )


def weighted_mean(term: Array, weight: Array, group: Array, count: int) -> Array:
    """The mean of what is known of each of `count` groups; nan for one of which nothing is known."""
    known = ~np.isnan(term)
    total = np.bincount(group[known], weight[known] * term[known], count)
    weights = np.bincount(group[known], weight[known], count)
    return np.where(weights > 0.0, total / np.maximum(weights, np.finfo(float).tiny), np.nan)


def drop_negative_sales(flows: NetworkFlows) -> NetworkFlows:
    """Set final sales below 0 to 0, such as stocks that are run down."""
    below = flows.final < 0.0
    return flows.note_firms(below, "final demands below 0 set to 0", final=np.where(below, 0.0, flows.final))


def drop_own_use(flows: NetworkFlows) -> NetworkFlows:
    """Drop what firms buy from themselves."""
    own = flows.seller == flows.buyer
    words = f"firms' use of their own goods netted out ({share_of(flows, own):.3g} % of all flows)"
    return flows.note_flows(own, words, **keep_flows(flows, ~own))


def idle_buyers_to_final(flows: NetworkFlows) -> NetworkFlows:
    """Turn firms that buy and sell nothing into final buyers."""
    idle = flows.sold() <= 0.0
    to_them = idle[flows.buyer]
    final = flows.final + np.bincount(flows.seller[to_them], flows.amount[to_them], flows.count)
    words = "firms that sell nothing taken for final buyers"
    return flows.note_firms(idle, words, **keep_flows(flows, ~to_them, final=final))


def drop_small(flows: NetworkFlows, least_share: float) -> NetworkFlows:
    """Drop purchases that hardly matter to the buyer; their sellers sell them to the final market instead."""
    small = flows.amount < least_share * flows.sold()[flows.buyer]
    words = f"links below {least_share:g} of the buyer's output left out ({share_of(flows, small):.3g} % of all flows)"
    return flows.note_flows(small, words, **sell_to_final(flows, small))


def sell_to_final(flows: NetworkFlows, some: Array) -> dict[str, Any]:
    """The changes by which what flows in some links is sold to the final market instead."""
    final = flows.final + np.bincount(flows.seller[some], flows.amount[some], flows.count)
    return keep_flows(flows, ~some, final=final)


def share_of(flows: NetworkFlows, some: Array) -> float:
    """What some flows are of all, in percent."""
    return float(100.0 * flows.amount[some].sum() / flows.amount.sum()) if len(flows.amount) else 0.0


def thin_out(flows: NetworkFlows, buyers: Array, most: int) -> NetworkFlows:
    """Leave out the smallest purchases of some buyers, so that about `most` are left; each keeps its largest.

    What is left out is sold to the final market, with a note.
    """
    to_them = np.isin(flows.buyer, buyers)
    if int(np.sum(to_them)) <= most:
        return flows
    weight = np.where(to_them, flows.amount / flows.sold()[flows.buyer], np.inf)
    by_buyer = np.lexsort((-weight, flows.buyer))
    weight[by_buyer[np.flatnonzero(np.diff(flows.buyer[by_buyer], prepend=-1))]] = np.inf
    small = np.zeros(len(weight), bool)
    small[np.argsort(-weight, kind="stable")[int(np.sum(~to_them)) + most :]] = True
    words = f"small purchases of the {len(buyers):,} named lines left out ({share_of(flows, small):.3g} % of all flows)"
    return flows.note_flows(small, words, **sell_to_final(flows, small))


def term_of_needs(flows: NetworkFlows, name: str, usual: float, along: Array, need_of: Array) -> Array:
    """A term of each need: the mean over its flows, each weighted by its amount; as usual where none says it."""
    count = int(need_of[-1]) + 1 if len(need_of) else 0
    if name not in flows.terms:
        return np.full(count, usual)
    found = weighted_mean(flows.terms[name][along], flows.amount[along], need_of, count)
    return np.where(np.isnan(found), usual, found)


def lead_days_of(flows: NetworkFlows) -> Array:
    """Days on the way of each flow, whole and at least one."""
    said = flows.terms.get("lead_days", np.ones(len(flows.amount)))
    return np.maximum(1.0, np.rint(np.where(np.isnan(said), 1.0, said))).astype(np.int16)
