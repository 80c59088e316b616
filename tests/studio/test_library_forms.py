"""The form of cases and common questions: nothing is lost, mistakes find their fields."""

import pytest
from werkzeug.datastructures import MultiDict

from tests.factories.disputes import make_dispute
from tests.factories.mentoring import make_practice
from tests.factories.people import make_employee
from training_platform.assessment.disputes import services as disputes
from training_platform.assessment.disputes.rules import Verdict
from training_platform.assessment.disputes.services import Ruling
from training_platform.config import ROOT
from training_platform.core import clock
from training_platform.core.kinds import Mistake
from training_platform.core.permissions import Right
from training_platform.library.rules import Sort, path_of
from training_platform.mentoring.models import PracticeQuestion
from training_platform.people.viewer import viewer_of
from training_platform.studio.library import texts, values
from training_platform.studio.models import StudioDraft
from training_platform.studio.patching import patched, read
from training_platform.studio.skeletons import SKELETONS

FILES = sorted([*(ROOT / "courses/cases").glob("*.yaml"), *(ROOT / "courses/faq").glob("*.yaml")])


def sort_of(path):
    return Sort.CASE if path.parent.name == "cases" else Sort.FAQ


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_an_entry_that_was_only_looked_at_stays_as_it_is(path):
    text, sort = path.read_text("utf-8"), sort_of(path)
    value = read(text)
    sent = {
        name: each.replace("\n", "\r\n") if isinstance(each, str) else each
        for name, each in values.fields_of(value, sort).items()
    }

    assert values.is_shown(value, sort)
    assert patched(text, values.changed(value, sort, MultiDict(sent)), values.ORDER) == text


@pytest.mark.parametrize("sort", Sort)
def test_a_new_entry_is_written_as_people_write_it(sort):
    ((_path, text),) = SKELETONS[sort.value]("refund").items()
    given = MultiDict(values.fields_of(read(text), sort))
    for part in values.PARTS[sort]:
        given[f"{part}-en"] = "One line.\r\n\r\n- a: b\r\n- *c*  \r\n"
    given.setlist("competencies", ["listening", "communication"])
    given["questions"], given["q0-en"] = "1", "Why\x07?"

    written = patched(text, values.changed(read(text), sort, given), values.ORDER)

    for part in values.PARTS[sort]:
        assert f'{part}:\n  zh: ""\n  en: |\n    One line.\n\n    - a: b\n    - *c*\n' in written
    assert "competencies: [listening, communication]\n" in written
    assert ('en: "Why?"' in written or "en: Why?" in written) == (sort is Sort.CASE)


def test_questions_are_added_moved_and_removed():
    value = {"questions": [{"zh": "一", "en": "1"}, {"zh": "二", "en": "2"}]}
    for act in ("add", "up:1", "remove:1", "down:9", "up:x", "nonsense"):
        value = values.acted(value, act)

    assert [each["en"] for each in value["questions"]] == ["2", ""]


def test_every_mistake_finds_its_field():
    keys = ("title", "answer.en", "competencies[2]", "questions[1].zh", "questions", "review_by")

    assert [texts.field_of(Mistake("x", 1, key, "is missing", "")) for key in (*keys, "odd")] == [
        *("title-zh", "answer-en", "competencies", "q1-zh", "questions", "review_by", "")
    ]


def answered(session, practice, text, answer):
    """Return a question that a trainee asked and her mentor answered, committed."""
    now = clock.now()
    question = PracticeQuestion(
        practice_id=practice.id,
        asked_by_id=practice.trainee_id,
        text=text,
        asked_at=now,
        answer=answer,
        answered_by_id=practice.mentor_id,
        answered_at=now,
    )
    session.add(question)
    session.commit()
    return question


