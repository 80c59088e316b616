"""What is done in scoring: asked for, claimed, drafted, submitted, resolved."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from training_platform.assessment.events import ScoringFinished
from training_platform.assessment.rubrics import rules
from training_platform.assessment.rubrics.models import Rating, Rubric, Scoring
from training_platform.assessment.rubrics.rules import Criterion, ScoringState
from training_platform.content.queries import revision_data
from training_platform.core import audit, clock
from training_platform.core.db import expect_version
from training_platform.core.errors import InvalidTransitionError, NotFoundError, RuleError
from training_platform.core.events import emit
from training_platform.core.permissions import Permission, Person, Right, authorize, may
from training_platform.notices import services as notices
from training_platform.people.models import Employee


def _(text: str) -> str:
    """Mark a text for the catalogs."""
    return text


MOST_TEXT = 4000


@dataclass(frozen=True)
class Subject:
    """What a scoring belongs to: kind and id in the package that asks, and the part of it."""

    kind: str
    id: int
    check: str


@dataclass(frozen=True)
class Sheet:
    """What a rater has filled in so far."""

    levels: Mapping[str, int]
    comments: Mapping[str, str] = field(default_factory=dict)
    overall_comment: str = ""


def open_scoring(  # noqa: PLR0917  # one piece of work, told in full
    session: Session,
    subject: Subject,
    employee_id: int,
    rubric_slug: str,
    material: str,
    most_points: int,
    raters: int = 1,
) -> Scoring:
    """Ask people to score a piece of work; the rubric is pinned as it is now.

    Once per subject: a second call returns what stands. Raises NotFoundError for an unknown
    rubric, and ValueError for a number of raters that makes no sense.
    """
    if not 1 <= raters <= rules.MOST_RATERS:
        raise ValueError(f"{raters} raters")
    found = session.scalars(select(Scoring).where(*_belongs_to(subject))).one_or_none()
    if found is not None:
        return found
    rubric = session.get(Rubric, rubric_slug)
    if rubric is None:
        raise NotFoundError
    scoring = Scoring(
        subject_kind=subject.kind,
        subject_id=subject.id,
        check_key=subject.check,
        employee_id=employee_id,
        department_id=session.get_one(Employee, employee_id).department_id,
        rubric_id=rubric.id,
        revision_id=rubric.revision_id,
        material=material,
        most_points=most_points,
        raters_wanted=raters,
        state=ScoringState.OPEN,
        created_at=clock.now(),
    )
    session.add(scoring)
    session.flush()
    return scoring


def claim(session: Session, scoring_id: int, actor: Person) -> Rating:
    """Take a seat at a scoring; whoever has one keeps it.

    Raises NotFoundError for an unknown scoring, NotPermittedError for one's own work, and
    InvalidTransitionError where no seat is left: of two who take the last one, one is refused.
    """
    scoring = _locked(session, scoring_id)
    authorize(actor, scoring, Permission.SCORING_RATE)
    own = own_rating(scoring, actor)
    if own is not None:
        return own
    taken = {each.seat for each in scoring.ratings}
    free = [seat for seat in range(1, scoring.raters_wanted + 1) if seat not in taken]
    if not free or actor.id is None:
        raise InvalidTransitionError(_("Others have taken this already."))
    rating = Rating(seat=free[0], rater_id=actor.id, levels={}, comments={}, claimed_at=clock.now())
    scoring.ratings.append(rating)
    scoring.state = ScoringState.IN_SCORING
    session.flush()
    audit.record(session, actor, "assessment.claim_scoring", scoring)
    return rating


def claim_many(session: Session, scoring_ids: Iterable[int], actor: Person) -> int:
    """Take a seat at each scoring that has one left; return at how many the actor now sits.

    Work of one's own and what others took meanwhile is left out. In one order, so that two who
    claim the same rows wait for each other instead of blocking each other.
    """
    count = 0
    for ident in sorted(set(scoring_ids)):
        found = session.get(Scoring, ident)
        if found is None or not may(actor, found, Permission.SCORING_RATE):
            continue
        try:
            claim(session, ident, actor)
        except InvalidTransitionError:
            continue
        count += 1
    return count


def withdraw_claim(session: Session, scoring_id: int, actor: Person) -> None:
    """Give a seat back, and what was drafted with it; raise where it was submitted already."""
    scoring, rating = _own_draft(session, scoring_id, actor)
    scoring.ratings.remove(rating)
    if not scoring.ratings:
        scoring.state = ScoringState.OPEN
    session.flush()
    audit.record(session, actor, "assessment.withdraw_claim", scoring)


def save_draft(
    session: Session, scoring_id: int, actor: Person, sheet: Sheet, *, expected_version: int
) -> Rating:
    """Keep what was filled in so far; nobody else sees it.

    Raises ConflictError where another window saved meanwhile, RuleError for levels that the rubric
    does not have, and InvalidTransitionError once it is submitted.
    """
    scoring, rating = _own_draft(session, scoring_id, actor)
    expect_version(rating, expected_version)
    _fill_in(rating, sheet, criteria(session, scoring))
    session.flush()
    return rating


def submit_rating(
    session: Session, scoring_id: int, actor: Person, sheet: Sheet, *, expected_version: int
) -> Scoring:
    """Hand in a rating; the last one wanted ends the scoring, or shows that raters disagree.

    Raises as save_draft does, and RuleError while a criterion has no level.
    """
    scoring, rating = _own_draft(session, scoring_id, actor)
    expect_version(rating, expected_version)
    known = criteria(session, scoring)
    _expect_complete(known, sheet.levels)
    _fill_in(rating, sheet, known)
    rating.submitted_at = clock.now()
    audit.record(session, actor, "assessment.submit_rating", scoring)
    sheets = [each.levels for each in scoring.ratings if each.is_submitted]
    state = rules.state_after(known, sheets, scoring.raters_wanted, len(scoring.ratings))
    if state is ScoringState.FINAL:
        _finish(session, scoring, rules.mean_share(known, sheets))
    elif state is ScoringState.DISAGREED:
        _call_for_decision(session, scoring)
    session.flush()
    return scoring


def resolve(
    session: Session,
    scoring_id: int,
    actor: Person,
    levels: rules.Levels,
    reason: str,
    *,
    expected_version: int,
) -> None:
    """Decide where raters disagree, by name and with a reason; raters may not.

    Raises ConflictError where somebody else decided meanwhile, InvalidTransitionError where nobody
    disagrees, NotPermittedError, and RuleError without a reason or with levels missing.
    """
    scoring = _locked(session, scoring_id)
    expect_version(scoring, expected_version)
    authorize(actor, scoring, Permission.SCORING_RESOLVE)
    if scoring.state is not ScoringState.DISAGREED:
        raise InvalidTransitionError
    known = criteria(session, scoring)
    _expect_possible(known, levels)
    _expect_complete(known, levels)
    if not reason.strip():
        raise RuleError(_("Give a reason."), field="reason")
    scoring.resolved_levels = dict(levels)
    scoring.resolved_by_id, scoring.resolve_reason = actor.id, reason.strip()[:MOST_TEXT]
    _finish(session, scoring, rules.share_of(known, levels))
    session.flush()
    audit.record(session, actor, "assessment.resolve_scoring", scoring)


def own_rating(scoring: Scoring, actor: Person) -> Rating | None:
    """Return the actor's rating of this scoring."""
    return next((each for each in scoring.ratings if each.rater_id == actor.id), None)


