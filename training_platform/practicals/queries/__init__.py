"""Selects for the pages of practical tasks; no writes."""

from training_platform.practicals.queries.attempts import (
    attempt_by_token,
    attempt_in,
    attempts_at,
    held_attempts,
    own_attempts,
    running_attempt,
    waiting_for_grading,
)
from training_platform.practicals.queries.catalog import (
    courses_with_tasks,
    next_tasks,
    open_attempts,
    practicals,
    tasks_of_course,
)
from training_platform.practicals.queries.figures import (
    TaskFigures,
    figures_of,
)
from training_platform.practicals.queries.grades import (
    answers_of,
    evidence_of,
    has_changed,
    holding_grading,
    holding_id,
    latest_grading,
)
from training_platform.practicals.queries.standing import (
    Progress,
    Standing,
    progress_of,
    standing_of,
    tries_of,
)

__all__ = [
    "Progress",
    "Standing",
    "TaskFigures",
    "answers_of",
    "attempt_by_token",
    "attempt_in",
    "attempts_at",
    "courses_with_tasks",
    "evidence_of",
    "figures_of",
    "has_changed",
    "held_attempts",
    "holding_grading",
    "holding_id",
    "latest_grading",
    "next_tasks",
    "open_attempts",
    "own_attempts",
    "practicals",
    "progress_of",
    "running_attempt",
    "standing_of",
    "tasks_of_course",
    "tries_of",
    "waiting_for_grading",
]
