"""What follows a training: attendance and real costs, the report, the sharing session."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from training_platform.core import clock
from training_platform.core.db import expect_version
from training_platform.core.errors import RuleError
from training_platform.core.limits import limited, required
from training_platform.core.permissions import Person
from training_platform.core.text import fold
from training_platform.external_training.models import (
    ExternalTrainingApplication,
    ExternalTrainingFile,
    ExternalTrainingReport,
    SharingAttendance,
    SharingSession,
)
from training_platform.external_training.permissions import roles_of
from training_platform.external_training.rules import (
    LONGEST_TEXT,
    LONGEST_TITLE,
    MOST_MINUTES,
    MOST_RATING,
    Act,
    FilePurpose,
    days_from,
    next_state,
)
from training_platform.external_training.services import budget, policy
from training_platform.external_training.services.applying import checked_amount
from training_platform.external_training.services.base import step, tell
from training_platform.people.models import Employee, EmployeeStatus
from training_platform.records import services as records


def _(text: str) -> str:
    """Mark a text for the catalogs."""
    return text


REPORT_TEXTS = ("learned", "use_at_work", "recommendation")
RATINGS = ("provider_rating", "course_rating")
MOST_LISTENERS = 200


@dataclass(frozen=True)
class Attendance:
    """What really was: hours as minutes, costs in CNY."""

    minutes: int
    fee_amount: Decimal
    travel_amount: Decimal
    lodging_amount: Decimal


@dataclass(frozen=True)
class Report:
    """What somebody reports; ratings from 1 to 5, None while it is a draft."""

    learned: str = ""
    use_at_work: str = ""
    recommendation: str = ""
    provider_rating: int | None = None
    course_rating: int | None = None


@dataclass(frozen=True)
class Sharing:
    """When and where what was learned is passed on."""

    begins_at: datetime
    minutes: int
    place: str


def attend(
    session: Session,
    application: ExternalTrainingApplication,
    actor: Person,
    was: Attendance,
    *,
    expected_version: int,
) -> None:
    """Say that one attended, with what it really cost; a proof must be there.

    Raises RuleError before the first day, without a proof, or for costs that cannot be.
    """
    assert application.starts_on is not None  # noqa: S101  # approved
    if clock.today() < application.starts_on:
        raise RuleError(_("The training has not begun yet."))
    if not 0 < was.minutes <= MOST_MINUTES:
        raise RuleError(_("Enter how many hours it takes, up to 744."), field="hours")
    if not has_file(session, application, FilePurpose.PROOF, FilePurpose.CERTIFICATE):
        raise RuleError(_("Add a proof of attendance or the certificate."), field="file")
    costs = {
        name: checked_amount(getattr(was, name), name)
        for name in ("fee_amount", "travel_amount", "lodging_amount")
    }
    step(session, application, actor, Act.ATTEND, expected_version=expected_version)
    application.minutes = was.minutes
    for name, amount in costs.items():
        setattr(application, f"actual_{name}", amount)
    session.flush()
    for each in _checkers(session, application):
        key = f"attended:{application.version}"
        tell(session, each, "external_attended", application, key, page="/confirm")


def _checkers(session: Session, application: ExternalTrainingApplication) -> list[int]:
    """Return who looks at the proof first: the nearest head that is not the applicant, else HR."""
    from training_platform.external_training.services.approving import office_of  # noqa: PLC0415

    office = office_of(session, application.department.path)
    for level in [*office.heads, office.hr]:
        if left := [each for each in level if each != application.applicant_id]:
            return left
    return []


def has_file(
    session: Session, application: ExternalTrainingApplication, *purposes: FilePurpose
) -> bool:
    """Tell whether an application has a file of one of these purposes."""
    found = select(ExternalTrainingFile.id).where(
        ExternalTrainingFile.application_id == application.id,
        ExternalTrainingFile.purpose.in_(purposes),
    )
    return session.scalar(found.limit(1)) is not None


def correct_attendance(
    session: Session,
    application: ExternalTrainingApplication,
    actor: Person,
    reason: str,
    *,
    expected_version: int,
) -> None:
    """Send the attendance back: a proof is missing, or a cost is wrong."""
    text = required(reason, "reason")
    step(session, application, actor, Act.CORRECT, expected_version=expected_version, reason=text)
    if actor.id != application.applicant_id:
        key = f"corrected:{application.version}"
        owner = application.applicant_id
        tell(session, owner, "external_proof_returned", application, key, reason=text)


def confirm_attendance(
    session: Session,
    application: ExternalTrainingApplication,
    actor: Person,
    *,
    expected_version: int,
) -> None:
    """Find the proof right: the costs are settled, the hours enter the training record.

    Raises RuleError where the real costs are more than the budget can bear.
    """
    step(session, application, actor, Act.CONFIRM, expected_version=expected_version)
    budget.settle(session, application, actor)
    _record(
        session,
        application,
        "external_training",
        minutes=application.minutes,
        kind_of=application.kind.value,
        provider=application.provider.name if application.provider else "",
        starts_on=str(application.starts_on),
        ends_on=str(application.ends_on),
    )
    due = application.report_due_on
    key = f"confirmed:{application.version}"
    owner = application.applicant_id
    due_text = due.isoformat() if due else ""
    tell(session, owner, "external_report_due", application, key, page="/report", due=due_text)


def _record(
    session: Session, application: ExternalTrainingApplication, kind: str, **data: Any
) -> None:
    records.append(
        session,
        application.applicant_id,
        kind,
        f"external-training/{application.id}",
        source=f"external_training:{application.id}:{kind}",
        title={"zh": application.title, "en": application.title},
        href=f"/external-training/{application.id}",
        **data,
    )


def report_of(
    session: Session, application: ExternalTrainingApplication
) -> ExternalTrainingReport | None:
    """Return the report of an application, or its draft."""
    return session.get(ExternalTrainingReport, application.id)


def save_report(
    session: Session,
    application: ExternalTrainingApplication,
    actor: Person,
    report: Report,
    *,
    expected_version: int,
) -> ExternalTrainingReport:
    """Keep a report while it is written; the version is the report's own, 0 for the first time."""
    next_state(application.state, Act.WRITE_REPORT, roles_of(actor, application))
    kept = report_of(session, application)
    if kept is None:
        kept = ExternalTrainingReport(application_id=application.id, saved_at=clock.now())
        session.add(kept)
        if expected_version == 0:
            session.flush()
            expected_version = kept.version
        else:
            session.flush()
    expect_version(kept, expected_version)
    for name in REPORT_TEXTS:
        setattr(kept, name, limited(getattr(report, name), name, most=LONGEST_TEXT))
    for name in RATINGS:
        setattr(kept, name, _rating(getattr(report, name), name))
    kept.saved_at = clock.now()
    kept.search_text = fold(" ".join(getattr(kept, name) for name in REPORT_TEXTS))
    session.flush()
    return kept


