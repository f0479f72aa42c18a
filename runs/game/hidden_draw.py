"""What the seed of a game decides and players do not see: which stop comes, when, and whether it is lifted."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

import numpy as np

from model.chance import stream
from model.scenario.event import Event
from model.scenario.events import AuthorityShock, NewsShock
from model.scenario.regime_shock import RegimeShock
from model.scenario.scenario import Scenario
from model.tables.bounds import MOST_DAYS
from model.tables.tables import Tables
from runs.game.game_file import GAME
from runs.simulation.focus import base_home, country_name, focus_of
from runs.simulation.watched_run import load_world

TURN_DAYS, TURNS = 14, 18
STORY = "two-months"  # the scenario whose stocks and whose rule the game plays with
OPENING_LAW = "january-2026"  # the scenario whose licences are in force when a game begins
STREAM = "game"
COMES = 0.82  # chance that the stop comes at all
DEPTHS = {"stop": 0.5, "queue": 0.35, "delay": 0.15}  # chance of each, where it comes
MOTORS_TOO = 0.4  # chance that a full stop covers finished goods with magnets in them, too
EARLIEST_DAY, LATEST_DAY = 8, 36
RELIEF = 0.25  # chance that it is lifted again
RELIEF_AFTER_DAYS, RELIEF_WITHIN_DAYS = 84, 40
OFFICE_FILES_A_DAY = (180, 340)  # rule of the game: capacity of the office once it has struck; 330 a day come in
RELEASED = "government", "released_share_of_use"
SEED_SOURCE = "drawn from the seed of the game"


@dataclass(frozen=True)
class GameDraw:
    """What the seed decides and the player does not see: the kind of stop, its day, and the day of its relief.

    motors: whether a full stop covers finished goods with magnets in them, too; office: files a day on which the
    licensing office rules from then on.
    """

    day: int
    depth: str
    relief: int | None
    motors: bool
    office: float


def draw_game(seed: int) -> GameDraw:
    """Draw what the player does not see from the random stream named game."""
    random = stream(seed, STREAM)
    comes, depth, relief, motors = random.random(4)
    day, wait = random.integers((EARLIEST_DAY, RELIEF_AFTER_DAYS), (LATEST_DAY, RELIEF_AFTER_DAYS + RELIEF_WITHIN_DAYS))
    office = float(random.integers(*OFFICE_FILES_A_DAY))
    if comes >= COMES:
        return GameDraw(int(day), "scare", None, False, office)
    lifted = int(day + wait) if relief < RELIEF else None
    drawn = list(DEPTHS)[int(np.searchsorted(np.cumsum(list(DEPTHS.values())), depth, side="right"))]
    return GameDraw(int(day), drawn, lifted, drawn == "stop" and bool(motors < MOTORS_TOO), office)


def with_depth(hidden: GameDraw, depth: str) -> GameDraw:
    """The same draw with another kind of stop: "scare" is news alone, the control group of a class."""
    return replace(hidden, depth=depth, relief=None if depth == "scare" else hidden.relief, motors=False)


STOP_RULES: dict[str, dict[str, Any]] = {
    "stop": {},
    "queue": {"rule": "individual", "review_days": 120, "grant_share": 0.5, "refuse_share": 0.3},
    "delay": {"rule": "individual", "review_days": 60, "grant_share": 0.85, "refuse_share": 0.05},
}
RULE_NOTES = {
    "stop": "Licences for {0} are filed and no longer ruled on",
    "queue": "General licences for {0} end: every export is reviewed case by case, and offices ask for more papers",
    "delay": "General licences for {0} end: every export is reviewed case by case",
    "scare": "There is talk of a stop; for now general licences for {0} go on",
}
NEWS_LEVELS = {"stop": 1.0, "queue": 0.8, "delay": 0.5, "scare": 0.5}


def opening_rules() -> tuple[RegimeShock, RegimeShock]:
    """The rules in force when a game begins: case by case for buyers abroad, general licences for home's."""
    story = load_world(OPENING_LAW)[0]
    rules = [shock for shock in story.shocks if isinstance(shock, RegimeShock)]
    strict = next(rule for rule in rules if rule.date == story.start)
    eased = next(rule for rule in rules if rule.rule == "general")
    return strict, eased.model_copy(update={"date": story.start, "suppliers": ()})


