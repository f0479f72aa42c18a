"""A player: moves on dates, standing orders, habits for the rest, and a history that can be played again."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import numpy as np
import pytest

from agents.firm import Firm
from agents.government import Government
from agents.licensing_authority import LicensingAuthority
from agents.magnet_maker import MagnetMaker
from agents.player import Move, Player
from model.chain import SupplyChain
from tests.support.worlds import START, ban, small_stage, world_of

STRUCK = START + timedelta(days=10)


def on(day: int, verb: str, **arguments: Any) -> Move:
    """A wish of a person on a day of the run."""
    return Move(START + timedelta(days=day), verb, arguments)


def seated(*moves: Move, mind: type[Firm] = MagnetMaker) -> tuple[SupplyChain, Player]:
    """A person in the seat of the magnet maker of a small world that is struck on day 10."""
    chain = world_of(small_stage(), [ban(STRUCK)])
    player = Player(mind(chain, "MAG"), moves)
    chain.seat(player, daily=True)
    return chain, player


def pass_days(chain: SupplyChain, days: int) -> np.ndarray[Any, Any]:
    """What all lines made, a row a day."""
    made = []
    for _ in range(days):
        chain.step()
        made.append(chain.world.flows.output.copy())
    return np.array(made)


def wished(chain: SupplyChain, column: str) -> float:
    return float(getattr(chain.world.policy, column)[chain.register.needs.query("line == 'MAG'").index[0]])


def run_wished(chain: SupplyChain) -> float:
    return float(chain.world.policy.run[chain.register.row("MAG")])


def test_a_move_is_made_on_its_date_whatever_weekday_that_is() -> None:
    for day in range(7):
        chain, _ = seated(on(day, "run_at", share=0.7))
        pass_days(chain, day)
        assert run_wished(chain) == 1.0
        chain.step()
        assert run_wished(chain) == pytest.approx(0.7)


def test_an_order_stands_while_habits_go_on_for_all_else() -> None:
    chain, _ = seated(on(3, "hold", good="dytb", days=90.0))
    pass_days(chain, 120)
    assert wished(chain, "cover") == 90.0
    assert wished(chain, "thrift") == 0.0  # the worried mind still began a redesign
    usual, _ = seated()
    pass_days(usual, 120)
    assert wished(usual, "cover") not in (60.0, 90.0) and wished(usual, "thrift") == 0.0


def test_a_new_order_takes_the_place_of_the_old_one_about_the_same() -> None:
    chain, player = seated(
        on(3, "hold", good="dytb", days=90.0),
        on(5, "hold", good="dytb", days=30.0),
        on(5, "favour", customer="CAR", weight=3.0),
    )
    pass_days(chain, 6)
    assert wished(chain, "cover") == 30.0
    assert set(player.standing) == {("hold", "dytb"), ("favour", "CAR")}


def test_of_orders_that_undo_each_other_the_newest_counts() -> None:
    chain = world_of(small_stage())
    moves = [on(day, verb, line="KOR") for day, verb in ((1, "revoke"), (3, "pardon"), (5, "revoke"))]
    chain.seat(Player(LicensingAuthority(chain, "CN"), moves), daily=True)
    seen = [pass_days(chain, 1) is not None and chain.world.policy.revoked[0, 2] for _ in range(7)]
    assert seen == [0.0, 1.0, 1.0, 0.0, 0.0, 1.0, 1.0]


def test_a_person_without_moves_lives_by_habit_to_the_bit() -> None:
    chain = world_of(small_stage(), [ban(STRUCK)])
    chain.seat(MagnetMaker(chain, "MAG"))
    np.testing.assert_array_equal(pass_days(chain, 150), pass_days(seated()[0], 150))


def test_the_same_moves_are_the_same_history_and_other_moves_another() -> None:
    moves = (on(3, "hold", good="dytb", days=90.0), on(12, "qualify", good="dytb", supplier="KOR"))
    first, again = (pass_days(seated(*moves)[0], 150) for _ in range(2))
    np.testing.assert_array_equal(first, again)
    assert np.any(pass_days(seated(moves[0])[0], 150) != first)


def test_a_game_played_live_can_be_replayed_from_its_list() -> None:
    chain, player = seated()
    told: list[Move] = []
    made = []
    for day in range(120):
        if day % 30 == 5:
            told.append(Move(chain.today, "run_at", {"share": 1.0 - day / 200}))
            player.add(told[-1])
        made.append(pass_days(chain, 1))
    np.testing.assert_array_equal(np.concatenate(made), pass_days(seated(*told)[0], 120))


def test_a_branch_shares_its_past_up_to_the_other_move() -> None:
    trunk, branch = (
        pass_days(seated(on(3, "hold", good="dytb", days=days), on(40, "run_at", share=share))[0], 120)
        for days, share in ((70.0, 0.9), (70.0, 0.0))
    )
    np.testing.assert_array_equal(trunk[:40], branch[:40])
    assert np.any(trunk[40] != branch[40])


FOOLISH = [
    (on(1, "shout"), "says 'shout'; this seat can bid, favour, hold"),
    (on(1, "decide"), "says 'decide'; this seat can bid"),
    (on(1, "revoke", line="KOR"), "says 'revoke'; this seat can bid"),
    (on(-1, "run_at", share=1.0), "comes too late: today is 2025-01-01"),
    (on(1, "run_at", speed=1.0), "run_at: .*; give each argument by its name"),
    (on(1, "hold", good="dytb"), "hold: missing a required argument: 'days'"),
]


@pytest.mark.parametrize(("move", "words"), FOOLISH)
def test_a_foolish_move_is_refused_when_it_is_put_on_the_list(move: Move, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        seated(move)


def test_a_move_of_a_day_that_has_passed_is_refused_in_mid_run() -> None:
    chain, player = seated()
    pass_days(chain, 20)
    with pytest.raises(ValueError, match="the move of 2025-01-20 comes too late: today is 2025-01-21"):
        player.add(on(19, "run_at", share=1.0))
    player.add(on(20, "run_at", share=0.9))
    chain.step()
    assert run_wished(chain) == pytest.approx(0.9)


def test_governments_and_the_authority_can_be_played_too() -> None:
    chain = world_of(small_stage(), [ban(date(2025, 1, 3), rule="individual", review_days=9)])
    chain.seat(Player(Government(chain, "JP"), [on(2, "release", stock="STATE", amount=0.01)]), daily=True)
    chain.seat(Player(LicensingAuthority(chain, "CN"), [on(4, "work", tempo=0.0)]), daily=True)
    pass_days(chain, 40)
    assert chain.world.policy.release[chain.register.row("STATE")] == 0.01
    assert chain.world.flows.granted.sum() == 0.0 and chain.world.state.ripe.sum() > 0.0
