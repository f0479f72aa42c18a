"""The layer of exposure on the board: what a folder holds, as the page gets it, and what is wrong with a folder."""

from __future__ import annotations

import argparse
import json
import os
from pathlib import Path

import pandas as pd
import pytest

from model.tables.faults import Faults
from runs.browser.watch.exposure_layer import COLUMNS, EXPOSURE_SERVED, LINES, TABLE, read_layer, refuse_other_world
from runs.browser.watch.session import WatchSession
from runs.commands.watch import choose
from runs.exposure.losses import line_rows, loss_row, losses
from runs.exposure.study import make_study, play_outage, ranked, run_without_outage
from runs.files.folder import write_marker
from runs.simulation.levers import Choice
from runs.simulation.stage import read_story
from tests.exposure.test_losses import CALM, candidate
from tests.support.worlds import chain_of_three

CODES = [line.line for line in read_story("calm")[1].firms]
FIRST, SECOND, THIRD = CODES[:3]


def write_folder(folder: Path, lost: list[list[object]], felt: list[list[object]], **about: object) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    pd.DataFrame(lost, columns=list(COLUMNS[TABLE])).to_parquet(folder / TABLE, index=False)
    pd.DataFrame(felt, columns=list(COLUMNS[LINES])).to_parquet(folder / LINES, index=False)
    write_marker(folder, {"kind": "exposure", "command": "exposure", "scenario": "calm", "days": 30, **about})
    return folder


LOST: list[list[object]] = [
    ["line", FIRST, 1, 500.0, 9, "Nidec", 4], ["country", "CN", 2, 50.0, 0, None, None],
    ["line", SECOND, 3, 5.0, 0, None, None], ["line", THIRD, 4, -3.0, 0, None, None],
]  # fmt: skip
FELT: list[list[object]] = [
    ["line", FIRST, SECOND, 5.0, 2, 7], ["line", FIRST, THIRD, -1.0, 0, None], ["country", "CN", SECOND, 9.0, 0, None],
]  # fmt: skip


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_folder(tmp_path / "exposure", LOST, FELT)


def test_lines_are_darker_the_more_others_lose(folder: Path) -> None:
    found = read_layer(folder).on_board([*CODES[:3], "nobody"], "¥")
    assert [None if line is None else line[0] for line in found["lines"]] == [1.0, 0.33, 0.0, None]
    words = [line[1] for line in found["lines"][:3]]
    assert words[0] == "Out for 30 days: others lose ¥500 bn (rank 1); first to stop: Nidec, on day 4"
    assert words[1].endswith("others lose ¥5 bn (rank 3); none stops") and "others gain ¥3 bn" in words[2]
    assert found["felt"] == {0: [[1, 0.33, "loses ¥5 bn, stops first on day 7"]]}


def test_where_no_money_is_known_days_of_stop_are_drawn(tmp_path: Path) -> None:
    lost = [[*row[:3], 0.0, days, None, None] for row, days in zip(LOST, (90, 0, 9, 0), strict=True)]
    felt = [[*row[:3], 0.0, *row[4:]] for row in FELT]
    found = read_layer(write_folder(tmp_path / "e", lost, felt)).on_board(CODES[:3], "")
    assert [line[0] for line in found["lines"]] == [1.0, 0.67, 0.0]
    assert "others stop for 90 days, all lines added up" in found["lines"][0][1]
    assert found["felt"][0] == [[1, 0.45, "stops for 2 days, stops first on day 7"]]


def test_what_exposure_writes_is_what_is_read() -> None:
    study = make_study((CALM, chain_of_three(parts_cover=10.0)), days=100)
    out = candidate(study, "SEP")
    base = run_without_outage(study, False)
    lost = losses(base, play_outage(study, out, study.world[1]), study.first)
    assert set(COLUMNS[TABLE]) <= set(ranked([loss_row(base, lost, out)]).columns)
    assert set(COLUMNS[LINES]) <= set(line_rows(base, lost, out)[0])


def test_the_page_has_the_layer_that_the_command_names(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(EXPOSURE_SERVED, str(folder))
    session = WatchSession(Choice("full-stop"))
    assert json.loads(session.snapshot.plan)["exposure"]["lines"][0][0] == 1.0
    session.close()
    monkeypatch.delenv(EXPOSURE_SERVED)
    session = WatchSession(Choice("full-stop"))
    assert "exposure" not in json.loads(session.snapshot.plan)
    session.close()


def test_a_folder_that_does_not_fit_is_a_sentence(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(Faults, match="holds no results of exposure; 'linestop exposure --out"):
        read_layer(tmp_path)
    with pytest.raises(Faults, match="none of its lines is in this world"):
        refuse_other_world(read_layer(folder), ["BAKE-N"], folder)
    with pytest.raises(Faults, match="holds no results of exposure"):
        choose(argparse.Namespace(scenario="calm", world=None, exposure=tmp_path))
    countries = write_folder(tmp_path / "c", LOST[1:2], FELT[2:])
    with pytest.raises(Faults, match="no line is out in it"):
        read_layer(countries)
    (folder / LINES).write_bytes(b"PAR1 and then nothing")
    with pytest.raises(Faults, match=r"lines\.parquet: it cannot be read"):
        read_layer(folder)
    (folder / LINES).unlink()
    with pytest.raises(Faults, match=r"lines\.parquet: it cannot be read"):
        read_layer(folder)
    pd.DataFrame({"kind": ["line"]}).to_parquet(folder / TABLE)
    with pytest.raises(Faults, match=r"exposure\.parquet: it cannot be read"):
        read_layer(folder)


def test_the_command_reads_the_folder_before_it_serves(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in (EXPOSURE_SERVED, "LINESTOP_SCENARIO"):
        monkeypatch.setenv(name, "")
    choose(argparse.Namespace(scenario="calm", world=None, exposure=folder))
    assert os.environ[EXPOSURE_SERVED] == str(folder.resolve())
