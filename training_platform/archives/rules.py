"""What the archive is asked for, and when. Pure."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum

from training_platform.core.text import whole_number

#: Totals are exact up to here; beyond, the page says "10,000+" and shows as many.
MOST_COUNTED = 10_000
#: A file of a pull is kept for so long.
KEEP_FOR = timedelta(hours=24)
#: So many records go into one spreadsheet or CSV, so many people into one ZIP of transcripts.
MOST_RECORDS = 200_000
MOST_TRANSCRIPTS = 500
#: Records of one second lie side by side by their number's last 28 bits.
_WITHIN_SECOND = 1 << 28
MOST_TEXT = 80


class Format(StrEnum):
    """What a pull makes."""

    XLSX = "xlsx"
    CSV = "csv"
    TRANSCRIPTS = "transcripts"
    FOLDER = "folder"


class PullState(StrEnum):
    """Where a pull stands."""

    WAITING = "waiting"
    READY = "ready"
    FAILED = "failed"
    EXPIRED = "expired"


class Every(StrEnum):
    """How often a scheduled pull is made."""

    WEEK = "week"
    MONTH = "month"


class Result(StrEnum):
    """How what a record tells of went, as a filter."""

    PASSED = "passed"
    FAILED = "failed"
    NONE = "none"


class CertificateState(StrEnum):
    """What certificates the people of a search hold."""

    VALID = "valid"
    EXPIRING = "expiring"
    EXPIRED = "expired"
    REVOKED = "revoked"
    NEVER = "never"


#: Outcomes of records by the result that they are found under.
OUTCOMES: Mapping[Result, frozenset[str]] = {
    Result.PASSED: frozenset({"pass", "passed", "distinction", "reached"}),
    Result.FAILED: frozenset({"fail", "failed", "not_reached"}),
}


@dataclass(frozen=True)
class Wanted:
    """What a search is narrowed to; empty texts narrow nothing."""

    q: str = ""
    person: str = ""
    department: str = ""
    job_role: str = ""
    since: str = ""
    until: str = ""
    year: str = ""
    kind: str = ""
    subject: str = ""
    result: str = ""
    certificate: str = ""
    overdue: str = ""

    @classmethod
    def read(cls, values: Mapping[str, object]) -> "Wanted":
        """Return what an address or a saved search asks for; what nobody offers is left out."""
        texts = {name: str(values.get(name) or "").strip()[:MOST_TEXT] for name in FIELDS}
        for name in ("since", "until"):
            texts[name] = texts[name] if day_of(texts[name]) else ""
        if day_of(f"{texts['year']}-01-01") is None:
            texts["year"] = ""
        if whole_number(texts["department"]) is None:
            texts["department"] = ""
        if texts["result"] not in set(Result):
            texts["result"] = ""
        if texts["certificate"] not in set(CertificateState):
            texts["certificate"] = ""
        texts["overdue"] = "1" if texts["overdue"] == "1" else ""
        return cls(**{name: text.replace("\0", "") for name, text in texts.items()})

    def values(self) -> dict[str, str]:
        """Return what is asked for, without what narrows nothing: for addresses and rows."""
        return {name: text for name, text in asdict(self).items() if text}

    @property
    def is_reversed(self) -> bool:
        """Tell whether the span ends before it begins."""
        return bool(self.since and self.until and self.until < self.since)

    @property
    def span(self) -> tuple[date | None, date | None]:
        """Return the first and last day asked for, of the year too; None: no such end."""
        since, until = day_of(self.since), day_of(self.until)
        if self.year:
            first, last = date(int(self.year), 1, 1), date(int(self.year), 12, 31)
            since, until = max(since or first, first), min(until or last, last)
        return since, until


FIELDS = tuple(Wanted.__dataclass_fields__)


def day_of(text: str) -> date | None:
    """Return the day that a text names, as dates are written in addresses; None for others."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if date(1900, 1, 1) <= day < date(9000, 1, 1) else None


def place_of(happened_at: datetime, record_id: int) -> int:
    """Return where a record lies in every list: by instant, then by number."""
    seconds = int(happened_at.astimezone(UTC).timestamp())
    return seconds * _WITHIN_SECOND + record_id % _WITHIN_SECOND


def first_place(instant: datetime) -> int:
    """Return the place before every record of this instant and later."""
    return int(instant.astimezone(UTC).timestamp()) * _WITHIN_SECOND


def instant_of(place: int) -> datetime:
    """Return the second in which the record at a place happened."""
    return datetime.fromtimestamp(place // _WITHIN_SECOND, UTC)


def next_day(every: Every, after: date) -> date:
    """Return when a scheduled pull is next due: the next Monday, or the first of the next month."""
    if every is Every.WEEK:
        return after + timedelta(days=7 - after.weekday())
    return date(after.year + after.month // 12, after.month % 12 + 1, 1)