def test_an_answer_becomes_a_draft_of_a_common_question(client, session):
    trainer = make_employee(session, rights=(Right.TRAINER, Right.MENTOR))
    practice = make_practice(session, make_employee(session), mentor=trainer)
    question = answered(
        session, practice, "客户的发票\n抬头写错了怎么办？", "先核对。\n\n再请财务重开。"
    )
    ids = practice.id, question.id
    session.commit()
    client.sign_in(trainer)
    page = client.page(f"/practice-work/{ids[0]}/questions/{ids[1]}")
    assert f"/studio/faq-from-answer/{ids[1]}" in page.body

    first = client.post(f"/studio/faq-from-answer/{ids[1]}")
    again = client.post(f"/studio/faq-from-answer/{ids[1]}")

    assert (first.status_code, first.location) == (303, again.location)
    form = client.page(first.location)
    assert "先核对。\n\n再请财务重开。" in form.body
    assert 'id="f-title-en-error"' in form.body
    draft = session.query(StudioDraft).filter_by(kind="faq").one()
    value = read(draft.file(path_of(Sort.FAQ, draft.slug)).text)
    session.commit()
    assert value["title"] == {"zh": "客户的发票 抬头写错了怎么办？", "en": ""}
    preview = client.post(f"{first.location}/preview", data={"answer-zh": "<b>粗</b> **重**"})
    drawn = preview.get_data(as_text=True)
    assert "<strong>重</strong>" in drawn
    assert "<b>" not in drawn
    client.sign_in(make_employee(session, rights=(Right.TRAINER,)))
    assert client.post(f"/studio/faq-from-answer/{ids[1]}").status_code == 404


def test_a_mentor_who_writes_nothing_proposes_her_answer(client, session):
    mentor = make_employee(session, rights=(Right.MENTOR,))
    practice = make_practice(session, make_employee(session), mentor=mentor)
    question = answered(session, practice, "谁先回电？", "谁接的谁回。")
    address, act = f"/practice-work/{practice.id}/questions/{question.id}", question.id
    trainee = practice.trainee
    session.commit()
    client.sign_in(mentor)
    assert "Propose it as a common question" in client.page(address).text

    done = client.post(f"/studio/faq-from-answer/{act}")

    assert done.location.endswith(address)
    assert "Proposed as a common question" in client.page(address).text
    assert client.get("/studio/").status_code == 403
    client.sign_in(trainee)
    assert "Proposed" not in client.page(address).text
    assert client.post(f"/studio/faq-from-answer/{act}").status_code == 403
    client.sign_in(make_employee(session, rights=(Right.TRAINER,)))
    assert "谁先回电？" in client.page("/studio/").text
    draft = session.query(StudioDraft).filter_by(kind="faq").one()
    assert client.page(f"/studio/drafts/{draft.id}/entry").select("//textarea[@lang='zh-CN']")


def test_a_ruling_becomes_a_draft_of_a_common_question(client, session):
    trainer = make_employee(session, rights=(Right.TRAINER,))
    dispute = make_dispute(session, make_employee(session), text="发票抬头可以写简称吗？")
    ident, address = dispute.id, f"/studio/faq-from-ruling/{dispute.id}"
    session.commit()
    client.sign_in(trainer)
    assert client.post(address).status_code == 404, "there is no ruling yet"
    actor, ruling = viewer_of(session, trainer), Ruling(Verdict.REJECT, "不可以，要写全称。")
    disputes.decide_dispute(session, dispute, actor, ruling, expected_version=dispute.version)
    session.commit()
    assert address in client.page(f"/disputes/{ident}").body

    first, again = client.post(address), client.post(address)

    assert (first.status_code, first.location) == (303, again.location)
    form = client.page(first.location)
    assert "发票抬头可以写简称吗？" in form.body
    assert "不可以，要写全称。" in form.body


def test_a_case_is_written_without_a_script_and_published(client, session, author, published):
    session.commit()
    client.sign_in(author)
    made = client.post("/studio/new", data={"kind": "case", "slug": "refund"})
    draft = session.query(StudioDraft).filter_by(kind="case").one()
    draft_id, session_over = draft.id, session.commit()
    assert (made.status_code, session_over) == (303, None)
    address = f"/studio/drafts/{draft_id}/entry"
    texts_given = {
        f"{name}-{code}": f"{'内容' if code == 'zh' else 'Text'} {name}"
        for name in values.texts_of(Sort.CASE)
        for code in values.LANGUAGES
    }
    given = texts_given | {"competencies": "data-quality", "review_by": "2027-05-31"}
    client.post(address, data=given | {"number": "1", "questions": "0", "act": "add"})
    questions = {"questions": "1", "q0-zh": "为什么？", "q0-en": "Why?"}
    client.post(address, data=given | questions | {"number": "2"})
    page = client.page(address)

    assert "-error" not in page.body
    assert "Why?" in client.page(f"{address}/preview").text
    assert "Everything is in order." in client.page(f"/studio/drafts/{draft_id}").text
