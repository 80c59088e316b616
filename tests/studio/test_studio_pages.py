"""The studio in a client: from the desk to a published revision, and what the editor is told."""

from sqlalchemy import select

from tests.factories.people import make_employee
from tests.page import Page
from training_platform.core.permissions import Right
from training_platform.studio.models import StudioDraft, StudioPublication

LESSON = "courses/calls/01-lesson-1.en.md"


def begin(client, session, author):
    session.commit()
    client.sign_in(author)
    client.post("/studio/start/course/calls")
    draft_id = session.scalars(select(StudioDraft.id)).one()
    session.commit()
    return draft_id


def test_a_lesson_goes_from_the_desk_to_its_readers(client, session, author, colleague, published):
    draft_id = begin(client, session, author)
    address = f"/studio/drafts/{draft_id}"
    assert "Lesson" in client.page(f"{address}/edit?path={LESSON}").body
    given = {"path": LESSON, "number": "1", "title": "Calls, new", "objective": "You can call."}
    client.post(f"{address}/save", data=given | {"summary": "All.", "text": "Say your name.\n"})
    client.post(f"{address}/review", data={"version": version(session, draft_id), "reviewer": ""})
    client.sign_in(colleague)
    assert "Calls, new" in client.page(f"{address}/decide").text
    decided = {"version": version(session, draft_id), "decision": "approved"}
    assert client.post(f"{address}/decide", data=decided).status_code == 303
    client.sign_in(author)
    late = {"version": version(session, draft_id), "note": "Names first.", "day": "2020-01-01"}
    refused = Page(client.post(f"{address}/publish", data=late))
    assert refused.select("//input[@name='day'][@aria-invalid='true']")

    done = client.post(
        f"{address}/publish", data={"version": version(session, draft_id), "note": "Names first."}
    )

    assert done.status_code == 303
    client.sign_in(make_employee_later(session))
    assert "Say your name." in client.page("/courses/calls/lesson-1").text
    assert "Names first." in client.page("/studio/published/course/calls").text


def test_the_editor_is_told_what_came_of_a_save(client, session, author, published):
    draft_id = begin(client, session, author)
    given = {"path": LESSON, "number": "1", "title": "T", "objective": "O", "summary": "S"}
    post = f"/studio/drafts/{draft_id}/save"
    json = {"Accept": "application/json"}

    first = client.post(post, data=given | {"text": "One.\n"}, headers=json).get_json()
    second = client.post(post, data=given | {"text": "Two.\n"}, headers=json).get_json()

    assert (first["number"], first["is_aside"], first["fields"]["title"]) == (2, False, "T")
    assert (second["number"], second["is_aside"], second["text"]) == (2, True, "One.\n")
    assert "Kept aside" in client.page(f"/studio/drafts/{draft_id}/history?path={LESSON}").text


def test_a_hostile_lesson_is_shown_as_text(client, session, author, published):
    draft_id = begin(client, session, author)
    hostile = {
        "path": LESSON,
        "title": "<b>x",
        "text": "<script>alert(1)</script> [a](javascript:1)",
    }

    body = client.post(f"/studio/drafts/{draft_id}/preview", data=hostile).get_data(as_text=True)

    assert "<script" not in body
    assert 'href="javascript' not in body
    assert "&lt;b&gt;x" in body


def test_a_key_is_shown_to_trainers_only(client, session, author, published):
    draft_id = begin(client, session, author)
    client.sign_in(make_employee_later(session))

    assert client.get(f"/studio/drafts/{draft_id}").status_code == 403
    assert client.get("/studio/published/question/calls/check-1").status_code == 404
    assert session.scalars(select(StudioPublication)).all() == []


def test_what_is_wrong_stands_beside_the_field_and_what_was_typed_stays(client, session, author):
    session.commit()
    client.sign_in(author)

    page = client.post("/studio/new", data={"kind": "question", "slug": "No good"})

    assert page.status_code == 422
    assert "No good" in page.get_data(as_text=True)
    assert "Topic and name" in page.get_data(as_text=True)


def test_hr_says_what_needs_other_eyes(client, session):
    hr = make_employee(session, rights=(Right.HR,))
    session.commit()
    client.sign_in(hr)

    client.post("/studio/policy", data={"kind": ["course"]})

    checked = client.page("/studio/policy").select("//input[@name='kind'][@checked]")
    assert [each.get("value") for each in checked] == ["course"]


def version(session, draft_id):
    found = session.scalar(select(StudioDraft.version).where(StudioDraft.id == draft_id))
    session.commit()
    return str(found)


def make_employee_later(session):
    employee = make_employee(session)
    session.commit()
    return employee
