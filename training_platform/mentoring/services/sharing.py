"""Sharing a closing report: the trainee offers, the mentor allows, either takes it back."""

from sqlalchemy.orm import Session

from training_platform.core import clock
from training_platform.core.db import expect_version
from training_platform.core.limits import limited
from training_platform.core.permissions import Person
from training_platform.mentoring import rules
from training_platform.mentoring.models import Practice
from training_platform.mentoring.permissions import roles_of
from training_platform.mentoring.rules import Act, Share
from training_platform.mentoring.services.base import note, other_of, tell


def offer_sharing(
    session: Session,
    practice: Practice,
    actor: Person,
    *,
    with_everybody: bool,
    expected_version: int,
) -> None:
    """Let the trainee share her report with her department or everybody, if the mentor agrees."""
    _share(session, practice, actor, Act.OFFER_SHARING, seen=expected_version)
    path = rules.department_of(practice.trainee.department.path)
    practice.share_department_id = None if with_everybody else path[-1]
    _tell(session, practice, practice.mentor_id, "practice_share_offered")


def allow_sharing(
    session: Session, practice: Practice, actor: Person, *, expected_version: int
) -> None:
    """Let the mentor agree: from now on the report stands in the library."""
    _share(session, practice, actor, Act.ALLOW_SHARING, seen=expected_version)
    practice.shared_at = clock.now()
    _tell(session, practice, practice.trainee_id, "practice_shared")


def refuse_sharing(
    session: Session, practice: Practice, actor: Person, reason: str, *, expected_version: int
) -> None:
    """Let the mentor not agree; the trainee is told, and may offer it again."""
    why = limited(reason, "reason", most=rules.LONGEST_LINE)
    _share(session, practice, actor, Act.REFUSE_SHARING, seen=expected_version, reason=why)
    _tell(session, practice, practice.trainee_id, "practice_share_refused", reason=why or "–")


def end_sharing(
    session: Session, practice: Practice, actor: Person, *, expected_version: int
) -> None:
    """Take the report out of the library; the others are told."""
    was_shared = practice.share is Share.SHARED
    _share(session, practice, actor, Act.END_SHARING, seen=expected_version)
    practice.shared_at = None
    if was_shared:
        _tell(session, practice, other_of(practice, actor), "practice_share_ended")


def _share(
    session: Session,
    practice: Practice,
    actor: Person,
    act: Act,
    *,
    seen: int,
    reason: str = "",
) -> None:
    expect_version(practice, seen)
    roles = roles_of(actor, practice)
    practice.share = rules.next_share(practice.state, practice.share, act, roles)
    note(session, practice, actor, act, reason=reason)


def _tell(session: Session, practice: Practice, employee_id: int, kind: str, **values: str) -> None:
    key = f"{kind}:{practice.version}"
    tell(session, employee_id, kind, practice, key, page="/report", **values)
