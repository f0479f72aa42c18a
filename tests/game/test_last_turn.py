"""What a seat reads of its last turn, compared with what happened."""

import re
from datetime import timedelta
from math import exp

import numpy as np
import pytest

from model.dates import in_words
from runs.game.hidden_draw import TURN_DAYS, TURNS
from runs.game.last_turn import explain_turn
from runs.game.match import Match, replay
from runs.game.observations import own_figures, public_news
from runs.game.score import world_result
from runs.game.seat_charts import forecast
from runs.game.seats import SEATS, moves_from_wishes
from runs.game.verdict import describe_halves, describe_more_stock
from runs.simulation.stage import AUTHORITY
from runs.simulation.watched_run import CURTAILED, STOPPED

SCRIPTS = {
    "magnet-maker": {0: {"hold": 20}, 4: {"run": 0}, 6: {"run": 100, "hold": 120}},
    "magnet-maker-b": {0: {"thrift": "yes"}, 5: {"run": 30}},
    "automaker": {0: {"hold": 10}},
    "automaker-b": {1: {"bid": 30}, 8: {"hold": 60}},
    "korean-firm": {0: {"take_JP": 100}},
    "ministry": {2: {"release_JOG-D": 1}},
    "authority": {3: {"tempo": 0, "inspect": "KTR"}},
    "processor": {1: {"take_JP": 0, "hold": 0}},
}
A_FINE = 100.0  # million JPY a day; a normal day of the trader brings a few


def turns_of(seat, seed, script):
    """A game, turn by turn: (the match, what it read of the turn, the own figures before, the days of the turn)."""
    match = Match(SEATS[seat], seed)
    for turn in range(TURNS):
        before = own_figures(match)
        match.play_turn(moves_from_wishes(match.stage, match.seat, script.get(turn, {})))
        yield match, explain_turn(match), before, slice(turn * TURN_DAYS, (turn + 1) * TURN_DAYS)


def states_on(match, day):
    """How each line was on a day, from the spells that the board shows."""
    states = np.zeros(len(match.watched_run.state), int)
    for row, spells in match.watched_run.spells.items():
        for first, last, state in spells:
            if first <= day <= last:
                states[row] = state
    return states


@pytest.mark.parametrize("seed", [1, 3, 21])
@pytest.mark.parametrize("seat", SEATS)
def test_every_sentence_of_a_turn_is_so(seat, seed):
    for match, text, before, days in turns_of(seat, seed, SCRIPTS[seat]):
        worst = np.max([states_on(match, day) for day in range(days.start, days.stop)], axis=0)
        today, start = states_on(match, days.stop - 1), match.stage.start
        news = [shock for shock in match.stage.shocks
                if max(days.start, 1) <= (shock.date - start).days < days.stop]  # fmt: skip
        if "nothing stopped" in text:
            assert worst.max() < CURTAILED, text
        if "Nothing was announced" in text or "nothing was announced" in text:
            assert not news, text
        if "A quiet fortnight" in text:
            now = own_figures(match)
            moved = [name for name in now if name in before and abs(now[name][0] - before[name][0]) >= now[name][2]]
            assert days.start == 0 or not moved, (text, moved)
            assert text.count(".") == 1
        for count, what in re.findall(r"(\d+) lines? ((?:is|are) stopped|runs? below half)", text):
            assert int(count) == np.sum(today == (STOPPED if "stopped" in what else CURTAILED)), text
        for count in re.findall(r"(\d+) lines? w(?:as|ere) below half for a while", text):
            assert today.max() < CURTAILED and int(count) == np.sum(worst >= CURTAILED), text
        for verb, day, date in re.findall(r"^[^.]*? (stopped|was curtailed) on day (-?\d+) \(([^)]+)\)", text):
            number = int(day) + match.watched_run.after
            assert in_words(start + timedelta(days=number)) == date
            name = text.split(f" {verb}")[0]
            rows = [row for row, line in enumerate(match.stage.register.tables.firms) if line.name.startswith(name)]
            assert max(states_on(match, number)[rows]) >= CURTAILED, text
            until = days.start + 1 if "ran above half again" in text else days.stop
            assert number >= days.start or min(max(states_on(match, d)[rows]) for d in range(number, until)) > 0
        assert_own_books(match, days)


def assert_own_books(match, days):
    """The own figures and the forecast are those of the record."""
    record, figures = match.watched_run.record(), own_figures(match)
    if not match.seat.is_line:
        return
    row, net = match.stage.register.row(match.seat.code), match.stage.world.network
    made = record.lines["output"][days, row]
    assert figures["Output"][0] == pytest.approx(100 * made.mean() / net.baseline[row])
    value, unit, _ = figures["Profit a day"]
    assert value * {"¥mn": 1.0, "¥k": 1e-3}[unit] == pytest.approx(record.lines["profit"][days, row].mean())
    for n in range(net.first_need[row], net.first_need[row + 1]):
        good = match.stage.register.tables.goods[net.need_good[n]].name
        plan = record.needs["plan"][-1, n]
        if plan > 0:
            assert figures[f"Stock of {good}"][0] == pytest.approx(record.needs["stock"][-1, n] / plan)
            zone = 0 if match.stage.register.tables.firms[row].country == "CN" else 1
            dearer = 100 * (exp(record.prices["spot_log"][-1, net.need_good[n], zone]) - 1)
            assert figures[f"Price of {good}"][0] == pytest.approx(dearer)
    text = forecast(match)
    if "your line stops" in text or "used up" in text or "runs out in" in text:
        landed = record.needs["landed"][-TURN_DAYS:].mean(axis=0)
        needs = range(net.first_need[row], net.first_need[row + 1])
        assert min(landed[n] / max(1e-12, record.needs["plan"][-1, n]) for n in needs) < 1.0, text
    if text == "If you do nothing: your line is stopped, for that is your order.":
        assert made[-1] < 0.05 * net.baseline[row]


