"""A question bank as QTI 2.1, the package of XML files that most learning platforms import."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from io import BytesIO
from xml.etree.ElementTree import Element, SubElement, indent, tostring
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from runs.classroom.predictions import POINTS, Prediction

QTI = "http://www.imsglobal.org/xsd/imsqti_v2p1"  # names of the two languages, which nobody has to open
PACKAGE = "http://www.imsglobal.org/xsd/imscp_v1p1"
MANIFEST, TEST = "imsmanifest.xml", "test.xml"
RESPONSE = "RESPONSE"
FIRST_DAY = (1980, 1, 1, 0, 0, 0)  # of every file in the package, so that the same bank has the same bytes
FIELD_LETTERS = "10"  # room for a number


def qti_package(chapters: Mapping[str, Sequence[Prediction]]) -> bytes:
    """A bank as the bytes of a zip: the manifest, a test with a section a chapter, and an item a prediction."""
    answered = {title: [each for each in asked if each.has_answer] for title, asked in chapters.items()}
    items = [each for asked in answered.values() for each in asked]
    files = {MANIFEST: manifest(items), TEST: assessment(answered), **{item_file(each): item(each) for each in items}}
    out = BytesIO()
    with ZipFile(out, "w", ZIP_DEFLATED) as package:
        for name, root in files.items():
            indent(root)
            entry = ZipInfo(name, FIRST_DAY)
            entry.compress_type = ZIP_DEFLATED
            package.writestr(entry, tostring(root, encoding="utf-8", xml_declaration=True))
    return out.getvalue()


def item(asked: Prediction) -> Element:
    """A question with its right answer and the points for it."""
    number = asked.kind == "number"
    title = f"{asked.exercise}. {asked.question}"
    about = {"identifier": item_code(asked), "title": title, "adaptive": "false", "timeDependent": "false"}
    root = Element("assessmentItem", {"xmlns": QTI, **about})
    declare_response(root, asked)
    declare_outcomes(root)
    body = add(root, "itemBody")
    add(body, "p").text = asked.given
    if number:
        add(body, "p").text = asked.question
        add(add(body, "p"), "textEntryInteraction", responseIdentifier=RESPONSE, expectedLength=FIELD_LETTERS)
    else:
        choice = add(body, "choiceInteraction", responseIdentifier=RESPONSE, shuffle="false", maxChoices="1")
        add(choice, "prompt").text = asked.question
        for place, option in enumerate(asked.options):
            add(choice, "simpleChoice", identifier=option_code(place)).text = option
    add_processing(root, asked)
    told = add(root, "modalFeedback", outcomeIdentifier="TOLD", identifier="COMPUTED", showHide="show")
    told.text = f"{asked.computed}."
    return root


def declare_response(root: Element, asked: Prediction) -> None:
    """Say what kind of response is expected, and which one is right."""
    kind = "float" if asked.kind == "number" else "identifier"
    response = add(root, "responseDeclaration", identifier=RESPONSE, cardinality="single", baseType=kind)
    right = f"{asked.right:g}" if asked.kind == "number" else option_code(asked.options.index(str(asked.right)))
    add(add(response, "correctResponse"), "value").text = right


def declare_outcomes(root: Element) -> None:
    """Say what marking gives: points, how many there are at most, and the code of what is told."""
    for name, value in (("SCORE", "0"), ("MAXSCORE", str(POINTS))):
        outcome = add(root, "outcomeDeclaration", identifier=name, cardinality="single", baseType="float")
        add(add(outcome, "defaultValue"), "value").text = value
    add(root, "outcomeDeclaration", identifier="TOLD", cardinality="single", baseType="identifier")


def add_processing(root: Element, asked: Prediction) -> None:
    """Give the points where the response matches, or is near enough; tell what was computed in any case."""
    processing = add(root, "responseProcessing")
    condition = add(add(processing, "responseCondition"), "responseIf")
    if asked.kind == "number":
        room = f"{asked.tolerance:g} {asked.tolerance:g}"
        compared = add(condition, "equal", toleranceMode="absolute", tolerance=room)
    else:
        compared = add(condition, "match")
    add(compared, "variable", identifier=RESPONSE)
    add(compared, "correct", identifier=RESPONSE)
    score = add(condition, "setOutcomeValue", identifier="SCORE")
    add(score, "baseValue", baseType="float").text = str(POINTS)
    told = add(processing, "setOutcomeValue", identifier="TOLD")
    add(told, "baseValue", baseType="identifier").text = "COMPUTED"


def assessment(chapters: Mapping[str, Sequence[Prediction]]) -> Element:
    """All questions as one test, a section a chapter."""
    root = Element("assessmentTest", {"xmlns": QTI, "identifier": "linestop", "title": "Linestop: predictions"})
    part = add(root, "testPart", identifier="part", navigationMode="nonlinear", submissionMode="individual")
    for number, (title, asked) in enumerate(chapters.items()):
        section = add(part, "assessmentSection", identifier=f"section-{number}", title=title, visible="true")
        for each in asked:
            add(section, "assessmentItemRef", identifier=item_code(each), href=item_file(each))
    return root


def manifest(items: Sequence[Prediction]) -> Element:
    """The table of contents of the package."""
    root = Element("manifest", {"xmlns": PACKAGE, "identifier": "linestop-predictions"})
    about = add(root, "metadata")
    add(about, "schema").text = "QTIv2.1 Package"
    add(about, "schemaversion").text = "1.0.0"
    add(root, "organizations")
    resources = add(root, "resources")
    whole = add_resource(resources, "linestop", "imsqti_test_xmlv2p1", TEST)
    for each in items:
        add_resource(resources, item_code(each), "imsqti_item_xmlv2p1", item_file(each))
        add(whole, "dependency", identifierref=item_code(each))
    return root


def add_resource(resources: Element, code: str, kind: str, file: str) -> Element:
    """Add a file of a kind to the table of contents."""
    resource = add(resources, "resource", identifier=code, type=kind, href=file)
    add(resource, "file", href=file)
    return resource


def add(parent: Element, tag: str, **attributes: str) -> Element:
    """Add an element to another; return it."""
    return SubElement(parent, tag, attributes)


def item_code(asked: Prediction) -> str:
    """The identifier of an item, which may not begin with a digit."""
    return f"predict-{asked.code}"


def item_file(asked: Prediction) -> str:
    """The file of an item in the package."""
    return f"items/{asked.code}.xml"


def option_code(place: int) -> str:
    """The identifier of an option: A, B, C."""
    return chr(ord("A") + place)
