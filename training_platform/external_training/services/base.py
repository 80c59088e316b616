"""What every act on an application does: check, move on, note, tell."""

from typing import Any

from sqlalchemy.orm import Session

from training_platform.core import audit, clock
from training_platform.core.db import expect_version
from training_platform.core.permissions import Person
from training_platform.external_training.models import (
    ExternalTrainingApplication,
    ExternalTrainingEvent,
)
from training_platform.external_training.permissions import roles_of
from training_platform.external_training.rules import Act, Role, next_state
from training_platform.notices import services as notices


def step(
    session: Session,
    application: ExternalTrainingApplication,
    actor: Person,
    act: Act,
    *,
    expected_version: int | None = None,
    reason: str = "",
    **details: Any,
) -> frozenset[Role]:
    """Move an application on, and note it; return what the actor is to it.

    Raises ConflictError, InvalidTransitionError, NotPermittedError. Without a version the act
    depends on nothing that others change.
    """
    if expected_version is not None:
        expect_version(application, expected_version)
    roles = roles_of(actor, application)
    application.state = next_state(application.state, act, roles)
    note(session, application, actor, act, reason=reason, **details)
    return roles


def note(
    session: Session,
    application: ExternalTrainingApplication,
    actor: Person,
    act: Act,
    *,
    reason: str = "",
    on_behalf_of_id: int | None = None,
    **details: Any,
) -> None:
    """Note in the application's history and in the audit log what was done to it."""
    application.version += 1  # even where only a step or a report changes
    session.add(
        ExternalTrainingEvent(
            application_id=application.id,
            actor_id=actor.id,
            on_behalf_of_id=on_behalf_of_id,
            act=act,
            reason=reason,
            details=details,
            happened_at=clock.now(),
        )
    )
    session.flush()
    audit.record(
        session, actor, f"external_training.{act.value}", application, for_id=on_behalf_of_id
    )


def tell(
    session: Session,
    employee_id: int,
    kind: str,
    application: ExternalTrainingApplication,
    key: str,
    *,
    page: str = "",
    by_mail: bool = False,
    **values: Any,
) -> None:
    """Tell somebody about an application, once a key; page is a part of its address."""
    notices.notify(
        session,
        employee_id,
        kind,
        key=f"external_training:{application.id}:{key}:{employee_id}",
        href=f"/external-training/{application.id}{page}",
        by_mail=by_mail,
        title=application.title,
        name=application.applicant.name,
        **values,
    )
