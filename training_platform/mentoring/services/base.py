"""What every act on a practice does: check, move on, note, tell."""

from typing import Any

from sqlalchemy.orm import Session

from training_platform.core import audit, clock
from training_platform.core.db import expect_version
from training_platform.core.permissions import Person
from training_platform.mentoring.models import Practice, PracticeEvent
from training_platform.mentoring.permissions import roles_of
from training_platform.mentoring.rules import Act, Role, next_state
from training_platform.notices import services as notices


def step(
    session: Session,
    practice: Practice,
    actor: Person,
    act: Act,
    *,
    expected_version: int | None = None,
    reason: str = "",
    **details: Any,
) -> frozenset[Role]:
    """Move a practice on, and note it; return what the actor is to it.

    Raises ConflictError, InvalidTransitionError, NotPermittedError. Without a version the act
    depends on nothing that others change.
    """
    if expected_version is not None:
        expect_version(practice, expected_version)
    roles = roles_of(actor, practice)
    practice.state = next_state(practice.state, act, roles)
    note(session, practice, actor, act, reason=reason, **details)
    return roles


def note(
    session: Session,
    practice: Practice,
    actor: Person,
    act: Act,
    *,
    reason: str = "",
    **details: Any,
) -> None:
    """Note in the practice's history and in the audit log what was done to it."""
    assert actor.id is not None  # noqa: S101  # nobody without an account has a role in it
    practice.version += 1  # even where only a goal changes
    session.add(
        PracticeEvent(
            practice_id=practice.id,
            actor_id=actor.id,
            act=act,
            reason=reason,
            details=details,
            happened_at=clock.now(),
        )
    )
    session.flush()
    audit.record(session, actor, f"mentoring.{act.value}", practice)


def tell(
    session: Session,
    employee_id: int,
    kind: str,
    practice: Practice,
    key: str,
    *,
    page: str = "",
    **values: Any,
) -> None:
    """Tell somebody about a practice, once a key; page is a part of its address."""
    notices.notify(
        session,
        employee_id,
        kind,
        key=f"mentoring:{practice.id}:{key}",
        href=f"/practice-work/{practice.id}{page}",
        title=practice.title,
        trainee=practice.trainee.name,
        mentor=practice.mentor.name,
        **values,
    )


def other_of(practice: Practice, actor: Person) -> int:
    """Return the mentor for the trainee, and the trainee for everybody else."""
    return practice.mentor_id if actor.id == practice.trainee_id else practice.trainee_id
