"""Backup and restore: one checked archive of the database, the stored files and the keys.

The copy is consistent while the platform runs: SQLite's backup interface, or pg_dump's snapshot.
(Copying the database file itself would lose what lies in its write-ahead log.)
"""

import hashlib
import json
import os
import shutil
import sqlite3
import subprocess
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from flask import current_app
from sqlalchemy import make_url, text

from training_platform.config import ROOT
from training_platform.core import clock
from training_platform.core.db import db, reading

MANIFEST = "manifest.json"
DATABASE = "database"
#: What lies beside the database and must come along: uploads, keys, signed heads.
FOLDERS = ("files", "keys", "heads")
SINGLE_FILES = ("secret_key",)


class BackupError(Exception):
    """The backup cannot be made or used; the text says why and what to do."""


@dataclass(frozen=True)
class Manifest:
    """What a backup holds."""

    made_at: str
    dialect: str
    schema: str
    checksums: dict[str, str]

    def describe(self) -> str:
        """Say in a line what the backup holds."""
        files = len(self.checksums) - 1
        return (
            f"a {self.dialect} database (schema {self.schema}) of {self.made_at} and {files} files"
        )


def backup(target: Path) -> str:
    """Write a backup to target, whole or not at all; return a line that describes it.

    Raises BackupError if the target exists or the database cannot be copied.
    """
    if target.exists():
        raise BackupError(f"{target} exists already; choose another name")
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target.parent) as scratch:
        folder = Path(scratch)
        _dump(folder / DATABASE)
        members = {DATABASE: folder / DATABASE} | dict(_instance_files())
        manifest = Manifest(
            made_at=clock.now().isoformat(timespec="seconds"),
            dialect=db.engine.dialect.name,
            schema=_schema(),
            checksums={name: _sha256(path) for name, path in members.items()},
        )
        (folder / MANIFEST).write_text(json.dumps(vars(manifest), indent=1), encoding="utf-8")
        partial = folder / "backup.part"
        with tarfile.open(partial, "w:gz", compresslevel=5) as archive:
            archive.add(folder / MANIFEST, MANIFEST)
            for name, path in members.items():
                archive.add(path, name)
        _sync(partial)
        partial.chmod(0o600)
        partial.replace(target)
    return f"{target}: {manifest.describe()}, {target.stat().st_size / 1e6:.1f} MB"


def examine(source: Path) -> Manifest:
    """Check every byte of a backup; return what it holds, raise BackupError where it is broken."""
    try:
        with tarfile.open(source, "r:gz") as archive:
            manifest = Manifest(**json.load(_member(archive, MANIFEST)))
            for name, checksum in manifest.checksums.items():
                digest = hashlib.sha256()
                stream = _member(archive, name)
                while chunk := stream.read(1 << 20):
                    digest.update(chunk)
                if digest.hexdigest() != checksum:
                    raise BackupError(f"{source} is damaged: {name} does not match its checksum")
    except (tarfile.TarError, EOFError, OSError, ValueError, TypeError, KeyError) as fault:
        raise BackupError(f"{source} is no backup, or was cut off: {fault}") from None
    return manifest


def restore(source: Path) -> str:
    """Replace database and files by a backup; the old database is kept beside the new one.

    Raises BackupError, with nothing replaced, if the backup is broken or of another database.
    """
    manifest = examine(source)
    if manifest.dialect != db.engine.dialect.name:
        raise BackupError(
            f"the backup is of {manifest.dialect}, DATABASE_URL names {db.engine.dialect.name}"
        )
    instance = Path(current_app.instance_path)
    instance.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=instance) as scratch:
        folder = Path(scratch)
        with tarfile.open(source, "r:gz") as archive:
            try:
                archive.extractall(folder, filter="data")
            except tarfile.TarError as fault:
                raise BackupError(f"{source} holds what is no part of a backup: {fault}") from None
        _load(folder / DATABASE)
        for name in FOLDERS:
            if (folder / name).is_dir():
                shutil.rmtree(instance / name, ignore_errors=True)
                shutil.move(folder / name, instance / name)
        for name in SINGLE_FILES:
            if (folder / name).exists():
                shutil.move(folder / name, instance / name)
                (instance / name).chmod(0o600)
    return f"Restored {manifest.describe()}. Now run: flask db upgrade && flask records verify"


