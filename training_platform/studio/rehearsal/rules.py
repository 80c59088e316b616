"""What a rehearsal may be doing, and how long one that nobody comes back to is kept."""

from datetime import timedelta
from enum import StrEnum

#: Nobody has worked in it for so long: it ends by itself.
ABANDONED_AFTER = timedelta(days=7)
#: So many pages are kept as they were opened: a form that is sent stands on one of them.
MOST_PAGES = 8
#: A recording holds at most so many steps.
MOST_NOTES = 300


class Recording(StrEnum):
    """What becomes of the forms that are sent."""

    NONE = "none"
    RUNNING = "running"
    STOPPED = "stopped"
