"""Exercises: pages quote only what is computed, lessons can break, minds cannot cheat, names can be anonymised."""

from __future__ import annotations

import math
import re
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from agents.magnet_maker import MagnetMaker
from model.cascade import first_stops
from model.tables.faults import Faults
from model.tables.rows import Line
from model.tables.table_files import DATA, read_tables
from runs.browser.parts.charts import counters
from runs.classroom import sweep as sweep_of_exercise
from runs.classroom.anonymised_names import anonymise, anonymise_scenario, anonymise_text, hide_sources
from runs.classroom.answers import Lesson, compute_answers, lessons, quotable
from runs.classroom.check import check_pages, known_numbers
from runs.classroom.exercise import (
    EXERCISES,
    STUDENT,
    TEACHER,
    Exercise,
    append_settings,
    exercise_folders,
    find_exercise,
    part,
    read_exercise,
)
from runs.classroom.figure_tables import figure_table
from runs.classroom.page import draw_figures, render_page
from runs.classroom.quoted_numbers import find_quotes, find_stale, strip_marks, update_quotes
from runs.classroom.sandbox import sandbox
from runs.classroom.sweep import (
    date_shock,
    experiments_of,
    finds_of_run,
    mind_in,
    run_all,
    run_experiment,
    stage_of,
    with_mind,
    world_of,
)
from runs.measures.quantities import column
from runs.measures.selected import GRAMMAR, MEASURES, measure
from runs.simulation.levers import Choice as Pulled
from runs.simulation.stage import MINDS, Stage, play, stage
from runs.simulation.watched_run import WatchedRun
from tests.support.exercises import made_up

FOLDERS = exercise_folders()
NAMES = [folder.name for folder in FOLDERS]
SHORT_CUT = "links.lead_days[good=dytb|alloy|magnet_heavy]=2"
MIND = "from agents.magnet_maker import MagnetMaker\n\n\nclass Mine(MagnetMaker):\n    def decide(self):\n        {}\n"


@pytest.fixture(params=FOLDERS, ids=NAMES)
def exercise(request: pytest.FixtureRequest) -> Exercise:
    return read_exercise(request.param)


def test_they_are_numbered_from_zero_without_a_gap() -> None:
    assert len(FOLDERS) >= 7 and [read_exercise(folder).number for folder in FOLDERS] == list(range(len(FOLDERS)))


def test_every_page_has_what_a_classroom_needs(exercise: Exercise) -> None:
    student, teacher = exercise.page(STUDENT), exercise.page(TEACHER)
    for heading in ("How to run", "Things to notice", "Things to try", "Extend the model",
                    "What this model leaves out", "Discuss", "Sources"):  # fmt: skip
        assert f"## {heading}" in student, heading
    assert 0 < student.index("\n> **") < student.index("](figure:"), "predict first"
    for heading in ("Timing", "Answers, computed", "Marking (10 points)", "Common mistakes"):
        assert f"## {heading}" in teacher, heading
    marks = [int(row) for row in re.findall(r"^\| (\d) \|", teacher[teacher.index("## Marking") :], re.MULTILINE)]
    assert marks[:4] == [2, 3, 3, 2]


def test_steps_and_timing_fit_the_minutes(exercise: Exercise) -> None:
    teacher = exercise.page(TEACHER)
    ends = [int(end) for end in re.findall(r"^\| \d+ to (\d+) \|", teacher, re.MULTILINE)]
    assert ends[-1] == exercise.minutes and ends == sorted(ends)


def test_every_quoted_number_has_an_answer_and_every_figure_a_sweep(exercise: Exercise) -> None:
    tables = made_up(exercise)
    known, drawn = known_numbers(exercise, tables), draw_figures(exercise, tables)
    for name in (STUDENT, TEACHER):
        text = exercise.page(name)
        update_quotes(text, known, name)
        assert set(re.findall(r"\]\(figure:([\w-]+)\)", text)) <= set(drawn)
        assert text.count("<!--=") == len(find_quotes(text)), "each mark is closed"


