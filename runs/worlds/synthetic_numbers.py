"""What a synthetic economy is made of, number by number; every one is an assumption with a range."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from model.tables.documents import read_document

ASSUMPTIONS: dict[str, tuple[float, float, float, str]] = {
    name: (row["value"], row["low"], row["high"], row["meaning"])
    for name, row in read_document(Path(__file__).with_suffix(".toml")).items()
}  # name -> value, low, high, meaning


@dataclass(frozen=True)
class Stratum:
    """A layer as it is made: its share of firms and of output, and from which layers it buys, by weight."""

    name: str
    firms: float
    output: float
    buys: dict[int, float]


DEALERS = 2  # the layer that buys from named firms
STRATA = (
    Stratum("Materials, energy and services", 0.20, 0.25, {0: 0.5, 1: 0.5}),
    Stratum("Components and supplies", 0.25, 0.25, {0: 0.6, 1: 0.3, 2: 0.1}),
    Stratum("Dealers, fitters and integrators", 0.10, 0.08, {0: 0.5, 1: 0.5}),
    Stratum("Equipment and consumer goods", 0.25, 0.22, {0: 0.2, 1: 0.5, 2: 0.3}),
    Stratum("Trade, transport and services", 0.20, 0.20, {0: 0.3, 2: 0.3, 3: 0.4}),
)


def value(name: str) -> float:
    """What an assumption says."""
    return ASSUMPTIONS[name][0]


def assumptions() -> dict[str, Any]:
    """The assumptions as they stand in the manifest."""
    result: dict[str, Any] = {
        name: {"value": number, "low": low, "high": high, "meaning": words}
        for name, (number, low, high, words) in ASSUMPTIONS.items()
    }
    result["layers"] = [
        {"name": s.name, "share_of_firms": s.firms, "share_of_output": s.output,
         "buys_from": {STRATA[row].name: weight for row, weight in s.buys.items()}}
        for s in STRATA
    ]  # fmt: skip
    return result
