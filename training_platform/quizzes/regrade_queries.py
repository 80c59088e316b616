"""Selects about regrades of questions and about how results changed; no writes."""

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, String, bindparam, case, cast, func, select
from sqlalchemy.orm import Session, aliased, joinedload

from training_platform.assessment.disputes.models import Dispute
from training_platform.assessment.disputes.queries import wrong_checks
from training_platform.assessment.disputes.rules import DisputeState, Remedy
from training_platform.assessment.keys import Correction, same_question
from training_platform.assessment.models import AnswerCount, Question
from training_platform.assessment.regrading import (
    LISTED,
    UNDER_WAY,
    Change,
    RegradeState,
    Tally,
)
from training_platform.content.queries import revision_data, revisions_data
from training_platform.core.db import fetch
from training_platform.core.search import words
from training_platform.core.text import like_pattern
from training_platform.people.models import Employee
from training_platform.quizzes.disputing import SUBJECT
from training_platform.quizzes.models import Attempt, AttemptState, Paper
from training_platform.quizzes.result_models import (
    QuizRegrade,
    QuizRegradeItem,
    QuizResultChange,
)

#: So many changes of one result are shown.
MOST_CHANGES = 50
#: A decision holds from the moment in which it is taken: who submits meanwhile is marked by it.
IN_FORCE = (RegradeState.APPLYING, RegradeState.APPLIED)
_RANK = case(*((QuizRegradeItem.change == each, number) for number, each in enumerate(Change)))
_CORRECTIONS = (
    select(QuizRegrade.id, QuizRegrade.revision_ids, QuizRegrade.fix, QuizRegrade.key)
    .where(
        QuizRegrade.question_id.in_(bindparam("questions", expanding=True)),
        QuizRegrade.state.in_(IN_FORCE),
    )
    .order_by(QuizRegrade.id)
)


def corrections_in_force(
    session: Session, questions: Collection[str]
) -> Mapping[int, list[Correction]]:
    """Return what was decided about these questions, by revision, in the order of the decisions."""
    found: dict[int, list[Correction]] = defaultdict(list)
    for row in fetch(session, _CORRECTIONS, {"questions": sorted(questions)}):
        for revision_id in row.revision_ids:
            found[revision_id].append(Correction(row.fix, row.key))
    return found


def regrades_in_force(session: Session, attempt: Attempt) -> Mapping[int, list[QuizRegrade]]:
    """Return what was decided about the questions of an attempt, by position."""
    regrades = session.scalars(
        select(QuizRegrade)
        .where(
            QuizRegrade.question_id.in_([place["question"] for place in attempt.layout]),
            QuizRegrade.state.in_(IN_FORCE),
        )
        .order_by(QuizRegrade.id)
    ).all()
    found: dict[int, list[QuizRegrade]] = defaultdict(list)
    for position, place in enumerate(attempt.layout):
        for each in regrades:
            if place["revision"] in each.revision_ids:
                found[position].append(each)
    return found


def regrades_holding(session: Session, question: Question) -> list[QuizRegrade]:
    """Return what was decided about the present text of a question, the oldest first."""
    found = session.scalars(
        select(QuizRegrade)
        .where(QuizRegrade.question_id == question.id, QuizRegrade.state.in_(IN_FORCE))
        .order_by(QuizRegrade.id)
    )
    return [each for each in found if question.revision_id in each.revision_ids]


def under_way(session: Session, question_id: str) -> QuizRegrade | None:
    """Return the regrade of a question that is not over."""
    return session.scalars(
        select(QuizRegrade).where(
            QuizRegrade.question_id == question_id, QuizRegrade.state.in_(UNDER_WAY)
        )
    ).first()


def regrades_of(question_id: str) -> Select[Any]:
    """Return the select of a question's regrades, the newest first."""
    return (
        select(QuizRegrade)
        .where(QuizRegrade.question_id == question_id)
        .options(joinedload(QuizRegrade.planned_by), joinedload(QuizRegrade.decided_by))
        .order_by(QuizRegrade.id.desc())
    )


def texts_of(session: Session, question: Question) -> Mapping[int, int]:
    """Return how often each text of a question was answered, by revision, the newest first."""
    rows = session.execute(
        select(AnswerCount.revision_id, AnswerCount.seen_count)
        .where(AnswerCount.question_id == question.id, AnswerCount.choice == "")
        .order_by(AnswerCount.revision_id.desc())
    )
    found = {row.revision_id: row.seen_count for row in rows}
    return {question.revision_id: found.get(question.revision_id, 0)} | found


