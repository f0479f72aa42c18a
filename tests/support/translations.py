"""A text of the server in a language, as the script of the pages finds it, and the texts of a page's folders."""

from __future__ import annotations

import re
from pathlib import Path

from runs.browser.desk.catalogue import languages, texts_in, words_in

SLOT = re.compile(r"\{[\da-z]\}")
NAME = "((?:(?!, wh).)+?)"  # without ", which" and ", whose"
NUMBER = re.compile(r"[\d.,−-]+")
AMOUNT = re.compile(r"−?(\D)[\d.,]+ (million|billion|trillion)")


def texts_of(language: str, *folders: Path) -> dict[str, str]:
    """The texts of a page: the desk's, and those of more folders."""
    found = dict(texts_in(language))
    for folder in folders:
        found |= texts_in(language, folder / "texts")
    return found


def words_of(language: str, *folders: Path) -> dict[str, str]:
    """The words of a page: the desk's, and those of more folders."""
    found = dict(words_in(language))
    for folder in folders:
        found |= words_in(language, folder / "words")
    return found


def assert_like_english(folder: Path, language: str) -> None:
    """Fail where texts of a folder lack what another language has, or a slot of the English text."""
    texts = texts_in(language, folder / "texts")
    assert list(texts) == list(texts_in(languages()[1], folder / "texts"))
    for english, text in texts.items():
        assert text.strip() and set(SLOT.findall(text)) == set(SLOT.findall(english)), english


class Translator:
    """Translates as the script of the pages does: `translator(text)` is None for what stays English."""

    def __init__(self, language: str, *folders: Path) -> None:
        self.texts, self._found = texts_of(language, *folders), dict[str, str | None]()
        slotted = sorted((text for text in self.texts if SLOT.search(text)), key=len, reverse=True)
        self._patterns = [(re.compile(form_of(text)), SLOT.findall(text), self.texts[text]) for text in slotted]

    def __call__(self, text: str) -> str | None:
        if text not in self._found:
            self._found[text] = self.texts.get(text) or self._amount(text) or self._filled(text) or self._several(text)
        return self._found[text]

    def _amount(self, text: str) -> str | None:
        found = AMOUNT.fullmatch(text)
        return f"{text} {self.texts[found[1]]}" if found and found[1] in self.texts else None

    def _filled(self, text: str) -> str | None:
        for form, slots, to in self._patterns:
            if not (found := form.fullmatch(text)):
                continue
            parts = {slot: part if slot > "{a" or NUMBER.fullmatch(part) else self(part)
                     for slot, part in zip(slots, found.groups(), strict=True)}  # fmt: skip
            if None not in parts.values():
                return SLOT.sub(lambda slot, parts=parts: str(parts[slot[0]]), to)
        return None

    def _several(self, text: str) -> str | None:
        if text.endswith(".") and (known := self(text[:-1])) is not None:
            return known + "."
        sentences = re.split(r"(?<=\.) (?=[A-Z\d])", text)
        parts = [self(each) for each in sentences] if len(sentences) > 1 else [None]
        return None if None in parts else " ".join(map(str, parts))


def form_of(text: str) -> str:
    """The pattern of a text with slots."""
    form = re.escape(text)
    for slot in SLOT.findall(text):
        form = form.replace(re.escape(slot), NAME if slot > "{a" else "(.+?)", 1)
    return form
