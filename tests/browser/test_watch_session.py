"""A visitor's session without a browser: levers from the start and from today, and commands that never raise."""

import json
import re
import time
from datetime import timedelta
from pathlib import Path

import pytest

from model.cascade import first_stops
from model.scenario.regime_shock import RegimeShock
from runs.__main__ import main
from runs.batch.fates import fan_of
from runs.browser.parts.board import Board
from runs.browser.parts.charts import stops_so_far
from runs.browser.parts.export_rules import rules_on_exports
from runs.browser.parts.session import CLOCK
from runs.browser.watch import losers as losers_of_page
from runs.browser.watch.responses import responses
from runs.browser.watch.session import WatchSession
from runs.simulation.levers import LEVERS, Choice, pull_today
from runs.simulation.stage import stage
from runs.simulation.watched_run import CURTAILED, WatchedRun

CHOICE = Choice("full-stop")


@pytest.fixture
def watched():
    found = WatchedRun(CHOICE.stage())
    found.pass_days(95)
    return found


def head(session):
    return json.loads(session.snapshot.head)


def test_snapshots_count_up_and_do_not_change(session):
    before = session.snapshot
    session.run_command("step", days=7)
    assert session.snapshot.version == before.version + 1
    assert before.head != session.snapshot.head
    assert session.wait_newer(before.version, 0.1) == session.snapshot.version


def test_a_clock_plays_until_paused(session):
    session.run_command("speed", days=60)
    session.run_command("play", on=True)
    session.run_command("play", on=False)
    session.run_command("play", on=True)
    time.sleep(1.0)
    session.run_command("play", on=False)
    here = head(session)["date"]
    time.sleep(0.4)
    assert head(session)["date"] == here != head(WatchSession(CHOICE))["date"]


@pytest.mark.parametrize(
    ("name", "arguments", "words"),
    [
        ("fly", {}, "There is no command 'fly' here"),
        ("step", {"days": 0}, "A step is 1 to 366 days"),
        ("step", {"hours": 1}, "unexpected keyword"),
        ("pull", {"key": "cover_magnets", "value": 1e9}, "goes from 5 to 240 days"),
        ("pull", {"key": "gravity", "value": 1}, "There is no lever 'gravity'"),
        ("scenario", {"scenario": "../secret"}, "there is no scenario"),
        ("seed", {"seed": "1e3"}, "A seed is a whole number"),
        ("speed", {"days": 1000}, "The speed is one of"),
    ],
)
def test_what_cannot_be_done_is_a_sentence_and_changes_nothing(session, name, arguments, words):
    before = json.loads(session.snapshot.now)
    session.run_command(name, **arguments)
    assert words.lower() in head(session)["message"].lower()
    assert json.loads(session.snapshot.now) == before


def test_more_stock_from_the_start_is_the_same_luck(session):
    session.run_command("beside", key="cover_magnets", value=120)
    session.run_command("step", days=20)
    assert json.loads(session.snapshot.charts)["beside"]["cover"][0]["data"][0] > 80
    assert "120 days" in head(session)["beside"]["words"]


def test_a_line_abroad_says_what_is_asked_of_its_exports_and_one_at_home_says_nothing():
    chain = stage("two-months")
    (words,) = rules_on_exports(chain, chain.register.row("JLM-H"))
    assert words.startswith("Exports to South Korea") and words.endswith("which takes 63 days, since 8 October 2025.")
    assert rules_on_exports(chain, chain.register.row("PRO-H")) == []


def test_what_stops_is_what_is_drawn(session):
    session.run_command("step", days=140)
    drawn, told = json.loads(session.snapshot.charts)["cover"], head(session)
    assert all(low <= middle for tier in drawn for low, middle in zip(tier["data"], tier["band"], strict=True))
    assert min(drawn[0]["data"]) < 8 < max(drawn[0]["band"])  # of thirty
    state = json.loads(session.snapshot.now)["state"]
    assert (told["stopped"], told["below_half"]) == (state.count(3), state.count(2)) != (0, 0)
    maker = session._run.stage.register.row("JLM-H")
    session.run_command("pick", row=maker)
    rules = json.loads(session.snapshot.card)["rules"]
    assert rules == ["Exports to Japan: banned, since 6 January 2026."]
    restarts = []
    for row in (row for row, today in enumerate(state) if today == 3):
        session.run_command("pick", row=row)
        restarts.append(json.loads(session.snapshot.card)["restart"])
    waits = re.compile(r"Starts again when (1 day of every input is|[\d.]+ days of every input are) there; has \d")
    assert any(map(waits.match, restarts)) and not any(" 1 days" in words for words in restarts)


def test_levers_act_from_today_once_a_run_has_begun(session):
    session.run_command("pull", key="cover_magnets", value=120)
    assert "from the start" in head(session)["message"]
    session.run_command("step", days=60)
    here = head(session)["date"]
    session.run_command("pull", key="cover_magnets", value=90)
    assert "want 90 days of stock" in head(session)["message"] and head(session)["date"] == here
    session.run_command("when", today=False)
    session.run_command("pull", key="cover_magnets", value=90)
    assert "from the start" in head(session)["message"] and head(session)["date"] == here
    assert json.loads(session.snapshot.levers)["today"] is False


