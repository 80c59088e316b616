"""Certificates."""

from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from training_platform.certificates import services
from training_platform.certificates.models import Certificate, CertificateBatch
from training_platform.core import clock
from training_platform.people.models import Employee

DETAILS = {
    "level": {"zh": "基础", "en": "Foundation"},
    "competencies": {"zh": "数据质量 2 级", "en": "Data quality, level 2"},
    "minutes": 42,
    "company": {"zh": "示例企业有限公司", "en": "Example Company Ltd"},
    "signatures": [
        {
            "name_zh": "周明远",
            "name_en": "Zhou Mingyuan",
            "title_zh": "部门负责人",
            "title_en": "Head of department",
        }
    ],
}


def make_certificate(
    session: Session,
    employee: Employee,
    subject: str = "customer-data-basics",
    *,
    valid_until: date | None = date(2099, 12, 31),
    **overrides: Any,
) -> Certificate:
    """Issue a certificate through the service."""
    values: dict[str, Any] = {
        "kind": "course",
        "title": {"zh": "客户资料管理基础", "en": "Customer Data Basics"},
        "band": "pass",
        "significant_revision": 1,
        "details": DETAILS,
    } | overrides
    kind, title = values.pop("kind"), values.pop("title")
    certificate = services.issue(
        session, employee.id, kind, subject, title, valid_until=valid_until, **values
    )
    assert certificate is not None, "it stands already"
    return certificate


def make_batch(session: Session, actor: Employee, course_id: str) -> CertificateBatch:
    """Make a batch whose jobs are not there."""
    batch = CertificateBatch(
        course_id=course_id,
        made_by_id=actor.id,
        made_at=clock.now(),
        employee_ids=[actor.id],
        parts=1,
    )
    session.add(batch)
    session.flush()
    return batch