def _rating(value: int | None, field: str) -> int | None:
    if value is not None and not 1 <= value <= MOST_RATING:
        raise RuleError(_("Choose one."), field=field)
    return value


def hand_in_report(
    session: Session,
    application: ExternalTrainingApplication,
    actor: Person,
    report: Report,
    *,
    expected_version: int,
) -> None:
    """Hand the report in: nothing may be missing, nor the two ratings."""
    for name in REPORT_TEXTS:
        required(getattr(report, name), name)
    for name in RATINGS:
        if _rating(getattr(report, name), name) is None:
            raise RuleError(_("Choose one."), field=name)
    kept = save_report(session, application, actor, report, expected_version=expected_version)
    step(session, application, actor, Act.HAND_IN)
    kept.handed_in_at = clock.now()
    session.flush()
    for each in _checkers(session, application):
        key = f"handed_in:{application.version}"
        tell(session, each, "external_report_in", application, key, page="/report")


def return_report(
    session: Session,
    application: ExternalTrainingApplication,
    actor: Person,
    reason: str,
    *,
    expected_version: int,
) -> None:
    """Give a report back, with what is missing."""
    text = required(reason, "reason")
    act = Act.RETURN_REPORT
    step(session, application, actor, act, expected_version=expected_version, reason=text)
    key, owner = f"report_returned:{application.version}", application.applicant_id
    kind = "external_report_returned"
    tell(session, owner, kind, application, key, page="/report", reason=text)


