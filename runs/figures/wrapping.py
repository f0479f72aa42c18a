"""Texts in lines of so many letters, where a wide letter of East Asia counts as two."""

from __future__ import annotations

import re
from textwrap import fill
from unicodedata import east_asian_width

WIDE = "WF"  # wide letters, and those of full width
NOT_FIRST = "、。，．：；？！」』）】〉》％ー"  # what begins no line
UNBROKEN = re.compile(
    r"\s+|\([^()]{1,12}\)|[^\s\u3000-\u9fff\uf900-\ufaff\uff00-\uffef]+|."
)  # Han and kana may be parted anywhere, but not a unit in brackets


def width_of(text: str) -> int:
    """How many letters wide a text is.

    >>> width_of("day"), width_of("日数"), width_of("일")
    (3, 4, 2)
    """
    return sum(2 if east_asian_width(letter) in WIDE else 1 for letter in text)


def wrap_text(text: str, letters: int) -> str:
    """A text in lines of at most so many letters, broken between words, and between Han and kana anywhere.

    >>> print(wrap_text("days of stock", 8))
    days of
    stock
    >>> print(wrap_text("磁石の在庫、日数 (日)", 10))
    磁石の在庫、
    日数 (日)
    >>> print(wrap_text("失われた自動車 (十億円)", 19))
    失われた自動車
    (十億円)
    """
    if width_of(text) == len(text):
        return fill(text, letters)
    lines = [""]
    for part in UNBROKEN.findall(text):
        longer = lines[-1] + part
        if width_of(longer.rstrip()) > letters and lines[-1].strip() and part not in NOT_FIRST:
            lines.append(part.lstrip())
        else:
            lines[-1] = longer
    return "\n".join(line.rstrip() for line in lines)
