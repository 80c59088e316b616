"""The question's form in a client: rows, another kind, what is wrong, a test answer."""

import io
from urllib.parse import unquote

import pytest
from PIL import Image
from sqlalchemy import select

from tests.factories.assessment import definition, make_question
from tests.factories.people import make_employee
from tests.page import Page
from tests.studio.test_questions_values import FILES, read, sent
from training_platform.people.viewer import viewer_of
from training_platform.studio.models import StudioDraft
from training_platform.studio.patching import patched
from training_platform.studio.patching import read as read_text
from training_platform.studio.questions.parts import KINDS, ORDER
from training_platform.studio.questions.trial import definition_of
from training_platform.studio.services import drafts

PATH = "question_bank/questions/calls/first.yaml"


def begin(client, session, author, value=None):
    """Begin a question as the author; return the address of its form."""
    draft = drafts.create_draft(session, viewer_of(session, author), "question", "calls/first")
    if value is not None:
        text = patched("", {**value, "id": "calls/first"}, ORDER)
        drafts.put_files(session, draft, viewer_of(session, author), {PATH: text.encode()})
    address = f"/studio/drafts/{draft.id}/question"
    session.commit()
    client.sign_in(author)
    return address


def kept(session):
    draft = session.scalars(select(StudioDraft).execution_options(populate_existing=True)).one()
    value = read_text(draft.file(PATH).text)
    number = draft.file(PATH).number
    session.commit()
    return value, number


def post(client, session, address, act="", **typed):
    """Send the form as it stands, with these fields typed, by a button."""
    value, number = kept(session)
    given = sent(value)
    for name, text in typed.items():
        given.setlist(name.replace("__", "-"), [text] if isinstance(text, str) else text)
    return client.post(address, data={**given.to_dict(flat=False), "number": number, "act": act})


def test_a_new_question_is_written_row_by_row(client, session, author):
    address = begin(client, session, author)
    # Nobody is told what is wrong before she wrote anything.
    assert "Fill this in." not in client.page(address).text
    assert "Nothing is written in it yet." in client.page(address.rsplit("/", 1)[0]).text

    post(client, session, address, "add:options", stem__zh="谁先说？", stem__en="Who speaks first?")
    assert "Fill this in." in client.page(address).text
    post(client, session, address, "kind:ordering", options__0__text__zh="第一")
    page = client.page(address)

    value, _number = kept(session)
    assert value["kind"] == "ordering"
    assert (len(value["items"]), value["items"][0]["zh"]) == (4, "第一")
    assert value["stem"] == {"zh": "谁先说？", "en": "Who speaks first?"}
    assert "Line 4" in page.text


def test_two_authors_write_in_one_form(client, session, author, colleague):
    address = begin(client, session, author)
    value, number = kept(session)
    mine, hers = sent(value), sent(value)
    mine["stem-zh"], hers["explanation-en"] = "我的题目", "Her explanation"
    json = {"Accept": "application/json"}

    client.post(address, data={**mine.to_dict(flat=False), "number": number})
    client.sign_in(colleague)
    told = client.post(
        address, data={**hers.to_dict(flat=False), "number": number}, headers=json
    ).get_json()

    assert (told["was_merged"], told["fields"]["stem-zh"]) == (True, "我的题目")
    assert told["fields"]["explanation-en"] == "Her explanation"


@pytest.mark.parametrize("kind", KINDS)
def test_a_test_answer_is_marked_as_a_real_one(client, session, author, kind):
    value = next(value for value in map(read, FILES) if value["kind"] == kind)
    address = begin(client, session, author, value)

    page = client.page(f"{address}/trial?in=en")
    assert value["explanation"]["en"] not in page.text
    empty = client.post(f"{address}/trial?in=en", data={})

    assert value["explanation"]["en"] in Page(empty).text
    assert "Not answered" in Page(empty).text


def test_half_a_question_is_shown_as_far_as_it_is(client, session, author):
    address = begin(client, session, author)
    assert "It shows here as soon as there is enough of it." not in client.page(address).text
    value, _number = kept(session)
    filled = definition_of({**value, "stem": {"zh": "只有中文", "en": ""}}, "calls/first")

    assert filled["stem"] == {"zh": "只有中文", "en": "只有中文"}
    assert definition_of({"kind": "essay"}, "calls/first") is None
    assert definition_of({**value, "options": "none"}, "calls/first") is None


