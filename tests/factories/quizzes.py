"""Papers, and attempts that were taken."""

import itertools
from typing import Any

from sqlalchemy.orm import Session

from tests.factories.assessment import RIGHT, both, make_question, make_revision
from training_platform.assessment.presentation import as_defined
from training_platform.content.queries import revision_data
from training_platform.people.models import Employee
from training_platform.people.viewer import viewer_of
from training_platform.quizzes import queries, services
from training_platform.quizzes.models import Attempt, Paper
from training_platform.quizzes.rules import StepKind

_number = itertools.count(1)


def make_paper(
    session: Session,
    *,
    sections: list[dict[str, Any]] | None = None,
    questions: int = 6,
    count: int = 2,
    **changes: Any,
) -> Paper:
    """Publish a paper; without sections it draws `count` of `questions` new single choices."""
    slug = changes.pop("id", f"paper{next(_number)}")
    if sections is None:
        for _each in range(questions):
            make_question(session, topic=slug)
        sections = [{"draw": {"topic": slug, "count": count}, "points": 1}]
    data: dict[str, Any] = {
        "id": slug,
        "title": both(f"Quiz {slug}"),
        "summary": both("What it asks."),
        "kind": "course_quiz",
        "course": None,
        "minutes": 5,
        "pass_percent": 80,
        "distinction_percent": 95,
        "closed_book": False,
        "ladder": "default",
        "review": "after_submission",
        "sections": sections,
    } | changes
    revision = make_revision(session, "paper", slug, data)
    paper = Paper(
        id=slug,
        title=data["title"],
        summary=data["summary"],
        kind=data["kind"],
        course_id=data["course"],
        minutes=data["minutes"],
        pass_percent=data["pass_percent"],
        distinction_percent=data["distinction_percent"],
        is_closed_book=data["closed_book"],
        ladder_id=data["ladder"],
        review=data["review"],
        question_count=count,
        sections=sections,
        revision_id=revision.id,
    )
    session.add(paper)
    session.flush()
    return paper


def fields_for(  # noqa: PLR0911  # one return for each kind
    session: Session, place: dict[str, Any], *, right: bool = True
) -> dict[str, Any]:
    """Return the fields of a form that answer a question of an attempt, right or wrong."""
    definition, order = revision_data(session, place["revision"]), place["order"]
    kind = definition["kind"]
    answer = RIGHT[kind] if right else {}
    if kind == "single_choice":
        return {"answer": str(order.index(0 if right else 1))}
    if kind == "multiple_choice":
        return {"answer": [str(order.index(n)) for n in ((0, 1) if right else (2,))]}
    if kind == "true_false":
        return {"answer": "false" if right else "true"}
    if kind in {"short_answer", "numeric"}:
        return {"answer": answer.get("text", "nothing like it")}
    if kind == "matching":
        return {f"answer-{n}": str(order.index(n if right else 3)) for n in range(3)}
    if kind == "ordering":
        places = {f"answer-{order.index(n)}": str(n if right else (n + 1) % 4) for n in range(4)}
        assert as_defined(definition, order, None) is None
        return places
    return {
        "answer-0-choice": str(order.index(0 if right else 1)),
        "answer-1": "日期" if right else "color",
    }


def take(
    session: Session, paper: Paper, employee: Employee, *, right: int = 0, submit: bool = True
) -> Attempt:
    """Start an attempt, answer the first `right` questions right, the others wrong, and submit."""
    viewer = viewer_of(session, employee)
    attempt = services.start_attempt(session, paper, viewer)
    for position, place in enumerate(attempt.layout):
        row = queries.find_attempt(session, attempt.token)
        assert row is not None
        fields = fields_for(session, place, right=position < right)
        step = services.Step(StepKind.ANSWER, "tab", position + 1, position, fields)
        assert services.save_step(session, row, viewer, step).outcome == services.Outcome.SAVED
    return services.submit_attempt(session, attempt.id, viewer) if submit else attempt
