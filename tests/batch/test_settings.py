"""What a design can vary, and what it says of what it cannot: every fault in a sentence before any run."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pandas as pd
import pytest

from model.tables.ensemble import pick_world
from model.tables.faults import Faults
from model.tables.rows import ROWS, OwnRole
from model.tables.table_files import DATA
from runs.__main__ import main
from runs.batch import checks
from runs.batch.chunks import Coordinates, input_columns, world_under
from runs.batch.design import read_design
from runs.batch.execution import make_manifest, make_plan, run_batch
from runs.batch.results import read_results
from runs.processes.executors import ProcessExecutor
from runs.simulation.identity import scenario_hash
from runs.simulation.stage import SCENARIOS, read_world

HEAD = """
title = "Settings"
about = "For tests."
scenarios = ["april-2025"]
days = 60
samples = 2
"""
LEVER = '[[lever]]\nname = "{name}"\nset = "{set}"\nvalues = {values}\n'
UNCERTAINTY = '[[uncertainty]]\nname = "{name}"\nset = "{set}"\nlow = {low}\nhigh = {high}\n{more}\n'


def write_settings(folder: Path, text: str, head: str = HEAD) -> Path:
    path = folder / "settings.toml"
    path.write_text(head + text)
    return path


def lever(target: str, values: str, name: str = "lever") -> str:
    return LEVER.format(name=name, set=target, values=values)


def uncertainty(target: str, low: str, high: str, more: str = "", name: str = "doubt") -> str:
    return UNCERTAINTY.format(name=name, set=target, low=low, high=high, more=more)


@pytest.mark.parametrize(
    ("target", "values", "setting"),
    [
        ("tuned.capacity_april", "[1, 30]", "tuned.capacity_april=30"),
        ("tuned.needs SSN:magnet_heavy cover_days", "[10, 20]", "tuned.needs SSN:magnet_heavy cover_days=20"),
        ("shock.1.review_days", "[30, 61]", "shock.1.review_days=61"),
        ("shock.1.grant_share*", "[0.5, 0.25]", "shock.1.grant_share=0.2375"),
        ("shock.1.date", "[2025-04-05, 2025-04-10]", "shock.1.date=2025-04-10"),
        ("shock.1|2.review_days", "[30, 61]", "shock.1|2.review_days=61"),
        ("shock.1.shift_days", "[0, 9]", "shock.1.date=2025-04-13"),
        ("shock.1.until", "[30, 20]", "shock.1.until=20"),
        ("days", "[50, 40]", "days=40"),
        ("shock_date", "[2025-04-05, 2025-04-10]", "shock_date=2025-04-10"),
        ("needs.cover_days[role=magnet_maker]", "[10, 31]", "needs.cover_days[role=magnet_maker]=31"),
    ],
)
def test_what_run_takes_a_lever_takes(tmp_path: Path, target: str, values: str, setting: str) -> None:
    plan, _ = make_plan(read_design(write_settings(tmp_path, lever(target, values))))
    story, tables = world_under(plan, 0, plan.settings(Coordinates(0, 0, 0, 1)))
    wanted, rows = read_world("april-2025", SCENARIOS, DATA, ["days=60", setting])
    assert (story.shocks, story.days, story.shock_date) == (wanted.shocks, wanted.days, wanted.shock_date)
    assert set(map(repr, tables.needs)) == set(map(repr, rows.needs))
    assert (story, tables) != world_under(plan, 0, plan.settings(Coordinates(0, 0, 0, 0)))


def test_a_story_that_comes_later_keeps_its_shape() -> None:
    """Its date, its shocks and its end move together; what held before it stays where it was."""
    first, _ = read_world("january-2026", SCENARIOS, DATA)
    later, _ = read_world("january-2026", SCENARIOS, DATA, ["shift_days=30"])
    assert first.shock_date is not None and later.shock_date == first.shock_date + timedelta(days=30)
    assert (later.start, later.days) == (first.start, first.days + 30)
    moved = [(new.date - old.date).days for old, new in zip(first.shocks, later.shocks, strict=True)]
    assert moved == [30 * (old.date >= first.shock_date) for old in first.shocks] and 0 in moved
    assert [new.model_copy(update={"date": old.date}) for old, new in zip(first.shocks, later.shocks, strict=True)] == [
        *first.shocks
    ]


def test_a_shock_can_be_left_out_and_only_that() -> None:
    first, _ = read_world("january-2026", SCENARIOS, DATA)
    without, _ = read_world("january-2026", SCENARIOS, DATA, ["shock.oxide.happens=false", "shock.oxide.review_days=3"])
    kept, _ = read_world("january-2026", SCENARIOS, DATA, ["shock.oxide.happens=true"])
    assert without.shocks == tuple(shock for shock in first.shocks if shock.name != "oxide")
    assert kept.shocks == first.shocks and len(without.shocks) == len(first.shocks) - 1


WORLDS = [{"capacity_april": 3.0, "minds *:caution value": 0.2}, {"capacity_april": 9.0, "minds *:caution value": 1.4}]


def test_an_uncertainty_draws_worlds_of_the_ensemble(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each world is played as often as any other, and is the scenario with the numbers of its row by hand."""
    monkeypatch.setattr(checks, "read_ensemble", lambda folder: WORLDS)
    text = '[[uncertainty]]\nname = "world"\nset = "ensemble"\n' + lever("tuned.capacity_april", "[1, 2]")
    plan, _ = make_plan(read_design(write_settings(tmp_path, text, HEAD.replace("samples = 2", "samples = 4"))))
    assert plan.notes == ("lever 'lever' sets capacity_april in every world that is drawn, in place of the world's own "
                          "number",)  # fmt: skip
    rows = [input_columns(plan, plan.coordinates(number)) for number in range(plan.total)]
    assert sorted(row["world"] for row in rows) == [1.0] * 4 + [2.0] * 4
    for number, row in enumerate(rows):
        story, tables = world_under(plan, 0, plan.settings(plan.coordinates(number)))
        caution = WORLDS[int(row["world"]) - 1]["minds *:caution value"]
        by_hand = ["days=60", f"tuned.minds *:caution value={caution}", f"tuned.capacity_april={row['lever']:g}"]
        wanted, rows_by_hand = read_world("april-2025", SCENARIOS, DATA, by_hand)
        assert story.shocks == wanted.shocks and set(map(repr, tables.minds)) == set(map(repr, rows_by_hand.minds))
    manifest = make_manifest(plan, "")
    monkeypatch.setattr(checks, "read_ensemble", lambda folder: [WORLDS[0], WORLDS[0]])
    other, _ = make_plan(read_design(tmp_path / "settings.toml"))
    assert manifest["ensemble"] == WORLDS and make_manifest(other, "")["fingerprint"] != manifest["fingerprint"]


