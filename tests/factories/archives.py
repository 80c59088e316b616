"""A kept search, a pull that is ready, a schedule."""

from datetime import timedelta
from typing import Any

from sqlalchemy.orm import Session

from training_platform.api.models import ApiToken
from training_platform.archives.models import ArchivePull, PullSchedule, SavedSearch
from training_platform.archives.rules import Every, Format, PullState
from training_platform.core import clock
from training_platform.core.files import store
from training_platform.people.models import Employee


def make_pull(session: Session, owner: Employee, **changes: Any) -> ArchivePull:
    """Return a pull whose file is ready."""
    until = clock.now() + timedelta(hours=24)
    stored = store(
        session,
        b"a,b",
        name="archive.csv",
        media_type="text/csv",
        purpose="archive_pull",
        owner_id=owner.id,
        expires_at=until,
    )
    values: dict[str, Any] = {
        "owner_id": owner.id,
        "format": Format.CSV,
        "purpose": "Yearly review",
        "wanted": {},
        "locale": "en",
        "state": PullState.READY,
        "file_id": stored.id,
        "created_at": clock.now(),
        "expires_at": until,
    }
    pull = ArchivePull(**(values | changes))
    session.add(pull)
    session.flush()
    return pull


def make_archive(session: Session, owner: Employee) -> dict[str, str]:
    """Return what the addresses of the archive name, of one owner."""
    saved = SavedSearch(owner_id=owner.id, name="mine", wanted={}, created_at=clock.now())
    schedule = PullSchedule(
        owner_id=owner.id,
        format=Format.CSV,
        purpose="Monthly list",
        wanted={},
        every=Every.MONTH,
        next_on=clock.today(),
        created_at=clock.now(),
    )
    token = ApiToken(
        name="HR system",
        purpose="Nightly copy",
        scopes=["people"],
        token_digest="0" * 64,
        hint="wxyz",
        owner_id=owner.id,
        created_at=clock.now(),
        expires_on=clock.today() + timedelta(days=30),
    )
    session.add_all([saved, schedule, token])
    pull = make_pull(session, owner)
    return {
        "saved_id": str(saved.id),
        "schedule_id": str(schedule.id),
        "pull_id": str(pull.id),
        "api_token_id": str(token.id),
    }
