"""Sitting down to an exam: who may, with which parts, until when."""

import secrets

from sqlalchemy.orm import Session

from training_platform.assessment.extra_time import extra_percent
from training_platform.assessment.rules import StepAction, deadline_of
from training_platform.core import audit, clock
from training_platform.core.db import lock
from training_platform.core.errors import RuleError
from training_platform.core.i18n import format_datetime, pick
from training_platform.core.permissions import Permission, Person, authorize
from training_platform.exams import engines, queries
from training_platform.exams.content_kinds import source_of
from training_platform.exams.models import Exam, ExamPart, ExamSitting
from training_platform.exams.services.closing import close
from training_platform.people.models import Employee


def _(text: str) -> str:
    """Mark a text for the catalogs."""
    return text


_REFUSALS = {
    StepAction.NOTHING: _("You have passed this exam already."),
    StepAction.WAIT: _("The make-up opens on %(when)s."),
    StepAction.RETRAINING: _("Another attempt opens when you have been through the course again."),
    StepAction.HR_CASE: _("HR opens another attempt after talking to you."),
}
_SCORED = _("Your last sitting is still being scored. You are told when the result is there.")
_OPEN = _("You have “%(title)s” open by itself. Submit it first, then begin the exam.")


def start_sitting(session: Session, exam: Exam, actor: Person) -> ExamSitting:
    """Begin a sitting, or return the one that is open already.

    The employee's row is locked first: of many starts at once one begins, the others get the same.
    A sitting whose time is over is closed before. The clock of the whole begins now, the parts open
    one after the other. Raises NotPermittedError, and RuleError where the ladder opens no sitting,
    the last one is still being scored, the exam was withdrawn, or a part is open by itself.
    """
    authorize(actor, None, Permission.EXAM_SITTING_TAKE)
    employee = lock(session, Employee, actor.id)
    running = queries.running_sitting(session, employee.id, exam.id)
    if running is not None and clock.now() <= running.deadline_at:
        return running
    if running is not None:
        close(session, running, actor)
    standing = queries.standing_of(session, employee.id, exam)
    _expect_open(session, exam, standing, employee.id)
    return _begin(session, exam, actor, len(standing.sittings) + 1)


def _expect_open(
    session: Session, exam: Exam, standing: queries.Standing, employee_id: int
) -> None:
    if exam.is_withdrawn:
        raise RuleError(_("This exam was withdrawn. What you have reached stays."))
    if standing.is_being_scored:
        raise RuleError(_SCORED)
    if not standing.step.can_start:
        raise RuleError(
            _REFUSALS[standing.step.action], when=format_datetime(standing.step.opens_at)
        )
    sources = [source_of(part) for part in exam.parts]
    found = engines.open_alone(session, employee_id, sources)
    if found is not None:
        raise RuleError(_OPEN, title=pick(engines.titles(session, [found])[found]))


def _begin(session: Session, exam: Exam, actor: Person, number: int) -> ExamSitting:
    assert actor.id is not None  # noqa: S101  # the row was locked by it
    now = clock.now()
    sitting = ExamSitting(
        token=secrets.token_urlsafe(16),
        exam_id=exam.id,
        revision_id=exam.revision_id,
        employee_id=actor.id,
        number=number,
        started_at=now,
        deadline_at=deadline_of(now, exam.minutes, extra_percent(session, actor.id)),
        parts=_parts(session, exam),
    )
    session.add(sitting)
    session.flush()
    audit.record(session, actor, "exams.start_sitting", sitting, exam=exam.id, number=number)
    return sitting


def _parts(session: Session, exam: Exam) -> list[ExamPart]:
    sources = [source_of(part) for part in exam.parts]
    titles = engines.titles(session, sources)
    return [
        ExamPart(
            position=position,
            kind=kind,
            subject=slug,
            title=titles[kind, slug],
            minutes=part["minutes"],
            weight=part["weight"],
            minimum=part.get("minimum"),
        )
        for position, (part, (kind, slug)) in enumerate(
            zip(exam.parts, sources, strict=True), start=1
        )
    ]
