"""An attempt that is one part of something larger: a quiz or a task within an exam.

Whoever asks for it, a package above, says so when the attempt begins. Such an attempt runs as any
other, but leaves no record, notice, ladder step or certificate of its own, and stays sealed: what
it is worth is shown to nobody until whoever asked for it opens it.
"""

from dataclasses import dataclass
from datetime import datetime

from training_platform.assessment.rules import deadline_of

#: The attempt stands alone.
ALONE = ""


def _(text: str) -> str:
    """Mark a text for the catalogs."""
    return text


#: Only one attempt at a quiz or a task is open at a time: why another one cannot begin now.
OPEN_ALONE = _("You have begun this by itself already. Submit that first, then go on here.")
OPEN_IN_EXAM = _("This runs as a part of an exam at the moment. Finish the exam first.")


@dataclass(frozen=True)
class PartOf:
    """What an attempt is a part of: the page of the whole, the part's minutes, the whole's end."""

    href: str
    minutes: int
    until: datetime

    def deadline(self, started_at: datetime, extra_percent: int) -> datetime:
        """Return until when the part takes work: its own minutes, but never past the whole."""
        return min(deadline_of(started_at, self.minutes, extra_percent), self.until)


def refusal_for(running_part_of: str) -> str:
    """Return why nothing else begins while an attempt runs that is a part of this, or of nothing.

    The text is a message id.
    """
    return OPEN_IN_EXAM if running_part_of else OPEN_ALONE
