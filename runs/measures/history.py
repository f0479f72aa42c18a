"""Goods, firms and countries that measures of stylised facts are about; the base case names them in `history.toml`.

Facts are numbered as in model/data/facts.csv, sources as in model/data/EVIDENCE.md.
"""

from __future__ import annotations

from typing import Any

from model.tables.documents import read_document
from model.tables.table_files import DATA

NAMED: dict[str, Any] = read_document(DATA / "history.toml")
EUROPEANS = tuple(NAMED["large_and_small_buyers_abroad"])  # firm codes
DISTRIBUTORS: str = NAMED["distributors"]  # a firm code
GENERAL_LICENSED = tuple(NAMED["general_licensed"])  # firm codes
LIGHT_MAGNETS, HEAVY_MAGNETS, OXIDE, ALLOY = (
    str(NAMED[name]) for name in ("light_magnets", "heavy_magnets", "oxide", "magnet_alloy")
)
MAGNETS = (HEAVY_MAGNETS, LIGHT_MAGNETS)
RARE_EARTHS = tuple(NAMED["rare_earths"])
OXIDE_WORDS: str = NAMED["oxide_words"]
NEWCOMER: dict[str, str] = NAMED["newcomer"]  # line, and words for it
DAYS_PER_MONTH = 365 / 12
MONTH_OF_2024 = 58_148 / 12 / 5_089  # A21: 57,392 t in 2025 is 1.3 % under 2024; the first quarter had 5,089 a month
NEXT_TO_NOTHING = 0.05  # of normal: what still counts as nothing
