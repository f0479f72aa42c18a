"""Scenarios and data tables: what may stand in them, and that every fault is told, all at once."""

from datetime import date
from pathlib import Path

import pytest

from model.scenario.overrides import Override, apply_overrides
from model.scenario.scenario import Scenario, read_scenario, read_world, scenario_names
from model.tables.faults import Faults
from model.tables.table_files import read_tables
from model.tables.tables import Tables

HOUSE = Path(__file__).parents[2]
SCENARIOS, DATA = HOUSE / "runs" / "scenarios", HOUSE / "model" / "data"

TABLES = {
    "countries.csv": """country,name,neutral,zone,gdp_jpy_tn
CN,China,Upstream,china,2800
JP,Japan,Assembler,outside,600
MY,Malaysia,Partner A,outside,60
""",
    "goods.csv": """good,name,unit,controlled,looks_alike,price_jpy_mn,spot_eta
dytb,Dy and Tb oxide,t,1,0,60,1
magnet_heavy,Heat-resistant magnets,t,1,0,9,1
""",
    "firms.csv": "line,firm,name,country,tier,role,good,demand_per_year,capacity_per_year,finished_days,"
    """houses,military_share,value_added_jpy_mn,industry
CRE-D,CRE,Separator,CN,1,processor,dytb,0,1000,7,1,0,0,rare earths
LYH-D,LYH,Second source,MY,1,none,dytb,0,100,7,1,0,0,rare earths
SEJ-H,SEJ,Magnet maker,JP,3,magnet_maker,magnet_heavy,365,500,7,1,0.1,3,magnets
""",
    "needs.csv": """line,good,per_unit,dependence,cover_days,cover_days_jan2026,thrift_least,thrift_days
SEJ-H,dytb,0.03,1,60,45,0.7,360
""",
    "links.csv": """supplier,line,good,share,lead_days,qualification_days
CRE-D,SEJ-H,dytb,1,10,0
LYH-D,SEJ-H,dytb,0,17,90
""",
    "minds.csv": """role,parameter,value,unit,meaning
magnet_maker,alarm_days,30,day,cover at which a magnet maker worries
""",
    "sources.csv": """table,row,column,unit,kind,source,low,high
needs,SEJ-H:dytb,cover_days,day,assumption,a guess,0.5x,2x
""",
}

SCENARIO = """title = "A ban"
about = "A ban. It holds."
start = 2025-01-01
days = 365
shock_date = 2025-04-01

[[override]]
table = "needs"
where = { role = "magnet_maker", good = ["dytb"] }
column = "cover_days"
value = 30
because = "a guess"

[[shock]]
date = 2025-04-01
kind = "regime"
origin = ["CN"]
destination = ["JP"]
goods = ["dytb"]
entities = ["SEJ"]
rule = "individual"
review_days = 63
note = "A rule"
source = "E9"

[[shock]]
date = 2025-05-01
kind = "capacity"
lines = ["CRE-D"]
times = 0.5
note = "A fire"
source = "hypothetical"

[[shock]]
date = 2025-06-01
kind = "qualify"
links = [["LYH-D", "SEJ-H"]]
note = "A second source"
source = "hypothetical"
"""


class Desk:
    """A folder with a tiny world that reads without fault, to be broken by one edit after another."""

    def __init__(self, folder: Path) -> None:
        """Write the sound files."""
        self.folder = folder
        for name, text in {**TABLES, "ban.toml": SCENARIO}.items():
            (folder / name).write_text(text, encoding="utf-8")

    def edit(self, file: str, old: str, new: str) -> None:
        """Replace one piece of one file."""
        text = (self.folder / file).read_text(encoding="utf-8")
        assert old in text, f"{old} is not in {file}"
        (self.folder / file).write_text(text.replace(old, new, 1), encoding="utf-8")

    def read(self, *settings: str, name: str = "ban") -> tuple[Scenario, Tables]:
        """Read the world."""
        return read_world(name, self.folder, self.folder, settings)

    def faults(self, *settings: str, name: str = "ban") -> tuple[str, ...]:
        """Read the world, which must fail, and hand back the sentences."""
        with pytest.raises(Faults) as caught:
            self.read(*settings, name=name)
        return caught.value.sentences


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def test_the_sound_world_reads(desk: Desk) -> None:
    scenario, tables = desk.read()
    assert [shock.kind for shock in scenario.shocks] == ["regime", "capacity", "qualify"]
    assert scenario.shock_day == 90
    assert tables.needs[0].cover_days == 30
    assert read_tables(desk.folder).needs[0].cover_days == 60


