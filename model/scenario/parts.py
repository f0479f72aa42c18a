"""Parts of a scenario: each shock, override and range checked by its schema, so that no fault hides another."""

from collections.abc import Mapping
from difflib import get_close_matches
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from model.scenario.event import Event
from model.scenario.events import KINDS
from model.scenario.overrides import Override, Place
from model.scenario.ranges import Range
from model.tables.faults import NEAR_ENOUGH, nearest, sentences, unknown

Part = TypeVar("Part", bound=BaseModel)


def check_override(raw: Any, place: Place, context: Mapping[str, Any], faults: list[str]) -> Override | None:
    """Check an override, and note what is wrong with it."""
    return check_part(raw, Override, place, context, faults)


def check_range(raw: Any, place: Place, context: Mapping[str, Any], faults: list[str]) -> Range | None:
    """Check a range, and note what is wrong with it."""
    return check_part(raw, Range, place, context, faults)


def check_shock(raw: Any, place: Place, context: Mapping[str, Any], faults: list[str]) -> Event | None:
    """Check a shock by the schema of its kind; if the kind is misspelt, by the schema of the nearest."""
    kind = raw.get("kind") if isinstance(raw, dict) else None
    if not isinstance(raw, dict) or str(kind) in KINDS:
        return check_part(raw, KINDS.get(str(kind), Event), place, context, faults)
    if kind is None:
        faults.append(f"{place[0]}: {place[1]}, kind: it is missing; {nearest('', KINDS)}")
        return None
    faults.append(f"{place[0]}: {place[1]}, kind: {unknown(str(kind), 'kind of shock', KINDS)}")
    close = get_close_matches(str(kind), KINDS, n=1, cutoff=NEAR_ENOUGH)
    return check_part({**raw, "kind": close[0]}, KINDS[close[0]], place, context, faults) if close else None


def check_part(raw: Any, kind: type[Part], place: Place, context: Mapping[str, Any], faults: list[str]) -> Part | None:
    """Check one shock or override by its schema, and note what is wrong with it."""
    try:
        return kind.model_validate(raw, context=context)
    except ValidationError as error:
        faults += sentences(error, *place, kind)
        return None
