"""Who may do what, over every route and person. Written by hand, never from the code.

ok: done, shown, or refused for what was typed (422, 409): the person may. refused: 403, the place
is known but not hers. hidden: 404, byte-equal to an unknown id's answer. sign_in: 303 to /login.
The subject of every row is the owner's: her records, her attempts, her certificate. She works in a
team below Customer Relations, which `head` heads; `head2` heads another department.
"""

import os
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from tests.conftest import app_on
from tests.factories.studio import MARKER, WORD
from tests.permission_table import TABLE
from tests.permission_world import OWNER, make_world
from training_platform.core.db import db, writing
from training_platform.people.models import Employee

SAFE = {"GET"}
UNKNOWN = {
    "api_token_id": "999999",
    "saved_id": "999999",
    "schedule_id": "999999",
    "pull_id": "999999",
    "employee_id": "999999",
    "batch_id": "999999",
    "code": "0000-0000-0000-0000-0000-0000-0000",
    "token": "unknown-token",
    "notice_id": "999999",
    "mail_id": "999999",
    "notice_kind": "gossip",
    "due_kind": "gossip",
    "assignment_id": "999999",
    "record_id": "999999",
    "correction_id": "999999",
    "history_id": "999999",
    "hold_id": "999999",
    "run_id": "999999",
    "session_id": "999999",
    "grant_id": "999999",
    "workspace_id": "999999",
    "item_id": "999999",
    "crm_import_id": "999999",
    "export_seq": "999999",
    "scoring_id": "999999",
    "case_id": "999999",
    "reward_id": "999999",
    "contest_id": "999999",
    "slot_id": "999999",
    "step_id": "999999",
    "spot_check_id": "999999",
    "dispute_id": "999999",
    "regrade_id": "999999",
    "quiz_regrade_id": "999999",
    "quiz_result_id": "999999",
    "result_id": "999999",
    "behavior_round_id": "999999",
    "behavior_id": "999999",
    "behavior_rater_id": "999999",
    "practice_id": "999999",
    "application_id": "999999",
    "document_id": "999999",
    "budget_id": "999999",
    "provider_id": "999999",
    "delegation_id": "999999",
    "proof_id": "999999",
    "round_id": "999999",
    "entry_id": "999999",
    "draft_id": "999999",
    "comment_id": "999999",
    "save_id": "999999",
    "studio_file_id": "999999",
    "revision_id": "999999",
    "package_token": "unknown-token",
    "questions_token": "unknown-token",
    "question_batch_id": "999999",
    "format_id": "unknown",
    "text_token": "unknown-token",
    "paper_draft_id": "999999",
    "question_draft_id": "999999",
    "case_slug": "unknown",
    "library_draft_id": "999999",
    "rubric_draft_id": "999999",
    "task_draft_id": "999999",
    "handout_number": "999999",
    "answered_id": "999999",
    "faq_slug": "unknown",
}
NO_ATTEMPTS = dict.fromkeys(
    ("practical_open", "practical_over", "sitting_open", "sitting_over"), "unknown-token"
)
#: What must be named in the body for the row to be about the owner.
FORMS = {
    "/curricula/assign/check": {"course_id": "course", "employee": "<employee_id>"},
    "/studio/drafts/<draft_id>/outline/order": {"slug": "<lesson_slug>", "step": "1"},
    "/studio/drafts/<draft_id>/preview": {"path": "<studio_path>"},
    "/studio/drafts/<draft_id>/save": {"path": "<studio_path>", "text": "id: x", "number": "1"},
}
#: The lists that are narrowed to the owner, too.
LISTS = (
    *("/archives", "/records", "/team", "/search"),
    *("/external-training", "/evaluation", "/practice-work", "/certificates", "/coaching"),
)
#: Where every employee may read the name: the owner can be chosen as a mentor.
SHARED = frozenset({"/practice-work/new"})
#: Who may read drafts, keys and comments.
WRITERS = frozenset({"trainer"})
LINES = [line for line in TABLE.strip().splitlines() if line.strip()]
HEADER = LINES[0].split()
ROWS = [line.split() for line in LINES[1:]]


