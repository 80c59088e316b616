"""What people do with practical tasks: start, answer, hand in; and what that is worth."""

from training_platform.practicals.services.answering import fields_of, save_answer
from training_platform.practicals.services.correcting import (
    Because,
    change_result,
    follow_record,
    keep_correction,
)
from training_platform.practicals.services.grading import (
    RECORDS,
    SUBJECT,
    address_of,
    evaluate,
    keep_corrected,
    record_look,
    record_result,
    record_scores,
    source_of,
    stored_evidence,
    task_of,
    unseal,
)
from training_platform.practicals.services.starting import Sitting, start_attempt, task_at
from training_platform.practicals.services.submitting import (
    evidence_now,
    overdue_ids,
    start_of,
    submit_attempt,
)

__all__ = [
    "RECORDS",
    "SUBJECT",
    "Because",
    "Sitting",
    "address_of",
    "change_result",
    "evaluate",
    "evidence_now",
    "fields_of",
    "follow_record",
    "keep_corrected",
    "keep_correction",
    "overdue_ids",
    "record_look",
    "record_result",
    "record_scores",
    "save_answer",
    "source_of",
    "start_attempt",
    "start_of",
    "stored_evidence",
    "submit_attempt",
    "task_at",
    "task_of",
    "unseal",
]
