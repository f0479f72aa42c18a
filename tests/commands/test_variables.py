"""What `parameters --scenario` lists can be set: every key is taken, and set to what it is changes nothing."""

from __future__ import annotations

import json

import pytest

from model.tables.table_files import DATA
from runs.__main__ import main
from runs.reference.variables import list_variables
from runs.simulation.named_levers import WORDS
from runs.simulation.settings import same
from runs.simulation.stage import SCENARIOS, read_world


@pytest.mark.slow
def test_every_listed_key_is_taken_and_what_it_is_changes_nothing() -> None:
    first = read_world("january-2026", SCENARIOS, DATA)
    listed = [each for each in list_variables("january-2026") if each.key not in WORDS]
    settings = [f"{each.key}={str(each.value).lower() if each.value is True else each.value}" for each in listed]
    assert same(read_world("january-2026", SCENARIOS, DATA, settings), first)
    keys = {each.key: each for each in listed}
    assert {"days", "shift_days", "shock.oxide.review_days", "shock.1.grant_share", "shock.6.stance.JP"} <= set(keys)
    oxide = keys["shock.oxide.review_days"]
    assert (oxide.low, oxide.high) == (63, 365)  # the range of the scenario itself
    assert (
        "tuned.capacity_june" not in keys and "tuned.minds *:caution value" in keys
    )  # what it does not read, and does


def test_the_command_lists_what_can_be_varied(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["parameters", "--scenario", "january-2026", "--search", "oxide"]) == 0
    assert "shock.oxide.review_days = 365  (63 to 365)" in capsys.readouterr().out
    assert main(["parameters", "--scenario", "calm", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)[0]["key"] == "days"


@pytest.mark.parametrize(("words", "told"), [
    (["--scenario", "january-2027"], "did you mean 'january-2026'"),
    (["needs", "--scenario", "calm"], "leave out TABLE"),
    (["--scenario", "calm", "--search", "zzz"], "no key has 'zzz'"),
])  # fmt: skip
def test_what_cannot_be_listed_is_told(words: list[str], told: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["parameters", *words]) == 2 and told in capsys.readouterr().err
