"""A disputed check, and regrades of a task and of a question that wait for a decision."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from training_platform.assessment.disputes.models import Dispute
from training_platform.assessment.disputes.rules import Ground
from training_platform.assessment.disputes.services import Claim, Disputed, open_dispute
from training_platform.assessment.keys import Fix
from training_platform.core import clock
from training_platform.people.models import Employee
from training_platform.people.viewer import viewer_of
from training_platform.practicals.models import PracticalAttempt
from training_platform.practicals.regrading import Change, RegradeState
from training_platform.practicals.result_models import PracticalRegrade, PracticalRegradeItem
from training_platform.quizzes.models import Attempt
from training_platform.quizzes.result_models import QuizRegrade, QuizRegradeItem

#: What a grading keeps of a check that was lost.
LOST = {
    "check": "customers",
    "status": "failed",
    "points": "0.00",
    "most": "60",
    "seen": "5",
    "wanted": "6",
    "gaps": [],
    "more": 0,
    "values": {"seen": 5, "wanted": 6, "extra": 0, "missing": 1},
    "misconceptions": [],
}


#: A name that people write in two ways.
LONG, SHORT = "栖川禾澜机械有限公司", "栖川禾澜"


def asks(firm: str) -> Callable[[dict[str, Any]], None]:
    """Return the change of a task's file to three questions; the first wants this name."""

    def change(data: dict[str, Any]) -> None:
        task = data["task"]
        task["checks"] = [
            _answer("firm", 30, firm),
            _answer("boxes", 40, "12"),
            _answer("city", 30, "苏州"),
        ]
        task["wrong"] = [{**each, "loses": ["firm"]} for each in task["wrong"]]
        task["passing"] = {"percent": 80}

    return change


def _answer(name: str, points: int, value: str) -> dict[str, Any]:
    text = {"zh": f"检查 {name}", "en": f"Check {name}"}
    return {
        "id": name,
        "type": "answer",
        "title": text,
        "points": points,
        "question": text,
        "matcher": "text",
        "value": value,
    }


def disputed(employee_id: int, **changes: Any) -> Disputed:
    """Return a lost check of some result that nothing else knows of."""
    about: dict[str, Any] = {
        "kind": "test_work",
        "id": 1,
        "check": "customers",
        "employee_id": employee_id,
        "title": {"zh": "录入客户", "en": "Enter customers"},
        "check_title": {"zh": "新客户齐全", "en": "New customers complete"},
        "href": "/",
        "result_at": clock.now() - timedelta(days=1),
        "got": 0,
        "most": 60,
    }
    return Disputed(**(about | changes))


def make_dispute(
    session: Session, employee: Employee, about: Disputed | None = None, text: str = ""
) -> Dispute:
    """Let somebody dispute a check of her own result."""
    return open_dispute(
        session,
        about or disputed(employee.id),
        viewer_of(session, employee),
        Claim(Ground.NOT_SEEN, text),
    )


def make_regrade(session: Session, token: str, trainer_id: int) -> PracticalRegradeItem:
    """Plan a regrade by which one attempt would lose its pass."""
    attempt = session.scalars(select(PracticalAttempt).where(PracticalAttempt.token == token)).one()
    regrade = PracticalRegrade(
        practical_id=attempt.practical_id,
        revision_id=attempt.revision_id,
        reason="The key was wrong.",
        state=RegradeState.READY,
        total_count=1,
        done_count=1,
        concerned_ids=[attempt.employee_id],
        planned_by_id=trainer_id,
        planned_at=clock.now(),
    )
    session.add(regrade)
    session.flush()
    item = PracticalRegradeItem(
        regrade_id=regrade.id,
        attempt_id=attempt.id,
        old_grading_id=attempt.grading_id,
        change=Change.LOST,
        points=4_000,
        percent=40,
        is_passed=False,
        outcomes=[LOST],
    )
    session.add(item)
    session.flush()
    return item


def make_quiz_regrade(session: Session, token: str, trainer_id: int) -> QuizRegradeItem:
    """Plan a regrade of a question by which one attempt would lose its pass."""
    attempt = session.scalars(select(Attempt).where(Attempt.token == token)).one()
    place = attempt.layout[0]
    regrade = QuizRegrade(
        question_id=place["question"],
        revision_ids=[place["revision"]],
        fix=Fix.VOID,
        reason="The question was wrong.",
        state=RegradeState.READY,
        total_count=1,
        done_count=1,
        concerned_ids=[attempt.employee_id],
        planned_by_id=trainer_id,
        planned_at=clock.now(),
    )
    session.add(regrade)
    session.flush()
    item = QuizRegradeItem(
        regrade_id=regrade.id,
        attempt_id=attempt.id,
        change=Change.LOST,
        old_points=100,
        old_percent=100,
        was_passed=True,
        points=0,
        percent=0,
        is_passed=False,
    )
    session.add(item)
    session.flush()
    return item
