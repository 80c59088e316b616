"""What a curriculum's certificate stands on: its required courses, and how long it is valid."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, bindparam, select
from sqlalchemy.orm import Session

from training_platform.certificates.models import Certificate
from training_platform.certificates.queries import in_state
from training_platform.certificates.rules import State
from training_platform.content.queries import revision_data
from training_platform.core import clock
from training_platform.core.db import fetch
from training_platform.curricula.models import Course, Curriculum, CurriculumItem

#: What issuing asks of a course.
COURSE_COLUMNS = (
    Course.id,
    Course.title,
    Course.level,
    Course.minutes,
    Course.competencies,
    Course.complete_when,
    Course.paper_id,
    Course.significant_revision,
    Course.refresher_months,
)
_REQUIRED = (
    select(*COURSE_COLUMNS)
    .join(CurriculumItem, CurriculumItem.course_id == Course.id)
    .where(
        CurriculumItem.job_role_id == bindparam("job_role_id"),
        CurriculumItem.is_required.is_(True),
        Course.is_withdrawn.is_(False),
    )
    .order_by(CurriculumItem.position)
)


def courses(session: Session, job_role_id: str) -> Sequence[Row[Any]]:
    """Return the required courses of a job role's curriculum, in their order."""
    return fetch(session, _REQUIRED, {"job_role_id": job_role_id}).all()


def months(session: Session, job_role_id: str) -> int | None:
    """Return for how many months a curriculum's certificate is valid, as its file says."""
    revision_id = session.get_one(Curriculum, job_role_id).revision_id
    curricula = revision_data(session, revision_id).get("curricula", ())
    found = (each for each in curricula if each["job_role"] == job_role_id)
    return next((each.get("certificate_months") for each in found), None)


def renewed_since(session: Session, certificate: Certificate) -> set[str]:
    """Return the courses that the holder proved anew: their certificates are later, and valid."""
    found = select(Certificate.subject).where(
        Certificate.employee_id == certificate.employee_id,
        Certificate.kind == "course",
        Certificate.issued_on > certificate.issued_on,
        in_state(State.VALID, clock.today()),
    )
    return set(session.scalars(found))
