"""What exams lead to: a case for HR, a recommendation of points."""

import itertools
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from training_platform.assessment.climbing import FailedExam, open_case
from training_platform.assessment.rules import Rung, RungAction
from training_platform.consequences.models import HrCase, RewardRecommendation
from training_platform.core import clock
from training_platform.records import services as records
from training_platform.records.models import TrainingRecord

TITLE = {"zh": "客户资料测验", "en": "Customer data quiz"}
SUBJECT = "customer-data"
_number = itertools.count(1)


def make_case(session: Session, employee_id: int, number: int = 2) -> HrCase:
    """Fail an exam so often that the ladder hands it to HR."""
    open_case(
        session,
        FailedExam(
            employee_id=employee_id,
            subject=SUBJECT,
            title=TITLE,
            course_id=None,
            number=number,
            happened_at=clock.now(),
            source=f"test:fail:{next(_number)}",
            href="/quizzes/customer-data",
            cases_href="/quizzes/retraining",
            fail_count=number,
            rung=Rung(RungAction.HR_CASE),
        ),
    )
    return session.scalars(select(HrCase).order_by(HrCase.id.desc())).first()  # type: ignore[return-value]


def make_pass(session: Session, employee_id: int, **changes: Any) -> TrainingRecord:
    """Pass an exam, with distinction unless told otherwise."""
    values = {"outcome": "distinction", "percent": 97, "number": 1, "kind": "quiz_passed"} | changes
    kind = str(values.pop("kind"))
    source = f"test:pass:{next(_number)}"
    record = records.append(
        session, employee_id, kind, SUBJECT, source=source, title=TITLE, **values
    )
    assert record is not None
    return record


def make_recommendation(session: Session, employee_id: int) -> RewardRecommendation:
    """Pass an exam with distinction, and return what it is recommended for."""
    record = make_pass(session, employee_id)
    of_record = RewardRecommendation.record_id == record.id
    return session.scalars(select(RewardRecommendation).where(of_record)).one()
