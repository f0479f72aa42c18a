"""The worlds that ship beside the base case: at rest, struck on the dates of their rules, played by every command."""

from __future__ import annotations

import json
import re
import shutil
from datetime import date
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from model.tables.faults import Faults
from model.tables.table_files import DATA, read_tables
from model.tables.tables import Tables
from runs.__main__ import main
from runs.measures.trade import day_of, traded_links
from runs.reference.parameters import list_parameters
from runs.simulation.record import Record
from runs.simulation.shipped_worlds import WORLDS, find_scenario, find_world, main_scenario, scenario_files
from runs.simulation.stage import play, read_story, stage
from runs.worlds.world_check import check_world

NAMES = ("graphite", "chips")


@cache
def tables_of(world: str) -> Tables:
    return read_story("calm", (), world)[1]


@cache
def played(world: str, scenario: str, minds: bool = True) -> Record:
    chain = stage(scenario, 1, world=world, minds=minds, audited=True)
    record = play(chain)
    chain.release()
    return record


def row_of(record: Record, line: str) -> int:
    return [each.line for each in record.register.tables.firms].index(line)


def first_stop(record: Record, line: str) -> int | None:
    """Days from the shock to the first day on which a line makes next to nothing."""
    row, after = row_of(record, line), record.shock_day or 0
    days = np.flatnonzero(record.lines["output"][after:, row] < 0.05 * record.network.baseline[row])
    return int(days[0]) if len(days) else None


@pytest.mark.parametrize("name", NAMES)
def test_it_has_no_fault_and_is_of_a_size_to_be_read(name: str) -> None:
    found = check_world(WORLDS / name)
    assert not found.faults and found.register is not None
    assert 15 <= len(found.register.tables.firms) <= 25
    assert len(found.scenarios) >= 2 and "calm.toml" in found.scenarios


@pytest.mark.parametrize("name", NAMES)
def test_each_number_has_a_source_or_lies_between_low_and_high(name: str) -> None:
    tables = tables_of(name)
    for each in list_parameters(tables):
        assert each.kind in ("sourced", "derived", "assumption", "calibrated"), each
        if each.kind == "assumption" and each.table != "minds":
            assert each.low is not None and each.high is not None and each.low < each.value < each.high, each
    assert {source.kind for source in tables.sources if source.table != "minds"} <= {"sourced", "derived", "assumption"}


@pytest.mark.parametrize("name", NAMES)
def test_its_people_are_those_of_the_base_case(name: str) -> None:
    assert tables_of(name).minds == read_tables(DATA).minds
    assert not {"minds.csv", "calibrated.csv", "facts.csv"} & {path.name for path in (WORLDS / name).iterdir()}


@pytest.mark.parametrize("name", NAMES)
def test_sources_are_publications_and_no_ids_of_a_paper_that_does_not_ship(name: str) -> None:
    for path in (WORLDS / name).iterdir():
        assert not re.search(r"\b[ABC][SR]\d+\b", path.read_text(encoding="utf-8")), path


@pytest.mark.parametrize("name", NAMES)
def test_it_rests_where_nothing_happens(name: str) -> None:
    record = played(name, "calm")
    normal = record.network.baseline
    assert np.allclose(record.lines["output"], normal, rtol=1e-6)
    assert np.allclose(record.needs["stock"], record.needs["stock"][0], rtol=1e-6)
    assert not record.licences["filed"].any()


def test_graphite_is_under_licence_from_the_first_of_december_and_nobody_waits_less_than_a_review() -> None:
    for scenario, days in (("licences", 22), ("licences-63-days", 63)):
        record = played("graphite", scenario)
        begins = day_of(record, "2023-12-01")
        filed, granted = (record.licences[each].sum(axis=1) for each in ("filed", "granted"))
        assert not filed[:begins].any() and filed[begins] > 0.0
        assert int(np.flatnonzero(granted)[0]) - begins in (days, days + 1)  # what is filed today is read tomorrow
        assert record.scenario is not None and record.scenario.shock_date == date(2023, 12, 1)


def test_spherical_graphite_stops_for_a_review_and_synthetic_anodes_are_mostly_free() -> None:
    record = played("graphite", "licences-63-days")
    begins = day_of(record, "2023-12-01")
    span = slice(begins + 1, begins + 63)
    shipped = {
        good: float(record.links["shipped"][span][:, traded_links(record, (good,), "KR")].sum())
        / float(record.links["shipped"][0, traded_links(record, (good,), "KR")].sum() * 62)
        for good in ("spherical", "anode_syn")
    }
    assert shipped["spherical"] <= 0.02
    assert 0.75 <= shipped["anode_syn"] <= 1.6  # a fifth is named by the rule; people order more in fear


def test_chips_may_not_leave_for_five_weeks_and_wafers_stop_on_their_day() -> None:
    record = played("chips", "export-stop")
    stop, free, cut = (day_of(record, day) for day in ("2025-10-04", "2025-11-09", "2025-10-26"))
    links = record.register.links
    chips = record.links["shipped"][:, traded_links(record, ("chip_d",))].sum(axis=1)
    assert chips[stop - 1] > 0.0 and not chips[stop:free].any() and chips[free : free + 3].sum() > chips[stop - 1]
    wafers = (links["supplier"] == "NXW").to_numpy() & (links["line"] == "NXD").to_numpy()
    ordered = record.links["shipped"][:, wafers].sum(axis=1)
    assert ordered[cut - 1] > 0.0 and not ordered[cut + 14 :].any()
    filed = np.flatnonzero(record.licences["filed"].sum(axis=1))
    assert day_of(record, "2025-11-01") <= filed[0] and filed[-1] < free


