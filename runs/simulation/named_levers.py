"""Levers whose choices are words: minds on or off, how a short supplier shares, how far Korean firms help."""

from __future__ import annotations

from collections.abc import Mapping

MINDS = "minds"  # the one setting that is no number of a table
ON, OFF = f"{MINDS}=on", f"{MINDS}=off"
SERVED_FIRST = 1000  # times the weight of others: served before them for all that is measured
TENFOLD_FIRST = 3  # exponent with which ten times as much made of a unit weighs a thousand times as much
AS_IT_IS = "as it is"


def rationing_weights(home: float, contract: float, made_of_it: float = 0) -> tuple[str, ...]:
    """Settings of how every supplier weighs its customers when it is short; waiting time does not count."""
    weights = {
        "home_favour": home, "contract_favour": contract, "waiting_favour": 0, "yield_favour": made_of_it,
    }  # fmt: skip
    return tuple(f"minds.value[parameter={name}]={weight}" for name, weight in weights.items())


def korean_minds(**traits: float) -> tuple[str, ...]:
    """Settings of the minds of Korean firms."""
    return tuple(f"minds.value[role=neighbour,parameter={name}]={value}" for name, value in traits.items())


WORDS: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    MINDS: {"on": (), "off": (OFF,)},
    "rationing": {
        AS_IT_IS: (),
        "pro rata": rationing_weights(home=1, contract=1),
        "contract first": rationing_weights(home=1, contract=SERVED_FIRST),
        "home first": rationing_weights(home=SERVED_FIRST, contract=1),
        "yield first": rationing_weights(home=1, contract=1, made_of_it=TENFOLD_FIRST),
    },
    "korea": {AS_IT_IS: (), "open": korean_minds(fine=0, passed_on=1), "closed": korean_minds(passed_on=0)},
}
MEANINGS: Mapping[str, str] = {
    MINDS: "Whether people decide; off, every firm follows habit and its standing policy alone.",
    "rationing": "How every supplier shares when it is short: by orders, contracts before others, customers in its own "
    "country before others, or those first who make most of a unit.",
    "korea": "Whether firms of the neighbour pass goods on: as they do now, without fear of a fine, or not at all.",
}
