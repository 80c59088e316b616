"""What is done about exams: cases opened, decided, settled; points recommended and decided."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from training_platform.assessment.queries import ladder_to_show
from training_platform.assessment.rules import DEFAULT_LADDER
from training_platform.assessment.services import default_ladder
from training_platform.consequences import rules
from training_platform.consequences.models import (
    THE_POLICY,
    HrCase,
    RewardPolicy,
    RewardRecommendation,
)
from training_platform.consequences.rules import CaseState, Decision, Pass, Policy, RewardState
from training_platform.core import audit, clock
from training_platform.core.db import expect_version, fetch
from training_platform.core.errors import InvalidTransitionError, NotFoundError, RuleError
from training_platform.core.permissions import Permission, Person, authorize
from training_platform.notices import services as notices
from training_platform.records import services as records
from training_platform.records.models import RecordValue, TrainingRecord
from training_platform.records.queries.subjects import IS_CORRECTED, IS_VOID, corrected_values
from training_platform.records.rules import Kind


def _(text: str) -> str:
    """Mark a text for the catalogs."""
    return text


#: Records that may earn points.
PASSES = frozenset({Kind.QUIZ_PASSED, Kind.PRACTICAL_PASSED, Kind.EXAM_PASSED})
# A pass is part of every submit: what it asks is built once and knows no entities.
_HAS_OPEN_CASE = (
    select(HrCase.id)
    .where(
        HrCase.employee_id == bindparam("employee_id"),
        HrCase.subject == bindparam("subject"),
        HrCase.state == CaseState.OPEN,
    )
    .limit(1)
)
_RECORD = (
    select(
        TrainingRecord.employee_id,
        TrainingRecord.kind,
        TrainingRecord.subject,
        TrainingRecord.happened_at,
        RecordValue.data,
        IS_CORRECTED.label("is_corrected"),
        IS_VOID.label("is_void"),
    )
    .outerjoin(RecordValue, RecordValue.record_id == TrainingRecord.id)
    .where(TrainingRecord.id == bindparam("record_id"))
)
_POLICY = select(
    RewardPolicy.quiz_points,
    RewardPolicy.practical_points,
    RewardPolicy.practical_percent,
    RewardPolicy.first_try_only,
).where(RewardPolicy.id == THE_POLICY)
_STANDS = select(RewardRecommendation.id).where(
    RewardRecommendation.record_id == bindparam("record_id")
)


def open_case(session: Session, record_id: int) -> None:
    """Open the case that a training record hands to HR, once a record."""
    if session.scalar(select(HrCase.id).where(HrCase.record_id == record_id)):
        return
    record, data = _record(session, record_id)
    if record.is_void:
        return
    rule = dict(data.get("rule") or {})
    if rule:
        rule["ladder_name"] = _ladder_name(session, rule.get("ladder", DEFAULT_LADDER))
    session.add(
        HrCase(
            employee_id=record.employee_id,
            record_id=record_id,
            subject=record.subject,
            title=data.get("title") or {},
            number=int(data.get("number") or 1),
            rule=rule,
            href=data.get("href") or "",
            state=CaseState.OPEN,
            opened_at=record.happened_at,
        )
    )
    session.flush()


def settle_cases(session: Session, employee_id: int, subject: str) -> None:
    """Settle what is open about an exam that was passed after all."""
    about = {"employee_id": employee_id, "subject": subject}
    if fetch(session, _HAS_OPEN_CASE, about).first() is None:
        return
    for case in _open_cases(session, employee_id, subject):
        case.state, case.closed_at = CaseState.SETTLED, clock.now()
    session.flush()


def decide_case(
    session: Session,
    case: HrCase,
    actor: Person,
    decision: Decision,
    reason: str,
    *,
    expected_version: int,
) -> None:
    """Decide a case, with a reason; noted in the training record, and told to the employee.

    Raises ConflictError, NotPermittedError for one's own case, InvalidTransitionError where it is
    closed, and RuleError without a reason.
    """
    authorize(actor, case, Permission.CONSEQUENCE_DECIDE)
    expect_version(case, expected_version)
    if case.state is not CaseState.OPEN:
        raise InvalidTransitionError
    _decide(session, case, actor.id, decision, _expect_reason(reason))
    audit.record(session, actor, "consequences.decide_case", case, decision=decision.value)
    notices.notify(
        session,
        case.employee_id,
        "hr_case_decided",
        key=f"consequences:case:{case.id}",
        href="/records/",
        title=case.title,
    )


def decide_by_opening(
    session: Session, employee_id: int, subject: str, actor_id: int, reason: str
) -> None:
    """Take an attempt that HR has opened for the decision of what is open about the exam.

    The employee was told of the attempt already.
    """
    for case in _open_cases(session, employee_id, subject):
        _decide(session, case, actor_id, Decision.FURTHER_ATTEMPT, reason)


def recommend(session: Session, record_id: int) -> None:
    """Recommend performance points for a pass that earns them by the policy, once a record."""
    record, data = _record(session, record_id)
    if record.is_void:
        return
    passed = Pass.of(record.kind, data)
    kept = fetch(session, _POLICY).first()
    policy = Policy(*kept) if kept is not None else Policy()
    points = rules.points_for(passed, policy)
    if not points or fetch(session, _STANDS, {"record_id": record_id}).first() is not None:
        return
    session.add(
        RewardRecommendation(
            employee_id=record.employee_id,
            record_id=record_id,
            kind=record.kind,
            subject=record.subject,
            title=data.get("title") or {},
            percent=passed.percent,
            number=passed.number,
            points=points,
            rule=policy.as_data(),
            state=RewardState.PROPOSED,
            created_at=record.happened_at,
        )
    )
    session.flush()


def decide_recommendation(
    session: Session,
    found: RewardRecommendation,
    actor: Person,
    state: RewardState,
    reason: str,
    *,
    expected_version: int,
) -> None:
    """Approve or decline a recommendation; points that are approved stand in the record.

    Raises as decide_case does; declining needs a reason, approving has that of the rule.
    """
    authorize(actor, found, Permission.CONSEQUENCE_DECIDE)
    expect_version(found, expected_version)
    if found.state is not RewardState.PROPOSED or state not in _VERDICTS:
        raise InvalidTransitionError
    is_declined = state is RewardState.DECLINED
    found.reason = _expect_reason(reason) if is_declined or reason.strip() else None
    found.state, found.decided_by_id, found.closed_at = state, actor.id, clock.now()
    session.flush()
    audit.record(session, actor, "consequences.decide_recommendation", found, state=state.value)
    if not is_declined:
        _announce_points(session, found)


def reconsider(session: Session, record_id: int) -> None:
    """Weigh a pass anew whose result was corrected, by the policy that held; decisions stay."""
    record, data = _record(session, record_id)
    if record.kind not in PASSES or record.is_void:
        return
    of_record = select(RewardRecommendation).where(RewardRecommendation.record_id == record_id)
    found = session.scalars(of_record).one_or_none()
    if found is None:
        recommend(session, record_id)
    elif found.state in (RewardState.PROPOSED, RewardState.WITHDRAWN):
        passed = Pass.of(record.kind, data)
        points = rules.points_for(passed, Policy(**found.rule))
        found.percent, found.points = passed.percent, points or found.points
        found.state = RewardState.PROPOSED if points else RewardState.WITHDRAWN
        found.closed_at = None if points else clock.now()
        session.flush()


def withdraw_for(session: Session, record_id: int) -> None:
    """Take back what an exam led to whose record no longer counts; decisions stay as they are."""
    case = session.scalars(select(HrCase).where(HrCase.record_id == record_id)).one_or_none()
    if case is not None and case.state is CaseState.OPEN:
        case.state, case.closed_at = CaseState.SETTLED, clock.now()
    of_record = select(RewardRecommendation).where(RewardRecommendation.record_id == record_id)
    found = session.scalars(of_record).one_or_none()
    if found is not None and found.state is RewardState.PROPOSED:
        found.state, found.closed_at = RewardState.WITHDRAWN, clock.now()
    session.flush()


def current_policy(session: Session) -> RewardPolicy:
    """Return the policy that holds; a fresh one, not kept yet, before anybody has edited it."""
    found = session.get(RewardPolicy, THE_POLICY)
    return found or RewardPolicy(id=THE_POLICY, **Policy().as_data(), version=1)


def edit_policy(
    session: Session, actor: Person, wanted: Policy, *, expected_version: int
) -> RewardPolicy:
    """Change what earns points, for whoever passes from now on.

    Raises ConflictError, NotPermittedError, and RuleError for numbers that make no sense.
    """
    policy = session.get(RewardPolicy, THE_POLICY)
    if policy is None:
        policy = RewardPolicy(id=THE_POLICY, **Policy().as_data())
        session.add(policy)
        session.flush()
    authorize(actor, policy, Permission.REWARD_POLICY_MANAGE)
    expect_version(policy, expected_version)
    _check(wanted)
    before = policy.values.as_data()
    for name, value in wanted.as_data().items():
        setattr(policy, name, value)
    session.flush()
    audit.record(
        session, actor, "consequences.edit_policy", policy, before=before, after=wanted.as_data()
    )
    return policy


def _open_cases(session: Session, employee_id: int, subject: str) -> Sequence[HrCase]:
    waiting = select(HrCase).where(
        HrCase.employee_id == employee_id,
        HrCase.subject == subject,
        HrCase.state == CaseState.OPEN,
    )
    return session.scalars(waiting).all()


def _decide(
    session: Session, case: HrCase, actor_id: int | None, decision: Decision, reason: str
) -> None:
    case.state, case.decision, case.reason = CaseState.DECIDED, decision, reason
    case.decided_by_id, case.closed_at = actor_id, clock.now()
    session.flush()
    records.append(
        session,
        case.employee_id,
        "hr_case_decided",
        case.subject,
        source=f"consequences:case:{case.id}",
        title=case.title,
        decision=decision.value,
    )


_VERDICTS = (RewardState.APPROVED, RewardState.DECLINED)


def _check(wanted: Policy) -> None:
    for name in ("quiz_points", "practical_points"):
        if not 0 <= getattr(wanted, name) <= rules.MOST_POINTS:
            raise RuleError(_("Points lie between 0 and 100."), field=name)
    if not 1 <= wanted.practical_percent <= 100:
        raise RuleError(_("A percentage lies between 1 and 100."), field="practical_percent")


def _announce_points(session: Session, found: RewardRecommendation) -> None:
    records.append(
        session,
        found.employee_id,
        "reward_approved",
        found.subject,
        source=f"consequences:reward:{found.id}",
        title=found.title,
        points=found.points,
    )
    notices.notify(
        session,
        found.employee_id,
        "reward_approved",
        key=f"consequences:reward:{found.id}",
        href="/records/",
        title=found.title,
        points=found.points,
    )


def _record(session: Session, record_id: int) -> tuple[Any, dict[str, Any]]:
    """Return a record's columns, and what it says with its corrections."""
    record = fetch(session, _RECORD, {"record_id": record_id}).one()
    right = corrected_values(session, [record_id]) if record.is_corrected else {}
    return record, (record.data or {}) | right.get(record_id, {})


def _ladder_name(session: Session, ladder_id: str) -> dict[str, str]:
    try:
        return ladder_to_show(session, ladder_id).name
    except NotFoundError:
        return default_ladder().name


def _expect_reason(reason: str) -> str:
    text = reason.strip()
    if not text or len(text) > rules.LONGEST_REASON:
        raise RuleError(_("Give a reason, in at most 1000 characters."), field="reason")
    return text