def same_texts(session: Session, question: Question, revision_id: int) -> list[int]:
    """Return the revisions that ask and mark the same as one of them, which stands first."""
    others = [each for each in texts_of(session, question) if each != revision_id]
    known = revisions_data(session, others)
    wanted = revision_data(session, revision_id)
    return [revision_id, *(each for each in others if same_question(wanted, known[each]))]


def count_answered(session: Session, question_id: str, revisions: Sequence[int]) -> int:
    """Return how often these texts of a question were answered."""
    found = select(func.sum(AnswerCount.seen_count)).where(
        AnswerCount.question_id == question_id,
        AnswerCount.revision_id.in_(revisions),
        AnswerCount.choice == "",
    )
    return int(session.scalar(found) or 0)


def _had(question_id: str) -> ColumnElement[bool]:
    """Return the condition that an attempt held a question, in whatever text of it."""
    return cast(Attempt.layout, String).contains(f'"question": "{question_id}"', autoescape=True)


def to_compare(session: Session, regrade: QuizRegrade, after: int, limit: int) -> Sequence[int]:
    """Return the next submitted attempts that held the question and are not compared yet."""
    compared = (
        select(QuizRegradeItem.id)
        .where(QuizRegradeItem.regrade_id == regrade.id, QuizRegradeItem.attempt_id == Attempt.id)
        .exists()
    )
    return session.scalars(
        select(Attempt.id)
        .where(
            Attempt.state == AttemptState.SUBMITTED,
            Attempt.is_passed.is_not(None),  # one that is void stays so
            Attempt.id > after,
            _had(regrade.question_id),
            ~compared,
        )
        .order_by(Attempt.id)
        .limit(limit)
    ).all()


def answered_ids(
    session: Session, regrade: QuizRegrade, after: int = 0, limit: int | None = None
) -> Sequence[int]:
    """Return the submitted attempts that held the question, in their order: all, or the next."""
    return session.scalars(
        select(Attempt.id)
        .where(
            Attempt.state == AttemptState.SUBMITTED, Attempt.id > after, _had(regrade.question_id)
        )
        .order_by(Attempt.id)
        .limit(limit)
    ).all()


def answers_in(session: Session, attempt_ids: Sequence[int]) -> Sequence[Any]:
    """Return (layout, marks) of these attempts."""
    return session.execute(
        select(Attempt.layout, Attempt.marks).where(Attempt.id.in_(attempt_ids))
    ).all()


def item_of(session: Session, regrade_id: int, attempt_id: int) -> QuizRegradeItem | None:
    """Return what a plan says of one attempt."""
    return session.scalars(
        select(QuizRegradeItem).where(
            QuizRegradeItem.regrade_id == regrade_id, QuizRegradeItem.attempt_id == attempt_id
        )
    ).first()


def count_items(session: Session, regrade_id: int) -> int:
    """Return how many attempts were compared."""
    found = select(func.count()).where(QuizRegradeItem.regrade_id == regrade_id)
    return session.scalar(found) or 0


def next_items(session: Session, regrade: QuizRegrade, after: int, limit: int) -> Sequence[int]:
    """Return the next items that are to be applied or reverted, by id.

    Every attempt is looked at when a regrade is taken back: also one that was submitted while it
    was in force.
    """
    statement = select(QuizRegradeItem.id).where(
        QuizRegradeItem.regrade_id == regrade.id, QuizRegradeItem.id > after
    )
    if regrade.state is not RegradeState.REVERTING:
        statement = statement.where(QuizRegradeItem.change.in_(LISTED))
    return session.scalars(statement.order_by(QuizRegradeItem.id).limit(limit)).all()


def concerned_ids(session: Session, regrade_id: int) -> Sequence[int]:
    """Return the people whose results a plan changes."""
    return session.scalars(
        select(Attempt.employee_id)
        .join(QuizRegradeItem, QuizRegradeItem.attempt_id == Attempt.id)
        .where(QuizRegradeItem.regrade_id == regrade_id, QuizRegradeItem.change.in_(LISTED))
        .distinct()
        .order_by(Attempt.employee_id)
    ).all()


