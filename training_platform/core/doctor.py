"""What is missing on this machine, and the exact command that mends it."""

import smtplib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

from flask import current_app
from sqlalchemy import func, select, text
from sqlalchemy.exc import SQLAlchemyError

from training_platform.config import ROOT, Settings
from training_platform.core import audit, authority, backup, clock, pdf
from training_platform.core.db import db, reading
from training_platform.core.jobs import Job, JobState

BACKUP_AT_MOST_DAYS = 2
UNSEALED_AT_MOST = 5_000


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at."""

    what: str
    state: str
    is_well: bool = True
    remedy: str = ""


def examine(*, production: bool) -> list[Finding]:
    """Look at everything the platform needs; with production also at what only production needs."""
    findings = [_pdf(), _authority(), *_database()]
    if production:
        findings += [*_settings(), _mail(), _backups()]
    return findings


def _pdf() -> Finding:
    problem = pdf.check()
    if problem:
        return Finding("PDF", "cannot be made", is_well=False, remedy=problem)
    return Finding("PDF", "Pango, fonts and harfbuzz-subset are there")


def _authority() -> Finding:
    what = "Signatures"
    if not authority.exists():
        return Finding(what, "the authority is made with the first document")
    try:
        key = authority.current().signing
        key.private_key()
    except authority.NoAuthorityError as fault:
        return Finding(what, fault.reason, is_well=False, remedy=fault.command)
    if key.ends_at - clock.now() < authority.REPLACE_BEFORE:
        remedy = "flask --app app certificates replace-key"
        return Finding(what, f"the key ends on {key.ends_at:%F}", is_well=False, remedy=remedy)
    mode = authority.path().stat().st_mode & 0o777
    return Finding(
        what,
        f"the authority's keys are there, the signing key until {key.ends_at:%F}",
        is_well=mode & 0o077 == 0,
        remedy="" if mode & 0o077 == 0 else f"chmod 600 {authority.path()}",
    )


def _database() -> Iterator[Finding]:
    name = db.engine.dialect.name
    try:
        with reading() as connection:
            version = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
            if name == "sqlite":
                mode = connection.execute(text("PRAGMA journal_mode")).scalar()
                level = connection.execute(text("PRAGMA synchronous")).scalar()
                yield Finding(
                    "Durability",
                    f"journal {mode}, synchronous {level} (2 is FULL)",
                    is_well=(mode, level) == ("wal", 2),
                )
            else:
                kept = connection.execute(text("SHOW synchronous_commit")).scalar()
                fsync = connection.execute(text("SHOW fsync")).scalar()
                yield Finding(
                    "Durability",
                    f"synchronous_commit {kept}, fsync {fsync}",
                    is_well=kept != "off" and fsync == "on",
                    remedy="" if fsync == "on" else "Set fsync = on in postgresql.conf",
                )
    except SQLAlchemyError as fault:
        reason = str(getattr(fault, "orig", fault)).strip().splitlines()[0]
        remedy = (
            "flask --app app db upgrade" if "alembic_version" in reason else "Check DATABASE_URL"
        )
        yield Finding("Database", f"{name}: {reason}", is_well=False, remedy=remedy)
        return
    head = (ROOT / "migrations" / "HEAD").read_text(encoding="ascii").split("_")[0].strip()
    is_current = version == head
    yield Finding(
        "Database",
        f"{name}, schema {version}" + ("" if is_current else f", this version needs {head}"),
        is_well=is_current,
        remedy="" if is_current else "flask --app app db upgrade",
    )
    if is_current:
        yield from _queue()


def _queue() -> Iterator[Finding]:
    late = clock.now() - timedelta(minutes=5)
    with reading() as session:
        waiting, failed = session.execute(
            select(
                func.count().filter(Job.state == JobState.WAITING, Job.run_after < late),
                func.count().filter(Job.state == JobState.FAILED),
            ).select_from(Job)
        ).one()
        unsealed = audit.count_unsealed(session)
    yield Finding(
        "Jobs",
        f"{waiting} waiting for more than five minutes, {failed} failed",
        is_well=not waiting and not failed,
        remedy="flask --app app jobs work" if waiting else ("See /admin/jobs" if failed else ""),
    )
    yield Finding(
        "Audit log", f"{unsealed} events not yet sealed", is_well=unsealed < UNSEALED_AT_MOST
    )


def _settings() -> Iterator[Finding]:
    settings: Settings = current_app.config["SETTINGS"]
    problems = settings.problems()
    for problem in problems:
        yield Finding("Setting", problem, is_well=False, remedy="Set it in the environment")
    if not problems:
        yield Finding("Settings", "safe for production")


def _mail() -> Finding:
    url = urlsplit(current_app.config["MAIL_URL"])
    if not url.hostname:
        return Finding("Mail", "MAIL_URL is not set", is_well=False, remedy="Set MAIL_URL")
    try:
        if url.scheme == "smtps":
            smtplib.SMTP_SSL(url.hostname, url.port or 465, timeout=5).quit()
        else:
            smtplib.SMTP(url.hostname, url.port or 25, timeout=5).quit()
    except OSError as fault:
        return Finding("Mail", f"{url.hostname}: {fault}", is_well=False, remedy="Check MAIL_URL")
    return Finding("Mail", f"{url.hostname} answers")


def _backups() -> Finding:
    folder = Path(current_app.instance_path) / "backups"
    age = backup.newest_backup_age_days(folder)
    command = f"flask --app app backup {folder}/$(date +%F).tar.gz"
    if age is None:
        return Finding("Backups", f"none in {folder}", is_well=False, remedy=command)
    is_fresh = age <= BACKUP_AT_MOST_DAYS
    return Finding(
        "Backups",
        f"newest is {age:.1f} days old",
        is_well=is_fresh,
        remedy="" if is_fresh else command,
    )
