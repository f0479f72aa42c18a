"""A scenario: what authorities do and when, over a base case; read from TOML, all faults reported together.

Reading goes in this order: the files of a scenario, then settings, into a ScenarioDraft; the tables into a TablesDraft;
each part is checked by its schema; overrides edit the tables; shocks are asked what they strike. Faults are noted in
the two drafts and raised once, at the end.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, ValidationInfo

from model.scenario.additions import KEY as ADD
from model.scenario.additions import Added, add_rows, added_keys, additions_in, shares_written_in
from model.scenario.event import Event
from model.scenario.events import Shock
from model.scenario.overrides import Override, Place, edit, setting_override, unread
from model.scenario.parts import check_override, check_range, check_shock
from model.scenario.ranges import Range
from model.scenario.reach import authority_faults, reach_faults
from model.scenario.scenario_files import documents_of
from model.scenario.shock_settings import (
    BY_HAND,
    PREFIX,
    SHIFT,
    change_shocks,
    numbered,
    shift_story,
    those_that_happen,
)
from model.tables.calibrated import BY_HAND as TUNED
from model.tables.calibrated import Tuned, by_hand, filled_in, keys_in, laid_over, read_tuned, split_settings
from model.tables.documents import plain_value
from model.tables.ensemble import ENSEMBLE, World, in_world, pick_world, read_ensemble
from model.tables.faults import Faults, complaint, nearest, sentence, unknown
from model.tables.rows import Name
from model.tables.table_files import DATA, TablesDraft, draft_tables, share_faults
from model.tables.tables import Tables
from model.tables.units import DAYS

LONGEST_RUN_DAYS = 36_500
EARLIEST_START, LATEST_START = date(1900, 1, 1), date(2200, 1, 1)
LISTS = {"shock": "shocks", "override": "overrides", "range": "ranges"}


def _day_of_run(day: date | None, info: ValidationInfo) -> date | None:
    first, last = (info.context or {}).get("span", (None, None))
    if day is not None and ((first is not None and day < first) or (last is not None and day > last)):
        raise complaint(f"must be >= {first} and <= {last}, the days of the run, got {day}; move it")
    return day


class Scenario(BaseModel):
    """A story that the world is put through: its span, the facts of its time, and dated shocks in order."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    name: Name
    """The name of the file."""
    title: Name
    """What happens, in a line."""
    about: Name
    """What happens and why, for readers, in some sentences."""
    base: Name | None = None
    """A scenario, by name or by file, whose dates, overrides and shocks this one takes over."""
    start: Annotated[date, Field(ge=EARLIEST_START, le=LATEST_START)]
    """The first day that is simulated."""
    days: Annotated[int, Field(ge=1, le=LONGEST_RUN_DAYS), DAYS]
    """How many days are simulated."""
    shock_date: Annotated[date | None, AfterValidator(_day_of_run)] = None
    """The day on which the story begins: outcomes are counted from it. Left out in a calm scenario."""
    overrides: tuple[Override, ...] = ()
    """Numbers of the tables that differ in this scenario."""
    shocks: tuple[Shock, ...] = ()
    """What happens, and when."""
    ranges: tuple[Range, ...] = ()
    """What nobody could know on its date."""
    added: Mapping[str, tuple[str, ...]] = {}
    """Rows that the tables do not have."""

    @property
    def end(self) -> date:
        """The first day that is no longer simulated."""
        return self.start + timedelta(days=self.days)

    @property
    def shock_day(self) -> int | None:
        """The number of the day on which the story begins."""
        return None if self.shock_date is None else self.day_of(self.shock_date)

    def day_of(self, day: date) -> int:
        """The number of a date, counted from the start, which is 0."""
        return (day - self.start).days


SCALARS = frozenset(Scenario.model_fields) - {"name", "added", *LISTS.values()}
SETTING_KEYS = (SCALARS - {"base"}) | {SHIFT, ENSEMBLE}  # that settings may set beside tables, tuned numbers and shocks


@dataclass
class ScenarioDraft:
    """A scenario while it is read: its parts as the files have them, where each is written, and the faults."""

    folder: Path
    name: str
    scalars: dict[str, Any] = field(default_factory=dict)
    written_in: dict[str, str] = field(default_factory=dict)
    parts: dict[str, list[tuple[Place, Any]]] = field(default_factory=lambda: {part: [] for part in LISTS})
    added: list[Added] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    tuned: Mapping[str, Tuned] = field(default_factory=dict)
    latest_day: date | None = None
    whole: bool = True
    used: set[str] = field(default_factory=set)


