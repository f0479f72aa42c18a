"""A world without Japan is told of as its own: its home, its exporters, its makers, in every command that takes it."""

from __future__ import annotations

import argparse
import json
import textwrap
import warnings
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest

from agents.licensing_authority import links_that_pass_through
from model.register import register
from runs.__main__ import main
from runs.browser.watch.choices import SCENARIO_SERVED, WORLD_SERVED, served_choice
from runs.browser.watch.session import WatchSession
from runs.commands.watch import choose
from runs.figures.captions import CAPTIONS, NEIGHBOUR, WIDE_ECONOMY
from runs.measures.outcomes import outcomes
from runs.simulation.focus import focus_of
from runs.simulation.levers import Choice
from runs.simulation.stage import play, stage
from tests.support.motors import write_motors

STRANGERS = ("Japan", "Korea", "vehicles", "Vehicles", "car lines", "Motors and parts", "nan", "Warning")
FRENCH = """home = "FR"
adjective = "French"
neighbour = "DE"
[story]
industry = "pumps"
[stock]
role = "parts_maker"
makers = "motor makers"
[tiers]
1 = "Oxide"
2 = "Magnets"
3 = "Motors"
4 = "Machines"
"""


def told(text: str) -> str:
    """What a page or a terminal says, without pictures that are part of it."""
    return " ".join(part for part in text.split('"') if not part.startswith("data:")).replace("JPY", "")


