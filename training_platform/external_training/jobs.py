"""Work of external training for the queue: reminding, escalating, following up."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from training_platform.core import clock, jobs
from training_platform.core.db import writing
from training_platform.core.permissions import Right
from training_platform.external_training.models import (
    ApprovalStep,
    ExternalTrainingApplication,
    ExternalTrainingReport,
)
from training_platform.external_training.queries.one import late_reports
from training_platform.external_training.rules import Policy, State
from training_platform.external_training.services import assign, current_policy
from training_platform.external_training.services.base import tell
from training_platform.notices import services as notices

AT_ONCE = 500


@jobs.job("external_training.remind", every_seconds=6 * 3600)
def remind(_context: jobs.JobContext, _payload: Mapping[str, Any]) -> Mapping[str, Any]:
    """Remind of decisions, reports and follow-ups; tell HR where nobody decides.

    Each once for its day or its week of waiting, however often the job runs.
    """
    with writing() as session:
        policy = current_policy(session)
        steps = _remind_of_steps(session, policy)
        reports = _remind_of_reports(session)
        follow_ups = _ask_for_follow_ups(session)
    return {"steps": steps, "reports": reports, "follow_ups": follow_ups}


def _remind_of_steps(session: Session, policy: Policy) -> int:
    """Remind whoever a step waits for, by the rights that people hold now."""
    application = ExternalTrainingApplication
    waiting = session.scalars(
        select(application)
        .join(ApprovalStep, ApprovalStep.application_id == application.id)
        .where(
            application.state == State.IN_APPROVAL,
            ApprovalStep.round == application.round,
            ApprovalStep.decision.is_(None),
            ApprovalStep.opened_at <= clock.now() - timedelta(days=policy.remind_days),
        )
        .order_by(application.id)
        .limit(AT_ONCE)
    ).all()
    for each in waiting:
        step = each.waiting_step
        if step is None or step.opened_at is None:
            continue
        assign(session, each, step)
        days = (clock.now() - step.opened_at).days
        key = f"waits:{each.round}:{step.position}:{days // policy.remind_days}"
        for person in step.people:
            tell(
                session,
                person.employee_id,
                "external_waits",
                each,
                key,
                page="/decision",
                by_mail=True,
                days=days,
            )
        if days >= policy.escalate_days:
            _escalate(session, each, step, days)
    return len(waiting)


def _escalate(
    session: Session, application: ExternalTrainingApplication, step: ApprovalStep, days: int
) -> None:
    notices.notify_holders(
        session,
        Right.HR,
        "external_escalated",
        key=f"external_training:{application.id}:late:{application.round}:{step.position}",
        href=f"/external-training/{application.id}",
        title=application.title,
        name=application.applicant.name,
        days=days,
    )


def _remind_of_reports(session: Session) -> int:
    late = session.scalars(late_reports(clock.today()).limit(AT_ONCE)).all()
    for each in late:
        assert each.report_due_on is not None  # noqa: S101  # the select asks for it
        weeks = (clock.today() - each.report_due_on).days // 7
        owner, due = each.applicant_id, each.report_due_on.isoformat()
        kind = "external_report_overdue"
        tell(session, owner, kind, each, f"late:{weeks}", page="/report", due=due, by_mail=True)
    return len(late)


def _ask_for_follow_ups(session: Session) -> int:
    application, report = ExternalTrainingApplication, ExternalTrainingReport
    due = session.scalars(
        select(application)
        .join(report, report.application_id == application.id)
        .where(
            application.state == State.CLOSED,
            report.follow_up_on <= clock.today(),
            report.followed_up_at.is_(None),
        )
        .order_by(application.id)
        .limit(AT_ONCE)
    ).all()
    for each in due:
        tell(session, each.applicant_id, "external_follow_up", each, "ask", page="/follow-up")
    return len(due)
