"""Worlds of others go through every command that takes one, with figures, and nobody hears of what is not in them."""

from __future__ import annotations

import json
import warnings
from argparse import Namespace
from pathlib import Path
from typing import Any

import networkx as nx
import pandas as pd
import pytest

from model.tables.faults import Faults
from runs.__main__ import main
from runs.browser.watch.session import WatchSession
from runs.commands.play import choose_plan
from runs.figures.captions import CAPTIONS, NEIGHBOUR, WIDE_ECONOMY
from runs.game.desk_view import desk_view, last_turn
from runs.game.match import begin_match
from runs.game.seats import describe_controls, moves_from_wishes
from runs.game.seats_of_world import offer_seats
from runs.game.verdict import compute_verdict
from runs.report.outcome_tables import loss_rows
from runs.simulation.focus import focus_of
from runs.simulation.levers import Choice
from runs.simulation.stage import play, read_story, stage
from tests.support.fire import FIRE

COUNTRIES = "country,name,neutral,zone,gdp_jpy_tn\n"
FIRMS = ("line,firm,name,country,tier,role,good,demand_per_year,capacity_per_year,finished_days,houses,"
         "military_share,value_added_jpy_mn,industry\n")  # fmt: skip
GOODS = "good,name,unit,controlled,looks_alike,price_jpy_mn,spot_eta\n"
NEEDS = "line,good,per_unit,dependence,cover_days,cover_days_jan2026,thrift_least,thrift_days\n"
LINKS = "supplier,line,good,share,lead_days,qualification_days\n"
HABITS = {
    "adjust_days": 5, "smoothing_days": 6, "supply_line_weight": 1, "fill_sensitivity": 0.5, "patience_days": 3,
    "back_order_share": 0, "holding_rate_per_year": 0.1, "standing_share": 0.3, "least_start": 0, "restart_days": 0,
    "qualification_cost": 0.05, "thrift_cost": 0.1, "home_favour": 1, "contract_favour": 1,
}  # without yield_favour, which such tables do not have that are older than it  # fmt: skip
MINDS = "role,parameter,value,unit,meaning\n" + "".join(
    f"*,{name},{value},1,a habit\n" for name, value in HABITS.items()
)
BAKERIES = {
    "countries": COUNTRIES + "DE,Germany,Country A,outside,680\nFR,France,Country B,outside,450\n",
    "goods": GOODS + "flour,Flour,t,0,0,0.05,0.5\nbread,Bread,t,0,0,0.4,0.3\n",
    "firms": FIRMS + "MILL,MILL,The mill,FR,4,none,flour,0,9000,0,1,0,0.02,milling\n"
    "BAKE-N,BAKE,Bakery in the north,DE,5,none,bread,3650,4000,1,1,0,0.3,baking\n",
    "needs": NEEDS + "BAKE-N,flour,0.7,1,10,10,1,0\n",
    "links": LINKS + "MILL,BAKE-N,flour,1,2,0\n",
    "minds": MINDS,
}  # fmt: skip
ALONE = {
    "countries": COUNTRIES + "FR,France,Country B,outside,0\n",
    "goods": GOODS + "flour,Flour,t,0,0,0,0.5\n",
    "firms": FIRMS + "MILL,MILL,The mill,FR,4,none,flour,800,9000,0,1,0,0,milling\n",
    "needs": NEEDS, "links": LINKS, "minds": MINDS,
}  # fmt: skip
BATCH = """title = "Cover"
about = "What stocks do."
scenarios = ["calm"]
days = 20
seeds = 1
sampler = "grid"
levels = 2
rows = ["experiments", "firms", "days"]
[[uncertainty]]
name = "hoard"
set = "minds.value[parameter=smoothing_days]"
low = 5
high = 9
"""


def tables(place: Path, texts: dict[str, str]) -> Path:
    """A folder of tables of one's own."""
    place.mkdir(parents=True)
    for name, text in texts.items():
        (place / f"{name}.csv").write_text(text)
    return place


def network(place: Path, firms: int) -> Path:
    """A firm network in four files: a chain of firms, each of which buys of the one before."""
    place.mkdir(parents=True)
    rows = range(1, firms + 1)
    (place / "A.txt").write_text("".join(f"{row} {row + 1} 5\n" for row in rows[:-1]) or "1 1 5\n")
    (place / "C.txt").write_text("".join(f"{row} 10\n" for row in rows))
    (place / "P.txt").write_text("".join(f"{row} {15 if row < firms else 10}\n" for row in rows))
    (place / "F.txt").write_text("".join(f"{row} {row % 3} firm\n" for row in rows))
    return place