def test_a_lever_from_the_start_is_played_up_to_today_beside_the_run_before(session):
    session.run_command("step", days=120)
    before, told = json.loads(session.snapshot.charts), head(session)
    session.run_command("when", today=False)
    session.run_command("pull", key="cover_magnets", value=240)
    after = json.loads(session.snapshot.charts)
    assert head(session)["date"] == told["date"] and after["cover"] != before["cover"]
    assert after["beside"]["cover"] == before["cover"] and head(session)["beside"]["words"] == "The run before"
    assert head(session)["beside"]["cost"] == told["cost"] > head(session)["cost"]
    hard = {row["row"] for row in before["rows"] if any(state >= CURTAILED for *_, state in row["spans"])}
    assert hard == {row["row"] for row in after["rows"] if row["ghost"]} < {row["row"] for row in before["rows"]}
    session.run_command("back")
    assert json.loads(session.snapshot.charts)["cover"] == before["cover"] and head(session)["beside"] is None
    assert not head(session)["back"]
    session.run_command("back")
    assert "no run before" in head(session)["message"]


@pytest.mark.parametrize(
    ("name", "arguments", "to_today"),
    [
        ("reset", {}, False),
        ("scenario", {"scenario": "calm"}, False),
        ("seed", {"seed": "2"}, True),
        ("minds", {"on": False}, True),
        ("clear", {}, True),
    ],
)
def test_no_touch_throws_a_run_away(session, name, arguments, to_today):
    session.run_command("step", days=60)
    session.run_command("pull", key="cover_magnets", value=90)
    session.run_command("step", days=60)
    before, told = json.loads(session.snapshot.charts), head(session)
    session.run_command(name, **arguments)
    assert (head(session)["date"] == told["date"]) is to_today
    session.run_command("back")
    assert json.loads(session.snapshot.charts) == before
    levers = json.loads(session.snapshot.levers)["levers"]
    assert [lever["value"] for lever in levers if lever["pulled"]] == [90]


def test_a_second_run_has_the_same_levers_but_the_one_in_question(session):
    session.run_command("step", days=60)
    session.run_command("pull", key="cover_cars", value=40)
    session.run_command("pull", key="cover_magnets", value=90)
    session.run_command("beside", key="cover_magnets", value=240)
    session.run_command("step", days=3)
    session.run_command("pull", key="cover_parts", value=90)
    session.run_command("pull", key="cover_magnets", value=30)
    first, second = session._runs.course, session._runs.second.course
    assert [pull.key for pull in first.pulls] == ["cover_cars", "cover_magnets", "cover_parts", "cover_magnets"]
    assert second.pulls == first.pulls[::2] and dict(second.choice.levers) == {"cover_magnets": 240}
    session.run_command("step", days=30)
    for course, run in ((first, session._runs.run), (second, session._runs.beside)):
        assert course.play(run.stage.day).tallies.cover == run.tallies.cover


def test_levers_of_today_are_dated_today(watched):
    stage = watched.stage
    assert "want 90 days of stock" in pull_today(stage, "cover_magnets", 90)
    assert "a review of 30 days" in pull_today(stage, "review_days", 30)
    assert "releases 0.5 t" in pull_today(stage, "release", 0.5)
    today = [shock for shock in stage.shocks if shock.date == stage.today]
    assert len(today) >= 2
    watched.pass_days(8)
    row = stage.register.row("PRO-H")
    first = int(stage.world.network.first_need[row])
    assert float(stage.world.policy.cover[first]) == 90
    assert {int(rule) for rule in stage.world.conditions.rule[stage.world.conditions.named > 0]} == {2}


def test_levers_that_cannot_be_pulled_today_say_so(watched):
    with pytest.raises(ValueError, match="only be changed from the start"):
        pull_today(watched.stage, "state_stock", 2)
    calm = Choice("full-stop").stage()
    with pytest.raises(ValueError, match="no licence rule is in force yet"):
        pull_today(calm, "grant_share", 50)
    mindless = Choice("full-stop", minds=False).stage()
    with pytest.raises(ValueError, match="minds off"):
        pull_today(mindless, "cover_cars", 20)


def test_nothing_is_announced_for_the_past_or_where_no_office_is(watched):
    stage = watched.stage
    rule = next(shock for shock in stage.shocks if isinstance(shock, RegimeShock))
    with pytest.raises(ValueError, match="too late"):
        stage.announce(rule.model_copy(update={"date": stage.today - timedelta(days=1)}))
    with pytest.raises(ValueError, match="no regime of this scenario"):
        stage.announce(rule.model_copy(update={"date": stage.today, "origin": ("*",), "destination": ("*",)}))


def test_every_lever_from_the_start_makes_a_stage():
    for key, lever in LEVERS.items():
        stage = CHOICE.with_lever(key, lever.most).stage()
        WatchedRun(stage).pass_days(2)
        stage.release()


