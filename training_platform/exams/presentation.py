"""What pages show of the parts of an exam and of a sitting."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy.orm import Session

from training_platform.exams import engines
from training_platform.exams.content_kinds import source_of
from training_platform.exams.models import Exam, ExamPart, ExamSitting
from training_platform.exams.rules import PartKind, PartState, SittingState


@dataclass(frozen=True)
class Source:
    """One part of an exam as its page names it before it begins."""

    kind: PartKind
    title: dict[str, Any]
    minutes: int
    weight: int
    minimum: int | None


@dataclass(frozen=True)
class Line:
    """One part of a sitting: where it stands, where it leads, and once all is over its share."""

    part: ExamPart
    state: PartState
    href: str | None
    #: Two places; None while nothing may be said, or it is not graded.
    percent: Decimal | None
    adds: Decimal | None

    @property
    def is_next(self) -> bool:
        """Tell whether the part can be opened now."""
        return self.state is PartState.NEXT

    @property
    def is_running(self) -> bool:
        """Tell whether the part takes work now."""
        return self.state is PartState.RUNNING


def sources_of(session: Session, exam: Exam) -> Sequence[Source]:
    """Return the parts of an exam with the titles that their papers and tasks have now."""
    sources = [source_of(part) for part in exam.parts]
    titles = engines.titles(session, sources)
    return [
        Source(kind, titles[kind, slug], part["minutes"], part["weight"], part.get("minimum"))
        for part, (kind, slug) in zip(exam.parts, sources, strict=True)
    ]


def lines_of(session: Session, sitting: ExamSitting, now: datetime) -> Sequence[Line]:
    """Return the parts of a sitting. Nothing of what they are worth before the whole is over."""
    found = engines.standings(session, sitting.parts)
    is_open = sitting.state is SittingState.IN_PROGRESS and now <= sitting.deadline_at
    is_told = sitting.state is not SittingState.IN_PROGRESS
    lines: list[Line] = []
    is_busy = False
    for part in sitting.parts:
        state = _state(part, now, can_open=is_open and not is_busy, is_open=is_open)
        is_busy |= state in {PartState.RUNNING, PartState.NEXT}
        standing = found.get(part.id)
        is_known = is_told and (standing is None or standing.is_graded)
        lines.append(
            Line(
                part,
                state,
                _href(part, standing, state, is_told=is_told),
                part.score.percent if is_known else None,
                part.score.percent * part.weight / 100 if is_known else None,
            )
        )
    return lines


def _state(part: ExamPart, now: datetime, *, can_open: bool, is_open: bool) -> PartState:
    if part.closed_at is not None:
        return PartState.CLOSED
    if part.attempt_id is not None:
        is_late = part.deadline_at is not None and now > part.deadline_at
        return PartState.OVER if is_late else PartState.RUNNING
    if not is_open:
        return PartState.MISSED
    return PartState.NEXT if can_open else PartState.WAITING


def _href(
    part: ExamPart, standing: engines.Standing | None, state: PartState, *, is_told: bool
) -> str | None:
    if standing is None or (state is PartState.CLOSED and not is_told):
        return None
    return _address(part, standing.token, is_result=is_told)


def address_of(session: Session, part: ExamPart) -> str:
    """Return the page on which a part that was opened is taken."""
    return _address(part, engines.standings(session, [part])[part.id].token, is_result=False)


def _address(part: ExamPart, token: str, *, is_result: bool) -> str:
    area = "quizzes" if part.kind is PartKind.PAPER else "practicals"
    return f"/{area}/attempts/{token}" + ("/result" if is_result else "")
