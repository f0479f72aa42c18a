"""Precautions against the loss of something: a month more stock at its customers, second sources that are ready."""

from __future__ import annotations

from model.tables.tables import Tables
from runs.exposure.candidates import Candidate, lines_by_code

MONTH_DAYS = 30.0


def struck_needs(candidate: Candidate, tables: Tables) -> set[tuple[str, str]]:
    """The needs, as line and good, that buy of what is taken out."""
    lines = lines_by_code(tables)
    return {
        (link.line, link.good) for link in tables.links if link.share > 0.0 and candidate.strikes(link, lines)
    }  # fmt: skip


def with_more_stock(candidate: Candidate, tables: Tables) -> Tables:
    """The world in which whoever buys of what is taken out keeps a month more of that input."""
    struck = struck_needs(candidate, tables)
    needs = tuple(
        need.model_copy(update={"cover_days": need.cover_days + MONTH_DAYS})
        if (need.line, need.good) in struck
        else need
        for need in tables.needs
    )
    return tables.with_numbers("needs", needs)


def second_sources(candidate: Candidate, tables: Tables) -> list[int]:
    """The rows of links from others by which those customers could be served once the supplier is qualified."""
    struck, lines = struck_needs(candidate, tables), lines_by_code(tables)
    return [
        row for row, link in enumerate(tables.links)
        if link.qualification_days > 0 and (link.line, link.good) in struck and not candidate.strikes(link, lines)
    ]  # fmt: skip


def with_second_sources(candidate: Candidate, tables: Tables) -> Tables:
    """The world in which all second sources of those customers are qualified from the first day, and not yet used."""
    ready = set(second_sources(candidate, tables))
    links = tuple(
        link.model_copy(update={"qualification_days": 0}) if row in ready else link
        for row, link in enumerate(tables.links)
    )
    return tables.with_numbers("links", links)
