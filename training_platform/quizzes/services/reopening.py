"""HR opens another attempt; a renewal opens a passed paper anew."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from training_platform.assessment.parts import ALONE
from training_platform.core import audit, clock
from training_platform.core.db import lock
from training_platform.core.errors import InvalidTransitionError, RuleError
from training_platform.core.events import emit
from training_platform.core.permissions import Permission, Person, authorize
from training_platform.notices import services as notices
from training_platform.quizzes.events import AttemptReopened
from training_platform.quizzes.models import Attempt, AttemptReopening, Paper, PaperReopening

LONGEST_REASON = 500


def _(text: str) -> str:
    """Mark a text for the catalogs."""
    return text


def reopen_attempt(session: Session, attempt: Attempt, actor: Person, reason: str) -> None:
    """Open another attempt after a failed one, at once, and tell the employee.

    Raises NotPermittedError, RuleError without a reason, for an own attempt or one that did not
    fail, and InvalidTransitionError if it was opened already or another attempt came after.
    """
    authorize(actor, attempt, Permission.ATTEMPT_REOPEN)
    lock(session, Attempt, attempt.id)
    if attempt.is_passed is not False or attempt.part_of:
        raise RuleError(_("Another attempt can be opened only after a fail."))
    if attempt.employee_id == actor.id:
        raise RuleError(_("Nobody opens another attempt for herself. Ask a colleague of HR."))
    if not reason or len(reason) > LONGEST_REASON:
        raise RuleError(_("Give a reason, in at most 500 characters."), field="reason")
    opened = session.scalar(
        select(AttemptReopening.id).where(AttemptReopening.attempt_id == attempt.id)
    )
    later = session.scalar(
        select(Attempt.id).where(
            Attempt.employee_id == attempt.employee_id,
            Attempt.paper_id == attempt.paper_id,
            Attempt.part_of == ALONE,
            Attempt.number > attempt.number,
        )
    )
    if opened or later:
        raise InvalidTransitionError
    assert actor.id is not None  # noqa: S101  # the permission is held by people only
    session.add(
        AttemptReopening(
            attempt_id=attempt.id, opened_by_id=actor.id, opened_at=clock.now(), reason=reason
        )
    )
    session.flush()
    audit.record(session, actor, "quizzes.reopen_attempt", attempt, paper=attempt.paper_id)
    paper = session.get_one(Paper, attempt.paper_id)
    notices.notify(
        session,
        attempt.employee_id,
        "quiz_failed_makeup",
        key=f"quizzes:attempt:{attempt.id}:reopened",
        href=f"/quizzes/{paper.id}",
        by_mail=True,
        title=paper.title,
        percent=attempt.percent,
    )
    emit(
        session,
        AttemptReopened(attempt.id, attempt.employee_id, attempt.paper_id, actor.id, reason),
    )


def open_anew(session: Session, employee_id: int, paper_id: str, source: str) -> bool:
    """Let a paper count anew for somebody from now on, once per source; tell whether it was new.

    What was passed or failed before stays as history and opens or closes nothing any more.
    """
    if session.scalar(select(PaperReopening.id).where(PaperReopening.source == source)):
        return False
    session.add(
        PaperReopening(
            employee_id=employee_id, paper_id=paper_id, source=source, opened_at=clock.now()
        )
    )
    session.flush()
    return True
