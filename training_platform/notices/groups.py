"""Groups of notices that somebody chooses mail for: every kind belongs to one."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _l

from training_platform.notices.rules import Channel
from training_platform.notices.texts import TEXTS


@dataclass(frozen=True)
class Group:
    """Some kinds of notices, as the settings name them."""

    id: str
    label: Any
    hint: Any
    #: What others wait for, and what keeps the account safe, cannot be switched off.
    is_needed: bool = False

    @property
    def channels(self) -> tuple[Channel, ...]:
        """Return what may be chosen."""
        return (Channel.AT_ONCE, Channel.DAILY) if self.is_needed else tuple(Channel)


GROUPS = (
    Group(
        "tasks",
        _l("Waiting for my decision"),
        _l("Approvals, ratings, disputes and reports that others need from you."),
        is_needed=True,
    ),
    Group(
        "account",
        _l("Account and security"),
        _l("Sign-in and rights, and faults that need an administrator."),
        is_needed=True,
    ),
    Group("learning", _l("Courses and due days"), _l("New courses, reminders, your job role.")),
    Group("results", _l("Exams and results"), _l("Quizzes, practical exams, contests, decisions.")),
    Group(
        "practice", _l("Practice and coaching"), _l("Mentored practice, one-to-ones, spot checks.")
    ),
    Group("training", _l("External training"), _l("Applications, reports and sharing sessions.")),
    Group("certificates", _l("Certificates and archive"), _l("Issued, revoked, renewed.")),
    Group("content", _l("Content and drafts"), _l("Comments, second looks, publishing.")),
    Group("other", _l("Everything else"), _l("What belongs to none of these.")),
)
BY_ID = {group.id: group for group in GROUPS}

#: The longest beginning of a kind's name that stands here names its group.
_BEGINNINGS = {
    "account_": "account",
    "archive_": "certificates",
    "behavior_": "results",
    "behavior_as_": "tasks",
    "behavior_reminder": "tasks",
    "behavior_round_due": "tasks",
    "behavior_to_rate": "tasks",
    "certificate_": "certificates",
    "coach_": "practice",
    "coaching_": "practice",
    "contest_": "results",
    "correction_": "certificates",
    "course_": "learning",
    "dispute_": "results",
    "dispute_opened": "tasks",
    "exam_": "results",
    "external_": "training",
    "first_month_": "learning",
    "hr_case_": "results",
    "hr_case_opened": "tasks",
    "item_": "learning",
    "job_": "account",
    "practical_": "results",
    "practical_held": "tasks",
    "practice_": "practice",
    "practice_handed_in": "tasks",
    "practice_proposed": "tasks",
    "practice_question": "tasks",
    "quiz_": "results",
    "reminder_": "learning",
    "retraining_": "learning",
    "reward_": "results",
    "role_": "learning",
    "scoring_": "tasks",
    "slot_": "practice",
    "spot_check_": "practice",
    "studio_": "content",
    "studio_review": "tasks",
    "trainee_": "practice",
}


def group_of(kind: str) -> Group:
    """Return the group of a kind: the one that its text names, else by how its name begins."""
    text = TEXTS.get(kind)
    if text is not None and text.group in BY_ID:
        return BY_ID[text.group]
    fitting = [each for each in _BEGINNINGS if kind.startswith(each)]
    return BY_ID[_BEGINNINGS[max(fitting, key=len)] if fitting else "other"]


def channel_of(kind: str, channels: Mapping[str, Any] | None) -> Channel:
    """Return how mails of a kind come to somebody with these settings."""
    return channel_of_group(group_of(kind), channels)


def channel_of_group(group: Group, channels: Mapping[str, Any] | None) -> Channel:
    """Return how mails of a group come; what the group does not offer comes at once."""
    chosen = (channels or {}).get(group.id)
    return next((each for each in group.channels if each.value == chosen), Channel.AT_ONCE)