def saved_table(place: Path, regions: list[str], unit: str | None = "M.JPY") -> Path:
    """An input-output table of some regions, as pymrio saves it."""
    place.mkdir(parents=True)
    index = pd.MultiIndex.from_product([regions, ["steel", "cars"]], names=["region", "sector"])
    count = len(index)
    flows = pd.DataFrame([[5.0 + (row * column) % 7 for column in range(count)] for row in range(count)], index, index)
    final = pd.DataFrame({(regions[0], "all"): [60.0 + row for row in range(count)]}, index=index)
    parts = {"Z": flows, "Y": final}
    if unit is not None:
        parts["unit"] = pd.DataFrame({"unit": [unit] * count}, index)
    for name, frame in parts.items():
        frame.to_csv(place / f"{name}.txt", sep="\t")
    files = {name: {"name": f"{name}.txt", "nr_index_col": "2", "nr_header": "2"} for name in parts}
    (place / "file_parameters.json").write_text(json.dumps({"systemtype": "IOSystem", "files": files}))
    return place


WORLDS = {  # what makes the world, and the line at which it burns
    "own tables": "MILL", "one firm": "MILL", "no industries": "MILL", "firms of one country": "1", "a firm alone": "1",
    "named and anonymous firms": "2",
    "regions called reg": "reg1: steel", "one region": "DE: cars", "many regions": "R3: cars",
    "a list of links": "MOT", "a list of one link": "A", "a graph": "b", "published files": "1",
}  # fmt: skip
OWN = {  # tables; in the last, all lines are of tiers below those that sell to users
    "own tables": BAKERIES, "one firm": ALONE,
    "no industries": BAKERIES | {"firms": BAKERIES["firms"].replace("FR,4,", "FR,1,").replace("DE,5,", "DE,2,")},
}  # fmt: skip
LISTS = {  # three letters for countries, several goods of a firm; two firms of which nothing is said
    "a list of links": "supplier,customer,amount,country,good,lead,stock,essential\nM1,MOT,12,CHL,magnet,30,20,yes\n"
    "S1,MOT,30,DEU,steel,3,5,no\nS1,CAR,80,DEU,plate,3,5,0.5\nMOT,CAR,99,DEU,motor,2,4,yes\n",
    "a list of one link": "A,B,10\n",
}
TOY = {"ATableLine": "1 2 100\n2 1 100\n", "CVector": "1 100\n2 100\n", "PiniVector": "1 200\n2 200\n",
       "FirmAffiliation": "1 1001\n2 1002\n", "Delta01": "1 0.1\n"}  # fmt: skip  # the published sample


def made(folder: Path, what: str) -> Path:
    """One of the worlds above."""
    if what in OWN:
        return tables(folder / "world", OWN[what])
    if what in LISTS:
        (folder / "links.csv").write_text(LISTS[what])
        command = ["import", "edges", str(folder / "links.csv"), "--country", "DE"]
    elif what == "a graph":
        links = nx.DiGraph()
        links.add_nodes_from([(name, {"country": "FRA"}) for name in "abc"])
        links.add_weighted_edges_from([("a", "b", 3.0), ("b", "c", 5.0), ("c", "a", 2.0)])
        nx.write_gexf(links, folder / "links.gexf")
        command = ["import", "edges", str(folder / "links.gexf")]
    elif what == "published files":
        (folder / "toy").mkdir()
        for name, text in TOY.items():
            (folder / "toy" / f"toy{name}.txt").write_text(text)
        command = ["import", "inoue-todo", str(folder / "toy"), "--country", "DEU"]
    elif "firm" in what:
        count = {"a firm alone": 1, "named and anonymous firms": 400}.get(what, 6)
        source, form = network(folder / "net", count), ["inoue-todo", "--country", "DE"]
        command = ["import", form[0], str(source), *form[1:]]
    else:
        regions = {"one region": ["DE"], "many regions": [f"R{row}" for row in range(8)]}.get(what, ["reg1", "reg2"])
        command = ["import", "pymrio", str(saved_table(folder / "table", regions))]
    assert main([*command, "--out", str(folder / "world")]) == 0
    return folder / "world"


