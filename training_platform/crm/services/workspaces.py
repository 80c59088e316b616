"""Workspaces: opening the own one, resetting it, undoing a reset, playing another seller."""

from datetime import timedelta

from sqlalchemy import Select, Table, delete, select
from sqlalchemy.orm import Session

from training_platform.core import audit, clock
from training_platform.core.db import Base, lock
from training_platform.core.errors import NotFoundError, RuleError
from training_platform.core.permissions import Permission, Person, authorize
from training_platform.crm.dataset.loading import current_dataset
from training_platform.crm.desk import Desk
from training_platform.crm.layering import ALL_LAYERS, layered_tables
from training_platform.crm.models import CrmLayer, CrmWorkspace, LayerKind, WorkspaceKind
from training_platform.crm.rules.roles import DEFAULT_SELLER

#: How long a layer that a reset replaced can be brought back.
KEPT_DAYS = 7


def _(text: str) -> str:
    """Mark a text for the catalogs."""
    return text


def open_free_workspace(session: Session, actor: Person) -> CrmWorkspace:
    """Return the person's own free workspace, made at the first time.

    Two first times at once: the unique index lets one win; the view tries again.
    """
    authorize(actor, None, Permission.WORKSPACE_USE)
    found = session.scalar(
        select(CrmWorkspace).where(
            CrmWorkspace.employee_id == actor.id, CrmWorkspace.kind == WorkspaceKind.FREE
        )
    )
    return found or create_workspace(session, actor.id or 0, WorkspaceKind.FREE)


def create_workspace(
    session: Session, employee_id: int, kind: WorkspaceKind, seller_id: int = DEFAULT_SELLER
) -> CrmWorkspace:
    """Make a workspace with a fresh layer on the newest dataset."""
    now = clock.now()
    workspace = CrmWorkspace(employee_id=employee_id, kind=kind, created_at=now, used_at=now)
    session.add(workspace)
    session.flush()
    workspace.layer = _fresh_layer(session, workspace, seller_id)
    session.flush()
    return workspace


def reset_workspace(
    session: Session, workspace: CrmWorkspace, actor: Person, expected_resets: int
) -> None:
    """Begin anew on a fresh layer; the old one can be brought back for some days.

    expected_resets is the number the person saw: a double click resets once.
    """
    authorize(actor, workspace, Permission.WORKSPACE_WRITE)
    expect_free(workspace)
    workspace = lock(session, CrmWorkspace, workspace.id)
    if workspace.resets_count != expected_resets:
        return
    old = put_away(session, workspace)
    workspace.layer = _fresh_layer(session, workspace, old.seller_id or DEFAULT_SELLER)
    workspace.resets_count += 1
    audit.record(session, actor, "workspace.reset", workspace)


def put_away(session: Session, workspace: CrmWorkspace) -> CrmLayer:
    """Make the present layer the one that can be brought back, and return it; the lock is held."""
    old = workspace.layer
    if workspace.previous_layer_id is not None:
        _retire(session, workspace.previous_layer_id)
    old.retired_at = clock.now()
    workspace.previous_layer_id = old.id
    return old


def undo_reset(
    session: Session, workspace: CrmWorkspace, actor: Person, expected_resets: int
) -> None:
    """Bring back what the last reset put away; what was done since is put away instead.

    expected_resets is the number the person saw: a double click goes back once, not to and fro.
    """
    authorize(actor, workspace, Permission.WORKSPACE_WRITE)
    expect_free(workspace)
    workspace = lock(session, CrmWorkspace, workspace.id)
    if workspace.resets_count != expected_resets:
        return
    old = session.get(CrmLayer, workspace.previous_layer_id or 0)
    if old is None:
        raise RuleError(_("There is no earlier state to bring back."))
    workspace.layer.retired_at = clock.now()
    workspace.previous_layer_id = workspace.layer.id
    old.retired_at = None
    workspace.layer = old
    workspace.resets_count += 1
    audit.record(session, actor, "workspace.reset_undone", workspace)


