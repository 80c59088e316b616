"""Taking people into a coach's care, and out of it."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from training_platform.coaching.models import CoachingCare
from training_platform.coaching.reach import Reach
from training_platform.core import audit, clock
from training_platform.core.errors import NotPermittedError, RuleError
from training_platform.core.permissions import Permission, Person, Right, authorize
from training_platform.notices import services as notices
from training_platform.people.models import AccessGrant, Employee, EmployeeStatus

COACHES = (Right.CRM_COACH, Right.MENTOR, Right.TRAINER)


def _(text: str) -> str:
    """Mark a text for the catalogs."""
    return text


def take_into_care(session: Session, reach: Reach, actor: Person, coach_id: int) -> CoachingCare:
    """Give a trainee a coach; both are told. Doing it again changes nothing.

    Heads, line managers and HR choose any coach; CRM coaches and trainers take people on
    themselves. Raises NotPermittedError, and RuleError for whoever is no coach.
    """
    authorize(actor, reach, Permission.COACHING_CARE_MANAGE)
    if coach_id != actor.id and not chooses(actor, reach):
        raise NotPermittedError
    coach = _expect_coach(session, coach_id, reach)
    present = _present(session, reach.employee_id, coach_id)
    if present is not None:
        return present
    care = CoachingCare(trainee_id=reach.employee_id, coach_id=coach_id, began_at=clock.now())
    session.add(care)
    session.flush()
    audit.record(session, actor, "coaching.begin_care", care, trainee=reach.employee_id)
    key = f"coaching:care:{care.id}"
    notices.notify(
        session, reach.employee_id, "coach_assigned", key=key, href="/coaching/", name=coach.name
    )
    if coach_id != actor.id:
        href = f"/coaching/people/{reach.employee_id}"
        notices.notify(
            session, coach_id, "trainee_assigned", key=f"{key}:coach", href=href, name=reach.name
        )
    return care


def end_care(session: Session, reach: Reach, actor: Person, coach_id: int) -> None:
    """Take a trainee out of a coach's care; bookings that stand are kept."""
    authorize(actor, reach, Permission.COACHING_CARE_MANAGE, Permission.COACHING_PLAN_MANAGE)
    if coach_id != actor.id and not chooses(actor, reach):
        raise NotPermittedError
    present = _present(session, reach.employee_id, coach_id)
    if present is None:
        return
    present.ended_at = clock.now()
    session.flush()
    audit.record(session, actor, "coaching.end_care", present, trainee=reach.employee_id)


def _present(session: Session, trainee_id: int, coach_id: int) -> CoachingCare | None:
    return session.scalars(
        select(CoachingCare).where(
            CoachingCare.trainee_id == trainee_id,
            CoachingCare.coach_id == coach_id,
            CoachingCare.ended_at.is_(None),
        )
    ).one_or_none()


def chooses(actor: Person, reach: Reach) -> bool:
    """Tell whether the actor may choose other coaches than herself."""
    is_head = any(reach.department_path.startswith(path) for path in actor.headed_paths)
    return is_head or reach.manager_id == actor.id or Right.HR in actor.rights


def _expect_coach(session: Session, coach_id: int, reach: Reach) -> Employee:
    coach = session.scalars(
        select(Employee)
        .join(AccessGrant, AccessGrant.employee_id == Employee.id)
        .where(
            Employee.id == coach_id,
            Employee.status == EmployeeStatus.ACTIVE,
            AccessGrant.right.in_(COACHES),
        )
    ).first()
    if coach is None or coach_id == reach.employee_id:
        raise RuleError(_("Choose somebody who may coach."), field="coach_id")
    return coach
