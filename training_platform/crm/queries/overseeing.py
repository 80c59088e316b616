"""What trainers see of the trainees' free workspaces."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from training_platform.core.search import contains_all
from training_platform.core.text import fold
from training_platform.crm.models import CrmEvent, CrmWorkspace, WorkspaceKind
from training_platform.crm.queries.workspaces import LOOKS
from training_platform.people.models import Employee


def free_workspaces(query: str) -> Select[Any]:
    """Return the select of (workspace, employee), the last used first."""
    shown: list[Any] = [CrmWorkspace, Employee]
    statement = (
        select(*shown)
        .join(Employee, Employee.id == CrmWorkspace.employee_id)
        .where(CrmWorkspace.kind == WorkspaceKind.FREE)
        .order_by(CrmWorkspace.used_at.desc(), CrmWorkspace.id)
    )
    words = fold(query).split()
    return statement.where(contains_all(Employee.search_text, words)) if words else statement


def count_acts(session: Session, layer_ids: Sequence[int]) -> Mapping[int, int]:
    """Return how many acts that change something lie in each of these layers."""
    rows = session.execute(
        select(CrmEvent.layer_id, func.count())
        .where(CrmEvent.layer_id.in_(layer_ids), CrmEvent.act.not_in(LOOKS))
        .group_by(CrmEvent.layer_id)
    )
    return {row[0]: row[1] for row in rows}
