"""A question bank as GIFT, the text format that Moodle and other learning platforms import."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from runs.classroom.predictions import Prediction

SPECIAL = re.compile(r"[\\~=#{}:]")  # characters that stand for themselves only after a backslash


def gift_text(chapters: Mapping[str, Sequence[Prediction]]) -> str:
    """A bank in GIFT: each chapter becomes a category, each prediction that has an answer a question."""
    parts = []
    for title, asked in chapters.items():
        parts.append(f"$CATEGORY: Linestop/{category_name(title)}")
        parts += [question_text(each) for each in asked if each.has_answer]
    return "\n\n".join(parts) + "\n"


def question_text(asked: Prediction) -> str:
    """One question: its name, what is given, what is asked, the answers, and what is told afterwards."""
    words = "\\n\\n".join((escape(asked.given), escape(asked.question)))
    return f"::{escape(asked.code)}::[plain]{words}{{{answers_text(asked)}}}"


def answers_text(asked: Prediction) -> str:
    """What stands between the braces: a number with its tolerance, or the options; then the feedback."""
    feedback = f"####{escape(asked.computed + '.')}"
    if asked.kind == "number":
        return f"#{asked.right:g}:{asked.tolerance:g}\n{feedback}\n"
    options = (f"{'=' if option == asked.right else '~'}{escape(option)}" for option in asked.options)
    return "\n" + "\n".join((*options, feedback)) + "\n"


def escape(text: str) -> str:
    r"""A text in which no character is a command of GIFT.

    >>> print(escape("a = b: 50 % {now}"))
    a \= b\: 50 % \{now\}
    """
    return SPECIAL.sub(lambda found: "\\" + found[0], text)


def category_name(title: str) -> str:
    """A title as the name of a category, in which a stroke would begin another category below it."""
    return title.replace("/", "//")
