"""Work of mentored practice for the queue: telling mentors of what is late or unanswered."""

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from training_platform.core import clock, jobs
from training_platform.core.db import writing
from training_platform.mentoring.models import Practice, PracticeQuestion
from training_platform.mentoring.rules import (
    PATIENCE,
    State,
    days_waited,
    weeks_late,
)
from training_platform.mentoring.services.base import tell

AT_ONCE = 500
_PEOPLE = (joinedload(Practice.trainee), joinedload(Practice.mentor))


@jobs.job("mentoring.remind", every_seconds=6 * 3600)
def remind(_context: jobs.JobContext, _payload: Mapping[str, Any]) -> Mapping[str, Any]:
    """Remind mentors of practices that are overdue, and of questions that wait too long.

    Once a week each. Trainees are reminded of their due days by notices (mentoring/due.py).
    """
    with writing() as session:
        running = _remind_of_days(session, _overdue(session))
        questions = _remind_of_questions(session, _unanswered(session))
    return {"practices": running, "questions": questions}


def _overdue(session: Session) -> Iterable[Practice]:
    return session.scalars(
        select(Practice)
        .options(*_PEOPLE)
        .where(Practice.state == State.RUNNING, Practice.due_on < clock.today())
        .order_by(Practice.due_on, Practice.id)
        .limit(AT_ONCE)
    )


def _remind_of_days(session: Session, practices: Iterable[Practice]) -> int:
    count = 0
    for practice in practices:
        count += 1
        due = practice.due_on.isoformat()
        key = f"late:{due}:{weeks_late(practice.due_on, clock.today())}:mentor"
        tell(session, practice.mentor_id, "practice_overdue_mentor", practice, key, due=due)
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
