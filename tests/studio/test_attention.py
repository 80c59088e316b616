"""The desk says what to look at next: what is old, what goes wrong, what lags behind."""

from datetime import timedelta

from tests.factories.assessment import make_question, make_revision
from tests.studio.test_studio_pages import LESSON, begin
from training_platform.assessment.models import AnswerCount
from training_platform.core import clock
from training_platform.people.viewer import viewer_of
from training_platform.studio.attention import lagging
from training_platform.studio.models import StudioDraft
from training_platform.studio.services.drafts import Edit, save_file
from training_platform.studio.translations import untranslated


def test_a_text_in_one_language_only_lags():
    value = {"title": {"zh": "标题", "en": ""}, "parts": [{"en": "Part"}, {"zh": "", "en": ""}]}

    assert sorted(untranslated(value)) == ["en", "zh"]


def test_old_content_is_due_and_what_names_a_day_on_that_day(client, session, author):
    with clock.stopped(clock.now() - timedelta(days=366)):
        make_revision(session, "rubric", "old", {"title": {"zh": "旧", "en": "Old"}})
        make_revision(session, "question", "topic/old", {"stem": {"zh": "旧题", "en": "Old q"}})
    make_revision(session, "rubric", "new", {"title": {"zh": "新", "en": "New"}})
    for slug, days in (("expired", 0), ("fresh", 1)):
        day = (clock.today() + timedelta(days=days)).isoformat()
        data = {"title": {"zh": slug, "en": slug}, "review_by": day}
        with clock.stopped(clock.now() - timedelta(days=999)):
            make_revision(session, "faq", slug, data)
    session.commit()
    client.sign_in(author)

    assert due(client) == {"/studio/published/rubric/old", "/studio/published/faq/expired"}


def test_what_was_found_right_is_not_due_for_a_year(client, session, author):
    with clock.stopped(clock.now() - timedelta(days=400)):
        make_revision(session, "rubric", "old", {"title": {"zh": "旧", "en": "Old"}})
    session.commit()
    client.sign_in(author)
    page = "/studio/confirm/rubric/old"
    assert client.post(page, data={"note": " "}).status_code == 422
    assert due(client)

    assert client.post(page, data={"note": "Compared with the price list."}).status_code == 303

    assert not due(client)
    assert "Compared with the price list." in client.page("/studio/published/rubric/old").text
    assert client.post("/studio/confirm/rubric/none", data={"note": "Fine."}).status_code == 404


def due(client):
    links = client.page("/studio/due").links()
    return {each for each in links if each.startswith("/studio/published/")}


def test_a_question_that_many_get_wrong_is_named(client, session, author):
    for wrong, seen in ((4, 10), (3, 10), (4, 4)):
        question = make_question(session)
        count = {"question_id": question.id, "revision_id": question.revision_id, "choice": ""}
        session.add(AnswerCount(**count, seen_count=seen, wrong_count=wrong))
    session.commit()
    client.sign_in(author)

    rows = client.page("/studio/").select("//section[@aria-labelledby='hard']//li")

    assert len(rows) == 1
    assert "4 of 10 wrong" in rows[0].text_content()


def test_a_draft_says_which_language_lags(client, session, author, published):
    draft_id = begin(client, session, author)
    draft = session.get_one(StudioDraft, draft_id)
    assert lagging(draft) == {}
    text = draft.file(LESSON).text + "\nOne more paragraph.\n\nAnd another.\n"
    save_file(session, draft, viewer_of(session, author), Edit(LESSON, text, 1))
    session.commit()

    assert lagging(draft) == {"zh": 2}
    assert "Chinese lags in 2 places" in client.page("/studio/").text
