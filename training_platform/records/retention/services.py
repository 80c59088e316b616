"""What is done about keeping: rules, holds, purges with their dry run, leavers without a name."""

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from training_platform.core import audit, clock, jobs
from training_platform.core.db import expect_version, lock
from training_platform.core.errors import InvalidTransitionError, NotPermittedError, RuleError
from training_platform.core.permissions import Permission, Person, authorize
from training_platform.people.models import Employee, EmployeeStatus
from training_platform.people.services import leaving
from training_platform.records import services as records
from training_platform.records.models import RecordValue
from training_platform.records.retention import queries, rules
from training_platform.records.retention.models import PurgeRun, RecordHold, RetentionRule
from training_platform.records.retention.rules import CountsFrom, RunState

PURGE_JOB = "records.purge"
BATCH = 500


def _(text: str) -> str:
    """Mark a text for the catalogs."""
    return text


def ensure_rules(session: Session) -> None:
    """Put the rules in that a new installation begins with; those that stand stay."""
    known = set(session.scalars(select(RetentionRule.group)))
    session.add_all(
        RetentionRule(
            group=group, years=rule.years, counts_from=rule.counts_from, basis=dict(rule.basis)
        )
        for group, rule in rules.DEFAULTS.items()
        if group not in known
    )
    session.flush()


def change_rule(
    session: Session,
    rule: RetentionRule,
    actor: Person,
    *,
    years: int,
    counts_from: CountsFrom,
    expected_version: int,
) -> None:
    """Set how long a group is kept. Raises ConflictError, NotPermittedError, RuleError."""
    authorize(actor, rule, Permission.RETENTION_MANAGE)
    expect_version(rule, expected_version)
    if not 1 <= years <= rules.MOST_YEARS:
        raise RuleError(_("Between 1 and 50 years."), field="years")
    audit.record(
        session,
        actor,
        "records.change_retention",
        group=rule.group,
        old=[rule.years, rule.counts_from.value],
        new=[years, counts_from.value],
    )
    rule.years, rule.counts_from, rule.changed_at = years, counts_from, clock.now()
    session.flush()


def place_hold(
    session: Session,
    actor: Person,
    *,
    employee_id: int | None,
    from_day: date | None,
    until_day: date | None,
    reason: str,
) -> RecordHold:
    """Keep a person's records, or everybody's of some days, from every purge from now on.

    Raises RuleError where neither a person nor a first day is named, or without a reason.
    """
    authorize(actor, None, Permission.RETENTION_MANAGE)
    if employee_id is None and from_day is None:
        raise RuleError(_("Choose a person or a first day."), field="person")
    if from_day and until_day and until_day < from_day:
        raise RuleError(_("The last day is before the first."), field="until_day")
    if not reason.strip():
        raise RuleError(_("Give a reason."), field="reason")
    if actor.id is None:
        raise NotPermittedError
    _wait_for_purge(session)
    hold = RecordHold(
        employee_id=employee_id,
        from_day=from_day,
        until_day=until_day,
        reason=reason.strip(),
        placed_by_id=actor.id,
        placed_at=clock.now(),
    )
    session.add(hold)
    session.flush()
    audit.record(session, actor, "records.hold", hold)
    return hold


def release_hold(
    session: Session, hold: RecordHold, actor: Person, reason: str, *, expected_version: int
) -> None:
    """Let the rules count again for what was held."""
    authorize(actor, hold, Permission.RETENTION_MANAGE)
    expect_version(hold, expected_version)
    if hold.released_at is not None:
        raise InvalidTransitionError
    if not reason.strip():
        raise RuleError(_("Give a reason."), field="reason")
    hold.released_at, hold.released_by_id = clock.now(), actor.id
    hold.release_reason = reason.strip()
    session.flush()
    audit.record(session, actor, "records.release_hold", hold)