def test_an_ensemble_that_is_not_there_or_too_small_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write_settings(tmp_path, '[[uncertainty]]\nname = "world"\nset = "ensemble"\n')
    for worlds in ([], WORLDS[:1]):
        monkeypatch.setattr(checks, "read_ensemble", lambda folder, found=worlds: found)
        with pytest.raises(Faults, match=f"an ensemble of {len(worlds)} worlds, where it takes 2"):
            make_plan(read_design(path))
    with pytest.raises(Faults, match="must be the number of a world, 1 to 2, or none, got '3'"):
        pick_world(["ensemble=3"], lambda: WORLDS)
    assert pick_world(["days=3", "ensemble=2"], lambda: WORLDS) == (WORLDS[1], ["days=3"])


def test_what_changes_nothing_in_one_of_the_scenarios_is_told(tmp_path: Path) -> None:
    head = HEAD.replace('"april-2025"', '"april-2025", "calm"')
    plan, _ = make_plan(read_design(write_settings(tmp_path, lever("tuned.capacity_april", "[1, 2]", "office"), head)))
    assert plan.notes == ("lever 'office' changes nothing in calm",) and make_manifest(plan, "")["notes"] == [
        *plan.notes
    ]


def test_words_can_be_values_of_a_shock_and_what_does_not_fit_is_told(tmp_path: Path) -> None:
    path = write_settings(tmp_path, lever("shock.1.rule", '["watch", "individual"]'))
    with pytest.raises(Faults, match="the rule 'watch' has no review clock"):
        make_plan(read_design(path))


