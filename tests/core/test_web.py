"""Refusals and faults as people see them: in their language, with advice, with what they typed."""

import errno
import json
import sqlite3

import pytest
import sqlalchemy as sa
from flask import request
from sqlalchemy.exc import OperationalError

from tests.conftest import app_on
from tests.factories.people import make_employee
from tests.page import Page
from tests.postgres import free_port
from training_platform.core import clock
from training_platform.core.db import db, transaction
from training_platform.core.errors import (
    ConflictError,
    InvalidTransitionError,
    NoSpaceError,
    NotFoundError,
    NotPermittedError,
    RuleError,
    TooLargeError,
    TooManyTriesError,
    UnavailableError,
)
from training_platform.core.permissions import Permission
from training_platform.core.throttle import CountedTry
from training_platform.core.web import public, requires, safe_next


def locked():
    return OperationalError("BEGIN", {}, sqlite3.OperationalError("database is locked"))


FAULTS = {
    "forbidden": (NotPermittedError, 403),
    "missing": (NotFoundError, 404),
    "moved_on": (InvalidTransitionError, 409),
    "conflict": (ConflictError, 409),
    "large": (TooLargeError, 413),
    "rule": (lambda: RuleError("This cannot be saved as it is."), 422),
    "tries": (lambda: TooManyTriesError(42), 429),
    "bug": (lambda: KeyError("secret detail"), 500),
    "unavailable": (UnavailableError, 503),
    "locked": (locked, 503),
    "full": (NoSpaceError, 507),
    "disk": (lambda: OSError(errno.ENOSPC, "No space left on device"), 507),
}
CASES = [pytest.param(name, status, id=name) for name, (_make, status) in FAULTS.items()]


@pytest.fixture
def app(app):
    """The platform, with pages that fail in every way."""
    app.config["PROPAGATE_FAULTS"] = False

    @public
    def fail(name):
        raise FAULTS[name][0]()

    @public
    def write():
        with transaction() as session:
            for number in range(2000):
                session.add(CountedTry(scope="x" * 500, key=str(number), tried_at=clock.now()))
        return "saved"

    @requires(Permission.SIGNED_IN)
    def inside():
        return "inside"

    @public
    def body():
        return str(len(request.form))

    app.add_url_rule("/_fail/<name>", "fail", fail, methods=["GET", "POST"])
    app.add_url_rule("/_write", "write", write, methods=["POST"])
    app.add_url_rule("/_inside", "inside", inside, methods=["GET", "POST"])
    app.add_url_rule("/_body", "body", body, methods=["POST"])
    app.add_url_rule("/_undeclared", "undeclared", lambda: "x")
    return app


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize(("name", "status"), CASES)
def test_every_refusal_has_a_page_with_advice_and_what_was_typed(client, name, status, language):
    typed = {"note": "半小时写的话", "password": "Quiet rivers", "csrf_token": "tok-tok"}

    response = client.post(f"/_fail/{name}?lang={language}", data=typed)

    assert response.status_code == status
    page = Page(response)
    assert ("What to do" if language == "en" else "怎么办") in page.text
    assert "secret detail" not in page.body
    assert "Quiet rivers" not in page.body
    assert "tok-tok" not in page.body
    assert ("半小时写的话" in page.text) is (status not in {403, 404})
    assert response.headers["X-Request-Id"]
    assert (response.headers["X-Request-Id"] in page.text) is (status >= 500)
    if language == "zh":
        assert any("\u4e00" <= sign <= "\u9fff" for sign in page.h1)


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize(("name", "status"), CASES)
def test_programs_get_the_same_refusal_as_json(client, name, status, language):
    response = client.get(f"/_fail/{name}?lang={language}", headers={"Accept": "application/json"})

    assert response.status_code == status
    body = json.loads(response.data)
    assert body["error"]
    assert body["advice"] or status == 422
    assert body["request_id"] == response.headers["X-Request-Id"]
    is_chinese = any("\u4e00" <= sign <= "\u9fff" for sign in body["error"])
    assert is_chinese is (language == "zh")


@pytest.mark.parametrize(("name", "seconds"), [("unavailable", "10"), ("tries", "42")])
def test_refusals_that_pass_say_when_to_come_back(client, name, seconds):
    assert client.get(f"/_fail/{name}").headers["Retry-After"] == seconds


def test_a_bug_is_a_page_with_a_number_and_no_traceback(client, caplog):
    response = client.get("/_fail/bug?lang=en")

    assert response.status_code == 500
    assert "Traceback" not in response.text
    assert response.headers["X-Request-Id"] in response.text
    assert any(record.exc_info for record in caplog.records)


