"""Selects over training records; no writes."""

from training_platform.records.queries.people import (
    Activity,
    PeopleFilter,
    Standing,
    activity_of,
    departments_for,
    job_roles,
    select_people,
    standings,
)
from training_platform.records.queries.subjects import subjects_with, values_of
from training_platform.records.queries.timeline import Entry, by_year, one_entry, timeline

__all__ = [
    "Activity",
    "Entry",
    "PeopleFilter",
    "Standing",
    "activity_of",
    "by_year",
    "departments_for",
    "job_roles",
    "one_entry",
    "select_people",
    "standings",
    "subjects_with",
    "timeline",
    "values_of",
]
