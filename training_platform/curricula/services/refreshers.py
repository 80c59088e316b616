"""Refreshers twice a year: planned by a job, looked through by HR, assigned once."""

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from training_platform.core import audit, clock, jobs
from training_platform.core.db import expect_version, lock
from training_platform.core.errors import ConflictError, InvalidTransitionError, RuleError
from training_platform.core.events import emit
from training_platform.core.permissions import SYSTEM, Permission, Person, Right, authorize
from training_platform.curricula import refresher_rules as rules
from training_platform.curricula.events import RefresherAssigned
from training_platform.curricula.models import (
    Assignment,
    AssignmentSource,
    AssignmentState,
    Course,
    CourseProgress,
)
from training_platform.curricula.refresher_models import (
    RefresherEntry,
    RefresherPolicy,
    RefresherRound,
    RoundState,
)
from training_platform.curricula.services import rows
from training_platform.curricula.services.retraining import begin_retraining
from training_platform.notices import services as notices
from training_platform.people.models import AccessGrant, Employee, EmployeeStatus

THE_POLICY = "default"


def _(text: str) -> str:
    """Mark a text for the catalogs."""
    return text


# ---- The policy -----------------------------------------------------------------------------


def current_policy(session: Session) -> tuple[rules.Policy, int]:
    """Return what HR decided, with its version; the shipped policy is version 0 and rests."""
    row = session.get(RefresherPolicy, THE_POLICY)
    if row is None:
        return rules.Policy(), 0
    courses = tuple((role, tuple(ids)) for role, ids in sorted(row.courses.items()))
    return (
        rules.Policy(
            tuple(row.months),
            courses,
            row.lead_days,
            row.newcomer_due_days,
            row.due_days,
            row.is_active,
        ),
        row.version,
    )


def edit_policy(
    session: Session, actor: Person, policy: rules.Policy, *, expected_version: int
) -> None:
    """Change when refreshers come and what they are. Rounds that are planned stay as they are.

    Raises NotPermittedError; ConflictError where it was changed since; RuleError for an active
    policy without a month or a course, and for a course that has no quiz to end it.
    """
    authorize(actor, None, Permission.CURRICULUM_MANAGE)
    _check_policy(session, policy)
    row = session.get(RefresherPolicy, THE_POLICY, with_for_update=True)
    if (row.version if row else 0) != expected_version:
        raise ConflictError(row)
    if row is None:
        row = RefresherPolicy(id=THE_POLICY)
        session.add(row)
    row.months, row.courses = list(policy.months), {r: list(ids) for r, ids in policy.courses}
    row.lead_days, row.is_active = policy.lead_days, policy.is_active
    row.newcomer_due_days, row.due_days = policy.newcomer_due_days, policy.due_days
    session.flush()
    audit.record(
        session,
        actor,
        "curricula.edit_refresher_policy",
        row,
        months=row.months,
        courses=row.courses,
        active=row.is_active,
    )


def _check_policy(session: Session, policy: rules.Policy) -> None:
    chosen = {course_id for _role, ids in policy.courses for course_id in ids}
    if policy.is_active and not policy.months:
        raise RuleError(_("Choose at least one month."), field="months")
    if policy.is_active and not chosen:
        raise RuleError(_("Choose at least one course."), field="courses")
    known = set(
        session.scalars(
            select(Course.id).where(
                Course.id.in_(chosen), Course.paper_id.is_not(None), Course.is_withdrawn.is_(False)
            )
        )
    )
    if chosen - known:
        raise RuleError(_("A refresher ends with a quiz. Choose courses that have one."))


# ---- Planning -------------------------------------------------------------------------------


def plan_due_round(session: Session) -> RefresherRound | None:
    """Plan the next round where it is near, once; return it where it is new. HR is told."""
    policy, _version = current_policy(session)
    start = rules.next_start(clock.today(), policy.months) if policy.is_active else None
    if start is None or not rules.is_to_plan(start, clock.today(), policy.lead_days):
        return None
    known = select(RefresherRound.id).where(RefresherRound.starts_on == start)
    if session.scalar(known) is not None:
        return None
    made = RefresherRound(starts_on=start, planned_at=clock.now())
    session.add(made)
    session.flush()
    count = _add_entries(session, made, policy)
    audit.record(session, SYSTEM, "curricula.plan_refreshers", made, entries=count)
    _tell_hr(session, made, count)
    return made


def _add_entries(session: Session, made: RefresherRound, policy: rules.Policy) -> int:
    count = 0
    for job_role_id, course_ids in policy.courses:
        for row in session.execute(
            select(
                Employee.id,
                Employee.hired_on,
                Course.id.label("course_id"),
                CourseProgress.completed_at,
            )
            .join(CourseProgress, CourseProgress.employee_id == Employee.id)
            .join(Course, Course.id == CourseProgress.course_id)
            .where(
                Employee.status == EmployeeStatus.ACTIVE,
                Employee.job_role_id == job_role_id,
                Course.id.in_(course_ids),
                Course.is_withdrawn.is_(False),
                CourseProgress.completed_at.is_not(None),
                CourseProgress.retraining_since.is_(None),
            )
            .order_by(Employee.id, Course.id)
        ):
            if not rules.needs_refresher(clock.company_day(row.completed_at), made.starts_on):
                continue
            is_new = rules.is_newcomer(row.hired_on, made.starts_on)
            session.add(
                RefresherEntry(
                    round_id=made.id,
                    employee_id=row.id,
                    course_id=row.course_id,
                    is_newcomer=is_new,
                    due_on=rules.due_day(made.starts_on, policy, newcomer=is_new),
                )
            )
            count += 1
    session.flush()
    return count


