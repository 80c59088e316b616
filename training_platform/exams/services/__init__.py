"""What people do with exams: sit down to one, open its parts; and how a sitting ends."""

from training_platform.exams.services.closing import RECORDS, close_overdue, overdue_ids, settle
from training_platform.exams.services.correcting import follow_correction, follow_record, take_pass
from training_platform.exams.services.opening import open_next_part
from training_platform.exams.services.starting import start_sitting

__all__ = [
    "RECORDS",
    "close_overdue",
    "follow_correction",
    "follow_record",
    "open_next_part",
    "overdue_ids",
    "settle",
    "start_sitting",
    "take_pass",
]
