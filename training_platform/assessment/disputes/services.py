"""What is done about disputes: opened, taken back, decided."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy.orm import Session

from training_platform.assessment.disputes import queries, rules
from training_platform.assessment.disputes.models import Dispute
from training_platform.assessment.disputes.rules import DisputeState, Ground, Verdict
from training_platform.assessment.events import DisputeDecided
from training_platform.core import audit, clock
from training_platform.core.db import expect_version, lock
from training_platform.core.errors import InvalidTransitionError, RuleError
from training_platform.core.events import emit
from training_platform.core.permissions import Permission, Person, Right, authorize
from training_platform.notices import services as notices
from training_platform.people.models import Employee


def _(text: str) -> str:
    """Mark a text for the catalogs."""
    return text


@dataclass(frozen=True)
class Disputed:
    """One check of a result, as the package that owns it tells of it."""

    kind: str
    id: int
    check: str
    employee_id: int
    title: dict[str, Any]
    check_title: dict[str, Any]
    #: The page of the result.
    href: str
    #: When the result was shown.
    result_at: datetime
    got: Decimal
    most: Decimal
    #: Who gave these points, and so may not decide about them.
    barred: Sequence[int] = ()
    #: Whether points were lost may not be told yet: a refusal would tell it.
    is_blind: bool = False


@dataclass(frozen=True)
class Claim:
    """What somebody says is wrong."""

    ground: Ground
    text: str = ""


@dataclass(frozen=True)
class Ruling:
    """What a trainer decides. points: what the check is to count, where only that is corrected."""

    verdict: Verdict
    reason: str
    points: Decimal | None = None


def open_dispute(session: Session, about: Disputed, actor: Person, claim: Claim) -> Dispute:
    """Dispute one check of one's own result, within the days that the policy gives.

    Raises NotPermittedError for somebody else's result, and RuleError where the days are over, a
    dispute about the check waits already, nothing was lost (where that may be told), or the
    ground needs a text.
    """
    authorize(actor, about, Permission.DISPUTE_OPEN)
    employee = lock(session, Employee, about.employee_id)  # two posts at once: one dispute
    _expect_open(session, about)
    if len(claim.text) > rules.LONGEST_TEXT or (
        rules.needs_text(claim.ground) and not claim.text.strip()
    ):
        raise RuleError(_("Say in a few words what is wrong."), field="text")
    dispute = Dispute(
        subject_kind=about.kind,
        subject_id=about.id,
        check_key=about.check,
        employee_id=employee.id,
        department_id=employee.department_id,
        title=about.title,
        check_title=about.check_title,
        href=about.href,
        got_points=int(about.got * 100),
        most_points=int(about.most * 100),
        barred_ids=list(about.barred),
        ground=claim.ground,
        text=claim.text.strip(),
        state=DisputeState.OPEN,
        opened_at=clock.now(),
        due_on=rules.last_day_to_decide(clock.today()),
    )
    session.add(dispute)
    session.flush()
    audit.record(session, actor, "assessment.open_dispute", dispute, check=about.check)
    notices.notify_holders(
        session,
        Right.TRAINER,
        "dispute_opened",
        key=f"assessment:dispute:{dispute.id}",
        href=f"/disputes/{dispute.id}",
        name=employee.name,
        title=about.title,
        check=about.check_title,
    )
    return dispute


def _expect_open(session: Session, about: Disputed) -> None:
    last = rules.last_day_to_dispute(clock.company_day(about.result_at))
    if clock.today() > last:
        raise RuleError(
            _("A check can be disputed for %(days)s days after the result."),
            days=rules.DISPUTE_DAYS,
        )
    if about.most and about.got >= about.most and not about.is_blind:
        raise RuleError(_("This check has all its points: there is nothing to dispute."))
    if queries.open_dispute_of(session, about.kind, about.id, about.check) is not None:
        raise RuleError(_("Your dispute about this check waits for its decision."))


def withdraw_dispute(
    session: Session, dispute: Dispute, actor: Person, *, expected_version: int
) -> None:
    """Take one's own dispute back while nobody has decided.

    Raises ConflictError, NotPermittedError, and InvalidTransitionError where it is decided.
    """
    authorize(actor, dispute, Permission.DISPUTE_WITHDRAW)
    expect_version(dispute, expected_version)
    if not dispute.is_open:
        raise InvalidTransitionError
    dispute.state, dispute.decided_at = DisputeState.WITHDRAWN, clock.now()
    session.flush()
    audit.record(session, actor, "assessment.withdraw_dispute", dispute)


def decide_dispute(
    session: Session, dispute: Dispute, actor: Person, ruling: Ruling, *, expected_version: int
) -> None:
    """Uphold or reject a dispute, with a reason that the trainee reads.

    Whatever changes the result is done by the package that owns it. Raises ConflictError where
    somebody else decided meanwhile, NotPermittedError for one's own dispute or one's own points,
    InvalidTransitionError where it is closed, and RuleError without a reason or with points that
    the check cannot have.
    """
    authorize(actor, dispute, Permission.DISPUTE_DECIDE)
    expect_version(dispute, expected_version)
    if not dispute.is_open:
        raise InvalidTransitionError
    _check_ruling(dispute, ruling)
    grants = ruling.verdict is Verdict.POINTS and ruling.points is not None
    dispute.state, dispute.remedy = ruling.verdict.state, ruling.verdict.remedy
    dispute.granted_points = int((ruling.points or 0) * 100) if grants else None
    dispute.reason = ruling.reason.strip()
    dispute.decided_by_id, dispute.decided_at = actor.id, clock.now()
    session.flush()
    audit.record(session, actor, "assessment.decide_dispute", dispute, verdict=ruling.verdict.value)
    _tell(session, dispute)
    emit(session, _event(dispute))


def _check_ruling(dispute: Dispute, ruling: Ruling) -> None:
    reason = ruling.reason.strip()
    if not reason or len(reason) > rules.LONGEST_TEXT:
        raise RuleError(_("Give a reason. The trainee reads it."), field="reason")
    if ruling.verdict is Verdict.POINTS and not rules.are_possible(
        ruling.points, dispute.got, dispute.most
    ):
        raise RuleError(
            _("More than %(got)s points and at most %(most)s."),
            field="points",
            got=f"{dispute.got:g}",
            most=f"{dispute.most:g}",
        )


def _tell(session: Session, dispute: Dispute) -> None:
    is_upheld = dispute.state is DisputeState.UPHELD
    notices.notify(
        session,
        dispute.employee_id,
        "dispute_upheld" if is_upheld else "dispute_rejected",
        key=f"assessment:dispute:{dispute.id}:decided",
        href=dispute.href,
        by_mail=True,
        title=dispute.title,
        check=dispute.check_title,
        reason=dispute.reason,
    )


def _event(dispute: Dispute) -> DisputeDecided:
    return DisputeDecided(
        dispute_id=dispute.id,
        subject_kind=dispute.subject_kind,
        subject_id=dispute.subject_id,
        check=dispute.check_key,
        employee_id=dispute.employee_id,
        remedy="" if dispute.remedy is None else dispute.remedy.value,
    )
