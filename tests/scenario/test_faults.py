"""What may stand in scenarios and tables: each fault is told in one sentence, with file, key and mend."""

from pathlib import Path

import pytest

from tests.support.desk import Desk


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


BROKEN = [
    # file, its text, the text put in its place, the words that the only sentence must hold
    ("ban.toml", 'entities = ["SEJ"]', 'entities = ["SEY"]', ["shock 1, entities.1", "'SEY'", "'SEJ'"]),
    ("ban.toml", 'lines = ["CRE-D"]', 'lines = ["CRE-DD"]', ["shock 2, lines.1", "'CRE-DD'", "'CRE-D'"]),
    ("ban.toml", 'goods = ["dytb"]', 'goods = ["dtyb"]', ["shock 1, goods.1", "'dtyb'", "'dytb'"]),
    ("ban.toml", 'origin = ["CN"]', 'origin = ["CNN"]', ["shock 1, origin.1", "'CNN'", "'CN'"]),
    ("ban.toml", 'kind = "regime"', 'kind = "regim"', ["shock 1, kind", "'regim'", "'regime'"]),
    ("ban.toml", 'kind = "capacity"', "", ["shock 2, kind", "missing", "regime"]),
    ("ban.toml", "entities =", "entitys =", ["shock 1, entitys", "not a key", "'entities'"]),
    ("ban.toml", "days = 365", "dayz = 365\ndays = 365", ["dayz", "not a key", "'days'"]),
    ("ban.toml", "[[override]]", "[[overide]]", ["overide", "not a key", "'override'"]),
    (
        "ban.toml",
        'rule = "individual"',
        'rule = "individul"',
        ["shock 1, rule", "'individul'", "'individual'"],
    ),
    (
        "ban.toml",
        "review_days = 63",
        "review_days = -3",
        ["shock 1, review_days", "must be >= 0, got -3"],
    ),
    ("ban.toml", "review_days = 63", "review_days = 400", ["shock 1, review_days", "400", "365"]),
    ("ban.toml", "review_days = 63", "", ["shock 1, review_days", "missing", "write the days"]),
    (
        "ban.toml",
        "review_days = 63",
        "review_days = 63\ngrant_share = 1.5",
        ["shock 1, grant_share", "1.5", "1"],
    ),
    ("ban.toml", "review_days = 63", 'review_days = "63"', ["shock 1, review_days", "'63'", "whole number"]),
    (
        "ban.toml",
        "review_days = 63",
        "review_days = 63\nrefuse_share = 0.5",
        ["refuse_share", "must be <= 1 - grant_share", "0.5"],
    ),
    (
        "ban.toml",
        "date = 2025-05-01",
        "date = 2024-12-31",
        ["shock 2, date", "must be >= 2025-01-01, the start, got 2024-12-31"],
    ),
    ("ban.toml", "date = 2025-05-01", "date = 2026-01-01", ["shock 2, date", "2026-01-01", "the last day"]),
    ("ban.toml", "date = 2025-05-01", 'date = "2025-05-01"', ["shock 2, date", "without quotes"]),
    (
        "ban.toml",
        "shock_date = 2025-04-01",
        "shock_date = 2027-04-01",
        ["shock_date", "2027-04-01", "the days of the run"],
    ),
    ("ban.toml", "days = 365", "days = -365", ["days", "must be >= 1, got -365"]),
    ("ban.toml", 'title = "A ban"', "", ["title", "missing"]),
    ("ban.toml", "days = 365", "days = = 365", ["line 4", "not TOML"]),
    ("ban.toml", 'title = "A ban"', 'title = "A ban"\nbase = "bann"', ["base", "'bann'", "'ban'"]),
    ("ban.toml", 'title = "A ban"', 'title = "A ban"\nbase = "ban"', ["base", "loop", "ban -> ban"]),
    ("ban.toml", 'table = "needs"', 'table = "neds"', ["override 1, table", "'neds'", "'needs'"]),
    (
        "ban.toml",
        'column = "cover_days"',
        'column = "cover_day"',
        ["override 1, column", "'cover_day'", "'cover_days'"],
    ),
    (
        "ban.toml",
        'column = "cover_days"',
        'column = "line"',
        ["override 1, column", "'line'", "number column"],
    ),
    (
        "ban.toml",
        "value = 30",
        "value = 30\ntimes = 2",
        ["override 1, from", "value and times", "exactly one"],
    ),
    ("ban.toml", "value = 30", "value = -30", ["override 1, cover_days of SEJ-H:dytb", "-30", "0"]),
    ("ban.toml", "value = 30", 'from = "cover_days_jan"', ["override 1, from", "'cover_days_jan2026'"]),
    (
        "ban.toml",
        '"magnet_maker"',
        '"magnet_makr"',
        ["override 1, where.role", "'magnet_makr'", "'magnet_maker'"],
    ),
    ("ban.toml", "{ role =", "{ rolle =", ["override 1, where", "'rolle'", "'role'"]),
    (
        "ban.toml",
        '{ role = "magnet_maker", good = ["dytb"] }',
        '{ line = "SEJ-H", per_unit = 5 }',
        ["where.per_unit"],
    ),
    (
        "ban.toml",
        '["LYH-D", "SEJ-H"]',
        '["CRE-D", "SEJ-H"]',
        ["shock 3, links", "qualified already", "dormant"],
    ),
    (
        "ban.toml",
        'lines = ["CRE-D"]',
        'lines = ["CRE-D"]\ncountries = ["JP"]',
        ["shock 2", "nothing in this world"],
    ),
    ("ban.toml", 'lines = ["CRE-D"]', "", ["shock 2, goods", "no lines"]),
    (
        "firms.csv",
        "SEJ-H,SEJ,Magnet maker,JP",
        "SEJ-H,SEJ,Magnet maker,JPP",
        ["line 4 (SEJ-H), country", "'JPP'", "'JP'"],
    ),
    ("firms.csv", "MY,1,none,dytb", "MY,1,none,", ["line 3 (LYH-D), good", "''"]),
    (
        "firms.csv",
        "magnet_maker,magnet_heavy",
        "magnet_makr,magnet_heavy",
        ["SEJ-H), role", "'magnet_maker'"],
    ),
    ("firms.csv", "365,500,7,1,0.1", "365,500,7,1,1.1", ["SEJ-H), military_share", "1.1"]),
    ("firms.csv", "365,500,7", "365,many,7", ["SEJ-H), capacity_per_year", "'many'", "number"]),
    ("needs.csv", "0.03,1,60", "0.03,1,-60", ["SEJ-H:dytb), cover_days", "-60"]),
    ("needs.csv", "cover_days,cover", "cover_dayz,cover", ["column cover_dayz", "'cover_days'"]),
    ("links.csv", "dytb,1,10", "dytb,0.9,10", ["need of SEJ-H for dytb, share", "0.9", "add to 1"]),
    ("links.csv", "dytb,1,10", "dytb,1,-10", ["CRE-D>SEJ-H:dytb), lead_days", "-10"]),
    ("links.csv", "LYH-D,SEJ-H,dytb", "LYH-D,SEJ-H,magnet_heavy", ["LYH-D makes dytb", "write 'dytb'"]),
    ("links.csv", "LYH-D,SEJ-H", "LYH-D,CRE-D", ["LYH-D>CRE-D:dytb), good", "does not need"]),
    ("links.csv", "LYH-D,SEJ-H", "LYH-E,SEJ-H", ["supplier", "'LYH-E'", "'LYH-D'"]),
    ("links.csv", "dytb,1,10,0", "dytb,1,10,5", ["qualification_days", "in use is qualified"]),
    (
        "links.csv",
        "LYH-D,SEJ-H,dytb,0,17,90",
        "LYH-D,SEJ-H,dytb,0,17,90\nLYH-D,SEJ-H,dytb,0,17,90",
        ["line 4 (LYH-D>SEJ-H:dytb)", "second row", "line 3"],
    ),
    ("links.csv", "dytb,0,17,90", "dytb,0,17", ["line 3", "fewer cells"]),
    ("minds.csv", "magnet_maker,", "magnet_taker,", ["role", "'magnet_taker'", "'magnet_maker'"]),
    ("sources.csv", "0.5x,2x", "0.5x,", ["high", "range"]),
    ("sources.csv", "0.5x,2x", "half,2x", ["low", "'half'", "0.5x"]),
    ("sources.csv", "SEJ-H:dytb", "SEJ-H:dytbb", ["row", "'SEJ-H:dytbb'", "'SEJ-H:dytb'"]),
    ("sources.csv", "cover_days,day", "cover_day,day", ["column", "'cover_day'", "'cover_days'"]),
]


@pytest.mark.parametrize(("file", "old", "new", "words"), BROKEN)
def test_one_fault_is_told_with_file_key_and_mend(desk: Desk, file: str, old: str, new: str, words: list[str]) -> None:
    desk.edit(file, old, new)
    fitting = [sentence for sentence in desk.faults() if all(word in sentence for word in words)]
    assert len(fitting) == 1, desk.faults()
    assert fitting[0].startswith(f"{file}: ")


@pytest.mark.parametrize(("file", "old", "new", "words"), BROKEN)
def test_one_fault_is_not_told_in_many_sentences(desk: Desk, file: str, old: str, new: str, words: list[str]) -> None:
    desk.edit(file, old, new)
    assert len(desk.faults()) <= 3, desk.faults()