@dataclass(frozen=True)
class World:
    """One of everything in a database, its names, and everybody's signed-in session."""

    path: Path
    names: dict[str, str]
    tokens: dict[str, str]

    @property
    def used(self) -> Path:
        """The copy that the requests see."""
        return self.path.with_name("used.db")

    def renew(self) -> None:
        """Make the copy anew; nobody may be connected to it."""
        for leftover in ("-wal", "-shm"):
            self.used.with_name(self.used.name + leftover).unlink(missing_ok=True)
        shutil.copy(self.path, self.used)
        os.utime(self.used, ns=(0, 0))

    def is_untouched(self) -> bool:
        """Tell whether nothing was written since: SQLite writes its log first, then the file."""
        log = self.used.with_name(self.used.name + "-wal")
        return self.used.stat().st_mtime_ns == 0 and not (log.exists() and log.stat().st_size)


def sign_everybody_in(app: Flask) -> dict[str, str]:
    """Give each person a session; return the tokens."""
    tokens = {}
    for person in HEADER:
        if person == "guest":
            continue
        client = app.test_client()
        employee = db.session.query(Employee).filter_by(username=person).one()
        client.sign_in(employee)  # type: ignore[attr-defined]
        with client.session_transaction() as cookie:
            tokens[person] = cookie["sid"]
    return tokens


