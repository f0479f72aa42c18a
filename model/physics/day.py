"""The day, compiled: the phases in their order, before and after firms decide."""

from __future__ import annotations

from model.physics.compiling import compiled
from model.physics.dust import dust_is_swept
from model.physics.licensing import licences_are_ruled_on
from model.physics.market import books_are_kept, market_buys, prices_move
from model.physics.production import lines_produce, redesign_advances
from model.physics.replenishment import clerks_reorder
from model.physics.sharing import makers_share_parts
from model.physics.shipping import cargo_lands, floors_ship, orders_are_counted
from model.physics.sourcing import sources_qualify
from model.state import Floats, World


@compiled
def pass_morning(w: World, day: int, luck: Floats) -> None:
    """Before firms decide: cargo lands, licences are ruled on, second sources come nearer."""
    cargo_lands(w, day)
    licences_are_ruled_on(w, day, luck)
    sources_qualify(w)


@compiled
def pass_day(w: World, day: int) -> None:
    """After firms have decided: makers share parts, lines produce, floors ship, clerks reorder, the market buys."""
    offices_open(w)
    redesign_advances(w)
    orders_are_counted(w)
    makers_share_parts(w)
    lines_produce(w)
    floors_ship(w, day)
    clerks_reorder(w, day)
    market_buys(w)
    prices_move(w)
    books_are_kept(w)
    dust_is_swept(w)


@compiled
def pass_days(w: World, first: int, last: int, luck: Floats) -> None:
    """Days first .. last - 1 on which nothing strikes and nobody decides; luck has a row a day."""
    for day in range(first, last):
        turn_page(w)
        pass_morning(w, day, luck[day - first])
        pass_day(w, day)


@compiled
def turn_page(w: World) -> None:
    """Yesterday's flows are forgotten where today adds to them."""
    fl = w.flows
    fl.refused[:] = 0.0
    fl.granted[:] = 0.0
    fl.denied[:] = 0.0
    fl.granted_amount[:] = 0.0


@compiled
def offices_open(w: World) -> None:
    """Yesterday's applications, which people could still look up this morning, are forgotten."""
    fl = w.flows
    fl.filed[:] = 0.0
    fl.filed_amount[:] = 0.0
