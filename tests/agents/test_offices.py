"""The authority and governments do as their docstrings say."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest

from agents.firm import Firm
from agents.government import Government
from agents.licensing_authority import LicensingAuthority
from tests.support.people import chain_with, row_of
from tests.support.worlds import START, ban, link, small_stage, world_of


def test_the_authority_caps_a_country_that_applies_for_far_more_than_it_uses() -> None:
    shock = ban(START + timedelta(days=2), destination=("*",), rule="individual", review_days=5)
    chain = chain_with(shock)
    authority = LicensingAuthority(chain, "CN")
    for _ in range(3):
        chain.step()
    assert authority.applied_over_use("JP") > 0.0  # yesterday's papers can still be looked up
    chain.wishes().cover[:] = 300.0
    chain.wishes().cover[chain.register.needs.query("line == 'KOR'").index] = 0.0
    chain.step()
    authority.decide()
    assert list(chain.world.policy.ceiling[0, [1, 2]]) == [1.0, np.inf]  # Japan, Korea
    chain.wishes().cover[:] = 0.0
    chain.step()
    authority.decide()
    assert chain.world.policy.ceiling[0, 1] == np.inf


def test_the_authority_revokes_whom_it_finds_re_exporting_and_pardons_later() -> None:
    chain = chain_with(ban(START + timedelta(days=2), destination=("*",), rule="individual", review_days=5))
    authority = LicensingAuthority(chain, "CN")
    chain._world.conditions.inspect[0] = 1.0
    authority.decide()
    assert authority.revoked == {}  # nothing has passed through yet
    chain._world.state.shipped_mean[row_of(chain, "KOR", "MAG")] = 1.0
    authority.decide()
    assert list(authority.revoked) == ["KOR"] and chain.world.policy.revoked[0, chain.register.row("KOR")] == 1.0
    chain._world.conditions.inspect[0] = 0.0
    chain.day += 180
    authority.decide()
    assert authority.revoked == {} and chain.world.policy.revoked[0, chain.register.row("KOR")] == 0.0


@pytest.mark.parametrize(("cover", "share"), [(60.0, 0.0), (29.0, 0.5)])
def test_a_government_opens_the_stock_when_those_it_serves_run_low(cover: float, share: float) -> None:
    chain = chain_with()
    mine = chain.register.needs.query("line == 'MAG'").index
    chain._world.state.stock[mine] = cover * chain.world.state.plan[mine]
    Government(chain, "JP").decide()
    given = chain.world.policy.release[chain.register.row("STATE")]
    assert given == pytest.approx(share * chain.world.state.plan[mine].sum())


def test_a_government_pays_with_the_news_and_firms_hear_of_it_the_next_morning() -> None:
    chain = chain_with()
    chain._world.conditions.news[:] = 0.8
    Government(chain, "JP").decide()
    firm = Firm(chain, "MAG")
    assert firm.support == 0.0
    chain.step()
    assert firm.support == pytest.approx(0.4)


def test_a_government_says_whose_need_counts_when_the_stock_is_given_out() -> None:
    stage = small_stage()
    stage = replace(stage, links=(*stage.links, link("STATE", "HOME", "dytb", 1, 0.0)))

    def given(home: float) -> tuple[float, float]:
        chain = world_of(stage, audited=False)
        chain._world.state.stock[:] = 0.0
        ministry = Government(chain, "JP")
        ministry.release("STATE", 0.001)
        ministry.serve("STATE", "HOME", home)
        assert ministry.served("STATE") == ("HOME", "MAG")
        assert ministry.share_of("STATE", "HOME") == pytest.approx(home)
        chain.step()
        mine, other = (chain.world.flows.shipped[row_of(chain, "STATE", who)] for who in ("MAG", "HOME"))
        return float(mine), float(other)

    alike, last, never = given(1.0), given(0.2), given(0.0)
    assert alike[0] < last[0] < never[0] == pytest.approx(0.001) and never[1] == 0.0
    assert last[1] / last[0] == pytest.approx(0.2 * alike[1] / alike[0])


def test_a_government_has_a_second_source_qualified_by_all_at_home() -> None:
    chain = chain_with()
    ministry = Government(chain, "JP")
    assert ministry.second_sources() == {"KOR": ("dytb", 30.0)}
    ministry.qualify("KOR")
    chain.step()
    assert chain.world.state.clock[row_of(chain, "KOR", "MAG")] == 30.0
    assert ministry.second_sources() == {}
    assert Government(chain, "KR").second_sources() == {}
