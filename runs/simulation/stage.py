"""The stage: a Mesa model made of a scenario, its tables, a seed and the people."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Collection, Mapping, Sequence
from pathlib import Path
from typing import Any

import mesa
import numpy as np
from mesa.datacollection import DataCollector

from agents.automaker import Automaker
from agents.clerk import Clerk
from agents.firm import Firm
from agents.government import Government
from agents.industry import Industry
from agents.licensing_authority import LicensingAuthority
from agents.magnet_maker import MagnetMaker
from agents.neighbour import Neighbour
from agents.parts_maker import PartsMaker
from agents.player import Move, Player
from agents.processor import Processor
from agents.trader import Trader
from model.chain import SupplyChain
from model.metrics import STOPPED_BELOW
from model.network import HABIT_ONLY
from model.register import register
from model.scenario.event_cells import ANY
from model.scenario.scenario import Scenario, read_scenario, read_world
from model.scenario.scenario_files import find_file, scenario_names
from model.tables.faults import Faults, unknown
from model.tables.focus_file import exporters_in
from model.tables.rows import OFFICES
from model.tables.table_files import DATA
from model.tables.tables import Tables
from model.tables.world_folder import data_folder, draft_world
from runs.simulation.focus import focus_of
from runs.simulation.mind_parameters import mind_faults
from runs.simulation.record import KEPT, Record, Recorder
from runs.simulation.shipped_worlds import CALM, find_scenario, find_world, scenario_files

SCENARIOS = Path(__file__).parents[1] / "scenarios"
DEFAULT_SCENARIO = "two-months"
FRESH_SEEDS = 2**31

MINDS: dict[str, type[Firm]] = {
    "processor": Processor,
    "magnet_maker": MagnetMaker,
    "parts_maker": PartsMaker,
    "automaker": Automaker,
    "neighbour": Neighbour,
    "industry": Industry,
    "trader": Trader,
}
"""Whose minds the lines of each role have: role -> class. A stage takes another such table as its `cast`."""
AUTHORITY, GOVERNMENT = OFFICES


class Stage(SupplyChain):
    """A supply chain with its people, as a Mesa model.

    `Stage()` runs scenario two-months. `rng` is the seed; without one each stage draws a fresh seed, so
    that iterations of Mesa's `batch_run` differ; the collector's "Seed" is that seed. `scenario` of the Mesa convention
    is called `story` here, for Mesa 3.5 reserves that name. After `story.days` days `running` is False. The data
    collector keeps five numbers a day; the full record is the recorder's. `world` is a folder that `linestop generate`
    or `linestop import` has made, a folder of CSV tables, or a scenario and tables that were read before.
    """

    def __init__(
        self,
        name: str = DEFAULT_SCENARIO,
        rng: int | None = None,
        settings: Sequence[str] = (),
        minds: bool = True,
        audited: bool = False,
        world: str | Path | tuple[Scenario, Tables] | None = None,
        cast: Mapping[str, type[Firm]] = MINDS,
    ) -> None:
        self.story, tables = world if isinstance(world, tuple) else read_story(name, settings, world)
        faults = mind_faults(tables, cast)
        if faults:
            raise Faults(faults)
        seed = fresh_seed() if rng is None else check_seed(rng)
        super().__init__(register(tables), self.story.shocks, self.story.start, seed, audited)
        self.has_minds, self.people = minds, dict[str, Any]()
        self.players: dict[str, Player] = {}
        if minds:
            self.people = make_people(self, cast)
            for person in self.people.values():
                self.seat(person)
        self.datacollector = DataCollector(model_reporters=REPORTERS)
        self.datacollector.collect(self)

    def step(self) -> None:
        """Pass one day, then let Mesa's data collector collect."""
        super().step()
        self.datacollector.collect(self)
        if self.day >= self.story.days:
            self.running = False

    def hire_clerks(self) -> None:
        """Give a clerk to each line for which nobody decides, so that it can be a seat; nothing else changes by it.

        Without minds there are no seats, and no clerks either.
        """
        kinds = self.register.tables.minds_of_roles
        for line in self.register.tables.firms if self.has_minds else ():
            if kinds[line.role] == HABIT_ONLY and line.line not in self.people:
                self.people[line.line] = Clerk(self, line.line)

    def take_seat(self, seat: str, moves: Sequence[Move] = (), player_of: Callable[..., Player] = Player) -> Player:
        """Replace the person at a seat by a player and return it; seat: a line code, "authority", or "government:JP".

        player_of: makes the player of the person and the moves. Raise ValueError for a seat that does not exist.
        """
        if seat not in self.people:
            raise ValueError(f"seat must be one of {', '.join(self.people)}, got '{seat}'")
        person = self.people[seat]
        self.unseat(person)
        player = self.players[seat] = player_of(person, moves)
        self.seat(player, daily=True)
        return player

    def give_orders(self, seat: str, moves: Sequence[Move]) -> None:
        """Give a seat standing orders; habits go on for all other verbs."""
        player = self.players.get(seat) or self.take_seat(seat)
        for move in moves:
            player.add(move)

    def leave_seat(self, seat: str) -> None:
        """Return a seat to its own person; standing orders end."""
        self.unseat(self.players.pop(seat))
        self.seat(self.people[seat])

    def release(self) -> None:
        """Let a finished model be garbage-collected: Mesa 3.3 keeps every model alive that made agents."""
        getattr(mesa.Agent, "_ids", {}).pop(self, None)