def test_every_answer_is_quoted_or_bounded(exercise: Exercise) -> None:
    quoted = {name for page_name in (STUDENT, TEACHER) for name, _ in find_quotes(exercise.page(page_name))}
    formulas = " ".join(answer.formula for answer in exercise.answer)
    for answer in exercise.answer:
        used = answer.name in quoted or re.search(rf"\b{answer.name}\b", formulas)
        assert used or answer.least is not None or answer.most is not None, f"{answer.name} is of no use"


def test_measures_are_known(exercise: Exercise) -> None:
    for sweep in exercise.sweep:
        for words in sweep.measures.values():
            found = GRAMMAR.fullmatch(words)
            assert found is not None and found["name"] in MEASURES, words


def test_what_pages_tell_to_type_can_be_typed(exercise: Exercise) -> None:
    for setting in re.findall(r'--set "([^"]+)"', exercise.page(STUDENT)):
        (experiment, *_) = experiments_of(exercise, append_settings(exercise, [setting]).sweep[0])
        assert experiment.settings[-1] == setting
        world_of(experiment)


def test_every_run_can_be_staged(exercise: Exercise) -> None:
    for sweep in exercise.sweep:
        some = list(experiments_of(exercise, sweep))
        for experiment in {id(some[0]): some[0], id(some[-1]): some[-1]}.values():
            story, tables = world_of(experiment)
            Stage(world=(story, tables))


def test_pages_stand_alone_and_hide_the_figures(exercise: Exercise) -> None:
    texts = {name: exercise.page(name) for name in (STUDENT, TEACHER)}
    drawn = draw_figures(exercise, made_up(exercise))
    figures = exercise.page(STUDENT).count("](figure:")
    student = render_page(exercise, texts, drawn, "student")
    assert "For the teacher" not in student
    assert student.count('<details class="waits"') == student.count("<img ") == figures
    whole = render_page(exercise, texts, drawn, "teacher")
    assert "For the teacher" in whole and whole.count("<img ") == figures and 'class="waits"' not in whole
    for page in (student, whole):
        assert page.count('<details class="numbers"') == page.count("<summary>The numbers of this figure") == figures
        assert not re.search(r'(?:src|href)="(?!data:)', page), "nothing is fetched"
        assert "<!--=" not in page and "\ue000" not in page


def test_the_sheet_for_paper_has_room_to_write_and_no_answers(exercise: Exercise) -> None:
    texts = {name: exercise.page(name) for name in (STUDENT, TEACHER)}
    sheet = render_page(exercise, texts, draw_figures(exercise, made_up(exercise)), "handout")
    boxes = len(re.findall(r"(?:^>.*\n)+", texts[STUDENT], re.MULTILINE))
    assert sheet.count('<div class="lines">') == sheet.count('class="predict"') == boxes
    assert sheet.count('<div class="note">Figure: ') == texts[STUDENT].count("](figure:") and "<img" not in sheet
    body = sheet.partition("<main>")[2].partition("</main>")[0]
    assert not re.search(r"<(?:script|input|textarea|button|summary)|Computed|## |By hand|Things to try", body)
    assert body.count("<h2>Step ") == texts[STUDENT].count("\n## Step ") and "<h2>Discuss" in body
    assert body.count("<i></i>") == sum(len(each.options) for each in exercise.predict)


def test_what_is_read_off_by_hand_waits_for_a_click(exercise: Exercise) -> None:
    texts = {name: exercise.page(name) for name in (STUDENT, TEACHER)}
    drawn = draw_figures(exercise, made_up(exercise))
    numbers = find_quotes(re.search(r"^## By hand.*?(?=^## )", texts[STUDENT], re.MULTILINE | re.DOTALL)[0])
    student = render_page(exercise, texts, drawn, "student")
    covered = re.findall(r'<button type="button" class="covered" data-number="([^"]*)">show</button>', student)
    assert covered == [text for _, text in numbers] and (covered or exercise.number == 2)
    seen = re.sub(r"<[^>]*>", "", student[student.index("<h2>By hand") :].partition("<h2>Things to notice")[0])
    assert not any(re.search(rf"(?<![\d,]){text}(?![\d,])", seen) for text in covered if len(text) > 2)
    assert "covered" not in render_page(exercise, texts, drawn, "teacher").partition("<main>")[2]


