"""Practices at every stage."""

from datetime import timedelta
from typing import Any

from sqlalchemy.orm import Session

from tests.factories.people import make_employee
from training_platform.core import clock
from training_platform.core.permissions import Right
from training_platform.mentoring import services
from training_platform.mentoring.models import Practice
from training_platform.mentoring.rules import Kind, Verdict
from training_platform.mentoring.services import (
    Assessed,
    Attachment,
    Entry,
    Goal,
    Plan,
    Texts,
)
from training_platform.people.models import Employee
from training_platform.people.viewer import viewer_of

GOALS = (
    Goal("Cut the open tickets", "at most 20 open at the end"),
    Goal("Write a guide", "4 pages"),
)
TEXTS = Texts("Sorted 80 tickets.", "18 are open.", "Ask early.", "Sort once a week.")


def make_plan(session: Session, mentor: Employee, **changes: Any) -> Plan:
    """Return a plan that makes sense."""
    today = clock.today()
    values: dict[str, Any] = {
        "mentor_id": mentor.id,
        "kind": Kind.PROJECT,
        "title": "Tickets in order",
        "about": "Sort the tickets that nobody owns.",
        "department_id": mentor.department_id,
        "place": "Service Team 2",
        "starts_on": today - timedelta(days=20),
        "due_on": today + timedelta(days=10),
        "goals": GOALS,
    }
    return Plan(**values | changes)


def make_mentor(session: Session, **changes: Any) -> Employee:
    """Return somebody with the right of a mentor."""
    return make_employee(session, rights=(Right.MENTOR,), **{"name": "方雅琴"} | changes)


def make_practice(
    session: Session, trainee: Employee, mentor: Employee | None = None, **changes: Any
) -> Practice:
    """Return a running practice that the mentor assigned."""
    mentor = mentor or make_mentor(session)
    plan = make_plan(session, mentor, **changes)
    return services.create_practice(session, viewer_of(session, mentor), trainee.id, plan)


def make_entry(session: Session, practice: Practice, **changes: Any) -> int:
    """Write an entry of the log; return its number."""
    values = {"day": clock.today(), "minutes": 90, "done": "Sorted.", "learned": "A lot."} | changes
    trainee = viewer_of(session, practice.trainee)
    return services.write_entry(session, practice, trainee, Entry(**values)).number  # type: ignore[arg-type]


def hand_in(session: Session, practice: Practice) -> None:
    """Write the closing report and hand it in."""
    trainee = viewer_of(session, practice.trainee)
    seen = practice.report.version if practice.report else 0
    services.hand_in_report(session, practice, trainee, TEXTS, expected_version=seen)


def sign_off(session: Session, practice: Practice, verdict: Verdict = Verdict.REACHED) -> None:
    """Hand in and sign off."""
    hand_in(session, practice)
    services.sign_off(
        session,
        practice,
        viewer_of(session, practice.mentor),
        {goal.id: Assessed(verdict, "As agreed.") for goal in practice.goals},
        "Well done.",
        expected_version=practice.version,
    )


def share(session: Session, practice: Practice, *, with_everybody: bool = True) -> None:
    """Sign off and share the report."""
    sign_off(session, practice)
    services.offer_sharing(
        session,
        practice,
        viewer_of(session, practice.trainee),
        with_everybody=with_everybody,
        expected_version=practice.version,
    )
    services.allow_sharing(
        session, practice, viewer_of(session, practice.mentor), expected_version=practice.version
    )


def make_names(session: Session, trainee: Employee) -> dict[str, str]:
    """Return what the addresses of a running practice name: an entry with a file, a question."""
    practice = make_practice(session, trainee)
    file = Attachment("notes.txt", "text/plain", b"notes")
    number = make_entry(session, practice, attachment=file)
    question = services.ask(session, practice, viewer_of(session, practice.mentor), "How far?")
    return {
        "practice_id": str(practice.id),
        "number": str(number),
        "revision": "1",
        "asked_id": str(question.id),
        "answered_id": str(question.id),
        "sharing_act": "end",
    }
