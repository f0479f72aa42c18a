"""The page about programs at seats: its code runs, and what it says of a seat is so."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import Any

import pytest

import runs.learning
from agents.seat import observe
from runs.simulation.policies import move_of
from runs.simulation.stage import Stage

PAGE = Path(runs.learning.__file__).with_name("LEARNING.md").read_text(encoding="utf-8")
A_MODEL = """
import json, sys
asked = sys.stdin.read()
form = json.loads(asked.partition("by this schema: ")[2])["items"]["anyOf"][0]["properties"]
seen = json.loads(asked.partition("and see ")[2].rpartition(". Answer with")[0])
good = form["good"]["enum"][0]
print(json.dumps([{"verb": form["verb"]["const"], "good": good, "days": 2 * seen["cover"][good]}]))
"""  # reads what it is asked as a language model would, and wants twice the stock of the first good


@pytest.mark.slow
@pytest.mark.subprocess
def test_the_code_of_the_page_runs(capsys: pytest.CaptureFixture[str]) -> None:
    blocks = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
    scope: dict[str, Any] = {}
    deciding = []
    for block in blocks:
        exec(block, scope)
        deciding += [scope.pop("decide")] if "decide" in scope else []
    told = capsys.readouterr().out
    assert "'hold dytb', 'hold alloy'" in told and "10.0" in told
    assert scope["seen"].keys() == {"PRO-H", "TOY-HEV", "government:JP"}
    rule, asking = deciding
    assert rule({"cover": {"dytb": 3.0}, "normal_cover": {"dytb": 60.0}}) == [
        {"verb": "hold", "good": "dytb", "days": 90}
    ]
    maker = Stage("two-months", rng=1).people["TOY-HEV"]
    scope["MODEL"] = [sys.executable, "-c", A_MODEL]
    (wish,) = asking(observe(maker))
    assert move_of(wish, maker).verb == "hold" and wish["days"] == 2 * observe(maker)["cover"][wish["good"]]
    assert scope["schema"]["items"]["anyOf"]
