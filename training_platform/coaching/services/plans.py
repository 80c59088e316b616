"""First months: made for whoever is new, ticked by what the platform knows, or by people."""

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session

from training_platform.coaching import rules
from training_platform.coaching.models import FirstMonth, FirstMonthItem
from training_platform.coaching.plan_file import NAMED, plans
from training_platform.coaching.reach import Reach, reach_of
from training_platform.coaching.rules import ItemKind
from training_platform.core import audit, clock
from training_platform.core.db import fetch
from training_platform.core.errors import InvalidTransitionError, RuleError
from training_platform.core.permissions import SYSTEM, Permission, Person, authorize
from training_platform.notices import services as notices
from training_platform.people.models import Employee
from training_platform.practicals.models import PracticalAttempt
from training_platform.practicals.rules import Mode
from training_platform.records.queries import subjects_with
from training_platform.records.rules import Kind


def _(text: str) -> str:
    """Mark a text for the catalogs."""
    return text


#: What a training record ticks.
TICKED_BY = {
    Kind.LESSON_FINISHED: ItemKind.LESSON,
    Kind.COURSE_COMPLETED: ItemKind.COURSE,
    Kind.QUIZ_PASSED: ItemKind.QUIZ,
    Kind.PRACTICAL_PASSED: ItemKind.TASK,
    Kind.COACHING_HELD: ItemKind.SESSION,
}
# Asked at every lesson and quiz of everybody: built once, columns only.
_WAITING = (
    select(FirstMonthItem.id)
    .join(FirstMonth, FirstMonth.id == FirstMonthItem.plan_id)
    .where(
        FirstMonth.employee_id == bindparam("employee_id"),
        FirstMonthItem.kind == bindparam("kind", type_=FirstMonthItem.kind.type),
        FirstMonthItem.subject == bindparam("subject"),
        FirstMonthItem.done_at.is_(None),
    )
    .order_by(FirstMonthItem.position)
    .limit(1)
)


def plan_of(session: Session, employee_id: int) -> FirstMonth | None:
    """Return somebody's first month."""
    found = select(FirstMonth).where(FirstMonth.employee_id == employee_id)
    return session.scalars(found).one_or_none()


def start_plan(session: Session, reach: Reach, actor: Person) -> FirstMonth:
    """Make the plan of the job role, from today; what is done already is ticked at once.

    The same again returns the plan that stands. Raises RuleError for a job role without a plan.
    """
    authorize(actor, reach, Permission.COACHING_PLAN_MANAGE)
    standing = plan_of(session, reach.employee_id)
    if standing is not None:
        return standing
    employee = session.get_one(Employee, reach.employee_id)
    steps = plans().get(employee.job_role_id or "")
    if steps is None:
        raise RuleError(_("There is no plan of the first month for this job role."))
    began_on = max(employee.hired_on, clock.today())
    plan = FirstMonth(
        employee_id=employee.id,
        job_role_id=employee.job_role_id or "",
        began_on=began_on,
        created_at=clock.now(),
    )
    plan.items = [
        FirstMonthItem(
            position=position,
            week=step.week,
            kind=step.kind,
            subject=step.subject,
            what=step.what.model_dump(),
            with_whom=step.with_whom.model_dump(),
            target=step.target.model_dump(),
            due_on=rules.due_on(began_on, step.week),
        )
        for position, step in enumerate(steps, start=1)
    ]
    session.add(plan)
    session.flush()
    _tick_known(session, plan)
    audit.record(session, actor, "coaching.start_first_month", plan)
    key = f"coaching:first_month:{plan.id}"
    notices.notify(session, employee.id, "first_month_made", key=key, href="/coaching/first-month")
    return plan


def start_for_newcomer(session: Session, employee_id: int) -> None:
    """Make the plan for somebody who has just joined, where the job role has one."""
    employee = session.get_one(Employee, employee_id)
    is_new = (clock.today() - employee.hired_on).days <= rules.NEWCOMER_DAYS
    reach = reach_of(session, employee_id)
    if is_new and reach is not None and employee.job_role_id in plans():
        start_plan(session, reach, SYSTEM)


def tick_by_hand(
    session: Session, item: FirstMonthItem, reach: Reach, actor: Person, *, is_done: bool
) -> None:
    """Tick a step off, or take the tick back; the newcomer herself may, her coach and heads too.

    Raises InvalidTransitionError for a step that the platform ticks itself.
    """
    authorize(actor, reach, Permission.COACHING_READ)
    if item.kind in NAMED or item.kind is ItemKind.SESSION:
        raise InvalidTransitionError
    item.done_at = clock.now() if is_done else None
    item.done_by_id = actor.id if is_done else None
    session.flush()
    audit.record(session, actor, "coaching.tick_first_month", item, done=is_done)
    _finish(session, item.plan_id)


def tick_for_record(session: Session, employee_id: int, kind: str, subject: str) -> None:
    """Tick the step that a training record fulfils, if somebody's plan has one."""
    ticks = TICKED_BY.get(Kind(kind)) if kind in set(Kind) else None
    if ticks is not None:
        tick(session, employee_id, ticks, "" if ticks is ItemKind.SESSION else subject)


def tick(session: Session, employee_id: int, kind: ItemKind, subject: str) -> None:
    """Tick the first open step of this kind and subject; nothing where there is none."""
    values = {"employee_id": employee_id, "kind": kind, "subject": subject}
    found = fetch(session, _WAITING, values).scalar()
    if found is None:
        return
    item = session.get_one(FirstMonthItem, found)
    item.done_at = clock.now()
    session.flush()
    _finish(session, item.plan_id)


def _tick_known(session: Session, plan: FirstMonth) -> None:
    """Tick what was done before the plan was made."""
    known: dict[ItemKind, set[str]] = {
        ticks: subjects_with(session, plan.employee_id, kind)
        for kind, ticks in TICKED_BY.items()
        if ticks is not ItemKind.SESSION
    }
    known[ItemKind.TASK] |= set(
        session.scalars(
            select(PracticalAttempt.practical_id).where(
                PracticalAttempt.employee_id == plan.employee_id,
                PracticalAttempt.mode != Mode.DRILL,
                PracticalAttempt.is_passed.is_(True),
            )
        )
    )
    for item in plan.items:
        if item.subject in known.get(item.kind, set()):
            item.done_at = clock.now()
    session.flush()


def _finish(session: Session, plan_id: int) -> None:
    """Note when the last step was ticked."""
    open_count = session.scalar(
        select(func.count()).where(
            FirstMonthItem.plan_id == plan_id, FirstMonthItem.done_at.is_(None)
        )
    )
    plan = session.get_one(FirstMonth, plan_id)
    plan.finished_at = None if open_count else plan.finished_at or clock.now()
    session.flush()
