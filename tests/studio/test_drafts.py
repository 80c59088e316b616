"""Drafts: several authors in one text, saves that come back, a way to publish and back again."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from tests.factories.content import publish
from tests.factories.people import make_employee
from training_platform.content.models import ContentItem
from training_platform.core import clock
from training_platform.core.errors import (
    ConflictError,
    InvalidTransitionError,
    NotPermittedError,
    RuleError,
)
from training_platform.curricula.models import LessonText
from training_platform.people.viewer import viewer_of
from training_platform.studio import checking, jobs, together
from training_platform.studio.models import StudioPublication, StudioSave
from training_platform.studio.own import my_data
from training_platform.studio.rules import Act, DraftState, ReviewDecision
from training_platform.studio.services import drafts, policy, publishing, reviewing
from training_platform.studio.services.drafts import Edit
from training_platform.studio.services.publishing import HasMistakesError
from training_platform.studio.services.reviewing import Remark

LESSON = "courses/calls/01-lesson-1.en.md"


@pytest.fixture
def draft(session, published, viewers):
    return drafts.start_draft(session, viewers[0], "course", "calls")


def text_of(draft, path=LESSON):
    return draft.file(path).text


def approve(session, draft, viewers):
    reviewing.ask_review(session, draft, viewers[0], viewers[1].id, "")
    reviewing.decide_review(session, draft, viewers[1], ReviewDecision.APPROVED, "")


def change(session, draft, viewer, line="One more line that nobody had."):
    text = text_of(draft) + f"\n{line}\n"
    return drafts.save_file(session, draft, viewer, Edit(LESSON, text, draft.file(LESSON).number))


def test_a_published_item_has_one_open_draft_with_its_files(session, draft, published, viewers):
    again = drafts.start_draft(session, viewers[1], "course", "calls")

    assert again.id == draft.id
    assert draft.read_files() == published.read_files()


def test_two_authors_in_different_lines_lose_nothing(session, draft, viewers):
    begun = text_of(draft)
    number = draft.file(LESSON).number
    drafts.save_file(session, draft, viewers[0], Edit(LESSON, begun + "\nfrom one\n", number))

    saved = drafts.save_file(
        session, draft, viewers[1], Edit(LESSON, begun.replace("title:", "title: New", 1), number)
    )

    assert saved.was_merged
    assert "title: New" in text_of(draft)
    assert "from one" in text_of(draft)


def test_two_authors_in_one_line_keep_the_second_aside(session, draft, viewers):
    begun, number = text_of(draft), draft.file(LESSON).number
    drafts.save_file(session, draft, viewers[0], Edit(LESSON, begun + "mine\n", number))

    saved = drafts.save_file(session, draft, viewers[1], Edit(LESSON, begun + "hers\n", number))

    kept = session.scalars(select(StudioSave).where(StudioSave.is_aside)).one()
    assert saved.is_aside
    assert (text_of(draft).endswith("mine\n"), kept.text.endswith("hers\n")) == (True, True)
    assert kept.saved_by_id == viewers[1].id


def test_an_earlier_save_becomes_the_text_again(session, draft, viewers):
    was = text_of(draft)
    change(session, draft, viewers[0])
    first = session.scalars(
        select(StudioSave).where(StudioSave.path == LESSON).order_by(StudioSave.id)
    ).first()

    drafts.restore_save(session, draft, viewers[0], first)

    assert text_of(draft) == was


def test_the_way_to_a_revision_needs_other_eyes_and_a_reason(session, draft, viewers):
    change(session, draft, viewers[0])
    with pytest.raises(RuleError):
        publishing.publish_drafts(session, [draft], viewers[0], "shorter")
    reviewing.ask_review(session, draft, viewers[0], None, "")
    with pytest.raises(RuleError):
        reviewing.decide_review(session, draft, viewers[0], ReviewDecision.APPROVED, "")
    reviewing.decide_review(session, draft, viewers[1], ReviewDecision.APPROVED, "")
    with pytest.raises(RuleError):
        publishing.publish_drafts(session, [draft], viewers[0], "")

    (made,) = publishing.publish_drafts(session, [draft], viewers[0], "shorter")

    row = session.get(LessonText, ("calls/lesson-1", "en"))
    assert "One more line that nobody had." in row.html_before_check + row.html_after_check
    assert (made.revision.number, made.note, made.reviewed_by_id) == (2, "shorter", viewers[1].id)
    assert draft.state is DraftState.PUBLISHED
    with pytest.raises(InvalidTransitionError):
        change(session, draft, viewers[0])


def test_what_was_approved_lapses_with_the_next_letter(session, draft, viewers):
    change(session, draft, viewers[0])
    approve(session, draft, viewers)

    change(session, draft, viewers[0], "And another.")

    assert draft.state is DraftState.DRAFT
    assert reviewing.approval_of(session, draft) is None


def test_mistakes_are_told_and_nothing_is_published(session, draft, viewers):
    policy.set_policy(session, viewer_of(session, hr(session)), set())
    drafts.put_files(session, draft, viewers[0], {"courses/calls/course.yaml": b"id: other\n"})

    with pytest.raises(HasMistakesError) as caught:
        publishing.publish_drafts(session, [draft], viewers[0], "why not")

    assert {each.path for each in caught.value.mistakes} == {"courses/calls/course.yaml"}
    assert session.scalars(select(StudioPublication)).all() == []


def test_a_publication_in_between_is_never_written_over(session, draft, viewers, published):
    policy.set_policy(session, viewer_of(session, hr(session)), set())
    change(session, draft, viewers[0])
    files = published.read_files()
    files["courses/calls/01-lesson-1.zh.md"] += "又一行。\n".encode()
    publish(session, "course", "calls", files)

    with pytest.raises(ConflictError):
        publishing.publish_drafts(session, [draft], viewers[0], "late")
    assert publishing.clashing(session, draft) == []
    publishing.catch_up(session, draft, viewers[0], frozenset(), draft.version)
    publishing.publish_drafts(session, [draft], viewers[0], "both")

    now = session.scalars(select(ContentItem).where(ContentItem.slug == "calls")).one().current
    assert "又一行" in now.files["courses/calls/01-lesson-1.zh.md"]
    assert "One more line" in now.files[LESSON]


def test_new_items_that_refer_to_each_other_go_together(session, published, viewers):
    policy.set_policy(session, viewer_of(session, hr(session)), set())
    question = drafts.create_draft(session, viewers[0], "question", "calls/first-words")
    drafts.put_files(
        session,
        question,
        viewers[0],
        {
            "question_bank/questions/calls/first-words.yaml": b"""\
