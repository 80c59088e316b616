"""What holds everywhere: headers, cookies, hosts, tokens of forms, and reads that only read."""

import hashlib

import pytest
import sqlalchemy as sa
from sqlalchemy import select
from werkzeug.routing import BuildError

from tests.conftest import app_on
from tests.factories.people import make_employee
from training_platform.assessment.models import Question
from training_platform.certificates.models import Certificate
from training_platform.core import jobs
from training_platform.core.audit import AuditEvent
from training_platform.core.db import db, fetch
from training_platform.core.outbox import Mail
from training_platform.core.web import HEADERS
from training_platform.curricula.models import Lesson
from training_platform.people.models import Employee
from training_platform.quizzes.models import Attempt
from training_platform.records.models import TrainingRecord

SECURE = {
    "app_env": "production",
    "secret_key": "a secret of the tests that is long enough for anybody",
    "base_url": "https://learn.company.example",
    "mail_url": "smtp://127.0.0.1:9",
    "demo": False,
}
OURS = "https://learn.company.example"
PUBLIC = ["/login", "/forgot-password", "/help", "/privacy", "/verify/", "/healthz"]
PUBLIC += ["/favicon.ico", "/manifest.webmanifest", "/nowhere", "/courses/"]
STATIC = ["/static/css/components.css", "/static/img/mark.svg", "/static/none.css"]
#: What reading may write: the session's last use, who was refused, tries that are counted, and who
#: looked into the data of people.
NOTED = {"user_session", "counted_try", "audit_event"}
LOOKS = {"access.refused"}


@pytest.fixture
def production(database_url, tmp_path):
    """The platform as it is set up in production, behind HTTPS."""
    app = app_on(database_url, tmp_path, **SECURE)
    app.config["WTF_CSRF_ENABLED"] = True
    app.config["PROPAGATE_FAULTS"] = False
    yield app
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


@pytest.mark.parametrize("address", PUBLIC + STATIC)
def test_every_answer_carries_the_headers(production, address):
    client = production.test_client()
    for response in (client.get(address, base_url=OURS), client.head(address, base_url=OURS)):
        for name, value in HEADERS.items():
            assert response.headers[name] == value, (address, name)
        assert response.headers["Strict-Transport-Security"] == "max-age=31536000"
        is_file = address in STATIC and response.status_code == 200
        assert is_file or "no-store" in response.headers["Cache-Control"]


@pytest.mark.parametrize(("method", "address"), [("delete", "/login"), ("post", "/login")])
def test_refusals_carry_the_headers_too(production, method, address):
    response = getattr(production.test_client(), method)(address, base_url=OURS)

    assert response.status_code in {400, 405}
    assert HEADERS.items() <= dict(response.headers).items()
    assert "Strict-Transport-Security" in response.headers