@pytest.mark.subprocess
def test_what_changes_a_story_travels_to_processes_with_its_files(tmp_path: Path) -> None:
    (tmp_path / "own.toml").write_text('title = "t"\nabout = "a"\nbase = "april-2025"\n')
    text = lever("days", "[20, 30]", "span") + uncertainty("shock.1.review_days", "30", "60", 'distribution = "whole"')
    plan, _ = make_plan(read_design(write_settings(tmp_path, text, HEAD.replace("april-2025", "own.toml"))))
    for path in tmp_path.glob("*.toml"):
        path.unlink()  # nothing is read again while runs are done
    run_batch(plan, tmp_path / "out", ProcessExecutor(2))
    frame = read_results(tmp_path / "out")
    assert frame["error"].isna().all() and list(frame["days"]) == [20, 30, 20, 30]
    assert set(frame["doubt"] % 1) == {0.0}


def test_a_story_that_is_changed_keeps_its_anonymous_firms(tmp_path: Path) -> None:
    assert main(["generate", "--firms", "300", "--out", str(tmp_path / "world")]) == 0
    head = HEAD.replace("april-2025", "calm") + f'world = "{tmp_path / "world"}"\n'
    plan, _ = make_plan(read_design(write_settings(tmp_path, lever("days", "[60, 20]", "span"), head)))
    first, second = (world_under(plan, 0, plan.settings(Coordinates(0, 0, 0, policy))) for policy in (0, 1))
    assert (first[0].days, second[0].days) == (60, 20) and plan.as_it_is == {"span": 60.0}
    assert second[1].anonymous is not None and second[1].goods == plan.worlds[0][1].goods


def test_every_table_that_decides_an_outcome_is_in_the_hash_of_a_scenario() -> None:
    scenario, tables = read_world("calm", SCENARIOS, DATA)
    tables = replace(tables, roles=(OwnRole(role="winder", mind="parts_maker"),))
    hashes = {scenario_hash((scenario, replace(tables, **{name: getattr(tables, name)[1:]})))
              for name in ROWS if name != "sources"}  # fmt: skip
    assert len(hashes | {scenario_hash((scenario, tables))}) == len(ROWS)


def test_a_tuned_number_without_a_range_has_that_of_its_bounds(tmp_path: Path) -> None:
    text = '[[uncertainty]]\nname = "office"\nset = "tuned.capacity_april"\n'
    plan, _ = make_plan(read_design(write_settings(tmp_path, text)))
    (office,) = plan.design.uncertainties
    assert (office.low, office.high) == (0.5, 20.0)


def test_a_shock_is_called_by_its_number_in_the_order_of_dates_or_by_its_name(tmp_path: Path) -> None:
    shock = (
        '[[shock]]\ndate = {date}\nkind = "news"\ncountries = ["JP"]\nlevel = 0.5\nnote = "n"\nsource = "s"\n{name}\n'
    )
    path = tmp_path / "story.toml"
    path.write_text('title = "t"\nabout = "a"\nbase = "calm"\n' + shock.format(date="2026-03-01", name='name = "late"')
                    + shock.format(date="2026-02-01", name=""))  # fmt: skip
    story, _ = read_world(path, SCENARIOS, DATA, ["shock.1.level=0.25", "shock.late.level*=2"])
    assert [(each.date.month, each.level) for each in story.shocks] == [(2, 0.25), (3, 1.0)]  # type: ignore[attr-defined]