BROKEN = [
    # file, what stands there, what stands there now, the words that the only sentence must hold
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
        ["shock 1, review_days", "-3", "greater than or equal to 0"],
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
        ["refuse_share", "0.5", "pass 1"],
    ),
    (
        "ban.toml",
        "date = 2025-05-01",
        "date = 2024-12-31",
        ["shock 2, date", "2024-12-31", "before the start"],
    ),
    ("ban.toml", "date = 2025-05-01", "date = 2026-01-01", ["shock 2, date", "2026-01-01", "after the end"]),
    ("ban.toml", "date = 2025-05-01", 'date = "2025-05-01"', ["shock 2, date", "without quotes"]),
    (
        "ban.toml",
        "shock_date = 2025-04-01",
        "shock_date = 2027-04-01",
        ["shock_date", "2027-04-01", "outside"],
    ),
    ("ban.toml", "days = 365", "days = -365", ["days", "-365", "greater than or equal to 1"]),
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
    told = [sentence for sentence in desk.faults() if all(word in sentence for word in words)]
    assert len(told) == 1, desk.faults()
    assert told[0].startswith(f"{file}: ")


@pytest.mark.parametrize(("file", "old", "new", "words"), BROKEN)
def test_one_fault_is_not_told_in_many_sentences(desk: Desk, file: str, old: str, new: str, words: list[str]) -> None:
    desk.edit(file, old, new)
    assert len(desk.faults()) <= 3, desk.faults()


def test_ten_faults_are_told_at_once(desk: Desk) -> None:
    desk.edit("ban.toml", 'table = "needs"', 'table = "neds"')
    desk.edit("ban.toml", "value = 30", 'value = "thirty"')
    desk.edit("ban.toml", 'origin = ["CN"]', 'origin = ["CNN"]')
    desk.edit("ban.toml", 'goods = ["dytb"]', 'goods = ["dtyb"]')
    desk.edit("ban.toml", 'entities = ["SEJ"]', 'entities = ["SEY"]\ncolour = "red"')
    desk.edit("ban.toml", "review_days = 63", "review_days = -3\ngrant_share = 1.5")
    desk.edit("ban.toml", "date = 2025-05-01", "date = 2024-05-01")
    desk.edit("ban.toml", "times = 0.5", "times = -1")
    desk.edit("ban.toml", 'links = [["LYH-D", "SEJ-H"]]', 'links = [["LYH-D", "SEJ-J"]]')
    told = desk.faults()
    keys = [
        "override 1, table",
        "override 1, value",
        "shock 1, origin.1",
        "shock 1, goods.1",
        "shock 1, entities.1",
        "shock 1, colour",
        "shock 1, review_days",
        "shock 1, grant_share",
        "shock 2, date",
        "shock 2, times",
        "shock 3, links.1.2",
    ]
    for key in keys:
        assert any(sentence.startswith(f"ban.toml: {key}: ") for sentence in told), (key, told)
    assert len(told) == len(keys), told


def test_faults_of_tables_and_scenario_are_told_together(desk: Desk) -> None:
    desk.edit("ban.toml", 'goods = ["dytb"]', 'goods = ["dtyb"]')
    desk.edit("links.csv", "dytb,1,10", "dytb,0.9,10")
    desk.edit("firms.csv", "MY,1,none", "MX,1,none")
    assert [sentence.split(":")[0] for sentence in desk.faults()] == ["firms.csv", "links.csv", "ban.toml"]


def test_shares_are_added_after_the_overrides(desk: Desk) -> None:
    setting = "links.share[supplier=CRE-D]=0.8"
    assert "need of SEJ-H for dytb, share: found shares that add to 0.8" in desk.faults(setting)[0]
    free = Override(table="links", column="qualification_days", value=0, because="a test")
    half = Override(table="links", column="share", value=0.5, because="a test")
    tables = apply_overrides(read_tables(desk.folder), [free, half])
    assert [link.share for link in tables.links] == [0.5, 0.5]
    with pytest.raises(Faults, match="override 1, share of LYH-D>SEJ-H:dytb"):
        apply_overrides(read_tables(desk.folder), [half])


