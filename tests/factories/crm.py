"""A company small enough for tests that only need a sandbox to be there."""

# ruff: noqa: E501  # a table is read across

import tempfile
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import inspect
from sqlalchemy.orm import Session

from training_platform.crm import models
from training_platform.crm.dataset import files
from training_platform.crm.dataset.loading import load_dataset
from training_platform.crm.models import CrmLayer, Layered

NOW = datetime(2025, 6, 30, 1, 0, tzinfo=UTC)
#: A customer as the company has them.
KNOWN_CUSTOMER = {
    "name": "江南试练机械有限公司",
    "contact_name": "周试练",
    "contact_title": "采购经理",
    "mobile": "15409998877",
    "industry": "machinery",
    "consent": "all",
}
#: What somebody types into the form of a new customer, without a fault.
TYPED_CUSTOMER = KNOWN_CUSTOMER | {"next_follow_up_at": "2035-01-05T10:00"}
_FILLED = {"layer_id", "version", "is_deleted", "folded", "name_key", "company_key"}
ROWS: tuple[tuple[type[Layered], Mapping[str, Any]], ...] = (
    (models.Seller, {"name": "林小满", "latin_name": "Lin", "role": "seller", "team": "east", "email": "a@b.example"}),
    (models.Seller, {"name": "顾怀远", "latin_name": "Gu", "role": "team_lead", "team": "east", "email": "g@b.example"}),
    (models.Customer, {"code": "C-001", "name": "华东机械有限公司", "owner_id": 1, "mobile": "15400001234", "industry": "machinery"}),
    (models.Contact, {"name": "周建国", "customer_id": 1}),
    (models.Lead, {"code": "XS001", "company": "云帆软件", "source": "website", "status": "assigned", "owner_id": 1, "received_at": "2025-06-29T01:00:00Z"}),
    (models.Opportunity, {"code": "O-001", "name": "年度维保", "customer_id": 1, "owner_id": 1, "amount": "1000.00", "stage_entered_at": "2025-06-20T01:00:00Z", "opened_at": "2025-06-20T01:00:00Z"}),
    (models.Ticket, {"code": "T-001", "customer_id": 1, "subject": "异响", "channel": "phone", "category": "repair", "owner_id": 1, "received_at": "2025-06-29T01:00:00Z"}),
    (models.Quote, {"code": "Q-001", "customer_id": 1, "opportunity_id": 1, "owner_id": 1, "amount": "1000.00", "valid_until_on": "2025-12-31"}),
    (models.Contract, {"code": "HT-001", "customer_id": 1, "opportunity_id": 1, "owner_id": 1, "amount": "1000.00"}),
    (models.Product, {"code": "TX-001", "name": "机床", "english_name": "Lathe", "line": "equipment", "unit": "台", "list_price_amount": "1000.00"}),
    (models.Order, {"code": "D-001", "customer_id": 1, "owner_id": 1, "amount": "1000.00", "ordered_at": "2025-06-20T01:00:00Z"}),
    (models.SavedView, {"name": "v", "about": "customer", "seller_id": 1}),
    (models.Activity, {"customer_id": 1, "method": "task", "subject": "回电", "owner_id": 1, "due_at": "2025-06-30T03:00:00Z"}),
    (models.Campaign, {"code": "M-001", "name": "夏季保养", "kind": "email", "starts_on": "2025-07-01", "owner_id": 1}),
    (models.Referral, {"code": "ZJ-001", "referrer_id": 1, "referred_name": "新客有限公司", "claimed_at": "2025-06-29T01:00:00Z"}),
)  # fmt: skip


def load_small_company(session: Session) -> CrmLayer:
    """Seal a dataset of one or two records of each kind, each with the ids 1 and 2."""
    tables: dict[str, list[Mapping[str, Any]]] = {}
    for model, values in ROWS:
        rows = tables.setdefault(model.entity, [])
        rows.append(_row(model, len(rows) + 1, values))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "small.jsonl.gz"
        files.write(path, files.Header("small", 1, NOW.strftime("%Y-%m-%dT%H:%M:%SZ")), tables)
        return load_dataset(session, path)


def _row(model: type[Layered], number: int, values: Mapping[str, Any]) -> dict[str, Any]:
    row: dict[str, Any] = {}
    for column in inspect(model).local_table.columns:
        if column.name not in _FILLED:
            default = column.default.arg if column.default is not None else None
            row[column.name] = default(None) if callable(default) else default
    made = NOW.strftime("%Y-%m-%dT%H:%M:%SZ")
    return row | {"id": number, "created_at": made, "updated_at": made} | dict(values)