FAULTS = {
    "a table misspelt": (lever("need.cover_days", "[1, 2]"), "did you mean 'needs'"),
    "a column misspelt": (lever("needs.cover_dayz", "[1, 2]"), "did you mean 'cover_days'"),
    "a row misspelt": (lever("needs.cover_days[role=magnet_makr]", "[1, 2]"), "did you mean 'magnet_maker'"),
    "a key of rows misspelt": (lever("needs.cover_days[roll=magnet_maker]", "[1, 2]"), "did you mean 'role'"),
    "a key misspelt": (lever("dayz", "[1, 2]"), "did you mean 'days'"),
    "a tuned number misspelt": (lever("tuned.capacity_jun", "[1, 2]"), "did you mean 'capacity_june'"),
    "no such shock": (lever("shock.99.review_days", "[1, 2]"), "no shock '99'"),
    "a shock misspelt": (
        lever("shock.oxid.review_days", "[1, 2]"), "no shock 'oxid'.*did you mean 'oxide'"),
    "half a day later": (uncertainty("shift_days", "1", "30"), "a whole number of days was expected"),
    "may it happen": (lever("shock.1.happens", "[0.5]"), "write true or false"),
    "a target of a misspelt outcome": (
        '[[target]]\nname = "t"\noutcome = "vehicles_not_bilt"\nat_most = 1\n', "did you mean 'vehicles_not_built'"),
    "a target with two bounds": (
        '[[target]]\nname = "t"\noutcome = "first_stop_day"\nat_least = 3\nnever = true\n', "write exactly one"),
    "a number that never comes": (
        '[[target]]\nname = "t"\noutcome = "vehicles_not_built"\nnever = true\n', "which is no day"),
    "an answer of a misspelt lever": (
        lever("needs.cover_days", "[1, 2]", "cover") + '[[answer]]\nlever = "covr"\noutcomes = ["first_stop_day"]\n',
        "did you mean 'cover'"),
    "an answer about nothing": ('[[answer]]\nkind = "lever"\n', "write both, or the kind alone"),
    "no such key of a shock": (lever("shock.1.revew_days", "[1, 2]"), "did you mean 'review_days'"),
    "a part of a day": (uncertainty("shock.1.review_days", "30", "60"), "a whole number was expected"),
    "a part of a day in a table": (uncertainty("links.lead_days", "1", "60"), "whole number|fractional"),
    "below the bound": (lever("needs.cover_days", "[-1, 2]"), "must be >= 0, got -1"),
    "not finite": (lever("needs.cover_days", "[nan, 2]"), "finite"),
    "words for a number": (lever("needs.cover_days", '["x"]'), "a number was expected"),
    "none": (lever("needs.cover_days", "[]"), "no choice"),
    "twice": (lever("needs.cover_days", "[30, 30.0]"), "twice"),
    "low above high": (uncertainty("needs.cover_days", "3", "2"), "low must be below high"),
    "two levers for one thing": (
        lever("needs.cover_days[role=magnet_maker]", "[30, 60]", "a") + lever("needs.cover_days", "[40, 50]", "b"),
        "sets all that lever 'a' sets",
    ),
    "a lever under an uncertainty": (
        lever("tuned.review", "[30, 60]", "a") + uncertainty("tuned.review", "20", "50", 'distribution = "whole"'),
        "sets all that lever 'a' sets",
    ),
    "nothing changes": (lever("tuned.stance_us_june*", "[1]"), "key of calibrated.csv|changes"),
    "one table": ('[lever]\nname = "a"\n', r"\[\[lever\]\]"),
    "a name of an outcome": (lever("needs.cover_days", "[30, 60]", "first_stop_day_JP"), "holds an outcome"),
    "a name that cannot be printed": (lever("needs.cover_days", "[30, 60]", "a\\nb"), "can be printed"),
    "no scenarios": ("scenarios = []", "empty list"),
    "too many policies": (
        "".join(lever("needs.cover_days*", str(list(range(1, 11))), f"l{i}") for i in range(8)), "100,000,000"
    ),
    "seeds twice": ("seeds = [1, 2, 1]", "found 1 twice"),
    "brackets too deep": ("x = " + "[" * 3000, "too deep to read"),
    "a number too long": ("seeds = " + "9" * 5000, "cannot be read"),
}  # fmt: skip


