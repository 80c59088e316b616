"""Selects over training records; no writes."""

from training_platform.records.queries.people import (
    Activity,
    Standing,
    activity_of,
    job_roles,
    standings,
)
from training_platform.records.queries.subjects import subjects_with, values_of
from training_platform.records.queries.timeline import Entry, by_year, one_entry, timeline

__all__ = [
    "Activity",
    "Entry",
    "Standing",
    "activity_of",
    "by_year",
    "job_roles",
    "one_entry",
    "standings",
    "subjects_with",
    "timeline",
    "values_of",
]
