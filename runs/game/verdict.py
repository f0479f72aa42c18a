"""The verdict on a game: the score beside par, the world's result, and two what-ifs, each a replay."""

from __future__ import annotations

from typing import Any

import numpy as np

from model.metrics import first_day, stopped
from runs.game.amounts import BILLIONS, MILLIONS, format_amount, round_amount
from runs.game.match import MORE_STOCK_DAYS, TURNS, GameDraw, Match, draw_game, play_par, replay, stock_value
from runs.game.seat_charts import exporters_profit
from runs.game.seats import SEATS
from runs.simulation.watched_run import JPY_MN_IN_A_BILLION, VEHICLES_IN_A_THOUSAND

SUPPORT_JPY_BN_A_DAY = 0.3  # rule of the game: what full support for projects costs the state
OVERDUE_JPY_BN_A_DAY = 0.0001  # rule of the game: what an overdue application costs the office in reputation
OVERTIME_JPY_BN_A_DAY = 0.5  # rule of the game: what it costs to work twice the mandated hours
EVEN_SHARE = 0.0002  # results closer to par than this share of it count as even
SCORES = {
    "line": f"profit and growth of stock, {MILLIONS}",
    "ministry": f"value added kept, less stock given out and support paid, {BILLIONS}",
    "authority": "earnings of {exporters}'s exporters, less what overdue papers and overtime cost, " + BILLIONS,
}  # what a score counts, and in what unit; {exporters}: where they are
RUNS = (
    "You",
    "Autopilot (par)",
    "Your opening and autopilot's finish",
    f"The same moves with {MORE_STOCK_DAYS} days more stock in {{home}}",
)


def score_kind(match: Match) -> str:
    """The kind of a seat's score, a key of SCORES."""
    return "line" if match.seat.is_line else "authority" if match.seat.key == "authority" else "ministry"


def score(match: Match) -> float:
    """The score of a seat, in the unit that SCORES says."""
    kind, record = score_kind(match), match.watched_run.recorder.record()
    if kind == "line":
        row = match.stage.register.row(match.seat.code)
        profit = float(record.lines["profit"][:, row].sum())
        return profit + stock_value(match.stage, match.seat) - match.opening_stock
    if kind == "authority":
        earned = float(exporters_profit(match).sum()) / JPY_MN_IN_A_BILLION
        return (
            earned
            - OVERDUE_JPY_BN_A_DAY * match.watched_run.overdue
            - OVERTIME_JPY_BN_A_DAY * match.watched_run.overtime
        )
    person = match.stage.people[match.seat.code]
    net = match.stage.world.network
    rows = list(person.stocks.values())
    released = (
        float((record.lines["released"][:, rows] * net.base_price[net.good_of[rows]]).sum()) / JPY_MN_IN_A_BILLION
    )
    output = record.lines["output"]
    kept = (
        float(((output - record.lines["usual"]) * net.value_added)[:, match.watched_run.at_home].sum())
        / JPY_MN_IN_A_BILLION
    )
    return kept - released - SUPPORT_JPY_BN_A_DAY * support_days(match)


def support_days(match: Match) -> float:
    """Days of full support that the state has paid for, summed over the game."""
    person = match.stage.people[match.seat.code]
    return match.watched_run.support[person.country]


def world_result(match: Match) -> dict[str, Any]:
    """How the world fared: lines of the reported countries that ever stopped, vehicles, value added."""
    record, tallies = match.watched_run.recorder.record(), match.watched_run.tallies
    ever = first_day(stopped(record.lines["output"], record.lines["usual"])) >= 0
    return {
        "stopped": int(np.sum(ever & match.watched_run.reported)),
        "vehicles": round(max(0.0, tallies.vehicles_lost[-1]) / VEHICLES_IN_A_THOUSAND),
        "sign": match.about.money_sign,
        "cost": round(max(0.0, tallies.cost[-1]) / JPY_MN_IN_A_BILLION),
        "own": days_stopped(match),
    }


def days_stopped(match: Match) -> int | None:
    """Days on which the seat's own line was stopped; None for an office."""
    if not match.seat.is_line:
        return None
    row, lines = match.stage.register.row(match.seat.code), match.watched_run.recorder.record().lines
    return int(stopped(lines["output"][:, [row]], lines["usual"][:, [row]]).sum())