def test_what_is_alike_and_what_gives_away_is_pointed_out(client, session, author):
    stem = {"zh": "客户换了手机号，该改哪里？", "en": "Where is a new mobile number entered?"}
    other = make_question(session, topic="calls", stem=stem)
    value = definition("single_choice", stem=stem)
    value["options"] = [
        {
            "text": {"zh": "在联系人里写上新的手机号，并注明日期和是谁说的", "en": "There"},
            "correct": True,
        },
        {"text": {"zh": "备注", "en": "Here"}, "why": {"zh": "错", "en": "No"}},
        {"text": {"zh": "名称", "en": "Name"}, "why": {"zh": "错", "en": "No"}},
    ]
    ident = other.id
    address = begin(client, session, author, value)

    text = client.page(address).text

    assert "clearly the longest" in text
    assert ident in text


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"options__correct": []}, "Mark exactly one answer as right."),
        ({"options__0__text__zh": ""}, "Fill this in."),
        ({"options__0__text__zh": "x" * 40_000}, None),
        (
            {"options__1__text__zh": "对的", "options__0__text__zh": "对的"},
            "This stands here twice.",
        ),
        ({"stem__zh": "<script>alert(1)</script>"}, None),
        ({"skills": []}, "At least 1."),
    ],
)
def test_bad_input_is_kept_and_named_beside_its_field(client, session, author, changes, said):
    value = next(value for value in map(read, FILES) if value["kind"] == "single_choice")
    address = begin(client, session, author, value)

    assert post(client, session, address, **changes).status_code == 303
    page = client.page(address)

    assert said is None or said in page.text
    assert "<script>alert" not in page.body
    for name, typed in changes.items():
        if isinstance(typed, str):
            field = page.select(f"//*[@name='{name.replace('__', '-')}']")[0]
            assert field.text_content().strip() == typed


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("kind: single_choice\noptions: A or B\n", "the form cannot show “options”"),
        ("kind: essay\n", "the form cannot show “kind”"),
        ("kind: [essay]\n", "the form cannot show “kind”"),
        ("kind: [\n", "something in its file cannot be read"),
    ],
)
def test_what_no_form_can_show_leads_to_its_text(client, session, author, text, said):
    address = begin(client, session, author)
    draft = session.scalars(select(StudioDraft)).one()
    drafts.put_files(session, draft, viewer_of(session, author), {PATH: text.encode()})
    session.commit()

    assert f"path={PATH}" in unquote(client.get(address).location)
    page = client.page(client.get(address).location)
    assert client.get(f"{address}/trial").status_code == 404

    assert said in page.text
    assert text.strip() in page.body


def test_only_trainers_see_a_question_that_is_being_written(client, session, author):
    address = begin(client, session, author)
    client.sign_in(make_employee(session))
    for path in (address, f"{address}/trial"):
        assert client.get(path).status_code == 403
        assert client.post(path, data={}).status_code == 403


def test_a_picture_is_put_beside_a_question_changed_and_taken_away(client, session, author):
    address = begin(client, session, author, read(FILES[0]))
    words = {"alt_zh": "三根柱子", "alt_en": "Three columns"}
    photo = io.BytesIO()
    Image.new("RGB", (1600, 900), "navy").save(photo, "PNG")

    refused = client.post(
        f"{address}/picture", data=words | {"alt_en": "", "picture": (io.BytesIO(b"no"), "a.png")}
    )
    assert (refused.status_code, 'id="alt_en-error"' in refused.text) == (422, True)
    broken = client.post(
        f"{address}/picture", data=words | {"picture": (io.BytesIO(b"no picture"), "a.png")}
    )
    assert (broken.status_code, 'id="picture-error"' in broken.text) == (422, True)
    assert 'value="三根柱子"' in broken.text, "what was typed stays"
    sent_in = client.post(
        f"{address}/picture",
        data=words | {"picture": (io.BytesIO(photo.getvalue()), "../../own.png")},
    )
    assert sent_in.location.endswith("/question#picture")
    assert kept(session)[0]["picture"] == {"zh": "三根柱子", "en": "Three columns"}
    page = client.page(address)
    (shown,) = page.select("//aside//img[@alt='Three columns']")
    assert (shown.get("width"), shown.get("src")[:22]) == ("1000", "data:image/webp;base64")
    assert page.select("//textarea[@name='picture-en']")

    only_zh = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><rect/></svg>'
    client.post(
        f"{address}/picture",
        data=words | {"language": "zh", "picture": (io.BytesIO(only_zh.encode()), "zh.svg")},
    )
    assert client.page(f"{address}/trial?in=zh").select("//aside//svg | //svg[@role='img']")
    assert client.page(f"{address}/trial?in=en").select("//img[@alt='Three columns']")

    client.post(f"{address}/picture/remove")
    value, _number = kept(session)
    draft = session.scalars(select(StudioDraft).execution_options(populate_existing=True)).one()
    assert ("picture" in value, [each.path for each in draft.files]) == (False, [PATH])