def test_missing_file_is_told(desk: Desk) -> None:
    (desk.folder / "minds.csv").unlink()
    assert [sentence.split(":")[0] for sentence in desk.faults()] == ["minds.csv"]


def test_unreadable_file_is_told_without_echoes(desk: Desk) -> None:
    (desk.folder / "firms.csv").write_bytes(b"\xff\xfe")
    assert desk.faults() == ("firms.csv: found bytes that are not UTF-8 at byte 0; save it as UTF-8",)


def test_unknown_scenario_is_told_with_the_nearest(desk: Desk) -> None:
    assert desk.faults(name="bam") == ("scenario: found 'bam', which is not a known scenario; did you mean 'ban'?",)


def test_settings_change_scalars_and_columns(desk: Desk) -> None:
    scenario, tables = desk.read("days=600", "start=2024-12-31", "needs.cover_days[role=magnet_maker,country=JP]*=2")
    assert (scenario.days, scenario.start, tables.needs[0].cover_days) == (600, date(2024, 12, 31), 60)
    assert desk.read("minds.value[parameter=alarm_days]=20")[1].minds[0].value == 20


def test_a_run_cut_short_by_hand_just_does_not_reach_its_later_shocks(desk: Desk) -> None:
    assert desk.read("days=10", "shock_date=2025-01-05")[0].days == 10


@pytest.mark.parametrize(
    ("setting", "words"),
    [
        ("dais=600", ["dais=600", "'days'"]),
        ("days", ["days", "KEY=VALUE"]),
        ("days=many", ["days", "'many'", "whole number"]),
        ("start=2025-06-01", ["ban.toml: shock 1, date", "before the start"]),
        ("neds.cover_days=3", ["neds.cover_days=3, table", "'needs'"]),
        ("needs.cover_dais=3", ["column", "'cover_days'"]),
        ("needs.cover_days[role=automaker]=3", ["where.role", "'automaker'"]),
        ("needs.cover_days=lots", ["value", "'lots'", "number"]),
        ("minds.value[parameter=alarm_dayz]=2", ["where.parameter", "'alarm_dayz'", "'alarm_days'"]),
    ],
)
def test_bad_settings_are_told(desk: Desk, setting: str, words: list[str]) -> None:
    assert any(all(word in sentence for word in words) for sentence in desk.faults(setting)), desk.faults(setting)


def test_a_scenario_adds_to_its_base(desk: Desk) -> None:
    lift = SCENARIO[SCENARIO.index("[[shock]]") :].split("\n\n")[0].replace("2025-04-01", "2025-03-01")
    (desk.folder / "heir.toml").write_text(f'base = "ban"\ntitle = "Heir"\n\n{lift}\n', encoding="utf-8")
    heir = read_scenario("heir", desk.folder)
    assert (heir.title, heir.about, heir.base, heir.name) == ("Heir", "A ban. It holds.", "ban", "heir")
    assert [shock.date.month for shock in heir.shocks] == [3, 4, 5, 6]
    assert read_scenario(desk.folder / "heir.toml", SCENARIOS).title == "Heir"


def test_faults_in_a_base_name_the_base(desk: Desk) -> None:
    (desk.folder / "heir.toml").write_text('base = "ban"\n', encoding="utf-8")
    desk.edit("ban.toml", 'goods = ["dytb"]', 'goods = ["dtyb"]')
    assert [sentence.split(":")[0] for sentence in desk.faults(name="heir")] == ["ban.toml"]


@pytest.mark.parametrize("name", scenario_names(SCENARIOS))
def test_shipped_scenarios_read_without_fault(name: str) -> None:
    scenario, _ = read_world(name, SCENARIOS, DATA)
    assert scenario.name == name
    assert all(scenario.start <= shock.date < scenario.end for shock in scenario.shocks)


def test_the_scenarios_of_the_project_are_all_there() -> None:
    assert set(scenario_names(SCENARIOS)) >= {
        "calm",
        "two-months",
        "september-2010",
        "april-2025",
        "january-2026",
        "escalation",
        "korea-sanctioned",
        "allied-stockpile",
        "truce",
    }
