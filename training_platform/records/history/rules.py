"""Where a history import stands, and what the texts of its rows mean. Pure."""

import re
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum

from training_platform.core.text import fold

#: The longest training, in minutes; the same for corrections.
MOST_MINUTES = 60 * 1000
LONGEST = {"title": 200, "note": 1000}
LONGEST_OTHER = 200


class ImportState(StrEnum):
    """Where an import stands."""

    MAPPING = "mapping"
    CHECKING = "checking"
    CHECKED = "checked"
    RUNNING = "running"
    DONE = "done"
    REVERTING = "reverting"
    REVERTED = "reverted"


#: What a job works on.
BUSY = (ImportState.CHECKING, ImportState.RUNNING, ImportState.REVERTING)
#: So long one person may take an import back; later each record takes two, as every correction.
UNDONE_WITHIN = timedelta(days=7)
#: How results are written in lists, folded, by the outcome that they mean.
OUTCOMES: dict[str, str] = {
    **dict.fromkeys(("合格", "通过", "及格", "pass", "passed", "yes", "true", "是"), "passed"),
    **dict.fromkeys(
        (
            "不合格",
            "未通过",
            "不及格",
            "未合格",
            "fail",
            "failed",
            "not passed",
            "no",
            "false",
            "否",
        ),
        "failed",
    ),
    **dict.fromkeys(("优秀", "distinction", "excellent"), "distinction"),
}
_NUMBER = re.compile(r"^(\d{1,7})(?:\.(\d{1,4}))?$")
_HOURS = ("小时", "学时", "课时", "hours", "hour", "hrs", "h")
_MINUTES = ("分钟", "分", "minutes", "min")


def is_undo_over(finished_at: datetime | None, now: datetime) -> bool:
    """Tell that an import was written too long ago to be taken back; one that stopped is not."""
    return finished_at is not None and now > finished_at + UNDONE_WITHIN


def longest(field: str) -> int:
    """Return how many characters a field takes."""
    return LONGEST.get(field, LONGEST_OTHER)


def read_minutes(text: str) -> int | None:
    """Return hours such as 1.5, 2小时 or 90 min as minutes; None where they cannot be."""
    plain, factor = fold(text), 60
    for units, each in ((_HOURS, 60), (_MINUTES, 1)):
        unit = next((name for name in units if plain.endswith(name)), None)
        if unit is not None:
            plain, factor = plain.removesuffix(unit).strip(), each
            break
    number = _decimal(plain)
    minutes = None if number is None else round(number * factor)
    return minutes if minutes is not None and 0 < minutes <= MOST_MINUTES else None


def read_percent(text: str) -> float | int | None:
    """Return a score of 0 to 100, written as 86, 86.5 or 86%; None where it cannot be.

    Between 0 and 1 nobody knows whether 0.86 means 86: it is none.
    """
    number = _decimal(fold(text).removesuffix("%").removesuffix("分").strip())
    if number is None or number > 100 or 0 < number < 1:
        return None
    return int(number) if number == int(number) else float(round(number, 1))


def read_outcome(text: str) -> str | None:
    """Return the outcome that a result means; None for words that nobody knows."""
    return OUTCOMES.get(fold(text))


def _decimal(text: str) -> Decimal | None:
    return Decimal(text) if _NUMBER.match(text) else None
