"""Selects for the pages of mentored practice; no writes."""

from training_platform.mentoring.queries.lists import (
    Filter,
    departments_of,
    desk_of,
    due_for,
    mentor_options,
    of_mentor,
    of_trainee,
    overdue_count,
    overseen,
    people_called,
    practices_of_person,
)
from training_platform.mentoring.queries.practice import (
    comments_on,
    count_open_questions,
    entries,
    file_of,
    last_return,
    minutes_of,
    questions,
    revisions,
    timeline,
)
from training_platform.mentoring.queries.reports import library, search_reports, shared_report

__all__ = [
    "Filter",
    "comments_on",
    "count_open_questions",
    "departments_of",
    "desk_of",
    "due_for",
    "entries",
    "file_of",
    "last_return",
    "library",
    "mentor_options",
    "minutes_of",
    "of_mentor",
    "of_trainee",
    "overdue_count",
    "overseen",
    "people_called",
    "practices_of_person",
    "questions",
    "revisions",
    "search_reports",
    "shared_report",
    "timeline",
]