def test_the_cookie_is_bound_to_this_host_https_and_no_script(production):
    response = production.test_client().get("/login", base_url=OURS)

    (cookie,) = response.headers.getlist("Set-Cookie")
    name, *attributes = (part.strip() for part in cookie.split(";"))
    assert name.startswith("__Host-session=")
    assert {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"} <= set(attributes)
    assert not [each for each in attributes if each.startswith("Domain")]


@pytest.mark.parametrize(
    "headers",
    [{"Host": "evil.example"}, {"Host": "learn.company.example.evil.example"}, {"Host": "a b"}],
)
def test_another_host_is_not_answered(production, headers):
    response = production.test_client().get("/login", base_url=OURS, headers=headers)

    assert response.status_code == 400
    assert b"evil.example" not in response.data


@pytest.mark.parametrize(
    "headers",
    [
        {"Host": "evil.example"},
        {"X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "http"},
        {"Forwarded": "host=evil.example"},
    ],
)
def test_a_reset_mail_never_leads_to_another_host(database_url, tmp_path, headers):
    """Even where no host is refused: the address is the one of BASE_URL."""
    app = app_on(database_url, tmp_path, base_url=OURS)
    with app.app_context():
        session = db.session()
        employee = make_employee(session)
        username = employee.username
        session.commit()
    client = app.test_client()
    assert client.post("/forgot-password", data={"who": username}, headers=headers).location in {
        "/forgot-password/sent",
    }
    with app.app_context():
        jobs.run_due()
        mail = db.session.scalars(select(Mail)).one()
        assert f"{OURS}/reset/" in mail.body
        assert "evil" not in mail.body + mail.subject
        db.session.remove()
        db.engine.dispose()


def path_of(app, rule, arguments):
    with app.test_request_context():
        return app.url_map.bind("localhost").build(rule.endpoint, arguments)


def example(rule, name):
    converter = type(rule._converters.get(name)).__name__
    if converter == "AnyConverter":
        return min(rule._converters[name].items)
    return 1 if converter == "Number" else "x"


def test_nothing_is_done_without_the_token_of_a_form(demo_app):
    demo_app.config["WTF_CSRF_ENABLED"] = True
    clients = {"stranger": demo_app.test_client()}
    with demo_app.app_context():
        for username in ("admin", "hr", "specialist"):
            clients[username] = demo_app.test_client()
            person = select(Employee).where(Employee.username == username)
            clients[username].sign_in(db.session.scalars(person).one())
        before = state()
        db.session.remove()
    rules = [each for each in demo_app.url_map.iter_rules() if "POST" in each.methods]

    for rule in rules:
        address = path_of(
            demo_app,
            rule,
            {name: example(rule, name) for name in rule.arguments} | dict(rule.defaults or {}),
        )
        for who, client in clients.items():
            for sent in ({"data": {}}, {"data": {"csrf_token": "x"}}, {"json": {"kind": "x"}}):
                response = client.post(address, **sent)
                assert 400 <= response.status_code < 500, (rule.rule, who, response.status_code)
                if who != "stranger":
                    assert response.status_code == 400, (rule.rule, who, response.status_code)

    assert len(rules) > 45
    with demo_app.app_context():
        assert changed(before, state()) == set()


def state():
    """Return a digest of each table, and how often each act was audited."""
    db.session.rollback()
    digests = {}
    for table in db.metadata.sorted_tables:
        if table.name in NOTED:
            continue
        rows = fetch(db.session(), select(table).order_by(*table.primary_key.columns)).all()
        digests[table.name] = hashlib.sha256(repr(rows).encode()).hexdigest()
    acts = select(AuditEvent.action, sa.func.count()).group_by(AuditEvent.action)
    for action, number in db.session.execute(acts):
        if action not in LOOKS:
            digests[f"audit {action}"] = str(number)
    db.session.rollback()
    return digests


def changed(before, after):
    return {name for name in before.keys() | after.keys() if before.get(name) != after.get(name)}


def real_values():
    """Return values of an address's parts that exist in the demo company."""
    session = db.session()
    lesson = session.scalars(select(Lesson).limit(1)).one()
    attempts = session.scalars(select(Attempt.token).limit(3)).all()
    certificate = session.scalars(select(Certificate).limit(1)).one()
    record = session.scalars(select(TrainingRecord).limit(1)).one()
    values = {
        "course_id": [lesson.course_id],
        "slug": [lesson.slug],
        "paper_id": session.scalars(select(Attempt.paper_id).limit(1)).all(),
        "token": [*attempts, "unknown"],
        "code": [certificate.code],
        "employee_id": [record.employee_id, 999_999],
        "record_id": [record.id],
        "question_id": session.scalars(select(Question.id).limit(1)).all(),
        "ladder_id": ["default"],
        "lang": ["zh"],
        "course": [lesson.course_id],
        "name": ["none.svg"],
        "filename": ["css/components.css"],
    }
    session.rollback()
    return values


def addresses(app, values):
    """Name every address that can be read, with real parts where they are known."""
    for rule in app.url_map.iter_rules():
        if "GET" not in rule.methods:
            continue
        for number in range(4):
            parts = {}
            for name in rule.arguments:
                known = values.get(name) or [example(rule, name)]
                parts[name] = known[number % len(known)]
                if type(rule._converters.get(name)).__name__ == "AnyConverter":
                    parts[name] = example(rule, name)
            try:
                yield path_of(app, rule, parts)
            except BuildError:
                continue


@pytest.mark.parametrize("username", ["admin", "hr", "trainer", "head", "specialist"])
def test_reading_changes_nothing(demo_app, username):
    with demo_app.app_context():
        client = demo_app.test_client()
        client.sign_in(
            db.session.scalars(select(Employee).where(Employee.username == username)).one()
        )
        values = real_values()
        before = state()
        db.session.remove()
    visited = sorted(set(addresses(demo_app, values)))

    statuses = {}
    for address in visited:
        for response in (client.get(address), client.head(address)):
            assert response.status_code < 500, address
            statuses[address] = response.status_code
            response.close()

    assert len(visited) > 60
    assert sum(status == 200 for status in statuses.values()) > 20
    with demo_app.app_context():
        assert changed(before, state()) == set()
