"""Fans of the episodes: their runs are put together in the order in which they were played."""

from pathlib import Path

import pytest

from model.scenario.ranges import Range
from runs.measures.spread import Fate
from runs.validation import fans
from runs.validation.fact_results import FactResult
from runs.validation.fans import count_fan_runs, fans_markdown, find_fans, put_together, ranges_of_episodes
from runs.validation.page import Validation, write_validation
from runs.validation.stylised_facts import StylisedFact

README, HISTORY = (Path(__file__).parents[2] / name for name in ("README.md", "runs/validation/HISTORY.md"))


def toy(name: str, *values: float) -> Range:
    return Range(name=name, unit="days", settings=("days",), values=values, told_by=f"what tells {name}", source="c")


def test_runs_are_put_together_by_range_run_and_value() -> None:
    fates = [Fate(float(number), 0.0, 0.0) for number in range(2 * 2 + 2 * 3)]
    first, second = put_together([toy("a", 1, 2), toy("b", 1, 2, 3)], 2, fates)
    assert [fate.first_stop for fate in first.fates] == [0, 1]
    assert [[fate.first_stop for fate in run] for run in first.worlds] == [[2, 3]]
    assert [fate.first_stop for fate in second.fates] == [4, 5, 6]
    assert [[fate.first_stop for fate in run] for run in second.worlds] == [[7, 8, 9]]


@pytest.mark.slow
@pytest.mark.subprocess
def test_the_fan_of_an_episode_is_played_in_worlds_and_shown(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(fans, "read_ensemble", lambda: [{"minds *:caution value": 1.4}])
    found = find_fans(2)
    assert [fan.range for fan in found] == [each for _, each in ranges_of_episodes()]
    assert sum(len(fan.fates) * (1 + len(fan.worlds)) for fan in found) == count_fan_runs()
    assert all(fan.worlds[0] != fan.fates for fan in found)
    fact = StylisedFact("1", "april-2025", "a", "ratio", 1.0, 0.9, 1.1, "yes", "", "", "")
    write_validation(Validation([FactResult(fact, 1.05, 1.04, 1.06, 30, 30, True)], fans=found), tmp_path)
    assert found[0].range.told_by in (tmp_path / "validation.html").read_text(encoding="utf-8")
    text = fans_markdown(found)
    assert f"**What hangs on the {found[0].range.name}**, in brackets 90 % of 1 worlds" in text
    head_and_rule = 2
    assert text.count("\n| ") == sum(head_and_rule + len(fan.fates) for fan in found)
    assert found[0].range.told_by in text
    assert (tmp_path / "fan.png").is_file() and found[0].range.name in (tmp_path / "fan.csv").read_text(
        encoding="utf-8"
    )


def test_the_readme_shows_the_ends_of_the_fan_that_history_has() -> None:
    history, readme = (" ".join(path.read_text(encoding="utf-8").split()) for path in (HISTORY, README))
    ends = [history.partition(f"| {days} days |")[2].split(" | ") for days in (63, 365)]
    assert [cell.strip() for cell in ends[0][:2]] == ["never", "0.00"]
    lost, band = ends[1][1].rstrip(")").split(" (")
    assert f"365, a clock that does not run, {lost} million vehicles ({band} in worlds that fit) are not" in readme
    assert "where it takes 63 days, as in 2025, no vehicle line ever stops" in readme
