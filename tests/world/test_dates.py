"""Dates are written without what only some systems can do."""

import re
from datetime import date
from pathlib import Path

from model.dates import in_words

HOUSE = Path(__file__).parents[2]


def test_a_day_has_no_leading_zero():
    assert in_words(date(2026, 1, 6)) == "6 January 2026"
    assert in_words(date(2026, 11, 26), "%b") == "26 Nov"


def test_no_date_asks_strftime_for_what_windows_lacks():
    """`%-d` is an extension of GNU and BSD; on Windows it raises ValueError."""
    asked = re.compile(r"[:'\"]?%[-#][a-zA-Z]\b")
    files = [path for room in ("model", "agents", "runs") for path in (HOUSE / room).rglob("*.py")]
    assert len(files) > 100
    assert [str(path) for path in files if asked.search(path.read_text(encoding="utf-8"))] == []