@pytest.mark.subprocess
@pytest.mark.parametrize("what", WORLDS)
def test_a_world_of_others_goes_through_every_command(
    tmp_path: Path, what: str, capfd: pytest.CaptureFixture[str]
) -> None:
    world, line = str(made(tmp_path, what)), WORLDS[what]
    story, batch = tmp_path / "fire.toml", tmp_path / "cover.toml"
    story.write_text(FIRE.format(line))
    batch.write_text(BATCH)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for name, place in ((str(story), tmp_path / "fire"), ("calm", tmp_path / "calm")):
            assert main(["run", name, "--days", "60", "--world", world, "--out", str(place)]) == 0
            drawn = {path.stem for path in place.glob("*.png")}
            assert (
                drawn - {WIDE_ECONOMY} == set(CAPTIONS) - {WIDE_ECONOMY, NEIGHBOUR}
                and (place / "report.html").is_file()
            )
        assert main(["explain", str(story), "--firm", line, "--world", world]) == 0
        assert main(["compare", "calm", str(story), "--world", world, "--out", str(tmp_path / "c")]) == 0
        assert (tmp_path / "c" / "comparison.png").is_file()
        assert main(["batch", str(batch), "--world", world, "--out", str(tmp_path / "b"), "--processes", "1"]) == 0
        assert main(["analyse", str(tmp_path / "b")]) == 0
        assert (tmp_path / "b" / "analysis.html").is_file()
        if what == "named and anonymous firms":
            for show in (watch, sit_down):
                with pytest.raises(Faults, match="100 of this world have no name"):
                    show(str(story), world)
        else:
            watch(str(story), world)
            sit_down(str(story), world)
        assert main(["bench", "--world", world, "--days", "5", "--people"]) == 0
        assert main(["world", "check", world]) == 0
    result = capfd.readouterr()
    report = (tmp_path / "fire" / "report.html").read_text() + (tmp_path / "b" / "analysis.html").read_text()
    words = result.out + result.err + " ".join(part for part in report.split('"') if not part.startswith("data:"))
    for stranger in ("Japan", "Korea", "China", "vehicles", "Motors and parts", "car lines", "nan", "Warning"):
        assert stranger not in words.replace("JPY", "")
    assert "lost capacity" in result.out
    outcomes: dict[str, Any] = json.loads((tmp_path / "fire" / "outcomes.json").read_text())
    assert outcomes["lines_stopped"] >= 1
    assert not any(name.endswith(("_JP", "_KR")) or "vehicle" in name for name in outcomes)


def watch(scenario: str, world: str) -> None:
    """Open the page's session on a world, play twenty days, pick a line and pull a lever."""
    session = WatchSession(Choice(scenario, world=world))
    try:
        before = json.loads(session.snapshot.head)["since"]
        session.run_command("step", days=20)
        assert json.loads(session.snapshot.head)["since"] == before + 20
        session.run_command("pick", row=0)
        assert json.loads(session.snapshot.card)["name"]
        for lever in json.loads(session.snapshot.levers)["levers"][:1]:
            session.run_command("pull", key=lever["key"], value=30)
            assert json.loads(session.snapshot.head)["message"]
    finally:
        session.close()


def sit_down(scenario: str, world: str) -> None:
    """Take the first seat that the desk offers, set all its levers, play to the end and read the verdict."""
    plan = choose_plan(Namespace(scenario=scenario, world=Path(world)))
    offered = list(offer_seats(plan).seats)
    match = begin_match(offered[0], 1, plan)
    levers = describe_controls(match.stage, match.seat, [])
    wishes = {lever["key"]: lever["choices"][-1][0] if lever["choices"] else lever["most"] / 2 for lever in levers}
    match.play_turn(moves_from_wishes(match.stage, match.seat, wishes))
    while not match.over:
        match.play_turn([])
    verdict = compute_verdict(match)
    assert verdict["words"] and verdict["other"] in offered
    told = json.dumps([verdict, desk_view(match, last_turn(match), plan.turns)])
    assert not any(stranger in told for stranger in ("Japan", "Korea", "China", "NaN", "Infinity"))