def criteria(session: Session, scoring: Scoring) -> tuple[Criterion, ...]:
    """Return the criteria of the rubric as it was pinned."""
    return rules.criteria_of(revision_data(session, scoring.revision_id))


def _belongs_to(subject: Subject) -> tuple[ColumnElement[bool], ...]:
    return (
        Scoring.subject_kind == subject.kind,
        Scoring.subject_id == subject.id,
        Scoring.check_key == subject.check,
    )


def _locked(session: Session, scoring_id: int) -> Scoring:
    """Fetch a scoring as it is now, and keep others from changing it until the transaction ends.

    Not by core's lock(): that refuses a row that changed since the page loaded it, and here several
    raters work on one row without being in each other's way.
    """
    held = session.scalar(select(Scoring.id).where(Scoring.id == scoring_id).with_for_update())
    if held is None:
        raise NotFoundError
    fresh = {"populate_existing": True}
    session.scalars(select(Rating).where(Rating.scoring_id == held), execution_options=fresh).all()
    scoring = session.get_one(Scoring, held)
    session.refresh(scoring)
    session.expire(scoring, ["ratings"])
    return scoring


def _own_draft(session: Session, scoring_id: int, actor: Person) -> tuple[Scoring, Rating]:
    scoring = _locked(session, scoring_id)
    authorize(actor, scoring, Permission.SCORING_RATE)
    rating = own_rating(scoring, actor)
    if rating is None or rating.is_submitted:
        raise InvalidTransitionError
    return scoring, rating


def _fill_in(rating: Rating, sheet: Sheet, known: tuple[Criterion, ...]) -> None:
    _expect_possible(known, sheet.levels)
    names = {each.id for each in known}
    rating.levels = dict(sheet.levels)
    rating.comments = {
        name: text.strip()[:MOST_TEXT]
        for name, text in sheet.comments.items()
        if name in names and text.strip()
    }
    rating.overall_comment = sheet.overall_comment.strip()[:MOST_TEXT]
    rating.saved_at = clock.now()


def _expect_possible(known: tuple[Criterion, ...], levels: rules.Levels) -> None:
    if not rules.are_possible(known, levels):
        raise RuleError(_("The rubric has no such level."))


def _expect_complete(known: tuple[Criterion, ...], levels: rules.Levels) -> None:
    for name in rules.missing(known, levels):
        raise RuleError(_("Choose a level for every criterion."), field=f"level_{name}")


def _call_for_decision(session: Session, scoring: Scoring) -> None:
    """Tell the trainers that raters disagree, so that one who has not rated decides."""
    scoring.state = ScoringState.DISAGREED
    notices.notify_holders(
        session,
        Right.TRAINER,
        "scoring_disagreed",
        key=f"assessment:scoring:{scoring.id}:disagreed",
        href=f"/scoring/{scoring.id}",
        title=scoring.rubric.title,
        name=scoring.employee.name,
    )


def _finish(session: Session, scoring: Scoring, share: object) -> None:
    scoring.state, scoring.final_share = ScoringState.FINAL, str(share)
    scoring.finished_at = clock.now()
    emit(
        session,
        ScoringFinished(
            scoring.id,
            scoring.subject_kind,
            scoring.subject_id,
            scoring.check_key,
            scoring.employee_id,
        ),
    )