@pytest.mark.parametrize("kind", FAULTS)
def test_a_fault_is_a_sentence_before_any_run(tmp_path: Path, kind: str, capsys: pytest.CaptureFixture[str]) -> None:
    text, words = FAULTS[kind]
    head = HEAD.replace('scenarios = ["april-2025"]', "") if "scenarios" in text else HEAD
    head = head.replace("april-2025", "january-2026") if "oxid" in text else head
    assert main(["batch", str(write_settings(tmp_path, text, head)), "--dry-run", "--out", str(tmp_path / "out")]) == 2
    output = capsys.readouterr().err
    assert pd.Series([output]).str.contains(words).all(), output
    assert output.startswith("linestop: settings.toml") and not (tmp_path / "out").exists()


def test_all_faults_are_told_at_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = ('sampler = "sobol"\noutcomes = ["first_stop_dey"]\n' + lever("need.cover_days", "[1]", "a")
            + lever("tuned.revew", "[1]", "b") + uncertainty("needs.cover_dayz", "1", "2"))  # fmt: skip
    path = write_settings(tmp_path, text, HEAD.replace("samples = 2", "samples = 3"))
    assert main(["batch", str(path), "--dry-run"]) == 2
    output = capsys.readouterr().err
    for words in ("power of two", "'first_stop_day'", "'needs'", "'review'", "'cover_days'"):
        assert words in output


def test_a_multiple_beside_a_number_is_no_conflict(tmp_path: Path) -> None:
    text = lever("needs.cover_days[role=magnet_maker]", "[30, 60]") + uncertainty("needs.cover_days*", "0.5", "2")
    assert make_plan(read_design(write_settings(tmp_path, text)))[0].total == 4


def test_what_overwrites_a_part_of_a_lever_is_told(tmp_path: Path) -> None:
    """An uncertain fine would undo that the stance "open" expects none; a multiple of it does not."""
    for star, told in (("", 1), ("*", 0)):
        doubt = f'[[uncertainty]]\nname = "fine"\nset = "minds.value[role=neighbour,parameter=fine]{star}"\n'
        plan, _ = make_plan(read_design(write_settings(tmp_path, lever("korea", '["as it is", "open"]') + doubt)))
        assert len(plan.notes) == told and all(
            "sets anew a part of what lever 'lever' sets" in each for each in plan.notes
        )


def test_what_leaves_a_scenario_as_it_is_is_found(tmp_path: Path) -> None:
    text = lever("shock.1.date", "[2025-04-10, 2025-04-04]", "begin") + lever("days", "[50, 60]", "span")
    text += lever("tuned.capacity_april", "[1, 2]", "office") + lever("minds", '["off", "on"]', "people")
    plan, _ = make_plan(read_design(write_settings(tmp_path, text)))
    assert plan.as_it_is == {"begin": "2025-04-04", "span": 60.0, "people": "on"}


def test_a_setting_that_changes_nothing_is_told(tmp_path: Path) -> None:
    text = lever("tuned.capacity_june", "[10, 30]") + '[[lever]]\nname = "o"\n[lever.options]\n"as it is" = []\n'
    path = write_settings(tmp_path, text + 'more = ["tuned.review=60"]\n', HEAD.replace("april-2025", "calm"))
    with pytest.raises(Faults) as output:
        make_plan(read_design(path))
    assert [each.split(": found nothing that it changes")[0] for each in output.value.sentences] == [
        "settings.toml: lever 'lever'", "settings.toml: lever 'o', 'more'",
    ]  # fmt: skip
