"""An installation has every file that the program reads: what is no Python is named in pyproject.toml."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

HOUSE = Path(__file__).parents[2]
PATTERNS = tomllib.loads((HOUSE / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["setuptools"]["package-data"]


@pytest.mark.parametrize("package", ["model", "agents", "runs"])
def test_every_file_that_is_no_python_is_package_data(package: str) -> None:
    room = HOUSE / package
    here = {
        path for path in room.rglob("*") if path.is_file() and path.suffix != ".py" and "__pycache__" not in path.parts
    }
    named = {path for pattern in PATTERNS.get(package, []) for path in room.glob(pattern)}
    assert not here - named