@pytest.mark.subprocess
def test_the_published_sample_plays_its_delta_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The published sample: firm 1 cannot make a tenth, so it makes nine tenths from the first day on."""
    world = made(tmp_path, "published files")
    record = play(stage(str(world / "toyDelta01.toml"), world=world))
    made_of = record.lines["output"][:, record.register.row("1")] * 365.0
    assert made_of.tolist()[:30] == pytest.approx([0.9 * 200.0 * 365.0] * 30, rel=1e-6)
    (tmp_path / "toy" / "toyDelta02.txt").write_text("1 0.5 3\n9 0.1\n2 1.5\n")
    assert main(["import", "inoue-todo", str(tmp_path / "toy"), "--out", str(tmp_path / "w2")]) == 2
    assert "toyDelta02.txt: line 3: found '1.5'; a share from 0 to 1 was expected" in capsys.readouterr().err


@pytest.mark.subprocess
def test_names_in_any_letters_are_drawn_without_a_word(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    texts = {
        table: words.replace("The mill", "$\\frac$ 磨坊 $x").replace("Germany", "独逸")
        for table, words in BAKERIES.items()
    }
    world = tables(tmp_path / "world", texts)
    (tmp_path / "fire.toml").write_text(FIRE.format("MILL"))
    assert main(["run", str(tmp_path / "fire.toml"), "--world", str(world), "--out", str(tmp_path / "r")]) == 0
    assert capfd.readouterr().err == "" and (tmp_path / "r" / "cascade.png").is_file()


@pytest.mark.subprocess
def test_what_own_tables_cost_is_a_sum_by_hand(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The mill is stopped for 50 days; 10 days of flour are in store, 2 on the road: the bakery is stopped for 38."""
    world = tables(tmp_path / "world", BAKERIES)
    (tmp_path / "fire.toml").write_text(FIRE.format("MILL"))
    assert main(["run", str(tmp_path / "fire.toml"), "--world", str(world), "--out", str(tmp_path / "r")]) == 0
    result = json.loads((tmp_path / "r" / "outcomes.json").read_text())
    assert result["first_stop_day_DE"] == 12 and result["first_stop_day_FR"] == 0
    assert result["stop_days_DE"] == 38 and result["stop_days_FR"] == 50
    assert result["value_added_lost_jpy_bn_DE"] == pytest.approx(38 * 10 * 0.3 / 1000)
    assert "Germany lost value added of 114 million units of money." in capsys.readouterr().out


LACKS: dict[str, tuple[str, str, str, str]] = {
    "a habit": ("minds", "*,standing_share,0.3,1,a habit\n", "", "minds.csv: standing_share: it is missing"),
    "a rule of rationing": ("minds", "*,home_favour,1,1,a habit\n", "", "minds.csv: home_favour: it is missing"),
    "a misspelt habit": ("minds", "standing_share", "standing_shar", "did you mean 'standing_share'?"),
    "a table": ("goods", GOODS, "", "goods.csv"),
    "a number of a mind": ("firms", "DE,5,none,", "DE,5,automaker,", "minds.csv: caution: it is missing"),
    "a country": ("countries", "DE,Germany,Country A,outside,680\n", "", "which is not a known country"),
}


@pytest.mark.subprocess
@pytest.mark.parametrize("what", LACKS)
def test_what_own_tables_lack_is_named(tmp_path: Path, what: str, capsys: pytest.CaptureFixture[str]) -> None:
    table, old, new, words = LACKS[what]
    assert old in BAKERIES[table]
    world = tables(tmp_path / "world", BAKERIES | {table: BAKERIES[table].replace(old, new)})
    assert main(["run", "calm", "--world", str(world), "--out", str(tmp_path / "r")]) == 2
    assert words in capsys.readouterr().err and not (tmp_path / "r").exists()


@pytest.mark.subprocess
def test_all_that_is_missing_is_reported_at_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    texts = BAKERIES | {
        "minds": MINDS.replace("*,adjust_days,5,1,a habit\n", "").replace("*,thrift_cost", "*,thrift_cos")
    }
    world = tables(tmp_path / "world", texts | {"links": BAKERIES["links"].replace(",1,2,0", ",0.5,2,0")})
    assert main(["run", "calm", "--world", str(world), "--out", str(tmp_path / "r")]) == 2
    result = capsys.readouterr().err
    for words in (
        "adjust_days: it is missing",
        "thrift_cost: it is missing",
        "did you mean 'thrift_cost'?",
        "add to 0.5",
    ):
        assert words in result


