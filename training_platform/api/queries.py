"""What programs are answered: one page of a list, within the scope of the token's owner."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Row, Select, exists, select
from sqlalchemy.orm import Session, aliased

from training_platform.api import rules
from training_platform.api.asking import Question
from training_platform.api.models import ApiPull, ApiToken
from training_platform.api.rules import Resource, Standing, TokenState
from training_platform.api.schemas import (
    CertificateList,
    CertificateRow,
    PersonList,
    PersonRow,
    RecordList,
    RecordRow,
    Texts,
    Unit,
)
from training_platform.archives import indexing
from training_platform.archives.queries.scope import in_scope
from training_platform.certificates.models import Certificate, life_of
from training_platform.certificates.queries import in_state
from training_platform.certificates.rules import state_on
from training_platform.core import clock
from training_platform.core.permissions import Person, Right
from training_platform.people.models import (
    AccessGrant,
    Department,
    Employee,
    EmployeeStatus,
    JobRole,
)
from training_platform.records.models import TrainingRecord
from training_platform.records.queries.subjects import IS_VOID

Answer = PersonList | RecordList | CertificateList
_manager = aliased(Employee)
_PEOPLE = (
    select(
        Employee.id,
        Employee.staff_number,
        Employee.name,
        Employee.name_latin,
        Department.code.label("department_code"),
        Department.name.label("department_name"),
        JobRole.id.label("role_code"),
        JobRole.name.label("role_name"),
        _manager.staff_number.label("manager"),
        Employee.hired_on,
        Employee.job_role_since,
        Employee.status,
        Employee.left_on,
    )
    .join(Department, Department.id == Employee.department_id)
    .outerjoin(JobRole, JobRole.id == Employee.job_role_id)
    .outerjoin(_manager, _manager.id == Employee.manager_id)
    .order_by(Employee.id)
)
_RECORDS = (
    indexing.RECORDS.add_columns(
        TrainingRecord.recorded_at,
        TrainingRecord.corrects_id,
        TrainingRecord.hash,
        Employee.staff_number,
        IS_VOID.label("is_void"),
    )
    .join(Employee, Employee.id == TrainingRecord.employee_id)
    .join(Department, Department.id == Employee.department_id)
)
_CERTIFICATES = (
    select(
        Certificate.id,
        Certificate.code,
        Employee.staff_number,
        Certificate.kind,
        Certificate.subject,
        Certificate.title,
        Certificate.band,
        Certificate.cycle,
        Certificate.issued_on,
        Certificate.valid_until,
        Certificate.superseded_from,
        Certificate.revoked_at,
    )
    .join(Employee, Employee.id == Certificate.employee_id)
    .join(Department, Department.id == Employee.department_id)
    .order_by(Certificate.id)
)


def answer(session: Session, viewer: Person, question: Question) -> Answer:
    """Return the page that is asked for of what the viewer may find."""
    return _ANSWERS[question.resource](session, viewer, question)


def _people(session: Session, viewer: Person, question: Question) -> PersonList:
    statement = _of_person(_PEOPLE, viewer, question).where(Employee.id > question.after)
    if role := question.text("job_role"):
        statement = statement.where(Employee.job_role_id == role)
    if status := question.text("status"):
        statement = statement.where(Employee.status == EmployeeStatus(status))
    found, ends = _page(session, statement, question)
    rows = [
        PersonRow(
            staff_number=row.staff_number,
            name=row.name,
            name_latin=row.name_latin,
            department=Unit(code=row.department_code, name=_both(row.department_name)),
            job_role=row.role_code and Unit(code=row.role_code, name=_both(row.role_name)),
            manager=row.manager,
            hired_on=row.hired_on,
            job_role_since=row.job_role_since,
            status=row.status.value,
            left_on=row.left_on,
        )
        for row in found
    ]
    return PersonList(data=rows, **ends)


def _records(session: Session, viewer: Person, question: Question) -> RecordList:
    statement = _of_person(_RECORDS, viewer, question).where(TrainingRecord.id > question.after)
    for name, column in (("kind", TrainingRecord.kind), ("subject", TrainingRecord.subject)):
        if text := question.text(name):
            statement = statement.where(column == text)
    if since := question.start("since"):
        statement = statement.where(TrainingRecord.happened_at >= since)
    if until := question.start("until", days=1):
        statement = statement.where(TrainingRecord.happened_at < until)
    found, ends = _page(session, statement, question, are_settled=True)
    lessons = indexing.lesson_minutes(session, found)
    return RecordList(data=[_record(row, lessons) for row in found], **ends)


def _record(row: Row[Any], lessons: Mapping[str, int]) -> RecordRow:
    topic, numbers = indexing.topic_of(row), indexing.numbers_of(row, lessons)
    return RecordRow(
        id=row.id,
        staff_number=row.staff_number,
        kind=row.kind,
        subject=row.subject,
        title=_both(topic.title) if topic.title else None,
        outcome=topic.outcome or None,
        provider=topic.provider or None,
        happened_at=row.happened_at,
        recorded_at=row.recorded_at,
        corrects=row.corrects_id,
        counts=not row.is_void,
        is_erased=row.data is None,
        hash=row.hash,
        **numbers,
    )


def _certificates(session: Session, viewer: Person, question: Question) -> CertificateList:
    statement = _of_person(_CERTIFICATES, viewer, question).where(Certificate.id > question.after)
    day = question.day("on") or clock.today()
    for name, column in (("kind", Certificate.kind), ("subject", Certificate.subject)):
        if text := question.text(name):
            statement = statement.where(column == text)
    if state := question.text("state"):
        statement = statement.where(in_state(state, day))
    found, ends = _page(session, statement, question)
    rows = []
    for row in found:
        life = life_of(row)
        rows.append(
            CertificateRow(
                code=row.code,
                staff_number=row.staff_number,
                kind=row.kind,
                subject=row.subject,
                title=_both(row.title),
                band=row.band,
                cycle=row.cycle,
                issued_on=row.issued_on,
                valid_until=row.valid_until,
                last_day=life.last_day,
                revoked_on=life.revoked_on,
                state=state_on(life, day),
                state_on=day,
            )
        )
    return CertificateList(data=rows, **ends)


_ANSWERS: Mapping[Resource, Callable[[Session, Person, Question], Answer]] = {
    Resource.PEOPLE: _people,
    Resource.RECORDS: _records,
    Resource.CERTIFICATES: _certificates,
}


def _of_person(statement: Select[Any], viewer: Person, question: Question) -> Select[Any]:
    """Narrow to whom the viewer finds and the question names."""
    statement = statement.where(in_scope(viewer))
    if number := question.text("staff_number"):
        statement = statement.where(Employee.staff_number == number)
    if code := question.text("department"):
        chosen = select(Department.path).where(Department.code == code).scalar_subquery()
        statement = statement.where(Department.path.startswith(chosen))
    return statement


def _page(
    session: Session, statement: Select[Any], question: Question, *, are_settled: bool = False
) -> tuple[Sequence[Row[Any]], dict[str, Any]]:
    """Return the rows of the page, and what the answer says of its end."""
    found = list(session.execute(statement.limit(question.limit + 1)).all())
    has_more = len(found) > question.limit
    rows = found[: question.limit]
    if are_settled:
        rows = list(_settled(rows))
        has_more = has_more and len(rows) == question.limit
    last = rows[-1].id if rows else question.after
    cursor = rules.cursor_of(question.resource, last) if last else None
    return rows, {"next_cursor": cursor, "has_more": has_more}


def _settled(rows: Iterable[Row[Any]]) -> Iterable[Row[Any]]:
    """Yield records up to the first that is too young: an older one may still be committed."""
    before = clock.now() - rules.SETTLED_AFTER
    for row in rows:
        if row.recorded_at > before:
            return
        yield row


def _both(texts: Mapping[str, str]) -> Texts:
    zh, en = texts.get("zh", ""), texts.get("en", "")
    return Texts(zh=zh or en, en=en or zh)


def select_tokens() -> Any:
    """Return the select of all tokens with their owners, newest first."""
    is_hr = (
        exists()
        .where(AccessGrant.employee_id == Employee.id, AccessGrant.right == Right.HR)
        .correlate(Employee)
    )
    return (
        select(
            ApiToken,
            Employee.name.label("owner"),
            Employee.staff_number,
            ((Employee.status == EmployeeStatus.ACTIVE) & is_hr).label("is_entitled"),
        )
        .join(Employee, Employee.id == ApiToken.owner_id)
        .order_by(ApiToken.id.desc())
    )


def standing_of(row: Row[Any]) -> TokenState:
    """Return whether the token of a row of select_tokens() works today."""
    token = row.ApiToken
    standing = Standing(token.expires_on, token.revoked_at is not None, bool(row.is_entitled))
    return rules.state_of(standing, clock.today())


def select_pulls(token_id: int) -> Select[Any]:
    """Return the select of what was read with a token, newest first."""
    return select(ApiPull).where(ApiPull.token_id == token_id).order_by(ApiPull.id.desc())
