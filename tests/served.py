"""The platform as it is really served: processes on a port, asked over HTTP."""

import hashlib
import http.client
import json
import os
import secrets
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO
from urllib.parse import urlencode

from flask.sessions import session_json_serializer
from itsdangerous import URLSafeTimedSerializer
from sqlalchemy.orm import Session

from tests.postgres import free_port
from training_platform.config import ROOT
from training_platform.people.models import UserSession
from training_platform.people.viewer import SLIDING, digest, new_token

SECRET = "a secret of the tests that is long enough for anybody"
TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True)
class Visitor:
    """A signed-in browser: its cookie, and the token of its forms."""

    employee_id: int
    cookie: str
    csrf: str

    @property
    def headers(self) -> dict[str, str]:
        return {"Cookie": f"session={self.cookie}", "X-CSRFToken": self.csrf}


def visit(session: Session, employee_id: int, *, language: str = "en") -> Visitor:
    """Add a session of somebody, as signing in would; the caller commits."""
    token, now = new_token(), datetime.now(UTC)
    session.add(
        UserSession(
            token_digest=digest(token),
            employee_id=employee_id,
            created_at=now,
            last_seen_at=now,
            expires_at=now + SLIDING,
            user_agent="test",
            has_second_factor=True,
        )
    )
    raw = hashlib.sha1(secrets.token_bytes(16)).hexdigest()
    cookie = URLSafeTimedSerializer(
        SECRET,
        salt="cookie-session",
        serializer=session_json_serializer,
        signer_kwargs={"key_derivation": "hmac", "digest_method": hashlib.sha1},
    ).dumps({"sid": token, "lang": language, "csrf_token": raw, "_permanent": True})
    csrf = URLSafeTimedSerializer(SECRET, salt="wtf-csrf-token").dumps(raw)
    return Visitor(employee_id, str(cookie), str(csrf))


def ask(
    port: int,
    method: str,
    path: str,
    *,
    visitor: Visitor | None = None,
    form: Mapping[str, Any] | None = None,
    data: Any = None,
    headers: Mapping[str, str] | None = None,
    timeout: float = 60,
) -> Answer:
    """Send one request on a connection of its own."""
    sent = dict(visitor.headers if visitor else {}) | dict(headers or {})
    body: str | bytes | None = None
    if form is not None:
        body = urlencode(form, doseq=True)
        sent["Content-Type"] = "application/x-www-form-urlencoded"
    elif isinstance(data, bytes):
        body = data
    elif data is not None:
        body = json.dumps(data)
        sent["Content-Type"] = "application/json"
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=timeout)
    try:
        connection.request(method, path, body, sent)
        response = connection.getresponse()
        return Answer(response.status, dict(response.headers), response.read())
    finally:
        connection.close()


@dataclass
class Server:
    """One served application: the process that was started, and those that it made."""

    process: subprocess.Popen[bytes]
    port: int
    log: Path
    command: list[str] = field(repr=False)
    environment: dict[str, str] = field(repr=False)

    def pids(self) -> list[int]:
        """Return the process and its children, whatever their depth."""
        found, waiting = [], [self.process.pid]
        while waiting:
            pid = waiting.pop()
            found.append(pid)
            try:
                for task in Path(f"/proc/{pid}/task").iterdir():
                    waiting += [int(child) for child in (task / "children").read_text().split()]
            except FileNotFoundError:
                continue
        return found

    def cpu_seconds(self) -> float:
        """Return the time that the processors spent in all of its processes."""
        total = 0
        for pid in self.pids():
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
            total += int(fields[11]) + int(fields[12])
        return total / TICKS

    def pss_mb(self) -> float:
        """Return the memory of all its processes, shared pages counted once."""
        total = 0
        for pid in self.pids():
            for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
                if line.startswith("Pss:"):
                    total += int(line.split()[1])
        return total / 1024

    def kill(self) -> None:
        """End everything at once, as a power cut would; its processes are a group of their own."""
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def start_again(self) -> None:
        """Start the same server on the same port."""
        with self.log.open("ab") as log:
            self.process = _start(self.command, self.environment, log)
        self.wait()

    def wait(self, seconds: float = 90) -> None:
        """Wait until it answers."""
        ends = time.monotonic() + seconds
        while time.monotonic() < ends:
            if self.process.poll() is not None:
                break
            try:
                if ask(self.port, "GET", "/static/img/mark.svg", timeout=2).status < 500:
                    return
            except (OSError, http.client.HTTPException):
                time.sleep(0.05)
        raise RuntimeError(f"the server does not answer:\n{self.log.read_text()[-3000:]}")

    def stop(self) -> None:
        """End it politely, and wait."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(timeout=15)
            except subprocess.TimeoutExpired:
                self.kill()


def _start(
    command: list[str], environment: dict[str, str], log: BinaryIO
) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        command, env=environment, cwd=ROOT, stdout=log, stderr=log, start_new_session=True
    )


@contextmanager
def served(
    url: str,
    instance: Path,
    *,
    default: bool = False,
    workers: int = 2,
    module: str = "app:app",
    prefix: tuple[str, ...] = (),
    **settings: str,
) -> Iterator[Server]:
    """Serve with gunicorn, or with the default server, until the block ends."""
    port = free_port()
    environment = os.environ | {
        "DATABASE_URL": url,
        "INSTANCE_DIR": str(instance),
        "CONTENT_DIR": str(ROOT),
        "SECRET_KEY": SECRET,
        "DEFAULT_LOCALE": "en",
        "DEMO": "1",
        "JOBS_EMBEDDED": "0",
        "HOST": "127.0.0.1",
        "PORT": str(port),
        "WEB_CONCURRENCY": str(workers),
        "PYTHONPATH": str(ROOT),
        **settings,
    }
    gunicorn = ["-m", "gunicorn", "-c", "python:training_platform.core.gunicorn", module]
    own = ["-m", "tests.bench.default", module]
    command = [*prefix, sys.executable, *(own if default else gunicorn)]
    log = instance / f"server-{port}.log"
    instance.mkdir(parents=True, exist_ok=True)
    with log.open("wb") as handle:
        process = _start(command, environment, handle)
    server = Server(process, port, log, command, environment)
    try:
        server.wait()
        yield server
    finally:
        server.stop()