def tally_of(session: Session, regrade_id: int) -> Tally:
    """Return how many results change in which way; parts of exams that run are left out."""
    rows = session.execute(
        select(
            QuizRegradeItem.change,
            func.count(),
            func.count().filter(QuizRegradeItem.taken_reason.is_not(None)),
        )
        .join(Attempt, Attempt.id == QuizRegradeItem.attempt_id)
        .where(QuizRegradeItem.regrade_id == regrade_id, Attempt.is_sealed.is_(False))
        .group_by(QuizRegradeItem.change)
    ).all()
    counts: Counter[Change] = Counter({row[0]: row[1] for row in rows})
    return Tally(counts, sum(row[2] for row in rows))


def count_sealed(session: Session, regrade_id: int) -> int:
    """Return how many attempts are parts of exams that still run."""
    found = (
        select(func.count())
        .select_from(QuizRegradeItem)
        .join(Attempt, Attempt.id == QuizRegradeItem.attempt_id)
        .where(QuizRegradeItem.regrade_id == regrade_id, Attempt.is_sealed.is_(True))
    )
    return session.scalar(found) or 0


def items_of(regrade_id: int, change: str = "", text: str = "") -> Select[Any]:
    """Return the select of (item, attempt, paper's title, course, passed_otherwise, name, number).

    What a part of an exam that runs is worth is shown to nobody. passed_otherwise: another attempt
    at the paper is passed, so that courses and certificates stay as they are.
    """
    other = aliased(Attempt)
    passed_otherwise = (
        select(other.id)
        .where(
            other.employee_id == Attempt.employee_id,
            other.paper_id == Attempt.paper_id,
            other.part_of == "",
            other.id != Attempt.id,
            other.is_passed.is_(True),
        )
        .exists()
        .label("passed_otherwise")
    )
    shown: list[Any] = [
        QuizRegradeItem,
        Attempt,
        Paper.title,
        Paper.course_id,
        passed_otherwise,
        Employee.name,
        Employee.staff_number,
    ]
    wanted = (Change(change),) if change in set(Change) else LISTED
    statement = (
        select(*shown)
        .join(Attempt, Attempt.id == QuizRegradeItem.attempt_id)
        .join(Paper, Paper.id == Attempt.paper_id)
        .join(Employee, Employee.id == Attempt.employee_id)
        .where(
            QuizRegradeItem.regrade_id == regrade_id,
            QuizRegradeItem.change.in_(wanted),
            Attempt.is_sealed.is_(False),
        )
        .order_by(_RANK, QuizRegradeItem.id)
    )
    for word in words(text):
        statement = statement.where(Employee.search_text.like(like_pattern(word), escape="\\"))
    return statement


def changes_of(session: Session, attempt_id: int) -> Sequence[QuizResultChange]:
    """Return how a result changed, the newest first, with names."""
    return session.scalars(
        select(QuizResultChange)
        .where(QuizResultChange.attempt_id == attempt_id)
        .options(joinedload(QuizResultChange.actor))
        .order_by(QuizResultChange.id.desc())
        .limit(MOST_CHANGES)
    ).all()


def granted_points(session: Session, attempt_id: int) -> Mapping[int, int]:
    """Return the hundredths of points that disputes gave questions of an attempt, by position."""
    rows = session.execute(
        select(Dispute.check_key, Dispute.granted_points).where(
            Dispute.subject_kind == SUBJECT,
            Dispute.subject_id == attempt_id,
            Dispute.state == DisputeState.UPHELD,
            Dispute.remedy == Remedy.POINTS,
        )
    )
    found: dict[int, int] = {}
    for row in rows:
        position = int(row.check_key) - 1
        found[position] = max(found.get(position, 0), row.granted_points or 0)
    return found


def held_wrong(session: Session, question_id: str) -> Sequence[Any]:
    """Return the disputes that held a question wrong and that no regrade in force follows.

    Rows of (id, subject_id, check_key, check_title, decided_at, layout).
    """
    found = wrong_checks(SUBJECT).subquery()
    rows = session.execute(
        select(found, Attempt.layout)
        .join(Attempt, Attempt.id == found.c.subject_id)
        .where(_had(question_id))
        .order_by(found.c.decided_at)
    ).all()
    done = settled_revisions(session, question_id)
    return [
        row
        for row in rows
        if (place := row.layout[int(row.check_key) - 1])["question"] == question_id
        and place["revision"] not in done
    ]


def settled_revisions(session: Session, question_id: str) -> frozenset[int]:
    """Return the texts of a question about which a decision is in force."""
    kept = session.scalars(
        select(QuizRegrade.revision_ids).where(
            QuizRegrade.question_id == question_id, QuizRegrade.state.in_(IN_FORCE)
        )
    )
    return frozenset(each for ids in kept for each in ids)
