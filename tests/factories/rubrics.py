"""Rubrics, and work that waits to be scored by people."""

import itertools
from typing import Any

from sqlalchemy.orm import Session

from tests.factories.assessment import make_revision
from training_platform.assessment.rubrics.models import Rubric, Scoring
from training_platform.assessment.rubrics.services import Subject, open_scoring

_number = itertools.count(1)


def make_rubric(session: Session, slug: str = "reply", **changes: Any) -> Rubric:
    """Publish a rubric of two criteria with the levels 0 to 4: tone 40, content 60."""
    data = {
        "id": slug,
        "title": {"zh": "客户回复", "en": "Reply to a customer"},
        "summary": {"zh": "看语气和内容。", "en": "Tone and content."},
        "criteria": [criterion("tone", 40), criterion("content", 60)],
    } | changes
    revision = make_revision(session, "rubric", slug, data)
    rubric = session.merge(
        Rubric(id=slug, title=data["title"], revision_id=revision.id, is_withdrawn=False)
    )
    session.flush()
    return rubric


def criterion(name: str, weight: int, top: int = 4) -> dict[str, Any]:
    """Return a criterion as a file has it."""
    return {
        "id": name,
        "title": {"zh": f"标准 {name}", "en": f"Criterion {name}"},
        "weight": weight,
        "levels": [
            {"zh": f"{name} 的第 {n} 级表现", "en": f"{name} as seen on level {n}"}
            for n in range(top + 1)
        ],
    }


def make_scoring(
    session: Session,
    employee_id: int,
    *,
    raters: int = 2,
    rubric: str | None = None,
    material: str = "The reply that was written.",
) -> Scoring:
    """Ask people to score a piece of work of an employee."""
    slug = rubric or make_rubric(session).id
    subject = Subject("test_work", next(_number), "reply")
    return open_scoring(session, subject, employee_id, slug, material, 25, raters)