def compute_verdict(match: Match) -> dict[str, Any]:
    """The result as the page shows it; plays the game three times over."""
    on_par = play_par(match.seat.key, match.seed)
    half = replay(match.seat.key, match.seed, match.turns, hand_over=TURNS // 2)
    more = replay(match.seat.key, match.seed, match.turns, extra_days=MORE_STOCK_DAYS)
    scores = [score(each) for each in (match, on_par, half, more)]
    worlds = [world_result(each) for each in (match, on_par, half, more)]
    mine, theirs, halved, stocked = scores
    about = match.about
    measure, unit = SCORES[score_kind(match)].format(exporters=about.exporters_name).rsplit(", ", 1)
    other = SEATS[match.seat.other]
    lessons = (
        compare_stops(worlds[0]["stopped"], worlds[1]["stopped"], about.reported_names),
        describe_halves(halved - theirs, mine - halved, unit),
        describe_more_stock(worlds[0]["stopped"], worlds[3]["stopped"], stocked - mine, unit, about.home_name),
    )
    out = {
        "words": compare_with_par(mine, theirs, unit),
        "measure": measure,
        "unit": unit,
        "hidden": describe_draw(draw_game(match.seed)),
        "lessons": [lesson for lesson in lessons if lesson],
        "runs": [
            {"words": words.format(home=about.home_name), "score": round_amount(number), **world}
            for words, number, world in zip(RUNS, scores, worlds, strict=True)
        ],
        "other": other.key,
        "otherTitle": other.title,
        "otherGoal": other.goal,
    }
    for replayed in (on_par, half, more):
        replayed.stage.release()
    return out


def compare_with_par(mine: float, theirs: float, unit: str) -> str:
    """How a score compares with par, in a sentence.

    >>> compare_with_par(100.0, 100.01, MILLIONS), compare_with_par(120.0, 100.0, MILLIONS)
    ('Even with autopilot', 'You beat autopilot by ¥20 million')
    >>> compare_with_par(80.0, 100.0, BILLIONS)
    'Autopilot beat you by ¥20 billion'
    """
    if abs(mine - theirs) <= EVEN_SHARE * max(1e-9, abs(theirs)):
        return "Even with autopilot"
    gap = format_amount(mine - theirs, unit)
    return f"You beat autopilot by {gap}" if mine > theirs else f"Autopilot beat you by {gap}"


def compare_stops(mine: int, theirs: int, where: str) -> str:
    """How many lines more or fewer stopped than under autopilot, in a sentence.

    >>> compare_stops(2, 13, "Japan"), compare_stops(3, 3, "Japan")
    ('With you in the seat 11 lines fewer stopped in Japan.', '')
    """
    if mine == theirs:
        return ""
    change = "fewer" if mine < theirs else "more"
    lines = "1 line" if abs(mine - theirs) == 1 else f"{abs(mine - theirs)} lines"
    return f"With you in the seat {lines} {change} stopped in {where}."


def describe_halves(opening: float, finish: float, unit: str) -> str:
    """What each half of the game gained against autopilot, in a sentence; the two add up to the whole.

    >>> describe_halves(-60.0, 20.0, MILLIONS)
    'Your opening lost ¥60 million against autopilot, your finish gained ¥20 million.'
    >>> describe_halves(0.0, 20.0, MILLIONS)
    'Your opening changed nothing against autopilot, your finish gained ¥20 million.'
    >>> describe_halves(0.0, 0.0, MILLIONS)
    ''
    """
    if opening == finish == 0.0:
        return ""
    first, last = (
        "changed nothing" if part == 0.0 else f"{'lost' if part < 0.0 else 'gained'} {format_amount(part, unit)}"
        for part in (opening, finish)
    )
    return f"Your opening {first} against autopilot, your finish {last}."


def describe_more_stock(mine: int, stocked: int, gain: float, unit: str, where: str) -> str:
    """What a month more stock at home would have changed for the lines and for the score, in a sentence.

    >>> describe_more_stock(25, 1, -39.0, MILLIONS, "Japan")
    'With 30 days more stock in Japan 1 line would have stopped instead of 25; your score would be ¥39 million lower.'
    >>> describe_more_stock(0, 0, 0.0, MILLIONS, "Japan")
    'With 30 days more stock in Japan as many lines would have stopped; your score would be the same.'
    """
    saved = f"{stocked} line{'' if stocked == 1 else 's'} would have stopped instead of {mine}"
    if stocked == mine:
        saved = "as many lines would have stopped"
    change = "your score would be " + (
        "the same" if gain == 0.0 else f"{format_amount(gain, unit)} {'higher' if gain > 0.0 else 'lower'}"
    )
    return f"With {MORE_STOCK_DAYS} days more stock in {where} {saved}; {change}."


def describe_draw(hidden: GameDraw) -> str:
    """What the seed had drawn, in a sentence."""
    words = {
        "stop": f"The stop came on day {hidden.day}, a full one",
        "queue": f"Licences came on day {hidden.day}, with a review of four months",
        "delay": f"Licences came on day {hidden.day}, slow but fair",
        "scare": f"No stop came; there was only a scare on day {hidden.day}, and stock was a cost",
    }[hidden.depth]
    return words + (f"; it was lifted on day {hidden.relief}." if hidden.relief is not None else ".")
