"""Somebody left: her reports get another manager; later her name is taken off what is kept."""

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from training_platform.core import clock, files
from training_platform.core.events import emit
from training_platform.people.events import EmployeeAnonymized
from training_platform.people.models import Employee, OneTimeLink, RecoveryCode, UserSession


def hand_over_reports(session: Session, employee: Employee) -> int:
    """Let those who report to her report to her own manager; return how many they are."""
    reports = session.scalars(select(Employee).where(Employee.manager_id == employee.id)).all()
    for each in reports:
        each.manager_id = employee.manager_id if employee.manager_id != each.id else None
    session.flush()
    return len(reports)


def take_name_off(session: Session, employee: Employee) -> None:
    """Replace what names a person by a pseudonym, for good. Announces EmployeeAnonymized.

    The row stays: chains, totals and the names of what she decided hang on its id.
    """
    mark = f"anonymous-{employee.id}"
    texts = (employee.name, employee.name_latin, employee.email, employee.username)
    names = [text for text in dict.fromkeys(texts) if text]
    employee.name, employee.name_latin = f"匿名 {employee.id}", f"Anonymous {employee.id}"
    employee.staff_number = employee.username = mark
    employee.email, employee.search_text = "", mark
    employee.password_hash = employee.totp_secret = employee.timezone = None
    if employee.picture_id is not None:
        picture = session.get_one(files.StoredFile, employee.picture_id)
        picture.expires_at = clock.now()  # the tidying job removes the file
        employee.picture_id = None
    for model in (UserSession, OneTimeLink, RecoveryCode):
        session.execute(delete(model).where(model.employee_id == employee.id))
    employee.anonymized_at = clock.now()
    session.flush()
    emit(session, EmployeeAnonymized(employee.id, names))
