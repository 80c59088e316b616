"""A result as its page shows it: columns side by side, comments, and one thing to try next."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from sqlalchemy.orm import Session

from training_platform.core.i18n import pick
from training_platform.core.permissions import Person
from training_platform.evaluation.behavior import anonymity, queries
from training_platform.evaluation.behavior.anonymity import Column, Shown
from training_platform.evaluation.behavior.models import BehaviorAssessment
from training_platform.evaluation.behavior.rules import Group
from training_platform.evaluation.behavior.texts import COLUMNS

#: From here on self and others see different things, in levels.
APART = Fraction(3, 4)
HINTS = 3


@dataclass(frozen=True)
class Bar:
    """One column's figure for an area, as a level from 1."""

    name: str
    level: float
    count: int | None
    spread: Sequence[int]


@dataclass(frozen=True)
class Remarks:
    """What one column wrote; in an order that says nothing."""

    name: str
    texts: Sequence[str]


@dataclass(frozen=True)
class AreaView:
    """One area: bars side by side, the level that others see in words, the comments."""

    id: str
    title: str
    bars: Sequence[Bar]
    others: float | None
    anchor: str
    #: Self minus others in levels where they lie apart, else 0.
    gap: float
    remarks: Sequence[Remarks]


@dataclass(frozen=True)
class Hint:
    """One thing to try next: the weakest area, what the next level looks like, lessons."""

    area: str
    anchor: str
    is_top: bool
    lessons: Sequence[tuple[str, dict[str, str]]]


@dataclass(frozen=True)
class ResultView:
    """A whole result."""

    areas: Sequence[AreaView]
    remarks: Sequence[Remarks]
    hidden: Sequence[str]
    counts: Sequence[tuple[str, int | None]]
    top: int
    hint: Hint | None

    @property
    def has_figures(self) -> bool:
        """Tell that there is anything to see beside the person's own view."""
        return any(each.others is not None for each in self.areas)


def result_view(session: Session, assessment: BehaviorAssessment, viewer: Person) -> ResultView:
    """Return what somebody may see of a result now."""
    found = assessment.round
    form = queries.form_of(session, found, Group.COLLEAGUE)
    shown = anonymity.shown_result(
        {group: queries.areas_of(session, found, group) for group in Group},
        [queries.given_of(each) for each in queries.rating_rows(session, assessment.id)],
        {each.group for each in assessment.raters},
        queries.groups_rated_by(session, assessment.id, viewer.id) if viewer.id else (),
    )
    areas = [_area(each, shown) for each in form["criteria"]]
    return ResultView(
        areas=areas,
        remarks=_remarks(shown.columns, None),
        hidden=[str(COLUMNS[each.value]) for each in shown.hidden],
        counts=[(str(COLUMNS[each.key]), each.count) for each in shown.columns],
        top=max(len(each["levels"]) for each in form["criteria"]),
        hint=_hint(session, form["criteria"], shown),
    )


def _area(criterion: Mapping[str, Any], shown: Shown) -> AreaView:
    area, top = criterion["id"], len(criterion["levels"]) - 1
    bars = [
        Bar(
            str(COLUMNS[each.key]),
            level_of(each.figures[area].share, top),
            each.figures[area].count,
            each.figures[area].spread,
        )
        for each in shown.columns
        if area in each.figures
    ]
    others = shown.of_others(area)
    own = next((each for each in shown.columns if each.key == Group.SELF), None)
    gap = Fraction(0)
    if own is not None and others is not None and area in own.figures:
        gap = (own.figures[area].share - others) * top
    return AreaView(
        id=area,
        title=pick(criterion["title"]),
        bars=bars,
        others=None if others is None else level_of(others, top),
        anchor="" if others is None else pick(criterion["levels"][_nearest(others, top)]),
        gap=float(gap) if abs(gap) >= APART else 0.0,
        remarks=_remarks(shown.columns, area),
    )


def level_of(share: Fraction, top: int) -> float:
    """Return a share as a level that counts from 1."""
    return float(1 + share * top)


def _nearest(share: Fraction, top: int) -> int:
    return int(share * top + Fraction(1, 2))


def _remarks(columns: Sequence[Column], area: str | None) -> list[Remarks]:
    texts = (
        (each.key, each.overall_comments if area is None else each.comments.get(area, ()))
        for each in columns
    )
    return [Remarks(str(COLUMNS[key]), said) for key, said in texts if said]


def _hint(session: Session, criteria: Sequence[Mapping[str, Any]], shown: Shown) -> Hint | None:
    """Return what to try next: the weakest area as others see it, one level further."""
    seen = [
        (share, each) for each in criteria if (share := shown.of_others(each["id"])) is not None
    ]
    if not seen:
        return None
    share, weakest = min(seen, key=lambda pair: pair[0])
    top = len(weakest["levels"]) - 1
    level = min(int(share * top) + 1, top)
    return Hint(
        area=pick(weakest["title"]),
        anchor=pick(weakest["levels"][level]),
        is_top=share == 1,
        lessons=queries.lessons_for(session, weakest["id"], HINTS),
    )
