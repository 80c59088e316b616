"""Small synthetic content, published through the same functions as the real files."""

import json
from collections.abc import Mapping
from functools import cache
from itertools import count
from typing import Any

from flask import current_app
from sqlalchemy.orm import Session

from training_platform.content import services
from training_platform.content.library import parse
from training_platform.content.models import ContentRevision
from training_platform.core.kinds import registered
from training_platform.core.permissions import SYSTEM
from training_platform.people.models import JobRole

_numbers = count(1)


def both(text: str) -> dict[str, str]:
    return {"zh": f"{text}（中文）", "en": text}


def _option(text: str, *, correct: bool = False) -> dict[str, Any]:
    option: dict[str, Any] = {"text": both(text)}
    return option | ({"correct": True} if correct else {"why": both(f"why {text} is wrong")})


@cache
def _bodies() -> dict[str, dict[str, Any]]:
    """What each kind of question needs beside stem and explanation."""
    right, *wrong = _option("right", correct=True), _option("wrong one"), _option("wrong two")
    return {
        "single_choice": {"options": [right, *wrong]},
        "multiple_choice": {"options": [right, _option("also right", correct=True), *wrong]},
        "true_false": {"answer": True, "why": both("it holds")},
        "short_answer": {
            "accepted": {"zh": ["等待"], "en": ["waiting", "wait"]},
            "wrong": [{"forms": ["overtime"], "why": both("overtime is work")}],
        },
        "numeric": {"answer": 24, "tolerance": 1, "unit": {"zh": "小时", "en": "hours"}},
        "matching": {
            "pairs": [{"left": both(f"left {n}"), "right": both(f"right {n}")} for n in (1, 2, 3)],
            "extra": [both("belongs to none")],
        },
        "ordering": {"items": [both(f"step {n}") for n in (1, 2, 3, 4)]},
        "gap_text": {
            "text": {"zh": "先{{1}}，再{{2}}。", "en": "First {{1}}, then {{2}}."},
            "gaps": [
                {"accepted": {"zh": ["听"], "en": ["listen"]}},
                {"choices": [right, *wrong]},
            ],
        },
    }


def question_definition(kind: str = "single_choice", **changes: Any) -> dict[str, Any]:
    """What a question file says, without its id; changes replace keys."""
    number = next(_numbers)
    return {
        "kind": kind,
        "skills": ["data-quality"],
        "difficulty": "foundation",
        "stem": both(f"Question {number}?"),
        "explanation": both(f"Explanation {number}."),
        **_bodies()[kind],
        **changes,
    }


def publish(
    session: Session, kind: str, slug: str, files: dict[str, str | bytes]
) -> ContentRevision:
    """Parse, project and announce files as sync would; return the current revision."""
    (found,) = (each for each in registered(current_app) if each.name == kind)
    raw = {
        path: text.encode("utf-8") if isinstance(text, str) else text
        for path, text in files.items()
    }
    draft = parse(found, slug, raw)
    assert not draft.mistakes, "\n".join(map(str, draft.mistakes))
    assert draft.data is not None
    revision = services.publish_revision(session, found, draft, SYSTEM, by_file=True)
    if revision is None:  # nothing changed
        revision = (
            session.query(ContentRevision)
            .filter(ContentRevision.item.has(kind=kind, slug=slug))
            .order_by(ContentRevision.number.desc())
            .first()
        )
        assert revision is not None
    return revision


def publish_question(
    session: Session,
    definition: dict[str, Any] | None = None,
    *,
    kind: str = "single_choice",
    slug: str | None = None,
    media: Mapping[str, bytes] | None = None,
    **changes: Any,
) -> ContentRevision:
    """Publish a question: a whole definition, or one of a kind with some keys changed.

    Its slug is the question's id; revision.id is what attempts pin. media: its picture's files.
    """
    definition = dict(definition or question_definition(kind, **changes))
    slug = slug or definition.get("id") or f"topic/question-{next(_numbers)}"
    text = json.dumps(definition | {"id": slug}, ensure_ascii=False)  # JSON is YAML
    start = f"question_bank/questions/{slug.partition('/')[0]}/media/"
    shown = {f"{start}{name}": raw for name, raw in (media or {}).items()}
    files = {f"question_bank/questions/{slug}.yaml": text, **shown}
    return publish(session, "question", slug, files)


