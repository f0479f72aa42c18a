"""What others lose, against sums on an envelope, against scenario files, and at its bounds."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from model.scenario.scenario import Scenario
from model.tables.faults import Faults
from model.tables.tables import Tables
from runs.exposure.candidates import Candidate, candidates_in
from runs.exposure.precautions import second_sources, with_more_stock
from runs.exposure.study import Study, make_study, measure, play_outage, ranked, run_without_outage
from runs.exposure.words import lacks
from runs.simulation.stage import play, read_story, stage
from tests.support.worlds import START, chain_of_three, goods, line, link

CALM = Scenario(name="calm", title="Calm", about="Nothing happens.", start=START, days=30)


def study_of(tables: Tables, days: int) -> Study:
    return make_study((CALM, tables), days=days)


def candidate(study: Study, code: str) -> Candidate:
    return next(each for each in study.candidates if each.code == code)


@pytest.mark.parametrize(("days", "stopped"), [(60, 0), (80, 10), (100, 30)])
def test_loss_is_a_sum_on_an_envelope(days: int, stopped: int) -> None:
    """The magnet maker has 60 days of stock and 10 at sea, so it stops from day 70 until 10 days after the outage.

    The car maker has 10 days of stock and 5 on the road: it stops on day 85, and 15 days after the outage it is served
    again. It loses 100 cars a day of a million each; the magnet maker catches up but for a thousandth of a tonne a car.
    """
    study = study_of(chain_of_three(parts_cover=10.0), days)
    row, rows = measure(study, candidate(study, "SEP"))
    assert row["loss_jpy_bn"] == pytest.approx(stopped * 100 * (1.0 + 0.001) / 1000, abs=1e-6)
    assert row["loss_of_customers_jpy_bn"] == row["loss_jpy_bn"]
    if stopped:
        assert (row["first_stop_line"], row["first_stop_day"], row["survive_days"]) == ("MAG", 70, 70.0)
        cars = next(each for each in rows if each["line"] == "CAR")
        assert (cars["survive_days"], cars["recover_days"], cars["stop_days"]) == (85.0, stopped, stopped)
        assert row["loss_gdp_pct_JP"] == pytest.approx(100 * row["loss_jpy_bn"] / 600_000, abs=1e-9)
    else:
        assert row["first_stop_line"] is row["survive_days"] is row["saved_by_stock_pct"] is None and rows == []


def test_a_month_more_stock_saves_its_days() -> None:
    """The car maker is without magnets for 90 of 100 + 5 - 15 days; with 30 days more of stock for 60 of them."""
    study = study_of(chain_of_three(parts_cover=10.0), 100)
    row, _ = measure(study, candidate(study, "MAG"))
    assert row["loss_of_customers_jpy_bn"] == pytest.approx(90 * 100 / 1000)
    assert row["saved_by_stock_pct"] == pytest.approx(100 / 3, abs=0.01)


def test_more_stock_is_given_to_its_customers_alone() -> None:
    tables = chain_of_three()
    more = with_more_stock(Candidate("line", "SEP", "Sep"), tables)
    assert {need.line: need.cover_days for need in more.needs} == {"MAG": 90.0, "CAR": 60.0}


def test_a_licence_and_a_country_are_out_like_their_only_line() -> None:
    """All that China sells Japan is the separator's: a halt of exports costs what the separator's does; a ban one day
    more, for it voids what was ordered.
    """
    study = study_of(chain_of_three(parts_cover=10.0), 100)
    found = {code: measure(study, candidate(study, code))[0]["loss_jpy_bn"] for code in ("SEP", "dytb>JP", "CN")}
    assert found["CN"] == pytest.approx(found["SEP"], abs=1e-6)
    assert found["dytb>JP"] == pytest.approx(found["SEP"] + 100 * 1.001 / 1000, abs=1e-6)


def test_others_lose_nothing_by_a_line_that_nobody_needs() -> None:
    tables = chain_of_three()
    lone = replace(tables, firms=(*tables.firms, line("LONE", "toy", demand=5.0)), goods=tables.goods + goods("toy"))
    study = study_of(lone, 60)
    row, rows = measure(study, candidate(study, "LONE"))
    assert (row["loss_jpy_bn"], row["first_stop_line"], row["stop_days"], rows) == (0.0, None, 0, [])


def test_second_sources_are_dormant_links_of_others() -> None:
    tables = chain_of_three()
    alt = replace(
        tables,
        firms=(*tables.firms, line("ALT", "dytb", "KR", demand=1.0)),
        links=(*tables.links, link("ALT", "MAG", "dytb", 5, 0.0, 90)),
    )
    assert second_sources(Candidate("line", "SEP", "Sep"), alt) == [2]
    assert second_sources(Candidate("line", "MAG", "Mag"), alt) == []
    assert second_sources(Candidate("country", "KR", "Korea", ("KR",)), alt) == []  # nobody buys of it yet


SCENARIO = """title = "Made up"
about = "The same outage, by hand."
base = "{base}"
days = {days}
[[shock]]
{shock}
date = {date}
until = 60
note = "out"
source = "made up"
"""
SHOCKS = {
    "CAP": 'kind = "capacity"\ntimes = 0.0\nlines = ["CAP"]',
    "magnet_heavy>JP": 'kind = "regime"\nrule = "ban"\norigin = ["CN"]\ndestination = ["JP"]\ngoods = ["magnet_heavy"]',
    "VN": 'kind = "quota"\nshare = 0.0\norigin = ["VN"]\ngoods = ["*"]\n'
    'destination = ["CN", "JP", "KR", "PH", "MY", "AU", "US", "EU", "IN", "OT"]',
}


@pytest.mark.slow
@pytest.mark.parametrize(("code", "base"), [*((code, "calm") for code in SHOCKS), ("CAP", "two-months")])
def test_the_same_shock_as_a_scenario_file_loses_the_same_to_the_bit(code: str, base: str, tmp_path: Path) -> None:
    study = make_study(read_story(base), seed=3, days=60)
    row, _ = measure(study, candidate(study, code))
    path = tmp_path / "by-hand.toml"
    days = study.world[0].days
    path.write_text(SCENARIO.format(base=base, days=days, shock=SHOCKS[code], date=study.start))
    plain, struck = play(stage(base, 3), days), play(stage(str(path), 3), days)
    gone = {"CAP": ("line", "CAP"), "magnet_heavy>JP": ("country", "CN"), "VN": ("country", "VN")}[code]
    others = (struck.register.firms[gone[0]] != gone[1]).to_numpy()
    missing = (plain.lines["output"] - struck.lines["output"])[study.first :].sum(axis=0)
    assert row["loss_jpy_bn"] == float((missing * struck.network.value_added)[others].sum()) / 1000


@pytest.mark.slow
def test_a_ban_and_its_measure_share_their_luck() -> None:
    """Until the outage both runs are the same to the bit, where rulings are drawn too."""
    study = make_study(read_story("january-2026"), days=30)
    licence = candidate(study, "magnet_heavy>US")
    study = replace(study, first=study.first + 60)
    base, struck = run_without_outage(study, True), play_outage(study, licence, study.world[1])
    same = (base.lines["output"] == struck.lines["output"]).all(axis=1)
    assert same[: study.first].all() and not same[study.first :].all()


@pytest.mark.slow
def test_the_reservation_of_licences_changes_nothing_in_a_calm_world() -> None:
    study = make_study(read_story("calm"), days=30)
    one, other = run_without_outage(study, True), run_without_outage(study, False)
    assert np.array_equal(one.lines["output"], other.lines["output"])


def test_ranking_goes_by_loss_then_by_days_of_stop_then_by_the_tables() -> None:
    found = (("a", 0.0, 0), ("b", 1.0, 0), ("c", 0.0, 5), ("d", 0.0, 0), ("e", -1.0, 9))
    rows = [{"code": code, "loss_jpy_bn": loss, "stop_days": days} for code, loss, days in found]
    assert ranked(rows)["code"].tolist() == ["b", "c", "a", "d", "e"]


def test_a_world_of_one_line_is_refused() -> None:
    tables = chain_of_three()
    alone = replace(tables, firms=tables.firms[2:], needs=(), links=())
    with pytest.raises(Faults, match="single line"):
        study_of(alone, 60)


def test_a_world_says_what_it_lacks() -> None:
    """One country has neither exports nor an authority over them; without value added there is no money."""
    tables = chain_of_three()
    here = replace(
        tables,
        countries=tables.countries[1:2],
        firms=tuple(each.model_copy(update={"country": "JP", "value_added_jpy_mn": 0.0}) for each in tables.firms),
    )
    assert {each.kind for each in candidates_in(here)} == {"line"}
    told = " ".join(lacks(study_of(here, 60)))
    for words in ("No licence is tried", "No country of supply is tried", "Money is not known", "No second source"):
        assert words in told
