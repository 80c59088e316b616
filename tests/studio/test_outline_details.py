"""The form of a course: nothing that it does not show is lost, mistakes stand beside fields."""

import re
from pathlib import Path

import pytest
from werkzeug.datastructures import MultiDict

from training_platform.config import ROOT
from training_platform.core.kinds import Mistake
from training_platform.studio.outline import values
from training_platform.studio.outline.beside import beside
from training_platform.studio.patching import patched, read

COURSES = sorted((ROOT / "courses").glob("*/course.yaml"))
COURSE = """\
id: calls # never changes
title: Calls
summary: {zh: 简介, en: "In short"}
area: communication
level: foundation
job_roles: [supervisor, specialist]
competencies: {listening: 2}
made_by: somebody # no form knows this
lessons:
  - {slug: greet, minutes: 4, check: calls/greet, hint: kept}
complete_when:
  - paper: calls
  - lessons: all
"""


def given(changes=(), published=None):
    return MultiDict(values.fields_of(read(COURSE), published) | dict(changes))


@pytest.mark.parametrize("published", [None, 1])
@pytest.mark.parametrize("path", COURSES, ids=lambda path: path.parent.name)
def test_a_form_that_nobody_changed_changes_no_byte(path: Path, published):
    text = path.read_text(encoding="utf-8")
    value = read(text)
    assert values.is_shown(value)

    fields = MultiDict(values.fields_of(value, published))

    assert patched(text, values.changed(value, fields, published), values.ORDER) == text


def test_what_is_changed_changes_its_lines_alone():
    changes = {
        "title-en": "Calls,  new", "competency-listening": "", "competency-empathy": "3",
        "job_roles": ["manager", "specialist"], "minutes-greet": "six", "paper": ["calls", "extra"],
        "source-zh": ["制度", ""], "source-en": ["Policy", ""], "refresher_months": "12",
    }  # fmt: skip
    value = values.changed(read(COURSE), given(changes), None)
    text = patched(COURSE, value, values.ORDER)

    assert value["title"] == {"zh": "Calls", "en": "Calls, new"}
    assert value["competencies"] == {"empathy": 3}
    assert value["job_roles"] == ["specialist", "manager"]
    assert value["lessons"][0] == {
        "slug": "greet", "minutes": "six", "check": "calls/greet", "hint": "kept",
    }  # fmt: skip
    assert value["complete_when"] == [{"paper": "calls"}, {"lessons": "all"}, {"paper": "extra"}]
    assert value["sources"] == [{"zh": "制度", "en": "Policy"}]
    assert "made_by: somebody # no form knows this\n" in text
    assert 'summary: {zh: 简介, en: "In short"}\n' in text
    assert re.search(r"refresher_months: 12\n", text)


@pytest.mark.parametrize(("says", "number"), [("keep", None), ("raise", 2), ("other", None)])
def test_a_change_counts_as_significant_only_where_somebody_says_so(says, number):
    value = values.changed(read(COURSE), given({"significant": says}, 1), 1)

    assert value.get("significant_revision") == number
    back = values.changed(value, MultiDict(values.fields_of(value, 1) | {"significant": "keep"}), 1)
    assert back.get("significant_revision", 1) == 1


@pytest.mark.parametrize(
    "text", ["lessons: [1]", "job_roles: {a: 1}", "sources: x", "competencies: [a]", "title: [x]"]
)
def test_a_file_that_the_form_would_lose_is_left_to_its_text(text):
    assert not values.is_shown(read(text))


def test_mistakes_stand_beside_their_fields(app):
    path = "courses/calls/course.yaml"
    keys = ["title.zh", "lessons[0].minutes", "lessons[0].check", "complete_when[0].paper", "odd"]
    mistakes = [Mistake(path, 1, key, "is wrong", "right") for key in keys]
    other = Mistake("courses/calls/01-greet.zh.md", 1, "title", "is blank", "text")

    with app.test_request_context():
        found = beside([*mistakes, other], path, read(COURSE)["lessons"])

    assert set(found) == {"title", "minutes-greet", "check-greet", "complete_when", ""}
    assert found["minutes-greet"] == "3 to 7 minutes."
    assert found[""] == "odd: is wrong (expected: right)"