def test_an_unknown_address_is_404_and_a_wrong_method_405(client):
    assert client.get("/nowhere").status_code == 404
    refused = client.delete("/login?lang=en")
    assert refused.status_code == 405
    assert "POST" in refused.headers["Allow"]


def test_a_view_that_declares_no_permission_is_closed(client):
    assert client.get("/_undeclared").status_code == 500


def test_a_stranger_signs_in_and_comes_back(client):
    response = client.get("/_inside?tab=2")

    assert response.status_code == 303
    assert response.location == "/login?next=%2F_inside%3Ftab%3D2"


@pytest.mark.parametrize("headers", [{"Accept": "application/json"}, {"HX-Request": "true"}])
def test_programs_and_fragments_of_strangers_get_401(client, headers):
    assert client.get("/_inside", headers=headers).status_code == 401


def test_what_a_stranger_typed_stays_when_the_session_is_over(client):
    response = client.post("/_inside?lang=en", data={"answer": "typed for an hour"})

    assert response.status_code == 401
    assert "typed for an hour" in response.text


def test_a_form_of_another_session_saves_nothing_and_keeps_the_text(app, client, session):
    employee = make_employee(session)
    session.commit()
    client.sign_in(employee)
    app.config["WTF_CSRF_ENABLED"] = True

    response = client.post("/_inside", data={"note": "still here", "csrf_token": "stale"})

    assert response.status_code == 400
    assert "still here" in response.text


def test_a_body_that_is_too_large_gets_our_page(app, client):
    app.config["MAX_CONTENT_LENGTH"] = 1000

    response = client.post("/_body?lang=en", data={"note": "x" * 5000})

    assert response.status_code == 413
    assert "What to do" in response.text


def test_a_full_disk_is_507_and_reading_goes_on(app, client, session):
    if db.engine.dialect.name != "sqlite":
        pytest.skip("PostgreSQL's disk cannot be filled here")
    db.session.remove()
    pages = sa.event

    @pages.listens_for(db.engine, "begin")
    def fill(connection):
        count = connection.exec_driver_sql("PRAGMA page_count").scalar()
        connection.exec_driver_sql(f"PRAGMA max_page_count={count}")

    response = client.post("/_write?lang=en", data={"note": "kept in sight"})

    assert response.status_code == 507
    assert "kept in sight" in response.text
    assert client.get("/login").status_code == 200
    sa.event.remove(db.engine, "begin", fill)
    with db.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA max_page_count=4294967294")
    assert client.post("/_write").text == "saved"


def test_a_database_that_is_gone_is_503(tmp_path):
    app = app_on(
        f"postgresql+psycopg://nobody@127.0.0.1:{free_port()}/gone",
        tmp_path,
    )
    app.config["PROPAGATE_FAULTS"] = False
    client = app.test_client()
    with client.session_transaction() as cookie:
        cookie["sid"], cookie["lang"] = "token", "en"

    response = client.get("/login")

    assert response.status_code == 503
    assert response.headers["Retry-After"] == "10"
    assert "Traceback" not in response.text


def test_every_page_carries_its_headers(client):
    headers = client.get("/login").headers

    assert "unsafe" not in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Cache-Control"] == "no-store"
    assert "Server" not in headers or "Python" not in headers["Server"]


OURS = [
    "/",
    "/courses/",
    "/courses/customer-data-basics/why?step=2&lang=en",
    "/a#b",
    "/%E5%AE%A2",
    "/客户",
    "/a?next=//evil.example",
    "/a//b",
]
THEIRS = [
    None,
    "",
    "courses",
    "//evil.example",
    "///evil.example",
    "////evil.example/%2f..",
    "/\\evil.example",
    "\\\\evil.example",
    "\\/evil.example",
    "/\\/evil.example",
    "/a\\b",
    "http://evil.example",
    "https://evil.example",
    "HTTPS:evil.example",
    "https:///evil.example",
    "http:/\\evil.example",
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    "data:text/html,x",
    "mailto:a@evil.example",
    " /courses",
    "/ courses",
    "/a b",
    "\t//evil.example",
    "/\t/evil.example",
    "/\n/evil.example",
    "/\r\nLocation:http://evil.example",
    "\x00/a",
    "/\x00/evil.example",
    "/\x0b/evil.example",
    "evil.example/",
    "@evil.example",
    "?next=/",
    "#top",
    ".",
    "../admin",
    "//user@evil.example/",
    "//[::1]/",
    "/" + "a" * 2000,
]


@pytest.mark.parametrize("address", OURS)
def test_addresses_of_this_site_are_followed(address):
    assert safe_next(address) == address


@pytest.mark.parametrize("address", THEIRS)
def test_addresses_of_others_are_not_followed(address):
    assert safe_next(address) is None