def test_a_scenario_that_there_is_not_is_told_with_those_of_the_world(tmp_path: Path) -> None:
    world = tables(tmp_path / "world", BAKERIES)
    (world / "mill-burns.toml").write_text(FIRE.format("MILL"))
    with pytest.raises(Faults) as told:
        stage("mill-burn", world=world)
    (words,) = told.value.sentences
    assert words == "scenario: found 'mill-burn', which is not a known scenario; did you mean 'mill-burns'?"
    with pytest.raises(Faults) as told:
        stage("nonsuch", world=world)
    assert told.value.sentences[0].endswith("; known are calm, mill-burns")


def test_a_table_of_an_imported_world_can_be_edited(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    world = made(tmp_path, "firms of one country")
    needs = pd.read_csv(world / "tables" / "needs.csv")
    needs["cover_days"] = 3.0
    needs.to_csv(world / "tables" / "needs.csv", index=False)
    (tmp_path / "fire.toml").write_text(FIRE.format("1"))
    command = ["run", str(tmp_path / "fire.toml"), "--world", str(world), "--no-figures", "--out", str(tmp_path / "r")]
    assert main(command) == 0
    assert "tables/needs.csv was changed since this world was made" in capsys.readouterr().err
    first = json.loads((tmp_path / "r" / "outcomes.json").read_text())
    assert first["first_stop_day_tier_5_DE"] == 0  # the one that burns; its customer has 3 days and one on the road
    about = json.loads((tmp_path / "r" / "linestop.json").read_text())
    assert list(about["world"]["edited"]) == ["tables/needs.csv"]
    needs["cover_days"] = -3.0
    needs.to_csv(world / "tables" / "needs.csv", index=False)
    assert main(command) == 2
    assert "cover_days" in capsys.readouterr().err


def test_a_line_is_not_called_like_an_office(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    firms = BAKERIES["firms"].replace("MILL,MILL", "government,MILL").replace("BAKE-N", "authority:FR")
    world = tables(tmp_path / "world", BAKERIES | {"firms": firms})
    assert main(["world", "check", str(world)]) == 2
    told = capsys.readouterr().err
    assert "(government), line: found 'government', but so the seat of an office is called; choose another" in told
    assert "(authority:FR), line: found 'authority:FR'" in told


def test_a_small_world_names_its_amounts(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    texts = BAKERIES | {"firms": BAKERIES["firms"].replace("DE,5,none", "FR,5,none").replace("FR,4,none", "DE,4,none")}
    world = tables(tmp_path / "world", texts | {"goods": BAKERIES["goods"].replace("Flour,t", "Flour,sack")})
    (world / "focus.toml").write_text(
        'home = "FR"\nneighbour = "DE"\n[money]\ncode = "CHF"\n[tiers]\n4 = "Flour"\n5 = "Bread"\n'
    )
    (tmp_path / "fire.toml").write_text(FIRE.format("BAKE-N"))
    run = ["run", str(tmp_path / "fire.toml"), "--world", str(world), "--no-figures", "--out", str(tmp_path / "r")]
    assert main(run) == 0
    told = capsys.readouterr().out
    lost = json.loads((tmp_path / "r" / "outcomes.json").read_text())["value_added_lost_jpy_bn_FR"]
    assert 0.01 < lost < 0.2  # at most 3,650 loaves of 0.3 million a year
    assert f"France: value added lost {lost * 1000:.3g} mn CHF" in told
    assert "sold France Flour for" in told and " 0 bn CHF" not in told
    outcomes = json.loads((tmp_path / "r" / "outcomes.json").read_text())
    rows = {row[0]: row[1] for row in loss_rows(outcomes, focus_of(read_story("calm", (), world)[1]))}
    assert [words for label, words in rows.items() if "themselves, million " in label] == [f"{lost * 1000:.0f}"]


def test_a_world_without_scenarios_says_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    world = tables(tmp_path / "world", BAKERIES)
    assert main(["scenarios", "--world", str(world)]) == 0
    assert capsys.readouterr().out.startswith("world has no scenarios of its own; 'linestop run FILE --world world'")
