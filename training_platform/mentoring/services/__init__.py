"""What people do to practices."""

from training_platform.mentoring.services.assigning import (
    Goal,
    Plan,
    accept_practice,
    cancel_practice,
    create_practice,
    edit_practice,
)
from training_platform.mentoring.services.closing import (
    Assessed,
    Texts,
    hand_in_report,
    return_report,
    save_report,
    sign_off,
)
from training_platform.mentoring.services.sharing import (
    allow_sharing,
    end_sharing,
    offer_sharing,
    refuse_sharing,
)
from training_platform.mentoring.services.working import (
    Attachment,
    Entry,
    answer,
    ask,
    comment_entry,
    correct_entry,
    current_entry,
    mark_goals,
    write_entry,
)

__all__ = [
    "Assessed",
    "Attachment",
    "Entry",
    "Goal",
    "Plan",
    "Texts",
    "accept_practice",
    "allow_sharing",
    "answer",
    "ask",
    "cancel_practice",
    "comment_entry",
    "correct_entry",
    "create_practice",
    "current_entry",
    "edit_practice",
    "end_sharing",
    "hand_in_report",
    "mark_goals",
    "offer_sharing",
    "refuse_sharing",
    "return_report",
    "save_report",
    "sign_off",
    "write_entry",
]