def test_the_table_behind_a_figure_has_what_is_drawn() -> None:
    exercise = find_exercise("5")
    rope = next(sweep for sweep in exercise.sweep if sweep.name == "rope")
    table = made_up(exercise)["rope"]
    lines = figure_table(rope, table, rope.figure[0]).splitlines()
    assert len(lines) == 2 + len({place for place in table["course"] if place != "stay out"})
    twins = table[table["course"] == "stay out"].set_index("seed")["profit"]
    rows = table[table["course"] == 0.5]
    gain = rows["profit"] - rows["seed"].map(twins)
    place, words = (cell.strip() for cell in lines[-1].strip("|").split("|"))
    mean, half = map(float, words.split(" ± "))
    assert place == "0.5" and mean == pytest.approx(gain.mean(), abs=0.006)
    assert half == pytest.approx(1.96 * gain.std() / math.sqrt(len(gain)), abs=0.0006)


def test_a_number_that_moves_is_reported_and_rewritten() -> None:
    text = "It stops on day <!--=stop-->52<!--/-->."
    assert not find_stale(text, {"stop": "52"}, "a.md")
    (old,) = find_stale(text, {"stop": "53"}, "a.md")
    assert (old.name, old.quoted, old.computed) == ("stop", "52", "53")
    assert strip_marks(update_quotes(text, {"stop": "53"}, "a.md")) == "It stops on day 53."
    with pytest.raises(Faults, match="did you mean 'stop'"):
        update_quotes("<!--=stpo-->52<!--/-->", {"stop": "53", "start": "1"}, "a.md")


def test_a_lesson_that_breaks_is_reported() -> None:
    exercise = find_exercise("1")
    words, fine = check_pages(exercise, made_up(exercise))
    assert not fine and "lessons no longer hold" in words and "--update" in words
    broken = [each for each in lessons(exercise, compute_answers(exercise, made_up(exercise))) if not each.holds]
    assert all(each.bounds in words for each in broken)


def test_a_lesson_without_a_number_does_not_hold() -> None:
    answer = next(each for each in find_exercise("1").answer if each.least is not None)
    assert not Lesson(answer, math.nan).holds
    assert quotable(find_exercise("1"), dict.fromkeys([a.name for a in find_exercise("1").answer], math.nan))


def test_an_unknown_exercise_is_reported_with_the_nearest() -> None:
    with pytest.raises(Faults, match="did you mean 'nothing-happened'"):
        find_exercise("nothing-hapened")


def test_shocks_are_dated_by_the_shock() -> None:
    story = stage("full-stop").story
    shock = date_shock({"after": 60, "kind": "news", "countries": ["JP"], "level": 0.0, "note": "over"}, story)
    assert story.shock_date is not None and (shock.date - story.shock_date).days == 60
    with pytest.raises(Faults):
        date_shock({"kind": "news", "level": 2.0}, story)


def test_no_shock_no_loss() -> None:
    record = play(stage("calm"), days=60)
    assert measure(record, "days_lost[role=automaker,country=JP]") == pytest.approx(0.0, abs=1e-9)
    assert math.isnan(measure(record, "first_stop[country=JP]"))
    with pytest.raises(Faults, match="not a known measure"):
        measure(record, "first_stp[country=JP]")
    with pytest.raises(Faults, match="found no line"):
        measure(record, "first_stop[country=XX]")


