"""Programs sit at seats in every run of a batch, and the batch can be done again without their files."""

from __future__ import annotations

import shutil
from pathlib import Path

import pandas as pd
import pytest

from runs.__main__ import main
from runs.batch.design import fingerprint, read_design
from tests.support.batches import hashes, write_design

HALF = "def decide(seen):\n    return [{'verb': 'run_at', 'share': 0.5}]\n"
PLAYERS = 'seeds = 1\nplayers = {{ "{seat}" = "mine.py" }}'

pytestmark = [pytest.mark.slow, pytest.mark.subprocess]


def batch(design: Path, out: Path, *more: str) -> int:
    return main(["batch", str(design), "--out", str(out), "--processes", "1", "--quiet", *more])


def test_a_program_plays_in_every_run_and_again_without_its_file(tmp_path: Path) -> None:
    plain = write_design(tmp_path / "plain", samples="samples = 2", seeds="seeds = 1")
    design = write_design(tmp_path / "home", samples="samples = 2", seeds=PLAYERS.format(seat="PRO-H"))
    (tmp_path / "home" / "mine.py").write_text(HALF)
    assert batch(plain, tmp_path / "without") == batch(design, tmp_path / "with") == 0
    lost = {}
    for name in ("without", "with"):
        firms = pd.read_parquet(tmp_path / name / "firms")
        lost[name] = firms.loc[firms["line"] == "PRO-H", "output_lost"].min()
    assert lost["with"] > lost["without"] + 5.0  # at half speed for the 40 days of the design
    shutil.rmtree(tmp_path / "home")
    assert main(["batch", "--again", str(tmp_path / "with"), "--out", str(tmp_path / "again"), "--processes", "1"]) == 0
    assert hashes(tmp_path / "again") == hashes(tmp_path / "with")


def test_another_program_is_another_design(tmp_path: Path) -> None:
    path = write_design(tmp_path, seeds=PLAYERS.format(seat="PRO-H"))
    prints = set()
    for text in (HALF, HALF.replace("0.5", "0.6")):
        (tmp_path / "mine.py").write_text(text)
        prints.add(fingerprint(read_design(path), ()))
    assert len(prints) == 2


@pytest.mark.parametrize(
    ("seat", "text", "words"),
    [
        ("NOBODY", HALF, "there is no seat 'NOBODY'"),
        ("PRO-H", "x = 1\n", "found no function 'decide'"),
        ("PRO-H", None, "no such Python file"),
    ],
)
def test_a_wrong_player_is_a_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], seat: str, text: str | None, words: str
) -> None:
    path = write_design(tmp_path, samples="samples = 2", seeds=PLAYERS.format(seat=seat))
    if text is not None:
        (tmp_path / "mine.py").write_text(text)
    assert batch(path, tmp_path / "out") == 2
    assert words in capsys.readouterr().err and not (tmp_path / "out").exists()
