"""What each job role asks for: courses and certificates of its curriculum, exams, chosen tasks."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from training_platform.archives.compliance.models import ReadinessRule
from training_platform.archives.compliance.rules import USUAL_DUE_DAYS, ItemKind
from training_platform.core import slots
from training_platform.curricula.models import Course, CurriculumItem
from training_platform.people.models import JobRole

#: A slot: packages answer with the id, title and job roles of each exam.
EXAMS = "compliance.exams"


@dataclass(frozen=True)
class ExamItem:
    """An exam of theory and practice, and for whom it is meant."""

    id: str
    title: Mapping[str, str]
    job_roles: tuple[str, ...]


@dataclass(frozen=True)
class Item:
    """Something that a job role asks for."""

    kind: ItemKind
    subject: str
    title: Mapping[str, str]
    #: For exams and tasks: days from the beginning in the job role. Courses have days of their own.
    due_days: int = USUAL_DUE_DAYS

    @property
    def key(self) -> str:
        """Return what names it in addresses and forms."""
        return f"{self.kind.value}:{self.subject}"

    @property
    def href(self) -> str:
        """Return the page of what is to be learned or taken."""
        places = {ItemKind.EXAM: "exams", ItemKind.PRACTICAL: "practicals"}
        return f"/{places.get(self.kind, 'courses')}/{self.subject}"

    def as_data(self) -> dict[str, Any]:
        """Return it as the rule keeps it."""
        return {"kind": self.kind.value, "subject": self.subject, "title": dict(self.title)}


@dataclass(frozen=True)
class RoleNeeds:
    """What one job role asks for, and which of it must hold before customers."""

    job_role_id: str
    name: Mapping[str, str]
    items: tuple[Item, ...]
    ready: tuple[Item, ...]
    due_days: int
    version: int


def needs_by_role(session: Session) -> dict[str, RoleNeeds]:
    """Return the needs of all job roles, in their order. Three statements, whatever there is."""
    courses = _required_courses(session)
    exams = known_exams()
    found = session.execute(
        select(
            JobRole.id,
            JobRole.name,
            ReadinessRule.needs,
            ReadinessRule.due_days,
            ReadinessRule.version,
        )
        .outerjoin(ReadinessRule, ReadinessRule.job_role_id == JobRole.id)
        .order_by(JobRole.position, JobRole.id)
    )
    return {row.id: _needs_of(row, courses.get(row.id, []), exams) for row in found}


def columns_of(needs: Iterable[RoleNeeds]) -> list[Item]:
    """Return every item that one of the job roles asks for, once, courses first."""
    order = list(ItemKind)
    seen: dict[str, Item] = {}
    for role in needs:
        for item in role.items:
            seen.setdefault(item.key, item)
    return sorted(seen.values(), key=lambda item: order.index(item.kind))


def known_exams() -> list[ExamItem]:
    """Return the exams that other packages offer."""
    return [ExamItem(*each) for answer in slots.ask(EXAMS) for each in answer]


def _needs_of(row: Any, courses: list[Any], exams: list[ExamItem]) -> RoleNeeds:
    days = row.due_days or USUAL_DUE_DAYS
    certificates = [Item(ItemKind.CERTIFICATE, each.id, each.title) for each in courses]
    own = [
        Item(ItemKind.EXAM, each.id, each.title, days) for each in exams if row.id in each.job_roles
    ]
    if row.needs is None:
        ready = [*certificates, *own]
    else:
        ready = [
            Item(ItemKind(each["kind"]), each["subject"], each["title"], days) for each in row.needs
        ]
    items = [Item(ItemKind.COURSE, each.id, each.title) for each in courses]
    asked = {item.key: item for item in [*items, *certificates, *own, *ready]}
    return RoleNeeds(row.id, row.name, tuple(asked.values()), tuple(ready), days, row.version or 0)


def _required_courses(session: Session) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = {}
    for row in session.execute(
        select(CurriculumItem.job_role_id, Course.id, Course.title)
        .join(Course, Course.id == CurriculumItem.course_id)
        .where(CurriculumItem.is_required.is_(True), Course.is_withdrawn.is_(False))
        .order_by(CurriculumItem.job_role_id, CurriculumItem.position)
    ):
        found.setdefault(row.job_role_id, []).append(row)
    return found
