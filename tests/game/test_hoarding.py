"""The verdict says who paid for a seat's stock, as sums over the records of the game and of par have it."""

from __future__ import annotations

import re

import pytest

from runs.game.hidden_draw import TURNS
from runs.game.hoarding import describe_hoarding
from runs.game.match import Match
from runs.game.seats import SEATS, moves_from_wishes

SEED = 0  # licences come, with a long review
SAID = re.compile(
    r"You held up to (\d+) days more of (.+) than on par; another buyer of it, (.+), made (\d+) days less than on par\."
)


def played(seat: str, hold: int | None) -> Match:
    """A game in which a seat wants so many days of stock from the first turn on, or leaves it to habit."""
    match = Match(SEATS[seat], SEED)
    for turn in range(TURNS):
        wishes = {"hold": hold} if hold is not None and turn == 0 else {}
        match.play_turn(moves_from_wishes(match.stage, match.seat, wishes))
    return match


@pytest.mark.slow
def test_who_hoards_reads_who_made_less_for_it() -> None:
    match = played("automaker", 120)
    days, good, buyer, lost = SAID.fullmatch(describe_hoarding(match, match.par)).groups()
    stage, net = match.stage, match.stage.world.network
    mine, par = (each.watched_run.recorder.record() for each in (match, match.par))
    (row,) = [row for row, line in enumerate(stage.register.tables.firms) if line.name == buyer]
    output = zip(par.lines["output"][:, row], mine.lines["output"][:, row], strict=True)
    assert int(lost) == round(sum(float(a) - float(b) for a, b in output) / net.baseline[row]) >= 10
    me = stage.register.row(match.seat.code)
    (need,) = [
        n
        for n in range(net.first_need[me], net.first_need[me + 1])
        if stage.register.tables.goods[net.need_good[n]].name == good
    ]
    more = max(
        float(a) - float(b) for a, b in zip(mine.needs["stock"][:, need], par.needs["stock"][:, need], strict=True)
    )
    assert int(days) == round(more / (net.baseline[me] * net.per_unit[need])) >= 30
    match.release()


@pytest.mark.slow
@pytest.mark.parametrize(("seat", "hold"), [("automaker", None), ("automaker", 0), ("ministry", None)])
def test_who_holds_no_more_than_habit_reads_nothing(seat: str, hold: int | None) -> None:
    match = played(seat, hold)
    assert describe_hoarding(match, match.par) == ""
    match.release()
