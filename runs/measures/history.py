"""Codes of the base case that measures of stylised facts name: goods, firms and countries of what was observed.

Facts are numbered as in model/data/facts.csv, sources as in model/data/EVIDENCE.md.
"""

from __future__ import annotations

EUROPEANS = ("EUL", "EUS")  # firms of European buyers of magnets, large and small
DISTRIBUTORS = "SAN"  # the firm code of small magnet distributors
GENERAL_LICENSED = ("JLM", "YUN", "SHH")  # the makers that got general licences on 2 December 2025
LIGHT_MAGNETS, HEAVY_MAGNETS, OXIDE = "magnet_light", "magnet_heavy", "dytb"
MAGNETS = (HEAVY_MAGNETS, LIGHT_MAGNETS)
RARE_EARTHS = ("ndpr", OXIDE, "yttrium", "alloy")
DAYS_PER_MONTH = 365 / 12
MONTH_OF_2024 = 58_148 / 12 / 5_089  # A21: 57,392 t in 2025 is 1.3 % under 2024; the first quarter had 5,089 a month
NEXT_TO_NOTHING = 0.05  # of normal: what still counts as nothing
