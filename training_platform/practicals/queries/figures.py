"""How tasks go, for those who oversee them."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from training_platform.practicals.models import (
    PracticalAttempt,
    PracticalGrading,
)
from training_platform.practicals.rules import AttemptState, Mode

#: So many of the newest hand-ins say which checks are weak.
NEWEST = 1_000


@dataclass
class TaskFigures:
    """How a task goes: exams and how many of them were passed, and how often each check fails."""

    exams: int = 0
    passed: int = 0
    practised: int = 0
    looked_at: int = 0
    lost: Counter[str] = field(default_factory=Counter)

    @property
    def weakest(self) -> tuple[str, int] | None:
        """Return the check that is lost most often, and in how many of the attempts looked at."""
        return self.lost.most_common(1)[0] if self.lost else None


def figures_of(session: Session, practical_ids: Sequence[str]) -> Mapping[str, TaskFigures]:
    """Return the figures of tasks: counts of all attempts, checks of the newest hand-ins."""
    found: dict[str, TaskFigures] = defaultdict(TaskFigures)
    counts = session.execute(
        select(
            PracticalAttempt.practical_id,
            PracticalAttempt.mode,
            func.count(),
            func.count().filter(PracticalAttempt.is_passed.is_(True)),
        )
        .where(
            PracticalAttempt.practical_id.in_(practical_ids),
            PracticalAttempt.state == AttemptState.FINAL,
        )
        .group_by(PracticalAttempt.practical_id, PracticalAttempt.mode)
    )
    for practical_id, mode, number, passed in counts:
        if mode is Mode.EXAM:
            found[practical_id].exams, found[practical_id].passed = number, passed
        elif mode is Mode.PRACTICE:
            found[practical_id].practised = number
    gradings = session.execute(
        select(PracticalAttempt.practical_id, PracticalGrading.outcomes)
        .join(PracticalAttempt, PracticalAttempt.grading_id == PracticalGrading.id)
        .where(
            PracticalAttempt.practical_id.in_(practical_ids),
            PracticalAttempt.mode != Mode.DRILL,
        )
        .order_by(PracticalGrading.id.desc())
        .limit(NEWEST)
    )
    for practical_id, outcomes in gradings:
        found[practical_id].looked_at += 1
        found[practical_id].lost.update(
            each["check"] for each in outcomes if each["status"] in {"failed", "partly"}
        )
    return found
