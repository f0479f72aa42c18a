"""What the server says in English, in another language: the rule of words.js for pages that are drawn here.

A text has a translation, or is made by a pattern with slots, or is an amount, or consists of sentences that have one.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

SLOT = re.compile(r"\{[\da-z]\}")
NAME = r"((?!Day \d)(?:(?!, wh).)+?)"  # no date before it, and without ", which" and ", whose"
NUMBER = re.compile(r"[\d.,−-]*\d")
AMOUNT = re.compile(
    r"(−?)((?:[A-Z]{0,3}[^\w\s]|[A-Z]{3} )?)(\d[\d.,]*)(?: (thousand|k|million|mn|billion|bn|trillion))?"
)
SIZES = {"thousand": 1e3, "k": 1e3, "million": 1e6, "mn": 1e6, "billion": 1e9, "bn": 1e9, "trillion": 1e12}
STEPS = ((1e12, "{0} trillion"), (1e8, "{0} hundred million"), (1e4, "{0} ten thousand"))  # how East Asia counts
LIST = "{l}"  # the slot of names or goods in a row: "A, B and C"
GOOD = r"([^.,;:()]+?)"
FORMS = {"{n}": r"([\d.,]+)", "{m}": r"([\d.,]+)", "{g}": GOOD, "{i}": GOOD}  # slots of digits alone, and of goods
COMMAS = re.compile(r", (?![^(]*\))")  # not those in brackets
MOST_KEPT = 20_000  # texts; a longer memory is begun anew


class Translator:
    """Translates with the texts of a language: `translator(text)` is None for what stays English."""

    def __init__(self, texts: Mapping[str, str], full_stop: str, between: str) -> None:
        self.texts, self._full_stop, self._between = texts, full_stop, between
        self._found = dict[str, str | None]()
        slotted = sorted((text for text in texts if SLOT.search(text)), key=len, reverse=True)
        self._patterns = [(re.compile(form_of(text)), SLOT.findall(text), texts[text]) for text in slotted]

    def __call__(self, text: str) -> str | None:
        """The translation of a text; None for one that stays English."""
        if text not in self._found:
            if len(self._found) > MOST_KEPT:
                self._found = {}
            found = self.texts.get(text) or self._amount(text) or self._ended(text)
            self._found[text] = found or self._filled(text) or self._several(text)
        return self._found.get(text)

    def _amount(self, text: str) -> str | None:
        found = AMOUNT.fullmatch(text)
        if not found or not (found[2] or found[4]) or (found[2] and found[2] not in self.texts and not found[4]):
            return None
        amount = float(found[3].replace(",", "")) * SIZES.get(found[4], 1.0)
        size, words = next((step for step in STEPS if amount >= step[0]), (1.0, "{0}"))
        number = f"{amount / size:,.{0 if amount >= 10 * size else 1}f}".removesuffix(".0")
        number = self.texts.get(words, words).replace("{0}", number)
        after = self.texts.get(found[2])  # a sign that has no word in the language stays before the number
        return found[1] + (number + after if after is not None else found[2] + number)

    def _filled(self, text: str) -> str | None:
        for form, slots, to in self._patterns:
            if not (found := form.fullmatch(text)):
                continue
            parts = {slot: self._part(slot, part) for slot, part in zip(slots, found.groups(), strict=True)}
            known = {slot: part for slot, part in parts.items() if part is not None}
            if len(known) == len(parts):
                return fill(to, known)
        return None

    def _part(self, slot: str, part: str) -> str | None:
        if slot == LIST:
            *names, last = COMMAS.split(part)
            names += [last] if self(last) else last.rsplit(" and ", 1)
            return self.texts[", "].join(self(name) or name for name in names)
        if slot > "{a":  # a name stays as it is, unless it is a neutral one
            return self(part) or part
        return part if NUMBER.fullmatch(part) else self(part)

    def _ended(self, text: str) -> str | None:
        known = self(text[:-1]) if text.endswith(".") else None
        return None if known is None else known + self._full_stop

    def _several(self, text: str) -> str | None:
        sentences = re.split(r"(?<=\.) (?=[A-Z\d])", text)
        parts = [self(each) for each in sentences] if len(sentences) > 1 else [None]
        return None if None in parts else self._between.join(map(str, parts))


def fill(text: str, parts: Mapping[str, str]) -> str:
    """A text with its slots filled."""
    return SLOT.sub(lambda slot: parts[slot[0]], text)


def form_of(text: str) -> str:
    """The pattern of a text with slots."""
    form = re.escape(text)
    for slot in SLOT.findall(text):
        form = form.replace(re.escape(slot), FORMS.get(slot, NAME if slot > "{a" else "(.+?)"), 1)
    return form