def test_an_ordinary_review_holds_nothing_up_and_a_stock_is_drawn_as_left():
    run = WatchedRun(Choice("january-2026").stage())
    board = Board(run.stage)
    assert run.first_waiting.sum() > 0.0
    run.pass_days(1)
    assert all(held == 0 for _, held, _, _ in board.now(run)["flows"])
    stock = run.stage.register.row("JOG-D")
    run.stage._world.state.finished[stock] /= 2
    assert Board(run.stage).now(run)["fill"][stock] == 0.5


def test_the_stops_that_are_told_are_those_of_the_record(watched):
    watched.pass_days(150)
    assert stops_so_far(watched) == first_stops(watched.record()) != []


def test_the_lines_behind_a_counter_add_up_to_it(session, monkeypatch):
    monkeypatch.setattr(losers_of_page, "MOST_NAMED", 1000)
    session.run_command("step", days=150)
    run = session._run
    counted = {"cost": (run.value, run.tallies.cost[-1]), "vehicles": (run.cars, run.tallies.vehicles_lost[-1])}
    for counter, (worth, total) in counted.items():
        session.run_command("who", of=counter)
        told = [row for row, *_ in head(session)["who"]["lines"]]
        lost = losers_of_page.missing_since_shock(run) * worth
        assert len(told) > 8 and told == sorted(told, key=lambda row: -lost[row])
        assert lost[told].sum() + lost[lost < 0.0].sum() == pytest.approx(total, rel=1e-9)
    session.run_command("who", of="short")
    assert len(head(session)["who"]["lines"]) == head(session)["stopped"] + head(session)["below_half"] > 0
    session.run_command("who", of="short")
    assert head(session)["who"] is None
    session.run_command("who", of="gold")
    assert "no counter 'gold'" in head(session)["message"]


def test_what_is_done_is_written_at_every_pause_and_while_days_pass_only_for_whom_sees_it(session, monkeypatch):
    monkeypatch.setattr(CLOCK, "start", lambda callback: None)  # days pass by hand

    def told():
        return json.loads(session.snapshot.responses)

    def now():
        return json.loads(json.dumps(responses(session._run)))

    session.run_command("step", days=60)
    paused = told()
    assert len(paused) == 3
    session.run_command("play", on=True)
    session._tick(session._start_number)
    assert told() == paused != now()
    message = head(session)["message"]
    session.run_command("look", on=True)
    assert told() == now() and head(session)["message"] == message
    session.run_command("look", on=False)
    session._tick(session._start_number)
    assert told() != now()
    session.run_command("play", on=False)
    assert told() == now()


@pytest.mark.slow
def test_what_nobody_knew_is_played_with_each_value_as_the_command_does():
    """A second way to the same numbers: `linestop run` reads the values as settings and plays without a page."""
    session = WatchSession(Choice("january-2026"))

    def told():
        (found,) = json.loads(session.snapshot.unknowns)
        return found

    (each,) = session._run.stage.story.ranges
    assert (told()["rows"], told()["now"], told()["values"]) == ([], None, list(each.values))
    session.run_command("unknowns")
    rows = told()["rows"]
    assert rows == [list(cells) for cells in fan_of(each, "january-2026", 1).rows()]
    session.run_command("step", days=30)
    session.run_command("suppose", of=0, value=90.0)
    assert "review of a licence for civil users at 90 days from the start" in head(session)["message"]
    assert told()["now"] == 90.0 and told()["rows"] == rows
    rules = [shock for shock in session._run.stage.story.shocks if isinstance(shock, RegimeShock)]
    assert [rule.review_days for rule in rules].count(90) == len(each.settings)
    session.run_command("suppose", of=0, value=91.0)
    assert "does not say" in head(session)["message"] and told()["now"] == 90.0
    session.run_command("pull", key="grant_share", value=50)
    assert told()["rows"] == []  # another course: nothing is told of it before it is played
    session.close()


def test_a_caption_can_be_switched_off(session):
    session.run_command("step", days=60)
    assert head(session)["caption"]["newest"] == 3 and json.loads(session.snapshot.now)["told"] != []
    session.run_command("caption", on=False)
    assert head(session)["caption"] is None and json.loads(session.snapshot.now)["told"] == []


def test_columns_and_bands_without_a_line_are_left_out(tmp_path: Path) -> None:
    """Three makers of one country beside one elsewhere: a column a stage that there is, a band a country."""
    edges = tmp_path / "net.csv"
    edges.write_text("supplier,customer,amount\nA,B,5\nB,C,3\nA,C,1\n")
    assert main(["import", "edges", str(edges), "--country", "BR", "--out", str(tmp_path / "world")]) == 0
    plan = Board(stage("calm", world=tmp_path / "world")).plan()
    assert len(plan["bands"]) == 1 and len(plan["columns"]) == len({company[1] for company in plan["companies"]}) < 6
    assert all(company[1] < len(plan["columns"]) and company[2] == 0 for company in plan["companies"])
    assert len(Board(stage("two-months")).plan()["columns"]) == 6
