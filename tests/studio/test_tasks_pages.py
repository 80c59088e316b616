"""The form of a task in a client: taken over, written in, given wrong ways, by trainers only."""

from sqlalchemy.orm import object_session
from werkzeug.datastructures import MultiDict

from tests.factories.people import make_employee
from tests.factories.studio import make_draft
from tests.practicals.sitting import publish
from training_platform.people.viewer import viewer_of
from training_platform.studio.patching import read
from training_platform.studio.services import drafts
from training_platform.studio.tasks import values

MAIN = "question_bank/practicals/own-race.yaml"
FOLDER = "question_bank/scenarios/own-race"


def begin(client, session, author):
    publish(session, "card-race")
    draft = make_draft(session, author, "own-race", "practical")
    address = f"/studio/drafts/{draft.id}/task"
    client.sign_in(author)
    session.commit()
    return draft, address


def form(draft, **changes):
    """Return what a browser sends of the task as its form shows it."""
    session = object_session(draft)
    session.expire_all()
    file = draft.file(MAIN)
    given = values.fields_of(read(file.text)) | {"path": MAIN, "number": str(file.number)}
    session.commit()
    return MultiDict(given | changes)


def test_a_task_starts_from_another_and_becomes_ones_own_without_a_script(client, session, author):
    draft, address = begin(client, session, author)
    assert b"Start from an existing task" in client.get(address).data

    client.post(f"{address}/start", data={"source": "card-race"})
    answer = client.post(
        address,
        data=form(
            draft,
            **{
                "title-en": "My race",
                "c0-rest": "key [",
                "act": "wrong-add",
                "new-wrong": "Too slow",
            },
        ),
    )
    brief = {"path": f"{FOLDER}/brief.en.md", "number": "2", "text": "Hello {cards}\n"}
    client.post(address, data=brief)

    session.expire_all()
    value = read(draft.file(MAIN).text)
    assert answer.location.endswith("/task#wrong")
    assert (value["id"], value["title"]["en"]) == ("own-race", "My race")
    assert [each["name"] for each in value["wrong"]][-1] == "too-slow"
    assert (
        draft.file(f"{FOLDER}/wrong/too-slow.yaml").raw == draft.file(f"{FOLDER}/solution.yaml").raw
    )
    assert draft.file(f"{FOLDER}/brief.en.md").text == "Hello {cards}\n"
    assert not draft.file(f"{FOLDER}/proved.txt")
    page = client.page(address).text
    assert "Each line needs a name, a colon and a value." in page
    assert "Say which checks it loses." in page
    assert b"Nothing can be drawn yet" in client.get(f"{address}/sample").data

    published = drafts.start_draft(session, viewer_of(session, author), "practical", "card-race")
    number, start = len(published.files), f"/studio/drafts/{published.id}/task/start"
    session.commit()
    client.post(start, data={"source": "card-race"})
    session.expire_all()
    assert (len(published.files), published.files[0].number) == (number, 1)

    solution = f"{FOLDER}/solution.yaml"
    steps = draft.file(solution).text
    ident = read(draft.file(MAIN).text)["checks"][0]["id"]
    told = f"{steps}# as it was said\nanswers:\n  - {{check: {ident}, text: $key.rows}}\n"
    drafts.put_files(session, draft, viewer_of(session, author), {solution: told.encode()})
    session.commit()
    renamed = form(draft, **{"act": "rename:0", "c0-newid": "Right Cards"})
    client.post(address, data=renamed)
    session.expire_all()
    assert read(draft.file(MAIN).text)["checks"][0]["id"] == "right_cards"
    assert draft.file(solution).text == told.replace(f"check: {ident}", "check: right_cards")
    assert "Short name: right_cards" in client.page(address).text

    session.commit()
    client.post(address, data=form(draft, act="wrong-remove:too-slow"))
    session.expire_all()
    assert draft.file(f"{FOLDER}/wrong/too-slow.yaml") is None


def test_who_is_no_trainer_writes_no_task_and_a_form_writes_no_other_file(client, session, author):
    draft, address = begin(client, session, author)
    before = {file.path: file.number for file in draft.files}
    session.commit()
    stray = {"path": f"{FOLDER}/brief.en.md/../proved.txt", "number": "1", "text": "x"}

    assert client.post(address, data=stray).status_code == 404
    client.sign_in(make_employee(session))
    session.commit()
    assert client.post(address, data={"number": "1"}).status_code == 403
    assert client.post(f"{address}/start", data={"source": "card-race"}).status_code == 403

    session.expire_all()
    assert {file.path: file.number for file in draft.files} == before
