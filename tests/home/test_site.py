"""Health, manifest, help, privacy, components, and the addresses that home leads to."""

from dataclasses import replace

import pytest
from werkzeug.routing import RequestRedirect

from tests.conftest import app_on
from tests.factories.people import make_employee
from training_platform.home import addresses


def test_healthz_tells_a_stranger_nothing_but_ok(client):
    answer = client.get("/healthz")

    assert (answer.status_code, answer.json) == (200, {"status": "ok"})


def test_healthz_is_503_where_the_database_does_not_answer(tmp_path):
    app = app_on(f"sqlite:///{tmp_path}/no/such/folder.db", tmp_path)

    answer = app.test_client().get("/healthz")

    assert (answer.status_code, answer.json) == (503, {"status": "unavailable"})
    assert answer.headers["Retry-After"] == "10"


def test_the_manifest_and_the_icon_exist(client):
    manifest = client.get("/manifest.webmanifest")

    assert manifest.mimetype == "application/manifest+json"
    assert client.get(manifest.json["icons"][0]["src"]).status_code == 200
    assert client.get("/favicon.ico", follow_redirects=True).mimetype == "image/svg+xml"


@pytest.mark.parametrize("address", ["/privacy", "/help"])
def test_help_and_privacy_are_open_to_strangers_and_in_the_shell_for_others(
    session, client, address
):
    assert client.page(address).h1
    client.sign_in(make_employee(session))
    assert client.page(address).select("//nav[contains(@class, 'rail')]")


def test_the_components_are_on_show(session, client):
    client.sign_in(make_employee(session))

    assert client.page("/styleguide").h1 == "Components"


def test_production_has_no_page_of_components(app, session, client):
    app.config["SETTINGS"] = replace(app.config["SETTINGS"], app_env="production")
    client.sign_in(make_employee(session))

    assert client.get("/styleguide").status_code == 404


@pytest.mark.parametrize(
    "address",
    [
        addresses.COURSES,
        addresses.CURRICULUM,
        addresses.CERTIFICATES,
        addresses.QUIZZES,
        addresses.RECORDS,
        addresses.ASSIGN,
        addresses.IMPORTS,
        addresses.JOBS,
        "/assessment/questions",
        "/account/",
        addresses.course("a"),
        addresses.lesson("a/b"),
        addresses.paper("a"),
        addresses.attempt("t"),
        addresses.certificate("c"),
        addresses.record(1),
        addresses.staff_import(1),
        "/assessment/questions/a/b",
    ],
)
def test_home_leads_to_addresses_that_exist(app, address):
    try:
        app.url_map.bind("localhost").match(address)
    except RequestRedirect as redirect:
        pytest.fail(f"{address} is redirected to {redirect.new_url}")
