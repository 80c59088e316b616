"""Reminders before and after due days, each once; what is long overdue reaches the superior."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from training_platform.core import audit, clock
from training_platform.core.db import expect_version, reading, writing
from training_platform.core.errors import RuleError
from training_platform.core.permissions import Permission, Person, authorize, may
from training_platform.notices import due
from training_platform.notices.models import ReminderPolicy
from training_platform.notices.rules import Reminders, clean_days
from training_platform.notices.services import notify
from training_platform.people import queries as people
from training_platform.people.models import Employee, EmployeeStatus
from training_platform.people.viewer import viewer_of


def _(text: str) -> str:
    """Mark a text for the catalogs."""
    return text


BATCH = 50


def remind_everybody(progress: Callable[[int, int], None]) -> dict[str, Any]:
    """Remind of everything that is due by today, in batches of one transaction each."""
    told = 0
    for kind in due.kinds().values():
        with reading() as session:
            policy = policy_of(session, kind)
            items = items_to_tell(session, kind, policy)
        for start in range(0, len(items), BATCH):
            with writing() as session:
                told += remind(session, kind, policy, items[start : start + BATCH])
            progress(min(start + BATCH, len(items)), len(items))
    return {"told": told}


def remind(session: Session, kind: due.Kind, policy: Reminders, items: Sequence[due.Item]) -> int:
    """Remind of some items of one kind, and escalate; return how many notices were new.

    Only people who work here are told, and a notice's key lets each reminder happen once.
    """
    told, today = 0, clock.today()
    employees = _active(session, items)
    for item in items:
        employee = employees.get(item.employee_id)
        if employee is None:
            continue
        day = policy.due(item.due_on, today)
        if day is not None:
            told += _remind_one(session, kind, item, day)
        if policy.escalates(item.due_on, today):
            told += _escalate(session, kind, item, employee)
    return told


def policies(session: Session) -> dict[str, Reminders]:
    """Return what HR says about kinds of due days, by their ids."""
    return {kept.kind: kept.values for kept in session.scalars(select(ReminderPolicy))}


def policy_of(session: Session, kind: due.Kind) -> Reminders:
    """Return when people are reminded of a kind: as HR says, else as it is shipped."""
    kept = session.get(ReminderPolicy, kind.id)
    return kept.values if kept else kind.reminders


def edit_policy(
    session: Session, actor: Person, kind: due.Kind, wanted: Reminders, *, expected_version: int
) -> None:
    """Change when people are reminded of a kind of due days, from the next look on.

    Raises ConflictError, NotPermittedError, and RuleError for days that make no sense.
    """
    policy = current_policy(session, kind)
    if policy not in session:
        session.add(policy)
        session.flush()
    authorize(actor, policy, Permission.NOTICE_MANAGE)
    expect_version(policy, expected_version)
    before = policy.values
    policy.days_before = _days(wanted.days_before, "days_before")
    policy.days_after = _days(wanted.days_after, "days_after")
    _days([wanted.escalate_after or 0], "escalate_after")
    policy.escalate_after = wanted.escalate_after
    session.flush()
    audit.record(
        session,
        actor,
        "notices.edit_reminders",
        None,
        kind=kind.id,
        before=vars(before),
        after=vars(policy.values),
    )


def current_policy(session: Session, kind: due.Kind) -> ReminderPolicy:
    """Return the policy of a kind; a fresh one, not kept yet, before anybody has edited it."""
    shipped = kind.reminders
    return session.get(ReminderPolicy, kind.id) or ReminderPolicy(
        kind=kind.id,
        days_before=list(shipped.days_before),
        days_after=list(shipped.days_after),
        escalate_after=shipped.escalate_after,
        version=1,  # what a form shows before anybody has edited it
    )


def _days(days: Sequence[int], field: str) -> list[int]:
    try:
        return list(clean_days(days))
    except ValueError:
        raise RuleError(_("Give at most 6 days, each between 0 and 365."), field=field) from None


def items_to_tell(session: Session, kind: due.Kind, policy: Reminders) -> list[due.Item]:
    """Return the items of a kind that somebody is to be told of today."""
    today = clock.today()
    return [
        item
        for item in kind.find(session, *policy.window(today))
        if policy.due(item.due_on, today) is not None or policy.escalates(item.due_on, today)
    ]


def _active(session: Session, items: Sequence[due.Item]) -> Mapping[int, Employee]:
    found = session.scalars(
        select(Employee)
        .options(joinedload(Employee.department), joinedload(Employee.manager))
        .where(
            Employee.id.in_({item.employee_id for item in items}),
            Employee.status == EmployeeStatus.ACTIVE,
        )
    )
    return {employee.id: employee for employee in found}


def _remind_one(session: Session, kind: due.Kind, item: due.Item, day: int) -> int:
    told = notify(
        session,
        item.employee_id,
        kind.soon if day <= 0 else kind.late,
        key=f"due:{kind.id}:{item.key}:{item.due_on}:{day}",
        href=item.href,
        by_mail=True,
        title=item.title,
        due=item.due_on.isoformat(),
        **item.values,
    )
    return int(told is not None)


def _escalate(session: Session, kind: due.Kind, item: due.Item, employee: Employee) -> int:
    """Tell the superior; what it is only where the superior may see it of this employee."""
    superior = _superior(session, employee)
    if superior is None:
        return 0
    wanted = kind.shown_to_superior
    sees = wanted is not None and may(viewer_of(session, superior), employee, wanted)
    shown = {"title": item.title, "due": item.due_on.isoformat()} if sees else {}
    told = notify(
        session,
        superior.id,
        "item_overdue_of" if sees else "something_overdue_of",
        key=f"due:{kind.id}:{item.key}:{item.due_on}:superior",
        href=kind.superior_href.format(employee_id=employee.id) if sees else "/notices",
        by_mail=True,
        name=employee.name,
        **shown,
    )
    return int(told is not None)


def _superior(session: Session, employee: Employee) -> Employee | None:
    manager = employee.manager
    if manager is not None and manager.status is EmployeeStatus.ACTIVE:
        return manager
    heads = people.heads_of(session, employee.department.path)
    others = [head for head in heads if head != employee.id]
    return session.get(Employee, others[0]) if others else None
