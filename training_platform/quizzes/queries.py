"""Selects for the pages of quizzes; no writes. Hot statements stand here once, columns only."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, String, bindparam, case, cast, func, literal, or_, select
from sqlalchemy.orm import Session

from training_platform.assessment.parts import ALONE
from training_platform.assessment.queries import ladder_rungs
from training_platform.assessment.rules import (
    NextStep,
    Rung,
    RungAction,
    StepAction,
    next_step,
    rung_after,
)
from training_platform.content.models import ContentItem
from training_platform.content.queries import revisions_data
from training_platform.core import clock
from training_platform.core.db import fetch
from training_platform.core.search import words
from training_platform.core.text import like_pattern
from training_platform.people.models import Employee
from training_platform.quizzes.models import (
    Attempt,
    AttemptReopening,
    AttemptState,
    AttemptStep,
    Paper,
    PaperReopening,
)
from training_platform.quizzes.rules import SELF_TEST, Progress, add_up
from training_platform.records.models import TrainingRecord

Rungs = tuple[Rung, ...]

_ATTEMPT = select(
    Attempt.id,
    Attempt.token,
    Attempt.paper_id,
    Attempt.paper_revision_id,
    Attempt.employee_id,
    Attempt.number,
    Attempt.layout,
    Attempt.started_at,
    Attempt.deadline_at,
    Attempt.state,
    Attempt.submitted_at,
    Attempt.writer,
    Attempt.part_of,
    Attempt.is_sealed,
).where(Attempt.token == bindparam("token"))
_ATTEMPT_LOCKED = _ATTEMPT.with_for_update()
_STEPS = (
    select(AttemptStep.kind, AttemptStep.position, AttemptStep.value, AttemptStep.happened_at)
    .where(AttemptStep.attempt_id == bindparam("attempt_id"))
    .order_by(AttemptStep.id)
)
_COUNTS_FROM = (
    select(func.max(PaperReopening.opened_at))
    .where(
        PaperReopening.employee_id == Attempt.employee_id,
        PaperReopening.paper_id == Attempt.paper_id,
    )
    .correlate(Attempt)
    .scalar_subquery()
    .label("counts_from")
)
_MINE = (
    select(
        Attempt.id,
        Attempt.token,
        Attempt.paper_id,
        Attempt.number,
        Attempt.state,
        Attempt.started_at,
        Attempt.deadline_at,
        Attempt.submitted_at,
        Attempt.percent,
        Attempt.is_passed,
        Attempt.is_distinction,
        Attempt.layout,
        Attempt.part_of,
        AttemptReopening.opened_at.label("reopened_at"),
        _COUNTS_FROM,
    )
    .outerjoin(AttemptReopening, AttemptReopening.attempt_id == Attempt.id)
    .where(
        Attempt.employee_id == bindparam("employee_id"),
        Attempt.paper_id.in_(bindparam("paper_ids", expanding=True)),
    )
    .order_by(Attempt.number)
)
_COURSES = select(ContentItem.slug, ContentItem.current_revision_id).where(
    ContentItem.kind == "course",
    ContentItem.slug.in_(bindparam("slugs", expanding=True)),
    ContentItem.current_revision_id.is_not(None),
)
_HAS_CASE = (
    select(TrainingRecord.id)
    .where(
        TrainingRecord.source == literal("quizzes:attempt:") + cast(Attempt.id, String) + ":hr_case"
    )
    .exists()
)


@dataclass(frozen=True)
class Standing:
    """Where somebody stands with a paper."""

    step: NextStep
    rungs: Rungs
    #: Those that stand alone; parts of exams say nothing about the paper's own standing.
    attempts: Sequence[Row[Any]] = field(default_factory=list)
    parts: Sequence[Row[Any]] = field(default_factory=list)
    #: Those from before the paper was opened anew: history, they open and close nothing.
    earlier: Sequence[Row[Any]] = field(default_factory=list)

    @property
    def open_attempt(self) -> Row[Any] | None:
        """Return the attempt that is in progress."""
        running = [each for each in self.attempts if each.state is AttemptState.IN_PROGRESS]
        return running[0] if running else None

    @property
    def passed(self) -> Row[Any] | None:
        """Return the best passed attempt."""
        passed = [each for each in self.attempts if each.is_passed]
        return max(passed, key=lambda each: each.percent, default=None)

    @property
    def fail_count(self) -> int:
        """Return how many attempts failed."""
        return sum(each.is_passed is False for each in self.attempts)


def find_attempt(session: Session, token: str, *, lock: bool = False) -> Row[Any] | None:
    """Return the columns of an attempt; with lock, nobody changes it until the commit."""
    return fetch(session, _ATTEMPT_LOCKED if lock else _ATTEMPT, {"token": token}).first()


def progress_of(session: Session, attempt_id: int) -> Progress:
    """Return what the steps of an attempt add up to."""
    return add_up(fetch(session, _STEPS, {"attempt_id": attempt_id}))


def attempts_of(
    session: Session, employee_id: int, paper_ids: Sequence[str]
) -> Mapping[str, list[Row[Any]]]:
    """Return somebody's attempts at these papers, first to last, by paper."""
    found: dict[str, list[Row[Any]]] = defaultdict(list)
    if not paper_ids:
        return found
    rows: Iterable[Row[Any]] = fetch(
        session, _MINE, {"employee_id": employee_id, "paper_ids": list(paper_ids)}
    )
    for row in rows:
        found[row.paper_id].append(row)
    return found


