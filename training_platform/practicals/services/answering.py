"""What is typed beside the records: answers in the task's own fields, saved as they are typed."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from training_platform.core import clock
from training_platform.core.db import lock
from training_platform.core.errors import RuleError
from training_platform.core.permissions import Permission, Person, authorize
from training_platform.crm.errors import ClosedError
from training_platform.crm.models import CrmWorkspace
from training_platform.practicals import queries
from training_platform.practicals.models import PracticalAttempt, PracticalStep
from training_platform.practicals.rules import LONGEST_ANSWER
from training_platform.practicals.schemas import Answer, Rubric, TaskFile, TypedRows

#: An attempt keeps so many steps; nobody types more answers.
MOST_STEPS = 2_000


def _(text: str) -> str:
    """Mark a text for the catalogs."""
    return text


def fields_of(task: TaskFile) -> dict[str, str]:
    """Return the checks that have a field of the task's own, and the kind of each: line or text."""
    found = {}
    for each in task.checks:
        if isinstance(each, TypedRows):
            found[each.field_id] = "text"
        elif isinstance(each, Answer | Rubric):
            found[each.id] = "text" if isinstance(each, Rubric) else "line"
    return found


def save_answer(
    session: Session,
    attempt: PracticalAttempt,
    actor: Person,
    check_id: str,
    text: str,
) -> datetime:
    """Save what stands in one of the task's fields, and return when; the last word counts.

    The workspace's lock decides against the hand-in. Raises ClosedError where the attempt was
    handed in or its time is over, RuleError for what is too long, NotPermittedError.
    """
    authorize(actor, attempt, Permission.PRACTICAL_ATTEMPT_TAKE)
    if len(text) > LONGEST_ANSWER:
        raise RuleError(
            _("At most %(most)s characters fit here."), field=check_id, most=LONGEST_ANSWER
        )
    workspace = lock(session, CrmWorkspace, attempt.workspace_id)
    now = clock.now()
    if not workspace.is_open(now):
        raise ClosedError
    if queries.answers_of(session, attempt.id).get(check_id) == text:
        return now
    last = session.scalars(
        select(PracticalStep.id).where(PracticalStep.attempt_id == attempt.id).limit(MOST_STEPS + 1)
    ).all()
    if len(last) > MOST_STEPS:
        raise RuleError(_("This field was changed too often. Please tell a trainer."))
    session.add(
        PracticalStep(
            attempt_id=attempt.id, kind="answer", check_id=check_id, text=text, happened_at=now
        )
    )
    session.flush()
    return now
