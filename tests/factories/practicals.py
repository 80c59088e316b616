"""A published task and attempts at it, for tests that do not work in its workspace."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy.orm import Session

from tests.factories.disputes import LOST
from tests.practicals.sitting import publish
from training_platform.core import clock
from training_platform.crm.models import CrmWorkspace, WorkspaceKind
from training_platform.crm.services.workspaces import create_workspace
from training_platform.crm.values import to_plain
from training_platform.practicals.drawing import Drawn, Handout
from training_platform.practicals.evidence import Evidence
from training_platform.practicals.models import (
    Practical,
    PracticalAttempt,
    PracticalEvidence,
    PracticalGrading,
    PracticalStart,
)
from training_platform.practicals.planting import Start
from training_platform.practicals.rules import AttemptState, Cause, Mode
from training_platform.practicals.services.submitting import pack_start

SLUG = "enter-customers"
DRAWN = Drawn(
    {"count": 1, "cards": {"cards": []}},
    {"cards": [], "known": []},
    (),
    (Handout("list.csv", (("a",),)),),
)


def make_attempts(session: Session, employee_id: int) -> dict[str, str]:
    """Publish a task; return what addresses name: the task, an open attempt, one that is over."""
    publish(session, SLUG)
    over = make_attempt(session, employee_id, is_over=True, outcomes=[LOST]).token
    return {
        "practical_id": SLUG,
        "check_id": "customers",
        "number": "0",
        "practical_open": make_attempt(session, employee_id).token,
        "practical_over": over,
    }


def make_attempt(
    session: Session,
    employee_id: int,
    *,
    is_over: bool = False,
    mode: Mode = Mode.PRACTICE,
    outcomes: Sequence[Mapping[str, Any]] = (),
) -> PracticalAttempt:
    """Make an attempt at practice, with nothing planted; one that is over was passed."""
    now = clock.now()
    workspace = create_workspace(session, employee_id, WorkspaceKind.PRACTICE)
    practical = session.get(Practical, SLUG) or publish(session, SLUG)
    attempt = PracticalAttempt(
        token=f"practice-{workspace.id}",
        practical_id=SLUG,
        revision_id=practical.revision_id,
        employee_id=employee_id,
        mode=mode,
        number=workspace.id,
        workspace_id=workspace.id,
        started_at=now,
    )
    session.add(attempt)
    session.flush()
    session.add(PracticalStart(attempt_id=attempt.id, packed=pack_start(DRAWN, Start(now, {}, 1))))
    if is_over:
        _end(session, attempt, outcomes)
    session.flush()
    return attempt


def hand_in(
    session: Session, attempt: PracticalAttempt, answers: Mapping[str, str] | None = None
) -> None:
    """Hand an attempt in that left nothing but what was typed; its grading follows."""
    now = clock.now()
    workspace = session.get_one(CrmWorkspace, attempt.workspace_id)
    layer = workspace.layer
    evidence = Evidence(
        task=attempt.practical_id,
        revision=attempt.revision_id,
        dataset=layer.dataset,
        dataset_version=layer.dataset_version,
        params=DRAWN.params,
        key=DRAWN.key,
        started_at=to_plain(now),
        ended_at=to_plain(now),
        planted={},
        rows={},
        events=[],
        answers=answers or {},
    )
    workspace.closed_at = attempt.submitted_at = now
    attempt.state = AttemptState.SUBMITTED
    session.add(
        PracticalEvidence(
            attempt_id=attempt.id,
            sha256=evidence.digest(),
            packed=evidence.pack(),
            created_at=now,
        )
    )
    session.flush()


def _end(
    session: Session, attempt: PracticalAttempt, outcomes: Sequence[Mapping[str, Any]]
) -> None:
    hand_in(session, attempt)
    grading = PracticalGrading(
        attempt_id=attempt.id,
        cause="submitted",
        kind=Cause.SUBMITTED,
        revision_id=attempt.revision_id,
        points=10_000,
        percent=100,
        is_passed=True,
        outcomes=list(outcomes),
        graded_at=clock.now(),
    )
    session.add(grading)
    session.flush()
    attempt.state, attempt.percent, attempt.points = AttemptState.FINAL, 100, 10_000
    attempt.is_passed, attempt.grading_id = True, grading.id
