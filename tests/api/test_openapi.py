"""The document describes what the interface does: addresses, parameters, answers, refusals."""

import json
import re

import pytest
from flask_babel import force_locale

from tests.api.schema import faults, resolve
from tests.factories.certificates import make_certificate
from training_platform.core.i18n import translate
from training_platform.records import services as records
from training_platform.records.rules import Effect


@pytest.fixture
def document(client):
    return client.get("/api/v1/openapi.json").get_json()


def schema_of(document, path, status="200"):
    answer = document["paths"][path]["get"]["responses"][status]
    answer = resolve(answer["$ref"], document) if "$ref" in answer else answer
    (media,) = answer["content"].values()
    return media["schema"]


def test_it_is_openapi_3_1_and_every_reference_leads_somewhere(document):
    references = re.findall(r'"\$ref": "([^"]+)"', json.dumps(document))

    assert document["openapi"] == "3.1.0"
    assert document["info"]["version"].startswith("1.")
    assert document["servers"][0]["url"].endswith("/api/v1")
    assert len(references) > 20
    assert all(resolve(each, document) for each in references)


def test_every_list_is_described_and_nothing_else(app, document):
    lists = {
        rule.rule.removeprefix("/api/v1")
        for rule in app.url_map.iter_rules()
        if rule.rule.startswith("/api/v1/") and not rule.rule.endswith(("/", ".json"))
    }

    assert set(document["paths"]) == lists


@pytest.mark.parametrize("path", ["people", "records", "certificates"])
def test_answers_are_as_the_document_says(session, company, ask, document, path):
    make_certificate(session, company["lin"], "basics")
    company["lin"].left_on = company["lin"].hired_on
    session.commit()

    answer = ask(path).get_json()

    assert answer["data"]
    assert faults(answer, schema_of(document, f"/{path}"), document) == []


def test_corrected_and_erased_records_are_as_the_document_says(session, company, ask, document):
    record = records.append(session, company["lin"].id, "quiz_passed", "q", source="t", title="Q")
    session.commit()
    first = ask("records").get_json()["data"][0]["id"]
    actor = company["hr"]
    records.append(
        session,
        company["lin"].id,
        "correction",
        Effect.VOID.value,
        source="t:c",
        corrects_id=record.id,
        reason="typed wrongly",
        by=actor.name,
    )
    session.connection().exec_driver_sql(f"DELETE FROM record_value WHERE record_id = {first}")
    session.commit()

    answer = ask("records").get_json()

    rows = {row["id"]: row for row in answer["data"]}
    assert faults(answer, schema_of(document, "/records"), document) == []
    assert not rows[record.id]["counts"]
    assert rows[first]["is_erased"]
    assert rows[first]["title"] is None
    assert [row["corrects"] for row in rows.values() if row["corrects"]] == [record.id]


@pytest.mark.parametrize(
    ("method", "path", "headers", "status"),
    [
        ("get", "people?limit=0", {}, 401),
        ("get", "people", {"Authorization": "Bearer tpa_wrong"}, 401),
        ("get", "nothing", {}, 404),
        ("post", "people", {}, 405),
    ],
)
def test_refusals_are_problem_documents(client, document, method, path, headers, status):
    response = getattr(client, method)(f"/api/v1/{path}", headers=headers)

    body = json.loads(response.data)
    assert response.status_code == body["status"] == status
    assert response.content_type == "application/problem+json"
    assert faults(body, schema_of(document, "/people", "401"), document) == []


@pytest.mark.parametrize(
    "query",
    [
        {"limit": "501"},
        {"limit": "many"},
        {"cursor": "r1"},
        {"cursor": "p-1"},
        {"cursor": "p99999999999999999999"},
        {"status": "gone"},
        {"statu": "left"},
        {"staff_number": "x" * 201},
    ],
    ids=str,
)
def test_what_the_document_does_not_offer_is_refused(ask, document, query):
    body = ask("people", expect=400, **query).get_json(force=True)

    assert next(iter(query)) in body["title"]
    assert faults(body, schema_of(document, "/people", "400"), document) == []


def test_every_parameter_of_the_document_is_taken(ask, document):
    values = {"integer": "5", "date": "2020-01-01", "cursor": None}
    for path, item in document["paths"].items():
        for each in item["get"]["parameters"]:
            schema = each["schema"]
            value = values.get(schema.get("format") or schema["type"], "x")
            value = schema["enum"][0] if "enum" in schema else value
            value = f"{path[1]}0" if each["name"] == "cursor" else value
            ask(path.strip("/"), **{each["name"]: value})


@pytest.mark.parametrize("language", ["zh", "en"])
def test_people_read_the_same_on_a_page(app, client, document, language):
    page = client.page("/api/v1/", headers={"Accept-Language": language})

    with app.test_request_context(), force_locale(language):
        for path, item in document["paths"].items():
            assert f"GET /api/v1{path}" in page.text
            assert translate(item["get"]["summary"]) in page.text
            for each in item["get"]["parameters"]:
                assert translate(each["description"]) in page.text
        for answer in document["components"]["responses"].values():
            assert translate(answer["description"]) in page.text
