"""How somebody wants mail: channels per group of notices, and quiet hours."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import current_app
from sqlalchemy.orm import Session

from training_platform.core import audit
from training_platform.core.db import expect_version
from training_platform.core.errors import RuleError
from training_platform.core.permissions import Person
from training_platform.notices.groups import BY_ID, GROUPS
from training_platform.notices.models import NoticeSettings
from training_platform.notices.rules import Channel, QuietHours


def _(text: str) -> str:
    """Mark a text for the catalogs."""
    return text


@dataclass(frozen=True)
class Wanted:
    """What somebody chose."""

    quiet: QuietHours | None
    channels: Mapping[str, Channel]


def settings_of(session: Session, employee_id: int) -> NoticeSettings:
    """Return somebody's settings; fresh ones, not kept yet, before she has chosen anything."""
    return session.get(NoticeSettings, employee_id) or NoticeSettings(
        employee_id=employee_id,
        quiet_hours=current_app.config["QUIET_HOURS"],
        channels={},
        version=1,
    )


def choose(session: Session, actor: Person, wanted: Wanted, *, expected_version: int) -> None:
    """Change how the actor gets mail, from now on; what waits already leaves as it was to.

    Raises ConflictError, and RuleError for a channel that its group does not offer.
    """
    kept = settings_of(session, actor.id or 0)
    if kept not in session:
        session.add(kept)
        session.flush()
    expect_version(kept, expected_version)
    for group_id, channel in wanted.channels.items():
        if group_id not in BY_ID or channel not in BY_ID[group_id].channels:
            raise RuleError(_("These mails cannot be switched off."), field=group_id)
    channels: dict[str, Any] = {each.id: Channel.AT_ONCE.value for each in GROUPS}
    channels |= {group_id: channel.value for group_id, channel in wanted.channels.items()}
    kept.channels = channels
    kept.quiet_hours = str(wanted.quiet) if wanted.quiet else ""
    session.flush()
    audit.record(
        session, actor, "notices.choose", None, quiet=kept.quiet_hours, channels=kept.channels
    )
