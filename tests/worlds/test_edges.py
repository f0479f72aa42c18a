"""Lists of who supplies whom become worlds: columns by sensible names, units, terms, and all faults by line."""

from __future__ import annotations

import json
from pathlib import Path

import networkx as nx
import pandas as pd
import pytest

from runs.__main__ import main
from runs.simulation.stage import play, stage

MOTORS = """Supplier;Supplier name;Buyer;Amount (M.EUR);Country;Buyer country;Industry;Product;Lead time (days);Stock days;Essential;remark
M1;Mag AG;MOT;12,5;CHN;DEU;magnets;magnet;30;20;yes;x
S1;Steel Co;MOT;30;DEU;DEU;metal;steel;3;5;no;
MOT;Motor GmbH;CAR;100;DEU;FRA;motors;motor;2;4;1;
S1;Steel Co;CAR;80;DEU;FRA;metal;plate;3;5;0.5;
S1;Steel Co;CAR;8;DEU;FRA;metal;plate;3;5;0.5;
"""  # noqa: E501


def world_of(folder: Path, text: str, name: str = "links.csv", *more: str, encoding: str = "utf-8") -> Path:
    """The world of a list."""
    (folder / name).write_bytes(text.encode(encoding))
    assert main(["import", "edges", str(folder / name), "--out", str(folder / "w"), *more]) == 0
    return folder / "w"


def table(world: Path, name: str) -> pd.DataFrame:
    return pd.read_csv(world / "tables" / f"{name}.csv", keep_default_na=False)


