"""The question bank: what a learning platform reads of it is what the exercise asks, in each language."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from xml.etree import ElementTree

import pytest

from runs.__main__ import main
from runs.classroom.exercise import exercise_folders, read_exercise
from runs.classroom.gift import escape, gift_text
from runs.classroom.language import NAMES
from runs.classroom.predictions import Prediction, mark
from runs.classroom.qti import qti_package
from runs.classroom.wall_questions import predictions_in

EXERCISES = [read_exercise(folder) for folder in exercise_folders()]
ASKED = {code: [each for exercise in EXERCISES for each in predictions_in(exercise, code)] for code in NAMES}
EVERYTHING = ASKED["en"]
CODES = [each.code for each in EVERYTHING]
QTI, PACKAGE = "{http://www.imsglobal.org/xsd/imsqti_v2p1}", "{http://www.imsglobal.org/xsd/imscp_v1p1}"
ASKS_FOR = {
    "day": ("on which day", "何日目", "며칠째", "第几天"),
    "days": ("how many days", "何日", "며칠", "多少天"),
    "days per day": ("how many days", "何日", "며칠", "多少天"),
    "times": ("how many times", "何倍", "몇 배", "多少倍"),
    "billion JPY": ("how many billion jpy", "単位は十億円", "단위: 십억 엔", "以十亿日元为单位"),
    "%": ("per cent", "何%", "몇 %", "百分之几"),
}  # of a number: how its question names the unit, in English, Japanese, Korean and Chinese
each_language = pytest.mark.parametrize("code", NAMES)


@dataclass(frozen=True)
class Gift:
    """A question as a reader of GIFT finds it."""

    name: str
    words: str
    options: list[str]
    right: str
    feedback: str


def read_gift(text: str) -> Iterator[Gift]:
    """A reader of its own, after Moodle's documentation of GIFT.

    Blocks stand between empty lines, and a line that begins with // is a comment; a character after a backslash is
    itself. A number begins with #, options with = or ~; -> between two of them would make pairs, % behind the sign a
    weight, and # feedback on one of them. What follows on #### is feedback for all.
    """
    for block in re.split(r"\n\s*\n", re.sub(r"^//.*\n", "", text, flags=re.MULTILINE).strip()):
        if block.startswith("$CATEGORY: "):
            continue
        marked = re.sub(r"\\([~=#{}:\\])", lambda found: chr(0xE000 + ord(found[1])), block)
        shape = re.fullmatch(r"::([^:]+)::\[plain\]([^{}]*)\{([^{}]*)\}", marked)
        assert shape is not None, block
        name, words, inside = (part.strip() for part in shape.groups())
        answers, _, feedback = inside.partition("####")
        if answers.startswith("#"):
            options, right = [], answers[1:].strip()
        else:
            assert "->" not in answers and "#" not in answers and not re.search(r"[=~]\s*%", answers), block
            parts = re.findall(r"([=~])([^=~]+)", answers)
            options = [own.strip() for _, own in parts]
            (right,) = (own.strip() for sign, own in parts if sign == "=")
        plain = [unmark(each) for each in (name, words.replace("\\n", "\n"), right, feedback)]
        yield Gift(plain[0], plain[1], [unmark(each) for each in options], plain[2], plain[3])


def unmark(text: str) -> str:
    return re.sub("[\ue000-\ue0ff]", lambda found: chr(ord(found[0]) - 0xE000), text)


@each_language
def test_gift_gives_back_what_was_put_in(code: str) -> None:
    text = gift_text({"One / two": ASKED[code]})
    assert text.startswith("$CATEGORY: Linestop/One // two\n")
    read = {each.name: each for each in read_gift(text)}
    assert list(read) == CODES
    for each in ASKED[code]:
        found = read[each.code]
        assert found.words == f"{each.given}\n\n{each.question}" and found.feedback == each.computed + "."
        if each.kind == "choice":
            assert found.options == list(each.options) and found.right == each.right
        else:
            value, tolerance = map(float, found.right.split(":"))
            assert mark(each, value) == mark(each, value - tolerance) == 2


@each_language
def test_a_question_for_a_number_names_its_unit_and_the_bank_does_not_again(code: str) -> None:
    place = list(NAMES).index(code)
    for each, english in zip(ASKED[code], EVERYTHING, strict=True):
        if each.kind == "number":
            assert each.question.lower().count(ASKS_FOR[english.unit][place]) == 1, each.code
            body = package_files(qti_package({"1": [each]}))[f"items/{each.code}.xml"].find(f"{QTI}itemBody")
            assert " ".join("".join(body.itertext()).split()) == " ".join(f"{each.given} {each.question}".split())


def test_what_gift_reads_as_a_command_is_escaped() -> None:
    nasty = replace(EVERYTHING[0], given="A{b}=c~d#e:f\\g and 50 %", options=("no = no", "x~y", EVERYTHING[0].right))
    (read,) = read_gift(gift_text({"x": [nasty]}))
    assert read.words.startswith(nasty.given) and read.options == list(nasty.options)
    assert escape("plain, (words) 50 %") == "plain, (words) 50 %"


def package_files(data: bytes) -> dict[str, ElementTree.Element]:
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        return {name: ElementTree.fromstring(package.read(name)) for name in package.namelist()}


def test_qti_has_a_manifest_that_names_every_file() -> None:
    files = package_files(qti_package({"1": EVERYTHING[:5], "2": EVERYTHING[5:]}))
    manifest = files["imsmanifest.xml"]
    assert manifest.tag == f"{PACKAGE}manifest"
    resources = manifest.findall(f"{PACKAGE}resources/{PACKAGE}resource")
    kinds = [each.get("type") for each in resources]
    assert kinds == ["imsqti_test_xmlv2p1"] + ["imsqti_item_xmlv2p1"] * len(EVERYTHING)
    hrefs = {each.get("href") for each in resources}
    assert hrefs == set(files) - {"imsmanifest.xml"} == {each.find(f"{PACKAGE}file").get("href") for each in resources}
    codes = {each.get("identifier") for each in resources[1:]}
    assert {each.get("identifierref") for each in resources[0]} - {None} == codes
    refs = files["test.xml"].findall(f".//{QTI}assessmentSection/{QTI}assessmentItemRef")
    assert {each.get("identifier") for each in refs} == codes and {each.get("href") for each in refs} < hrefs


@pytest.mark.parametrize("asked", EVERYTHING, ids=CODES)
def test_qti_marks_as_the_class_does(asked: Prediction) -> None:
    item = package_files(qti_package({"1": [asked]}))[f"items/{asked.code}.xml"]
    assert item.tag == f"{QTI}assessmentItem" and item.get("adaptive") == item.get("timeDependent") == "false"
    response = item.find(f"{QTI}responseDeclaration")
    (right,) = (each.text for each in response.findall(f"{QTI}correctResponse/{QTI}value"))
    field = item.find(f".//{QTI}textEntryInteraction" if asked.kind == "number" else f".//{QTI}choiceInteraction")
    assert field.get("responseIdentifier") == response.get("identifier") and response.get("cardinality") == "single"
    condition = item.find(f"{QTI}responseProcessing/{QTI}responseCondition/{QTI}responseIf")
    assert condition.find(f"{QTI}setOutcomeValue/{QTI}baseValue").text == "2"
    if asked.kind == "number":
        assert response.get("baseType") == "float" and float(right) == asked.right
        equal = condition.find(f"{QTI}equal")
        low, high = map(float, equal.get("tolerance").split())
        assert equal.get("toleranceMode") == "absolute" and low == high == asked.tolerance
    else:
        options = {each.get("identifier"): each.text for each in field.findall(f"{QTI}simpleChoice")}
        assert response.get("baseType") == "identifier" and tuple(options.values()) == asked.options
        assert options[right] == asked.right and condition.find(f"{QTI}match") is not None


def test_the_command_writes_both_formats_without_a_run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["exercise", "--bank", str(tmp_path / "bank")]) == 0
    assert f"{len(EVERYTHING)} questions" in capsys.readouterr().out
    read = list(read_gift((tmp_path / "bank" / "predictions.gift.txt").read_text(encoding="utf-8")))
    assert [each.name for each in read] == CODES
    package = (tmp_path / "bank" / "predictions.qti.zip").read_bytes()
    assert len(package_files(package)) == len(EVERYTHING) + 2
    assert main(["exercise", "3", "--neutral", "--quiet", "--bank", str(tmp_path / "one")]) == 0
    text = (tmp_path / "one" / "predictions.gift.txt").read_text(encoding="utf-8")
    assert "Assembler" in text and "Japan" not in text and text.count("::") == 2 * 4
    assert main(["exercise", "--bank", str(tmp_path / "bank"), "--check"]) == 2
    assert "leave out --check" in capsys.readouterr().err
