"""What a certificate says beside name and title, gathered when it is issued and pinned with it."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from training_platform.core.permissions import Right
from training_platform.curricula.models import Course
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


def of_course(session: Session, employee: Employee, course: Course) -> dict[str, Any]:
    """Return the details of a course's certificate."""
    return {
        "level": LEVELS.get(course.level, {"zh": course.level, "en": course.level}),
        "competencies": _competencies(session, course.competencies),
        "minutes": course.minutes,
        **_issuer(session, employee),
    }


def of_curriculum(
    session: Session, employee: Employee, courses: Sequence[Course]
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
        **_issuer(session, employee),
    }


def _competencies(session: Session, levels: Mapping[str, int]) -> dict[str, str]:
    found = session.execute(
        select(Competency.id, Competency.name)
        .where(Competency.id.in_(list(levels)))
        .order_by(Competency.position)
    ).all()
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


def _issuer(session: Session, employee: Employee) -> dict[str, Any]:
    """Return the company and who signs: the nearest head of the department, and the department."""
    path = employee.department.path
    above = [int(part) for part in path.strip("/").split("/") if part]
    departments = {
        each.id: each
        for each in session.scalars(select(Department).where(Department.id.in_(above)))
    }
    root = departments.get(above[0]) if above else None
    is_company = root is not None and root.id != employee.department_id
    signatures = []
    if head := _nearest_head(session, above):
        signatures.append(_signature({"zh": head.name, "en": head.name_latin or head.name}, HEAD))
    signatures.append(_signature(employee.department.name, ISSUER))
    return {
        "company": root.name if root is not None and is_company else ACADEMY,
        "signatures": signatures,
    }


def _nearest_head(session: Session, above: Sequence[int]) -> Employee | None:
    rows = session.execute(
        select(Employee, AccessGrant.department_id)
        .join(AccessGrant, AccessGrant.employee_id == Employee.id)
        .where(
            AccessGrant.right == Right.DEPARTMENT_HEAD,
            AccessGrant.department_id.in_(above)
            | (AccessGrant.department_id.is_(None) & Employee.department_id.in_(above)),
        )
        .order_by(Employee.id)
    ).all()
    depth = {department_id: at for at, department_id in enumerate(above)}
    ranked = [(depth[granted or head.department_id], head) for head, granted in rows]
    return max(ranked, key=lambda pair: (pair[0], -pair[1].id))[1] if ranked else None


def _signature(name: Mapping[str, str], title: Mapping[str, str]) -> dict[str, str]:
    return {
        "name_zh": name.get("zh", ""),
        "name_en": name.get("en", ""),
        "title_zh": title["zh"],
        "title_en": title["en"],
    }
