"""A small world of three firms in files, with one scenario, that a test may break."""

from pathlib import Path

import pytest

from model.scenario.scenario import Scenario, read_world
from model.tables.faults import Faults
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