def read_story(
    name: str | Path, settings: Sequence[str] = (), world: str | Path | None = None, scenarios: Path = SCENARIOS,
    base: Path = DATA,
) -> tuple[Scenario, Tables]:  # fmt: skip
    """Read a scenario and the tables of the base case, or of a world; raise Faults with all that is wrong.

    world: its folder, or its name if it comes with Linestop; of scenarios its own are found first by name. scenarios,
    base: the folders of the scenarios and of the base case that come with Linestop, or of others instead.
    """
    if world is None:
        return read_world(name, scenarios, base, settings)
    folder = find_world(world)
    name = find_scenario(name, folder)
    data, draft = data_folder(folder, base), draft_world(folder, base)
    if not draft.unreadable.get("minds"):
        draft.faults += mind_faults(draft.tables, MINDS)
    if find_file(name, scenarios, scenarios) is None:
        own = [path.stem for path in scenario_files(folder, [])]
        names = {*own, *(scenario_names(scenarios) if data == base else (CALM,))}
        raise Faults([*draft.faults, f"scenario: {unknown(str(name), 'scenario', names)}"])
    if data != base:
        refuse_unknown_names(read_scenario(name, scenarios, settings), draft.names, folder)
    return read_world(name, scenarios, data, settings, draft)


def refuse_unknown_names(story: Scenario, names: Mapping[str, Collection[str]], folder: Path) -> None:
    """Raise Faults, one sentence, where a scenario is about goods or countries that an imported world does not have."""
    kinds = {"goods": "good", "origin": "country", "destination": "country", "countries": "country"}
    added = {word for table in ("goods", "countries") for word in story.added.get(table, ())}
    found = [
        word
        for shock in story.shocks for field, kind in kinds.items() for word in getattr(shock, field, ())
        if word != ANY and word not in names.get(kind, (word,)) and word not in added
    ]  # fmt: skip
    if found:
        some = ", ".join(dict.fromkeys(found))
        raise Faults(
            [f"{story.name}: this scenario is about the base case: the world {folder.name} has no {some}; run calm, or "
             "a scenario of your own with goods and countries of that world"]
        )  # fmt: skip


def make_people(chain: SupplyChain, cast: Mapping[str, type[Firm]]) -> dict[str, Any]:
    """Make the people: a mind for each line whose role has one, authorities and governments, by seat.

    The authority of the first exporter has the seat "authority", that of another one "authority:" and its country.
    """
    register = chain.register
    kinds = register.tables.minds_of_roles
    minds = {role: cast[role if role in cast else kind] for role, kind in kinds.items() if {role, kind} & set(cast)}
    out: dict[str, Any] = {line.line: minds[line.role](chain, line.line) for line in register.tables.firms
                           if line.role in minds}  # fmt: skip
    if any(role == "licensing_authority" for role, _ in register.traits):
        for place, country in enumerate(exporters_in(register.tables)):
            out[f"{AUTHORITY}:{country}" if place else AUTHORITY] = LicensingAuthority(chain, country)
    here = {country.country for country in register.tables.countries}
    ruling = any(role == "government" for role, _ in register.traits)
    for country in focus_of(register.tables).governments:
        if country in here and ruling:
            out[f"{GOVERNMENT}:{country}"] = Government(chain, country)
    return out


