"""Published simulators by whose rules an imported world may go: one small file each, in `rules/`.

The file is copied beside the tables of the world as `rules.toml`; model/tables/world_rules.py says what a rule does.
"""

from __future__ import annotations

import shutil
from pathlib import Path

from model.network import MOST_SOLVED_AT_ONCE
from model.tables.documents import read_document
from model.tables.faults import Faults
from model.tables.world_rules import FILE, WorldRules, check_rules
from runs.worlds.flows import NetworkFlows

FOLDER = Path(__file__).parent / "rules"
DAY_THAT_LANDS = 1.0  # day of stock that comes in the morning; simulators count it, cover in the evening does not
STOCK_BY_SUPPLIER = "inoue-todo"
ROOM_OF_MANY = 1e-9  # capacity above normal output, as a share, where output at rest is found round by round


def simulator_names() -> list[str]:
    """The simulators whose rules are known."""
    return sorted(path.stem for path in FOLDER.glob("*.toml"))


def rules_of_simulator(simulator: str) -> WorldRules:
    """The rules of a simulator, by its name."""
    path = FOLDER / f"{simulator}.toml"
    return check_rules(read_document(path), path.name)


def copy_rules(simulator: str, tables: Path) -> None:
    """Put the rules of a simulator beside the tables of a world."""
    shutil.copyfile(FOLDER / f"{simulator}.toml", tables / FILE)


def cover_in_the_evening(days_of_stock: float) -> float:
    """What a simulator calls days of stock, as days of cover in our terms; raise Faults where it is less than one."""
    if days_of_stock < DAY_THAT_LANDS:
        raise Faults([f"--cover: found {days_of_stock:g}; simulators keep at least 1 day of stock: write 1 or more"])
    return days_of_stock - DAY_THAT_LANDS


def room_above_output(firms: int) -> float:
    """By what share capacity is above normal output where a simulator's is not: 0 where output at rest is exact."""
    return 0.0 if firms <= MOST_SOLVED_AT_ONCE else ROOM_OF_MANY


def note_on_rules(simulator: str, flows: NetworkFlows, cover_days: float) -> list[str]:
    """What an import says of the rules that its world goes by, and where they cannot give the same numbers."""
    rules = rules_of_simulator(simulator)
    given = rules.model_dump(exclude_unset=True, exclude={"simulator"})
    said = ", ".join(f"{name} {rule}" for name, rule in given.items())
    notes = [
        f"rules of {rules.simulator}: {said} (tables/{FILE}; edit it to change one)",
        f"{cover_days + DAY_THAT_LANDS:g} days of stock in the morning are cover_days {cover_days:g} in the evening",
    ]
    served = {(int(buyer), int(flows.group[seller])) for buyer, seller in zip(flows.buyer, flows.seller, strict=True)}
    several = len(flows.buyer) - len(served)
    if simulator == STOCK_BY_SUPPLIER and several:
        notes.append(
            f"{several:,} links are not the only one for an input; that simulator keeps a stock for each of them, a "
            "world one for the input, so that results differ once suppliers of one input differ"
        )
    return notes