def close(
    session: Session,
    application: ExternalTrainingApplication,
    actor: Person,
    *,
    expected_version: int,
) -> None:
    """Accept a report: it enters the training record and can be read in the library."""
    step(session, application, actor, Act.CLOSE, expected_version=expected_version)
    application.closed_at = clock.now()
    report = report_of(session, application)
    assert report is not None  # noqa: S101  # it was handed in
    days = policy.current_policy(session).follow_up_days
    report.follow_up_on = days_from(clock.today(), days)
    session.flush()
    _record(session, application, "external_training_report", rating=report.course_rating)
    tell(session, application.applicant_id, "external_closed", application, "closed")


def follow_up(
    session: Session,
    application: ExternalTrainingApplication,
    actor: Person,
    text: str,
) -> None:
    """Say some weeks later what became of it at work."""
    said = required(text, "text")
    step(session, application, actor, Act.FOLLOW_UP)
    report = report_of(session, application)
    assert report is not None  # noqa: S101  # a closed application has one
    report.follow_up, report.followed_up_at = said, clock.now()
    report.search_text = fold(f"{report.search_text} {said}")
    session.flush()
    _record(session, application, "external_training_follow_up")


def sharing_of(session: Session, application: ExternalTrainingApplication) -> SharingSession | None:
    """Return the sharing session of an application."""
    return session.scalars(
        select(SharingSession).where(SharingSession.application_id == application.id)
    ).one_or_none()


def plan_sharing(
    session: Session,
    application: ExternalTrainingApplication,
    actor: Person,
    plan: Sharing,
    *,
    expected_version: int,
) -> SharingSession:
    """Say when and where the sharing session is; one that was held stays."""
    place = required(plan.place, "place", most=LONGEST_TITLE)
    if not 10 <= plan.minutes <= 600:
        raise RuleError(_("Between 10 and 600 minutes."), field="minutes")
    if plan.begins_at < clock.now():
        raise RuleError(_("Choose a time that lies ahead."), field="begins_at")
    kept = sharing_of(session, application)
    if kept is not None and kept.held_at is not None:
        raise RuleError(_("The session was held already."))
    step(session, application, actor, Act.PLAN_SHARING, expected_version=expected_version)
    if kept is None:
        kept = SharingSession(application_id=application.id)
        session.add(kept)
    kept.begins_at, kept.minutes, kept.place = plan.begins_at, plan.minutes, place
    session.flush()
    for each in _team(session, application):
        kind, key = "external_sharing", f"sharing:{application.version}"
        at = plan.begins_at.astimezone(clock.company_zone()).strftime("%Y-%m-%d %H:%M")
        tell(session, each, kind, application, key, page="/sharing", at=at, place=place)
    return kept


def _team(session: Session, application: ExternalTrainingApplication) -> list[int]:
    """Return the colleagues of the own department, who are invited."""
    return list(
        session.scalars(
            select(Employee.id)
            .where(
                Employee.department_id == application.applicant.department_id,
                Employee.status == EmployeeStatus.ACTIVE,
                Employee.id != application.applicant_id,
            )
            .order_by(Employee.id)
            .limit(MOST_LISTENERS)
        )
    )


def hold_sharing(
    session: Session,
    application: ExternalTrainingApplication,
    actor: Person,
    listeners: Collection[int],
    *,
    expected_version: int,
) -> None:
    """Note who listened; it enters the record of the speaker and of everybody who did.

    Raises RuleError before its day, without anybody, or for people of other departments.
    """
    kept = sharing_of(session, application)
    if kept is None or kept.begins_at > clock.now():
        raise RuleError(_("The session has not begun yet."))
    if kept.held_at is not None:
        raise RuleError(_("The session was held already."))
    wanted = sorted({*listeners} - {application.applicant_id})
    if not wanted or len(wanted) > MOST_LISTENERS:
        raise RuleError(_("Choose who was there."), field="listeners")
    if not {*wanted} <= {*_team(session, application)}:
        raise RuleError(_("Choose who was there."), field="listeners")
    step(session, application, actor, Act.HOLD_SHARING, expected_version=expected_version)
    kept.held_at = clock.now()
    kept.attendances = [SharingAttendance(employee_id=each) for each in wanted]
    session.flush()
    for each in [application.applicant_id, *wanted]:
        records.append(
            session,
            each,
            "sharing_session",
            f"external-training/{application.id}",
            source=f"external_training:{application.id}:sharing:{each}",
            happened_at=kept.begins_at,
            title={"zh": application.title, "en": application.title},
            minutes=kept.minutes,
            is_speaker=each == application.applicant_id,
        )
