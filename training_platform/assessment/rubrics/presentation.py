"""What pages show of a scoring: the levels with their anchors, side by side or as a result."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from sqlalchemy.orm import Session

from training_platform.assessment.rubrics import rules
from training_platform.assessment.rubrics.models import Rating, Scoring
from training_platform.assessment.rubrics.queries import scorings_of
from training_platform.assessment.rubrics.rules import ScoringState
from training_platform.content.queries import revision_data
from training_platform.core.i18n import pick
from training_platform.core.permissions import Person


@dataclass(frozen=True)
class Reached:
    """One level that somebody gave for one criterion."""

    level: int
    anchor: str
    comment: str


@dataclass(frozen=True)
class Line:
    """One criterion with what was given for it: one entry for each rating shown."""

    title: str
    weight: int
    top_level: int
    given: Sequence[Reached]
    is_apart: bool = False

    @property
    def distinct(self) -> list[Reached]:
        """Return the different levels, lowest first."""
        found = {each.level: each for each in self.given}
        return [found[level] for level in sorted(found)]

    @property
    def comments(self) -> list[str]:
        """Return what raters wrote about the criterion."""
        return [each.comment for each in self.given if each.comment]


@dataclass(frozen=True)
class Scored:
    """A scored rubric as the trainee sees it; names are for trainers only."""

    title: str
    lines: Sequence[Line]
    comments: Sequence[str]
    decision: str
    share: Fraction
    most_points: int
    raters: Sequence[str]
    decider: str

    @property
    def points(self) -> str:
        """Return the points reached, with one place at most."""
        return points_text(self.share * self.most_points)


def points_text(points: Fraction) -> str:
    """Return points as people read them: 17.5, 20."""
    return f"{float(points):.1f}".removesuffix(".0")


def visible_ratings(scoring: Scoring, person: Person) -> list[Rating]:
    """Return the ratings that a person may see now.

    Nobody sees another's before having submitted her own; all are seen once none is missing.
    """
    submitted = [each for each in scoring.ratings if each.is_submitted]
    is_over = scoring.state in {ScoringState.DISAGREED, ScoringState.FINAL}
    has_submitted = any(each.rater_id == person.id for each in submitted)
    return submitted if is_over or has_submitted else []


def comparison(session: Session, scoring: Scoring, ratings: Sequence[Rating]) -> list[Line]:
    """Return each criterion with the levels of these ratings side by side."""
    rubric = revision_data(session, scoring.revision_id)
    known = rules.criteria_of(rubric)
    sheets = [each.levels for each in ratings]
    apart = rules.criteria_apart(known, sheets) if sheets else []
    return [_line(each, ratings, is_apart=each["id"] in apart) for each in rubric["criteria"]]


def scored_view(session: Session, scoring: Scoring) -> Scored | None:
    """Return the scored rubric; None until it is final."""
    share = scoring.share
    if share is None:
        return None
    rubric = revision_data(session, scoring.revision_id)
    lines = [
        _line(each, scoring.ratings, decided=scoring.resolved_levels) for each in rubric["criteria"]
    ]
    return Scored(
        title=pick(rubric["title"]),
        lines=lines,
        comments=[each.overall_comment for each in scoring.ratings if each.overall_comment],
        decision=scoring.resolve_reason or "",
        share=share,
        most_points=scoring.most_points,
        raters=[each.rater.name for each in scoring.ratings],
        decider=scoring.resolved_by.name if scoring.resolved_by else "",
    )


def scored_views(session: Session, kind: str, ident: int) -> dict[str, Scored]:
    """Return the scored rubrics of something by check, for a result page; final ones only."""
    views = {
        each.check_key: scored_view(session, each) for each in scorings_of(session, kind, ident)
    }
    return {check: view for check, view in views.items() if view is not None}


def _line(
    criterion: Mapping[str, Any],
    ratings: Iterable[Rating],
    *,
    is_apart: bool = False,
    decided: Mapping[str, int] | None = None,
) -> Line:
    name = criterion["id"]
    given = [
        _reached(criterion, (decided or each.levels)[name], each.comments.get(name, ""))
        for each in ratings
    ]
    top = len(criterion["levels"]) - 1
    return Line(pick(criterion["title"]), criterion["weight"], top, given, is_apart)


def _reached(criterion: Mapping[str, Any], level: int, comment: str) -> Reached:
    return Reached(level, pick(criterion["levels"][level]), comment)
