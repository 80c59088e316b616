"""Files that every page asks for."""

import gzip

import brotli
import pytest

from training_platform.core.db import db

SHEET = "/static/css/components.css"


@pytest.mark.parametrize(
    ("encoding", "unpack"),
    [("br", brotli.decompress), ("gzip", gzip.decompress), ("identity", bytes)],
)
def test_text_comes_in_the_encoding_that_the_browser_takes(client, encoding, unpack):
    plain = client.get(SHEET).data
    response = client.get(SHEET, headers={"Accept-Encoding": encoding})

    assert unpack(response.data) == plain
    assert response.headers.get("Content-Encoding", "identity") == encoding
    assert response.headers["Vary"] == "Accept-Encoding"
    assert response.mimetype == "text/css"


def test_brotli_is_preferred_and_a_refused_encoding_is_not_sent(client):
    both = client.get(SHEET, headers={"Accept-Encoding": "gzip, deflate, br"})
    refused = client.get(SHEET, headers={"Accept-Encoding": "br;q=0, gzip"})

    assert both.headers["Content-Encoding"] == "br"
    assert refused.headers["Content-Encoding"] == "gzip"
    assert len(both.data) < len(client.get(SHEET).data) / 3


def test_an_address_with_a_hash_is_kept_for_a_year(client):
    page = client.get("/login").text
    address = page.split('rel="stylesheet" href="')[1].split('"')[0]

    response = client.get(address)

    assert response.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert client.get(SHEET).headers["Cache-Control"] == "no-cache"


def test_what_the_browser_has_is_not_sent_again(client):
    tag = client.get(SHEET, headers={"Accept-Encoding": "br"}).headers["ETag"]

    again = client.get(SHEET, headers={"Accept-Encoding": "br", "If-None-Match": tag})

    assert (again.status_code, again.data) == (304, b"")


@pytest.mark.parametrize(
    "path",
    [
        "../training_platform/config.py",
        "css/../../app.py",
        "%2e%2e/app.py",
        "css/none.css",
        "css",
        "..%5capp.py",
        "css/a%00.css",
    ],
)
def test_only_static_files_are_served(client, path):
    assert client.get(f"/static/{path}").status_code == 404


def test_static_files_need_no_database(app, client):
    with app.app_context():
        db.engine.dispose()
        db.session.remove()
    assert client.get(SHEET).status_code == 200
