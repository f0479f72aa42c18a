"""A rule for a seat: whatever is below its normal cover is ordered up to ninety days."""

from __future__ import annotations

from typing import Any


def decide(seen: dict[str, Any]) -> list[dict[str, Any]]:
    """The wishes of a turn."""
    short = [good for good, days in seen["cover"].items() if days < seen["normal_cover"][good]]
    return [{"verb": "hold", "good": good, "days": 90} for good in short]
