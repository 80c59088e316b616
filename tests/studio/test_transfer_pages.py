"""Questions come in from files of other programs, and go out again without difference."""

import io
import re
from pathlib import Path

import pytest
from sqlalchemy import select

from tests.factories.content import publish_competencies, publish_question
from tests.factories.people import make_employee
from training_platform.content.models import ContentItem
from training_platform.core.files import StoredFile
from training_platform.core.permissions import Right
from training_platform.core.uploads import MEGABYTE
from training_platform.studio.formats.reading import read_questions
from training_platform.studio.formats.template_files import EXAMPLES, template
from training_platform.studio.models import StudioDraft
from training_platform.studio.transfer import kept, views
from training_platform.studio.transfer.services import PURPOSE

LAYOUT = (Path(__file__).parent / "files" / "layout-gb18030.txt").read_bytes()


def send(client, name, raw, **more):
    fields = {"topic": "calls", "language": "zh", "file": (io.BytesIO(raw), name)}
    return client.post("/studio/import", data=fields | more)


def drafts(session):
    rows = session.scalars(select(StudioDraft).where(StudioDraft.kind == "question"))
    found = {row.slug: list(row.read_files()) for row in rows}
    session.rollback()  # the pages write next
    return found


def boxes(page):
    return [each.get("value") for each in page.select("//input[@name='question']")]


def test_a_chinese_text_is_looked_at_and_the_chosen_questions_become_drafts(
    client, session, author, colleague
):
    session.commit()
    client.sign_in(author)
    kept_at = send(client, "题目.txt", LAYOUT).location
    page = client.page(kept_at)
    offered = boxes(page)
    assert "GB18030" in page.text
    assert len(offered) >= 5
    assert drafts(session) == {}  # looking changes nothing

    assert client.post(kept_at, data={"question": []}).status_code == 422
    assert client.post(kept_at, data={"question": offered[:2]}).status_code == 303
    made = drafts(session)
    assert made == {slug: [f"question_bank/questions/{slug}.yaml"] for slug in offered[:2]}
    left = boxes(client.page(kept_at))  # what is here already is not taken twice
    assert left == offered[2:]
    assert client.post(kept_at, data={"question": offered[:1]}).status_code == 422
    assert len(drafts(session)) == 2

    client.sign_in(colleague)
    assert client.get(kept_at).status_code == 404


def test_all_or_nothing_takes_nothing_where_one_is_refused_and_names_it(client, session, author):
    session.commit()
    client.sign_in(author)
    options = b"A. one\nB. two\nC. three\n"
    raw = b"First?\n" + options + b"ANSWER: A\n\nWhich?\n" + options + b"ANSWER: D\n"
    kept_at = send(client, "q.txt", raw, is_whole="y", language="en").location
    page = client.page(kept_at)
    assert re.search(r"(Line|Row|第) ?\d+", page.text)
    assert boxes(page) == []
    slug = read_questions("q.txt", raw, topic="calls", locale="en").questions[0].slug
    assert client.post(kept_at, data={"question": [slug]}).status_code == 422
    assert drafts(session) == {}
    free = send(client, "q.txt", raw, language="en").location
    assert boxes(client.page(free)) == [slug]


@pytest.mark.parametrize(
    ("name", "raw"),
    [
        ("q.xlsx", b"PK\x03\x04 cut"),
        ("q.xml", b'<!DOCTYPE q [<!ENTITY a "b">]><quiz>&a;</quiz>'),
        ("q.gift", ("::a::" + "x" * 40_000 + "{=a ~b}").encode()),
        ("q.csv", b"\xff\xfe\x00"),
    ],
)
def test_a_hostile_file_is_one_refusal_with_its_place(client, session, author, name, raw):
    session.commit()
    client.sign_in(author)
    page = client.page(send(client, name, raw).location)
    (place,) = page.select("//li[@class='package-item']//strong")
    assert re.search(r"(Line|Row|第) ?1", place.text_content())
    assert boxes(page) == []


def test_a_file_that_is_too_large_or_holds_too_much_is_refused_where_it_was_chosen(
    client, session, author, monkeypatch
):
    session.commit()
    client.sign_in(author)
    huge = client.post(
        "/studio/import",
        data=b"only the beginning came",
        content_type="multipart/form-data; boundary=x",
        environ_overrides={"CONTENT_LENGTH": str(200 * MEGABYTE)},
    )
    assert huge.status_code == 413
    assert 'id="file-error"' in huge.text
    one = "{0}. 第{0}步？\nA. 听\nB. 记\nC. 说\n答案：A\n\n"
    many = "".join(one.format(number) for number in range(1, 502)).encode()
    answer = send(client, "q.txt", many)
    assert answer.status_code == 422
    assert "501" in answer.text
    monkeypatch.setattr(views, "MEGABYTE", len(many) // 2 - 1)  # two of them are the limit
    answer = send(client, "q.txt", many)
    assert answer.status_code == 422
    assert "501" not in answer.text
    assert 'id="file-error"' in answer.text
    assert session.scalar(select(StoredFile).where(StoredFile.purpose == PURPOSE)) is None


def test_the_bank_goes_out_and_comes_in_as_the_same_questions(client, session, author):
    publish_competencies(session)
    first = publish_question(session, slug="calls/out")
    session.commit()
    item = session.scalars(select(ContentItem).where(ContentItem.slug == "calls/out")).one()
    data = dict(item.current.data)
    assert first is not None
    client.sign_in(author)
    where = "topic=calls&format=xlsx&language=zh&kind=&difficulty=&q="
    assert client.get(f"/studio/export?{where}").status_code == 200
    sent = client.get(f"/studio/export/file?{where}")
    found = read_questions("q.xlsx", sent.data, topic="calls", locale="zh")
    assert not found.refused
    (again,) = found.questions
    assert (again.slug, again.value["stem"]) == ("calls/out", data["stem"])
    page = client.page(send(client, "q.xlsx", sent.data).location)
    assert boxes(page) == []  # it is here already
    assert client.get("/studio/export?topic=calls&format=nonsense").status_code == 404


def test_templates_can_be_sent_back_as_they_are(client, session, author):
    session.commit()
    client.sign_in(author)
    for name in ("xlsx", "chinese"):
        raw = client.get(f"/studio/import/templates/{name}").data
        ending = template(name, "zh").ending
        assert len(boxes(client.page(send(client, f"t.{ending}", raw).location))) >= 7
    assert client.get("/studio/import/templates/exe").status_code == 404
    assert len(EXAMPLES) == 8


def test_a_reading_is_kept_and_read_back_whole():
    found = read_questions("q.txt", LAYOUT, topic="calls", locale="zh")
    bad = read_questions("q.csv", "题干,答案\n几?,Z\n".encode(), topic="calls", locale="zh")
    for each in (found, bad):
        reading = kept.reading_of("q", each, is_whole=True)
        again = kept.read(kept.written(reading))
        assert again == reading
        assert [one.reason for one in again.refused] == [one.reason for one in each.refused]


def test_only_trainers_may_bring_in_or_hand_out(client, session):
    person = make_employee(session, rights=(Right.HR,))
    session.commit()
    client.sign_in(person)
    assert send(client, "q.txt", LAYOUT).status_code == 403
    assert client.get("/studio/export/file").status_code == 403
    assert drafts(session) == {}
