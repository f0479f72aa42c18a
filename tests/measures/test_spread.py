"""Other runs of a story: fans over what nobody knew, worlds of the ensemble, and how these are told."""

import json
import math
from pathlib import Path
from typing import Any

import pytest

from model.scenario.ranges import Range
from model.scenario.scenario import read_scenario
from model.tables.faults import Faults
from runs.__main__ import main
from runs.batch import fates
from runs.batch.fates import fan_of, fans_of, fates_in_worlds, play_fate
from runs.figures.fan import fan_figure
from runs.measures.spread import Fan, Fate, band_of, fate_of
from runs.report.page import render_report
from runs.report.uncertainty import Uncertainty, fan_text, worlds_sentence
from runs.simulation.record import Record
from runs.simulation.stage import SCENARIOS, play, stage

STORY = "january-2026"
CAUTION = "minds *:caution value"


def toy(key: str, *values: float) -> Range:
    return Range(name="a", unit="1", settings=(key,), values=values, told_by="b", source="c")


@pytest.fixture(scope="module")
def fans() -> tuple[Fan, ...]:
    return fans_of(read_scenario(STORY, SCENARIOS), STORY, 1, ())


@pytest.fixture(scope="module")
def record() -> Record:
    return play(stage(STORY, 1))


@pytest.mark.parametrize("name", [path.stem for path in SCENARIOS.glob("*.toml")])
def test_the_ranges_of_every_scenario_can_be_played(name: str) -> None:
    for each in read_scenario(name, SCENARIOS).ranges:
        for value in each.values:
            read_scenario(name, SCENARIOS, each.set_to(value))


def test_a_fan_holds_the_run_itself_and_opens_with_the_value(fans: tuple[Fan, ...], record: Record) -> None:
    fan = fans[0]
    assert fan.range.values[-1] == 365 and fan.fates[-1] == fate_of(record)  # what the scenario does
    costs = [fate.cost for fate in fan.fates]
    assert costs == sorted(costs) and costs[-1] > 2 * costs[0]


def test_settings_of_the_run_hold_in_its_fan() -> None:
    each = Range(name="a", unit="1", settings=("shock.magnets.review_days",), values=(20, 30), told_by="b", source="c")
    short = fan_of(each, STORY, 1, ("days=150",))
    assert short.fates[0] == play_fate(STORY, 1, ("days=150", "shock.magnets.review_days=20"))


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        ("values = [3, 2]", "must rise, got 3, 2"),
        ("values = [3]", "values"),
        ('values = [1, 2]\nsettings = ["shock.1.review_days=3"]', "without a value"),
        ("values = [1, 2]\nsettings = []", "settings"),
        ("values = [1, 2]\nleast = 3", "least"),
    ],
)
def test_a_bad_range_is_told(tmp_path: Path, lines: str, words: str) -> None:
    text = 'base = "calm"\ntitle = "x"\nabout = "y"\n[[range]]\nname = "a"\nunit = "days"\n'
    text += f'told_by = "b"\nsource = "c"\n{lines}\n'
    if "settings" not in lines:
        text += 'settings = ["shock.1.review_days"]\n'
    (tmp_path / "mine.toml").write_text(text, encoding="utf-8")
    with pytest.raises(Faults, match=words):
        read_scenario(tmp_path / "mine.toml", SCENARIOS)


def test_a_range_that_strikes_nothing_is_told() -> None:
    each = toy("shock.nobody.review_days", 1, 2)
    with pytest.raises(Faults, match="found no shock 'nobody'"):
        fan_of(each, STORY, 1)


def test_worlds_of_the_ensemble_are_played_each_with_its_own_luck(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fates, "read_ensemble", lambda: [{CAUTION: 0.1}, {CAUTION: 1.4}])
    found = fates_in_worlds("two-months", ("days=200",))
    assert found == [play_fate("two-months", seed, ("days=200", f"tuned.{CAUTION}={value}"))
                     for seed, value in ((1, 0.1), (2, 1.4))]  # fmt: skip
    assert len(fates_in_worlds("two-months", ("days=20",), most=1)) == 1
    monkeypatch.setattr(fates, "read_ensemble", lambda: [])
    assert fates_in_worlds("two-months") == []


def test_a_band_counts_never_as_the_latest() -> None:
    many = [Fate(math.nan, 0, 0), *(Fate(day, 0, day / 100) for day in range(1, 20))]
    assert band_of(many, "first_stop").high == 19 and band_of(many[:2], "first_stop").high == math.inf
    assert band_of(many, "cost").middle == pytest.approx(0.095, abs=0.01)


def test_fan_and_worlds_are_told_on_screen_page_and_figure(
    fans: tuple[Fan, ...], record: Record, tmp_path: Path
) -> None:
    fan = fans[0]
    text = fan_text(fan, 90)
    assert "What would tell" in text and "never" in text and text.count("\n") > len(fan.fates)
    around = Uncertainty(fans, (Fate(80, 1e6, 0.5), Fate(math.nan, 0, 0.0)))
    page = render_report(record, tmp_path, uncertainty=around)
    assert fan.range.told_by in page and "In 2 worlds that fit" in page
    assert "How far it could be" not in render_report(record, tmp_path)
    assert worlds_sentence([]) == ""
    assert around.plain()[-1] == {"range": fan.range.name, "value": 365, "unit": "days", **fan.fates[-1].plain()}
    axes: Any = fan_figure(fans).axes[0]
    assert [bar.get_height() for bar in axes.patches] == [fate.cost for fate in fan.fates]


def test_a_fan_in_many_worlds_shows_bands(fans: tuple[Fan, ...]) -> None:
    wide = Fan(fans[0].range, fans[0].fates, (fans[0].fates, tuple(Fate(50, 3e6, 2.0) for _ in fans[0].fates)))
    last = int(fans[0].fates[-1].first_stop)
    low, high = sorted((50, last))
    assert (
        wide.rows()[-1][1].endswith(f"(day {low} to day {high})") and len(fan_figure([wide]).axes[0].collections) == 1
    )


@pytest.mark.slow
def test_the_command_tells_the_fan_of_its_own_settings(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["run", STORY, "--days", "230", "--no-figures", "--json", "--out", str(tmp_path / "out")]
    assert main(words) == 0
    told = json.loads(capsys.readouterr().out)["fan"]
    assert told == json.loads((tmp_path / "out" / "fan.json").read_text(encoding="utf-8"))
    shortest = ("days=230", *read_scenario(STORY, SCENARIOS).ranges[0].set_to(63))
    assert told[0] == {"range": "review of a licence for civil users", "value": 63, "unit": "days",
                       **play_fate(STORY, 1, shortest).plain()}  # fmt: skip
    assert main(["run", "calm", "--days", "20", "--no-figures", "--json", "--out", str(tmp_path / "calm")]) == 0
    assert json.loads(capsys.readouterr().out)["fan"] == [] and not (tmp_path / "calm" / "fan.json").exists()
