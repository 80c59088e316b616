"""The disk is full, the database is gone, a backup is made: people are told, and go on after."""

import contextlib
import os
import shutil
import sqlite3
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from sqlalchemy import func, select

from tests.bench.company import Company
from tests.postgres import Cluster, find_binaries
from tests.reliability.conftest import looking
from tests.reliability.test_crashes import save
from tests.reliability.test_serving import a_routine_was_done
from tests.served import ask, served
from training_platform.config import ROOT
from training_platform.core import clock
from training_platform.quizzes.models import Attempt, AttemptStep

pytestmark = pytest.mark.race


class StoppableCluster(Cluster):
    """A PostgreSQL of one test, which may go away and come back at the same address."""

    def go(self) -> None:
        self._run("pg_ctl", ["stop", f"--pgdata={self._folder}/data", "--mode=immediate"])

    def come_back(self) -> None:
        data = ["start", "--wait", f"--pgdata={self._folder}/data", f"--log={self._folder}/log"]
        options = f"-p {self.admin_url.port} -c listen_addresses=127.0.0.1 "
        options += f"-c unix_socket_directories={self._folder}"
        self._run("pg_ctl", [*data, f"--options={options}"])


@pytest.fixture
def cluster():
    binaries = find_binaries()
    if binaries is None:
        if os.environ.get("CI") == "true":
            pytest.fail("no PostgreSQL server found")
        pytest.skip("no PostgreSQL server found")
    cluster = StoppableCluster(binaries)
    cluster.start()
    yield cluster
    cluster.stop()


def test_while_postgresql_is_gone_people_are_told_when_to_come_back(
    cluster, postgres_server, postgres_company, tmp_path
):
    url = copied(postgres_server.url(postgres_company[0]), cluster, tmp_path)
    company = Company.parse(postgres_company[1])
    settings = {"WARM_TEMPLATES": "0", "JOBS_EMBEDDED": "1"}
    with served(url, tmp_path / "instance", workers=2, **settings) as server:
        reader, sitting = company.readers[0], company.savers[0]
        assert ask(server.port, "GET", "/", visitor=reader).status == 200
        assert save(server.port, sitting, 1).status == 200
        ask(server.port, "GET", "/login")

        cluster.go()
        for number in range(2, 8):
            for send in (
                lambda: ask(server.port, "GET", "/", visitor=reader),
                lambda number=number: save(server.port, sitting, number),
            ):
                began = time.monotonic()
                answer = send()
                assert time.monotonic() - began < 8  # 2 s and what a busy machine adds
                assert (answer.status, answer.headers["Retry-After"]) == (503, "10")
                assert b"Traceback" not in answer.body
        came_back_at = clock.now()
        cluster.come_back()

        assert {ask(server.port, "GET", "/", visitor=reader).status for _ in range(6)} == {200}
        assert {save(server.port, sitting, number).status for number in range(8, 12)} == {200}
        with looking(url, tmp_path / "instance") as session:
            assert a_routine_was_done(session, since=came_back_at)
            assert {1, 8, 9, 10, 11} <= set(session.scalars(select(AttemptStep.sequence)))


def copied(source, cluster, tmp_path):
    """Copy a database to another server; return its address there."""
    target = cluster.create_database("company")
    plain = [url.replace("postgresql+psycopg", "postgresql") for url in (source, target)]
    dump = str(tmp_path / "company.dump")
    subprocess.run(["pg_dump", "-Fc", f"--file={dump}", plain[0]], check=True)
    subprocess.run(["pg_restore", "--no-owner", f"--dbname={plain[1]}", dump], check=True)
    return target


def own_mounts():
    """Tell whether this process may mount a small disk that only its children see."""
    probe = ["unshare", "-m", "mount", "-t", "tmpfs", "tmpfs", "/mnt"]
    return (
        sys.platform == "linux"
        and shutil.which("unshare") is not None
        and subprocess.run(probe, check=False, capture_output=True).returncode == 0
    )


