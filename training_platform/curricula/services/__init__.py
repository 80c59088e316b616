"""What people do with courses: learn, finish, assign, withdraw; and how curricula are kept."""

from training_platform.curricula.services.assigning import (
    Assigned,
    RuleInput,
    assign_course,
    change_rule,
    check_terms,
    create_rule,
    deactivate_rule,
    enrol,
    leave_course,
    plan_assignment,
    sync_rules,
    withdraw_assignment,
)
from training_platform.curricula.services.completing import complete_course, complete_curriculum
from training_platform.curricula.services.learning import (
    answer_check,
    count_lessons,
    finish_lesson,
    keep_place,
    open_lesson,
)
from training_platform.curricula.services.retraining import begin_retraining, end_retraining
from training_platform.curricula.services.syncing import preview_sync, sync_curriculum

__all__ = [
    "Assigned",
    "RuleInput",
    "answer_check",
    "assign_course",
    "begin_retraining",
    "change_rule",
    "check_terms",
    "complete_course",
    "complete_curriculum",
    "count_lessons",
    "create_rule",
    "deactivate_rule",
    "end_retraining",
    "enrol",
    "finish_lesson",
    "keep_place",
    "leave_course",
    "open_lesson",
    "plan_assignment",
    "preview_sync",
    "sync_curriculum",
    "sync_rules",
    "withdraw_assignment",
]