def plan_purge(session: Session, actor: Person) -> PurgeRun:
    """Do the dry run: count what is due and held by group, and show a sample. Nothing goes.

    Raises RuleError while another purge is planned or runs.
    """
    authorize(actor, None, Permission.RETENTION_MANAGE)
    if actor.id is None:
        raise NotPermittedError
    ensure_rules(session)
    if session.scalar(select(PurgeRun.id).where(PurgeRun.is_open.is_(True))) is not None:
        raise RuleError(_("Another purge is planned already. Start it or call it off."))
    today = clock.today()
    counts = queries.counts(session, today)
    run = PurgeRun(
        state=RunState.PLANNED,
        is_open=True,
        as_of=today,
        counts=counts,
        sample=queries.sample(session, today),
        due_count=sum(each["due"] for each in counts.values()),
        planned_by_id=actor.id,
        planned_at=clock.now(),
    )
    session.add(run)
    session.flush()
    audit.record(session, actor, "records.plan_purge", run, due=run.due_count)
    return run


def start_purge(session: Session, run: PurgeRun, actor: Person, *, expected_version: int) -> None:
    """Let a job erase what the dry run found, as far as it is due and not held then."""
    _expect_planned(run, actor, expected_version)
    run.state, run.started_at = RunState.RUNNING, clock.now()
    session.flush()
    audit.record(session, actor, "records.start_purge", run, due=run.due_count)
    jobs.put(session, PURGE_JOB, {"run_id": run.id}, key=f"run:{run.id}", owner_id=actor.id)


def cancel_purge(session: Session, run: PurgeRun, actor: Person, *, expected_version: int) -> None:
    """Call a planned purge off; nothing has gone."""
    _expect_planned(run, actor, expected_version)
    run.state, run.is_open, run.finished_at = RunState.CANCELLED, None, clock.now()
    session.flush()
    audit.record(session, actor, "records.cancel_purge", run)


def _expect_planned(run: PurgeRun, actor: Person, expected_version: int) -> None:
    authorize(actor, run, Permission.RETENTION_MANAGE)
    expect_version(run, expected_version)
    if run.state is not RunState.PLANNED:
        raise InvalidTransitionError


def purge_batch(session: Session, run_id: int) -> tuple[int, int] | None:
    """Erase the next of what is due; return (erased so far, due at first), None at the end.

    Each call is one transaction: after a crash the next goes on, nothing is half erased. Holds
    that were placed meanwhile count.
    """
    run = lock(session, PurgeRun, run_id)  # whoever places a hold waits for this batch
    if run.state is not RunState.RUNNING:
        return None
    ids = queries.due_ids(session, run.as_of, BATCH)
    if not ids:
        run.state, run.is_open, run.finished_at = RunState.DONE, None, clock.now()
        return None
    erased = records.erase(session, RecordValue.record_id.in_(ids), f"purge:{run.id}")
    run.erased_count += erased
    audit.record(session, None, "records.purge", run, count=erased)
    session.flush()
    return run.erased_count, run.due_count


def anonymize_leaver(
    session: Session, employee: Employee, actor: Person, *, expected_version: int
) -> int:
    """Take the name off somebody who left, and erase what her records say; return how many.

    Chain, kinds, days and totals stay. Raises InvalidTransitionError unless she has left, and
    RuleError while a legal hold is on her records.
    """
    authorize(actor, employee, Permission.RECORD_ERASE)
    expect_version(employee, expected_version)
    if employee.status is not EmployeeStatus.LEFT or employee.anonymized_at is not None:
        raise InvalidTransitionError
    _wait_for_purge(session)
    if queries.is_held(session, employee.id):
        raise RuleError(_("A legal hold is on these records. Release it first."))
    count = records.erase_values(session, employee.id, actor)
    queries.empty_corrections(session, employee.id)
    leaving.take_name_off(session, employee)
    audit.record(session, actor, "records.anonymize", employee, count=count)
    return count


def _wait_for_purge(session: Session) -> None:
    """Lock a running purge, so that none of its batches passes a hold that is being placed."""
    session.scalars(select(PurgeRun.id).where(PurgeRun.is_open.is_(True)).with_for_update()).all()
