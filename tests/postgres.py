"""A PostgreSQL server for tests: the one of ``TEST_DATABASE_URL``, or one of our own.

``open_server()`` is the way in. Our own server is a temporary cluster that is started
from the programs installed on the machine; it is gone when the tests are, even when they
are killed, because a small guard waits for the end of a pipe that only this process holds.
"""

from __future__ import annotations

import atexit
import contextlib
import glob
import os
import secrets
import shutil
import socket
import subprocess
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
from psycopg import sql
from sqlalchemy.engine import URL, make_url

INSTALL_HINT = "install PostgreSQL's server (Debian: apt-get install -y postgresql)"
PLACES = (
    "/usr/lib/postgresql/*/bin",
    "/usr/pgsql-*/bin",
    "/opt/homebrew/opt/postgresql*/bin",
    "/usr/local/opt/postgresql*/bin",
)
# Nothing in a temporary cluster must survive a crash, so it never waits for the disk.
FAST = ("fsync=off", "full_page_writes=off", "synchronous_commit=off", "max_connections=200")
# Runs beside the server and ends it when our end of its standard input is closed.
GUARD = 'cat >/dev/null; "$1" -D "$2/data" -m immediate -w stop >/dev/null 2>&1; rm -rf "$2"'


def find_binaries() -> Path | None:
    """Return the folder of the newest installed PostgreSQL server, or None."""
    folders = [Path(found) for place in PLACES for found in glob.glob(place)]
    on_path = shutil.which("pg_ctl")
    if on_path:
        folders.append(Path(on_path).resolve().parent)
    complete = [folder for folder in folders if (folder / "initdb").exists()]
    return max(complete, key=_version, default=None)


def _version(folder: Path) -> tuple[int, ...]:
    """Return the version that PostgreSQL's folder names: 15 for /usr/lib/postgresql/15/bin."""
    words = folder.parent.name.replace("-", "@").split("@")
    return tuple(int(part) for part in words[-1].split(".") if part.isdigit())


@dataclass
class Server:
    """A running PostgreSQL server on which databases can be made."""

    admin_url: URL

    def url(self, database: str) -> str:
        """Return SQLAlchemy's address of a database on this server."""
        return self.admin_url.set(database=database).render_as_string(hide_password=False)

    def create_database(self, name: str, template: str | None = None) -> str:
        """Create a database, a copy of ``template`` if given; return its address.

        Nobody may be connected to the template meanwhile: dispose of its engine first.
        """
        statement = sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(
            sql.Identifier(name), sql.Identifier(template or "template0")
        )
        self._execute(statement)
        return self.url(name)

    def drop_database(self, name: str) -> None:
        """Drop a database if it is there, ending the connections to it."""
        statement = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)")
        self._execute(statement.format(sql.Identifier(name)))

    def problem(self) -> str:
        """Return why no database can be made here, or nothing."""
        try:
            with self._connect() as connection:
                row = connection.execute(
                    "SELECT rolcreatedb OR rolsuper FROM pg_roles WHERE rolname = current_user"
                ).fetchone()
        except psycopg.Error as error:
            return (str(error).strip().splitlines() or ["no connection"])[0]
        return "" if row and row[0] else "the account may not create databases"

    def stop(self) -> None:
        """Leave the server as it is: it belongs to someone else."""

    def _execute(self, statement: sql.Composed) -> None:
        with self._connect() as connection:
            connection.execute(statement)

    def _connect(self) -> psycopg.Connection:
        plain = self.admin_url.set(drivername="postgresql")
        address = plain.render_as_string(hide_password=False)
        return psycopg.connect(address, autocommit=True, connect_timeout=5)


