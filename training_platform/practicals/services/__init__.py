"""What people do with practical tasks: start, answer, hand in; and what that is worth."""

from training_platform.practicals.services.answering import fields_of, save_answer
from training_platform.practicals.services.grading import (
    SUBJECT,
    evaluate,
    record_look,
    record_result,
    record_scores,
    stored_evidence,
    task_of,
)
from training_platform.practicals.services.starting import Sitting, start_attempt, task_at
from training_platform.practicals.services.submitting import (
    evidence_now,
    overdue_ids,
    start_of,
    submit_attempt,
)

__all__ = [
    "SUBJECT",
    "Sitting",
    "evaluate",
    "evidence_now",
    "fields_of",
    "overdue_ids",
    "record_look",
    "record_result",
    "record_scores",
    "save_answer",
    "start_attempt",
    "start_of",
    "stored_evidence",
    "submit_attempt",
    "task_at",
    "task_of",
]