@dataclass(frozen=True, eq=False)
class Files:
    """What the files of a scenario and of its tables say, read once by whoever makes many worlds of them.

    ensemble: its worlds, where a setting draws one.
    """

    documents: tuple[tuple[str, dict[str, Any]], ...]
    tuned: Mapping[str, Tuned]
    tables: TablesDraft
    ensemble: tuple[World, ...] = ()


def read_scenario(path_or_name: str | Path, folder: Path, settings: Sequence[str] = ()) -> Scenario:
    """Read a scenario and its bases, and then the settings; raise Faults with all that is wrong in them.

    The names of firms and goods are not judged here, for that takes the tables: see `read_world`.
    """
    world, settings = pick_world(settings, lambda: read_ensemble(DATA))
    hand, others = split_settings(settings)
    draft = _draft(path_or_name, folder, others, by_hand(in_world(read_tuned(DATA), world), hand))
    scenario, _ = _checked(draft, {})
    return _sound(scenario, draft.faults + _idle(draft, hand))


def read_world(
    path_or_name: str | Path,
    folder: Path,
    data: Path,
    settings: Sequence[str] = (),
    drafted: TablesDraft | None = None,
    files: Files | None = None,
) -> tuple[Scenario, Tables]:
    """Read a scenario and the data tables, and edit these by its overrides; raise Faults with what is wrong.

    It begins with the tables, so that a wrong name is reported beside a wrong type, and ends with what only
    shows after the overrides: shares that do not add to 1, events that strike nothing. Whoever reads many
    worlds from the same tables gives them `drafted`, or all `files` that were read before.
    """
    drafted = drafted if files is None else files.tables
    base_case = draft_tables(data) if drafted is None else replace(drafted, faults=list(drafted.faults))
    world, settings = pick_world(settings, lambda: read_ensemble(data) if files is None else files.ensemble)
    hand, others = split_settings(settings)
    tuned = by_hand(in_world(read_tuned(data) if files is None else files.tuned, world), hand)
    base_case.tables = laid_over(base_case.tables, tuned, base_case.faults)
    draft = _draft(path_or_name, folder, others, tuned, files)
    add_rows(base_case, draft.added)
    scenario, parts = _checked(draft, base_case.names)
    tables = edit(base_case, [(place, part) for place, part in parts if isinstance(part, Override)])
    if files is None:  # who makes many worlds looks in all of them for what a setting changes
        draft.faults += _idle(draft, hand)
        draft.faults += unread([(place, part) for place, part in parts if isinstance(part, Override)])
    faults = base_case.faults + share_faults(
        tables, base_case.unreadable.get("links", ()), shares_written_in(draft.added)
    )
    if not any(base_case.unreadable.get(table) for table in ("firms", "links")):
        faults += [
            words
            for (file, place), part in parts
            if isinstance(part, Event)
            for words in reach_faults(part, tables, file, place)
        ]
        faults += authority_faults(parts, tables)
    return _sound(scenario, faults + draft.faults), tables


def _idle(draft: ScenarioDraft, hand: Sequence[str]) -> list[str]:
    """Complain of tuned numbers set by hand that this scenario does not read."""
    keys = {setting: setting.removeprefix(TUNED).partition("=")[0].strip() for setting in hand}
    return [
        f"{BY_HAND}: {setting}: nothing in {draft.name} reads {key}, so that it would change nothing; leave it out"
        for setting, key in keys.items()
        if draft.whole and draft.tuned[key].cell is None and key not in draft.used
    ]


def read_files(path_or_name: str | Path, folder: Path, data: Path, drafted: TablesDraft | None = None) -> Files:
    """Read the files of a scenario and of the tables, for `read_world` with many settings; raise Faults."""
    draft = ScenarioDraft(folder, Path(path_or_name).stem)
    documents = tuple(_documents(path_or_name, draft))
    if draft.faults:
        raise Faults(draft.faults)
    return Files(documents, read_tuned(data), draft_tables(data) if drafted is None else drafted)


def _sound(scenario: Scenario | None, faults: Iterable[str]) -> Scenario:
    wrong = list(faults)
    if wrong or scenario is None:
        raise Faults(wrong)
    return scenario


