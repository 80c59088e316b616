"""A backup is whole, checked, and put back without losing what was there."""

import shutil
import tarfile
import threading

import pytest
from sqlalchemy import func, select

from tests.factories.people import make_employee
from training_platform.config import ROOT
from training_platform.core import backup, files
from training_platform.core.backup import BackupError
from training_platform.core.db import db, writing
from training_platform.people.models import Employee


@pytest.fixture
def filled(session, tmp_path):
    """Three people, a file and a key."""
    for _ in range(3):
        make_employee(session)
    stored = files.store(
        session,
        "证书".encode(),
        name="a.pdf",
        media_type="application/pdf",
        purpose="t",
        owner_id=None,
    )
    session.commit()
    (tmp_path / "keys").mkdir()
    (tmp_path / "keys" / "certificates.pem").write_text("the key")
    (tmp_path / "secret_key").write_text("the secret")
    return stored.token


def names(session):
    session.rollback()
    session.expire_all()
    return session.scalars(select(Employee.username).order_by(Employee.id)).all()


def test_a_restored_platform_is_as_it_was(session, filled, tmp_path):
    before = names(session)
    target = tmp_path / "out" / "a.tar.gz"

    newest = (ROOT / "migrations" / "HEAD").read_text()
    line = backup.backup(target)
    assert f"schema {newest[:4]}" in line
    assert target.stat().st_mode & 0o077 == 0
    make_employee(session, username="later")
    session.commit()
    shutil.rmtree(files.folder())
    (tmp_path / "keys" / "certificates.pem").write_text("another key")
    (tmp_path / "secret_key").unlink()
    backup.restore(target)

    assert names(session) == before
    assert (files.folder() / filled).read_bytes() == "证书".encode()
    assert (tmp_path / "keys" / "certificates.pem").read_text() == "the key"
    assert (tmp_path / "secret_key").read_text() == "the secret"


def test_the_database_of_before_is_kept_beside(session, filled, tmp_path):
    target = tmp_path / "a.tar.gz"
    backup.backup(target)
    make_employee(session, username="only-here")
    session.commit()
    backup.restore(target)

    kept = list(tmp_path.glob("*before-restore-*"))
    assert len(kept) == 1
    assert b"only-here" in kept[0].read_bytes() or kept[0].suffix == ".dump"


def test_a_backup_while_people_write_is_consistent(app, session, filled, tmp_path):
    stop = threading.Event()

    def write():
        with app.app_context():
            while not stop.is_set():
                with writing() as mine:  # two people at once, or none
                    make_employee(mine)
                    make_employee(mine)
            db.session.remove()

    db.session.rollback()
    writer = threading.Thread(target=write)
    writer.start()
    try:
        for number in range(3):
            backup.backup(tmp_path / f"{number}.tar.gz")
    finally:
        stop.set()
        writer.join()

    backup.restore(tmp_path / "2.tar.gz")
    count = session.scalar(select(func.count()).select_from(Employee))
    assert count % 2 == 1


def cut(path, tmp_path):
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def change(path, tmp_path):
    """Change one byte of the database inside, the archive itself stays well formed."""
    folder = tmp_path / "unpacked"
    with tarfile.open(path) as archive:
        archive.extractall(folder, filter="data")
    data = bytearray((folder / "database").read_bytes())
    data[len(data) // 2] ^= 1
    (folder / "database").write_bytes(data)
    with tarfile.open(path, "w:gz") as archive:
        for each in sorted(folder.rglob("*")):
            if each.is_file():
                archive.add(each, str(each.relative_to(folder)))


def drop_member(path, tmp_path):
    folder = tmp_path / "unpacked"
    with tarfile.open(path) as archive:
        archive.extractall(folder, filter="data")
    with tarfile.open(path, "w:gz") as archive:
        archive.add(folder / "manifest.json", "manifest.json")


def empty(path, tmp_path):
    path.write_bytes(b"")


def other(path, tmp_path):
    path.write_bytes(b"PK\x03\x04 a spreadsheet")


@pytest.mark.parametrize("harm", [cut, change, drop_member, empty, other])
def test_a_broken_backup_is_refused_and_changes_nothing(session, filled, tmp_path, harm):
    target = tmp_path / "a.tar.gz"
    backup.backup(target)
    harm(target, tmp_path)
    before = names(session)
    session.rollback()

    with pytest.raises(BackupError):
        backup.restore(target)

    assert names(session) == before
    assert list(tmp_path.glob("*before-restore-*")) == []


def test_an_archive_that_climbs_out_of_its_folder_is_refused(session, filled, tmp_path):
    target = tmp_path / "a.tar.gz"
    backup.backup(target)
    with tarfile.open(target) as archive:
        archive.extractall(tmp_path / "unpacked", filter="data")
    with tarfile.open(target, "w:gz") as archive:
        for each in sorted((tmp_path / "unpacked").rglob("*")):
            if each.is_file():
                archive.add(each, str(each.relative_to(tmp_path / "unpacked")))
        archive.add(tmp_path / "secret_key", "../../climbed")
    session.rollback()

    with pytest.raises(BackupError):
        backup.restore(target)

    assert not (tmp_path.parent / "climbed").exists()


def test_nothing_is_overwritten(session, filled, tmp_path):
    target = tmp_path / "a.tar.gz"
    target.write_text("the only copy")

    with pytest.raises(BackupError, match="exists"):
        backup.backup(target)

    assert target.read_text() == "the only copy"


def test_the_command_says_what_it_found(app, session, filled, tmp_path):
    session.rollback()
    runner = app.test_cli_runner()
    target = tmp_path / "a.tar.gz"

    made = runner.invoke(args=["backup", str(target)])
    again = runner.invoke(args=["backup", str(target)])
    kept = runner.invoke(args=["restore", str(target)], input="n\n")
    restored = runner.invoke(args=["restore", str(target), "--yes"])

    assert (made.exit_code, again.exit_code, kept.exit_code, restored.exit_code) == (0, 1, 1, 0)
    assert "exists already" in again.output
    assert "checksums are right" in kept.output
    assert "records verify" in restored.output
