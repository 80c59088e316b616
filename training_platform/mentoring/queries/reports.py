"""The library of shared reports; who may read one is part of each statement."""

from typing import Any

from sqlalchemy import ColumnElement, Row, Select, or_, select
from sqlalchemy.orm import Session, aliased

from training_platform.core.i18n import pick
from training_platform.core.search import Hit, contains_all, words
from training_platform.mentoring.models import Practice, PracticeReport
from training_platform.mentoring.rules import Kind, Share
from training_platform.people.models import Department, Employee

SEARCH_LIMIT = 8

_mentor = aliased(Employee)


def library(department_path: str, text: str, kind: str) -> Select[Any]:
    """Return the select of the reports that somebody of a department may read, newest first."""
    found = _reports().where(may_read(department_path))
    if wanted := words(text):
        found = found.where(
            or_(
                contains_all(PracticeReport.search_text, wanted),
                contains_all(Employee.search_text, wanted),
            )
        )
    if kind in set(Kind):
        found = found.where(Practice.kind == Kind(kind))
    return found.order_by(Practice.shared_at.desc(), Practice.id.desc())


def shared_report(session: Session, practice_id: int, department_path: str) -> Row[Any] | None:
    """Return one shared report, None where the person may not read it or there is none."""
    wanted = _reports().add_columns(
        PracticeReport.done,
        PracticeReport.results,
        PracticeReport.learned,
        PracticeReport.recommended,
    )
    statement = wanted.where(Practice.id == practice_id, may_read(department_path))
    return session.execute(statement).one_or_none()


def search_reports(session: Session, department_path: str, text: str) -> list[Hit]:
    """Return the shared reports that contain every word, among those the person may read."""
    if not words(text):
        return []
    rows = session.execute(library(department_path, text, "").limit(SEARCH_LIMIT))
    return [
        Hit(
            kind="report",
            title=row.title,
            detail=f"{row.trainee} · {pick(row.department)}",
            href=f"/practice-work/library/{row.id}",
            icon="notebook",
        )
        for row in rows
    ]


def may_read(department_path: str) -> ColumnElement[bool]:
    """Return the condition that a report is shared with whoever works in a department."""
    above = [int(part) for part in department_path.strip("/").split("/") if part]
    return (Practice.share == Share.SHARED) & or_(
        Practice.share_department_id.is_(None), Practice.share_department_id.in_(above)
    )


def _reports() -> Select[Any]:
    found: Select[*tuple[Any, ...]] = (
        select(
            Practice.id,
            Practice.title,
            Practice.kind,
            Practice.about,
            Practice.verdict,
            Practice.starts_on,
            Practice.closed_at,
            Practice.shared_at,
            Practice.share_department_id,
            Employee.name.label("trainee"),
            Department.name.label("department"),
            _mentor.name.label("mentor"),
        )
        .join(PracticeReport, PracticeReport.practice_id == Practice.id)
        .join(Employee, Employee.id == Practice.trainee_id)
        .join(Department, Department.id == Employee.department_id)
        .join(_mentor, _mentor.id == Practice.mentor_id)
    )
    return found
