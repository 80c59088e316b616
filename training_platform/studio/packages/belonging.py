"""What belongs to a course and goes along with it, and what it needs beside that. Pure."""

import re
from collections.abc import Iterable, Iterator, Mapping
from difflib import SequenceMatcher
from typing import Any

from training_platform.content.markdown import LESSON_LINK
from training_platform.core.kinds import LANGUAGES
from training_platform.quizzes.content_kinds import fits
from training_platform.studio.packages.contents import Name

#: Everything that is known, by kind and id, as parse() made it.
Known = Mapping[str, Mapping[str, Mapping[str, Any]]]
_PRACTICE = re.compile(r"^:::\s*practice\s+([a-z0-9-]+)\s*$", re.MULTILINE)
#: Kinds that name the lessons at which they stand.
_AT_LESSONS = ("case", "faq")
#: Two titles that have less in common than this are those of different things.
_ALIKE = 0.5


def belongings(course: str, known: Known) -> list[Name]:
    """Return a course and what goes along: papers, tasks, rubrics, cases, questions.

    Questions: those that check its lessons, that speak of one, that its papers ask or may draw.
    """
    data = known["course"][course]
    papers = [
        slug for slug, each in known["paper"].items() if _is_paper_of(course, slug, each, data)
    ]
    tasks = [
        slug
        for slug, each in known["practical"].items()
        if each["task"].get("course") == course or slug in _practices(data)
    ]
    rubrics = {
        check["rubric"]
        for slug in tasks
        for check in known["practical"][slug]["task"].get("checks", [])
        if check.get("rubric") in known["rubric"]
    }
    asked = _asked(course, data, [known["paper"][slug] for slug in papers], known["question"])
    return [
        ("course", course),
        *(("question", slug) for slug in sorted(asked)),
        *(("rubric", slug) for slug in sorted(rubrics)),
        *(("paper", slug) for slug in sorted(papers)),
        *(("practical", slug) for slug in sorted(tasks)),
        *((kind, slug) for kind in _AT_LESSONS for slug in sorted(_beside(course, known, kind))),
    ]


def needs(kind: str, data: Mapping[str, Any]) -> set[tuple[str, str]]:
    """Return what an item names: (sort, name) of competencies, job roles, lessons and more."""
    value = data["task"] if kind == "practical" else data
    found = {("job_role", each) for each in value.get("job_roles", [])}
    found |= {("competency", each) for each in value.get("competencies", {})}
    found |= {("competency", each) for each in value.get("skills", [])}
    for sort in ("course", "lesson"):
        found |= {(sort, value[sort])} if value.get(sort) else set()
    for lesson in value.get("lessons", []) if kind == "course" else []:
        found.add(("question", lesson["check"]))
        for text in lesson.get("texts", {}).values():
            found |= {("lesson", each) for each in LESSON_LINK.findall(text["text"])}
    if kind in _AT_LESSONS:
        found |= {("lesson", each) for each in value["lessons"]}
        found |= {("lesson", each) for text in _texts(value) for each in LESSON_LINK.findall(text)}
    found |= {("paper", each) for each in _papers_of(value)}
    for section in value.get("sections", []) if kind == "paper" else []:
        found |= {("question", each) for each in section.get("questions", [])}
    for check in value.get("checks", []) if kind == "practical" else []:
        found |= {(sort, check[sort]) for sort in ("lesson", "rubric") if check.get(sort)}
    return {each for each in found if each[1]}


def defines(kind: str, slug: str, data: Mapping[str, Any]) -> set[tuple[str, str]]:
    """Return the names that an item gives: its own, and those of its lessons."""
    lessons = data.get("lessons", []) if kind == "course" else []
    return {(kind, slug)} | {("lesson", f"{slug}/{each['slug']}") for each in lessons}


def is_another(kind: str, ours: Mapping[str, Any], theirs: Mapping[str, Any]) -> bool:
    """Tell that two items share an id by chance: nothing of what they are called is alike."""
    if kind == "course" and _slugs(ours) & _slugs(theirs):
        return False
    called = list(zip(_called(kind, ours), _called(kind, theirs), strict=False))
    return bool(called) and all(_likeness(*pair) < _ALIKE for pair in called)


def _beside(course: str, known: Known, kind: str) -> Iterator[str]:
    """Yield the cases or common questions that stand at one of a course's lessons."""
    for slug, each in known.get(kind, {}).items():
        if any(lesson.startswith(f"{course}/") for lesson in each["lessons"]):
            yield slug


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping | list):
        for each in value.values() if isinstance(value, Mapping) else value:
            yield from _texts(each)


def _asked(
    course: str,
    data: Mapping[str, Any],
    papers: Iterable[Mapping[str, Any]],
    questions: Mapping[str, Mapping[str, Any]],
) -> set[str]:
    found = {lesson["check"] for lesson in data["lessons"]}
    found |= {
        slug
        for slug, each in questions.items()
        if str(each.get("lesson") or "").startswith(f"{course}/")
    }
    for section in (section for paper in papers for section in paper["sections"]):
        found |= set(section.get("questions", []))
        if draw := section.get("draw"):
            found |= {
                slug
                for slug, each in questions.items()
                if fits(draw, slug.split("/")[0], each["skills"], each["difficulty"])
            }
    return found & questions.keys()


def _is_paper_of(course: str, slug: str, paper: Mapping[str, Any], data: Mapping[str, Any]) -> bool:
    return paper.get("course") == course or slug in _papers_of(data)


def _papers_of(data: Mapping[str, Any]) -> set[str]:
    found = {each.get("paper") for each in data.get("complete_when", [])}
    return {each for each in found | {data.get("delta_paper")} if each}


def _practices(data: Mapping[str, Any]) -> set[str]:
    texts = (text["text"] for each in data["lessons"] for text in each["texts"].values())
    return {name for text in texts for name in _PRACTICE.findall(text)}


def _slugs(data: Mapping[str, Any]) -> set[str]:
    return {each["slug"] for each in data.get("lessons", [])}


def _called(kind: str, data: Mapping[str, Any]) -> Iterator[str]:
    value = data["task"] if kind == "practical" else data
    text = value.get("stem" if kind == "question" else "title") or {}
    for code in LANGUAGES:
        yield str(text.get(code, ""))


def _likeness(one: str, other: str) -> float:
    return SequenceMatcher(None, one, other, autojunk=False).ratio()
