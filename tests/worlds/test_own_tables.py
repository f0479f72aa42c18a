"""Tables out of a spreadsheet become a world: what was mended and assumed is noted, what was edited is kept."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from model.register import register
from model.tables.table_files import DATA
from model.tables.world_folder import draft_world, holds_tables
from runs.__main__ import main
from runs.simulation.focus import focus_of
from runs.simulation.stage import read_story
from runs.worlds.assumed_columns import assumptions
from runs.worlds.spreadsheet_tables import plain_number

SHEETS = {  # as a spreadsheet with German settings saves them, with columns and habits of people
    "countries": "Country;GDP JPY tn;zone\nREEF;300;inside\nVALE;150;outside\n",
    "goods": "good;unit;price_jpy_mn;remark\nbearing;bearing;0,004;imported\ngearbox;gearbox;0,15;\n",
    "firms": "line;name;country;good;demand_per_year;capacity_per_year;value_added_jpy_mn\n"
    "HAR;Harbour;REEF;bearing;100.000,5;;0,002\n;;;;;;\nHIL;Hill;VALE;bearing;;9 000;0,002\n"
    "GRA;Grange;VALE;gearbox;5000;;0,07\n",
    "needs": "line;good;per_unit;cover_days;dependence\nGRA;bearing;4;45;90 %\n",
    "links": "supplier;line;good;share;lead_days;qualification_days\nHAR;GRA;bearing;70%;35;\nHIL;GRA;bearing;;;0\n",
}


@pytest.fixture
def sheets(tmp_path: Path) -> Path:
    place = tmp_path / "sheets"
    place.mkdir()
    for name, text in SHEETS.items():
        (place / f"{name}.csv").write_text(text, encoding="utf-8-sig")
    return place


def imported(sheets: Path, *more: str) -> Path:
    place = sheets.parent / "world"
    assert main(["import", "tables", str(sheets), "--out", str(place), *more]) == 0
    return place


def test_a_spreadsheet_becomes_a_world_that_plays(sheets: Path, capsys: pytest.CaptureFixture[str]) -> None:
    world = imported(sheets)
    told = capsys.readouterr().out
    for words in (
        "cells are separated by semicolons", "goods.csv: left out what is no column of this table: remark",
        "goods.csv: 2 numbers with a decimal comma, such as '0,004' in price_jpy_mn is 0.004",
        "firms.csv: 1 numbers with marks between thousands", "needs.csv: 1 numbers with a percent sign",
        "links.csv, share: assumed for HIL>GRA:bearing (what is left of the need in equal parts)",
        "firms.csv, capacity_per_year: assumed for HAR, GRA", "minds.csv: left out",
    ):  # fmt: skip
        assert words in told, words
    _, tables = read_story("calm", (), world)
    lines = {line.line: line for line in tables.firms}
    assert lines["HAR"].demand_per_year == 100_000.5 and lines["HIL"].capacity_per_year == 9_000
    assert lines["GRA"].capacity_per_year == pytest.approx(1.25 * 5_000)
    assert lines["HAR"].capacity_per_year == pytest.approx(1.25 * (100_000.5 + 0.7 * 4 * 0.9 * 5_000))
    assert [line.tier for line in tables.firms] == [1, 1, 5] and lines["GRA"].industry == "gearbox"
    assert [link.share for link in tables.links] == pytest.approx([0.7, 0.3])
    assert [link.lead_days for link in tables.links] == [35, 7] and tables.needs[0].dependence == 0.9
    assert [country.neutral for country in tables.countries] == ["Country 1", "Country 2"]
    assert main(["run", "calm", "--days", "20", "--world", str(world), "--no-figures", "--audit",
                 "--out", str(sheets.parent / "run")]) == 0  # fmt: skip


def test_each_assumed_number_has_a_source_with_its_range(sheets: Path) -> None:
    world = imported(sheets, "--cover", "20")
    _, tables = read_story("calm", (), world)
    sources = {source.key: source for source in tables.sources}
    share = sources["links HIL>GRA:bearing share"]
    assert share.kind == "assumption" and share.range_of(0.3) == pytest.approx((0.15, 0.45))
    assert sources["goods * controlled"].range_of(1) == (0.5, 1) and "needs * cover_days" not in sources
    assert "firms GRA capacity_per_year" in sources and "firms HIL capacity_per_year" not in sources
    needs = sheets / "needs.csv"
    needs.write_text("line;good;per_unit\nGRA;bearing;4\n")
    _, tables = read_story("calm", (), imported(sheets, "--cover", "20"))
    assert tables.needs[0].cover_days == tables.needs[0].cover_days_jan2026 == 20
    assert {source.key: source for source in tables.sources}["needs * cover_days"].range_of(20) == (10, 40)


def test_every_assumption_has_a_reason_and_numbers_a_range() -> None:
    for table, columns in assumptions().items():
        for column, assumed in columns.items():
            assert assumed.words and (assumed.value is not None) + bool(assumed.same_as) + bool(assumed.how) == 1
            assert bool(assumed.low) == bool(assumed.high), (table, column)


def test_digests_are_noted_and_not_demanded(sheets: Path, capsys: pytest.CaptureFixture[str]) -> None:
    world = imported(sheets)
    noted = json.loads((world / "linestop.json").read_text())
    assert noted["kind"] == "tables" and noted["notes"] and set(noted["digests"]) >= {"firms.csv", "sources.csv"}
    assert holds_tables(world)
    needs = world / "needs.csv"
    needs.write_text(needs.read_text().replace("45", "40"))
    capsys.readouterr()
    words = ["run", "calm", "--days", "5", "--world", str(world), "--no-figures", "--out", str(sheets.parent / "run")]
    assert main(words) == 0
    assert "needs.csv was changed since this world was made" in capsys.readouterr().err
    about = json.loads((sheets.parent / "run" / "linestop.json").read_text())["world"]
    assert list(about["edited"]) == ["needs.csv"] and about["digest"]
    (world / "linestop.json").unlink()  # then it is a folder of plain tables
    assert main(words) == 0 and read_story("calm", (), world)[1].needs[0].cover_days == 40


def test_it_is_made_again_unless_somebody_has_edited_it(sheets: Path, capsys: pytest.CaptureFixture[str]) -> None:
    world = imported(sheets)
    goods = sheets / "goods.csv"
    goods.write_text(goods.read_text(encoding="utf-8-sig").replace("0,15", "0,25"))
    assert imported(sheets) == world and read_story("calm", (), world)[1].goods[1].price_jpy_mn == 0.25
    (world / "needs.csv").write_text((world / "needs.csv").read_text().replace("45", "40"))
    assert main(["import", "tables", str(sheets), "--out", str(world)]) == 2
    assert "needs.csv was edited there since it was imported" in capsys.readouterr().err
    assert "40" in (world / "needs.csv").read_text()


def test_what_cannot_be_mended_is_told_by_line_and_nothing_is_written(
    sheets: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    firms = sheets / "firms.csv"
    text = firms.read_text(encoding="utf-8-sig")
    firms.write_text(text.replace("GRA;Grange;VALE;gearbox;5000", "GRA;Grange;VAL;gearbox;many"))
    (sheets / "focus.toml").write_text('home = "VALLE"\n')
    assert main(["import", "tables", str(sheets), "--out", str(sheets.parent / "world")]) == 2
    told = capsys.readouterr().err
    assert "firms.csv: line 5 (GRA), country: found 'VAL'" in told and "did you mean 'VALE'?" in told
    assert "firms.csv: line 5 (GRA), demand_per_year: found 'many'" in told and "focus.toml: home" in told
    assert [path.name for path in sheets.parent.iterdir()] == ["sheets"]


MISTAKES = {
    "a column twice": ("goods", "good;unit;unit;price_jpy_mn\n", "unit: it is there twice"),
    "a line too long": ("goods", "good;unit;price_jpy_mn\nbearing;b;1;2;3\n", "line 2: found more cells"),
    "nothing in it": ("needs", "\n\n", "found no line"),
    "a column that nobody can guess": ("goods", "good;unit\nbearing;b\ngearbox;g\n", "price_jpy_mn: it is missing"),
    "a separator in a number": ("needs", "line;good;per_unit\nGRA;bearing;4,5,6\n", "found '4,5,6'"),
}


@pytest.mark.parametrize("what", MISTAKES)
def test_a_mistake_is_a_sentence(sheets: Path, what: str, capsys: pytest.CaptureFixture[str]) -> None:
    table, text, words = MISTAKES[what]
    (sheets / f"{table}.csv").write_text(text)
    assert main(["import", "tables", str(sheets), "--out", str(sheets.parent / "world")]) == 2
    told = capsys.readouterr().err
    assert words in told and "Traceback" not in told
    assert [path.name for path in sheets.parent.iterdir()] == ["sheets"]


@pytest.mark.parametrize(
    ("more", "words"),
    [
        (["--times", "2"], "--times: tables say this"),
        (["--country", "DE"], "--country"),
        (["--least", "0.1"], "--least"),
    ],
)
def test_options_of_networks_are_refused(
    sheets: Path, more: list[str], words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["import", "tables", str(sheets), *more]) == 2
    assert words in capsys.readouterr().err


def test_the_base_case_comes_through_as_it_is(tmp_path: Path) -> None:
    assert main(["import", "tables", str(DATA), "--out", str(tmp_path / "world")]) == 0
    noted = json.loads((tmp_path / "world" / "linestop.json").read_text())["notes"]
    assert not [note for note in noted if "assumed" in note], noted
    before, after = read_story("calm")[1], read_story("calm", (), tmp_path / "world")[1]
    assert after.firms == before.firms and after.links == before.links and after.minds == before.minds
    assert after.sources == before.sources and after.focus == before.focus


def test_a_line_of_which_nothing_is_asked_may_stand_in_the_tables(sheets: Path) -> None:
    firms = sheets / "firms.csv"
    firms.write_text(firms.read_text(encoding="utf-8-sig") + "IDL;Idle;VALE;gearbox;;;0,07\n")
    world = imported(sheets)
    with (world / "firms.csv").open() as handle:
        assert [row["capacity_per_year"] for row in csv.DictReader(handle)][-1] == "1e-09"
    assert register(draft_world(world, DATA).tables).size("lines") == 4


def test_numbers_that_need_nothing_are_left_as_they_are() -> None:
    for cell in ("", "12", "-0.5", "1e6", "0.5x", "1.5", "12,5"):
        assert plain_number(cell, ",") == (cell, "")


def test_a_run_on_the_sheets_themselves_says_what_would_read_them(
    sheets: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["run", "calm", "--world", str(sheets), "--no-figures", "--out", str(sheets.parent / "run")]) == 2
    told = capsys.readouterr().err.splitlines()
    assert len(told) == len(SHEETS) and all("'linestop import tables' reads it" in line for line in told), told


def test_the_currency_of_tables_is_that_of_the_option_or_of_their_focus(
    sheets: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (sheets / "focus.toml").write_text('home = "VALE"\n\n[[tier_of_stock]]\nkey = "a"\nrole = "none"\nchart = "A"\n'
                                       'makers = "a"\nleast = 1\nmost = 2\nstep = 1')  # fmt: skip
    world = imported(sheets, "--currency", "mxn")
    assert "amounts are in million MXN, as --currency says" in capsys.readouterr().out
    money = focus_of(read_story("calm", (), world)[1]).money
    assert (money.code, money.name, money.sign) == ("MXN", "Mexican pesos", "MX$")
    assert focus_of(read_story("calm", (), world)[1]).home == "VALE"
    with (sheets / "focus.toml").open("a") as focus:
        focus.write('\n[money]\ncode = "ARS"\n')
    command = ["import", "tables", str(sheets), "--out", str(sheets.parent / "w2")]
    assert main(command) == 0 and "--currency" not in capsys.readouterr().out
    assert main([*command[:-1], str(sheets.parent / "w3"), "--currency", "MXN"]) == 2
    assert "focus.toml beside the tables has a [money] of its own" in capsys.readouterr().err
    assert not (sheets.parent / "w3").exists()
