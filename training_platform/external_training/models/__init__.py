"""外部培训申请 applications, 审批 steps, 预算 budgets, 培训总结报告 reports, 分享会 sessions."""

from training_platform.external_training.models.after import (
    ExternalTrainingException,
    ExternalTrainingReport,
    SharingAttendance,
    SharingSession,
)
from training_platform.external_training.models.application import (
    ExternalTrainingApplication,
    ExternalTrainingEvent,
    ExternalTrainingFile,
    TrainingProvider,
)
from training_platform.external_training.models.approval import (
    ApprovalDelegation,
    ApprovalStep,
    ApprovalStepPerson,
    ExternalTrainingPolicy,
)
from training_platform.external_training.models.budget import BudgetMove, TrainingBudget

__all__ = [
    "ApprovalDelegation",
    "ApprovalStep",
    "ApprovalStepPerson",
    "BudgetMove",
    "ExternalTrainingApplication",
    "ExternalTrainingEvent",
    "ExternalTrainingException",
    "ExternalTrainingFile",
    "ExternalTrainingPolicy",
    "ExternalTrainingReport",
    "SharingAttendance",
    "SharingSession",
    "TrainingBudget",
    "TrainingProvider",
]
