"""Saving a report under a name, and writing down that it was run."""

from training_platform.core.errors import RuleError
from training_platform.core.permissions import Permission, authorize
from training_platform.crm.desk import Desk
from training_platform.crm.models import SavedReport
from training_platform.crm.rules.reports import Definition
from training_platform.crm.services.records import (
    change_record,
    create_record,
    delete_record,
    find_record,
)


def _(text: str) -> str:
    """Mark a text for the catalogs."""
    return text


def save_report(desk: Desk, name: str, definition: Definition) -> SavedReport:
    """Save a report; its definition stands in the event too. Raises RuleError without a name."""
    authorize(desk.actor, desk.workspace, Permission.WORKSPACE_WRITE)
    _expect_name(name)
    plain = definition.to_plain()
    return create_record(
        desk,
        SavedReport,
        {
            "name": name.strip(),
            "definition": plain,
            "seller_id": desk.seller.id,
            "last_run_at": desk.now,
        },
        act="report_save",
        definition=plain,
    )


def change_report(
    desk: Desk, report: SavedReport, name: str, definition: Definition, *, expected_version: int
) -> SavedReport:
    """Give a saved report another name or definition; the same act and event as saving it.

    Raises RuleError without a name, ConflictError where another tab changed it since.
    """
    authorize(desk.actor, desk.workspace, Permission.WORKSPACE_WRITE)
    _expect_name(name)
    plain = definition.to_plain()
    return change_record(
        desk,
        report,
        {"name": name.strip(), "definition": plain, "last_run_at": desk.now},
        expected_version=expected_version,
        act="report_save",
        definition=plain,
    )


def _expect_name(name: str) -> None:
    if not name.strip():
        raise RuleError(_("Give the report a name."), field="name")


def delete_report(desk: Desk, report_id: int) -> None:
    """Delete a saved report."""
    authorize(desk.actor, desk.workspace, Permission.WORKSPACE_WRITE)
    delete_record(desk, find_record(desk, SavedReport, report_id))