@pytest.mark.subprocess
def test_it_goes_through_run_with_figures_explain_and_compare(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    world = write_motors(tmp_path)
    monkeypatch.chdir(tmp_path)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert main(["run", "stop.toml", "--world", str(world), "--out", "run", "--audit"]) == 0
        assert main(["explain", "stop.toml", "--firm", "TRU", "--world", str(world)]) == 0
        assert main(["compare", "calm", "stop.toml", "--world", str(world), "--out", "both"]) == 0
    result = capfd.readouterr()
    report = told(Path("run/report.html").read_text())
    for words in (told(result.out), told(result.err), report):
        assert not [stranger for stranger in STRANGERS if stranger in words]
    assert {path.stem for path in Path("run").glob("*.png")} == set(CAPTIONS) - {WIDE_ECONOMY, NEIGHBOUR}
    for words in ("The first line in Germany to stop was Hanau magnets", "banned since", "Lines stopped in Germany"):
        assert words in " ".join(result.out.split()), words
    assert "Germany lost value added" in report and Path("both/comparison.png").is_file()
    results = json.loads(Path("run/outcomes.json").read_text())
    assert results["lines_stopped_DE"] == 5 and results["shortest_cover_days_magnet_makers_DE"] < 0.01
    assert not any(name.endswith(("_JP", "_KR")) or "vehicle" in name for name in results)


@pytest.mark.subprocess
def test_its_batch_is_about_its_home(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    world = write_motors(tmp_path)
    monkeypatch.chdir(tmp_path)
    assert main(["batch", "cover.toml", "--world", str(world), "--out", "b", "--processes", "1"]) == 0
    assert main(["analyse", "b"]) == 0
    result, page = capfd.readouterr(), told(Path("b/analysis.html").read_text())
    assert "Germany loses value added" in " ".join(result.out.split()) and "Germany" in page
    assert not [stranger for stranger in STRANGERS[:2] if stranger in told(result.out) + page]
    days = pd.read_parquet("b/days")
    assert {"value_added_lost_jpy_bn_DE", "cover_days_magnet_makers_DE"} <= set(days) and "vehicles_JP" not in days


def test_it_may_say_what_it_is_about(tmp_path: Path) -> None:
    world = write_motors(tmp_path, FRENCH)
    record = play(stage(str(tmp_path / "stop.toml"), world=world))
    about, result = focus_of(record.register.tables), outcomes(record)
    assert about.reported == ("FR", "DE") and list(about.tiers.values()) == ["Oxide", "Magnets", "Motors", "Machines"]
    assert about.exporters == ("CN",) and about.inside == ("China",) and about.at_home("makers") == "French makers"
    assert about.story == "pumps" and about.vehicles == ()
    assert result["lines_stopped_FR"] == 2 and "curtailed_days_AT" not in result and result["lines_stopped_AT"] == 1
    assert result["shortest_cover_days_parts_makers_FR"] < 30.0


def test_what_is_wrong_in_what_it_says_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    world = write_motors(tmp_path, 'home = "JP"\n[stock]\nrole = "magnet_makers"\nmakers = "makers"\n')
    assert main(["run", str(tmp_path / "stop.toml"), "--world", str(world), "--no-figures"]) == 2
    words = capsys.readouterr().err
    assert "focus.toml: home: found 'JP', which is not a known country" in words
    assert "stock.role" in words and "did you mean 'magnet_maker'?" in words


@pytest.fixture
def watched(tmp_path: Path) -> Iterator[WatchSession]:
    world = write_motors(tmp_path)
    session = WatchSession(Choice(str(tmp_path / "stop.toml"), world=str(world)))
    yield session
    session.close()


def test_its_page_shows_its_bands_and_has_levers_for_its_makers(watched: WatchSession) -> None:
    watched.run_command("step", days=150)
    plan, levers = json.loads(watched.snapshot.plan), json.loads(watched.snapshot.levers)["levers"]
    assert plan["bands"] == ["China", "Germany", "France", "Austria"]  # no line is elsewhere
    assert plan["columns"] == ["Tier 1", "Tier 2", "Tier 3", "Tier 4", "Pumps"]
    labels = {lever["key"]: lever["label"] for lever in levers}
    assert labels["cover_magnet_maker"] == "Magnet makers" and "release" not in labels and "korea" not in labels
    charts, head = json.loads(watched.snapshot.charts), json.loads(watched.snapshot.head)
    assert [each["name"] for each in charts["cover"]] == ["Magnet makers", "Parts makers", "Industries"]
    assert [each["name"] for each in charts["industry"]] == ["Motors", "Pumps", "Machine tools"]
    assert "Hanau magnets" in [row["name"] for row in charts["rows"]]
    assert head["stopped"] >= 5 and head["cost"] > 0 and head["vehicles"] is None and charts["home"] == "Germany"
    for row in range(12):
        watched.run_command("pick", row=row)
        assert json.loads(watched.snapshot.card)["name"]


def test_a_lever_of_its_page_holds_stock_in_its_home(watched: WatchSession) -> None:
    watched.run_command("pull", key="cover_magnet_maker", value=200)
    needs = watched._run.stage.register.needs
    assert set(needs.loc[needs["line"] == "VAC", "cover_days"]) == {200.0}
    watched.run_command("step", days=10)
    watched.run_command("when", today=True)
    watched.run_command("pull", key="cover_parts_maker", value=90)
    assert "Parts makers in Germany want 90 days of stock." in json.loads(watched.snapshot.head)["message"]
    assert set(watched._run.stage.players) == {"SIE", "SEW"}
    watched.run_command("pull", key="korea", value=2)
    assert "there is no lever 'korea'" in json.loads(watched.snapshot.head)["message"].replace("There", "there")


def test_scenarios_that_it_cannot_play_are_not_offered(watched: WatchSession) -> None:
    offered = [name for name, _ in json.loads(watched.snapshot.levers)["scenarios"]]
    assert "calm" in offered and "january-2026" not in offered


def test_goods_pass_on_through_any_third_country_or_those_that_it_names(tmp_path: Path) -> None:
    named = [
        ("any", FRENCH, ["SAM"]),
        ("none", 'third_countries = ["FR"]', []),
        ("one", 'third_countries = ["AT"]', ["SAM"]),
    ]
    for place, focus, passing in named:
        tables = stage("calm", world=write_motors(tmp_path / place, focus)).register.tables
        found = links_that_pass_through(register(tables))
        assert [tables.firms[row].line for row in found] == passing, place


def test_the_zone_of_exporters_has_any_name(tmp_path: Path) -> None:
    world = write_motors(tmp_path)
    before = stage("calm", world=world).world.network.zone_of.tolist()
    countries = world / "countries.csv"
    countries.write_text(countries.read_text().replace(",china,", ",inside,"))
    after = stage("calm", world=world)
    assert after.world.network.zone_of.tolist() == before and sorted(before) == [0, 1, 1, 1]
    assert focus_of(after.register.tables).exporters == ("CN",)


def test_what_the_page_on_worlds_shows_can_be_said(tmp_path: Path) -> None:
    page = (Path(__file__).parents[2] / "runs/worlds/WORLDS.md").read_text(encoding="utf-8")
    block = page[page.index('    home = "DE"') : page.index("`model/data/focus.toml` is that")]
    tables = stage("calm", world=write_motors(tmp_path, textwrap.dedent(block))).register.tables
    about = focus_of(tables)
    assert about.reported == ("DE", "FR") and about.tiers[1] == "Oxide" and about.at_home("makers") == "German makers"


def test_watch_opens_on_the_world_that_is_named_and_refuses_what_it_cannot_play(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    world = write_motors(tmp_path)
    assert main(["watch", "two-months", "--world", str(world)]) == 2
    assert "the world motors has no" in capsys.readouterr().err
    for name in (SCENARIO_SERVED, WORLD_SERVED):
        monkeypatch.setenv(name, "")  # so that it is as before after the test
    choose(argparse.Namespace(scenario=None, world=world, exposure=None))
    assert served_choice() == Choice("calm", world=str(world))