def test_without_minds_europe_stops_when_its_stock_is_gone() -> None:
    """By hand: 12 days on the way, of which 4 lie at customs and are turned back, and 14 on the floor are 22 days of
    chips; control units then last 2 days of finished goods, 1 on the way and 4 at the car maker."""
    record = played("chips", "export-stop", minds=False)
    assert first_stop(record, "BOS") in (21, 22, 23)
    assert first_stop(record, "VWG") in range(21 + 5, 23 + 9)
    assert first_stop(record, "HYU") is None  # 7 - 4 + 61 days are more than the 36 of the stop


def test_worlds_and_their_scenarios_are_found_by_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert find_world("graphite") == WORLDS / "graphite" and main_scenario(WORLDS / "graphite") == "licences"
    assert find_scenario("licences", WORLDS / "graphite") == WORLDS / "graphite" / "licences.toml"
    assert find_scenario("two-months", WORLDS / "graphite") == "two-months"
    assert find_scenario("focus", WORLDS / "graphite") == "focus"
    assert [path.stem for path in scenario_files(WORLDS / "chips", [])] == ["calm", "export-stop"]
    with pytest.raises(Faults, match="did you mean 'graphite'"):
        find_world("grafite")
    monkeypatch.chdir(tmp_path)
    shutil.copytree(WORLDS / "chips", tmp_path / "graphite")  # a folder that is there goes first
    assert find_world("graphite") == Path("graphite")
    assert read_story("export-stop", (), "graphite")[0].title == "The stop of Dongguan's chips"


def test_commands_take_its_name(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["scenarios", "--world", "graphite", "--json"]) == 0
    assert [each["name"] for each in json.loads(capsys.readouterr().out)] == ["licences", "calm", "licences-63-days"]
    assert main(["scenarios", "--world", "chips"]) == 0
    assert capsys.readouterr().out.startswith("export-stop (default)")
    assert main(["world", "check", "chips"]) == 0
    assert "no fault found; scenarios in it: calm.toml," in " ".join(capsys.readouterr().out.split())
    assert main(["parameters", "needs", "--world", "chips", "--line", "BOS"]) == 0
    assert "ACEA" in capsys.readouterr().out
    assert main(["validate", "--world", "graphite"]) == 2
    assert "brings no facts.csv" in capsys.readouterr().err


def test_a_stop_is_explained_across_three_countries(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", "export-stop", "--world", "chips", "--firm", "Celaya"]) == 0
    words = " ".join(capsys.readouterr().out.split())
    assert "want of control units from Control units for Honda in North America" in words
    assert "Nexperia Dongguan, whose exports there were banned from 4 October 2025 until 1 November 2025" in words


@pytest.mark.slow
@pytest.mark.subprocess
@pytest.mark.parametrize("name", NAMES)
def test_a_run_with_figures_speaks_of_its_own_goods(name: str, tmp_path: Path) -> None:
    assert main(["run", "--world", name, "--out", str(tmp_path / "run"), "--audit", "--quiet"]) == 0
    page = (tmp_path / "run" / "report.html").read_text(encoding="utf-8")
    text = re.sub(r"<[^>]+>", " ", re.sub(r'"data:[^"]*"', "", page))
    said = re.sub(r"on magnets|magnets of April", "", text)  # where a number comes from
    assert not re.search(r"magnet|rare earth|EVIDENCE|tonnes? change", said)
    assert f"linestop parameters --world {name}" in text
    assert ("million chips" if name == "chips" else "tonnes") in text


@pytest.mark.slow
@pytest.mark.subprocess
def test_its_assumptions_are_sampled_by_a_batch_and_answered(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    design = tmp_path / "stocks.toml"
    design.write_text(
        'title = "Stocks"\nabout = "What stocks of chips are worth."\nscenarios = ["export-stop"]\nworld = "chips"\n'
        'sampler = "latin"\nsamples = 4\n'
        '[[lever]]\nname = "stock"\nset = "needs.cover_days[line=BOS]"\nvalues = [14, 40]\n'
        '[[uncertainty]]\nname = "stock in Japan"\nset = "needs.cover_days[line=JTU]"\n'
        '[[uncertainty]]\nname = "approval"\nset = "links.qualification_days[supplier=ALT]"\n'
        'distribution = "whole"\n',
        encoding="utf-8",
    )
    assert main(["batch", str(design), "--out", str(tmp_path / "batch"), "--processes", "1"]) == 0
    assert main(["analyse", str(tmp_path / "batch")]) == 0
    shown = capsys.readouterr().out
    assert "Europe" in shown and "Japan" not in shown
    assert main(["compare", "calm", "export-stop", "--world", "chips", "--out", str(tmp_path / "both")]) == 0
    assert "Vehicles not built in Europe" in capsys.readouterr().out
