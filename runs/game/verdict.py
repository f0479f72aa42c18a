"""The verdict on a game: the seat's result and the world's beside par, and what-ifs, each a replay."""

from __future__ import annotations

from typing import Any

from runs.game.amounts import format_amount, round_amount, signed_amount
from runs.game.hidden_draw import GameDraw
from runs.game.hoarding import describe_hoarding
from runs.game.match import Match, replay
from runs.game.score import loss_by_day, points_by_day, score, score_words, world_result
from runs.game.seats_of_world import next_seat

MORE_STOCK_DAYS = 30  # of the what-if "with 30 days more stock"
EVEN_POINTS = 1.0  # results that differ from par by less than a point count as even
RUNS = (
    "You",
    "On habit (par)",
    "Your opening and habit's finish",
    f"The same moves with {MORE_STOCK_DAYS} days more stock in {{home}}",
)


def compute_verdict(match: Match) -> dict[str, Any]:
    """The result as the page shows it; plays the game twice over, and par."""
    par = match.par
    plan = match.world.plan
    half = replay(match.seat.key, match.seed, match.turns, hand_over=plan.turns // 2, plan=plan)
    more = replay(match.seat.key, match.seed, match.turns, extra_days=MORE_STOCK_DAYS, plan=plan)
    played = (match, par, half, more)
    scores, worlds = [score(each) for each in played], [world_result(each) for each in played]
    losses = [float(loss_by_day(each)[-1]) for each in played]
    points = [[round(float(days[-1])) for days in points_by_day(each, par)] for each in played]
    mine, theirs, halved, stocked = scores
    about, sign, other = match.about, match.about.money_sign, next_seat(match.world, match.seat)
    lessons = (
        compare_losses(worlds[0]["hit"], worlds[1]["hit"], about.reported_names),
        describe_hoarding(match, par),
        describe_halves(halved - theirs, mine - halved, sign),
        describe_more_stock(worlds[0]["hit"], worlds[3]["hit"], stocked - mine, about.home_name, sign),
    )
    out = {
        "words": compare_with_par(mine - theirs, losses[0] - losses[1], points[0], sign),
        "measure": score_words(match),
        "points": points[0],
        "hidden": "" if match.world.hidden is None else describe_draw(match.world.hidden),
        "lessons": [lesson for lesson in lessons if lesson],
        "runs": [
            {
                "words": words.format(home=about.home_name),
                "result": signed_amount(number, sign),
                "lost": signed_amount(loss, sign),
                "gain": round_amount(number - theirs),
                "kept": round_amount(losses[1] - loss),
                "own_points": own,
                "world_points": rest,
                **world,
            }
            for words, number, loss, (own, rest), world in zip(RUNS, scores, losses, points, worlds, strict=True)
        ],
        "other": other.key,
        "otherTitle": other.title,
        "otherGoal": other.goal,
    }
    for replayed in (half, more):
        replayed.stage.release()
    return out


def compare_with_par(gain: float, loss: float, points: list[int], sign: str) -> str:
    """How a seat and the world fared compared with par, in a sentence; amounts in billions.

    >>> compare_with_par(0.0, 0.0, [0, 0], "$")
    'Even with par, for you and for the world'
    >>> compare_with_par(0.02, 0.1, [40, 0], "$")
    'You gained $20 million on par, and the world fared as on par'
    >>> compare_with_par(0.02, 195.0, [40, -78], "$")
    'You gained $20 million on par, and the world lost $195 billion more'
    >>> compare_with_par(-0.02, -50.0, [-40, 20], "$")
    'You fell $20 million short of par, and the world lost $50 billion less'
    """
    own, world = points
    if abs(own) < EVEN_POINTS and abs(world) < EVEN_POINTS:
        return "Even with par, for you and for the world"
    amount = format_amount(gain, sign)
    mine = f"You gained {amount} on par" if gain > 0.0 else f"You fell {amount} short of par"
    mine = "You are even with par" if abs(own) < EVEN_POINTS else mine
    theirs = f"the world lost {format_amount(loss, sign)} {'more' if loss > 0.0 else 'less'}"
    return f"{mine}, and {'the world fared as on par' if abs(world) < EVEN_POINTS else theirs}"


def compare_losses(mine: int, theirs: int, where: str) -> str:
    """How many lines more or fewer lost a week's output than on par, in a sentence.

    >>> compare_losses(2, 13, "Japan"), compare_losses(3, 3, "Japan")
    ("With you in the seat 11 lines fewer lost a week's output in Japan.", '')
    """
    if mine == theirs:
        return ""
    change = "fewer" if mine < theirs else "more"
    lines = "1 line" if abs(mine - theirs) == 1 else f"{abs(mine - theirs)} lines"
    return f"With you in the seat {lines} {change} lost a week's output in {where}."


def describe_halves(opening: float, finish: float, sign: str) -> str:
    """What each half of the game gained on par, in billions, in a sentence; the two add up to the whole.

    >>> describe_halves(-0.06, 0.02, "$")
    'Your opening lost $60 million against par, your finish gained $20 million.'
    >>> describe_halves(0.0, 0.02, "$")
    'Your opening changed nothing against par, your finish gained $20 million.'
    >>> describe_halves(0.0, 0.0, "$")
    ''
    """
    if opening == finish == 0.0:
        return ""
    first, last = (
        "changed nothing" if part == 0.0 else f"{'lost' if part < 0.0 else 'gained'} {format_amount(part, sign)}"
        for part in (opening, finish)
    )
    return f"Your opening {first} against par, your finish {last}."


def describe_more_stock(mine: int, stocked: int, gain: float, where: str, sign: str) -> str:
    """What a month more stock at home would have changed for the lines and for the result, in a sentence.

    >>> describe_more_stock(25, 1, -0.04, "Japan", "$").split("; ")[0]
    "With 30 days more stock in Japan, 1 line would have lost a week's output instead of 25"
    >>> describe_more_stock(25, 1, -0.04, "Japan", "$").split("; ")[1]
    'your result would be $40 million lower.'
    >>> describe_more_stock(0, 0, 0.0, "Japan", "$")
    "With 30 days more stock in Japan, as many lines would have lost a week's output; your result would be the same."
    """
    saved = f"{stocked} line{'' if stocked == 1 else 's'} would have lost a week's output instead of {mine}"
    if stocked == mine:
        saved = "as many lines would have lost a week's output"
    change = "your result would be " + (
        "the same" if gain == 0.0 else f"{format_amount(gain, sign)} {'higher' if gain > 0.0 else 'lower'}"
    )
    return f"With {MORE_STOCK_DAYS} days more stock in {where}, {saved}; {change}."


def describe_draw(hidden: GameDraw) -> str:
    """What the seed had drawn, in a sentence."""
    words = {
        "stop": f"The stop came on day {hidden.day}, a full one",
        "queue": f"Licences came on day {hidden.day}, with a review of four months",
        "delay": f"Licences came on day {hidden.day}, slow but fair",
        "scare": f"No stop came; there was only a scare on day {hidden.day}, and stock was a cost",
    }[hidden.depth]
    return words + (f"; it was lifted on day {hidden.relief}." if hidden.relief is not None else ".")
