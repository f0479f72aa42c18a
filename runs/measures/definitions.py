"""What the outcomes of a run are: the form of each name, its unit, and its meaning, as `definitions.toml` has them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

from model.tables.documents import read_document

PLACE = re.compile(r"\{(\w+)\}")
PLACES = {
    "country": r"[^_]+",
    "tier": r"\d+",
    "good": r".+",
    "industry": r".+",
    "makers": r".+",
    "when": r"(?:before|after)",
}  # what stands in the names of outcomes -> its form


@dataclass(frozen=True)
class Definition:
    """An outcome, or several of one form, such as `first_stop_day_{country}`: unit and meaning."""

    form: str
    unit: str
    meaning: str

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """What names of this form match."""
        parts = PLACE.split(self.form)  # in turn what stands there, and the word of a place
        return re.compile("".join(PLACES[part] if i % 2 else re.escape(part) for i, part in enumerate(parts)))

    def names(self, words: Mapping[str, Sequence[str]]) -> list[str]:
        """The outcomes of this form, with each word that may stand in each place.

        >>> Definition("stop_{tier}_{country}", "day", "").names({"tier": ["1", "2"], "country": ["A"]})
        ['stop_1_A', 'stop_2_A']
        """
        names = [self.form]
        for place in PLACE.findall(self.form):
            names = [name.replace(f"{{{place}}}", word) for name in names for word in words[place]]
        return names


@cache
def definitions() -> tuple[Definition, ...]:
    """All outcomes."""
    document = read_document(Path(__file__).with_suffix(".toml"))
    return tuple(Definition(**each) for each in document["outcome"])


@cache
def definition_of(name: str) -> Definition | None:
    """What an outcome is; None for a name that is no outcome."""
    return next((each for each in definitions() if each.pattern.fullmatch(name)), None)
