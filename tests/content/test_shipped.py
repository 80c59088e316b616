"""The courses and questions that are shipped: in order, complete, well written."""

from collections import Counter
from pathlib import Path

import pytest

from training_platform.config import ROOT
from training_platform.content.library import read_library
from training_platform.content.lint import lint_library
from training_platform.content.schema_files import schema_files
from training_platform.practicals.commands import FORMATS


@pytest.fixture(scope="module")
def library(kinds):
    return read_library(kinds, ROOT)


def test_all_shipped_content_is_in_order(library):
    assert [str(mistake) for mistake in library.mistakes()] == []


def test_the_style_of_all_shipped_content_is_in_order(library):
    assert [str(finding) for finding in lint_library(library)] == []


def test_every_lesson_has_its_check_question_and_five_questions_or_more(library):
    questions = library.data("question")
    about = Counter(data.get("lesson") for data in questions.values())
    for slug, course in library.data("course").items():
        for lesson in course["lessons"]:
            ident = f"{slug}/{lesson['slug']}"
            assert questions[lesson["check"]]["lesson"] == ident, f"{ident} checks another lesson"
            assert about[ident] >= 5, f"{ident} has {about[ident]} questions"


def test_there_is_enough_to_learn(library):
    courses = library.data("course")
    assert len(courses) >= 3
    assert sum(len(course["lessons"]) for course in courses.values()) >= 15
    assert len(library.data("question")) >= 90
    kinds = {data["kind"] for data in library.data("question").values()}
    assert len(kinds) == 8


def test_every_job_role_has_a_curriculum_and_every_course_its_paper(library):
    (competencies,) = library.data("competencies").values()
    (curricula,) = library.data("curricula").values()
    roles = {role["id"] for role in competencies["job_roles"]}
    assert {each["job_role"] for each in curricula["curricula"]} == roles
    for slug, course in library.data("course").items():
        papers = [each["paper"] for each in course["complete_when"] if "paper" in each]
        assert papers, f"{slug} has no paper"
        assert library.data("paper")[papers[0]]["course"] == slug


def test_the_schemas_for_editors_are_current(kinds):
    folder = ROOT / "docs" / "schemas"
    wanted = schema_files(kinds)
    assert {path.name for path in folder.glob("*.json")} == {*wanted, *FORMATS}
    for name, text in wanted.items():
        assert Path(folder / name).read_text(encoding="utf-8") == text, "run flask content schemas"
