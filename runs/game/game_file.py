"""The file of the game: its seats with their controls, and the few words that are about the base case."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from model.tables.documents import read_document
from model.tables.faults import Faults, sentences

FILE = Path(__file__).with_name("game.toml")
Word = Annotated[str, Field(min_length=1)]


class GamePart(BaseModel):
    """A part of the file; nothing in it changes after reading."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


class ControlEntry(GamePart):
    """A control of a seat: which one, and where it needs that the country or the stock that it is about."""

    use: Literal["hold", "run", "bid", "source", "spread", "first", "thrift", "project", "pay", "tempo",
                 "inspect", "orders_taken", "release", "serve_first", "cap", "queue"]  # fmt: skip
    of: str = ""
    label: str = ""
    hint: str = ""
    most: float = 0.0
    step: float = 0.0
    unit: str = "t"


class SeatEntry(GamePart):
    """A seat: the line or office, its words, the seat to play next, its controls, and what is at stake.

    stake: the gain on par, in billions, for which there are 100 points.
    """

    key: Word
    code: Word
    title: Word
    name: Word
    goal: Word
    other: Word
    stake: Annotated[float, Field(gt=0.0)]
    controls: tuple[ControlEntry, ...]


class GameFile(GamePart):
    """All that the game says of the base case.

    stake_of_world: value added, in billions, that the world must lose less than on par for 100 points.
    """

    customs: tuple[Word, ...]
    finished_goods: tuple[Word, ...]
    finished_elsewhere: Word
    stake_of_world: Annotated[float, Field(gt=0.0)]
    seats: Annotated[tuple[SeatEntry, ...], Field(alias="seat")]


def read_game(path: Path = FILE) -> GameFile:
    """Read the file of the game; raise Faults with all that is wrong in it."""
    try:
        return GameFile.model_validate(read_document(path))
    except ValidationError as error:
        raise Faults(sentences(error, path.name, "", GameFile)) from None


GAME = read_game()
