"""A small design for the tests of batches: a ban in the base case, forty days, two levers, one unknown."""

from __future__ import annotations

import shutil
from hashlib import sha256
from pathlib import Path

HOUSE = Path(__file__).parents[2]

SCENARIO = """
title = "A short ban"
about = "Heavy rare earths stop on day ten."
start = 2025-01-01
days = 40
shock_date = 2025-01-11
[[shock]]
date = 2025-01-11
kind = "regime"
origin = ["CN"]
destination = ["JP"]
goods = ["dytb", "magnet_heavy"]
rule = "ban"
note = "a ban"
source = "made up"
"""
DESIGN = """
title = "A short ban"
about = "For tests."
scenarios = ["short-ban.toml"]
seeds = 2
sampler = "latin"
samples = 3
rows = ["experiments", "firms", "days"]
[[lever]]
name = "cover"
set = "needs.cover_days[role=magnet_maker,country=JP]"
values = [5, 60]
[[lever]]
name = "people"
set = "minds"
values = ["on", "off"]
[[uncertainty]]
name = "fear"
set = "minds.value[role=*,parameter=fear_of_news]"
low = 0.1
high = 0.9
"""


def write_design(folder: Path, **changes: str) -> Path:
    """Write a scenario and a design into a folder; changes replace pieces of the design's text."""
    folder.mkdir(exist_ok=True)
    text = DESIGN
    for old, new in changes.items():
        text = text.replace(MARKS[old], new)
    (folder / "short-ban.toml").write_text(SCENARIO)
    (folder / "short.toml").write_text(text)
    return folder / "short.toml"


MARKS = {
    "seeds": "seeds = 2", "samples": "samples = 3", "sampler": 'sampler = "latin"', "values": "values = [5, 60]",
    "set": "needs.cover_days[role=magnet_maker,country=JP]", "high": "high = 0.9",
    "scenarios": 'scenarios = ["short-ban.toml"]', "rows": '"experiments", "firms", "days"',
}  # fmt: skip


def copy_house(folder: Path) -> Path:
    """Copy the source and its compiled code, for tests that start processes while somebody edits it."""
    for room in ("model", "agents", "runs"):
        shutil.copytree(HOUSE / room, folder / room, ignore=shutil.ignore_patterns("pictures", "exercises", "browser"))
    return folder


def hashes(place: Path) -> dict[str, str]:
    """The SHA-256 of each file of results."""
    return {str(path.relative_to(place)): sha256(path.read_bytes()).hexdigest() for path in place.rglob("*.parquet")}
