"""Selects for the pages of consequences; no writes."""

from typing import Any

from sqlalchemy import ColumnElement, Select, or_, select

from training_platform.consequences.models import HrCase, RewardRecommendation
from training_platform.consequences.rules import CaseState, RewardState
from training_platform.core.search import words
from training_platform.core.text import like_pattern
from training_platform.people.models import Department, Employee


def cases(state: str, text: str, actor_id: int) -> Select[Any]:
    """Return the select of cases for HR: open ones oldest first, closed ones newest first."""
    wanted = state if state in list(CaseState) else CaseState.OPEN
    order = HrCase.opened_at if wanted == CaseState.OPEN else HrCase.closed_at.desc()
    return (
        select(HrCase, Employee.name, Employee.staff_number, Department.name.label("department"))
        .join(Employee, Employee.id == HrCase.employee_id)
        .join(Department, Department.id == Employee.department_id)
        .where(HrCase.state == wanted, HrCase.employee_id != actor_id, *_named(text))
        .order_by(order, HrCase.id)
    )


def recommendations(state: str, text: str, actor_id: int) -> Select[Any]:
    """Return the select of recommendations, in the same order."""
    model = RewardRecommendation
    wanted = state if state in list(RewardState) else RewardState.PROPOSED
    order = model.created_at if wanted == RewardState.PROPOSED else model.closed_at.desc()
    return (
        select(model, Employee.name, Employee.staff_number, Department.name.label("department"))
        .join(Employee, Employee.id == model.employee_id)
        .join(Department, Department.id == Employee.department_id)
        .where(model.state == wanted, model.employee_id != actor_id, *_named(text))
        .order_by(order, model.id)
    )


def _named(text: str) -> list[ColumnElement[bool]]:
    return [or_(Employee.search_text.like(like_pattern(word), escape="\\")) for word in words(text)]