def test_all_that_a_list_says_is_in_its_world(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    world = world_of(tmp_path, MOTORS)
    firms, needs, links = (table(world, name).set_index("line") for name in ("firms", "needs", "links"))
    assert firms["country"].to_dict() == {"M1": "CN", "S1: steel": "DE", "S1: plate": "DE", "MOT": "DE", "CAR": "FR"}
    assert firms.loc["S1: plate", ["firm", "name", "good", "industry"]].tolist() == ["S1", "Steel Co", "plate", "metal"]
    magnets = needs[needs["good"] == "magnet"].loc["MOT"]
    assert (magnets["per_unit"], magnets["dependence"], magnets["cover_days"]) == (0.125, 1.0, 20.0)
    assert needs[needs["good"] == "steel"].loc["MOT", "dependence"] == 0.0 == firms.loc["M1", "demand_per_year"]
    assert firms.loc["S1: steel", "demand_per_year"] == 30  # bought as ever, whatever becomes of the motors
    assert links[links["good"] == "magnet"].loc["MOT", "lead_days"] == 30
    rest = stage("calm", world=world).world.network.baseline * 365.0
    made = [12.5, 30, 88, 100, 188 / 0.6]  # what CAR buys is 0.6 of what it makes
    assert rest.tolist() == pytest.approx(made)
    said = capsys.readouterr().out
    for words in (
        "left out 1 columns: remark", "amounts in 'M.EUR': they were taken as they are",
        "1 numbers with a decimal comma in amount",
        "CHN is CN", "1 lines were given sales to the final market", "such as CAR",
        "1 duplicate links added to the link before them, such as S1: plate > CAR", "2 links are needed for all",
    ):  # fmt: skip
        assert words in said, words
        assert any(words in note for note in json.loads((world / "linestop.json").read_text())["notes"])


FORMS: dict[str, tuple[str, str]] = {
    "commas": ("supplier,customer,amount,country\nA,B,10,DE\nB,C,30,DE\n", "utf-8"),
    "tabs of Windows": ("Seller\tBuyer\tWeight\tnation\r\nA\tB\t10\tDE\r\nB\tC\t30\tGermany\r\n", "utf-16"),
    "other words": ("Source,Target,Value,Source_Country\nA,B,10,DEU\nB,C,30,DEU\n", "utf-8-sig"),
    "no headings": ("A B 10\nB C 30\n", "utf-8"),
    "blank lines": ('\n"from" | "to" | "sales" \nA | B | 10\n\nB | C | 30\n', "utf-8"),
}


@pytest.mark.parametrize("form", FORMS)
def test_lists_are_read_in_any_form(tmp_path: Path, form: str) -> None:
    text, encoding = FORMS[form]
    world = world_of(tmp_path, text, "links.csv", "--country", "DE", encoding=encoding)
    links, firms = table(world, "links"), table(world, "firms")
    assert links[["supplier", "line", "good", "share"]].to_numpy().tolist() == [["A", "B", "A", 1], ["B", "C", "B", 1]]
    assert set(firms["country"]) == {"DE"} and firms["demand_per_year"].tolist() == pytest.approx([0, 0, 50.0])


def test_sales_to_the_final_market_are_those_that_the_list_names(tmp_path: Path) -> None:
    world = world_of(tmp_path, "supplier,customer,amount\nA,B,10\nA,,5\nB,final demand,40\n")
    assert table(world, "firms").set_index("line")["demand_per_year"].to_dict() == {"A": 5, "B": 40}


def test_a_list_of_essential_inputs_makes_lines_depend_on_them(tmp_path: Path) -> None:
    """Suppliers of an industry stand in for each other; what is not essential is done without."""
    text = "supplier,customer,industry,weight,essential\n1,3,2410,4,1\n2,3,2410,6,1\n4,3,6201,5,0\n3,5,2910,50,1\n"
    world = world_of(tmp_path, text)
    needs = table(world, "needs").set_index(["line", "good"])["dependence"]
    assert needs.to_dict() == {(3, 2410): 1, (3, 6201): 0, (5, 2910): 1}
    shock = "\n[[shock]]\nkind = 'capacity'\ndate = 2026-01-05\nlines = ['{}']\ntimes = 0.0\nnote = 'x'\nsource = 'x'\n"
    head = "title = 'x'\nabout = 'x'\nstart = 2026-01-01\ndays = 60\nshock_date = 2026-01-05\n"
    made = {}
    for line in ("4", "2"):
        (tmp_path / "s.toml").write_text(head + shock.format(line))
        record = play(stage(str(tmp_path / "s.toml"), world=world))
        row = record.register.row("3")
        made[line] = record.lines["output"][-1, row] / record.lines["output"][0, row]
    assert made["4"] == pytest.approx(1.0) and made["2"] == pytest.approx(0.4, abs=0.02)


@pytest.mark.parametrize("ending", ["graphml", "gexf"])
def test_graphs_are_read_as_lists_are(tmp_path: Path, ending: str, capsys: pytest.CaptureFixture[str]) -> None:
    graph = nx.DiGraph()
    graph.add_node("a", label="Mine", country="AUS", sector="ore", stock=9.0)
    graph.add_node("b", label="Works", country="JPN", sector="steel", final_demand=25.0, stock=12.0)
    graph.add_edge("a", "b", weight=10.0, lead_days=7)
    for kind in (graph, graph.to_undirected()):
        (nx.write_gexf if ending == "gexf" else nx.write_graphml)(kind, tmp_path / f"net.{ending}")
        assert main(["import", "edges", str(tmp_path / f"net.{ending}"), "--out", str(tmp_path / "w")]) == 0
        firms, links = table(tmp_path / "w", "firms"), table(tmp_path / "w", "links")
        assert firms[["line", "name", "country", "good", "demand_per_year"]].to_numpy().tolist() == [
            ["a", "Mine", "AU", "ore", 0.0], ["b", "Works", "JP", "steel", 25.0],
        ]  # fmt: skip
        assert links[["supplier", "line", "lead_days"]].to_numpy().tolist() == [["a", "b", 7]]
        assert table(tmp_path / "w", "needs")["cover_days"].tolist() == [12.0]
    assert "its edges have no direction" in capsys.readouterr().out


def test_public_graphs_that_say_nothing_but_links_are_worlds_at_rest(tmp_path: Path) -> None:
    nx.write_graphml(nx.karate_club_graph(), tmp_path / "club.graphml")
    nx.write_gexf(nx.les_miserables_graph(), tmp_path / "miserables.gexf")
    for name, count in (("club.graphml", 34), ("miserables.gexf", 77)):
        assert main(["import", "edges", str(tmp_path / name), "--out", str(tmp_path / "w")]) == 0
        chain = stage("calm", world=tmp_path / "w", audited=True)
        record = play(chain)
        assert len(chain.register.firms) == count
        assert record.lines["output"][-1] == pytest.approx(record.lines["output"][0], rel=1e-6)


BAD: dict[str, tuple[str, list[str]]] = {
    "cells of all kinds": (
        "supplier,customer,amount,lead,stock,essential\nA,B,many,3,4,yes\n,B,1,3,4,yes\nA,B,1,-3,4,yes\nA,B,1,3,9e9,yes\n"
        "A,B,1,3,4,perhaps\nA,B,,3,4,no\n",
        ["column amount, line 2: found 'many'", "column supplier, line 3: found nothing", "column lead, line 4: found",
         "column stock, line 5", "column essential, line 6: found 'perhaps'; yes, no or a number", "amount, line 7"],
    ),
    "too many cells": ("supplier,customer\nA,B,3\nA\n", ["line 2: found more cells", "line 3: found 1 cell"]),
    "no customer": ("supplier,weight\nA,3\n", ["found no column for the customer (supplier, weight)"]),
    "other headings": ("a,b,c\nA,B,3\n", ["found no column for the supplier and customer"]),
    "a strange unit": ("supplier,customer,amount (tonnes)\nA,B,3\n", ["'tonnes', which is no known unit", "--times"]),
    "nothing": ("\n", ["found no line"]), "headings alone": ("supplier,customer\n", ["found no link"]),
}  # fmt: skip


@pytest.mark.parametrize("what", BAD)
def test_all_that_is_wrong_is_told_at_once_with_line_and_mend(
    tmp_path: Path, what: str, capsys: pytest.CaptureFixture[str]
) -> None:
    text, words = BAD[what]
    (tmp_path / "links.csv").write_text(text)
    assert main(["import", "edges", str(tmp_path / "links.csv"), "--out", str(tmp_path / "w")]) == 2
    said = capsys.readouterr().err
    assert [each for each in words if each not in said] == [] and not (tmp_path / "w").exists()


GRAPHS = {
    "no XML": "<graphml", "other XML": "<html/>", "no edge": "<graphml><graph edgedefault='directed'/></graphml>",
    "an entity": "<!DOCTYPE x [<!ENTITY e 'e'>]><graphml>&e;</graphml>",
}  # fmt: skip


@pytest.mark.parametrize("what", GRAPHS)
def test_what_is_no_graph_is_told(tmp_path: Path, what: str, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "net.graphml").write_text(GRAPHS[what])
    assert main(["import", "edges", str(tmp_path / "net.graphml"), "--out", str(tmp_path / "w")]) == 2
    assert "net.graphml: " in capsys.readouterr().err
