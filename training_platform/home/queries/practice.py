"""What a team page says of practical exams: pass rates with their denominators, weak checks."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, case, func, select
from sqlalchemy.orm import Session

from training_platform.assessment.parts import ALONE
from training_platform.content.queries import revisions_data
from training_platform.core.i18n import pick
from training_platform.home.rules import Rate
from training_platform.people.models import Department, Employee
from training_platform.practicals.models import Practical, PracticalAttempt, PracticalGrading
from training_platform.practicals.rules import AttemptState, Mode

#: So many of the newest exams of a team say which checks are weak, and so many are named.
NEWEST, NAMED = 300, 3


@dataclass(frozen=True)
class WeakCheck:
    """A check that a team loses often: of so many exams that had it, in how many."""

    practical: str
    practical_id: str
    check: str
    lost: int
    whole: int


def exam_rates(session: Session, where: ColumnElement[bool]) -> list[Rate]:
    """Return for each task how many of those who took its exam have passed it, lowest first.

    A person counts once for each task: passed at any attempt, of all who have a final result.
    """
    people = func.count(PracticalAttempt.employee_id.distinct())
    passed = func.count(
        case((PracticalAttempt.is_passed.is_(True), PracticalAttempt.employee_id)).distinct()
    )
    rows = session.execute(
        select(Practical.title, passed, people)
        .select_from(PracticalAttempt)
        .join(Practical, Practical.id == PracticalAttempt.practical_id)
        .join(Employee, Employee.id == PracticalAttempt.employee_id)
        .join(Department, Department.id == Employee.department_id)
        .where(_is_final_exam(), where)
        .group_by(Practical.id)
        .order_by(passed * 1.0 / people, Practical.id)
    )
    return [Rate(pick(title), part, whole) for title, part, whole in rows]


def weak_checks(session: Session, where: ColumnElement[bool]) -> list[WeakCheck]:
    """Return the checks that are lost most often in the newest exams, as a share of those."""
    rows = session.execute(
        select(
            Practical.id, Practical.title, PracticalGrading.revision_id, PracticalGrading.outcomes
        )
        .join(PracticalAttempt, PracticalAttempt.grading_id == PracticalGrading.id)
        .join(Practical, Practical.id == PracticalAttempt.practical_id)
        .join(Employee, Employee.id == PracticalAttempt.employee_id)
        .join(Department, Department.id == Employee.department_id)
        .where(_is_final_exam(), where)
        .order_by(PracticalGrading.id.desc())
        .limit(NEWEST)
    ).all()
    lost: Counter[tuple[str, str]] = Counter()
    whole: Counter[tuple[str, str]] = Counter()
    for practical_id, _title, _revision, outcomes in rows:
        for each in outcomes:
            whole[practical_id, each["check"]] += 1
            lost[practical_id, each["check"]] += each["status"] in {"failed", "partly"}
    titles = {row[0]: pick(row[1]) for row in rows}
    names = _check_names(session, rows)
    ranked = sorted((key for key in whole if lost[key]), key=lambda key: -lost[key] / whole[key])
    return [
        WeakCheck(titles[key[0]], key[0], names.get(key, key[1]), lost[key], whole[key])
        for key in ranked[:NAMED]
    ]


def _is_final_exam() -> ColumnElement[bool]:
    is_alone = PracticalAttempt.part_of == ALONE  # parts count in their exam
    is_final = PracticalAttempt.state == AttemptState.FINAL
    return (PracticalAttempt.mode == Mode.EXAM) & is_final & is_alone


def _check_names(session: Session, rows: Sequence[Any]) -> dict[tuple[str, str], str]:
    known = revisions_data(session, {row[2] for row in rows}) if rows else {}
    return {
        (row[0], check["id"]): pick(check["title"])
        for row in rows
        for check in known[row[2]]["task"]["checks"]
    }
