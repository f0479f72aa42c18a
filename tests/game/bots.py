"""Simple ways to play each seat, of the kind that a player finds in the first hour, and how they fare.

    python3 -m tests.game.bots 40

plays all of them in so many games and prints, for each seat, which was best how often and by how many points on par.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable
from functools import cache
from typing import Any

from model.scenario.regime_shock import RegimeShock
from runs.game.game_world import GameWorld
from runs.game.hidden_draw import TURNS, draw_game
from runs.game.match import Match
from runs.game.observations import announced, own_figures, public_news
from runs.game.score import points_by_day
from runs.game.seats import SEATS, moves_from_wishes

Bot = Callable[[Match, bool], dict[str, Any]]  # the match and whether there has been news -> what it wishes this turn


def at_start(**wishes: Any) -> Bot:
    """Wish once, before anything has happened."""
    return lambda match, alarmed: {} if match.turns else wishes


def after_news(**wishes: Any) -> Bot:
    """Wish as soon as there has been news, and stay with it."""
    return lambda match, alarmed: wishes if alarmed else {}


def with_sources(early: bool, spread: float = 30.0, **wishes: Any) -> Bot:
    """Open one second source after another, from the start or after news, and give them a share of the orders."""

    def decide(match: Match, alarmed: bool) -> dict[str, Any]:
        if not (early or alarmed):
            return {}
        return {"spread": spread, **first_choice(match, "source"), **wishes}

    return decide


def with_projects(early: bool, **wishes: Any) -> Bot:
    """Have one second source after another qualified, from the start or after news."""
    return lambda match, alarmed: {**first_choice(match, "project"), **wishes} if early or alarmed else {}


def when_low(days: float, **wishes: Any) -> Bot:
    """Keep a state stock shut until those whom it serves have fewer days of it left."""
    shut = {key: 0.0 for key in wishes}

    def decide(match: Match, alarmed: bool) -> dict[str, Any]:
        served = [value for name, (value, *_) in own_figures(match).items() if "with those you serve" in name]
        return wishes if min(served) < days else shut

    return decide


def while_reviewed(**wishes: Any) -> Bot:
    """Decline orders while every export is reviewed by itself, and take them again when the rules are eased."""

    def decide(match: Match, alarmed: bool) -> dict[str, Any]:
        rules = [shock for shock in announced(match, match.stage.start) if isinstance(shock, RegimeShock)]
        reviewed = bool(rules) and rules[-1].rule == "individual"
        return wishes if reviewed else dict.fromkeys(wishes, 100)

    return decide


def first_choice(match: Match, key: str) -> dict[str, Any]:
    """The first thing that a choice offers beyond nothing."""
    control = next(control for control in match.seat.controls if control.key == key)
    assert control.choices is not None
    offered = [value for value, _ in control.choices(match.stage, match.stage.people[match.seat.code]) if value]
    return {key: offered[0]} if offered else {}


STOCK: dict[str, Bot] = {
    "nothing": at_start(),
    "hold 30 at once": at_start(hold=30), "hold 60 at once": at_start(hold=60),
    "hold 120 at once": at_start(hold=120), "hold 30 after news": after_news(hold=30),
    "hold 60 after news": after_news(hold=60), "hold 120 after news": after_news(hold=120),
    "run at half after news": after_news(run=50), "run at 70 after news": after_news(run=70),
}  # fmt: skip
BUYER: dict[str, Bot] = {
    **STOCK, "second sources at once": with_sources(True), "second sources after news": with_sources(False),
    "hold 60 and second sources at once": with_sources(True, hold=60),
}  # fmt: skip
CAR_MAKER: dict[str, Bot] = {
    **BUYER, "hold 5 at once": at_start(hold=5), "hold 10 at once": at_start(hold=10),
    "hold 20 at once": at_start(hold=20), "hold 90 at once": at_start(hold=90),
    "bid 30 after news": after_news(bid=30),
}  # fmt: skip
MAGNET_MAKER: dict[str, Bot] = {
    **BUYER, "hold 90 at once": at_start(hold=90), "hold 100 at once": at_start(hold=100),
    "hold 150 at once": at_start(hold=150), "redesign at once": at_start(thrift="yes"),
    "redesign after news": after_news(thrift="yes"), "hold 120 and redesign at once": at_start(hold=120, thrift="yes"),
}  # fmt: skip
BOTS: dict[str, dict[str, Bot]] = {
    "magnet-maker": MAGNET_MAKER, "magnet-maker-b": MAGNET_MAKER,
    "automaker": CAR_MAKER, "automaker-b": CAR_MAKER,
    "korean-firm": {
        **STOCK, "bid 30 after news": after_news(bid=30), "take no orders at once": at_start(take_JP=0),
        "take a tenth after news": after_news(take_JP=10), "take half after news": after_news(take_JP=50),
        "hold 120 and take half at once": at_start(hold=120, take_JP=50),
    },
    "processor": {
        **STOCK, "hold 10 at once": at_start(hold=10), "take all at once": at_start(take_JP=100),
        "take all after news": after_news(take_JP=100), "take half after news": after_news(take_JP=50),
        "take none after news": after_news(take_JP=0), "take none while reviewed": while_reviewed(take_JP=0),
        "take none of the neighbour's": at_start(take_KR=0),
    },
    "ministry": {
        "nothing": at_start(), "release little at once": at_start(**{"release_JOG-D": 0.2}),
        "release much at once": at_start(**{"release_JOG-D": 1.0}),
        "release little after news": after_news(**{"release_JOG-D": 0.2}),
        "release some after news": after_news(**{"release_JOG-D": 0.5}),
        "release much after news": after_news(**{"release_JOG-D": 2.0}),
        "release light after news": after_news(**{"release_JOG-N": 4.0}),
        "release both after news": after_news(**{"release_JOG-D": 0.3, "release_JOG-N": 4.0}),
        "keep shut": at_start(**{"release_JOG-D": 0.0, "release_JOG-N": 0.0}),
        "release when they have 30 days": when_low(30.0, **{"release_JOG-D": 0.5, "release_JOG-N": 4.0}),
        "pay half after news": after_news(pay=50), "projects at once": with_projects(True),
        "projects after news": with_projects(False),
        "projects and release after news": with_projects(False, **{"release_JOG-D": 0.3}),
    },
    "authority": {
        "nothing": at_start(), "work half": at_start(tempo=0.5), "work a quarter more": at_start(tempo=1.25),
        "work half more": at_start(tempo=1.5), "work twice": at_start(tempo=2.0),
        "work a quarter more after news": after_news(tempo=1.25), "work half more after news": after_news(tempo=1.5),
        "cap at recent use": at_start(cap_JP=1.0, cap_KR=1.0), "cap the neighbour": at_start(cap_KR=1.0),
        "grant nothing to home": at_start(cap_JP=0.0), "no caps after news": after_news(cap_JP=5.0, cap_KR=5.0),
        "home comes first": at_start(weigh_JP=3.0), "home comes last": at_start(weigh_JP=0.0),
    },
}  # fmt: skip


@cache
def on_habit(seed: int) -> GameWorld:
    """A game that nobody plays: par of every seat."""
    world = GameWorld(seed)
    for _ in range(TURNS):
        world.turn({})
    return world


def play(seat: str, bot: Bot, seed: int) -> tuple[float, float]:
    """The points that a bot wins with a seat in a game: its own and the world's."""
    match, alarmed = Match(SEATS[seat], seed), False
    for _ in range(TURNS):
        match.play_turn(moves_from_wishes(match.stage, match.seat, bot(match, alarmed)))
        alarmed = bool(public_news(match))
    own, world = points_by_day(match, Match(SEATS[seat], seed, world=on_habit(seed)))
    match.release()
    return float(own[-1]), float(world[-1])


def points(seat: str, seeds: list[int]) -> dict[int, dict[str, float]]:
    """Game -> bot -> its points in all."""
    return {seed: {name: sum(play(seat, bot, seed)) for name, bot in BOTS[seat].items()} for seed in seeds}


def best_in(games: dict[int, dict[str, float]]) -> Counter[str]:
    """How often each bot was the best of all; of those that are even the first that is named."""
    return Counter(max(results, key=lambda bot: results[bot]) for results in games.values())


def main(number: int) -> None:
    """Play all bots in so many games and print how they fared."""
    for seat in BOTS:
        games = points(seat, list(range(number)))
        wins = best_in(games)
        print(f"{seat}: best in how many of {number} games: {dict(wins.most_common(6))}")
        for depth in ("stop", "queue", "delay", "scare"):
            mine = {seed: results for seed, results in games.items() if draw_game(seed).depth == depth}
            print(f"    {depth}, {len(mine)} games: {dict(best_in(mine).most_common(4))}")
        mean = Counter({bot: sum(results[bot] for results in games.values()) / number for bot in BOTS[seat]})
        print(
            f"    points on average: {', '.join(f'{bot} {value:+.0f}' for bot, value in mean.most_common(4))}",
            flush=True,
        )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 40)
