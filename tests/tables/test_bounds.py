"""Numbers and texts that make no sense are told before a run begins: in a sentence, with the number's name."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from model.tables.bounds import PARAMETERS
from model.tables.calibrated import read_tuned
from model.tables.documents import parsed, plain_value, read_document
from model.tables.faults import Faults
from model.tables.rows import MIND_ROLES, Trait, number_columns
from model.tables.table_files import DATA
from runs.batch.design import read_design
from runs.commands.arguments import setting_key
from runs.simulation.stage import SCENARIOS, Stage, read_story

HOUSE = Path(__file__).parents[2]
SCENARIO = 'title = "t"\nabout = "a"\nstart = 2026-01-01\ndays = 5\n'


def test_every_number_of_a_mind_has_bounds_and_the_base_case_and_its_sources_are_within() -> None:
    _, tables = read_story("calm")
    assert {trait.parameter for trait in tables.minds} == set(PARAMETERS)
    value = {trait.key: trait for trait in tables.minds}
    for source in (each for each in tables.sources if each.table == "minds"):
        trait = value[source.row]
        low, high = PARAMETERS[trait.parameter]
        span = source.range_of(trait.value)
        if span is not None:
            assert low <= min(span) and max(span) <= high, source.row
    for tuned in read_tuned(DATA).values():
        if tuned.cell is not None and tuned.cell[0] == "minds":
            low, high = PARAMETERS[tuned.cell[1].partition(":")[2]]
            assert low <= tuned.low <= tuned.high <= high, tuned.key


@pytest.mark.parametrize("parameter", sorted(PARAMETERS))
def test_a_number_out_of_bounds_is_told_by_name(parameter: str) -> None:
    low, high = PARAMETERS[parameter]
    for value in (low - 1e-6 * max(1.0, low), high * (1 + 1e-6) + 1e-6, -1.0, 1e100):
        with pytest.raises(Faults) as told:
            read_story("calm", [f"minds.value[parameter={parameter}]={value!r}"])
        assert parameter in str(told.value) and f"must be >= {low:g} and <= {high:g}" in str(told.value)


@pytest.mark.parametrize("end", [0, 1])
def test_at_its_bounds_no_mind_breaks_down(end: int) -> None:
    """All numbers at their lowest, or at their highest, under a control: two months without an error."""
    settings = [f"minds.value[parameter={name}]={bounds[end]!r}" for name, bounds in PARAMETERS.items()]
    chain = Stage("january-2026", 1, (*settings, "days=150"), audited=True)
    for _ in range(150):
        chain.step()
    for column in (*chain.world.state, *chain.world.flows):
        assert not np.isnan(column).any()


@pytest.mark.parametrize(
    "setting",
    [
        "goods.price_jpy_mn=1e308", "goods.spot_eta=1e100", "links.lead_days=300000", "links.lead_days=0",
        "needs.cover_days=1e308", "needs.cover_days=-1", "needs.cover_days=nan", "needs.cover_days=inf",
        "needs.thrift_days=1e9", "needs.thrift_least=0", "needs.per_unit=0", "needs.per_unit=1e300",
        "firms.finished_days=1e12", "firms.houses=10000000", "firms.houses=0", "firms.value_added_jpy_mn=1e30",
        "firms.demand_per_year=1e300", "firms.capacity_per_year=1e300", "links.qualification_days=1000000",
        "countries.gdp_jpy_tn=1e300", "needs.dependence=1.5", "links.share=2", "needs.cover_days*=1e300",
    ],
)  # fmt: skip
def test_an_absurd_size_is_told_with_its_column(setting: str) -> None:
    column = setting.partition(".")[2].partition("=")[0].rstrip("*")
    assert any(column in number_columns(table) for table in ("goods", "links", "needs", "firms", "countries"))
    with pytest.raises(Faults) as told:
        read_story("calm", [setting])
    assert column in str(told.value)


def test_an_unknown_role_or_parameter_of_a_row_is_still_read() -> None:
    """Minds of somebody's own may have numbers of their own, without bounds."""
    assert "magnet_maker" in MIND_ROLES
    assert Trait(role="magnet_maker", parameter="patience_of_a_saint", value=1e9, unit="1", meaning="m").value == 1e9


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("days = " + "9" * 5000, "cannot be read"),
        ("days = " + "9" * 400, "digits"),
        ("deep = [[" + "9" * 30 + "]]", "digits"),
        ("x = " + "[" * 3000 + "]" * 3000, "too deep"),
        ("x = " + "{a=" * 3000 + "1" + "}" * 3000, "too deep"),
        ("start = 2026-02-30", "cannot be read|not TOML"),
        ("x = \x00", "not TOML"),
        ("= 3", "not TOML"),
    ],
)
def test_a_text_that_cannot_be_read_is_told(text: str, words: str) -> None:
    with pytest.raises(Faults, match=words):
        parsed(text, "mine.toml")