def test_what_cars_lack_is_measured_as_one_would_add_it_up() -> None:
    record = play(stage("full-stop"), days=260)
    cars, shock = "role=automaker,country=JP", record.shock_day or 0
    rows = [
        r for r, firm in enumerate(record.register.tables.firms) if (firm.role, firm.country) == ("automaker", "JP")
    ]
    made, usual = (record.lines[name][shock:, rows] for name in ("output", "usual"))
    gone = [
        next(d for d in range(len(made)) if (usual - made)[: d + 1, i].sum() >= 6.999 * usual[0, i])
        for i in range(len(rows))
    ]
    assert measure(record, f"half_hit[{cars}]") == pytest.approx(sorted(gone)[len(gone) // 2], abs=2)
    short = [d for d in range(6, len(made)) if made[d - 6 : d + 1].sum() < 0.95 * usual[d - 6 : d + 1].sum()]
    assert measure(record, f"last_short_week[{cars}]") == short[-1] == len(made) - 1 and short[0] > 60
    calm = play(stage("calm"), days=60)
    assert math.isnan(measure(calm, f"half_hit[{cars}]")) and math.isnan(measure(calm, f"last_short_week[{cars}]"))


def test_lines_of_which_nothing_is_wanted_lose_no_days() -> None:
    record = play(stage("calm", settings=["needs.dependence=0", "days=5"]))
    assert measure(record, "days_lost[role=magnet_maker,country=JP]") == 0.0


@pytest.mark.parametrize(
    ("body", "complaint"),
    [
        ("self.chain.world.state.stock[:] = 1e6", r"mine\.py, line 6: a mind cannot look at 'chain'"),
        ("self.chain.wishes().cover[:] = 0.0", r"mine\.py, line 6: a mind cannot look at 'chain'"),
        ("self._wish.run[0] = 0.5", r"mine\.py, line 6: a mind cannot look at '_wish'"),
        ("self.needs = self.chain", r"mine\.py, line 6: a mind cannot look at 'chain'"),
        ("self.hold('gold', 3.0)", r"mine\.py, line 6: .* not 'gold'"),
        ("self.hod('dytb', 3.0)", r"mine\.py, line 6: a mind has no 'hod'; did you mean 'hold'\?"),
        ("return 1 +", r"mine\.py, line 6: SyntaxError"),
    ],
)
def test_a_mind_that_cheats_or_errs_gets_a_sentence(tmp_path: Path, body: str, complaint: str) -> None:
    file = tmp_path / "mine.py"
    file.write_text(MIND.format(body), encoding="utf-8")
    quick = part(find_exercise("0"), "minds", {"mind": ["yours"]}, seeds=1)
    (experiment,) = experiments_of(quick, quick.sweep[0])
    found = run_experiment(type(experiment)(**{**experiment.__dict__, "minds": {"magnet_maker": str(file)},
                                    "settings": ("days=100",)}))  # fmt: skip
    assert isinstance(found, str) and re.search(complaint, found)


def test_the_mind_that_comes_with_exercise_0_is_one() -> None:
    assert issubclass(mind_in(EXERCISES / "00-write-your-own-mind" / "my_mind.py"), MagnetMaker)


@pytest.mark.slow
def test_a_sandbox_changes_nothing_for_minds_that_keep_the_rules() -> None:
    def sold(mind: type[MagnetMaker]) -> np.ndarray:
        return play(stage("april-2025", cast={**MINDS, "magnet_maker": mind}), days=150).lines["sold"]

    np.testing.assert_array_equal(sold(sandbox(MagnetMaker)), sold(MagnetMaker))


def test_only_the_mind_called_yours_gives_way_to_a_students() -> None:
    file = EXERCISES / "00-write-your-own-mind" / "my_mind.py"
    (sweep, _) = with_mind(find_exercise("0"), file).sweep
    minds = [choice.minds for choice in sweep.axis[0].choices]
    others = [{"magnet_maker": "one_change.py"}, {"magnet_maker": "even_handed.py"}]
    assert minds == [{}, {"magnet_maker": str(file)}, *others]
    with pytest.raises(Faults, match="exercise 5 takes no mind"):
        with_mind(find_exercise("5"), file)


# the same run is played once


def test_runs_of_one_history_are_played_once_for_all_that_is_measured() -> None:
    sweep = part(find_exercise("1"), "makers", {"cover": [0]}).sweep[0]
    (one,) = experiments_of(find_exercise("1"), sweep.model_copy(update={"set": ("days=200",)}))
    other = replace(one, measures={"lost": "stop_days[country=JP]", "cars": one.measures["cars"]})
    heard: list[int] = []
    first, second = run_all([one, other], heard.append)
    assert heard == [2] and first["cars"] == second["cars"]
    assert (
        first["lost"] == run_experiment(one)["lost"]
        and second["lost"] == run_experiment(other)["lost"] != first["lost"]
    )


def test_a_sweep_in_worlds_gives_each_seed_a_world_and_all_places_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    caution = "minds *:caution value"
    monkeypatch.setattr(sweep_of_exercise, "read_ensemble", lambda: [{caution: 0.1, "review": 40.0}, {caution: 1.4}])
    exercise = find_exercise("1")
    sweep = exercise.sweep[0].model_copy(update={"seeds": 3, "worlds": True})
    runs = list(experiments_of(exercise, sweep))
    assert len(runs) == sweep.size()
    for run in runs:  # two-months does not read the days of review
        assert run.settings[0] == f"tuned.{caution}={(0.1, 1.4, 0.1)[run.seed - 1]}" and "review" not in str(
            run.settings
        )
    first, second = (run_experiment(run) for run in runs[:2])
    assert first != second
    alone = sweep.model_copy(update={"worlds": False})
    assert not any("tuned" in str(run.settings) for run in experiments_of(exercise, alone))
    monkeypatch.setattr(sweep_of_exercise, "read_ensemble", lambda: [])
    assert list(experiments_of(exercise, sweep)) == list(experiments_of(exercise, alone))


@pytest.mark.slow
@pytest.mark.slow
def test_a_year_in_which_nobody_can_be_found_is_the_year_in_which_nobody_looks() -> None:
    exercise = find_exercise("5")
    rope = next(sweep for sweep in exercise.sweep if sweep.name == "rope")
    own = rope.model_copy(update={"unless_found": {}})
    pairs = zip(experiments_of(exercise, rope), experiments_of(exercise, own), strict=True)
    spared = [(one, other) for one, other in pairs if one.history != other.history]
    assert len(spared) > rope.seeds
    twin, real = next(pair for pair in reversed(spared))
    assert real.place == {"course": 0.5} and run_experiment(twin) == run_experiment(real)


@pytest.mark.slow
@pytest.mark.slow
def test_a_year_in_which_the_same_are_found_is_the_same_year_whatever_the_chance_was() -> None:
    exercise = find_exercise("5")
    rope = next(sweep for sweep in exercise.sweep if sweep.name == "rope")
    own = rope.model_copy(update={"unless_found": {}})
    pairs = list(zip(experiments_of(exercise, rope), experiments_of(exercise, own), strict=True))
    nobody = next(one for one, _ in pairs if one.place == {"course": 0}).shocks
    twin, real = next(
        pair for pair in reversed(pairs) if pair[0].history != pair[1].history and pair[0].shocks != nobody
    )
    assert finds_of_run(real) == finds_of_run(twin) != () and real.shocks != twin.shocks
    assert run_experiment(twin) == run_experiment(real)


@pytest.mark.slow
@pytest.mark.slow
def test_runs_that_differ_in_more_than_inspections_are_no_twins() -> None:
    exercise = find_exercise("5")
    rope = next(sweep for sweep in exercise.sweep if sweep.name == "rope")
    (axis,) = rope.axis
    scarce = {"label": "scarce", "value": 0.07, "set": ("needs.cover_days[role=magnet_maker]*=0.5",)}
    more = axis.model_copy(update={"choices": (*axis.choices, axis.choices[-1].model_copy(update=scarce))})
    runs = list(experiments_of(exercise, rope.model_copy(update={"axis": (more,)})))
    mine = [one for one in runs if one.place == {"course": 0.07}]
    assert len(mine) == rope.seeds and all(one.settings[-1] == scarce["set"][0] for one in mine)
    assert not {one.history for one in mine} & {one.history for one in runs if one.place != {"course": 0.07}}


def test_what_is_quoted_for_the_page_is_what_the_page_shows() -> None:
    sweep = part(find_exercise("1"), "by_hand", {"slider": [90]}).sweep[0]
    (experiment,) = experiments_of(find_exercise("1"), sweep)
    run = WatchedRun(Pulled("full-stop", levers=(("cover_magnets", 90.0),)).stage())
    run.pass_days(run.days)
    found = run_experiment(experiment)
    assert isinstance(found, dict) and counters(run)["vehicles"] == round(found["vehicles"] / 1000)
    first = min(day for row, day in first_stops(run.record()) if run.cars[row] and run.at_home[row])
    assert first - run.stage.story.shock_day == found["first"]


def test_a_broken_model_is_found_out_by_the_numbers_that_pages_quote() -> None:
    exercise = find_exercise("1")
    quoted = dict(find_quotes(exercise.page(TEACHER)))["stop_0"]
    (experiment,) = experiments_of(exercise, part(exercise, "makers", {"cover": [0]}).sweep[0])
    short = (*experiment.settings, "days=200")
    sound, broken = (
        run_experiment(replace(experiment, settings=settings)) for settings in (short, (*short, SHORT_CUT))
    )
    assert isinstance(sound, dict) and isinstance(broken, dict)
    assert f"{sound['cars']:.0f}" == quoted != f"{broken['cars']:.0f}"


# one world

THE_BAN = {  # where each exercise asks what a ban of 240 days costs: the sweep, and the place on its axes
    "1": ("ends", {"length": [240]}),
    "3": ("bans", {"length": [240], "cover": [60]}),
    "4": ("policies", {"length": [240], "policy": ["both from the day"]}),
    "6": ("lever", {"length": [240], "depth": ["ban"]}),
}
SAME_ANSWERS = [  # exercise and answer: the same question, so the same number
    [("1", "lost_240"), ("3", "lost_0"), ("4", "both_240"), ("6", "cars_240"), ("6", "usual_cars")],
    [("3", "lost_60"), ("6", "deep_240")],
    [("4", "wait_240"), ("6", "loyal_cars")],
    [("1", "hand_lost_60"), ("4", "hand_wait")],
]


@pytest.mark.slow
def test_a_ban_costs_the_same_in_every_exercise() -> None:
    found = {}
    for number, (sweep, place) in THE_BAN.items():
        (run,) = experiments_of(find_exercise(number), part(find_exercise(number), sweep, place).sweep[0])
        result = run_experiment(replace(run, measures={"lost": "days_lost[role=automaker,country=JP]"}))
        assert isinstance(result, dict)
        found[number] = result["lost"]
    assert min(found.values()) > 1.0 and max(found.values()) - min(found.values()) < 0.1, found


@pytest.mark.parametrize("answers", SAME_ANSWERS)
def test_pages_quote_the_same_number_for_the_same_question(answers: list[tuple[str, str]]) -> None:
    quoted = {}
    for number in dict.fromkeys(number for number, _ in answers):
        exercise = find_exercise(number)
        quoted |= {(number, key): text for page in (STUDENT, TEACHER) for key, text in find_quotes(exercise.page(page))}
    assert len({quoted[each] for each in answers}) == 1, {each: quoted[each] for each in answers}


def test_no_second_source_ships_before_it_is_built() -> None:
    exercise = find_exercise("4")
    early = part(exercise, "policies", {"length": [540], "policy": ["second sources a year before"]})
    (run,) = experiments_of(exercise, early.sweep[0])
    chain = stage_of(run)
    record = play(chain)
    mine = np.isin(column(record, "firm"), ["CAR", "ILU"])[record.network.supplier]
    opens = (date(2027, 1, 1) - chain.story.start).days
    shipped = record.links["shipped"][:, mine].sum(axis=1)
    assert shipped[:opens].sum() == 0.0 < shipped[opens:].sum()


def test_a_car_that_is_not_built_costs_its_contribution_and_not_its_price() -> None:
    cars = "[role=automaker,country=JP]"
    quiet, ban = (play(stage(name, settings=["shock_date=2026-01-06"]), days=330) for name in ("calm", "full-stop"))
    lost = {name: measure(quiet, name + cars) - measure(ban, name + cars) for name in ("contribution", "profit")}
    rows = [
        row for row, line in enumerate(ban.register.tables.firms) if (line.role, line.country) == ("automaker", "JP")
    ]
    made, sold = (float((quiet.lines[name] - ban.lines[name])[:, rows].sum()) for name in ("output", "sold"))
    value = measure(ban, f"value_lost{cars}") * sold / made  # 330 days end in the ban, when finished cars are sold off
    assert value > 100.0 and lost["contribution"] == pytest.approx(value, rel=0.01) and lost["profit"] > 1.2 * value


def replace_names(line: Line) -> Line:
    return line.model_copy(update={"name": "", "short": ""})


def test_anonymised_tables_keep_every_number() -> None:
    tables = read_tables(DATA)
    other = anonymise(tables)
    assert other.needs == tables.needs and other.links == tables.links and other.goods == tables.goods
    for ours, theirs in zip(tables.firms, other.firms, strict=True):
        assert replace_names(ours) == replace_names(theirs)
    names = [line.name for line in other.firms]
    assert len(set(names)) == len(names)
    assert all(bool(ours.short) == bool(theirs.short) for ours, theirs in zip(tables.firms, other.firms, strict=True))
    text = " ".join([*names, *(line.short for line in other.firms), *(country.name for country in other.countries)])
    assert not re.search(r"Japan|China|Chinese|Korea|Toyota|Suzuki|Denso|Shin-Etsu|TDK|Lynas|Hyundai", text)


def test_anonymised_texts_read_well_and_leave_what_is_typed_alone() -> None:
    text = anonymise_text("Chinese firms, a Japanese buyer, the Philippines and South\nKorea; `--firm Toyota`, Toyota.")
    words = "Upstream's firms, an Assembler buyer, Partner B and Neighbour; `--firm Toyota`, Assembler car maker 1."
    assert text == words


def test_anonymised_names_reach_pages_and_stories(exercise: Exercise) -> None:
    text = anonymise_text(hide_sources(strip_marks(exercise.page(STUDENT) + exercise.page(TEACHER))))
    assert not re.search(r"\b(?:[Aa] (?:Upstream|Assembler)|[Aa]n (?:Neighbour|Partner)|the Partner)\b", text)
    assert not re.search(r"Nikkei|Sankei|METI|Suzuki|Reuters", text.replace("JOGMEC", ""))
    assert not re.search(r"\b(?:Japan|Japanese|China|Chinese|South Korea|Korean)\b", text)
    story = anonymise_scenario(stage("full-stop").story)
    assert "Assembler" in story.about and "Japan" not in story.about
    assert find_exercise(str(exercise.number), reword=anonymise_text).size() == exercise.size()


@pytest.mark.subprocess
@pytest.mark.subprocess
@pytest.mark.parametrize("folder", FOLDERS, ids=NAMES)
def test_notebooks_run(folder: Path) -> None:
    nbformat = pytest.importorskip("nbformat")
    client = pytest.importorskip("nbclient").NotebookClient
    notebook = nbformat.read(folder / "notebook.ipynb", as_version=4)
    assert all(not cell.get("outputs") for cell in notebook.cells), "notebooks are kept without outputs"
    root = EXERCISES.parent.parent
    client(notebook, timeout=600, kernel_name="python3", resources={"metadata": {"path": str(root)}}).execute()


def test_the_same_run_twice_is_the_same() -> None:
    quick = part(find_exercise("1"), "makers", {"cover": [0, 30]})
    some = [type(each)(**{**each.__dict__, "settings": (*each.settings, "days=120")})
            for each in experiments_of(quick, quick.sweep[0])]  # fmt: skip
    assert run_experiment(some[0]) == run_experiment(some[0])
