"""Imports of the sandbox."""

from sqlalchemy.orm import Session

from training_platform.core import clock, files
from training_platform.crm.models import CrmImport, CrmWorkspace

LIST = "客户名称,联系电话\n云岫机械有限公司,164\n".encode()


def make_import(session: Session, workspace: CrmWorkspace) -> CrmImport:
    """A file that was sent, its columns not matched yet."""
    CrmImport.__table__.create(session.connection(), checkfirst=True)
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
