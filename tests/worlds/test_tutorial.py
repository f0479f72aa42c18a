"""The tutorial is played as it stands: its commands in a shell, and what it shows against what they print."""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

HOUSE = Path(__file__).parents[2]
PAGE = HOUSE / "runs" / "worlds" / "TUTORIAL.md"
OTHERS = PAGE.with_name("IMPORT.md")
BLOCK = re.compile(r"^```(sh fails|sh|text)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def blocks(page: Path = PAGE) -> list[tuple[str, str]]:
    """The blocks of a page: their kind and what stands in them."""
    return BLOCK.findall(page.read_text(encoding="utf-8"))


def play(commands: str, place: Path) -> subprocess.CompletedProcess[str]:
    """Play commands in a shell that stops at the first that fails."""
    own = f'linestop() {{ {shlex.quote(sys.executable)} -m runs "$@"; }}\n'
    environment = {**os.environ, "PYTHONPATH": str(HOUSE), "COLUMNS": "100"}
    return subprocess.run(
        ["bash", "-euc", own + commands], cwd=place, env=environment, capture_output=True, text=True, check=False
    )


def play_page(page: Path, place: Path) -> None:
    """Play all commands of a page, and look for what it shows in what they print."""
    told = ""
    for kind, text in blocks(page):
        if kind == "text":
            missing = [line for line in text.splitlines() if line not in told.splitlines()]
            assert not missing, f"{missing}\nnot in\n{told}"
            continue
        done = play(text, place)
        told = done.stdout + done.stderr
        assert done.returncode == (2 if kind == "sh fails" else 0), told
        assert "Traceback" not in told


@pytest.mark.slow
@pytest.mark.subprocess
def test_networks_of_others_are_imported_and_played_as_the_page_shows(tmp_path: Path) -> None:
    play_page(OTHERS, tmp_path)
    stops = json.loads((tmp_path / "out/fire/outcomes.json").read_text())
    assert (
        stops["lines_stopped"] == 3
    )  # the mine, the motors when their 20 days of magnets are gone, the cars after them
    page = OTHERS.read_text(encoding="utf-8")
    assert page.count("```") == 2 * len(blocks(OTHERS))


@pytest.mark.slow
@pytest.mark.subprocess
def test_a_stranger_gets_from_a_spreadsheet_to_a_report(tmp_path: Path) -> None:
    play_page(PAGE, tmp_path)
    for report in (
        "out/scenario/report.html",
        "out/seals/report.html",
        "out/stock/analysis.html",
        "out/stock/brief.html",
    ):
        page = (tmp_path / report).read_text(encoding="utf-8")
        assert "Japan" not in page and "vehicles" not in page
    assert "Pryor Pumps" in (tmp_path / "out/seals/report.html").read_text(encoding="utf-8")


def test_it_shows_what_it_plays() -> None:
    kinds = [kind for kind, _ in blocks()]
    page = PAGE.read_text(encoding="utf-8")
    assert kinds.count("sh") >= 5 and kinds.count("sh fails") == 1 and kinds.count("text") >= 3
    assert page.count("```") == 2 * len(kinds)  # no block is of a kind that nobody plays
