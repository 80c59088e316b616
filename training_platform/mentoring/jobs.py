"""Work of mentored practice for the queue: reminding of due days and unanswered questions."""

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from training_platform.core import clock, jobs
from training_platform.core.db import writing
from training_platform.mentoring.models import Practice, PracticeQuestion
from training_platform.mentoring.rules import (
    PATIENCE,
    REMIND_BEFORE,
    State,
    days_waited,
    due_in,
    weeks_late,
)
from training_platform.mentoring.services.base import tell

AT_ONCE = 500
_PEOPLE = (joinedload(Practice.trainee), joinedload(Practice.mentor))


@jobs.job("mentoring.remind", every_seconds=6 * 3600)
def remind(_context: jobs.JobContext, _payload: Mapping[str, Any]) -> Mapping[str, Any]:
    """Remind of practices that end soon or are overdue, and of questions that wait too long.

    Once before the due day, then once a week; once a question and its week of waiting.
    """
    with writing() as session:
        running = _remind_of_days(session, _due(session))
        questions = _remind_of_questions(session, _unanswered(session))
    return {"practices": running, "questions": questions}


def _due(session: Session) -> Iterable[Practice]:
    last = clock.today() + REMIND_BEFORE
    return session.scalars(
        select(Practice)
        .options(*_PEOPLE)
        .where(Practice.state == State.RUNNING, Practice.due_on <= last)
        .order_by(Practice.due_on, Practice.id)
        .limit(AT_ONCE)
    )


def _remind_of_days(session: Session, practices: Iterable[Practice]) -> int:
    count = 0
    for practice in practices:
        count += 1
        day, due_on = clock.today(), practice.due_on
        due = due_on.isoformat()
        if not due_in(due_on, day).is_overdue:
            tell(
                session, practice.trainee_id, "practice_due_soon", practice, f"soon:{due}", due=due
            )
            continue
        key = f"late:{due}:{weeks_late(due_on, day)}"
        tell(session, practice.trainee_id, "practice_overdue", practice, key, due=due)
        mentor_kind = "practice_overdue_mentor"
        tell(session, practice.mentor_id, mentor_kind, practice, f"{key}:mentor", due=due)
    return count


def _unanswered(session: Session) -> Iterable[PracticeQuestion]:
    return session.scalars(
        select(PracticeQuestion)
        .join(Practice, Practice.id == PracticeQuestion.practice_id)
        .options(
            joinedload(PracticeQuestion.practice).joinedload(Practice.trainee),
            joinedload(PracticeQuestion.practice).joinedload(Practice.mentor),
        )
        .where(
            PracticeQuestion.answered_at.is_(None),
            PracticeQuestion.asked_at <= clock.now() - PATIENCE,
            PracticeQuestion.asked_by_id == Practice.trainee_id,
            Practice.state.in_((State.PROPOSED, State.RUNNING, State.HANDED_IN)),
        )
        .order_by(PracticeQuestion.asked_at, PracticeQuestion.id)
        .limit(AT_ONCE)
    )


def _remind_of_questions(session: Session, questions: Iterable[PracticeQuestion]) -> int:
    count = 0
    for question in questions:
        count += 1
        days = days_waited(question.asked_at, clock.now())
        tell(
            session,
            question.practice.mentor_id,
            "practice_unanswered",
            question.practice,
            f"unanswered:{question.id}:{days // 7}",
            page=f"/questions/{question.id}",
            days=days,
        )
    return count
