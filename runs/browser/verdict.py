"""The verdict on a game: the score beside par, the world's result, and two what-ifs, each a replay."""

from __future__ import annotations

from typing import Any

import numpy as np

from model.metrics import first_day, stopped
from runs.browser.knowing import exporters_profit
from runs.browser.match import MORE_STOCK_DAYS, TURNS, Draw, Match, draw, par, replay, stock_value
from runs.browser.reel import JPY_MN_IN_A_BILLION, VEHICLES_IN_A_THOUSAND
from runs.browser.seats import SEATS

SUPPORT_JPY_BN_A_DAY = 0.3  # rule of the game: what full support for projects costs the state
OVERDUE_JPY_BN_A_DAY = 0.0005  # rule of the game: what an overdue application costs the office in standing
EVEN_SHARE = 0.005  # results closer to par than this share of it count as even
SCORES = {
    "line": "profit and growth of stock, ¥ million",
    "ministry": "value added kept, less stock given out and support paid, ¥ billion",
    "authority": "earnings of China's exporters, less what overdue papers cost, ¥ billion",
}


def kind_of(match: Match) -> str:
    """What a seat is measured by."""
    return "line" if match.seat.is_line else "authority" if match.seat.key == "authority" else "ministry"


def score(match: Match) -> float:
    """The result of a seat, in the unit that SCORES says."""
    kind, record = kind_of(match), match.reel.recorder.record()
    if kind == "line":
        row = match.stage.register.row(match.seat.code)
        profit = float(record.lines["profit"][:, row].sum())
        return profit + stock_value(match.stage, match.seat) - match.begun
    if kind == "authority":
        return exporters_profit(match) / JPY_MN_IN_A_BILLION - OVERDUE_JPY_BN_A_DAY * overdue(match)
    person = match.stage.people[match.seat.code]
    net = match.stage.world.network
    rows = list(person.stocks.values())
    released = (
        float((record.lines["released"][:, rows] * net.base_price[net.good_of[rows]]).sum()) / JPY_MN_IN_A_BILLION
    )
    output = record.lines["output"]
    kept = float(((output - net.baseline) * net.value_added)[:, match.reel.japan].sum()) / JPY_MN_IN_A_BILLION
    return kept - released - SUPPORT_JPY_BN_A_DAY * supported(match)


def overdue(match: Match) -> float:
    """Applications waiting, summed over the days of the game."""
    return float(np.sum(match.reel.tallies.waiting))


def supported(match: Match) -> float:
    """Days of full support that the state has paid for, summed over the game."""
    person = match.stage.people[match.seat.code]
    return match.reel.support[person.country]


def world_result(match: Match) -> dict[str, Any]:
    """How the world fared: lines of Japan and South Korea that ever stood, vehicles, value added."""
    record, tallies = match.reel.recorder.record(), match.reel.tallies
    ever = first_day(stopped(record.lines["output"], record.lines["want"])) >= 0
    return {
        "stood": int(np.sum(ever & match.reel.home)),
        "vehicles": round(max(0.0, tallies.vehicles_lost[-1]) / VEHICLES_IN_A_THOUSAND),
        "cost": round(max(0.0, tallies.cost[-1]) / JPY_MN_IN_A_BILLION),
        "own": days_standing(match),
    }


def days_standing(match: Match) -> int | None:
    """Days on which the seat's own line stood."""
    if not match.seat.is_line:
        return None
    row, lines = match.stage.register.row(match.seat.code), match.reel.recorder.record().lines
    return int(stopped(lines["output"][:, [row]], lines["want"][:, [row]]).sum())


def verdict(match: Match) -> dict[str, Any]:
    """Everything that is told at the end; it plays the game three times over."""
    level = par(match.seat.key, match.seed)
    half = replay(match.seat.key, match.seed, match.turns, hand_over=TURNS // 2)
    more = replay(match.seat.key, match.seed, match.turns, extra_days=MORE_STOCK_DAYS)
    mine, theirs = score(match), score(level)
    out = {
        "score": rounded(mine),
        "par": rounded(theirs),
        "measure": SCORES[kind_of(match)],
        "words": judged(mine, theirs),
        "also": compared(world_result(match)["stood"], world_result(level)["stood"]),
        "world": world_result(match),
        "parWorld": world_result(level),
        "whatifs": [
            {"words": "Your opening and autopilot's finish", "score": rounded(score(half)), **world_result(half)},
            {
                "words": f"The same moves with {MORE_STOCK_DAYS} days more stock in Japan",
                "score": rounded(score(more)),
                **world_result(more),
            },
        ],
        "hidden": hidden_words(draw(match.seed), match),
        "other": SEATS[match.seat.other].key,
        "otherTitle": SEATS[match.seat.other].title,
    }
    for done in (level, half, more):
        done.stage.release()
    return out


def rounded(amount: float) -> float:
    """An amount with as many digits as it deserves."""
    return round(amount) if abs(amount) >= 100 else round(amount, 1 if abs(amount) >= 10 else 2)


def judged(mine: float, theirs: float) -> str:
    """How a score compares with par, in words.

    >>> judged(100.0, 100.1), judged(120.0, 100.0), judged(80.0, 100.0)
    ('Even with autopilot.', 'Better than autopilot.', 'Autopilot did better.')
    """
    if abs(mine - theirs) <= EVEN_SHARE * max(1e-9, abs(theirs)):
        return "Even with autopilot."
    return "Better than autopilot." if mine > theirs else "Autopilot did better."


def compared(mine: int, theirs: int) -> str:
    """What the person's decisions did to everybody else's lines.

    >>> compared(2, 13), compared(3, 3)
    ('With you in the seat 11 lines fewer stood in Japan and South Korea.', '')
    """
    if mine == theirs:
        return ""
    change = "fewer" if mine < theirs else "more"
    lines = "1 line" if abs(mine - theirs) == 1 else f"{abs(mine - theirs)} lines"
    return f"With you in the seat {lines} {change} stood in Japan and South Korea."


def hidden_words(hidden: Draw, match: Match) -> str:
    """What the seed had drawn, told when it no longer matters."""
    words = {
        "stop": f"The stop came on day {hidden.day}, a full one",
        "queue": f"Licences came on day {hidden.day}, with a review of four months",
        "delay": f"Licences came on day {hidden.day}, slow but fair",
        "scare": f"No stop came; there was only a scare on day {hidden.day}, and stock was a cost",
    }[hidden.depth]
    return words + (f"; it was lifted on day {hidden.relief}." if hidden.relief is not None else ".")
