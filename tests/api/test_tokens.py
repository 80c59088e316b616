"""Tokens: shown once, kept as a digest, opening what they say, until they end."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from training_platform.api import rules, services
from training_platform.api.models import ApiPull, ApiToken
from training_platform.api.rules import Resource, Standing, TokenState, state_of
from training_platform.core import clock
from training_platform.core.audit import AuditEvent
from training_platform.core.errors import NotPermittedError
from training_platform.core.throttle import CountedTry
from training_platform.people.models import EmployeeStatus
from training_platform.people.viewer import digest, viewer_of

TODAY = clock.today()
FORM = {
    "name": "HR system",
    "purpose": "Nightly copy",
    "scopes": ["people", "records"],
    "expires_on": (TODAY + timedelta(days=30)).isoformat(),
    "once": "a",
}


@pytest.mark.parametrize(
    ("standing", "expected"),
    [
        (Standing(TODAY, False, True), TokenState.ACTIVE),
        (Standing(TODAY - timedelta(days=1), False, True), TokenState.EXPIRED),
        (Standing(TODAY, True, True), TokenState.REVOKED),
        (Standing(TODAY, False, False), TokenState.ORPHANED),
    ],
)
def test_a_token_works_through_its_last_day(standing, expected):
    assert state_of(standing, TODAY) is expected


def test_a_token_is_shown_once_and_kept_as_a_digest(session, client, company):
    session.commit()
    client.sign_in(company["hr"])

    made = client.post("/api/tokens/new", data=FORM)

    secret = re.search(r"tpa_[\w-]{43}", made.get_data(as_text=True))[0]
    token = session.scalars(select(ApiToken)).one()
    assert made.status_code == 201
    assert token.token_digest == digest(secret)
    assert secret not in str(session.execute(select(*ApiToken.__table__.columns)).all())
    for address in (f"/api/tokens/{token.id}", "/api/tokens"):
        assert secret not in client.page(address).text
    assert client.get("/api/v1/people", headers={"Authorization": f"Bearer {secret}"}).get_json()


def test_a_second_equal_post_makes_no_second_token(session, client, company):
    session.commit()
    client.sign_in(company["hr"])
    client.post("/api/tokens/new", data=FORM)

    again = client.post("/api/tokens/new", data=FORM)

    token = session.scalars(select(ApiToken)).one()
    assert again.status_code == 303
    assert again.location == f"/api/tokens/{token.id}"


@pytest.mark.parametrize(
    "change",
    [
        {"purpose": " "},
        {"scopes": []},
        {"scopes": ["everything"]},
        {"expires_on": (TODAY - timedelta(days=1)).isoformat()},
        {"expires_on": (TODAY + timedelta(days=367)).isoformat()},
        {"name": ""},
    ],
    ids=str,
)
def test_a_token_without_purpose_end_or_list_is_refused(session, client, company, change):
    session.commit()
    client.sign_in(company["hr"])

    refused = client.post("/api/tokens/new", data=FORM | change)

    assert refused.status_code == 422

    assert session.scalars(select(ApiToken)).first() is None


def test_all_that_a_token_lacks_is_named_at_once(session, client, company):
    session.commit()
    client.sign_in(company["hr"])
    wrong = {"name": "", "purpose": "", "scopes": [], "expires_on": "2020-01-01"}

    page = client.post("/api/tokens/new", data=FORM | wrong).get_data(as_text=True)

    assert [name for name in wrong if f'id="{name}-error"' in page] == list(wrong)


def test_only_hr_makes_and_revokes(session, company, make_token):
    token, _secret = make_token(company["hr"])
    head = viewer_of(session, company["head"])
    wanted = services.NewToken("x", "to know", (Resource.PEOPLE,), TODAY)

    with pytest.raises(NotPermittedError):
        services.make_token(session, head, wanted)
    with pytest.raises(NotPermittedError):
        services.revoke_token(session, token, head)


def test_a_token_opens_only_what_it_was_made_for(company, ask, make_token):
    secret = make_token(company["hr"], Resource.PEOPLE)[1]

    ask("people", token=secret)
    ask("records", token=secret, expect=403)
    ask("certificates", token=secret, expect=403)


def test_a_sign_in_of_the_browser_opens_no_list(client, company, ask):
    client.sign_in(company["hr"])

    ask("people", token=None, expect=401)


def test_a_revoked_token_opens_nothing(session, client, company, ask, make_token):
    token, secret = make_token(company["hr"])
    ask("people", token=secret)
    client.sign_in(company["hr"])
    address = f"/api/tokens/{token.id}"
    session.commit()

    client.post(f"{address}/revoke")

    ask("people", token=secret, expect=401)
    assert "Revoked" in client.page(address).text
    assert client.post(f"{address}/revoke").status_code == 409


def test_an_expired_token_and_one_of_somebody_who_left_open_nothing(
    session, company, ask, make_token
):
    token, secret = make_token(company["hr"], days=1)
    ask("people", token=secret)
    token.expires_on = TODAY - timedelta(days=1)
    ask("people", token=secret, expect=401)
    token.expires_on = TODAY
    ask("people", token=secret)
    token.owner.status = EmployeeStatus.LEFT

    ask("people", token=secret, expect=401)


def test_what_was_read_is_kept_with_what_was_asked(session, client, company, ask, make_token):
    token, secret = make_token(company["hr"])
    ask("people", token=secret, department="CR", limit=2)
    ask("people", token=secret, limit=900, expect=400)

    pull = session.scalars(select(ApiPull)).one()
    assert (pull.token_id, pull.resource, pull.row_count) == (token.id, "people", 2)
    assert pull.asked == {"department": "CR", "limit": "2"}
    assert session.get(ApiToken, token.id, populate_existing=True).last_used_at
    address = f"/api/tokens/{token.id}"
    client.sign_in(company["hr"])
    text = client.page(address).text
    assert "department=CR" in text
    assert "Nightly copy" in text


def test_making_and_revoking_stand_in_the_audit_log(session, company, make_token):
    token, _secret = make_token(company["hr"])
    services.revoke_token(session, token, viewer_of(session, company["hr"]))
    session.commit()

    actions = session.scalars(select(AuditEvent.action).where(AuditEvent.action.like("api.%")))
    assert list(actions) == ["api.make_token", "api.revoke_token"]


def test_a_token_that_asks_too_often_waits(session, company, ask, make_token, monkeypatch):
    monkeypatch.setattr(rules, "LIMIT", 2)
    secret = make_token(company["hr"])[1]
    ask("people", token=secret)
    ask("people", token=secret)

    refused = ask("people", token=secret, expect=429)

    assert 0 < int(refused.headers["Retry-After"]) <= rules.MINUTES * 60
    assert refused.content_type == "application/problem+json"


def test_guessing_tokens_is_stopped_by_network(session, ask, monkeypatch):
    monkeypatch.setattr(rules, "WRONG_LIMIT", 2)
    ask("people", token="tpa_a", expect=401)
    ask("people", token="tpa_b", expect=401)

    ask("people", token="tpa_c", expect=429)

    assert (
        len(session.scalars(select(CountedTry).where(CountedTry.scope == "api.unknown")).all()) == 2
    )
