"""Logging a follow-up where one works: what was said, what comes next, and when."""

from collections.abc import Mapping
from typing import Any

from training_platform.crm.desk import Desk
from training_platform.crm.models import Activity, Customer, Layered, Lead
from training_platform.crm.registry import ENTITIES, entity_of
from training_platform.crm.rules.validation import NOT_YOUR_CUSTOMER, Fault
from training_platform.crm.services import entry, records
from training_platform.crm.services.access import expect_editable, may_edit

#: Records that a follow-up can hang on.
FOLLOWED = frozenset({"customer", "lead", "opportunity", "ticket"})


def log_follow_up(desk: Desk, record: Layered, raw: Mapping[str, Any]) -> Activity:
    """Add a follow-up that happened now, and move the record's next one.

    raw holds method, summary, reaction, next_step and next_follow_up_at; what has no next follow-up
    of its own (an opportunity, a ticket) moves its customer's. A lead's first follow-up is noted
    on the lead. Raises EntryErrors with every fault, and NotPermittedError (V13).
    """
    expect_editable(desk, record)
    given = _activity(record, raw)
    values, errors = entry.check_values(desk, "activity", given)
    planned, plan, plan_errors = _plan(desk, record, raw)
    errors |= plan_errors
    if not given["summary"]:
        errors["summary"] = entry.fault("V00", "summary", "activity")
    if errors:
        raise entry.EntryErrors(errors)
    entered = {name: value for name, value in values.items() if value not in (None, [])}
    made = records.create_record(
        desk, Activity, entered | {"owner_id": desk.seller.id, "done_at": desk.now}
    )
    if plan:
        records.change_record(desk, planned, plan)
    if first := _first(desk, record):
        records.change_record(desk, records.find_record(desk, type(record), record.id), first)
    return made


def finish_task(desk: Desk, activity: Activity, *, expected_version: int) -> Activity:
    """Tick a task off."""
    expect_editable(desk, activity)
    return records.change_record(
        desk, activity, {"done_at": desk.now}, expected_version=expected_version, act="finish"
    )


def add_task(desk: Desk, raw: Mapping[str, Any]) -> Activity:
    """Add something to be done, with its date."""
    given = {"method": "task", **raw}
    _values, errors = entry.check_values(desk, "activity", given)
    if not raw.get("due_at"):
        errors["due_at"] = entry.fault("V00", "due_at", "activity")
    if errors:
        raise entry.EntryErrors(errors)
    made = entry.create_entry(desk, ENTITIES["activity"], given)
    assert isinstance(made, Activity)  # noqa: S101  # for the type checker
    return made


def _activity(record: Layered, raw: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields of the follow-up; it hangs on the customer of the record too."""
    summary = str(raw.get("summary", "")).strip()
    given = {
        "method": raw.get("method") or "call",
        "subject": str(raw.get("subject", "")).strip() or summary.split("\n", 1)[0][:40] or "-",
        "summary": summary,
        "reaction": raw.get("reaction", ""),
        "next_step": raw.get("next_step", ""),
        f"{type(record).entity}_id": record.id,
    }
    customer_id = getattr(record, "customer_id", None)
    return given | ({"customer_id": customer_id} if customer_id else {})


def _plan(
    desk: Desk, record: Layered, raw: Mapping[str, Any]
) -> tuple[Layered, dict[str, Any], entry.Errors]:
    """Return whose next follow-up was entered, its value, and what is wrong with it (V06, V13)."""
    name = "next_follow_up_at"
    if not raw.get(name):
        return record, {}, {}
    customer_id = getattr(record, "customer_id", None)
    if name not in entity_of(type(record)).fields:
        record = records.find_record(desk, Customer, customer_id)
    if not may_edit(desk, record):
        label = ENTITIES[record.entity].fields[name].label
        return record, {}, {name: Fault("V13", NOT_YOUR_CUSTOMER, {"field": label})}
    typed = {name: raw[name]}
    return record, *entry.check_values(desk, record.entity, typed, record=record, is_partial=True)


def _first(desk: Desk, record: Layered) -> dict[str, Any]:
    """Return what a lead's first follow-up changes in the lead."""
    if not isinstance(record, Lead) or record.first_followed_up_at is not None:
        return {}
    status = "following" if record.status == "assigned" else record.status
    return {"first_followed_up_at": desk.now, "status": status}
