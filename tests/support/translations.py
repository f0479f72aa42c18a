"""A text of the server in a language, as the script of the pages finds it, and the texts of a page's folders."""

from __future__ import annotations

from pathlib import Path

from runs.browser.desk import translator
from runs.browser.desk.catalogue import languages, texts_in, words_in
from runs.browser.desk.translator import SLOT


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


class Translator(translator.Translator):
    """Translates as the script of the pages does: `translator(text)` is None for what stays English."""

    def __init__(self, language: str, *folders: Path) -> None:
        super().__init__(texts_of(language, *folders), ".", " ")
