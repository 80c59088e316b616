"""Every setting, typed, read from the environment once, with its default and its meaning."""

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import time
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

ROOT = Path(__file__).resolve().parent.parent
MIN_SECRET_BYTES = 32


class UnsafeSettingError(Exception):
    """A production value that would put people or records at risk; the text says what to set."""


@dataclass(frozen=True)
class Settings:
    """What an administrator may choose."""

    #: "production" refuses unsafe values; "development" is the default.
    app_env: str = "development"
    #: The database; postgresql:// addresses get psycopg 3.
    database_url: str = ""
    #: Optional: wakes job workers at once; the queue itself is the database.
    redis_url: str = ""
    #: Signs cookies; made and kept on first start where it is not given, required in production.
    secret_key: str = field(default="", repr=False)
    #: The public address, used for links in mail and on certificates.
    base_url: str = "http://127.0.0.1:8000"
    #: smtp://, smtp+starttls:// or smtps://user:password@host:port; unset: instance/outbox/.
    mail_url: str = field(default="", repr=False)
    #: The sender of every mail.
    mail_from: str = "training@company.example"
    #: When no mail of notices leaves, where a person has not chosen otherwise; "none": always.
    quiet_hours: str = "20:00-08:00"
    #: The language where nobody has chosen one: zh or en.
    default_locale: str = "zh"
    #: The zone in which the company counts its days.
    timezone: str = "Asia/Shanghai"
    #: Demo company with known passwords; refused in production.
    demo: bool = False
    #: Hosts that the server answers for, separated by commas; empty: the one of BASE_URL.
    trusted_hosts: str = ""
    #: How many reverse proxies stand before the server.
    proxy_hops: int = 0
    #: Run jobs in a thread of the serving process.
    jobs_embedded: bool = True
    #: Days after which what was done in practised tasks is erased; 0 keeps it. Evidence stays.
    practice_kept_days: int = 180
    #: Where the database, files, secrets and outbox lie by default.
    instance_dir: str = str(ROOT / "instance")
    #: Where the content files lie.
    content_dir: str = str(ROOT)

    @classmethod
    def from_environment(cls, environ: Mapping[str, str] | None = None) -> "Settings":
        """Read the environment; raise UnsafeSettingError for a value that cannot be read."""
        environ = os.environ if environ is None else environ
        values: dict[str, Any] = {}
        for name, default in ((f.name, f.default) for f in cls.__dataclass_fields__.values()):
            text = environ.get(name.upper(), "").strip()
            if not text:
                continue
            if isinstance(default, bool):
                values[name] = text.lower() in {"1", "true", "yes", "on"}
            elif isinstance(default, int):
                if not text.isdigit():
                    raise UnsafeSettingError(f"{name.upper()} must be a whole number")
                values[name] = int(text)
            else:
                values[name] = text
        return cls(**values)

    @property
    def is_production(self) -> bool:
        """Tell whether unsafe values are refused."""
        return self.app_env == "production"

    @property
    def is_https(self) -> bool:
        """Tell whether people reach the platform over HTTPS."""
        return urlsplit(self.base_url).scheme == "https"

    def problems(self) -> list[str]:
        """Return what is unsafe for production, one sentence each; empty where all is well."""
        found = []
        if len(self.secret_key.encode()) < MIN_SECRET_BYTES:
            found.append(f"SECRET_KEY must be set, with at least {MIN_SECRET_BYTES} bytes")
        if self.demo:
            found.append("DEMO must be off: its passwords are public")
        if not self.is_https:
            found.append("BASE_URL must begin with https://")
        if not self.mail_url:
            found.append("MAIL_URL must be set, or nobody can reset a password")
        if self.default_locale not in {"zh", "en"}:
            found.append("DEFAULT_LOCALE must be zh or en")
        return found


def _quiet_hours(settings: Settings) -> str:
    text = settings.quiet_hours
    if text == "none":
        return ""
    try:
        begins, ends = (time.fromisoformat(part) for part in text.split("-"))
    except ValueError:
        raise UnsafeSettingError("QUIET_HOURS must look like 20:00-08:00, or be none") from None
    return f"{begins:%H:%M}-{ends:%H:%M}"


def flask_config(settings: Settings) -> dict[str, Any]:
    """Return the values that Flask and its extensions read.

    Raises UnsafeSettingError in production where a value is unsafe.
    """
    if settings.is_production and (problems := settings.problems()):
        raise UnsafeSettingError("; ".join(problems))
    instance = Path(settings.instance_dir)
    url = _database_url(settings, instance)
    hosts = [host.strip() for host in settings.trusted_hosts.split(",") if host.strip()]
    return {
        "SETTINGS": settings,
        "SECRET_KEY": settings.secret_key or _kept_secret(instance),
        "SQLALCHEMY_DATABASE_URI": url,
        "SQLALCHEMY_ENGINE_OPTIONS": _engine_options(url),
        "BASE_URL": settings.base_url.rstrip("/"),
        "MAIL_URL": settings.mail_url,
        "MAIL_FROM": settings.mail_from,
        "QUIET_HOURS": _quiet_hours(settings),
        "DEFAULT_LOCALE": settings.default_locale,
        "TIMEZONE": settings.timezone,
        "DEMO": settings.demo,
        "PRACTICE_KEPT_DAYS": settings.practice_kept_days,
        "JOBS_EMBEDDED": settings.jobs_embedded,
        "FILES_DIR": str(instance / "files"),
        "CONTENT_DIR": settings.content_dir,
        "TRUSTED_HOSTS": hosts or (_production_hosts(settings)),
        "PROXY_HOPS": settings.proxy_hops,
        "MAX_CONTENT_LENGTH": 21 * 1024 * 1024,  # the largest import, and the form around it
        "MAX_FORM_MEMORY_SIZE": 1024 * 1024,
        "WTF_CSRF_TIME_LIMIT": None,  # as long as the session: a long exam must not end in a 400
        "SESSION_COOKIE_NAME": "__Host-session" if settings.is_https else "session",
        "SESSION_COOKIE_SECURE": settings.is_https,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_REFRESH_EACH_REQUEST": False,
        "PERMANENT_SESSION_LIFETIME": 60 * 60 * 24 * 400,  # the row in the database decides
        "TEMPLATES_AUTO_RELOAD": False,
    }


def _production_hosts(settings: Settings) -> list[str] | None:
    return [urlsplit(settings.base_url).hostname or ""] if settings.is_production else None


def _database_url(settings: Settings, instance: Path) -> str:
    url = settings.database_url or f"sqlite:///{instance / 'training.db'}"
    for old in ("postgresql://", "postgres://"):
        if url.startswith(old):
            return "postgresql+psycopg://" + url.removeprefix(old)
    return url


def _engine_options(url: str) -> dict[str, Any]:
    if not url.startswith("postgresql"):
        return {"connect_args": {"timeout": 10}}
    limits = (
        "-c statement_timeout=15000 -c lock_timeout=5000 "
        "-c idle_in_transaction_session_timeout=30000"
    )
    return {
        "pool_pre_ping": True,
        "pool_timeout": 5,
        "connect_args": {"connect_timeout": 2, "options": limits},
    }


def _kept_secret(instance: Path) -> str:
    """Return this installation's secret; make it on first start, for its owner's eyes only."""
    path = instance / "secret_key"
    if path.exists():
        return path.read_text(encoding="ascii").strip()
    instance.mkdir(parents=True, exist_ok=True)
    secret = secrets.token_urlsafe(48)
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:  # another process was first
        return path.read_text(encoding="ascii").strip()
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(secret)
    return secret
