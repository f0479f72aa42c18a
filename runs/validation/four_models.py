"""One shock by the rules of four models: this one's, and those of three published simulators.

`python -m runs.validation.four_models` plays `runs/worlds/five-firms/mine-at-half.toml` by each, draws the figure and
writes the numbers of `runs/worlds/FOUR_MODELS.md`, between its marks.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

import numpy as np

from model.chain import SupplyChain
from model.register import register
from model.scenario.scenario import Scenario
from model.tables.tables import Tables
from model.tables.world_rules import WorldRules
from runs.figures.four_models import draw_four_models
from runs.figures.png import write_figure
from runs.files.durable import write_whole
from runs.reference.markdown_table import markdown_table
from runs.simulation.stage import read_story
from runs.worlds import inoue_todo
from runs.worlds.flows import Array, mend_flows
from runs.worlds.imported import write_world
from runs.worlds.simulators import rules_of_simulator, simulator_names

WORLDS = Path(__file__).parents[1] / "worlds"
FIVE_FIRMS = WORLDS / "five-firms"
PAGE = WORLDS / "FOUR_MODELS.md"
PICTURE = WORLDS.parent / "pictures" / "four-models.png"
STOCK_DAYS = 15.0  # as in the public case
COUNTRY = "here"  # where all firms are
OURS = "Linestop"
LOW = 0.75  # of normal output
RECOVERED = 0.999  # of normal output
NEVER = "not within the run"
ONE_BY_ONE = {
    "the planned draw knows today only": {"plan_days": 1.0},
    "and follows what is made": {"plan_days": 1.0, "plan_follows": "made"},
    "stocks aim at the draw at rest": {"stocks_aim_at": "normal"},
    "an excess never reduces an order": {"excess_reduces_orders": False},
    "a line slows below 0.8 of its stock": {"slows_below": 0.8},
    "lines may work a quarter longer": {"most_overtime": 0.25},
    "the market comes last": {"market": "last"},
}  # what is changed -> the rules that say so


class Played(NamedTuple):
    """What a model makes of the shock: output of each firm, days x F, its normal output, and the order of the firms."""

    output: Array
    normal: Array
    firms: list[str]

    @property
    def total(self) -> Array:
        """Output of all firms, as a share of normal."""
        return np.asarray(self.output.sum(axis=1) / self.normal.sum())

    @property
    def lost(self) -> float:
        """Output that is lost in the run, in days of normal output."""
        return float((1.0 - self.total).sum())

    @property
    def separator_low(self) -> int | None:
        """The first day on which the separator, whose ore comes from the mine, makes less than three quarters."""
        place = self.firms.index("separator")
        return first_day(self.output[:, place] < LOW * self.normal[place])

    def recovered(self, end: int) -> int | None:
        """Days after the end of the shock until output stays at what is normal; None where it does not."""
        low = np.flatnonzero(self.total < RECOVERED)
        day = int(low[-1]) + 1 if len(low) else end
        return max(0, day - end) if day < len(self.total) else None


def first_day(flags: Array) -> int | None:
    """The first day on which something holds."""
    return int(np.argmax(flags)) if flags.any() else None


def read_five_firms(simulator: str | None, stock_days: float = STOCK_DAYS) -> tuple[Scenario, Tables]:
    """The scenario, and the five firms as an import by these rules writes them."""
    with TemporaryDirectory() as folder:
        place = Path(folder) / "world"
        flows = mend_flows(inoue_todo.read_flows(FIVE_FIRMS, COUNTRY))
        write_world(flows, place, "import inoue-todo", stock_days, simulator)
        return read_story(FIVE_FIRMS / "mine-at-half.toml", world=place)


def play_by(story: Scenario, tables: Tables) -> Played:
    """Play the shock in a world, by the rules that it says."""
    chain, made = SupplyChain(register(tables), story.shocks, story.start), []
    for _ in range(story.days):
        chain.step()
        made.append(chain.world.flows.output.copy())
    return Played(np.array(made), chain.world.network.baseline.copy(), [line.line for line in tables.firms])


def play_all() -> tuple[Scenario, dict[str, Played], dict[str, Played]]:
    """The scenario; what each of the four models makes of it; and ours with one rule changed at a time."""
    story, tables = read_five_firms(None)
    models = {OURS: play_by(story, tables)}
    for simulator in simulator_names():
        models[rules_of_simulator(simulator).simulator] = play_by(*read_five_firms(simulator))
    changed = {"14 days of stock in the evening": play_by(*read_five_firms(None, STOCK_DAYS - 1.0))}
    for words, rules in ONE_BY_ONE.items():
        changed[words] = play_by(story, replace(tables, rules=WorldRules.model_validate(rules)))
    return story, models, changed


def shock_days(story: Scenario) -> tuple[int, int]:
    """The first day of the shock, and the first after it."""
    shock = story.shocks[0]
    assert shock.end is not None
    return (shock.date - story.start).days, (shock.end - story.start).days


def numbers_of(played: Played, end: int) -> list[str]:
    """The cells of a row: separator low, least output, output lost, recovery."""
    low, back = played.separator_low, played.recovered(end)
    return [
        "never" if low is None else f"{low}", f"{100.0 * played.total.min():.1f} %", f"{played.lost:.2f}",
        NEVER if back is None else f"{back}",
    ]  # fmt: skip


def tables_of_page(story: Scenario, models: Mapping[str, Played], changed: Mapping[str, Played]) -> dict[str, str]:
    """The tables of the page, by the names of their marks."""
    _, end = shock_days(story)
    head = ["separator below 75 % on day", "least output", "output lost, in normal days", "days until 99.9 % again"]
    return {
        "models": as_markdown(["rules of", *head], {name: numbers_of(each, end) for name, each in models.items()}),
        "rules": as_markdown(
            ["Linestop, but", *head],
            {"nothing is changed": numbers_of(models[OURS], end)}
            | {words: numbers_of(each, end) for words, each in changed.items()},
        ),
    }  # fmt: skip


def as_markdown(head: list[str], rows: Mapping[str, list[str]]) -> str:
    """A Markdown table, its first column words and the others numbers."""
    return markdown_table(head, ([words, *cells] for words, cells in rows.items()), numbers=len(head) - 1)


def with_tables(text: str, tables: Mapping[str, str]) -> str:
    """A page with these tables between its marks."""
    for name, table in tables.items():
        begin, end = f"<!-- {name}: begin -->", f"<!-- {name}: end -->"
        before, _, rest = text.partition(begin)
        text = f"{before}{begin}\n\n{table}\n\n{end}{rest.partition(end)[2]}"
    return text


def main() -> None:
    """Play, draw, and write the numbers into the page."""
    story, models, changed = play_all()
    first, end = shock_days(story)
    write_figure(draw_four_models({name: each.total for name, each in models.items()}, first, end), PICTURE)
    write_whole(PAGE, with_tables(PAGE.read_text(encoding="utf-8"), tables_of_page(story, models, changed)))


if __name__ == "__main__":
    main()
