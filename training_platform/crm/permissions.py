"""Who may open whose workspace."""

from typing import Any

from training_platform.core.permissions import Permission, Right, anybody, holds
from training_platform.crm.models.base import WorkspaceKind


def _owns(person: Any, workspace: Any) -> bool:
    return person.id is not None and (workspace is None or workspace.employee_id == person.id)


def _looks_on(person: Any, workspace: Any) -> bool:
    """Tell that a trainer looks into somebody's workspace; that of an exam once it is over.

    What an author tries out is hers alone.
    """
    return bool(
        workspace is not None
        and workspace.kind is not WorkspaceKind.REHEARSAL
        and (workspace.kind is not WorkspaceKind.EXAM or workspace.closed_at is not None)
        and holds(Right.TRAINER)(person, workspace)
    )


POLICY = {
    Permission.WORKSPACE_USE: (anybody,),
    Permission.WORKSPACE_READ: (_owns, _looks_on),
    Permission.WORKSPACE_WRITE: (_owns,),
    Permission.WORKSPACE_OVERSEE: (holds(Right.TRAINER),),
}
