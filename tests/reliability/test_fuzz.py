"""Whatever is sent, by whomever: an answer, never a fault."""

import random

import pytest
from werkzeug.routing import BuildError

from tests.bench.company import COURSE, app_for
from tests.conftest import Browser
from tests.factories.people import make_employee
from training_platform.core.db import db, writing
from training_platform.core.permissions import Right

HOSTILE = [
    "",
    "0",
    "-1",
    "99999999999999999999",
    "1' OR '1'='1",
    "<script>alert(1)</script>",
    "../../etc/passwd",
    "\x00",
    "\ud7ff",
    "％００",
    "客户" * 400,
    "a" * 10_000,
    "%s%n%(name)s",
    "{{7*7}}",
    "\r\nSet-Cookie: a=b",
    "2026-13-45",
    "1e309",
    "NaN",
    "[]",
    "null",
    "true",
]
USUAL = ["1", "2", "3", COURSE, "default", "zh", "en", "on", "2026-11-21", "next", "specialist"]
NAMES = """q page lang next username password name email staff_number department_id job_role_id
manager_id hired_on version once reason note percent answer answer-0 answer-1 go position client
theme kind course_id employee_id due_on file state sort code token rights new_password steps
required title fields sequence take_over again filter year subject"""
BODIES = [b"", b"{", b"\xff\xfe", b"null", b"[1]", b'{"kind":"answer","sequence":true}', b"a=%zz"]
TYPES = ["application/json", "application/x-www-form-urlencoded", "multipart/form-data", "text/x"]
AMOUNTS = [
    pytest.param(1_500, marks=pytest.mark.race),
    pytest.param(10_000, marks=pytest.mark.soak),
]


@pytest.mark.parametrize("amount", AMOUNTS)
def test_no_request_is_a_fault(amount, company, database_url, tmp_path, caplog):
    chance = random.Random(amount)
    app = app_for(database_url, tmp_path / "instance")
    app.test_client_class = Browser
    tokens = [each.token for each in company.savers + company.failing]
    with app.app_context():
        clients = [app.test_client(), *_clients(app)]
        faults = []
        rules = [rule for rule in app.url_map.iter_rules() if rule.endpoint != "static"]
        for number in range(amount):
            rule = rules[number % len(rules)]
            request = _request(chance, app, rule, tokens)
            client = chance.choice(clients)
            response = client.open(**request)
            body = response.get_data()
            if response.status_code >= 500 or b"Traceback (most" in body:
                faults.append(f"{response.status_code} {request} {_last(caplog)}")
            response.close()
        db.session.remove()
        db.engine.dispose()

    assert faults == [], "\n".join(fault[:1500] for fault in faults[:5])


def _last(caplog):
    told = [record for record in caplog.records if record.exc_info]
    return repr(told[-1].exc_info[1])[:600] if told else ""


def _clients(app):
    clients = []
    with writing() as session:
        people = [make_employee(session, rights=(right,)) for right in Right]
        people.append(make_employee(session))
    for person in people:
        client = app.test_client()
        client.sign_in(db.session.merge(person))
        clients.append(client)
    db.session.rollback()
    return clients


def _value(chance):
    return chance.choice(HOSTILE if chance.random() < 0.6 else USUAL)


def _values(chance):
    return {chance.choice(NAMES.split()): _value(chance) for _ in range(chance.randrange(6))}


def _request(chance, app, rule, tokens):
    arguments = {}
    for name in rule.arguments:
        converter = type(rule._converters.get(name)).__name__
        if converter == "Number":
            arguments[name] = chance.choice([1, 2, 3, 40, 2**31, 2**63, 10**30])
        elif converter in {"AnyConverter", "NoneType"}:
            arguments[name] = chance.choice(["zh", "en"])
        else:
            arguments[name] = chance.choice([*tokens, _value(chance) or "x"])
    try:
        with app.test_request_context():
            path = app.url_map.bind("localhost").build(rule.endpoint, arguments)
    except (BuildError, ValueError):
        path = "/"
    method = chance.choice(sorted(rule.methods - {"OPTIONS"}))
    if chance.random() < 0.05:
        method = chance.choice(["PUT", "DELETE", "PATCH", "OPTIONS", "HEAD"])
    request = {"path": path.split("?")[0], "method": method, "query_string": _values(chance)}
    headers = [{}, {"Accept": "application/json"}, {"HX-Request": "true"}]
    request["headers"] = chance.choice(headers)
    if method in {"POST", "PUT", "PATCH"}:
        if chance.random() < 0.25:
            request["data"] = chance.choice(BODIES)
            request["content_type"] = chance.choice(TYPES)
        else:
            request["data"] = _values(chance)
    return request
