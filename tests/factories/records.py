"""Training records."""

from typing import Any

from sqlalchemy.orm import Session

from training_platform.people.models import Employee
from training_platform.records import services
from training_platform.records.models import TrainingRecord


def make_record(
    session: Session,
    employee: Employee,
    kind: str = "course_completed",
    subject: str = "customer-data-basics",
    *,
    source: str | None = None,
    **data: Any,
) -> TrainingRecord:
    """Append a record through the service; the source is made from kind and subject."""
    title = {"zh": "客户资料管理基础", "en": "Customer Data Basics"}
    record = services.append(
        session,
        employee.id,
        kind,
        subject,
        source=source or f"test:{employee.id}:{kind}:{subject}",
        **({"title": title} | data),
    )
    assert record is not None, "this source was recorded already"
    return record
