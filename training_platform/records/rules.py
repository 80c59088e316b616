"""Kinds of training records and what a correction does."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any


class Kind(StrEnum):
    """What a training record can say."""

    JOINED = "joined"
    JOB_ROLE_CHANGED = "job_role_changed"
    LEFT = "left"
    TRAINING_IMPORTED = "training_imported"
    LESSON_FINISHED = "lesson_finished"
    COURSE_COMPLETED = "course_completed"
    CURRICULUM_COMPLETED = "curriculum_completed"
    QUIZ_PASSED = "quiz_passed"
    QUIZ_FAILED = "quiz_failed"
    PRACTICAL_PASSED = "practical_passed"
    PRACTICAL_FAILED = "practical_failed"
    PRACTICE_COMPLETED = "practice_completed"
    EXAM_PASSED = "exam_passed"
    EXAM_FAILED = "exam_failed"
    BEHAVIOR_ASSESSED = "behavior_assessed"
    RETRAINING_DUE = "retraining_due"
    HR_CASE_OPENED = "hr_case_opened"
    HR_CASE_DECIDED = "hr_case_decided"
    REWARD_APPROVED = "reward_approved"
    CERTIFICATE_ISSUED = "certificate_issued"
    CERTIFICATE_REVOKED = "certificate_revoked"
    CERTIFICATE_SUPERSEDED = "certificate_superseded"
    CONTEST_FINISHED = "contest_finished"
    COACHING_HELD = "coaching_held"
    SPOT_CHECK = "spot_check"
    EXTERNAL_TRAINING = "external_training"
    EXTERNAL_TRAINING_REPORT = "external_training_report"
    EXTERNAL_TRAINING_FOLLOW_UP = "external_training_follow_up"
    SHARING_SESSION = "sharing_session"
    CORRECTION = "correction"


class Effect(StrEnum):
    """What a correction does to its record; it stands as the correction's subject."""

    #: A value was wrong; the record still counts.
    VALUES = "values"
    #: What was recorded did not happen: the record no longer counts.
    VOID = "void"
    #: A pass was recorded as a fail, or the other way: it no longer counts, and another record with
    #: the right result stands in its place. In the chain its correction is one that makes void.
    TURNED = "turned"


PASSED, FAILED = "passed", "failed"
_PAIRS = (
    (Kind.QUIZ_PASSED, Kind.QUIZ_FAILED),
    (Kind.PRACTICAL_PASSED, Kind.PRACTICAL_FAILED),
    (Kind.EXAM_PASSED, Kind.EXAM_FAILED),
)
_OUTCOMES: Mapping[str, str] = {
    **{passed.value: PASSED for passed, _failed in _PAIRS},
    **{failed.value: FAILED for _passed, failed in _PAIRS},
}
_OTHER_KIND: Mapping[str, str] = {
    **{passed.value: failed.value for passed, failed in _PAIRS},
    **{failed.value: passed.value for passed, failed in _PAIRS},
}
#: How past trainings from lists say that they were passed.
_IMPORTED_PASSES = ("pass", "passed", "distinction")


def outcome_of(kind: str, data: Mapping[str, Any] | None) -> str | None:
    """Return whether a record says passed or failed; None where it says neither."""
    if kind == Kind.TRAINING_IMPORTED and data and data.get("outcome"):
        return PASSED if data["outcome"] in _IMPORTED_PASSES else FAILED
    return _OUTCOMES.get(kind)


def other_kind(kind: str) -> str:
    """Return the kind of the record that stands in the place of one whose result is turned."""
    return _OTHER_KIND.get(kind, kind)


def number_in(source: str, prefix: str) -> int | None:
    """Return the number that follows a prefix in a record's source; None for another source."""
    first, _colon, _rest = source.removeprefix(prefix).lstrip(":").partition(":")
    return int(first) if source.startswith(f"{prefix}:") and first.isdecimal() else None
