"""The page about programs at seats: its code runs, and what it says of a seat is so."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

import runs.learning

PAGE = Path(runs.learning.__file__).with_name("LEARNING.md").read_text(encoding="utf-8")


@pytest.mark.slow
def test_the_code_of_the_page_runs(capsys: pytest.CaptureFixture[str]) -> None:
    blocks = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
    scope: dict[str, Any] = {}
    for block in blocks:
        exec(block, scope)
    told = capsys.readouterr().out
    assert "'hold dytb', 'hold alloy'" in told and "10.0" in told
    assert scope["seen"].keys() == {"PRO-H", "TOY-HEV", "government:JP"}
    assert scope["decide"]({"cover": {"dytb": 3.0}, "normal_cover": {"dytb": 60.0}}) == [
        {"verb": "hold", "good": "dytb", "days": 90}
    ]
    assert scope["schema"]["items"]["anyOf"]