def test_fines_and_licences_are_reported_in_the_turn_in_which_they_fall():
    fined, lost, back = 0, 0, 0
    revoked = False
    for match, text, _, days in turns_of("korean-firm", 1, {0: {"take_JP": 100}, 8: {"take_JP": 0}}):
        row = match.stage.register.row("KTR")
        profit = match.watched_run.recorder.record().lines["profit"][days, row]
        told = [
            each
            for each in match.stage.people[AUTHORITY].rulings
            if each.line == "KTR" and each.day in range(days.start, days.stop)
        ]
        paid = sum(each.amount for each in told if each.verb == "fine")
        assert ("fined ¥" in text) == (paid > 0.0) and (paid == 0.0 or profit.min() < -0.9 * paid), text
        now = bool(match.stage.world.policy.revoked[0, row])
        assert ("were revoked" in text) == (now and not revoked), text
        assert ("given back" in text) == (revoked and not now), text
        assert ("revoked" in text or "given back" in text) == (now or revoked), text
        fined, lost, back = (
            fined + ("fined" in text), lost + (now and not revoked), back + (revoked and not now)
        )  # fmt: skip
        revoked = now
    assert fined >= 2 and lost >= 1
    fines = [ruling for ruling in match.stage.people[AUTHORITY].rulings if ruling.verb == "fine"]
    assert sum(ruling.amount for ruling in fines if ruling.line == "KTR") > A_FINE


def test_a_licence_that_is_given_back_is_reported():
    match = Match(SEATS["korean-firm"], 1)
    office = match.stage.people[AUTHORITY]
    office.revoke("KTR")
    match.play_turn([])
    assert "On 8 October 2025 your licences were revoked." in explain_turn(match)
    match.play_turn([])
    assert explain_turn(match).startswith("Your licences are revoked")
    office.pardon("KTR")
    match.play_turn([])
    assert "your licences were given back" in explain_turn(match)
    match.play_turn([])
    assert "licences were" not in explain_turn(match) and "are revoked" not in explain_turn(match)


def test_the_office_reads_whom_it_fined_and_what_changes_nothing_is_no_ruling():
    match = Match(SEATS["authority"], 1)
    office = match.stage.people[AUTHORITY]
    office.fine("KTR", 2500.0)
    office.fine("KTR", 0.0)
    office.revoke("KTR")
    office.revoke("KTR")
    office.pardon("JLM-H")
    assert [(ruling.line, ruling.verb, ruling.amount) for ruling in office.rulings] == [
        ("KTR", "fine", 2500.0),
        ("KTR", "revoke", 0.0),
    ]
    match.play_turn([])
    words = "a fine of ¥2.5 billion fell on Korean traders (Dy, Tb) for goods that were passed on abroad"
    assert f"On 8 October 2025 {words} and its licences were revoked." in explain_turn(match)


def test_what_was_in_force_at_the_start_is_no_news():
    match = Match(SEATS["automaker"], 21)
    match.play_turn([])
    assert explain_turn(match) == "A quiet fortnight: nothing was announced, and nothing stopped."
    assert public_news(match) == []


def test_a_line_that_is_stopped_by_order_is_reported_so():
    match = Match(SEATS["magnet-maker"], 21)
    match.play_turn(moves_from_wishes(match.stage, match.seat, {"run": 0}))
    assert forecast(match) == "If you do nothing: your line is stopped, for that is your order."
    assert "A quiet fortnight" not in explain_turn(match)


def test_fewer_orders_are_not_blamed_on_a_supplier():
    match = Match(SEATS["magnet-maker"], 21)
    match.play_turn(moves_from_wishes(match.stage, match.seat, {"hold": 0}))
    assert "ships what you order" in explain_turn(match)


def lines_hit_by_hand(match):
    """Lines of the reported countries that lost a week's output, less what they made more, day by day."""
    lines, hit = match.watched_run.recorder.record().lines, 0
    for row in np.flatnonzero(match.watched_run.reported):
        lost, most = 0.0, 0.0
        for output, usual in zip(lines["output"][:, row], lines["usual"][:, row], strict=True):
            lost += 1.0 - float(output) / float(usual) if usual > 0.0 else 0.0
            most = max(most, lost)
        hit += most >= 7.0
    return hit


def test_the_verdict_counts_what_the_board_showed():
    match = replay("automaker", 28, [()] * TURNS)  # a game with a full stop
    result = world_result(match)
    assert result["hit"] == lines_hit_by_hand(match) > 10
    row = match.stage.register.row("TOY-HEV")
    lines, usual = match.watched_run.recorder.record().lines, match.stage.world.network.baseline[row]
    lost = TURNS * TURN_DAYS - float(lines["output"][:, row].sum()) / usual  # nothing changes what customers want of it
    assert result["own"] == pytest.approx(lost, abs=0.5) and lost > 2


def test_what_changed_nothing_is_neither_a_gain_nor_a_loss():
    assert describe_halves(0.0, 20.0, "¥").startswith("Your opening changed nothing against par")
    assert describe_more_stock(3, 3, 0.0, "Japan", "¥").endswith(
        "as many lines would have lost a week's output; your result would be the same."
    )
