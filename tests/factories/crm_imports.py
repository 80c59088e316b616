"""Imports and exports of the sandbox."""

from sqlalchemy.orm import Session

from training_platform.core import clock, files
from training_platform.crm.models import CrmEvent, CrmImport, CrmWorkspace

LIST = "客户名称,联系电话\n云岫机械有限公司,164\n".encode()


def make_import(session: Session, workspace: CrmWorkspace) -> CrmImport:
    """A file that was sent, its columns not matched yet."""
    stored = files.store(
        session,
        LIST,
        name="list.csv",
        media_type="text/csv",
        purpose="crm_import",
        owner_id=workspace.employee_id,
    )
    found = CrmImport(
        layer_id=workspace.layer_id,
        workspace_id=workspace.id,
        entity="customer",
        file_id=stored.id,
        file_name="list.csv",
        encoding="utf-8",
        header=["客户名称", "联系电话"],
        mapping=["name", "mobile"],
        total_count=1,
        created_at=clock.now(),
        notes=[],
        **{name: {} for name in ("mends", "problems", "duplicates", "choices", "result")},
    )
    session.add(found)
    session.flush()
    return found


def make_export(session: Session, workspace: CrmWorkspace) -> int:
    """A request that waits for approval; return its number."""
    now = clock.now()
    context = {"title": "t", "rows": 1, "fields": [], "arguments": {}, "form": "csv"}
    event = CrmEvent(
        layer_id=workspace.layer_id,
        seq=workspace.layer.next_seq,
        happened_at=now,
        virtual_at=now,
        actor_id=workspace.employee_id,
        seller_id=2,
        act="export_request",
        entity="customer",
        changes={},
        context=context | {"unmasked": False, "limit": 1, "waits": True},
    )
    workspace.layer.next_seq += 1
    session.add(event)
    session.flush()
    return event.seq
