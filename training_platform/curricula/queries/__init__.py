"""Selects of curricula; no writes."""

from training_platform.curricula.queries.catalogue import catalogue, find_course, search
from training_platform.curricula.queries.learning import (
    due_items,
    learning,
    next_lesson,
    own_courses,
    progress_of,
    week_minutes,
)
from training_platform.curricula.queries.lessons import course_page, lesson_page, outline
from training_platform.curricula.queries.team import (
    count_overdue,
    stuck_people,
    team_progress,
)

__all__ = [
    "catalogue",
    "count_overdue",
    "course_page",
    "due_items",
    "find_course",
    "learning",
    "lesson_page",
    "next_lesson",
    "outline",
    "own_courses",
    "progress_of",
    "search",
    "stuck_people",
    "team_progress",
    "week_minutes",
]
