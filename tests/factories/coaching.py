"""Trainees with weak checks, slots, first months, spot checks."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories.crm import load_small_company
from tests.factories.people import make_employee
from tests.factories.practicals import SLUG, make_attempt
from training_platform.coaching.models import (
    CoachingCare,
    CoachingSlot,
    FirstMonth,
    FirstMonthItem,
    SpotCheck,
)
from training_platform.coaching.reach import Reach, reach_of
from training_platform.coaching.rules import Finding, Source
from training_platform.coaching.services import plans, slots, spotting
from training_platform.core import clock
from training_platform.core.permissions import SYSTEM, Person, Right
from training_platform.crm.queries.workspaces import has_dataset
from training_platform.people.models import Employee
from training_platform.people.viewer import viewer_of
from training_platform.practicals.models import PracticalAttempt, PracticalGrading
from training_platform.practicals.rules import AttemptState, Cause, Mode


def make_coach(session: Session, *trainees: Employee, right: Right = Right.CRM_COACH) -> Employee:
    """Add a coach with people in her care."""
    coach = make_employee(session, name="周慎行", rights=(right,), job_role=None)
    for each in trainees:
        session.add(CoachingCare(trainee_id=each.id, coach_id=coach.id, began_at=clock.now()))
    session.flush()
    return coach


def reach(session: Session, employee: Employee) -> Reach:
    """Return a trainee as services take her."""
    found = reach_of(session, employee.id)
    assert found is not None
    return found


def grade(
    session: Session,
    employee: Employee,
    points: Mapping[str, tuple[int, int]],
    *,
    at: datetime | None = None,
    mode: Mode = Mode.PRACTICE,
    focus: str | None = None,
    state: AttemptState = AttemptState.FINAL,
) -> PracticalAttempt:
    """Add an attempt at the shipped task whose checks earned so many points of so many."""
    if not has_dataset(session):
        load_small_company(session)
    attempt = make_attempt(session, employee.id, mode=mode)
    at = at or clock.now()
    grading = PracticalGrading(
        attempt_id=attempt.id,
        cause="submitted",
        kind=Cause.SUBMITTED,
        revision_id=attempt.revision_id,
        points=0,
        percent=0,
        is_passed=False,
        outcomes=[
            {
                "check": check,
                "status": "passed" if got == most else "partly" if got else "failed",
                "points": str(got),
                "most": str(most),
            }
            for check, (got, most) in points.items()
        ],
        graded_at=at,
    )
    session.add(grading)
    session.flush()
    attempt.state, attempt.submitted_at, attempt.focus = state, at, focus
    attempt.grading_id, attempt.is_passed = grading.id, False
    session.flush()
    return attempt


def offer(hours: float = 48, minutes: int = 30, **changes: Any) -> slots.Offer:
    """Return what a coach publishes, so many hours from now."""
    values: dict[str, Any] = {"place": "三号会议室"} | changes
    return slots.Offer(clock.now() + timedelta(hours=hours), minutes, **values)


def make_slot(session: Session, coach: Employee, hours: float = 48) -> CoachingSlot:
    """Publish a slot."""
    return slots.publish_slot(session, viewer_of(session, coach), offer(hours))


def make_first_month(session: Session, employee: Employee) -> FirstMonth:
    """Make the plan of the first month."""
    return plans.start_plan(session, reach(session, employee), SYSTEM)


def make_spot_check(
    session: Session, employee: Employee, checker: Person, findings: str = "rrw"
) -> SpotCheck:
    """Check notes from the live CRM: r is right, w is wrong; it stays open."""
    today = clock.today()
    wanted = spotting.Wanted(Source.LIVE, date(2026, 1, 1), today, 1, seed=7)
    check = spotting.draw_check(session, reach(session, employee), checker, wanted)
    for number, letter in enumerate(findings, start=1):
        item = spotting.add_note(session, check, checker, f"KH-{number:03d}", today)
        verdict = (
            spotting.Verdict(Finding.RIGHT)
            if letter == "r"
            else spotting.Verdict(Finding.WRONG, "mobile", "少一位")
        )
        spotting.record_finding(session, check, item, checker, verdict)
    return check


def make_all(session: Session, owner: Employee, trainer: Employee) -> dict[str, str]:
    """Make one of everything, the owner's; return what addresses name."""
    viewer = viewer_of(session, trainer)
    session.add(CoachingCare(trainee_id=owner.id, coach_id=trainer.id, began_at=clock.now()))
    session.flush()
    slot = make_slot(session, trainer)
    slots.book_slot(session, slot, viewer_of(session, owner), slots.Topic(slots.SESSION_TITLE))
    plan = make_first_month(session, owner)
    by_hand = select(FirstMonthItem.id).where(
        FirstMonthItem.plan_id == plan.id, FirstMonthItem.kind == "hand"
    )
    step_id = session.scalars(by_hand).first()
    check = make_spot_check(session, owner, viewer)
    spotting.close_check(session, check, viewer, "", expected_version=check.version)
    return {
        "slot_id": str(slot.id),
        "step_id": str(step_id),
        "coach_id": str(trainer.id),
        "spot_check_id": str(check.id),
        "position": "1",
    }


__all__ = ["SLUG", "grade", "make_all", "make_coach", "make_first_month", "make_slot", "reach"]
