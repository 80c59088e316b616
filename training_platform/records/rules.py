"""Kinds of training records and what a correction does."""

from enum import StrEnum


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