@pytest.fixture(scope="module")
def world(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> World:
    folder = tmp_path_factory.mktemp("world")
    path = Path(shutil.copy(sqlite_template, folder / "world.db"))
    app = app_on(f"sqlite:///{path}", folder)
    with app.app_context():
        with writing() as session:
            names = make_world(session)
        tokens = sign_everybody_in(app)
        db.session.remove()
        db.engine.dispose()
    return World(path, names, tokens)


@pytest.fixture(scope="module")
def app(world: World) -> Iterator[Flask]:
    """One application for all rows; reset() gives it the untouched world again."""
    world.renew()
    app = app_on(f"sqlite:///{world.used}", world.path.parent)
    yield app
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


def reset(app: Flask, world: World) -> None:
    if world.is_untouched():
        return
    with app.app_context():
        db.session.remove()
        db.engine.dispose()
    world.renew()


def address_of(route: str, names: dict[str, str]) -> str:
    def value(match: re.Match[str]) -> str:
        name = match.group(1)
        if name == "token" and route.startswith("/practicals/"):
            is_over = any(
                part in route for part in ("result", "replay", "solution", "drills", "dispute")
            )
            return names["practical_over" if is_over else "practical_open"]
        if name == "number" and route.startswith("/practicals/attempts/"):
            return "0"
        if name == "token" and route.startswith("/exams/"):
            return names["sitting_open" if "next" in route else "sitting_over"]
        if name == "token":
            return names["closed_token" if "result" in route or "reopen" in route else "open_token"]
        return names[name]

    return re.sub(r"<(\w+)>", value, route)


def outcome(response: Any) -> str:
    if response.status_code == 303 and response.location.startswith("/login?next"):
        return "sign_in"
    return {403: "refused", 404: "hidden", 401: "sign_in"}.get(
        response.status_code, "ok" if response.status_code < 500 else str(response.status_code)
    )


def masked(response: Any) -> str:
    """The body without what differs between any two requests."""
    body = response.get_data(as_text=True).replace(response.request.path, "<address>")
    return re.sub(r'(content|value)="[^"]{20,}"|(next|lang)=[^"&]*', "", body)


def ask(app: Flask, method: str, route: str, address: str, person: str, world: World) -> Any:
    data = {
        key: world.names.get(value.strip("<>"), value)
        for key, value in FORMS.get(route, {}).items()
    }
    client = app.test_client()
    if person != "guest":
        with client.session_transaction() as cookie:
            cookie["sid"] = world.tokens[person]
            cookie["lang"] = "en"
    return client.open(address, method=method, data=data if method == "POST" else None)


@pytest.mark.parametrize(("method", "route", "expected"), [(r[0], r[1], r[2:]) for r in ROWS])
def test_who_may_do_what(world, app, method, route, expected):
    names = world.names
    reset(app, world)
    address = address_of(route, names)
    nobody = address_of(
        route, names | UNKNOWN | {"open_token": "unknown", "closed_token": "unknown"} | NO_ATTEMPTS
    )

    seen = {}
    for person in HEADER:
        if method not in SAFE:
            reset(app, world)
        response = ask(app, method, route, address, person, world)
        seen[person] = outcome(response)
        assert person in WRITERS or MARKER not in everything(response), "tells of the studio"
        if seen[person] == "hidden" and nobody != address:
            assert masked(response) == masked(ask(app, method, route, nobody, person, world)), (
                "tells what exists"
            )

    assert seen == dict(zip(HEADER, expected, strict=True))


def everything(response: Any) -> str:
    """Whatever went to the browser: address, headers and body."""
    body = response.get_data().decode("utf-8", errors="replace")
    return f"{response.location} {response.headers} {body}"


@pytest.mark.parametrize("person", [person for person in HEADER if person not in WRITERS])
def test_what_is_written_in_the_studio_is_found_by_trainers_alone(world, app, person):
    reset(app, world)
    draft = f"/studio/drafts/{world.names['draft_id']}"
    searches = [
        *(f"{place}?q={WORD}" for place in ("/search", "/courses/", "/assessment/questions")),
        *(f"/studio/{place}?q={WORD}" for place in ("drafts", "content")),
    ]
    files = (f"{draft}/media/{number}" for number in range(1, 12))

    for address in [*searches, *files, f"{draft}/edit", f"{draft}/history"]:
        assert MARKER not in everything(ask(app, "GET", "", address, person, world)), address

    found = ask(app, "GET", "", f"/studio/drafts?q={WORD}", "trainer", world)
    assert MARKER in everything(found)


def opened_by_heads(names: dict[str, str]) -> Iterator[str]:
    """Yield every address that a head may open, and the lists among them narrowed to the owner."""
    column = 2 + HEADER.index("head2")
    for route in (row[1] for row in ROWS if row[0] == "GET" and row[column] == "ok"):
        if route in SHARED:
            continue
        yield address_of(route, names)
        if "<" not in route and route.startswith(LISTS):
            yield f"{route}?q={OWNER['staff_number']}"
            yield f"{route}?person={OWNER['staff_number']}&department={names['department_id']}"


def tells_of_owner(app: Flask, world: World, person: str, address: str) -> bool:
    """Tell whether a page, file or calendar names the owner; what was typed is no answer."""
    told = everything(ask(app, "GET", "", address, person, world))
    return any(OWNER[name] in told for name in ("name", "name_latin"))


def test_the_head_of_another_department_reads_of_nobody_outside_it(world, app):
    reset(app, world)
    addresses = list(opened_by_heads(world.names))

    assert [each for each in addresses if tells_of_owner(app, world, "head2", each)] == []

    seen = [each for each in addresses if tells_of_owner(app, world, "head", each)]
    assert len(seen) >= 12, "the walk does not see what it looks for"


def test_every_route_is_in_the_table(app):
    routes = {
        (method, re.sub(r"<(?:[^:<>]+:)?(\w+)>", r"<\1>", rule.rule))
        for rule in app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
        if rule.endpoint != "static"
    }

    assert routes == {(row[0], row[1]) for row in ROWS}


def test_what_a_request_wrote_is_taken_back(world, app):
    reset(app, world)
    assert ask(app, "GET", "/", "/", "owner", world).status_code == 200
    assert world.is_untouched()

    ask(app, "POST", "/logout", "/logout", "owner", world)
    assert not world.is_untouched()
    assert outcome(ask(app, "GET", "/", "/", "owner", world)) == "sign_in"

    reset(app, world)
    assert world.is_untouched()
    assert ask(app, "GET", "/", "/", "owner", world).status_code == 200
