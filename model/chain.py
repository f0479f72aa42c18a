"""The supply chain as a Mesa model: the day, in lines that can be read aloud."""

from __future__ import annotations

import copy
from collections import defaultdict
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any, Protocol, Self

import mesa
import numpy as np

from model.audit import Audit
from model.chance import stream
from model.network import network_of, sizes_of
from model.physics.compiled import compiled_handle
from model.physics.day import pass_day, pass_days, pass_morning, turn_page
from model.physics.sourcing import people_look_around
from model.regimes import BEFORE_THE_FIRST_DAY, licensed_links
from model.register import Register
from model.rest import quiet_conditions, world_at_rest
from model.scenario.delays import longest_delay
from model.scenario.event import Event
from model.shocks import Imposed, schedule
from model.state import Floats, Policy, read_only_view, scalar_view, scalars

DECISION_DAYS = 7  # days between two decisions of a mind
LUCK_BLOCK = 128  # days of licence luck drawn at a time
VIEWS = ("world", "scalars", "scalar_wishes", "_handle")  # of the columns in _world


class Mind(Protocol):
    """Whoever decides: once a week, on a weekday of its own."""

    weekday: int

    def decide(self) -> None:
        """Look around and wish."""


class SupplyChain(mesa.Model):
    """Firms that make, stock, order and ship under rules that change on dates; people decide, physics moves tonnes.

    register: who is there; shocks: what strikes and when; start: the first day; rng: the seed, a whole number.
    With `audited` every day is checked for lost or invented goods. Raise Faults if the world cannot be at rest.

    The columns are in `_world`, which physics alone writes, by `_handle`. People see them read-only, as arrays in
    `world` or one number at a time in `scalars`; their verbs write policy, by `wishes()` or `scalar_wishes`.
    """

    def __init__(
        self, register: Register, shocks: Sequence[Event], start: date, rng: int = 1, audited: bool = False
    ) -> None:
        super().__init__(rng=rng)
        self.register, self.shocks, self.start, self.seed = register, tuple(shocks), start, rng
        self.day, self._first_weekday = 0, start.weekday()
        self._changes, self._longest_delay = schedule(shocks, start), longest_delay(shocks)
        network = network_of(register, licensed_links(shocks, register), self._longest_delay)
        sizes = sizes_of(network, register)
        conditions = quiet_conditions(register, network, sizes)
        self._world = world_at_rest(register, network, conditions, sizes)
        self._imposed = Imposed(self._world, register)
        if 0 in self._changes:
            for change in self._changes[0]:
                self._imposed.strike(change, self._world, BEFORE_THE_FIRST_DAY)
            before = self._world
            self._world = world_at_rest(register, network, conditions, sizes)._replace(policy=before.policy)
            self._world.state.clock[:] = before.state.clock
        self._open_views()
        people_look_around(self._handle)
        self._minds: dict[int, list[Mind]] = defaultdict(list)
        self._luck: Floats = np.empty((0, sizes["K"]))
        self._audit = Audit(self._world) if audited else None

    def _open_views(self) -> None:
        """Make the views of `_world`: read-only ones for people, and the handle for compiled code."""
        self.world = read_only_view(self._world)
        self.scalars = scalars(self.world)
        self.scalar_wishes = scalar_view(self._world.policy)
        self._handle = compiled_handle(self._world)

    def __getstate__(self) -> dict[str, Any]:
        """What is kept of a running chain, by pickle or copy: all but its views of the columns."""
        return {name: value for name, value in self.__dict__.items() if name not in VIEWS}

    def __setstate__(self, state: dict[str, Any]) -> None:
        """Take a kept chain up again: it goes on to the bit as it would have gone on."""
        self.__dict__.update(state)
        for column in self._world.network:
            column.setflags(write=False)
        self._open_views()
        people: Any = self.agents
        for person in people:
            if "chain" in person.__dict__:  # else it is not whole yet itself, and opens its own when it is
                person.open_views()

    def copy(self) -> Self:
        """The same chain once more, to be played on by itself: the two share nothing but what never changes."""
        tables = self.register.tables
        derived = (*tables.cache.values.values(), *tables.structure.values.values())
        shared = (self.register, tables, *derived, *self._world.network)
        return copy.deepcopy(self, {id(each): each for each in shared})

    @property
    def today(self) -> date:
        """The date of the day that comes next."""
        return self.start + timedelta(days=self.day)

    def wishes(self) -> Policy:
        """The columns of wishes, to be written by the verbs of whoever is seated, each its own row."""
        return self._world.policy

    def seat(self, mind: Mind, daily: bool = False) -> None:
        """Give a mind its place in the week, or in every day of it."""
        for weekday in range(DECISION_DAYS) if daily else (mind.weekday,):
            self._minds[weekday].append(mind)

    def unseat(self, mind: Mind) -> None:
        """Take somebody's place in the week away."""
        for seated in self._minds.values():
            seated[:] = [other for other in seated if other is not mind]

    def announce(self, shock: Event) -> None:
        """Let something happen that no scenario foresaw: dated today or later, it strikes in the morning of its date.

        Raise ValueError for a day that has passed or has been written (day 0 comes with the scenario), for a rule on
        links that no regime of the scenario names, for those have no office that could keep their papers, and for
        longer ways than any shock of the scenario makes them, for those have no room at sea.
        """
        if self._has_begun(shock):
            raise ValueError(f"{shock.date} is too late to announce anything: the day to come is {self.today}")
        self._refuse_unprepared((*self.shocks, shock))
        for day_of_change, changes in schedule([shock], self.start).items():
            self._changes.setdefault(day_of_change, []).extend(changes)
        self.shocks = (*self.shocks, shock)

    def foresee(self, shocks: Sequence[Event]) -> None:
        """Let other things happen from today on: these shocks take the place of those of the scenario.

        What has begun must be among them as it was. Raise ValueError where it is not, and as `announce` does.
        """
        begun = [shock for shock in self.shocks if self._has_begun(shock)]
        given = [shock for shock in shocks if self._has_begun(shock)]
        if given != begun:
            stray = next(each for each in (*given, *begun) if each not in given or each not in begun)
            verb = "which did not happen" if stray in given else "which has begun and is missing or differs"
            raise ValueError(
                f"found {stray.date} ({stray.note}), {verb}; change only what is dated {self.today} or later"
            )
        self._refuse_unprepared(shocks)
        same = iter(begun)  # the very objects that are in force
        self.shocks = tuple(next(same) if self._has_begun(shock) else shock for shock in shocks)
        self._changes = schedule(self.shocks, self.start)

    def _has_begun(self, shock: Event) -> bool:
        """Whether a shock struck before today; what is dated on the first day was in force before it."""
        return (shock.date - self.start).days < max(1, self.day)

    def _refuse_unprepared(self, shocks: Sequence[Event]) -> None:
        """Raise ValueError for longer ways than there is room for at sea, and for rules without an office."""
        then = longest_delay(shocks)
        if then > self._longest_delay:
            most = self._longest_delay
            raise ValueError(f"goods can travel {most} days longer in this scenario, not {then}; write less")
        unknown = set(licensed_links(shocks, self.register).tolist()) - set(self.world.network.link_of.tolist())
        if unknown:
            raise ValueError(f"no regime of this scenario names {len(unknown)} of the links that the rule is about")

    def step(self) -> None:
        """Pass one day.

        In the morning cargo lands, licences are ruled on and second sources come nearer; in the day makers share parts,
        lines produce, floors ship, clerks reorder, the market buys, prices move and books are kept.
        """
        self.shocks_strike()
        pass_morning(self._handle, self.day, self.luck())
        self.firms_decide()
        pass_day(self._handle, self.day)
        self.day += 1
        self.books_balance()

    def shocks_strike(self) -> None:
        """What is dated today begins or ends; what was in force at the start began before."""
        turn_page(self._handle)
        for change in self._changes.get(self.day, ()):
            if self.day > 0:
                self._imposed.strike(change, self._world, self.day)

    def firms_decide(self) -> None:
        """Whoever's weekday it is decides; all of them see the same morning."""
        minds = self._minds[(self._first_weekday + self.day) % DECISION_DAYS]
        if minds:
            people_look_around(self._handle)
        for mind in minds:
            try:
                mind.decide()
            except (TypeError, ValueError) as fault:
                if "read-only" not in str(fault):
                    raise
                who = f"{getattr(mind, 'name', 'somebody')} ({type(mind).__name__})"
                raise ValueError(f"{who} wrote into the world; a mind only wishes, with verbs such as hold") from fault

    def books_balance(self) -> None:
        """When audited: nothing was lost, nothing came from nowhere."""
        if self._audit is not None:
            self._audit.check(self._world, self.day - 1)

    def luck(self) -> Floats:
        """Today's luck of each licensed link, K, uniform in 0..1, from the stream named licence."""
        block, place = divmod(self.day, LUCK_BLOCK)
        if place == 0 or len(self._luck) == 0:
            shape = (LUCK_BLOCK, self._luck.shape[1])
            self._luck = stream(self.seed, "licence", block).random(shape)
        return np.asarray(self._luck[place])

    def pass_quiet_days(self, days: int) -> None:
        """Pass days on which nobody decides and nothing is recorded, all in compiled code but for shocks."""
        end = self.day + days
        while self.day < end:
            self.shocks_strike()
            until = min([end, *(day for day in self._changes if day > self.day)])
            block_end = (self.day // LUCK_BLOCK + 1) * LUCK_BLOCK
            until = min(until, block_end)
            self.luck()
            place = self.day % LUCK_BLOCK
            pass_days(self._handle, self.day, until, self._luck[place:])
            self.day = until
