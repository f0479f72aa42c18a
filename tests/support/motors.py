"""A world of twelve lines of somebody's own, in Europe: German, French and Austrian makers around Chinese magnets."""

from __future__ import annotations

import shutil
from pathlib import Path

from model.tables.table_files import DATA

COUNTRIES = """country,name,neutral,zone,gdp_jpy_tn
FR,France,Country A,outside,450
CN,China,Country B,china,2800
DE,Germany,Country C,outside,680
AT,Austria,Country D,outside,75
"""
GOODS = """good,name,unit,controlled,looks_alike,price_jpy_mn,spot_eta
oxide,oxide,t,1,0,60,1.2
magnet,magnets,t,1,0,9,0.6
motor,electric motors,motor,0,0,0.2,0.3
pump,pumps,pump,0,0,0.5,0.3
lathe,lathes,lathe,0,0,20,0.2
"""
FIRMS = """line,firm,name,country,tier,role,good,demand_per_year,capacity_per_year,finished_days,houses,\
military_share,value_added_jpy_mn,industry
OXI,OXI,Oxide works,CN,1,processor,oxide,0,200,20,1,0,0,rare earths
NIN,NIN,Ningbo magnets,CN,2,processor,magnet,300,1600,20,1,0,2,magnets
BAO,BAO,Baotou magnets,CN,2,processor,magnet,300,1200,20,1,0,2,magnets
VAC,VAC,Hanau magnets,DE,2,magnet_maker,magnet,0,200,10,1,0,3,magnets
SIE,SIE,Erlangen motors,DE,3,parts_maker,motor,40000,300000,7,1,0,0.08,motors
SEW,SEW,Bruchsal motors,DE,3,parts_maker,motor,60000,300000,7,1,0,0.08,motors
LER,LER,Paris motors,FR,3,parts_maker,motor,20000,100000,7,1,0,0.08,motors
KSB,KSB,Frankenthal pumps,DE,4,industry,pump,80000,100000,5,1,0,0.25,pumps
GRU,GRU,Lyon pumps,FR,4,industry,pump,30000,40000,5,1,0,0.25,pumps
TRU,TRU,Ditzingen lathes,DE,4,industry,lathe,2000,2600,5,1,0,9,machine tools
EMC,EMC,Hallein lathes,AT,4,industry,lathe,500,700,5,1,0,9,machine tools
SAM,SAM,Magnet traders,AT,2,trader,magnet,0,60,60,1,0,0,magnets
"""
NEEDS = """line,good,per_unit,dependence,cover_days,cover_days_jan2026,thrift_least,thrift_days
NIN,oxide,0.02,1,30,30,1,365
BAO,oxide,0.02,1,30,30,1,365
VAC,oxide,0.02,1,60,60,0.7,365
SIE,magnet,0.002,1,45,45,0.9,365
SEW,magnet,0.002,1,30,30,0.9,365
LER,magnet,0.002,1,30,30,0.9,365
KSB,motor,1,1,10,10,1,365
GRU,motor,1,1,10,10,1,365
TRU,motor,4,1,15,15,1,365
EMC,motor,4,1,15,15,1,365
SAM,magnet,1,1,60,60,1,365
"""
LINKS = """supplier,line,good,share,lead_days,qualification_days
OXI,NIN,oxide,1,3,0
OXI,BAO,oxide,1,3,0
OXI,VAC,oxide,1,35,0
NIN,SIE,magnet,0.8,35,0
VAC,SIE,magnet,0.2,3,0
BAO,SEW,magnet,0.9,35,0
VAC,SEW,magnet,0.1,3,0
NIN,LER,magnet,1,35,0
VAC,LER,magnet,0,4,150
SIE,KSB,motor,0.6,2,0
SEW,KSB,motor,0.4,2,0
LER,GRU,motor,1,2,0
SEW,TRU,motor,1,2,0
SIE,EMC,motor,1,3,0
NIN,SAM,magnet,1,35,0
SAM,SEW,magnet,0,3,90
"""
STOP = """title = "No magnets"
about = "Magnets and oxide no longer leave."
start = 2026-01-01
days = 200
shock_date = 2026-02-01
[[shock]]
date = 2026-02-01
kind = "regime"
origin = ["CN"]
destination = ["DE", "FR", "AT"]
goods = ["magnet", "oxide"]
rule = "ban"
note = "Magnets no longer leave"
source = "made up"
"""
BATCH = """title = "Cover"
about = "What stocks do."
scenarios = ["stop.toml"]
sampler = "grid"
levels = 2
rows = ["experiments", "days"]
[[lever]]
name = "cover"
set = "needs.cover_days[role=magnet_maker]"
values = [30, 60]
[[uncertainty]]
name = "hoard"
set = "minds.value[parameter=smoothing_days]"
low = 5
high = 9
"""
TABLES = {"countries": COUNTRIES, "goods": GOODS, "firms": FIRMS, "needs": NEEDS, "links": LINKS}


def write_motors(place: Path, focus: str = "") -> Path:
    """Write the world into a folder, with a scenario and a design beside it; its people are those of the base case."""
    world = place / "motors"
    world.mkdir(parents=True)
    for name, text in TABLES.items():
        (world / f"{name}.csv").write_text(text)
    shutil.copy(DATA / "minds.csv", world)
    if focus:
        (world / "focus.toml").write_text(focus)
    (place / "stop.toml").write_text(STOP)
    (place / "cover.toml").write_text(BATCH)
    return world
