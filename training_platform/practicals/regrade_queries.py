"""Selects about regrades and about how results changed; no writes."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, case, func, select
from sqlalchemy.orm import Session, aliased, joinedload

from training_platform.assessment.disputes.queries import wrong_checks
from training_platform.content.models import ContentRevision
from training_platform.core.search import words
from training_platform.core.text import like_pattern
from training_platform.people.models import Employee
from training_platform.practicals.models import Practical, PracticalAttempt, PracticalGrading
from training_platform.practicals.regrading import (
    LISTED,
    UNDER_WAY,
    Change,
    RegradeState,
    Tally,
)
from training_platform.practicals.result_models import (
    PracticalCorrection,
    PracticalRegrade,
    PracticalRegradeItem,
    PracticalResultChange,
)
from training_platform.practicals.rules import AttemptState

#: So many changes of one result are shown.
MOST_CHANGES = 50
#: Passes first, as the enum lists them.
_RANK = case(*((PracticalRegradeItem.change == each, number) for number, each in enumerate(Change)))


def under_way(session: Session, practical_id: str) -> PracticalRegrade | None:
    """Return the regrade of a task that is not over."""
    return session.scalars(
        select(PracticalRegrade).where(
            PracticalRegrade.practical_id == practical_id, PracticalRegrade.state.in_(UNDER_WAY)
        )
    ).first()


def regrades_of(practical_id: str) -> Select[Any]:
    """Return the select of a task's regrades, the newest first."""
    return (
        select(PracticalRegrade)
        .where(PracticalRegrade.practical_id == practical_id)
        .options(joinedload(PracticalRegrade.planned_by), joinedload(PracticalRegrade.decided_by))
        .order_by(PracticalRegrade.id.desc())
    )


def _outdated(practical_id: str, revision_id: int) -> tuple[ColumnElement[bool], ...]:
    """Return the conditions of a final attempt whose result is by another revision of its task."""
    return (
        PracticalAttempt.practical_id == practical_id,
        PracticalAttempt.state == AttemptState.FINAL,
        PracticalAttempt.is_sealed.is_(False),
        PracticalAttempt.is_passed.is_not(None),  # one that is void stays so
        PracticalGrading.revision_id != revision_id,
    )


def count_outdated(session: Session, practical: Practical) -> int:
    """Return how many sealed results are by another revision of a task than the present one."""
    found = (
        select(func.count())
        .select_from(PracticalAttempt)
        .join(PracticalGrading, PracticalGrading.id == PracticalAttempt.grading_id)
        .where(*_outdated(practical.id, practical.revision_id))
    )
    return session.scalar(found) or 0


def count_unfinished(session: Session, practical_id: str) -> int:
    """Return how many attempts at a task were handed in and have no final result yet."""
    waiting = (AttemptState.SUBMITTED, AttemptState.HELD, AttemptState.AWAITING)
    found = select(func.count()).where(
        PracticalAttempt.practical_id == practical_id, PracticalAttempt.state.in_(waiting)
    )
    return session.scalar(found) or 0


def to_compare(session: Session, regrade: PracticalRegrade, limit: int) -> Sequence[int]:
    """Return the next attempts that a plan has not compared yet."""
    compared = select(PracticalRegradeItem.attempt_id).where(
        PracticalRegradeItem.regrade_id == regrade.id
    )
    return session.scalars(
        select(PracticalAttempt.id)
        .join(PracticalGrading, PracticalGrading.id == PracticalAttempt.grading_id)
        .where(
            *_outdated(regrade.practical_id, regrade.revision_id),
            PracticalAttempt.id.not_in(compared),
        )
        .order_by(PracticalAttempt.id)
        .limit(limit)
    ).all()


def item_of(session: Session, regrade_id: int, attempt_id: int) -> PracticalRegradeItem | None:
    """Return what a plan says of one attempt."""
    return session.scalars(
        select(PracticalRegradeItem).where(
            PracticalRegradeItem.regrade_id == regrade_id,
            PracticalRegradeItem.attempt_id == attempt_id,
        )
    ).first()


def count_items(session: Session, regrade_id: int) -> int:
    """Return how many attempts a plan has compared."""
    found = select(func.count()).where(PracticalRegradeItem.regrade_id == regrade_id)
    return session.scalar(found) or 0


def count_applied(session: Session, regrade_id: int) -> int:
    """Return how many results a regrade has changed."""
    found = select(func.count()).where(
        PracticalRegradeItem.regrade_id == regrade_id,
        PracticalRegradeItem.new_grading_id.is_not(None),
    )
    return session.scalar(found) or 0


