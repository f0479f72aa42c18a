"""The command: its files, its table in terminals, its mistakes, and one ranking for any number of processes."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest

from runs.__main__ import main
from runs.commands.arguments import NARROWEST, WIDEST
from runs.exposure.study import make_study, measure, ranked
from runs.exposure.words import headline, saved_cell, table_text
from runs.files.folder import marker_of
from runs.simulation.stage import read_story
from runs.worlds.own_world import write_example
from tests.exposure.test_losses import CALM
from tests.support.worlds import chain_of_three


@pytest.fixture(scope="module")
def valley(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("own") / "world"
    write_example(place)
    return place


@pytest.mark.subprocess
@pytest.mark.slow
def test_one_ranking_for_any_number_of_processes(
    valley: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """One process and three find the same to the bit, in a world with people; both are what is found without any."""
    found = []
    for count in ("1", "3"):
        place = tmp_path / f"of-{count}"
        words = ["exposure", "--world", str(valley), "--days", "30", "--processes", count, "--out", str(place)]
        assert main([*words, "--json", "--esri"]) == 0
        told = json.loads(capsys.readouterr().out)
        found.append((told["exposure"], pd.read_parquet(place / "exposure.parquet")))
        assert marker_of(place)["kind"] == "exposure" and len(told["esri"]) == 11
    assert found[0][0] == found[1][0]
    pd.testing.assert_frame_equal(found[0][1], found[1][1])
    study = make_study(read_story("calm", (), valley), days=30)
    rows = [measure(study, candidate)[0] for candidate in study.candidates]
    pd.testing.assert_frame_equal(ranked(rows), found[0][1], check_dtype=False)
    page = (tmp_path / "of-1" / "exposure.html").read_text(encoding="utf-8")
    assert all(row["name"] in page for row in found[0][0]) and "http" not in page.replace("&#34;", "")
    known = set(pd.read_csv(tmp_path / "of-1" / "columns.csv")["column"])
    assert set(found[0][1].columns) | set(pd.read_parquet(tmp_path / "of-1" / "lines.parquet").columns) <= known


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--days", "0"], "a whole number from 1 to 3650"),
        (["--scenario", "clam"], "did you mean 'calm'?"),
        (["--world", "nowhere"], "nowhere"),
    ],
)
def test_mistakes_are_sentences(
    words: list[str], told: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["exposure", *words]) == 2
    assert told in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_table_fits_terminals_and_says_what_is_asked() -> None:
    study = make_study((CALM, chain_of_three(parts_cover=10.0)), days=100)
    table = ranked([measure(study, candidate)[0] for candidate in study.candidates])
    for width in (NARROWEST, 80, WIDEST):
        assert max(map(len, table_text(table, study, width).splitlines())) <= width
    wide = table_text(table, study, WIDEST)
    assert "Sep 3" in wide and "3.00" in wide and "33 %" in wide
    assert "others lose 9 billion units of money (in Japan 0.0015 % of a year's GDP)" in headline(table, study)[0]


def test_shares_that_say_more_than_all_or_less_than_nothing_are_words() -> None:
    assert [saved_cell(pct) for pct in (None, float("nan"), -900.0, -0.2, 33.4, 101.0)] == [
        "-", "-", "worse", "0 %", "33 %", "all",
    ]  # fmt: skip