def _tell_hr(session: Session, made: RefresherRound, count: int) -> None:
    people = session.scalars(
        select(AccessGrant.employee_id)
        .join(Employee, Employee.id == AccessGrant.employee_id)
        .where(AccessGrant.right == Right.HR, Employee.status == EmployeeStatus.ACTIVE)
        .distinct()
    )
    for employee_id in people:
        notices.notify(
            session,
            employee_id,
            "refreshers_planned",
            key=f"curricula:refreshers:{made.id}:{employee_id}",
            href=f"/curricula/refreshers/{made.id}",
            start=made.starts_on.isoformat(),
            count=count,
        )


# ---- Looking through and deciding -----------------------------------------------------------


def exclude_entry(
    session: Session, entry: RefresherEntry, actor: Person, reason: str, *, is_excluded: bool
) -> None:
    """Leave somebody out of a round with a reason, or take her in again.

    Raises NotPermittedError, InvalidTransitionError once the round is decided, RuleError without
    a reason.
    """
    _expect_open(session, entry, actor, reason)
    entry.is_excluded, entry.reason, entry.changed_by_id = is_excluded, reason.strip(), actor.id
    action = "curricula.exclude_refresher" if is_excluded else "curricula.include_refresher"
    audit.record(session, actor, action, entry, employee=entry.employee_id)


def shift_entry(
    session: Session, entry: RefresherEntry, actor: Person, reason: str, due_on: date
) -> None:
    """Move somebody's due day with a reason. Raises as exclude_entry, and for a day too early."""
    _expect_open(session, entry, actor, reason)
    if due_on < max(entry.round.starts_on, clock.today()):
        raise RuleError(_("Choose a day after the beginning of the round."), field="due_on")
    entry.due_on, entry.reason, entry.changed_by_id = due_on, reason.strip(), actor.id
    audit.record(session, actor, "curricula.shift_refresher", entry, due=due_on.isoformat())


def _expect_open(session: Session, entry: RefresherEntry, actor: Person, reason: str) -> None:
    authorize(actor, entry, Permission.CURRICULUM_MANAGE)
    found = lock(session, RefresherRound, entry.round_id)
    if found.state is not RoundState.PLANNED:
        raise InvalidTransitionError
    if not reason.strip():
        raise RuleError(_("Give a reason."), field="reason")


def decide_round(
    session: Session,
    found: RefresherRound,
    actor: Person,
    state: RoundState,
    *,
    expected_version: int,
) -> None:
    """Confirm a round, so that a job assigns it, or cancel it.

    Raises NotPermittedError, ConflictError for an old version, InvalidTransitionError where it is
    decided already.
    """
    authorize(actor, found, Permission.CURRICULUM_MANAGE)
    expect_version(found, expected_version)
    if found.state is not RoundState.PLANNED or state is RoundState.PLANNED:
        raise InvalidTransitionError
    found.state, found.decided_by_id, found.decided_at = state, actor.id, clock.now()
    session.flush()  # a lost race ends here
    audit.record(session, actor, f"curricula.refreshers_{state.value}", found)
    if state is RoundState.CONFIRMED:
        jobs.put(
            session,
            "curricula.assign_refreshers",
            {"round_id": found.id},
            key=str(found.id),
            owner_id=actor.id,
        )


# ---- Assigning ------------------------------------------------------------------------------


def open_entries(session: Session, round_id: int) -> list[int]:
    """Return the entries of a confirmed round that still wait for their assignment."""
    return list(
        session.scalars(
            select(RefresherEntry.id)
            .join(RefresherRound, RefresherRound.id == RefresherEntry.round_id)
            .where(
                RefresherEntry.round_id == round_id,
                RefresherRound.state == RoundState.CONFIRMED,
                RefresherEntry.is_excluded.is_(False),
                RefresherEntry.assigned_at.is_(None),
            )
            .order_by(RefresherEntry.is_newcomer.desc(), RefresherEntry.id)
        )
    )


def assign_entry(session: Session, entry_id: int) -> bool:
    """Assign one entry: lessons open anew, due on its day. Once; return whether it was now.

    Whoever left since is passed over. What was completed stays completed in the record.
    """
    entry = lock(session, RefresherEntry, entry_id)
    if entry.assigned_at is not None or entry.is_excluded:
        return False
    entry.assigned_at = clock.now()
    if entry.employee.status is EmployeeStatus.LEFT or entry.course.is_withdrawn:
        return False
    begin_retraining(session, entry.employee_id, entry.course_id)
    row = rows.assignment(session, entry.employee_id, entry.course_id)
    _ask_again(row, entry)
    session.flush()
    _announce(session, row, entry)
    return True


def _ask_again(row: Assignment, entry: RefresherEntry) -> None:
    """Make a course due again; whoever asked for it before now asks for it by this day."""
    if row.curriculum_required:
        row.curriculum_due_on = entry.due_on
    row.asked_required, row.asked_due_on = True, entry.due_on
    row.source, row.rule_id = AssignmentSource.MANUAL, None
    row.assigned_by_id = entry.round.decided_by_id
    row.state = AssignmentState.ACTIVE
    rows.settle(row)


def _announce(session: Session, row: Assignment, entry: RefresherEntry) -> None:
    audit.record(
        session, SYSTEM, "curricula.assign_refresher", row, round=entry.round_id, entry=entry.id
    )
    notices.notify(
        session,
        entry.employee_id,
        "retraining_due",
        key=f"curricula:refresher:{entry.id}",
        href=f"/courses/{entry.course_id}",
        by_mail=True,
        title=entry.course.title,
    )
    emit(
        session,
        RefresherAssigned(
            entry.id, entry.employee_id, entry.course_id, entry.course.paper_id or ""
        ),
    )
