"""What is done about corrections: asked for, proposed, decided by another person, withdrawn."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from training_platform.core import audit, clock, files
from training_platform.core.attachments import Attachment
from training_platform.core.db import expect_version, lock
from training_platform.core.errors import InvalidTransitionError, NotPermittedError, RuleError
from training_platform.core.events import emit
from training_platform.core.permissions import Permission, Person, authorize
from training_platform.people.models import Employee
from training_platform.people.viewer import viewer_of
from training_platform.records import services as records
from training_platform.records import turning
from training_platform.records.corrections import queries, rules, telling
from training_platform.records.corrections.models import RecordCorrection
from training_platform.records.corrections.rules import CorrectionState, Proposal, Value
from training_platform.records.events import ResultCorrected
from training_platform.records.models import TrainingRecord
from training_platform.records.rules import FAILED, PASSED, Effect, Kind

PURPOSE = "correction"


def _(text: str) -> str:
    """Mark a text for the catalogs."""
    return text


def request_correction(
    session: Session,
    record: TrainingRecord,
    actor: Person,
    proposal: Proposal,
    attachment: Attachment | None = None,
) -> RecordCorrection:
    """Ask human resources to correct an own record; the proposal's effect and values do not count.

    Raises NotPermittedError for somebody else's record, and RuleError while a correction of it
    waits already.
    """
    employee = session.get_one(Employee, record.employee_id)
    authorize(actor, employee, Permission.RECORD_CORRECTION_REQUEST)
    found = _open(session, record, actor, proposal, attachment)
    found.state = CorrectionState.REQUESTED
    session.add(found)
    session.flush()
    audit.record(session, actor, "records.request_correction", found)
    telling.tell_of_request(session, found)
    return found


def propose_correction(
    session: Session,
    record: TrainingRecord,
    actor: Person,
    proposal: Proposal,
    *,
    expected_count: int,
    attachment: Attachment | None = None,
) -> RecordCorrection:
    """Say what is right in a record. A mere remark stands at once; all else another decides.

    expected_count is the number of corrections that the person saw. Raises ConflictError,
    NotPermittedError for one's own record, and RuleError for values that cannot be or while a
    correction waits already.
    """
    employee = session.get_one(Employee, record.employee_id)
    authorize(actor, employee, Permission.RECORD_CORRECT)
    found = _open(session, record, actor, proposal, attachment)
    _take_over(session, found, actor, proposal, expected_count)
    session.add(found)
    session.flush()
    _go_on(session, found, actor)
    return found


def propose_on_request(
    session: Session,
    found: RecordCorrection,
    actor: Person,
    proposal: Proposal,
    *,
    expected_version: int,
) -> None:
    """Turn what somebody asked for into what another person decides; the same promises."""
    authorize(actor, found.employee, Permission.RECORD_CORRECT)
    expect_version(found, expected_version)
    if found.state is not CorrectionState.REQUESTED:
        raise InvalidTransitionError
    count = records.count_corrections(session, found.record_id)
    _take_over(session, found, actor, proposal, count)
    session.flush()
    _go_on(session, found, actor)


def approve_correction(
    session: Session, found: RecordCorrection, actor: Person, note: str, *, expected_version: int
) -> None:
    """Let a proposed correction stand: the second person.

    Raises ConflictError where it was decided or the record corrected meanwhile, and
    NotPermittedError for the own record and for whoever proposed it.
    """
    authorize(actor, found, Permission.RECORD_CORRECTION_DECIDE)
    expect_version(found, expected_version)
    if found.state is not CorrectionState.PROPOSED:
        raise InvalidTransitionError
    if found.proposed_by_id == actor.id:
        raise NotPermittedError
    _apply(session, found, actor, note)


def refuse_correction(
    session: Session, found: RecordCorrection, actor: Person, note: str, *, expected_version: int
) -> None:
    """Refuse what was asked for or proposed, with a reason that the person reads.

    Raises ConflictError, NotPermittedError, InvalidTransitionError, and RuleError without reason.
    """
    needed = (
        Permission.RECORD_CORRECT
        if found.state is CorrectionState.REQUESTED
        else Permission.RECORD_CORRECTION_DECIDE
    )
    authorize(
        actor,
        found.employee if needed is Permission.RECORD_CORRECT else found,
        needed,
    )
    expect_version(found, expected_version)
    if not found.is_open:
        raise InvalidTransitionError
    if not note.strip():
        raise RuleError(_("Give a reason. The person reads it."), field="note")
    _close(found, CorrectionState.REFUSED, actor, note)
    session.flush()
    audit.record(session, actor, "records.refuse_correction", found)
    telling.tell_of_refusal(session, found)


def withdraw_correction(
    session: Session, found: RecordCorrection, actor: Person, *, expected_version: int
) -> None:
    """Take back what one asked for or proposed while nobody has decided."""
    authorize(actor, found, Permission.RECORD_CORRECTION_WITHDRAW)
    expect_version(found, expected_version)
    if not found.is_open:
        raise InvalidTransitionError
    _close(found, CorrectionState.WITHDRAWN, actor, "")
    session.flush()
    audit.record(session, actor, "records.withdraw_correction", found)


def _open(
    session: Session,
    record: TrainingRecord,
    actor: Person,
    proposal: Proposal,
    attachment: Attachment | None,
) -> RecordCorrection:
    if actor.id is None:
        raise NotPermittedError
    if record.kind == Kind.CORRECTION:
        raise RuleError(_("Correct the record itself, not its correction."))
    lock(session, Employee, record.employee_id)  # two at once: one correction
    if queries.open_correction_of(session, record.id) is not None:
        raise RuleError(_("A correction of this record waits for its decision already."))
    return RecordCorrection(
        record=record,
        record_id=record.id,
        employee=session.get_one(Employee, record.employee_id),
        employee_id=record.employee_id,
        changes=proposal.changes,
        new_values={},
        reason=proposal.reason,
        evidence=proposal.evidence,
        evidence_file_id=_store(session, attachment, actor),
        opened_by_id=actor.id,
        opened_at=clock.now(),
    )


def _store(session: Session, attachment: Attachment | None, actor: Person) -> int | None:
    if attachment is None:
        return None
    stored = files.store(
        session,
        attachment.data,
        name=attachment.name,
        media_type=attachment.media_type,
        purpose=PURPOSE,
        owner_id=actor.id,
    )
    return stored.id


def _take_over(
    session: Session,
    found: RecordCorrection,
    actor: Person,
    proposal: Proposal,
    expected_count: int,
) -> None:
    """Write down what one person holds to be right."""
    _expect_possible(proposal.values, clock.today())
    if proposal.effect is not Effect.VALUES and queries.is_void(session, found.record_id):
        raise RuleError(_("This record no longer counts already."), field="effect")
    pairs = rules.changed_values(queries.values_now(session, found.record), proposal.values)
    if proposal.effect is Effect.TURNED:
        pairs = _turned(found.record) | pairs
        _expect_fitting(pairs)
    found.state, found.effect = CorrectionState.PROPOSED, proposal.effect
    found.changes, found.reason = proposal.changes, proposal.reason
    found.evidence = proposal.evidence
    found.new_values = {name: list(pair) for name, pair in pairs.items()}
    found.proposed_by_id, found.proposed_at = actor.id, clock.now()
    found.seen_count = expected_count


def _turned(record: TrainingRecord) -> dict[str, tuple[Any, Any]]:
    """Return the outcome of a record and the other one."""
    old = queries.outcome_now(record)
    if old is None:
        raise RuleError(_("This record says neither passed nor failed."), field="effect")
    return {Value.OUTCOME.value: (old, FAILED if old == PASSED else PASSED)}


def _expect_fitting(pairs: Mapping[str, tuple[Any, Any]]) -> None:
    """Refuse a pass with less percent than the fail had, and the other way round."""
    outcome = pairs[Value.OUTCOME.value][1]
    old, new = pairs.get(Value.PERCENT.value, (None, None))
    if not rules.turned_percent_is_possible(outcome, old, new):
        text = (
            _("A pass cannot have less than the %(percent)s %% of the fail.")
            if outcome == PASSED
            else _("A fail cannot have more than the %(percent)s %% of the pass.")
        )
        raise RuleError(text, field=Value.PERCENT.value, percent=old)


def _expect_possible(values: Any, today: date) -> None:
    wrong = rules.is_possible(values, today)
    if wrong == rules.Value.DAY:
        raise RuleError(_("This day is still to come."), field=wrong)
    if wrong == rules.Value.PERCENT:
        raise RuleError(_("Between 0 and 100 percent."), field=wrong)
    if wrong:
        raise RuleError(_("More than none and at most 1,000 hours."), field="hours")


def _go_on(session: Session, found: RecordCorrection, actor: Person) -> None:
    """Apply a mere remark; else ask for the second person."""
    audit.record(session, actor, "records.propose_correction", found, effect=found.effect)
    if found.effect is not None and rules.needs_second_person(found.effect, found.new_values):
        telling.tell_of_proposal(session, found)
    else:
        _apply(session, found, None, "")


def _apply(session: Session, found: RecordCorrection, decider: Person | None, note: str) -> None:
    if found.effect is None or found.proposed_by_id is None:
        raise InvalidTransitionError
    proposer = viewer_of(session, session.get_one(Employee, found.proposed_by_id))
    how: dict[str, Any] = {
        "approver": decider,
        "values": {name: (pair[0], pair[1]) for name, pair in found.new_values.items()},
        "expected_count": found.seen_count,
        "reason": found.reason,
        "changes": found.changes,
        "evidence": found.evidence,
        "evidence_file": found.id if found.evidence_file_id else None,
    }
    if found.effect is Effect.TURNED:
        correction = turning.turn_result(session, found.record, proposer, **how)
    else:
        correction = records.correct_record(
            session, found.record, proposer, effect=found.effect, **how
        )
    found.correction_id = correction.id
    _announce_result(session, found, correction.id)
    _close(found, CorrectionState.APPLIED, decider, note)
    session.flush()
    if decider is not None:
        audit.record(session, decider, "records.approve_correction", found)
    telling.tell_of_correction(session, found)


def _announce_result(session: Session, found: RecordCorrection, correction_id: int) -> None:
    """Tell the packages that hold the result itself, where it is another one now."""
    new = {name: pair[1] for name, pair in found.new_values.items()}
    outcome, percent = new.get(Value.OUTCOME.value), new.get(Value.PERCENT.value)
    is_void = found.effect is Effect.VOID
    if outcome is None and percent is None and not is_void:
        return
    emit(
        session,
        ResultCorrected(
            source=found.record.source,
            employee_id=found.employee_id,
            is_passed=None if outcome is None else outcome == PASSED,
            percent=percent,
            is_void=is_void,
            cause=f"record:{correction_id}",
            actor_id=found.proposed_by_id,
            reason=found.reason,
        ),
    )


def _close(
    found: RecordCorrection, state: CorrectionState, actor: Person | None, note: str
) -> None:
    found.state, found.note, found.decided_at = state, note.strip(), clock.now()
    found.decided_by_id = actor.id if actor else None