id: calls/first-words
kind: true_false
skills: [data-quality]
difficulty: foundation
stem: {zh: "\xe5\xaf\xb9\xe5\x90\x97\xef\xbc\x9f", en: Is it so?}
explanation: {zh: "\xe5\xaf\xb9\xe3\x80\x82", en: It is.}
answer: true
why: {zh: "\xe5\xb0\xb1\xe6\x98\xaf\xe3\x80\x82", en: It just is.}
"""
        },
    )
    draft = drafts.start_draft(session, viewers[0], "course", "calls")
    path = "courses/calls/course.yaml"
    text = draft.file(path).text.replace("calls/check-1", "calls/first-words")
    drafts.put_files(session, draft, viewers[0], {path: text.encode()})

    assert checking.checked(session, [draft])[draft.id].mistakes != []
    needed = together.needed_drafts(session, draft)
    assert [each.slug for each in needed] == ["calls/first-words"]
    made = publishing.publish_drafts(session, [draft, *needed], viewers[0], "a new check")
    assert [each.kind for each in made] == ["question", "course"]


def test_set_back_and_taken_out_of_use_say_who_and_why(session, published, draft, viewers):
    policy.set_policy(session, viewer_of(session, hr(session)), set())
    change(session, draft, viewers[0])
    publishing.publish_drafts(session, [draft], viewers[0], "better")

    back = publishing.roll_back(session, published, viewers[1], "it was worse")
    publishing.withdraw(session, "course", "calls", viewers[1], "not taught any more")

    acts = session.scalars(select(StudioPublication.act).order_by(StudioPublication.id)).all()
    assert acts == [Act.PUBLISHED, Act.ROLLED_BACK, Act.WITHDRAWN]
    assert back.revision.read_files() == published.read_files()


def test_the_number_of_a_significant_change_never_falls(session, published, draft, viewers):
    policy.set_policy(session, viewer_of(session, hr(session)), set())
    path = "courses/calls/course.yaml"
    first, second = (f'"significant_revision": {number}' for number in (1, 2))
    raised = text_of(draft, path).replace(first, second)
    drafts.put_files(session, draft, viewers[0], {path: raised.encode()})
    publishing.publish_drafts(session, [draft], viewers[0], "the law changed")

    back = publishing.roll_back(session, published, viewers[1], "the law did not change")

    assert back.revision.significant_revision == 2
    lowered = drafts.start_draft(session, viewers[0], "course", "calls")
    text = text_of(lowered, path).replace(second, first)
    drafts.put_files(session, lowered, viewers[0], {path: text.encode()})
    found = checking.checked(session, [lowered])[lowered.id].mistakes
    assert [(each.key, each.expected) for each in found] == [("significant_revision", "at least 2")]


def test_a_suggestion_is_put_where_its_passage_stands_once(session, draft, viewers):
    change(session, draft, viewers[0], "A clumsy sentence this is.")
    remark = Remark(LESSON, "Smoother?", "A clumsy sentence this is.", "This reads well.")
    comment = reviewing.add_comment(session, draft, viewers[1], remark)

    reviewing.take_suggestion(session, draft, viewers[0], comment)

    assert "This reads well." in text_of(draft)
    assert comment.is_taken
    with pytest.raises(RuleError):
        reviewing.take_suggestion(session, draft, viewers[0], comment)


def test_scheduled_drafts_are_published_by_the_job_and_named_after_who_planned(
    session, draft, viewers
):
    policy.set_policy(session, viewer_of(session, hr(session)), set())
    change(session, draft, viewers[0])
    at = clock.now() + timedelta(hours=2)
    publishing.schedule_draft(session, draft, viewers[0], at, "on Monday")
    session.commit()

    with clock.stopped(at - timedelta(minutes=1)):
        jobs.publish_scheduled(None, {})
    assert session.scalars(select(StudioPublication)).all() == []
    with clock.stopped(at + timedelta(minutes=1)):
        jobs.publish_scheduled(None, {})

    made = session.scalars(select(StudioPublication)).one()
    assert (made.note, made.published_by_id) == ("on Monday", viewers[0].id)


def test_only_trainers_write(session, published):
    with pytest.raises(NotPermittedError):
        drafts.start_draft(session, viewer_of(session, make_employee(session)), "course", "calls")


def hr(session):
    return make_employee(session, rights=("hr",))


def test_who_brought_in_a_text_gives_no_second_look_to_it(session, viewers):
    author, colleague = viewers
    path = "question_bank/rubrics/brought-in.yaml"
    draft = drafts.create_from_files(
        session, author, "rubric", "brought-in", {path: b"id: brought-in\n"}
    )
    reviewing.ask_review(session, draft, author, None, "")

    with pytest.raises(RuleError):
        reviewing.decide_review(session, draft, author, ReviewDecision.APPROVED, "Fine.")
    reviewing.decide_review(session, draft, colleague, ReviewDecision.APPROVED, "Fine.")


def test_everybody_gets_what_is_kept_of_her_work(session, draft, viewers):
    author, colleague = viewers
    drafts.save_file(session, draft, author, Edit(LESSON, text_of(draft) + "\nMore.\n", 1))
    reviewing.add_comment(session, draft, colleague, Remark(LESSON, "Too short."))

    hers, other = (my_data(session, each.id)["studio.json"] for each in (author, colleague))

    assert [(each["slug"], each["saves"]) for each in hers["drafts"]] == [("calls", 1)]
    assert [each["body"] for each in other["comments"]] == ["Too short."]
    assert (hers["comments"], other["drafts"]) == ([], [])
