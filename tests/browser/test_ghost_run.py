"""The run without the last touch, which goes on beside: to the bit what a chain comes to that nobody touched."""

import json
from typing import Any

import numpy as np

from agents.player import Move
from model.metrics import STOPPED_BELOW, fulfilment
from runs.browser.watch.session import WatchSession
from runs.simulation.stage import Stage, stage


def head(session: WatchSession) -> Any:
    return json.loads(session.snapshot.head)


def pull(session: WatchSession, key: str, value: float) -> None:
    session.run_command("pull", key=key, value=value)


def ghost(session: WatchSession) -> Stage:
    return session._runs.beside.stage


def same(one: Stage, other: Stage) -> bool:
    pairs = zip(one.world, other.world, strict=True)
    return all(np.array_equal(a, b) for rooms in pairs for a, b in zip(*rooms, strict=True))


def test_a_lever_from_today_leaves_the_run_without_it_beside(session):
    session.run_command("step", days=60)
    untouched = session._run.stage.copy()
    pull(session, "cover_magnets", 150)
    assert same(ghost(session), untouched)
    session.run_command("step", days=90)
    for _ in range(90):
        untouched.step()
    assert same(ghost(session), untouched) and not same(session._run.stage, untouched)


def test_of_several_days_the_ghost_is_the_run_without_the_last_touch_alone(session):
    by_hand = stage("full-stop")
    session.run_command("step", days=50)
    pull(session, "cover_magnets", 90)
    session.run_command("step", days=30)
    touched = session._run.stage.day
    pull(session, "review_days", 200)
    session.run_command("step", days=70)
    stopped = []
    for day in range(touched + 70):
        if day == touched - 30:
            for line in by_hand.register.tables.firms:
                if (line.role, line.country) == ("magnet_maker", "JP"):
                    orders = [Move(by_hand.today, "hold", {"good": need.good, "days": 90.0})
                              for need in by_hand.register.tables.needs if need.line == line.line]  # fmt: skip
                    by_hand.give_orders(line.line, orders)
        by_hand.step()
        share = fulfilment(by_hand.world.flows.output, by_hand.world.conditions.usual)
        stopped.append(int((share < STOPPED_BELOW).sum()))
    assert same(ghost(session), by_hand) and max(stopped) > 0
    drawn = json.loads(session.snapshot.charts)
    assert drawn["beside"]["stopped"] == stopped[drawn["first"] :] != drawn["stopped"]
    (waiting,) = (series["data"] for series in drawn["beside"]["funnel"] if series["name"] == "Waiting")
    assert waiting[-1] == round(by_hand.world.state.review_files.sum() + by_hand.world.state.ripe_files.sum())
    assert waiting != next(series["data"] for series in drawn["funnel"] if series["name"] == "Waiting")


def test_touches_of_one_day_count_as_one(session):
    session.run_command("step", days=60)
    untouched, here = session._run.stage.copy(), head(session)["date"]
    for key, value in (("cover_magnets", 90), ("cover_magnets", 150), ("cover_cars", 40)):
        pull(session, key, value)
    day = session._run.stage.today
    assert head(session)["beside"]["words"] == f"Without the last change, from {day.day} {day:%B %Y}"
    session.run_command("beside", key=None)
    pull(session, "cover_parts", 60)
    session.run_command("step", days=20)
    for _ in range(20):
        untouched.step()
    assert same(ghost(session), untouched)
    session.run_command("back")
    assert head(session)["date"] == here and not head(session)["back"] and head(session)["beside"] is None
    assert not any(lever["pulled"] for lever in json.loads(session.snapshot.levers)["levers"])


def test_back_brings_the_run_before_again_with_its_own_ghost(session):
    session.run_command("step", days=60)
    pull(session, "cover_magnets", 90)
    session.run_command("step", days=30)
    before = json.loads(session.snapshot.charts)
    pull(session, "cover_cars", 40)
    session.run_command("step", days=30)
    session.run_command("back")
    assert json.loads(session.snapshot.charts) == before and before["beside"] is not None


def test_forward_brings_the_run_that_back_has_left(session):
    session.run_command("step", days=60)
    pull(session, "cover_magnets", 90)
    session.run_command("step", days=30)
    pull(session, "cover_cars", 40)
    session.run_command("step", days=30)
    newest = json.loads(session.snapshot.charts)
    assert not head(session)["forward"]
    for _ in range(2):
        session.run_command("back")
    assert head(session)["forward"] and not head(session)["back"]
    session.run_command("step", days=7)  # days that pass are no touch
    for _ in range(2):
        session.run_command("forward")
    assert json.loads(session.snapshot.charts) == newest and not head(session)["forward"]
    session.run_command("forward")
    assert head(session)["message"] == "There is no run after this one."
    assert json.loads(session.snapshot.charts) == newest


def test_a_touch_after_back_throws_away_no_run(session):
    session.run_command("step", days=60)
    seen = [json.loads(session.snapshot.charts)]
    for key in ("cover_magnets", "cover_cars"):
        pull(session, key, 40)
        session.run_command("step", days=30)
        seen.append(json.loads(session.snapshot.charts))
    session.run_command("back")
    session.run_command("back")
    pull(session, "cover_parts", 60)
    assert not head(session)["forward"]
    found = []
    while head(session)["back"]:
        session.run_command("back")
        found.append(json.loads(session.snapshot.charts))
    assert len(found) == 3 and all(each in found for each in seen)


def test_a_touch_that_fails_leaves_no_ghost(session):
    session.run_command("step", days=1)
    for key, value in (("grant_share", 50), ("cover_magnets", 1e9), ("state_stock", 2)):
        pull(session, key, value)
        assert head(session)["beside"] is None and not head(session)["back"], key


def test_a_run_that_is_compared_stays_beside_and_takes_the_touch(session):
    session.run_command("step", days=60)
    session.run_command("beside", key="cover_magnets", value=150)
    pull(session, "cover_cars", 40)
    assert head(session)["beside"]["words"].startswith("The same luck with 150 days")
    assert json.loads(session.snapshot.levers)["compared"] is True
    session.run_command("beside", key=None)
    pull(session, "cover_parts", 60)
    assert head(session)["beside"]["words"].startswith("Without the last change")
    assert json.loads(session.snapshot.levers)["compared"] is False


def test_the_ghost_of_a_run_played_again_gives_way_to_that_of_the_next_touch(session):
    session.run_command("step", days=60)
    session.run_command("when", today=False)
    pull(session, "cover_magnets", 150)
    assert head(session)["beside"]["words"] == "The run before"
    more = session._run.stage.copy()
    session.run_command("when", today=True)
    pull(session, "cover_cars", 40)
    assert same(ghost(session), more)
