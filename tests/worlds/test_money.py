"""Currencies: those of ISO 4217, and what a page of any of them says."""

from __future__ import annotations

import json
from pathlib import Path

import networkx as nx
import pytest

from runs.__main__ import main
from runs.browser.desk.translator import Translator
from runs.browser.parts import __file__ as PARTS
from runs.figures.comparison import compare_outputs
from runs.measures.outcomes import outcomes
from runs.report.story import story_sentences
from runs.simulation.focus import focus_of
from runs.simulation.stage import play, stage
from runs.worlds.money import currencies, split_unit
from tests.support.fire import FIRE
from tests.support.translations import texts_of


def test_a_code_is_three_capitals_and_no_two_currencies_have_one_sign() -> None:
    assert all(len(code) == 3 and code.isupper() and code.isalpha() for code in currencies())
    signs = [money.sign for money in currencies().values() if money.sign]
    assert len(set(signs)) == len(signs) and len(currencies()) > 150
    assert {split_unit(f"M.{code}", code) for code in currencies()} == {(1e6, code) for code in currencies()}


@pytest.mark.parametrize(("code", "told"), [("MXN", "MX$"), ("KZT", "KZT"), ("EUR", "€")])
def test_a_world_tells_of_its_currency_alone(
    tmp_path: Path, code: str, told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "links.csv").write_text("supplier,customer,amount,country\nA,B,10000,DE\nB,C,30000,DE\n")
    command = ["import", "edges", str(tmp_path / "links.csv"), "--out", str(tmp_path / "w"), "--country", "DE"]
    assert main([*command, "--currency", code]) == 0
    assert f"amounts were taken for million {code} a year, as --currency says" in capsys.readouterr().out
    (tmp_path / "fire.toml").write_text(FIRE.format("A"))
    record = play(stage(str(tmp_path / "fire.toml"), world=tmp_path / "w"))
    about = focus_of(record.register.tables)
    words = json.dumps([*story_sentences(record, outcomes(record)), about.money_sign], ensure_ascii=False)
    assert told in words and currencies()[code].name in words and "JPY" not in words and "yen" not in words


@pytest.mark.parametrize("language", ["ja", "zh", "ko"])
def test_an_amount_of_any_currency_is_counted_as_in_the_language(language: str) -> None:
    translator = Translator(texts_of(language, Path(PARTS).parent), ".", " ")
    hundred_million = {"ja": "億", "zh": "亿", "ko": "억"}[language]
    for sign in ("€", "R$", "KZT "):
        assert translator(f"{sign}2.5 billion") == f"{sign}25{hundred_million}"
    assert (translator("−¥2.5 billion") or "").startswith(f"−25{hundred_million}")
    assert translator("DAY 12") is None and translator("Cost 2.5 billion") is None


def test_a_graph_says_its_unit_at_its_edges_or_at_its_firms(tmp_path: Path) -> None:
    graph = nx.DiGraph()
    graph.add_node("A", final_demand=5.0)
    graph.add_node("B", final_demand=7.0)
    graph.add_edge("A", "B", weight=2.0, currency="M.BRL")
    nx.write_graphml(graph, tmp_path / "net.graphml")
    assert main(["import", "edges", str(tmp_path / "net.graphml"), "--out", str(tmp_path / "w")]) == 0
    tables = stage("calm", world=tmp_path / "w").register.tables
    assert focus_of(tables).money.sign == "R$"
    assert {line.line: line.demand_per_year for line in tables.firms} == pytest.approx({"A": 5.0, "B": 7.0})


def test_what_is_left_without_a_firm_is_no_part_of_the_world(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A shop that sells nothing is a final buyer: its country and its good would have no line."""
    (tmp_path / "links.csv").write_text(
        "supplier,customer,amount (k.KZT),country\nMine,Mill,900,KAZ\nMill,,2000,KAZ\nMill,Shop,300,KAZ\n"
    )
    command = ["import", "edges", str(tmp_path / "links.csv"), "--out", str(tmp_path / "w"), "--country", "DE"]
    assert main(command) == 0
    tables = stage("calm", world=tmp_path / "w").register.tables
    assert [country.country for country in tables.countries] == ["KZ"]
    assert [good.good for good in tables.goods] == ["Mine", "Mill"]
    capsys.readouterr()
    assert main(["world", "check", str(tmp_path / "w")]) == 0
    told = capsys.readouterr().out
    assert "value added, mn KZT" in told and "2.3" in told.split("value added, mn KZT")[1].splitlines()[1]


def test_scenarios_of_a_small_world_are_compared_in_a_unit_that_shows_them(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """By hand: A adds 300 euros a year, and B, which buys for 200 and sells for 500, as many."""
    (tmp_path / "links.csv").write_text("supplier,customer,amount (EUR),country\nA,B,200,DE\nA,,100,DE\nB,,500,DE\n")
    assert main(["import", "edges", str(tmp_path / "links.csv"), "--out", str(tmp_path / "w")]) == 0
    for name, days in (("long", 40), ("short", 20)):
        (tmp_path / f"{name}.toml").write_text(FIRE.format("A").replace("kind =", f"until = {days}\nkind ="))
    files = [str(tmp_path / f"{name}.toml") for name in ("long", "short")]
    capsys.readouterr()
    assert main(["compare", *files, "--world", str(tmp_path / "w"), "--seeds", "1", "--out", str(tmp_path / "c")]) == 0
    row = next(line for line in capsys.readouterr().out.splitlines() if line.startswith("Value added lost in Germany"))
    assert "k EUR" in row
    long, short = map(float, row.split()[-2:])
    of_a, of_b = 300 / 365 / 1000, 300 / 365 / 1000  # thousands a day; B stops on day 16, for want of A, for as long
    assert short == pytest.approx(20 * of_a + 5 * of_b, abs=1.5 * of_b)
    assert long == pytest.approx(40 * of_a + 25 * of_b, abs=1.5 * of_b)
    records = {name: play(stage(str(tmp_path / f"{name}.toml"), world=tmp_path / "w")) for name in ("long", "short")}
    above, below = compare_outputs(records).axes
    assert above.get_ylabel() == "Thousand EUR a day" and "Cover of lines in Germany" in below.get_title(loc="left")
    assert above.lines[0].get_ydata()[0] == pytest.approx(of_a + of_b)
    assert below.lines[0].get_ydata()[0] == pytest.approx(15.0, abs=1.0)