def concerned_ids(session: Session, regrade_id: int) -> Sequence[int]:
    """Return the people whose results a plan changes."""
    return session.scalars(
        select(PracticalAttempt.employee_id)
        .join(PracticalRegradeItem, PracticalRegradeItem.attempt_id == PracticalAttempt.id)
        .where(
            PracticalRegradeItem.regrade_id == regrade_id, PracticalRegradeItem.change.in_(LISTED)
        )
        .distinct()
        .order_by(PracticalAttempt.employee_id)
    ).all()


def tally_of(session: Session, regrade_id: int) -> Tally:
    """Return how many results change in which way."""
    rows = session.execute(
        select(
            PracticalRegradeItem.change,
            func.count(),
            func.count().filter(PracticalRegradeItem.taken_reason.is_not(None)),
        )
        .where(PracticalRegradeItem.regrade_id == regrade_id)
        .group_by(PracticalRegradeItem.change)
    ).all()
    counts: Counter[Change] = Counter({row[0]: row[1] for row in rows})
    return Tally(counts, sum(row[2] for row in rows))


def items_of(regrade_id: int, change: str = "", text: str = "") -> Select[Any]:
    """Return the select of (item, attempt, old grading, name, staff number) that a plan lists."""
    shown: list[Any] = [
        PracticalRegradeItem,
        PracticalAttempt,
        PracticalGrading,
        Employee.name,
        Employee.staff_number,
    ]
    wanted = (Change(change),) if change in set(Change) else LISTED
    statement = (
        select(*shown)
        .join(PracticalAttempt, PracticalAttempt.id == PracticalRegradeItem.attempt_id)
        .join(PracticalGrading, PracticalGrading.id == PracticalRegradeItem.old_grading_id)
        .join(Employee, Employee.id == PracticalAttempt.employee_id)
        .where(
            PracticalRegradeItem.regrade_id == regrade_id, PracticalRegradeItem.change.in_(wanted)
        )
        .order_by(_RANK, PracticalRegradeItem.id)
    )
    for word in words(text):
        statement = statement.where(Employee.search_text.like(like_pattern(word), escape="\\"))
    return statement


def next_items(
    session: Session, regrade: PracticalRegrade, after: int, limit: int
) -> Sequence[int]:
    """Return the next items that are to be applied or reverted, by id."""
    statement = select(PracticalRegradeItem.id).where(
        PracticalRegradeItem.regrade_id == regrade.id, PracticalRegradeItem.id > after
    )
    if regrade.state is RegradeState.REVERTING:
        statement = statement.where(PracticalRegradeItem.new_grading_id.is_not(None))
    else:
        statement = statement.where(PracticalRegradeItem.change.in_(LISTED))
    return session.scalars(statement.order_by(PracticalRegradeItem.id).limit(limit)).all()


def changes_of(session: Session, attempt_id: int) -> Sequence[PracticalResultChange]:
    """Return how a result changed, the newest first, with gradings and names."""
    return session.scalars(
        select(PracticalResultChange)
        .where(PracticalResultChange.attempt_id == attempt_id)
        .options(
            joinedload(PracticalResultChange.old_grading),
            joinedload(PracticalResultChange.new_grading),
            joinedload(PracticalResultChange.actor),
        )
        .order_by(PracticalResultChange.id.desc())
        .limit(MOST_CHANGES)
    ).all()


def revision_numbers(session: Session, changes: Sequence[PracticalResultChange]) -> dict[int, int]:
    """Return which text of its task each new grading went by: the first is 1."""
    wanted = {each.new_grading.revision_id for each in changes}
    if not wanted:
        return {}
    rows = session.execute(
        select(ContentRevision.id, ContentRevision.number).where(ContentRevision.id.in_(wanted))
    )
    return {row.id: row.number for row in rows}


def corrections(session: Session, attempt_id: int) -> Sequence[tuple[str, str]]:
    """Return (check, share) of what disputes gave in an attempt."""
    rows = session.execute(
        select(PracticalCorrection.check_id, PracticalCorrection.share).where(
            PracticalCorrection.attempt_id == attempt_id
        )
    )
    return [(row.check_id, row.share) for row in rows]


def checks_held_wrong(session: Session, practical_id: str, kind: str) -> Sequence[Any]:
    """Return the disputes that held a check of a task wrong since its last applied regrade.

    Rows of (id, subject_id, check_key, check_title, decided_at).
    """
    last = (
        select(func.max(PracticalRegrade.planned_at))
        .where(
            PracticalRegrade.practical_id == practical_id,
            PracticalRegrade.state == RegradeState.APPLIED,
        )
        .scalar_subquery()
    )
    found = wrong_checks(kind).subquery()
    attempt = aliased(PracticalAttempt)
    return session.execute(
        select(found)
        .join(attempt, attempt.id == found.c.subject_id)
        .where(
            attempt.practical_id == practical_id,
            (found.c.decided_at > last) | last.is_(None),
        )
        .order_by(found.c.decided_at)
    ).all()
