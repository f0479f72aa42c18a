"""The levers of the watch page: each can be set from the start, most of them also in mid-run."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import numpy as np

from agents.player import Move
from model.dates import in_words
from model.scenario.event import Event
from model.scenario.events import AuthorityShock, ReleaseShock
from model.scenario.regime_shock import RegimeShock
from model.scenario.row_picks import write_picks
from model.scenario.scenario import Scenario
from model.tables.focus_file import Release, TierOfStock
from runs.simulation.focus import Focus, base_case, focus_of
from runs.simulation.stage import Stage
from runs.simulation.watched_run import load_world

BY_HAND = "pulled by hand"
QUEUE = "korea"  # the key of the lever of the neighbour's place in the queue
COVER, STOCK, LICENCE, STANCE = "stock on the floor", "the state's stock", "licences", "stance"


@dataclass(frozen=True)
class Lever:
    """One thing that a visitor may change: its bounds, and whether it can be set in mid-run (`today`)."""

    key: str
    label: str
    group: str
    unit: str
    least: float
    most: float
    step: float
    today: bool = True

    def as_text(self, value: float) -> str:
        """The lever at a value, in words: "120 days of stock: magnet makers", "Share granted at 50 %"."""
        amount = f"{value:g} times normal" if self.unit == "times" else f"{value:g} {self.unit}"
        if self.group == COVER:
            return f"{amount} of stock: {self.label.lower()}"
        return f"{self.label} at {amount}"

    def check(self, value: float) -> float:
        """Return a value within the bounds. Raise ValueError for any other."""
        if not self.least <= value <= self.most:
            bounds = f"{self.least:g} to {self.most:g} {self.unit}".strip()
            raise ValueError(f"{self.label} goes from {bounds}, not {value:g}; nothing was changed")
        return value


def levers_of(tiers: Iterable[TierOfStock], release: Release | None, queue: str) -> dict[str, Lever]:
    """The levers of a world: of the stock of its tiers, of the state stock that it releases, and of the licences.

    queue: what the neighbour's place in the queue is called; empty without a neighbour.
    """
    levers = [Lever(tier.key, tier.makers, COVER, "days", tier.least, tier.most, tier.step) for tier in tiers]
    if release is not None:
        levers += [
            Lever("state_stock", "State stock", STOCK, "times", 0, 5, 0.5, today=False),
            Lever("release", f"Release of {release.words}", STOCK, "t a day", 0, 3, 0.1),
        ]
    levers += [
        Lever("review_days", "Review of an application", LICENCE, "days", 5, 365, 5),
        Lever("grant_share", "Share granted", LICENCE, "%", 0, 100, 5),
    ]
    if queue:
        levers.append(Lever(QUEUE, queue, STANCE, "times", 0, 3, 0.25))
    return {lever.key: lever for lever in levers}


def levers_in(about: Focus) -> dict[str, Lever]:
    """The levers of the page in a world."""
    said = about.said
    queue = said.neighbour_queue or f"{about.name(said.neighbour)}'s place in the queue" if said.neighbour else ""
    return levers_of(about.tiers_of_stock, said.release, queue)


LEVERS = levers_of(base_case().tiers_of_stock, base_case().release, base_case().neighbour_queue)  # of the base case


@dataclass(frozen=True)
class Choice:
    """What a run is made from: scenario, seed, minds, levers set from the start (key, value), and a world's folder.

    settings: keys of the scenario and values, as on the command line, for what a story says nobody knew.
    """

    scenario: str
    seed: int = 1
    minds: bool = True
    levers: tuple[tuple[str, float], ...] = ()
    world: str | None = None
    settings: tuple[str, ...] = ()

    @property
    def about(self) -> Focus:
        """What the world is about. Raise Faults for a scenario or a world that cannot be read."""
        return focus_of(load_world(self.scenario, (), self.world)[1])

    @property
    def known_levers(self) -> dict[str, Lever]:
        """The levers of the world."""
        return LEVERS if self.world is None else levers_in(self.about)

    def with_lever(self, key: str, value: float) -> Choice:
        """The same choice with a lever set from the start. Raise ValueError for a value out of bounds."""
        self.known_levers[key].check(value)
        return replace(self, levers=tuple(sorted({**dict(self.levers), key: value}.items())))

    def stage(self) -> Stage:
        """The stage of this choice. Raise Faults for a scenario that cannot be read."""
        levers, about = dict(self.levers), self.about
        settings = (*self.settings, *table_settings(levers, about))
        story, tables = load_world(self.scenario, settings, self.world)
        return Stage(self.scenario, self.seed, minds=self.minds, world=(change_story(story, levers, about), tables))


def table_settings(levers: Mapping[str, float], about: Focus) -> tuple[str, ...]:
    """Levers that edit the data tables, as settings of a scenario."""
    out = [
        f"needs.cover_days[{write_picks({'role': tier.role, 'country': about.home})}]={levers[tier.key]:g}"
        for tier in about.tiers_of_stock
        if tier.key in levers
    ]
    if "state_stock" in levers:
        home = write_picks({"role": "state_stock", "country": about.home})
        out.append(f"firms.finished_days[{home}]*={levers['state_stock']:g}")
    return tuple(out)


def change_story(story: Scenario, levers: Mapping[str, float], about: Focus) -> Scenario:
    """The story with the levers that are about what authorities do."""
    shocks = [
        change_rule(shock, levers) if is_rule(shock) and after_shock(story, shock.date) else shock
        for shock in story.shocks
    ]
    when = story.shock_date or story.start
    shocks += [
        event for key in (QUEUE, "release") if key in levers for event in [lever_event(key, levers[key], when, about)]
    ]
    return story.model_copy(update={"shocks": tuple(shocks)})


def after_shock(story: Scenario, day: date) -> bool:
    """Whether a date belongs to the story, and not to what was in force before it."""
    return story.shock_date is None or day >= story.shock_date


def is_rule(shock: Event) -> bool:
    """Whether an event sets a rule on civil exports that a review or a grant could change."""
    return isinstance(shock, RegimeShock) and shock.rule != "free" and shock.end_use != "military"


def change_rule(shock: Event, levers: Mapping[str, float]) -> Event:
    """A rule as individual licences with the pulled review and share; as it was if none is pulled."""
    if not isinstance(shock, RegimeShock) or not {"review_days", "grant_share"} & set(levers):
        return shock
    granted = levers.get("grant_share", 100.0 * shock.grant_share) / 100.0
    days = int(levers.get("review_days", shock.review_days or 63))
    return shock.model_copy(
        update={
            "rule": "individual",
            "review_days": days,
            "grant_share": granted,
            "refuse_share": min(shock.refuse_share, 1.0 - granted),
        }
    )


def lever_event(key: str, value: float, when: date, about: Focus) -> Event:
    """A lever of stance or release as a dated event."""
    if key == QUEUE and about.neighbour is not None:
        note = f"Applications for {about.name(about.neighbour)} weigh {value:g} times as much"
        return AuthorityShock(kind="authority", date=when, stance={about.neighbour: value}, note=note, source=BY_HAND)
    release = about.said.release
    assert release is not None
    note = f"The state stock releases {value:g} t of {release.words} a day" if value else "The state stock closes"
    return ReleaseShock(
        kind="release",
        date=when,
        firms=(release.firm,),
        goods=(release.good,),
        tonnes_per_day=value,
        note=note,
        source=BY_HAND,
    )


def pull_today(stage: Stage, key: str, value: float) -> str:
    """Set a lever as of today; returns what was done, in a sentence. Raise ValueError where that is impossible."""
    about = focus_of(stage.register.tables)
    lever = levers_in(about)[key]
    lever.check(value)
    if not lever.today:
        raise ValueError(f"{lever.label} can only be changed from the start; press Reset to begin anew")
    if lever.group == COVER:
        return change_cover_today(stage, key, value)
    if key in ("review_days", "grant_share"):
        return change_rules_today(stage, {key: value})
    stage.announce(lever_event(key, value, stage.today, about))
    return f"From {in_words(stage.today, '%B')}: {stage.shocks[-1].note}."


def change_cover_today(stage: Stage, key: str, value: float) -> str:
    """Order all firms of a tier at home to hold so many days of every input from today on."""
    about, firms = focus_of(stage.register.tables), stage.register.firms
    tier = next(tier for tier in about.tiers_of_stock if tier.key == key)
    lines = firms.index[(firms["role"] == tier.role) & (firms["country"] == about.home)]
    if not stage.people:
        raise ValueError("with minds off no person takes the order; switch minds on and press Reset")
    for line in lines:
        person = stage.people[str(line)]
        moves = [Move(stage.today, "hold", {"good": good, "days": value}) for good in person.needs]
        stage.give_orders(str(line), moves)
    return f"From {in_words(stage.today, '%B')}: {tier.makers} in {about.home_name} want {value:g} days of stock."


def change_rules_today(stage: Stage, pulled: Mapping[str, float]) -> str:
    """Change the review or the share granted of every rule in force, from today on."""
    rules = [shock for shock in stage.shocks if is_rule(shock) and shock.date <= stage.today]
    if not rules:
        raise ValueError("no licence rule is in force yet, so there is nothing to change today; pull it from the start")
    for shock in rules:
        new = change_rule(shock, pulled)
        words = f"Licences: a review of {new.review_days} days, {100 * new.grant_share:.0f} % granted"  # type: ignore[attr-defined]
        stage.announce(new.model_copy(update={"date": stage.today, "note": words, "source": BY_HAND}))
    return f"From {in_words(stage.today, '%B')}: {words}."


def resting_values(stage: Stage) -> dict[str, float]:
    """The values of the levers in an unchanged scenario; of cover the median of the lines."""
    firms, needs = stage.register.firms, stage.register.needs
    out: dict[str, float] = {
        "state_stock": 1.0,
        "release": 0.0,
        QUEUE: 1.0,
        "review_days": 63,
        "grant_share": 100,
    }
    about = focus_of(stage.register.tables)
    levers = levers_in(about)
    for tier in about.tiers_of_stock:
        lever = levers[tier.key]
        lines = set(firms.index[(firms["role"] == tier.role) & (firms["country"] == about.home)])
        held = needs.loc[needs["line"].isin(lines), "cover_days"]
        out[tier.key] = float(np.clip(round(held.median()), lever.least, lever.most)) if len(held) else 0.0
    return out


def describe_levers(choice: Choice, rest: Mapping[str, float], today: Mapping[str, float]) -> list[dict[str, Any]]:
    """The levers as the page shows them: bounds, present value, and whether it was changed."""
    pulled = {**dict(choice.levers), **today}
    return [
        {
            "key": lever.key,
            "label": lever.label,
            "group": lever.group,
            "unit": lever.unit,
            "least": lever.least,
            "most": lever.most,
            "step": lever.step,
            "today": lever.today,
            "value": pulled.get(lever.key, rest[lever.key]),
            "pulled": lever.key in pulled,
        }
        for lever in choice.known_levers.values()
    ]
