"""Which checks somebody is weak at, from practical attempts that are graded and over."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from training_platform.coaching.rules import Seen, WeakCheck, weak_checks
from training_platform.content.queries import revisions_data
from training_platform.core import clock
from training_platform.practicals.models import Practical, PracticalAttempt, PracticalGrading
from training_platform.practicals.rules import AttemptState, Mode

#: What lies further back says nothing about today.
SINCE = timedelta(days=365)
#: So many of the newest attempts of the people asked for.
NEWEST = 1_500
#: What says something about the person; the others were not assessed, or wait.
_TOLD = frozenset({"passed", "partly", "failed"})


@dataclass(frozen=True)
class Weakness:
    """A weak check as pages show it: names in both languages, points as printed, where it leads."""

    found: WeakCheck
    check: Mapping[str, str]
    practical: Mapping[str, str]
    lesson: str | None

    @property
    def topic(self) -> dict[str, str]:
        """Return what a one-to-one about it is called."""
        return {
            code: f"{self.practical[code]}{colon}{self.check[code]}"
            for code, colon in (("zh", "："), ("en", ": "))
        }

    @property
    def key(self) -> str:
        """Return what names it in a form."""
        return f"{self.found.practical_id}:{self.found.check}"

    @property
    def lost(self) -> str:
        """Return the points that were lost, as they are printed."""
        return _printed(self.found.lost)

    @property
    def most(self) -> str:
        """Return the points that the check is worth."""
        return _printed(self.found.most)


def weaknesses_of(
    session: Session, employee_ids: Sequence[int], most: int = 3
) -> dict[int, list[Weakness]]:
    """Return the weakest checks of each of these people, in two or three statements for all.

    Attempts that run, or whose grading is not final, say nothing: an exam tells no coach anything
    before it was handed in and graded.
    """
    if not employee_ids:
        return {}
    seen = _seen(session, employee_ids)
    chosen = {employee_id: weak_checks(each)[:most] for employee_id, each in seen.items()}
    tasks = _tasks(session, [one for each in chosen.values() for one in each])
    return {
        employee_id: [_named(one, tasks[one.revision_id]) for one in each]
        for employee_id, each in chosen.items()
    }


def last_practice(session: Session, employee_ids: Sequence[int]) -> dict[int, datetime]:
    """Return when each of these people last handed in something."""
    rows = session.execute(
        select(PracticalAttempt.employee_id, func.max(PracticalAttempt.submitted_at))
        .where(
            PracticalAttempt.employee_id.in_(employee_ids),
            PracticalAttempt.submitted_at.is_not(None),
        )
        .group_by(PracticalAttempt.employee_id)
    )
    return {row[0]: row[1] for row in rows if row[1] is not None}


def _seen(session: Session, employee_ids: Sequence[int]) -> Mapping[int, list[Seen]]:
    rows = session.execute(
        select(
            PracticalAttempt.employee_id,
            PracticalAttempt.practical_id,
            PracticalAttempt.mode,
            PracticalAttempt.focus,
            PracticalAttempt.token,
            PracticalAttempt.submitted_at,
            PracticalGrading.revision_id,
            PracticalGrading.outcomes,
        )
        .join(PracticalGrading, PracticalGrading.id == PracticalAttempt.grading_id)
        .join(Practical, Practical.id == PracticalAttempt.practical_id)
        .where(
            PracticalAttempt.employee_id.in_(employee_ids),
            PracticalAttempt.state == AttemptState.FINAL,
            PracticalAttempt.submitted_at >= clock.now() - SINCE,
            Practical.is_withdrawn.is_(False),
        )
        .order_by(PracticalAttempt.submitted_at.desc())
        .limit(NEWEST)
    )
    found: dict[int, list[Seen]] = defaultdict(list)
    for row in rows:
        found[row.employee_id] += _of_attempt(row)
    return found


def _of_attempt(row: Any) -> list[Seen]:
    is_drill = row.mode is Mode.DRILL
    return [
        Seen(
            row.practical_id,
            each["check"],
            Fraction(each["points"]) / Fraction(each["most"]),
            None if is_drill else Fraction(each["most"]),
            row.submitted_at,
            row.token,
            row.revision_id,
        )
        for each in row.outcomes
        if each["status"] in _TOLD
        and Fraction(each["most"]) > 0
        and (not is_drill or each["check"] == row.focus)
    ]


def _tasks(session: Session, weak: Sequence[WeakCheck]) -> dict[int, dict[str, Any]]:
    known = revisions_data(session, {each.revision_id for each in weak}) if weak else {}
    return {ident: data["task"] for ident, data in known.items()}


def _named(weak: WeakCheck, task: Mapping[str, Any]) -> Weakness:
    check = next(each for each in task["checks"] if each["id"] == weak.check)
    return Weakness(weak, check["title"], task["title"], check.get("lesson"))


def _printed(points: Fraction) -> str:
    return f"{float(points):.2f}".rstrip("0").rstrip(".")
