"""Every page for every demo account in both languages answers, in order and translated."""

import re
from collections.abc import Iterator
from urllib.parse import urldefrag, urlsplit

import pytest
from sqlalchemy import select

from tests.conftest import Browser
from tests.page import Page
from tests.test_translations import messages, translated
from training_platform.core.db import db
from training_platform.people.models import Employee

ACCOUNTS = [
    *("newcomer", "specialist", "specialist2", "supervisor", "manager", "trainer", "mentor"),
    *("head", "head2", "hr", "leader", "leader2", "admin"),
]
#: Each account in one language; in the long run in the other too.
IN_TURN = [
    pytest.param(
        username,
        language,
        marks=pytest.mark.soak if (number + place) % 2 else (),
        id=f"{username}-{language}",
    )
    for number, username in enumerate(ACCOUNTS)
    for place, language in enumerate(("zh", "en"))
]
AT_MOST = 70  # pages a person and language; lists differ only in their page number
NOT_PAGES = re.compile(r"/(pdf|picture|download|export|template|file)\b|\.(csv|xlsx|svg|ico)$")
DROPPED = re.compile(r"(page|sort|lang)=[^&]*&?")


def visit(client: Browser, start: str, language: str) -> Iterator[tuple[str, Page]]:
    """Follow every link of our own from a page, breadth first, each kind of address once."""
    waiting, seen = [start], set()
    while waiting and len(seen) < AT_MOST:
        address = waiting.pop(0)
        kind = DROPPED.sub("", address).rstrip("?&")
        if kind in seen:
            continue
        seen.add(kind)
        response = client.get(address, headers={"Accept-Language": language})
        assert response.status_code in {200, 301, 303, 302, 403, 404}, (
            f"{address}: {response.status_code}"
        )
        assert response.status_code not in {403, 404}, f"{address} is linked, but refused"
        if response.status_code != 200 or "text/html" not in response.content_type:
            continue
        page = Page(response)
        yield address, page
        for link in page.links():
            target = urldefrag(link)[0]
            parts = urlsplit(target)
            if parts.netloc or parts.scheme or NOT_PAGES.search(parts.path) or not target:
                continue
            own_path = "" if target.startswith("/") else urlsplit(address).path
            waiting.append(f"{own_path}{target}")


#: Every language is called by its own name where one is chosen.
ENDONYMS = {"中文", "English"}


def wrong_language(page: Page, language: str) -> list[str]:
    """Return the interface texts of the page that are in the other language."""
    pairs = {id_: translated(entry) for id_, entry in messages().items()}
    foreign = set(pairs) if language == "zh" else set(pairs.values())
    own = (set(pairs.values()) if language == "zh" else set(pairs)) | ENDONYMS
    # What people answered stays in the language in which they typed it.
    nodes = page.select("//body//text()[not(ancestor::dl[@class='seen-wanted'])]")
    found = []
    for node in nodes:
        words = " ".join(str(node).split())
        parent = node.getparent()
        marked = parent is not None and parent.xpath("ancestor-or-self::*[@lang][1]/@lang")
        if marked and marked[-1] not in {page.tree.get("lang")}:
            continue
        if parent is not None and parent.xpath("ancestor-or-self::*[@translate='no']"):
            continue  # a person's own words
        if words in foreign - own and len(words) > 1:
            found.append(words)
    return found


@pytest.mark.parametrize(("username", "language"), IN_TURN)
def test_every_page_of_an_account(demo_app, username, language):
    with demo_app.app_context():
        person = db.session.scalars(select(Employee).where(Employee.username == username)).one()
        client = demo_app.test_client()
        client.sign_in(person)
    with client.session_transaction() as cookie:
        cookie["lang"] = language

    visited = list(visit(client, "/", language))

    assert len(visited) >= 12
    mixed = {
        address: wrong for address, page in visited if (wrong := wrong_language(page, language))
    }
    assert mixed == {}


@pytest.mark.parametrize("address", ["/login", "/forgot-password", "/verify/", "/healthz"])
def test_public_pages_answer_a_stranger(demo_app, address):
    assert demo_app.test_client().get(address).status_code == 200