def standings(session: Session, employee_id: int, papers: Sequence[Any]) -> dict[str, Standing]:
    """Return where somebody stands with each of these papers, in a few statements for all."""
    attempts = attempts_of(session, employee_id, [paper.id for paper in papers])
    ladders = {each: ladder_rungs(session, each) for each in {paper.ladder_id for paper in papers}}
    return {
        paper.id: _standing(
            session, employee_id, paper, attempts.get(paper.id, []), ladders[paper.ladder_id]
        )
        for paper in papers
    }


def standing_of(session: Session, employee_id: int, paper: Any) -> Standing:
    """Return where somebody stands with one paper."""
    return standings(session, employee_id, [paper])[paper.id]


def _standing(
    session: Session, employee_id: int, paper: Any, attempts: list[Row[Any]], rungs: Rungs
) -> Standing:
    now = clock.now()
    parts = [each for each in attempts if each.part_of]
    alone = [each for each in attempts if not each.part_of]
    attempts = [each for each in alone if not _is_earlier(each)]
    earlier = [each for each in alone if _is_earlier(each)]
    if paper.kind == SELF_TEST:
        return Standing(next_step(rungs, [], now), rungs, attempts, parts, earlier)
    fails = [each.submitted_at for each in attempts if each.is_passed is False]
    passed = any(each.is_passed for each in attempts)
    retrained_at = None
    if fails and not passed and rung_after(rungs, len(fails)).action is RungAction.RETRAINING:
        retrained_at = relearned_at(session, employee_id, paper.course_id, max(fails))
    reopened = [each.reopened_at for each in attempts if each.reopened_at]
    step = next_step(
        rungs,
        fails,
        now,
        passed=passed,
        retrained_at=retrained_at,
        reopened_at=max(reopened, default=None),
    )
    if step.action is StepAction.RETRAINING and not paper.course_id:
        step = replace(step, action=StepAction.HR_CASE)  # there are no lessons to go through
    return Standing(step, rungs, attempts, parts, earlier)


def _is_earlier(attempt: Row[Any]) -> bool:
    """Tell whether an attempt was over before the paper was opened anew."""
    since, ended_at = attempt.counts_from, attempt.submitted_at
    return since is not None and ended_at is not None and bool(ended_at < since)


def relearned_at(
    session: Session, employee_id: int, course_id: str | None, since: datetime
) -> datetime | None:
    """Return when the last lesson of a course was finished again after a fail; None if not all."""
    lessons = lesson_titles(session, [course_id]).keys() if course_id else set()
    if not lessons:
        return None
    rows = session.execute(
        select(TrainingRecord.subject, func.max(TrainingRecord.happened_at))
        .where(
            TrainingRecord.employee_id == employee_id,
            TrainingRecord.kind == "lesson_finished",
            TrainingRecord.subject.in_(sorted(lessons)),
            TrainingRecord.happened_at > since,
        )
        .group_by(TrainingRecord.subject)
    ).all()
    return max(row[1] for row in rows) if len(rows) == len(lessons) else None


def lesson_titles(session: Session, courses: Iterable[str]) -> dict[str, dict[str, str]]:
    """Return the lessons of courses with their titles, by id (<course>/<lesson>)."""
    rows = fetch(session, _COURSES, {"slugs": sorted(set(courses))}).all()
    known = revisions_data(session, [row.current_revision_id for row in rows])
    return {
        f"{row.slug}/{lesson['slug']}": {
            code: text["title"] for code, text in lesson.get("texts", {}).items()
        }
        for row in rows
        for lesson in known[row.current_revision_id].get("lessons", ())
    }


def papers(text: str = "", first: Sequence[str] = ()) -> Select[Any]:
    """Return the select of papers that can be taken: those of the first courses, then by id."""
    statement = select(
        Paper.id,
        Paper.title,
        Paper.summary,
        Paper.kind,
        Paper.course_id,
        Paper.minutes,
        Paper.pass_percent,
        Paper.ladder_id,
        Paper.question_count,
    ).where(Paper.is_withdrawn.is_(False))
    for word in words(text):
        pattern = like_pattern(word)
        texts = (Paper.title["zh"].as_string(), Paper.title["en"].as_string(), Paper.id)
        statement = statement.where(
            or_(*(func.lower(each).like(pattern, escape="\\") for each in texts))
        )
    if first:
        places = {course_id: place for place, course_id in enumerate(first)}
        statement = statement.order_by(case(places, value=Paper.course_id, else_=len(first)))
    return statement.order_by(Paper.id)


def waiting_for_retraining(text: str = "") -> Select[Any]:
    """Return the select of last failed attempts, after which HR may open another one.

    Whoever has a case for HR and since then neither began another attempt nor got one opened.
    """
    later = Attempt.__table__.alias("later")
    statement = (
        select(
            Attempt.id,
            Attempt.token,
            Attempt.number,
            Attempt.percent,
            Attempt.submitted_at,
            Paper.title,
            Employee.id.label("employee_id"),
            Employee.name,
            Employee.staff_number,
        )
        .join(Paper, Paper.id == Attempt.paper_id)
        .join(Employee, Employee.id == Attempt.employee_id)
        .outerjoin(AttemptReopening, AttemptReopening.attempt_id == Attempt.id)
        .outerjoin(
            later,
            (later.c.employee_id == Attempt.employee_id)
            & (later.c.paper_id == Attempt.paper_id)
            & (later.c.part_of == ALONE)
            & (later.c.number > Attempt.number),
        )
        .where(
            Attempt.is_passed.is_(False),
            Attempt.part_of == ALONE,
            _HAS_CASE,
            AttemptReopening.id.is_(None),
            later.c.id.is_(None),
        )
        .order_by(Attempt.submitted_at, Attempt.id)
    )
    for word in words(text):
        statement = statement.where(Employee.search_text.like(like_pattern(word), escape="\\"))
    return statement
