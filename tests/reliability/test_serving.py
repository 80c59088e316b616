"""The two servers as people meet them: slow clients, large bodies, several workers."""

import http.client
import re
import socket
import time
from contextlib import ExitStack, closing

import brotli
import pytest
from sqlalchemy import select

from tests.served import ask, served
from training_platform.core.jobs import Job, JobState

pytestmark = pytest.mark.race
SLOW = 100
TOO_LARGE = 50 * 1024 * 1024
FOREVER = "public, max-age=31536000, immutable"


def half_sent(port, number):
    """Open a connection that stops in the middle: of its headers, or of its body."""
    line = socket.create_connection(("127.0.0.1", port), timeout=20)
    if number % 2:
        line.sendall(b"GET /login HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: ")
    else:
        line.sendall(
            b"POST /login HTTP/1.1\r\nHost: 127.0.0.1\r\n"
            b"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 5000\r\n\r\nuse"
        )
    return line


def test_a_hundred_slow_clients_keep_nobody_waiting(company, database_url, tmp_path):
    with (
        served(database_url, tmp_path / "instance", default=True) as server,
        ExitStack() as open_lines,
    ):
        ask(server.port, "GET", "/login")  # the first request compiles the templates
        lines = [open_lines.enter_context(closing(half_sent(server.port, n))) for n in range(SLOW)]
        took = []
        for path in ("/login", "/healthz", "/login"):
            for line in lines:
                line.sendall(b"x")  # one more byte each, as such clients do
            began = time.monotonic()
            assert ask(server.port, "GET", path).status == 200
            took.append(time.monotonic() - began)

    assert min(took) < 1  # a starved server answers none of them; a busy machine some slowly


@pytest.mark.parametrize("default", [True, False], ids=["embedded", "gunicorn"])
def test_fifty_megabytes_get_an_answer_that_helps(default, company, database_url, tmp_path):
    with served(database_url, tmp_path / "instance", default=default, workers=1) as server:
        ask(server.port, "GET", "/login")
        before = server.pss_mb()
        # The embedded server takes it to a file first: who sends without pause sees our page.
        status, page = sent(server.port, TOO_LARGE, TOO_LARGE if default else 65_536)
        grown = server.pss_mb() - before
        assert ask(server.port, "GET", "/login").status == 200

    assert status == 413
    assert "What to do" in page
    assert grown < 20  # of 50: it was never in memory


def test_what_is_larger_than_any_upload_is_refused_from_its_head_alone(
    company, database_url, tmp_path
):
    with served(database_url, tmp_path / "instance", default=True) as server:
        began = time.monotonic()
        status, _page = sent(server.port, 2 * TOO_LARGE, 0)
        took = time.monotonic() - began

    assert status == 413
    assert took < 8  # quick beside the time that the body would take, on a busy machine too


def sent(port, size, amount):
    """Announce a body of this size and send so much of it; return the status and the page."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    with closing(connection):
        connection.putrequest("POST", "/login?lang=en")
        connection.putheader("Content-Type", "application/x-www-form-urlencoded")
        connection.putheader("Content-Length", str(size))
        connection.endheaders()
        for _each in range(amount // 65_536):
            connection.send(b"x" * 65_536)
        response = connection.getresponse()
        return response.status, response.read().decode()


def test_gunicorn_serves_with_two_workers_and_one_of_them_runs_the_jobs(
    company, look, database_url, tmp_path
):
    instance = tmp_path / "instance"
    settings = {"WARM_TEMPLATES": "0", "JOBS_EMBEDDED": "1"}
    with served(database_url, instance, workers=2, **settings) as server:
        page = ask(server.port, "GET", "/", visitor=company.readers[0])
        sheet = re.search(rb'rel="stylesheet" href="([^"]+)"', page.body)[1].decode()
        packed = ask(server.port, "GET", sheet, headers={"Accept-Encoding": "br, gzip"})
        plain = ask(server.port, "GET", sheet)
        ends = time.monotonic() + 30
        while len(server.pids()) < 3 and time.monotonic() < ends:  # the master and two
            time.sleep(0.1)
        workers = [pid for pid in server.pids() if pid != server.process.pid]
        runs_jobs = [pid for pid in workers if holds(pid, instance / "jobs.lock")]
        with look() as session:
            assert a_routine_was_done(session)

    assert page.status == 200
    assert page.headers["Cache-Control"] == "no-store"
    assert packed.headers["Content-Encoding"] == "br"
    assert packed.headers["Cache-Control"] == plain.headers["Cache-Control"] == FOREVER
    assert brotli.decompress(packed.body) == plain.body
    assert len(workers) == 2
    assert len(runs_jobs) == 1


def holds(pid, path):
    """Tell whether a process has the lock on a file, as the kernel lists it."""
    number = path.stat().st_ino
    with open("/proc/locks") as locks:
        return any(
            re.search(rf" {pid} \S+:{number} ", line) is not None and "FLOCK" in line
            for line in locks
        )


def a_routine_was_done(session, since=None):
    """Wait until the job worker has done periodic work, since a moment if one is given."""
    done = select(Job.id).where(Job.state == JobState.DONE, Job.key.like("every:%"))
    if since is not None:
        done = done.where(Job.finished_at > since)
    ends = time.monotonic() + 30
    while time.monotonic() < ends:
        if session.scalar(done.limit(1)) is not None:
            return True
        session.rollback()
        time.sleep(0.2)
    return False
