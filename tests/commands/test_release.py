"""What a release names: one version everywhere, and files that others' tools can read."""

from __future__ import annotations

import json
import re
import tomllib
from importlib.metadata import version
from pathlib import Path

HOUSE = Path(__file__).parents[2]
PAPER = HOUSE / "runs" / "handbook" / "paper"


def test_everything_names_the_same_version() -> None:
    project = tomllib.loads((HOUSE / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
    named = {
        "CITATION.cff": re.findall(r"(?m)^version: (.+)$", (HOUSE / "CITATION.cff").read_text(encoding="utf-8"))[0],
        "codemeta.json": json.loads((HOUSE / "codemeta.json").read_text(encoding="utf-8"))["version"],
        ".zenodo.json": json.loads((HOUSE / ".zenodo.json").read_text(encoding="utf-8"))["version"],
        "the installed package": version("linestop"),
    }
    assert named == dict.fromkeys(named, project)


def test_the_paper_cites_what_its_bibliography_has_and_nothing_else() -> None:
    text = (PAPER / "paper.md").read_text(encoding="utf-8")
    entries = re.findall(r"@\w+\{(\w+),", (PAPER / "paper.bib").read_text(encoding="utf-8"))
    assert sorted(set(re.findall(r"@(\w+\d{4})", text))) == sorted(entries)
    for heading in ("Summary", "Statement of need", "State of the field", "Software design", "AI usage disclosure"):
        assert f"# {heading}\n" in text
    assert len(text.split()) < 1000  # the journal asks for a short paper
