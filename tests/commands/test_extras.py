"""Without an extra the commands that need it say which, before any work; all others do without it."""

from __future__ import annotations

import os
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from runs.__main__ import main
from runs.extras import PACKAGES

HOUSE = Path(__file__).parents[2]
MORRIS = """
title = "A screening"
about = "For tests."
scenarios = ["calm"]
sampler = "morris"
samples = 2
[[uncertainty]]
name = "cover"
set = "needs.cover_days[role=magnet_maker,country=JP]"
low = 30
high = 60
"""
NEEDING = {
    "a batch for Sobol indices": (["batch", "uncertainties", "--out", "made"], "analysis"),
    "its size alone": (["batch", "uncertainties", "--dry-run"], "analysis"),
    "a batch for Morris effects": (["batch", "mine.toml", "--out", "made"], "analysis"),
    "a screening": (["validate", "--screening", "--seeds", "1", "--out", "made"], "analysis"),
    "a calibration": (["calibrate", "--out", "made.csv"], "calibrate"),
    "an exercise": (["exercise", "1", "--out", "made"], "classroom"),
    "the picture": (["watch", "--no-browser"], "browser"),
    "the game": (["play", "--no-browser"], "play"),
    "Mesa's own page": (["lab", "--no-browser"], "browser"),
    "the handbook": (["handbook", "--no-browser", "--out", "made"], "handbook"),
    "a cluster": (["batch", "korea", "--scheduler", "tcp://localhost:1", "--out", "made"], "cluster"),
}
ABSENT = sorted(set(sum(PACKAGES.values(), ())) - {"sphinx"})  # SciPy looks into sys.modules for it
WITHOUT = f"""
import sys
sys.modules.update(dict.fromkeys({ABSENT!r}))
from runs.__main__ import main
commands = (
    ["--help"],
    ["run", "--days", "20", "--quiet", "--no-figures"],
    ["explain", "two-months", "--firm", "Toyota"],
    ["scenarios"],
    ["exercise"],
    ["batch", "mine.toml", "--quiet", "--out", "batch"],
    ["analyse", "batch"],
)
sys.exit(sum(main(command) for command in commands))
"""


@pytest.mark.parametrize("need", NEEDING)
def test_a_command_names_the_extra_that_is_missing(
    need: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    words, extra = NEEDING[need]
    monkeypatch.chdir(tmp_path)
    Path("mine.toml").write_text(MORRIS)
    for package in PACKAGES[extra]:
        monkeypatch.setitem(sys.modules, package, None)
    assert main(list(words)) == 2
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 1 and f"pip install 'linestop[{extra}]'" in lines[0]
    assert [path.name for path in tmp_path.iterdir()] == ["mine.toml"]


@pytest.mark.subprocess
@pytest.mark.slow
def test_all_else_does_without_extras(tmp_path: Path) -> None:
    (tmp_path / "mine.toml").write_text(MORRIS.replace("morris", "latin"))
    environment = {**os.environ, "PYTHONPATH": str(HOUSE)}
    command = [sys.executable, "-c", WITHOUT]
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr


def test_each_extra_is_declared() -> None:
    declared = tomllib.loads((HOUSE / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = declared["optional-dependencies"]
    assert set(extras) == {*PACKAGES, "test"}
    core = " ".join(declared["dependencies"]).lower()
    assert not any(package.lower().replace("_", "-") in core for each in PACKAGES.values() for package in each)
