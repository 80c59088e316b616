"""Filling in: drafts, handing in, and customers who come with a key."""

import secrets
from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from training_platform.core import audit, clock, throttle
from training_platform.core.db import expect_version, lock
from training_platform.core.errors import InvalidTransitionError, RuleError
from training_platform.core.permissions import Permission, Person, authorize
from training_platform.evaluation.behavior import rules
from training_platform.evaluation.behavior.models import (
    BehaviorRater,
    BehaviorRating,
    BehaviorRound,
)
from training_platform.evaluation.behavior.queries import areas_of
from training_platform.evaluation.behavior.rules import Area, Sheet
from training_platform.evaluation.behavior.services.asking import ends_at
from training_platform.people.viewer import digest


def _(text: str) -> str:
    """Mark a text for the catalogs."""
    return text


SCOPE = "behavior_key"
NETWORK_LIMIT, MINUTES = 20, 60
LONGEST_KEY = 64


def save_draft(
    session: Session, rater: BehaviorRater, actor: Person, sheet: Sheet, *, expected_version: int
) -> BehaviorRater:
    """Keep what was filled in so far; nobody else sees it.

    Raises ConflictError where another window saved meanwhile, RuleError for levels that the form
    does not have, and InvalidTransitionError once no answer is awaited.
    """
    authorize(actor, rater, Permission.BEHAVIOR_RATE)
    _expect_awaited(rater)
    expect_version(rater, expected_version)
    _expect_possible(areas_of(session, rater.assessment.round, rater.group), sheet)
    clean = _clean(sheet)
    rater.levels, rater.comments = dict(clean.levels), dict(clean.comments)
    rater.overall_comment, rater.saved_at = clean.overall_comment, clock.now()
    session.flush()
    return rater


def submit_rating(
    session: Session, rater: BehaviorRater, actor: Person, sheet: Sheet, *, expected_version: int
) -> None:
    """Hand in a rating: final, and from now on without a name unless the group is one person.

    Raises as save_draft does, and RuleError while an area has no answer.
    """
    authorize(actor, rater, Permission.BEHAVIOR_RATE)
    _expect_awaited(rater)
    expect_version(rater, expected_version)
    _hand_in(session, rater, sheet)
    if rater.group in rules.NAMED:  # whoever reads the log must not learn when a colleague answered
        audit.record(session, actor, "evaluation.submit_rating", rater.assessment)


def find_by_key(session: Session, key: str, network: str | None) -> BehaviorRater | None:
    """Return the customer whom a key belongs to, None where it does not work (any more).

    Raises TooManyTriesError for a network that tried too many that do not.
    """
    throttle.check(session, SCOPE, network or "", limit=NETWORK_LIMIT, minutes=MINUTES)
    found = find_by_digest(session, digest(key.strip()[:LONGEST_KEY]))
    if found is None:
        throttle.count(session, SCOPE, network or "")
    return found


def find_by_digest(session: Session, key_digest: str) -> BehaviorRater | None:
    """Return the customer with this key if an answer is awaited and the day has not passed."""
    rater = session.scalars(
        select(BehaviorRater).where(BehaviorRater.key_digest == key_digest)
    ).one_or_none()
    works = rater is not None and rater.may_answer and clock.now() < ends_at(rater)
    return rater if works else None


def submit_by_key(session: Session, key_digest: str, sheet: Sheet) -> bool:
    """Hand in what a customer gave, and use the key up; False if it does not work (any more)."""
    rater = find_by_digest(session, key_digest)
    if rater is None:
        return False
    _hand_in(session, rater, sheet)
    return True


def _hand_in(session: Session, rater: BehaviorRater, sheet: Sheet) -> None:
    """Move a sheet from its rater to a row that knows the group only."""
    lock(session, BehaviorRound, rater.assessment.round_id)  # not while it is being closed
    lock(session, BehaviorRater, rater.id)
    _expect_awaited(rater)
    areas = areas_of(session, rater.assessment.round, rater.group)
    _expect_possible(areas, sheet)
    _expect_complete(areas, sheet)
    clean = _clean(sheet)
    session.add(
        BehaviorRating(
            id=_free_id(session),
            assessment_id=rater.assessment_id,
            group=rater.group,
            levels=dict(clean.levels),
            comments=dict(clean.comments),
            overall_comment=clean.overall_comment,
            cell=None,
        )
    )
    rater.is_answered, rater.key_digest, rater.saved_at = True, None, None
    rater.levels, rater.comments, rater.overall_comment = {}, {}, ""
    session.flush()


def _free_id(session: Session) -> int:
    while True:
        ident = 1 + secrets.randbelow(2**31 - 1)
        if session.get(BehaviorRating, ident) is None:
            return ident


def _clean(sheet: Sheet) -> Sheet:
    comments = {name: text.strip()[: rules.MOST_COMMENT] for name, text in sheet.comments.items()}
    return Sheet(
        sheet.levels,
        {name: text for name, text in comments.items() if text},
        sheet.overall_comment.strip()[: rules.MOST_COMMENT],
    )


def _expect_awaited(rater: BehaviorRater) -> None:
    if not rater.may_answer:
        raise InvalidTransitionError(_("This rating is handed in, or it is no longer needed."))


def _expect_possible(areas: Sequence[Area], sheet: Sheet) -> None:
    if not rules.are_possible(areas, sheet.levels):
        raise RuleError(_("The form has no such answer."))


def _expect_complete(areas: Sequence[Area], sheet: Sheet) -> None:
    for name in rules.unanswered(areas, sheet.levels):
        raise RuleError(_("Choose an answer for every question."), field=f"level_{name}")
    if rules.is_all_unobserved(sheet.levels):
        text = _("Rate at least one area. If you saw nothing, leave the form; nothing is lost.")
        raise RuleError(text)
