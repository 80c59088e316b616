"""Extra time: who needs longer gets a share more of the minutes of every exam."""

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from training_platform.assessment.models import ExtraTime
from training_platform.core import audit, clock
from training_platform.core.db import expect_version, fetch
from training_platform.core.errors import ConflictError, RuleError
from training_platform.core.permissions import Permission, Person, authorize
from training_platform.people.models import Employee

MOST_PERCENT = 200
LONGEST_REASON = 500
_PERCENT = select(ExtraTime.percent).where(ExtraTime.employee_id == bindparam("employee_id"))


def _(text: str) -> str:
    """Mark a text for the catalogs."""
    return text


def extra_percent(session: Session, employee_id: int | None) -> int:
    """Return how much longer somebody has, in percent of an exam's minutes; 0 for most."""
    return fetch(session, _PERCENT, {"employee_id": employee_id}).scalar() or 0


def set_extra_time(
    session: Session,
    employee: Employee,
    actor: Person,
    change: tuple[int, str],
    *,
    expected_version: int,
) -> None:
    """Set how much longer somebody has from the next exam on: percent and reason; 0 ends it.

    Exams that run keep their deadline. Raises NotPermittedError, ConflictError where somebody else
    changed it meanwhile, RuleError for oneself, a percentage out of range or no reason.
    """
    authorize(actor, None, Permission.EXTRA_TIME_MANAGE)
    percent, reason = change
    if employee.id == actor.id:
        raise RuleError(_("Nobody sets the own extra time. Ask a colleague of HR."))
    if not 0 <= percent <= MOST_PERCENT:
        raise RuleError(_("Between 0 and %(most)s percent."), field="percent", most=MOST_PERCENT)
    if not reason.strip() or len(reason) > LONGEST_REASON:
        raise RuleError(_("Give a reason, in at most 500 characters."), field="reason")
    found = session.get(ExtraTime, employee.id, with_for_update=True)
    if (found is None) != (expected_version == 0):
        raise ConflictError(found)
    before = found.percent if found is not None else 0
    assert actor.id is not None  # noqa: S101  # the permission is held by people only
    if found is None:
        found = ExtraTime(employee_id=employee.id, version=1)
        session.add(found)
    else:
        expect_version(found, expected_version)
    found.percent, found.reason = percent, reason.strip()
    found.set_by_id, found.set_at = actor.id, clock.now()
    session.flush()
    audit.record(
        session, actor, "assessment.set_extra_time", employee, before=before, after=percent
    )
