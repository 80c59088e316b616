"""Pages of notices: the list behind the bell, one's own settings, and what HR looks after."""

from training_platform.notices import jobs  # noqa: F401  # its handlers
from training_platform.notices.views import (  # noqa: F401  # their routes
    feed,
    inbox,
    mails,
    reminders,
    settings,
    wordings,
)
from training_platform.notices.views.base import PLACES, bp, init_app

__all__ = ["PLACES", "bp", "init_app"]
