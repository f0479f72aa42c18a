"""Values as TOML has them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Any


def toml_value(value: Any) -> str:
    """A value as TOML has it.

    >>> print(toml_value({"a": [1, True, "x"], "b c": 0.5}))
    { a = [1, true, "x"], "b c" = 0.5 }
    """
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return '"' + value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(toml_value, value)) + "]"
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{toml_key(key)} = {toml_value(each)}" for key, each in value.items()) + " }"
    return value.isoformat() if isinstance(value, date) else repr(value)


def toml_key(key: str) -> str:
    """A key as TOML has it."""
    return key if re.fullmatch(r"[\w-]+", key) else toml_value(key)