def build_story(hidden: GameDraw, seed: int, extra_days: int = 0) -> tuple[Scenario, Tables]:
    """The story and tables of a game: the stocks of two-months, and the dated shocks that were drawn.

    seed: for its name; extra_days: additional days of stock at the start of all lines at home, for the what-if.
    """
    story, tables = load_world(STORY, ministry_on_habit())
    struck = story.start + timedelta(days=hidden.day)
    strict, eased = opening_rules()
    struck_rules = [
        shock for shock in story.shocks if isinstance(shock, RegimeShock) and shock.date == story.shock_date
    ]  # those of before give way to the opening rules
    shocks: list[Event] = [strict, *(restore_licences(rule, eased, story.start) for rule in struck_rules)]
    before = [shock for shock in story.shocks if shock.date != story.shock_date]
    shocks += [shock for shock in before if not isinstance(shock, RegimeShock)]
    shocks += [apply_draw(shock, hidden, struck) for shock in story.shocks if shock.date == story.shock_date]
    if hidden.relief is not None:
        lifted = story.start + timedelta(days=hidden.relief)
        shocks += [restore_licences(rule, eased, lifted) for rule in struck_rules]
        shocks += [calm_news(shock, lifted) for shock in story.shocks if isinstance(shock, NewsShock)]
    return story.model_copy(
        update={
            "name": f"game-{seed}",
            "title": "A game",
            "shocks": tuple(shocks),
            "shock_date": struck,
            "days": TURN_DAYS * TURNS,
        }
    ), with_extra_stock(tables, extra_days)


def ministry_on_habit() -> tuple[str, ...]:
    """What the ministry releases by habit, as settings: the story keeps its stock shut, which is no habit."""
    minds = load_world(OPENING_LAW)[1].minds
    habit = next(trait for trait in minds if (trait.role, trait.parameter) == RELEASED)
    return (f"minds.value[role={habit.role},parameter={habit.parameter}]={habit.value:g}",)


def with_extra_stock(tables: Tables, days: int) -> Tables:
    """The same world with additional days of every input at all lines at home, as far as stocks go."""
    if not days:
        return tables
    home = focus_of(tables).home
    at_home = {line.line for line in tables.firms if line.country == home}
    more = tuple(
        need.model_copy(update={"cover_days": min(MOST_DAYS, need.cover_days + days)}) if need.line in at_home else need
        for need in tables.needs
    )
    return tables.with_numbers("needs", more)


def apply_draw(shock: Event, hidden: GameDraw, struck: date) -> Event:
    """A shock of the scenario with the kind and the day that the seed has drawn."""
    update: dict[str, Any] = {"date": struck, "source": SEED_SOURCE}
    if isinstance(shock, RegimeShock):
        home = base_home()
        where = country_name(home) if home in shock.destination else GAME.finished_elsewhere
        note = RULE_NOTES[hidden.depth].format(where.format(home=country_name(home)))
        if hidden.depth == "scare":
            return restore_licences(shock, opening_rules()[1], struck).model_copy(update={"note": note})
        update |= STOP_RULES[hidden.depth] | {"note": note}
        if hidden.motors:
            update["goods"] = (*shock.goods, *GAME.finished_goods)
            update["note"] = f"{note}; so are those for finished motors"
    if isinstance(shock, AuthorityShock):
        update |= {"review_capacity": hidden.office}
    if isinstance(shock, NewsShock):
        update |= {"level": NEWS_LEVELS[hidden.depth], "note": "It is on every front page"}
    return shock.model_copy(update=update)


def restore_licences(rule: RegimeShock, eased: RegimeShock, day: date) -> RegimeShock:
    """The general licences that a rule ends, as a rule that begins on another day."""
    kept = {"destination": rule.destination, "entities": rule.entities, "goods": rule.goods}
    note = "The rules are eased: general licences as before"
    return eased.model_copy(update={**kept, "date": day, "note": note, "source": SEED_SOURCE})


def calm_news(shock: Event, day: date) -> Event:
    """The news level falls when the rules are eased."""
    return shock.model_copy(update={"date": day, "source": SEED_SOURCE, "level": 0.1, "note": "The news calms down"})
