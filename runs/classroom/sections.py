"""The sections of a page in Markdown: each has a heading, and a kind, which is its heading on the English page."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

HEADING = re.compile(r"^(?P<marks>#{1,2}) (?P<title>.*?)$", re.MULTILINE)
MINUTES = re.compile(r"\s*[(（][^()（）]*\d[^()（）]*[)）]$")  # behind the title of a step, in any language
STEP, BY_HAND, HOW_TO_RUN = "Step ", "By hand", "How to run"  # how kinds begin
FOR_SCREENS = (HOW_TO_RUN, BY_HAND, "Things to try", "Extend the model", "Sources")  # what nobody needs on paper


@dataclass(frozen=True)
class Section:
    """A part of a page below one heading; kind: that heading on the English page; whole: its Markdown with it."""

    kind: str
    title: str
    text: str
    whole: str
    is_title: bool

    def is_one_of(self, *kinds: str) -> bool:
        """Whether its kind begins as one of some."""
        return not self.is_title and self.kind.startswith(kinds)


def split_sections(page: str, english: str | None = None) -> list[Section]:
    """The sections of a page, in order. english: the English page, which has the same headings in the same order.

    >>> [each.kind for each in split_sections("# 題\\n## 手順1. 見る (4分)", "# Title\\n## Step 1. Look (4 minutes)")]
    ['Title', 'Step 1. Look (4 minutes)']
    """
    found = list(HEADING.finditer(page))
    kinds = headings(page if english is None else english)
    ends = [*(each.start() for each in found[1:]), len(page)]
    return [
        Section(
            kind, here["title"], page[here.end() : end].lstrip("\n"), page[here.start() : end], here["marks"] == "#"
        )
        for kind, here, end in zip(kinds, found, ends, strict=True)
    ]


def headings(page: str) -> list[str]:
    """The headings of a page, in order."""
    return [each["title"] for each in HEADING.finditer(page)]


def without_minutes(title: str) -> str:
    """The title of a step without how long it takes.

    >>> without_minutes("Step 1. Look (4 minutes)"), without_minutes("手順1. 見る (4分)")
    ('Step 1. Look', '手順1. 見る')
    """
    return MINUTES.sub("", title)


def join_sections(sections: Sequence[Section]) -> str:
    """A page of some sections."""
    return "".join(each.whole for each in sections)
