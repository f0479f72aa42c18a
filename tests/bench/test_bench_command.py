"""The command that measures: it counts what is there, and takes a world by size or by folder, not both."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from model.tables.table_files import DATA, read_tables
from runs.__main__ import main
from runs.worlds.synthetic import generate

NAMED = len(read_tables(DATA).firms)  # lines of the base case, around which firms are generated


@pytest.mark.slow
@pytest.mark.parametrize("people", [[], ["--people"]])
def test_it_says_what_a_year_costs(people: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    counts = generate(300, 1, tmp_path / "w")["counts"]
    assert main(["bench", "--world", str(tmp_path / "w"), "--days", "20", "--json", *people]) == 0
    result = json.loads(capsys.readouterr().out)
    assert result["firms"] == counts["lines"] + NAMED and result["links"] > counts["links"]
    assert result["with_people_and_recorder"] == bool(people)
    a_day = result["cpu_seconds_a_year"] / 365
    assert result["ns_a_link_and_day"] == pytest.approx(1e9 * a_day / result["links"])
    assert result["peak_memory_mib"] > 50


@pytest.mark.subprocess
def test_it_makes_the_world_that_is_asked_for(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["bench", "--firms", "300", "--days", "5"]) == 0
    result = capsys.readouterr().out
    assert f"{300 + NAMED} lines" in result and "CPU s of physics alone" in result and "MiB" in result


@pytest.mark.parametrize("words", [[], ["--firms", "300", "--world", "w"], ["--firms", "2"], ["--world", "nowhere"]])
def test_mistakes_are_told(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["bench", *words]) == 2
    assert len(capsys.readouterr().err.splitlines()) == 1