def publish_course(
    session: Session, *, slug: str = "course", lessons: int = 2, **changes: Any
) -> ContentRevision:
    """Publish a course of lessons lesson-1 …, each with its own check question <slug>/check-1 …"""
    folder = f"courses/{slug}"
    files: dict[str, str | bytes] = {}
    entries = []
    for number in range(1, lessons + 1):
        lesson, check = f"lesson-{number}", f"{slug}/check-{number}"
        publish_question(session, slug=check, lesson=f"{slug}/{lesson}")
        entries.append({"slug": lesson, "minutes": 4, "check": check})
        for language, words in (("zh", "微课"), ("en", "Lesson")):
            files[f"{folder}/{number:02}-{lesson}.{language}.md"] = (
                f"---\ntitle: {words} {number}\nobjective: {words} {number} can\n"
                f"summary: {words} {number} in short\n---\n"
                f"Before the check of {number}.\n\n:::check\n:::\n\nAfter the check of {number}.\n"
            )
    course = {
        "id": slug,
        "title": both(f"Course {slug}"),
        "summary": both(f"About {slug}"),
        "area": "data-management",
        "level": "foundation",
        "job_roles": ["specialist"],
        "competencies": {"data-quality": 2},
        "significant_revision": 1,
        "lessons": entries,
        "complete_when": [{"lessons": "all"}],
        **changes,
    }
    files[f"{folder}/course.yaml"] = json.dumps(course, ensure_ascii=False)
    return publish(session, "course", slug, files)


def publish_paper(
    session: Session,
    *,
    slug: str = "paper",
    questions: list[str] | None = None,
    draw: dict[str, Any] | None = None,
    **changes: Any,
) -> ContentRevision:
    """Publish a paper: fixed questions (ids), a draw, or, given neither, three new questions."""
    if questions is None and draw is None:
        questions = [publish_question(session).slug for _ in range(3)]
    sections: list[dict[str, Any]] = []
    if questions:
        sections.append({"questions": questions, "points": 1})
    if draw:
        sections.append({"draw": draw, "points": 1})
    paper = {
        "id": slug,
        "title": both(f"Paper {slug}"),
        "summary": both(f"About paper {slug}"),
        "kind": "course_quiz",
        "minutes": 15,
        "pass_percent": 80,
        "distinction_percent": 95,
        "review": "after_submission",
        "sections": sections,
        **changes,
    }
    text = json.dumps(paper, ensure_ascii=False)
    return publish(session, "paper", slug, {f"question_bank/papers/{slug}.yaml": text})


def publish_competencies(
    session: Session, *ids: str, job_roles: tuple[str, ...] = ("specialist",)
) -> ContentRevision:
    """Publish competencies (by default data-quality alone) with target 2 for each job role."""
    data = {
        "job_roles": [{"id": each, "name": both(each)} for each in job_roles],
        "competencies": [
            {
                "id": each,
                "code": f"Q{chr(65 + number)}",
                "name": both(each),
                "levels": [both(f"{each} level {level}") for level in (1, 2, 3, 4)],
                "targets": dict.fromkeys(job_roles, 2),
            }
            for number, each in enumerate(ids or ("data-quality",))
        ],
    }
    text = json.dumps(data, ensure_ascii=False)
    return publish(session, "competencies", "competencies", {"courses/competencies.yaml": text})


def publish_curricula(session: Session, **courses: list[dict[str, Any]]) -> ContentRevision:
    """Publish curricula: job_role=[{"course": …, "required": True, "due_days": 14}]."""
    for role in courses:
        if session.get(JobRole, role) is None:
            session.add(JobRole(id=role, name=both(role), position=0))
    session.flush()
    data = {
        "curricula": [
            {
                "job_role": role,
                "title": both(f"Curriculum {role}"),
                "summary": both(f"What {role} learns"),
                "phases": [{"id": "onboarding", "title": both("Onboarding"), "items": items}],
            }
            for role, items in courses.items()
        ]
    }
    text = json.dumps(data, ensure_ascii=False)
    return publish(session, "curricula", "curricula", {"courses/curricula.yaml": text})
