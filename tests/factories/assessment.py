"""Questions of every kind, with markers in what must not leak."""

import itertools
from typing import Any

from sqlalchemy.orm import Session

from training_platform.assessment.models import Question, QuestionSkill
from training_platform.content.models import ContentItem, ContentRevision, searchable
from training_platform.core import clock

_number = itertools.count(1)


def both(text: str) -> dict[str, str]:
    """Return a text that stands for both languages."""
    return {"zh": text, "en": text}


def definition(kind: str = "single_choice", mark: str = "", **changes: Any) -> dict[str, Any]:
    """Return a question of a kind; every text of its key and reasons contains the marker."""
    parts: dict[str, dict[str, Any]] = {
        "single_choice": {
            "options": [
                {"text": both("right one"), "correct": True, "why": both(f"why0{mark}")},
                {"text": both("wrong one"), "correct": False, "why": both(f"why1{mark}")},
                {"text": both("other one"), "correct": False, "why": both(f"why2{mark}")},
            ]
        },
        "multiple_choice": {
            "options": [
                {"text": both("a right"), "correct": True, "why": both(f"why0{mark}")},
                {"text": both("b right"), "correct": True},
                {"text": both("c wrong"), "correct": False, "why": both(f"why1{mark}")},
                {"text": both("d wrong"), "correct": False, "why": both(f"why2{mark}")},
            ]
        },
        "true_false": {"answer": False, "why": both(f"why{mark}")},
        "short_answer": {
            "accepted": {"zh": [f"等待{mark}", "等待"], "en": [f"waiting{mark}", "waiting"]},
            "wrong": [{"forms": [f"overtime{mark}"], "why": both(f"why{mark}")}],
        },
        "numeric": {"answer": 24, "tolerance": 0, "unit": {"zh": "小时", "en": "hours"}},
        "matching": {
            "pairs": [
                {"left": both(f"left{n}"), "right": both(f"right{n}"), "why": both(f"why{mark}")}
                for n in range(3)
            ],
            "extra": [both("left over")],
        },
        "ordering": {"items": [both(f"item{n}") for n in range(4)]},
        "gap_text": {
            "text": both("First {{1}}, then {{2}}."),
            "gaps": [
                {
                    "choices": [
                        {"text": both("search"), "correct": True, "why": both(f"why0{mark}")},
                        {"text": both("export"), "correct": False, "why": both(f"why1{mark}")},
                        {"text": both("empty"), "correct": False, "why": both(f"why2{mark}")},
                    ]
                },
                {"accepted": {"zh": [f"日期{mark}", "日期"], "en": [f"date{mark}", "date"]}},
            ],
        },
    }
    base = {
        "kind": kind,
        "skills": ["data-quality"],
        "difficulty": "foundation",
        "stem": both(f"Stem of a {kind}"),
        "explanation": both(f"explained{mark}"),
    }
    return base | parts[kind] | changes


#: An answer in the definition's numbers that is right, and one that is wrong, by kind.
RIGHT: dict[str, dict[str, Any]] = {
    "single_choice": {"choice": 0},
    "multiple_choice": {"choices": [0, 1]},
    "true_false": {"value": False},
    "short_answer": {"text": "Waiting"},
    "numeric": {"text": "二十四小时"},
    "matching": {"pairs": {"0": 0, "1": 1, "2": 2}},
    "ordering": {"order": [0, 1, 2, 3]},
    "gap_text": {"gaps": [0, "日期"]},
}


def make_revision(session: Session, kind: str, slug: str, data: dict[str, Any]) -> ContentRevision:
    """Publish data as the current revision of an item, without files."""
    item = session.query(ContentItem).filter_by(kind=kind, slug=slug).one_or_none()
    if item is None:
        item = ContentItem(kind=kind, slug=slug)
        session.add(item)
        session.flush()
    number = session.query(ContentRevision).filter_by(item_id=item.id).count() + 1
    revision = ContentRevision(
        item_id=item.id,
        number=number,
        files={},
        data=data,
        digest=f"{kind}:{slug}:{number}",
        published_at=clock.now(),
    )
    session.add(revision)
    session.flush()
    item.current_revision_id = revision.id
    item.search_text = searchable(slug, data)
    session.flush()
    return revision


def make_question(
    session: Session, kind: str = "single_choice", *, topic: str = "topic", **changes: Any
) -> Question:
    """Add a question of a kind to the bank; changes replace parts of its definition."""
    slug = f"{topic}/q{next(_number)}"
    data = {"id": slug, **definition(kind, **changes)}
    revision = make_revision(session, "question", slug, data)
    question = Question(
        id=slug,
        topic=topic,
        kind=kind,
        difficulty=data["difficulty"],
        lesson_id=data.get("lesson"),
        stem=data["stem"],
        revision_id=revision.id,
    )
    session.add(question)
    session.flush()
    session.add_all(
        QuestionSkill(question_id=slug, competency_id=skill) for skill in data["skills"]
    )
    session.flush()
    return question
