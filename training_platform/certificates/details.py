"""What a certificate says beside name and title, gathered when it is issued and pinned with it."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Row, bindparam, select
from sqlalchemy.orm import Session

from training_platform.core.db import fetch
from training_platform.core.permissions import Right
from training_platform.people.models import AccessGrant, Competency, Department, Employee

LEVELS = {
    "foundation": {"zh": "基础", "en": "Foundation"},
    "advanced": {"zh": "进阶", "en": "Advanced"},
}
CURRICULUM = {"zh": "课程体系", "en": "Curriculum"}
ACADEMY = {"zh": "客户关系学堂", "en": "Customer Relations Academy"}
HEAD = {"zh": "部门负责人", "en": "Head of department"}
ISSUER = {"zh": "颁发部门（盖章）", "en": "Issuing department, seal"}
LEVEL_ZH, LEVEL_EN = "{name} {level} 级", "{name}, level {level}"


_COMPETENCIES = (
    select(Competency.id, Competency.name)
    .where(Competency.id.in_(bindparam("ids", expanding=True)))
    .order_by(Competency.position)
)
_DEPARTMENT = (
    select(Department.id, Department.name, Department.path)
    .join(Employee, Employee.department_id == Department.id)
    .where(Employee.id == bindparam("employee_id"))
)
_NAME = select(Department.name).where(Department.id == bindparam("department_id"))
_HEADS = (
    select(
        Employee.id,
        Employee.name,
        Employee.name_latin,
        Employee.department_id,
        AccessGrant.department_id.label("granted_id"),
    )
    .join(AccessGrant, AccessGrant.employee_id == Employee.id)
    .where(
        AccessGrant.right == Right.DEPARTMENT_HEAD,
        AccessGrant.department_id.in_(bindparam("above", expanding=True))
        | (
            AccessGrant.department_id.is_(None)
            & Employee.department_id.in_(bindparam("above", expanding=True))
        ),
    )
    .order_by(Employee.id)
)


def of_course(session: Session, employee_id: int, course: Any) -> dict[str, Any]:
    """Return the details of a course's certificate."""
    return {
        "level": LEVELS.get(course.level, {"zh": course.level, "en": course.level}),
        "competencies": _competencies(session, course.competencies),
        "minutes": course.minutes,
        **_issuer(session, employee_id),
    }


def of_curriculum(
    session: Session, employee_id: int, courses: Sequence[Row[Any]]
) -> dict[str, Any]:
    """Return the details of a curriculum's certificate: the highest levels of its courses."""
    levels: dict[str, int] = {}
    for course in courses:
        for competency_id, level in course.competencies.items():
            levels[competency_id] = max(level, levels.get(competency_id, 0))
    return {
        "level": CURRICULUM,
        "competencies": _competencies(session, levels),
        "minutes": sum(course.minutes for course in courses),
        **_issuer(session, employee_id),
    }


def _competencies(session: Session, levels: Mapping[str, int]) -> dict[str, str]:
    found = fetch(session, _COMPETENCIES, {"ids": list(levels)}).all()
    zh = [LEVEL_ZH.format(name=name["zh"], level=levels[id_]) for id_, name in found]
    en = [LEVEL_EN.format(name=name["en"], level=levels[id_]) for id_, name in found]
    return {"zh": _within("；", zh, 60), "en": _within("; ", en, 110)}


def _within(joint: str, parts: Iterable[str], most: int) -> str:
    """Join as many parts as the line of the document holds."""
    text = ""
    for part in parts:
        longer = f"{text}{joint}{part}" if text else part
        if len(longer) > most:
            break
        text = longer
    return text


def _issuer(session: Session, employee_id: int) -> dict[str, Any]:
    """Return the company and who signs: the nearest head of the department, and the department."""
    own = fetch(session, _DEPARTMENT, {"employee_id": employee_id}).one()
    above = [int(part) for part in own.path.strip("/").split("/") if part]
    company: Any = None
    if above and above[0] != own.id:
        company = fetch(session, _NAME, {"department_id": above[0]}).scalar()
    signatures = []
    if head := _nearest_head(session, above):
        signatures.append(_signature({"zh": head.name, "en": head.name_latin or head.name}, HEAD))
    signatures.append(_signature(own.name, ISSUER))
    return {"company": company or ACADEMY, "signatures": signatures}


def _nearest_head(session: Session, above: Sequence[int]) -> Row[Any] | None:
    depth = {department_id: at for at, department_id in enumerate(above)}
    heads = fetch(session, _HEADS, {"above": above}).all()
    return max(
        heads,
        key=lambda head: (depth[head.granted_id or head.department_id], -head.id),
        default=None,
    )


def _signature(name: Mapping[str, str], title: Mapping[str, str]) -> dict[str, str]:
    return {
        "name_zh": name.get("zh", ""),
        "name_en": name.get("en", ""),
        "title_zh": title["zh"],
        "title_en": title["en"],
    }