def test_other_encodings_and_files_that_cannot_be_read_are_told(tmp_path: Path) -> None:
    latin = tmp_path / "latin.toml"
    latin.write_bytes('title = "Müller"'.encode("latin-1"))
    with pytest.raises(Faults, match="not UTF-8 at byte 10; save it as UTF-8"):
        read_document(latin)
    with pytest.raises(Faults, match="cannot be read"):
        read_document(tmp_path)
    marked = tmp_path / "marked.toml"
    marked.write_bytes(b"\xef\xbb\xbfdays = 3\r\n")  # as Windows' editors write it
    assert read_document(marked) == {"days": 3}


@pytest.mark.parametrize(
    ("text", "value"),
    [("30", 30), ("1e3", 1000.0), ("2026-01-06 ", None), ("30 # days", "30 # days"), ("1, 2", "1, 2"), ("a]", "a]"),
     ("9" * 5000, "9" * 5000), ("9" * 30, "9" * 30), ("[" * 3000, "[" * 3000), ("", "")],
)  # fmt: skip
def test_a_setting_is_read_whole_or_as_words(text: str, value: Any) -> None:
    found = plain_value(text)
    assert found == value if value is not None else str(found) == "2026-01-06"


@pytest.mark.parametrize(
    ("scenario", "settings", "words"),
    [
        ("calm", ["days=30 # x"], "a whole number was expected"),
        ("full-stop", ["tuned.capacity_june=10"], "nothing in full-stop reads capacity_june"),
        ("april-2025", ["tuned.capacity_june=nan"], "a number was expected"),
        ("april-2025", ["tuned.capacity_june=1e400"], "a number was expected"),
        ("calm", ["needs.cover_days_jan2026=2"], "nothing in this scenario reads needs.cover_days_jan2026"),
    ],
)
def test_a_setting_that_would_change_nothing_or_only_a_part_says_so(
    scenario: str, settings: list[str], words: str
) -> None:
    with pytest.raises(Faults, match=words):
        read_story(scenario, settings)


def test_a_setting_is_there_before_the_scenario_copies_it() -> None:
    _, before = read_story("january-2026")
    _, after = read_story("january-2026", ["needs.cover_days_jan2026[role=magnet_maker]=2"])
    roles = {line.line: line.role for line in after.firms}
    for old, new in zip(before.needs, after.needs, strict=True):
        assert new.cover_days == (2.0 if roles[new.line] == "magnet_maker" else old.cover_days)


def test_an_experiment_too_deep_is_a_sentence(tmp_path: Path) -> None:
    deep = tmp_path / "deep.toml"
    deep.write_text('title = "d"\nabout = "x"\nscenarios = ' + "[" * 3000 + "]" * 3000 + "\n")
    with pytest.raises(Faults, match="too deep"):
        read_design(deep)


@pytest.mark.subprocess
@pytest.mark.parametrize(
    "words",
    [["run", "calm", ""], ["run", ""], [""], ["explain", "calm", "--firm", ""], ["compare", "calm", ""],
     ["batch", ""], ["run", "calm", "--seed", "9" * 5000], ["run", "calm", "--days", ""], ["run", "x" * 5000],
     ["run", "calm", "--set", ""], ["run", "calm", "--set", "="], ["run", "calm", "--set", "needs.=3"],
     ["run", "calm", "--set", ".cover_days=3"], ["run", "calm", "--set", "days=3", "--days", "5"]],
)  # fmt: skip
def test_odd_words_on_the_command_line_are_told(words: list[str]) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "runs", *words], cwd=HOUSE, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 2 and done.stderr.startswith("linestop: ") and "Traceback" not in done.stderr


def test_shipped_scenarios_are_all_within_bounds() -> None:
    for path in SCENARIOS.glob("*.toml"):
        read_story(path.stem)


def test_rows_that_differ_may_be_set_one_by_one_and_the_same_rows_may_not_twice() -> None:
    column = "needs.cover_days"
    assert setting_key(f"{column}[role=trader]=3") != setting_key(f"{column}[role=automaker]=3")
    assert setting_key(f"{column}[role=trader,country=JP]=3") == setting_key(
        f"{column}[ country = JP, role = trader ]*=4"
    )
    assert setting_key("tuned.capacity_june=3") == "tuned.capacity_june" and setting_key("days = 4") == "days"