@dataclass
class Cluster(Server):
    """A temporary server of our own, reached on loopback with a random password."""

    admin_url: URL = field(init=False)
    binaries: Path
    _folder: Path | None = field(default=None, init=False)
    _guard: subprocess.Popen[bytes] | None = field(default=None, init=False)

    def start(self) -> None:
        """Create and start the cluster; `ClusterError` says why it could not."""
        password = secrets.token_urlsafe(18)
        self._folder = self._make_folder(password)
        self._initialize(self._folder)
        port = self._start_on_free_port(self._folder)
        atexit.register(self.stop)
        self.admin_url = URL.create(
            "postgresql+psycopg", "postgres", password, "127.0.0.1", port, "postgres"
        )

    def stop(self) -> None:
        """End the server and remove its files; harmless when it is not running."""
        if self._guard is not None and self._guard.stdin is not None:
            self._guard.stdin.close()
            self._guard.wait(timeout=30)
            self._guard = None
        elif self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)
        self._folder = None
        atexit.unregister(self.stop)

    def _make_folder(self, password: str) -> Path:
        """Make the folder, owned by the account that will run the server."""
        # Not TMPDIR: postgres may be barred from it, and a socket's path must be short.
        folder = Path(tempfile.mkdtemp(prefix="tp-pg-", dir="/tmp"))
        secret = folder / "password"
        secret.write_text(password)
        secret.chmod(0o600)
        if os.geteuid() == 0:
            try:
                shutil.chown(folder, "postgres")
                shutil.chown(secret, "postgres")
            except LookupError as error:
                shutil.rmtree(folder)
                raise ClusterError("root needs the account postgres to start a server") from error
        return folder

    def _initialize(self, folder: Path) -> None:
        """Create the files of the cluster."""
        locale = "C" if sys.platform == "darwin" else "C.UTF-8"
        options = ["--auth=scram-sha-256", f"--pwfile={folder}/password", "--username=postgres"]
        options += ["--encoding=UTF8", f"--locale={locale}", "--no-sync"]
        self._run("initdb", [f"--pgdata={folder}/data", *options])

    def _start_on_free_port(self, folder: Path) -> int:
        """Start the server; try again when another process took the port in between."""
        attempts = 3
        for attempt in range(1, attempts + 1):
            port = free_port()
            settings = [*FAST, "listen_addresses=127.0.0.1", f"unix_socket_directories={folder}"]
            flags = " ".join([f"-p {port}", *(f"-c {setting}" for setting in settings)])
            try:
                arguments = [f"--pgdata={folder}/data", f"--log={folder}/log", f"--options={flags}"]
                self._run("pg_ctl", ["start", "--wait", "--timeout=60", *arguments])
            except ClusterError:
                if attempt == attempts:
                    raise
            else:
                self._watch(folder)
                return port
        raise AssertionError("unreachable")

    def _watch(self, folder: Path) -> None:
        """Start the guard that ends the server when this process ends, however it ends."""
        command = [*as_postgres(), "sh", "-c", GUARD, "guard"]
        self._guard = subprocess.Popen(
            [*command, str(self.binaries / "pg_ctl"), str(folder)],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd="/",
            start_new_session=True,
        )

    def _run(self, program: str, arguments: list[str]) -> None:
        """Run one of PostgreSQL's programs; its output goes to a file, not to a pipe.

        The server inherits what it is started with, and would hold a pipe open for ever.
        """
        command = [*as_postgres(), str(self.binaries / program), *arguments]
        with tempfile.TemporaryFile() as output:
            result = subprocess.run(
                command,
                check=False,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                cwd="/",
            )
            output.seek(0)
            text = output.read().decode(errors="replace").strip()
        if result.returncode:
            raise ClusterError(
                f"{program} failed: {text.splitlines()[-1] if text else 'no output'}"
            )


class ClusterError(Exception):
    """A server of our own could not be started; the text says why."""


def as_postgres() -> list[str]:
    """Return the words that run a command as postgres: a server refuses to run as root."""
    return ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []


def free_port() -> int:
    """Return a port of the loopback address that nobody uses now.

    It lies below the ports that systems give to outgoing connections: one of those could
    take it before the server that it is meant for, or while that server is restarted.
    """
    for _attempt in range(100):
        port = 20_000 + secrets.randbelow(12_000)
        with socket.socket() as listener, contextlib.suppress(OSError):
            listener.bind(("127.0.0.1", port))
            return port
    raise AssertionError("no free port between 20000 and 31999")


def open_server() -> tuple[Server | None, str]:
    """Return a server for tests, or None and the reason why there is none.

    ``TEST_DATABASE_URL`` is used where it answers; otherwise a server of our own is started.
    """
    given = os.environ.get("TEST_DATABASE_URL", "")
    reason = ""
    if given:
        server = Server(make_url(given).set(drivername="postgresql+psycopg"))
        reason = server.problem()
        if not reason:
            return server, ""
        reason = f"TEST_DATABASE_URL is set but cannot be used: {reason}; "
    binaries = find_binaries()
    if binaries is None:
        return None, f"{reason}no PostgreSQL server found: {INSTALL_HINT}"
    cluster = Cluster(binaries)
    try:
        cluster.start()
    except (ClusterError, OSError) as error:
        cluster.stop()
        return None, f"{reason}{error}"
    return cluster, ""
