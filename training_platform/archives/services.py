"""What people do in the archive: keeping searches, pulling records, scheduling pulls."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from training_platform.archives import rules
from training_platform.archives.models import ArchivePull, PullSchedule, SavedSearch
from training_platform.archives.rules import Every, Format, PullState, Wanted
from training_platform.core import audit, clock, files, jobs
from training_platform.core.errors import NotFoundError, RuleError
from training_platform.core.permissions import Permission, Person, authorize, may
from training_platform.people.models import Employee, EmployeeStatus
from training_platform.people.viewer import viewer_of

MOST_SAVED = 50
MAKE = "archives.make_pull"


def _(text: str) -> str:
    """Mark a text for the catalogs."""
    return text


@dataclass(frozen=True)
class PullOrder:
    """What is to be taken out of the archive, as what, and for which purpose."""

    wanted: Wanted
    format: Format
    purpose: str
    locale: str


def save_search(session: Session, actor: Person, name: str, wanted: Wanted) -> SavedSearch:
    """Keep a search under a name; the same name is replaced.

    Raises RuleError without a name or with too many kept, and NotPermittedError.
    """
    authorize(actor, None, Permission.ARCHIVE_SEARCH)
    if not name:
        raise RuleError(_("Give the search a name."), field="name")
    own = SavedSearch.owner_id == actor.id
    kept = session.scalar(select(SavedSearch).where(own, SavedSearch.name == name))
    if kept is None:
        total = session.scalar(select(func.count()).select_from(SavedSearch).where(own)) or 0
        if total >= MOST_SAVED:
            raise RuleError(_("You keep 50 searches already. Remove one first."), field="name")
        kept = SavedSearch(owner_id=actor.id, name=name, created_at=clock.now())
        session.add(kept)
    kept.wanted = wanted.values()
    session.flush()
    return kept


def remove_search(session: Session, kept: SavedSearch, actor: Person) -> None:
    """Forget a kept search. Raises NotPermittedError."""
    authorize(actor, kept, Permission.ARCHIVE_SAVED)
    session.delete(kept)


def request_pull(session: Session, actor: Person, order: PullOrder) -> ArchivePull:
    """Ask for a file of records; a job makes it. Purpose, filters and person are kept for good.

    Raises RuleError without a purpose, and NotPermittedError.
    """
    authorize(actor, None, Permission.ARCHIVE_SEARCH)
    _expect_purpose(order.purpose)
    pull = _add_pull(session, actor.id or 0, order)
    audit.record(session, actor, "archives.pull", pull, format=order.format)
    return pull


def schedule_pull(session: Session, actor: Person, order: PullOrder, every: Every) -> PullSchedule:
    """Let a pull be made again each week or month; the first at the next due day.

    Raises RuleError without a purpose, and NotPermittedError.
    """
    authorize(actor, None, Permission.ARCHIVE_SEARCH)
    _expect_purpose(order.purpose)
    schedule = PullSchedule(
        owner_id=actor.id,
        format=order.format,
        purpose=order.purpose,
        wanted=order.wanted.values(),
        every=every,
        next_on=rules.next_day(every, clock.today()),
        created_at=clock.now(),
    )
    session.add(schedule)
    session.flush()
    audit.record(session, actor, "archives.schedule", schedule, format=order.format)
    return schedule


def end_schedule(session: Session, schedule: PullSchedule, actor: Person) -> None:
    """Make no further pulls by a schedule. Raises NotPermittedError."""
    authorize(actor, schedule, Permission.ARCHIVE_PULL)
    schedule.is_active = False
    audit.record(session, actor, "archives.end_schedule", schedule)


def run_schedules(session: Session, locale: str) -> int:
    """Ask for the pulls that are due today, each once; return how many.

    Whoever left or may no longer search gets none: her schedules end.
    """
    today, made = clock.today(), 0
    due = select(PullSchedule).where(PullSchedule.is_active, PullSchedule.next_on <= today)
    for schedule in session.scalars(due.with_for_update()):
        owner = session.get_one(Employee, schedule.owner_id)
        is_there = owner.status is EmployeeStatus.ACTIVE
        if not (is_there and may(viewer_of(session, owner), None, Permission.ARCHIVE_SEARCH)):
            schedule.is_active = False
            continue
        order = PullOrder(
            Wanted.read(schedule.wanted), schedule.format, schedule.purpose, owner.locale or locale
        )
        _add_pull(session, owner.id, order, schedule=schedule, due_on=schedule.next_on)
        schedule.next_on = rules.next_day(schedule.every, today)
        made += 1
    return made


def _expect_purpose(purpose: str) -> None:
    if len(purpose.strip()) < 2:
        raise RuleError(_("Write what the records are needed for."), field="purpose")


def _add_pull(
    session: Session,
    owner_id: int,
    order: PullOrder,
    *,
    schedule: PullSchedule | None = None,
    due_on: date | None = None,
) -> ArchivePull:
    pull = ArchivePull(
        owner_id=owner_id,
        format=order.format,
        purpose=order.purpose.strip(),
        wanted=order.wanted.values(),
        locale=order.locale,
        schedule_id=schedule.id if schedule else None,
        due_on=due_on,
        created_at=clock.now(),
    )
    session.add(pull)
    session.flush()
    jobs.put(session, MAKE, {"pull_id": pull.id}, key=f"pull:{pull.id}", owner_id=owner_id)
    return pull


def take_file(session: Session, pull: ArchivePull, actor: Person) -> files.StoredFile:
    """Return a pull's file.

    Raises NotFoundError where it is not ready, no longer kept, or somebody else's.
    """
    is_kept = pull.expires_at is not None and pull.expires_at > clock.now()
    is_hers = may(actor, pull, Permission.ARCHIVE_PULL)
    is_open = is_hers and may(actor, None, Permission.ARCHIVE_SEARCH)
    if not is_open or not is_kept or pull.file is None:
        raise NotFoundError
    return pull.file


def expire_pulls(session: Session) -> list[str]:
    """Let go of the files whose day is over; return their names on disk, to remove afterwards."""
    over = select(ArchivePull).where(
        ArchivePull.state == PullState.READY, ArchivePull.expires_at <= clock.now()
    )
    tokens = []
    for pull in session.scalars(over):
        pull.state = PullState.EXPIRED
        if pull.file is not None:
            tokens.append(pull.file.token)
            stored, pull.file = pull.file, None
            session.flush()
            session.delete(stored)
    return tokens
