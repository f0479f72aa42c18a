"""Published flows between firms, mended so that they make a world at rest; each mending adds a note."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from model.tables.bounds import LEAST_PER_UNIT, MOST_PER_UNIT, MOST_UNITS
from model.tables.faults import Faults

Array = NDArray[Any]
SAME = 1e-6  # relative difference up to which a published output agrees with what is sold


@dataclass(frozen=True)
class NetworkFlows:
    """A published network: firms that sell to each other and to the final market, in million JPY a year.

    number: what each firm is called, with `prefix` before it; names: readable names, or none; group: its product
    group among `groups`; country: among `countries`; final: sales to the final market; output: as published, or
    none; seller, buyer, amount: of each flow. notes: what was mended so far, in sentences.
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
    notes: tuple[str, ...] = ()

    @property
    def count(self) -> int:
        """How many firms there are."""
        return len(self.number)

    def sold(self) -> Array:
        """What each firm sells to others and to the final market."""
        return self.final + np.bincount(self.seller, self.amount, self.count)

    def with_note(self, count: int, words: str, **changes: Any) -> NetworkFlows:
        """The same with changes, and with a note on them if the count is not 0."""
        return replace(self, notes=(*self.notes, f"{count:,} {words}") if count else self.notes, **changes)


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
        flows = flows.with_note(1, "firm alone: it buys of nobody and sells to the final market")
    if flows.output is not None:
        wrong = np.abs(flows.output - sold) > SAME * np.maximum(flows.output, sold)
        flows = flows.with_note(
            int(np.sum(wrong)), "outputs recomputed: a firm makes what it sells to others and to the final market"
        )
    return replace(flows, output=sold)


def refuse_huge_amounts(flows: NetworkFlows, sold: Array) -> None:
    """Raise Faults for firms that sell, or buy for what they sell, more than a world can hold."""
    bought = np.bincount(flows.buyer, flows.amount, flows.count)
    faults = [
        f"found a firm that {words}; check the amounts and --times"
        for words, wrong in (
            (
                f"sells {sold.max(initial=0.0):.3g} million JPY a year; at most {MOST_UNITS:g} is possible",
                sold > MOST_UNITS,
            ),
            (f"buys over {MOST_PER_UNIT:g} times what it sells", bought > MOST_PER_UNIT * sold),
        )
        if wrong.any()
    ]
    if faults:
        raise Faults(faults)


def keep_flows(flows: NetworkFlows, keep: Array, **more: Any) -> dict[str, Any]:
    """The changes that keep some flows only, for `with_note`."""
    return {name: getattr(flows, name)[keep] for name in ("seller", "buyer", "amount")} | more


def drop_negative(flows: NetworkFlows) -> NetworkFlows:
    """Drop flows of 0 or less."""
    below = int(np.sum(flows.amount < 0.0))
    return flows.with_note(below, "flows below 0 left out", **keep_flows(flows, flows.amount > 0.0))


def merge_duplicates(flows: NetworkFlows) -> NetworkFlows:
    """Merge the flows of each pair of firms into their sum."""
    pairs, inverse = np.unique(flows.buyer * flows.count + flows.seller, return_inverse=True)
    return flows.with_note(
        len(flows.amount) - len(pairs),
        "duplicate links added to the link before them",
        buyer=pairs // flows.count,
        seller=pairs % flows.count,
        amount=np.bincount(inverse, flows.amount, len(pairs)),
    )


def drop_negative_sales(flows: NetworkFlows) -> NetworkFlows:
    """Set final sales below 0 to 0, such as stocks that are run down."""
    below = flows.final < 0.0
    return flows.with_note(
        int(np.sum(below)), "final demands below 0 set to 0", final=np.where(below, 0.0, flows.final)
    )


def drop_own_use(flows: NetworkFlows) -> NetworkFlows:
    """Drop what firms buy from themselves."""
    own = flows.seller == flows.buyer
    words = f"firms' use of their own goods netted out ({share_of(flows, own):.3g} % of all flows)"
    return flows.with_note(int(np.sum(own)), words, **keep_flows(flows, ~own))


def idle_buyers_to_final(flows: NetworkFlows) -> NetworkFlows:
    """Turn firms that buy and sell nothing into final buyers."""
    idle = flows.sold() <= 0.0
    to_them = idle[flows.buyer]
    final = flows.final + np.bincount(flows.seller[to_them], flows.amount[to_them], flows.count)
    return flows.with_note(
        int(np.sum(idle)), "firms that sell nothing taken for final buyers", **keep_flows(flows, ~to_them, final=final)
    )


def drop_small(flows: NetworkFlows, least_share: float) -> NetworkFlows:
    """Drop purchases that hardly matter to the buyer; their sellers sell them to the final market instead."""
    small = flows.amount < least_share * flows.sold()[flows.buyer]
    final = flows.final + np.bincount(flows.seller[small], flows.amount[small], flows.count)
    words = f"links below {least_share:g} of the buyer's output left out ({share_of(flows, small):.3g} % of all flows)"
    return flows.with_note(int(np.sum(small)), words, **keep_flows(flows, ~small, final=final))


def share_of(flows: NetworkFlows, some: Array) -> float:
    """What some flows are of all, in percent."""
    return float(100.0 * flows.amount[some].sum() / flows.amount.sum()) if len(flows.amount) else 0.0