def test_a_full_disk_is_told_and_loses_nothing(company, database_url, tmp_path):
    if not database_url.startswith("sqlite"):
        pytest.skip("the disk of PostgreSQL is not ours to fill")
    if not own_mounts():
        pytest.skip("no small disk can be mounted here")
    source, disk = Path(database_url.removeprefix("sqlite:///")), tmp_path / "disk"
    disk.mkdir()
    size = source.stat().st_size + 6 * 1024 * 1024
    mount = f"mount -t tmpfs -o size={size} tmpfs '{disk}' && cp '{source}' '{disk}/test.db'"
    prefix = ("unshare", "-m", "sh", "-c", f'{mount} && exec "$@"', "sh")
    url, sitting = f"sqlite:///{disk}/test.db", company.savers[0]
    with served(url, disk, workers=1, prefix=prefix, WARM_TEMPLATES="0") as server:
        inside = Path(f"/proc/{server.process.pid}/root{disk}")
        assert ask(server.port, "GET", "/", visitor=company.readers[0]).status == 200
        ballast = inside / "ballast"
        with ballast.open("wb", buffering=0) as file, contextlib.suppress(OSError):
            while file.write(b"x" * 65_536):
                pass
        statuses = {number: save(server.port, sitting, number) for number in range(1, 60)}
        page = ask(server.port, "GET", "/", visitor=company.readers[0])
        told = next(each for each in statuses.values() if each.status != 200)
        ballast.unlink()
        after = {number: save(server.port, sitting, number).status for number in range(60, 65)}
        for path in (
            inside / "test.db",
            inside / "test.db-wal",
        ):
            (tmp_path / path.name.replace("test", "copy")).write_bytes(path.read_bytes())
        with contextlib.closing(sqlite3.connect(tmp_path / "copy.db")) as database:
            kept = {row[0] for row in database.execute("SELECT sequence FROM attempt_step")}
            whole = database.execute("PRAGMA integrity_check").fetchone()

    assert 507 in {each.status for each in statuses.values()} <= {200, 507}
    assert b"Traceback" not in told.body
    assert page.status == 200
    assert set(after.values()) == {200}
    acknowledged = {number for number, each in statuses.items() if each.status == 200} | set(after)
    assert acknowledged <= kept
    assert whole == ("ok",)


def test_a_backup_under_four_writers_is_whole_and_verifies(company, look, database_url, tmp_path):
    if database_url.startswith("sqlite"):
        swell(Path(database_url.removeprefix("sqlite:///")))
    archive, numbers = tmp_path / "backup.tar.gz", iter(range(1, 1_000_000))
    acknowledged, is_over = [], threading.Event()
    with served(database_url, tmp_path / "instance", workers=4, WARM_TEMPLATES="0") as server:

        def answer(sitting):
            while not is_over.is_set():
                number = next(numbers)
                assert save(server.port, sitting, number).status == 200
                acknowledged.append((sitting.token, number))

        def change(visitor):
            while not is_over.is_set():
                form = {"csrf_token": visitor.csrf, "theme": "dark"}
                answer = ask(server.port, "POST", "/account/theme", visitor=visitor, form=form)
                assert answer.status == 303

        def flask(url, instance, *arguments):
            environment = server.environment | {"DATABASE_URL": url, "INSTANCE_DIR": str(instance)}
            command = [sys.executable, "-m", "flask", "--app", "app", *arguments]
            done = subprocess.run(
                command, env=environment, cwd=ROOT, capture_output=True, text=True, check=False
            )
            assert done.returncode == 0, done.stdout + done.stderr
            return done.stdout

        writers = [threading.Thread(target=answer, args=(each,)) for each in company.savers]
        writers += [threading.Thread(target=change, args=(each,)) for each in company.readers]
        for writer in writers:
            writer.start()
        time.sleep(0.5)
        before = list(acknowledged)
        flask(database_url, tmp_path / "instance", "backup", str(archive))
        went_on = len(acknowledged) - len(before)
        is_over.set()
        for writer in writers:
            writer.join()

        fresh = tmp_path / "fresh"
        if database_url.startswith("sqlite"):
            restored = f"sqlite:///{fresh / 'training.db'}"
            flask(restored, fresh, "restore", str(archive), "--yes")
        else:
            restored = database_url
            flask(restored, fresh, "restore", str(archive), "--yes")
        assert "hold" in flask(restored, fresh, "records", "verify")

    assert went_on > 0
    with looking(restored, fresh) as session:
        kept = set(
            session.execute(
                select(Attempt.token, AttemptStep.sequence).join(
                    Attempt, Attempt.id == AttemptStep.attempt_id
                )
            ).all()
        )
        assert set(before) <= {tuple(row) for row in kept}
        assert session.scalar(select(func.count()).select_from(Attempt)) >= len(company.savers)


def swell(path):
    """Make the database larger than what a copy takes in one step of some megabytes."""
    with contextlib.closing(sqlite3.connect(path)) as database:
        database.execute("CREATE TABLE ballast (data BLOB)")
        database.executemany("INSERT INTO ballast VALUES (?)", [(b"x" * 1_000_000,)] * 12)
        database.commit()