def newest_backup_age_days(folder: Path) -> float | None:
    """Return how old the newest backup in a folder is, in days; None if there is none."""
    made = [path.stat().st_mtime for path in folder.glob("*.tar.gz")]
    return (clock.now().timestamp() - max(made)) / 86_400 if made else None


def _instance_files() -> Iterator[tuple[str, Path]]:
    instance = Path(current_app.instance_path)
    for name in FOLDERS:
        for path in sorted((instance / name).rglob("*")):
            if path.is_file() and path.suffix != ".part":
                yield str(path.relative_to(instance)), path
    for name in SINGLE_FILES:
        if (instance / name).exists():
            yield name, instance / name


def _dump(target: Path) -> None:
    if db.engine.dialect.name == "sqlite":
        source_path = db.engine.url.database or ""
        with (
            closing(sqlite3.connect(source_path)) as source,
            closing(sqlite3.connect(target)) as copy,
        ):
            # In one step: between steps each commit of others would make it begin anew.
            source.backup(copy)
            if copy.execute("PRAGMA integrity_check").fetchone() != ("ok",):
                raise BackupError("the copy of the database fails its integrity check")
        return
    _postgres("pg_dump", "--format=custom", f"--file={target}")


def _load(source: Path) -> None:
    db.session.remove()
    db.engine.dispose()
    if db.engine.dialect.name == "sqlite":
        path = Path(db.engine.url.database or "")
        if path.exists():
            stamp = clock.now().strftime("%Y%m%d-%H%M%S")
            with closing(sqlite3.connect(path)) as old:
                old.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            path.replace(path.with_name(f"{path.name}.before-restore-{stamp}"))
        for leftover in ("-wal", "-shm"):
            path.with_name(path.name + leftover).unlink(missing_ok=True)
        path.parent.mkdir(parents=True, exist_ok=True)
        shutil.move(source, path)
        return
    stamp = clock.now().strftime("%Y%m%d-%H%M%S")
    kept = Path(current_app.instance_path) / f"before-restore-{stamp}.dump"
    _postgres("pg_dump", "--format=custom", f"--file={kept}")
    kept.chmod(0o600)
    _postgres(
        "pg_restore", "--clean", "--if-exists", "--no-owner", "--single-transaction", str(source)
    )


def _postgres(program: str, *arguments: str) -> None:
    found = shutil.which(program)
    if found is None:
        raise BackupError(f"{program} is missing: apt-get install -y postgresql-client")
    url = make_url(current_app.config["SQLALCHEMY_DATABASE_URI"])
    environment = os.environ | {
        "PGHOST": url.host or "",
        "PGPORT": str(url.port or 5432),
        "PGUSER": url.username or "",
        "PGPASSWORD": str(url.password or ""),
        "PGDATABASE": url.database or "",
    }
    target = ["--dbname", url.database or ""] if program == "pg_restore" else []
    done = subprocess.run(  # noqa: S603  # a fixed program, no shell
        [found, *target, *arguments], env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise BackupError(f"{program} failed: {done.stderr.strip()[-500:]}")


def _schema() -> str:
    with reading() as session:
        found = session.execute(text("SELECT version_num FROM alembic_version")).scalar()
    return str(found or (ROOT / "migrations" / "HEAD").read_text().strip())


def _member(archive: tarfile.TarFile, name: str) -> "tarfile.ExFileObject":
    stream = archive.extractfile(name)
    if stream is None:
        raise KeyError(name)
    return stream  # type: ignore[return-value]


def _sha256(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _sync(path: Path) -> None:
    with path.open("rb") as stream:
        os.fsync(stream.fileno())