def play_seller(desk: Desk, seller_id: int) -> None:
    """Play another seller of the company, with that one's customers and rights."""
    from training_platform.crm.models import Seller  # noqa: PLC0415
    from training_platform.crm.services.records import find_record  # noqa: PLC0415

    authorize(desk.actor, desk.workspace, Permission.WORKSPACE_WRITE)
    expect_free(desk.workspace)
    seller = find_record(desk, Seller, seller_id)
    desk.layer.seller_id = seller.id
    desk.log("play_seller", "seller", seller.id)
    desk.seller = seller


def expect_free(workspace: CrmWorkspace) -> None:
    """Refuse with a RuleError what would take a task's start or its seller away from under it."""
    if workspace.kind is not WorkspaceKind.FREE:
        raise RuleError(_("This belongs to the task. Start the task again to begin anew."))


def erase_work(session: Session, workspace: CrmWorkspace) -> None:
    """Give what was done in a task's workspace to the sweep; nobody looks into it any more.

    Raises RuleError for a free workspace, and for one whose work was not handed in.
    """
    workspace = lock(session, CrmWorkspace, workspace.id)
    if workspace.kind is WorkspaceKind.FREE or workspace.closed_at is None:
        raise RuleError(_("Only what was handed in can be erased."))
    if workspace.erased_at is not None:
        return
    worked = workspace.layer
    worked.retired_at = clock.now() - timedelta(days=KEPT_DAYS)
    workspace.layer = _fresh_layer(session, workspace, worked.seller_id or DEFAULT_SELLER)
    workspace.erased_at = clock.now()
    session.flush()


def has_old_layers(session: Session) -> bool:
    """Tell whether there is anything to sweep."""
    return session.scalar(_old_layers().limit(1)) is not None


def sweep_layers(session: Session, most: int = 20) -> int:
    """Delete the rows of layers that were retired long ago; return how many layers went."""
    old = session.scalars(_old_layers().limit(most)).all()
    for layer in old:
        for workspace in session.scalars(
            select(CrmWorkspace).where(CrmWorkspace.previous_layer_id == layer.id)
        ):
            workspace.previous_layer_id = None
        session.flush()
        for table in _tables_of_layers():
            session.execute(
                delete(table).where(table.c.layer_id == layer.id),
                execution_options={ALL_LAYERS: True},
            )
        session.delete(layer)
    session.flush()
    return len(old)


def _old_layers() -> Select[CrmLayer]:
    limit = clock.now() - timedelta(days=KEPT_DAYS)
    return select(CrmLayer).where(CrmLayer.retired_at <= limit).order_by(CrmLayer.id)


def _tables_of_layers() -> list[Table]:
    """Return every table whose rows lie in a layer: records, events, what features keep there."""
    return [
        table
        for table in reversed(Base.metadata.sorted_tables)
        if table in layered_tables() or (table.name != "crm_workspace" and _names_layers(table))
    ]


def _names_layers(table: Table) -> bool:
    return any(
        key.column.table.name == "crm_layer" and key.parent.name == "layer_id"
        for key in table.foreign_keys
    )


def _retire(session: Session, layer_id: int) -> None:
    layer = session.get(CrmLayer, layer_id)
    if layer is not None:
        layer.retired_at = clock.now() - timedelta(days=KEPT_DAYS)


def _fresh_layer(session: Session, workspace: CrmWorkspace, seller_id: int) -> CrmLayer:
    dataset = current_dataset(session)
    if dataset is None:
        raise NotFoundError
    layer = CrmLayer(
        kind=LayerKind.WORKSPACE,
        base_id=dataset.id,
        workspace_id=workspace.id,
        dataset=dataset.dataset,
        dataset_version=dataset.dataset_version,
        seller_id=seller_id,
        virtual_at=dataset.virtual_at,
        seen_at=clock.now(),
        created_at=clock.now(),
    )
    session.add(layer)
    session.flush()
    return layer