def fresh_seed() -> int:
    """Draw a seed from the machine's entropy, small enough to be typed again."""
    return secrets.randbelow(FRESH_SEEDS)


def check_seed(rng: Any) -> int:
    """Return a seed as an int; raise ValueError for anything but a whole number >= 0."""
    if isinstance(rng, bool) or not isinstance(rng, (int, np.integer)) or rng < 0:
        raise ValueError(f"rng must be a whole number >= 0, got {rng!r}; leave it out for a fresh seed")
    return int(rng)


def parse_seed(seed: Any) -> int:
    """Read a seed from a text field. Raise ValueError for what is no whole number from 0 to 999999999."""
    text = str(seed).strip()
    if not text.isascii() or not text.isdigit() or len(text) > 9:
        raise ValueError(f"a seed is a whole number from 0 to 999999999, not '{text[:20]}'")
    return int(text)


def seed_of(chain: SupplyChain) -> int:
    """The seed of the run."""
    return chain.seed


def lines_stopped_today(chain: SupplyChain) -> int:
    """Lines that are stopped: they make under 5 % of usual output; none before the first day."""
    return 0 if chain.day == 0 else int(np.sum(chain.world.flows.output < STOPPED_BELOW * chain.world.conditions.usual))


def vehicles_today(chain: SupplyChain) -> float:
    """Vehicles made today; before the first day what is usual."""
    cars = np.isin(np.arange(len(chain.register.tables.firms)), focus_of(chain.register.tables).vehicles)
    made = chain.world.conditions.usual if chain.day == 0 else chain.world.flows.output
    return float(made[: len(cars)][cars].sum())


def magnet_makers_cover_today(chain: SupplyChain) -> float:
    """Days of cover of the input that a magnet maker at home has least of, on average."""
    firms, world, about = chain.register.tables.firms, chain.world, focus_of(chain.register.tables)
    mine = np.array([line.role == about.stock_role and line.country == about.home for line in firms], bool)
    count = chain.register.named("needs")
    stock, plan = world.state.stock[:count], world.state.plan[:count]
    needs = mine[world.network.line_of[:count]] & (plan > 0.0)
    return float(np.mean(stock[needs] / plan[needs])) if needs.any() else float("nan")


def applications_waiting_today(chain: SupplyChain) -> float:
    """Applications that wait at the licensing authority."""
    return float(chain.world.state.review_files.sum() + chain.world.state.ripe_files.sum())


REPORTERS: dict[str, Callable[[SupplyChain], float]] = {
    "Lines stopped": lines_stopped_today,
    "Vehicles a day": vehicles_today,
    "Cover of magnet makers": magnet_makers_cover_today,
    "Applications waiting": applications_waiting_today,
    "Seed": seed_of,
}


def stage(name: str = DEFAULT_SCENARIO, seed: int = 1, settings: Sequence[str] = (), **options: Any) -> Stage:
    """Make a stage for a scenario.

    name: a scenario of runs/scenarios or a path to a TOML file; settings: KEY=VALUE as on the command line; among the
    options are `minds`, `audited` and `world`, see Stage. Raise Faults with all that is wrong in scenario or tables.
    """
    return Stage(name, seed, settings, **options)


def play(chain: Stage, days: int | None = None, kept: Mapping[str, Sequence[str]] = KEPT) -> Record:
    """Run a stage and return its record, or those columns of it that are to be `kept`; days: all, if not given."""
    days = chain.story.days if days is None else days
    recorder = Recorder(chain, days, kept)
    for _ in range(days):
        SupplyChain.step(chain)
        recorder.note_day()
    return recorder.record(chain.story)
