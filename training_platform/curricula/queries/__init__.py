"""Selects of curricula; no writes."""

from training_platform.curricula.queries.catalogue import (
    catalogue,
    course_titles,
    find_course,
    lesson_titles,
    search,
)
from training_platform.curricula.queries.learning import (
    learning,
    next_lesson,
    own_courses,
    progress_of,
)
from training_platform.curricula.queries.lessons import course_page, lesson_page, outline

__all__ = [
    "catalogue",
    "course_page",
    "course_titles",
    "find_course",
    "learning",
    "lesson_page",
    "lesson_titles",
    "next_lesson",
    "outline",
    "own_courses",
    "progress_of",
    "search",
]
