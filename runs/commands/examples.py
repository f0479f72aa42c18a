"""Names of the base case that help texts show as examples; they are read without anything that takes time."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import model

ABOUT: dict[str, Any] = tomllib.loads((Path(model.__file__).parent / "data" / "focus.toml").read_text(encoding="utf-8"))
HOME: str = ABOUT["home"]
MONEY: str = ABOUT["money"]["code"]
EXAMPLES: dict[str, str] = ABOUT["examples"]