def _draft(
    path_or_name: str | Path,
    folder: Path,
    settings: Sequence[str],
    tuned: Mapping[str, Tuned],
    files: Files | None = None,
) -> ScenarioDraft:
    """Read the files of a scenario, its bases first, and then the settings."""
    draft = ScenarioDraft(folder, Path(path_or_name).stem or "scenario", tuned=tuned)
    for file, document in reversed(_documents(path_or_name, draft) if files is None else files.documents):
        _add(draft, file, document)
    draft.latest_day = _last_day(draft.scalars)
    copied = {(part.get("table"), part.get("from")) for _, part in draft.parts["override"] if isinstance(part, dict)}
    order = numbered([raw for _, raw in draft.parts["shock"]])
    first: list[tuple[Place, Any]] = []
    for setting in settings:
        override = setting_override(setting)
        key, equals, text = setting.partition("=")
        key = key.strip()
        if key.startswith(PREFIX):
            draft.faults += change_shocks(draft.parts["shock"], order, setting)
        elif override is not None:
            before = (override["table"], override["column"]) in copied  # it must be there when the scenario copies it
            (first if before else draft.parts["override"]).append(((BY_HAND, setting), override))
        elif equals and key == SHIFT:
            draft.faults += shift_story(draft.scalars, draft.parts["shock"], setting)
        elif equals and key in SETTING_KEYS:
            _add(draft, BY_HAND, {key: plain_value(text)})
        else:
            draft.faults.append(f"{BY_HAND}: {setting}: {_bad_setting(key, equals)}")
    draft.parts["override"] = first + draft.parts["override"]
    draft.parts["shock"] = those_that_happen(draft.parts["shock"])
    return draft


def _bad_setting(key: str, equals: str) -> str:
    if not equals:
        return "found no '='; write KEY=VALUE such as days=600"
    words = unknown(key, "key of a scenario", SETTING_KEYS)
    return f"{words}; a column is set as in needs.cover_days[role=magnet_maker]=30"


def _documents(path_or_name: str | Path, draft: ScenarioDraft) -> list[tuple[str, dict[str, Any]]]:
    documents, draft.whole = documents_of(path_or_name, draft.folder, draft.faults)
    return documents


def _add(draft: ScenarioDraft, file: str, document: Mapping[str, Any]) -> None:
    """Lay a document over the draft: what is one replaces, what are many are appended."""
    for key, value in document.items():
        if key in LISTS:
            parts = value if isinstance(value, list) else [value]
            for i, part in enumerate(parts, 1):
                whole = filled_in(part, draft.tuned, draft.faults, f"{file}: {key} {i}")
                draft.used |= keys_in(part)
                draft.parts[key].append(((file, f"{key} {i}"), whole))
        elif key == ADD:
            draft.added += additions_in(
                filled_in(value, draft.tuned, draft.faults, f"{file}: {ADD}"), file, draft.faults
            )
            draft.used |= keys_in(value)
        elif key in SCALARS:
            draft.scalars[key] = value
            draft.written_in[key] = file
        else:
            draft.faults.append(
                f"{file}: {key}: it is not a key of a scenario; {nearest(key, SCALARS | {ADD, *LISTS})}"
            )


def _checked(
    draft: ScenarioDraft, names: Mapping[str, Collection[str]]
) -> tuple[Scenario | None, list[tuple[Place, Event | Override | Range]]]:
    """Check every part by itself, so that no fault hides another; then put the sound parts together."""
    last = max(filter(None, (draft.latest_day, _last_day(draft.scalars))), default=None)
    context = {**names, "span": (_first_day(draft.scalars), last)}
    parts: list[tuple[Place, Event | Override | Range]] = []
    for name, checked in (("override", check_override), ("shock", check_shock), ("range", check_range)):
        for place, raw in draft.parts[name]:
            part = checked(raw, place, context, draft.faults)
            parts += [] if part is None else [(place, part)]
    shocks = sorted((part for _, part in parts if isinstance(part, Event)), key=lambda shock: shock.date)
    overrides = tuple(part for _, part in parts if isinstance(part, Override))
    ranges = tuple(part for _, part in parts if isinstance(part, Range))
    try:
        return Scenario.model_validate(
            {
                **draft.scalars,
                "name": draft.name,
                "shocks": tuple(shocks),
                "overrides": overrides,
                "ranges": ranges,
                "added": added_keys(draft.added),
            },
            context=context,
        ), parts
    except ValidationError as error:
        for detail in error.errors():
            if draft.whole or detail["type"] != "missing":
                file = draft.written_in.get(str(detail["loc"][0]), f"{draft.name}.toml")
                draft.faults.append(sentence(detail, file, "", {key: key for key in SCALARS}))
        return None, parts


def _first_day(scalars: Mapping[str, Any]) -> date | None:
    start = scalars.get("start")
    return start if type(start) is date and EARLIEST_START <= start <= LATEST_START else None


def _last_day(scalars: Mapping[str, Any]) -> date | None:
    first, days = _first_day(scalars), scalars.get("days")
    if first is None or not isinstance(days, int) or not 1 <= days <= LONGEST_RUN_DAYS:
        return None
    return first + timedelta(days=days - 1)
