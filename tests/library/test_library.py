"""Cases and common questions: read, found, shown where they belong, checked."""

import json

from tests.factories.content import both, publish_course, publish_question
from tests.factories.library import entry_data, publish_entry
from tests.factories.people import make_employee
from training_platform.content.library import parse
from training_platform.core.kinds import Library
from training_platform.home.queries.search import search
from training_platform.library.content_kinds import CaseKind, FaqKind, drawn_parts
from training_platform.library.rules import Sort, path_of
from training_platform.people.viewer import viewer_of


def checked(kind, **changes):
    """Return the mistakes of an entry in a library that holds nothing else."""
    text = json.dumps(entry_data(kind.sort, "refund", **changes))
    draft = parse(kind, "refund", {path_of(kind.sort, "refund"): text.encode()})
    if draft.data is not None:
        kind.check(draft, Library([kind]))
    return [f"{each.key}: {each.problem}" for each in sorted(draft.mistakes)]


def test_an_entry_that_refers_to_nothing_is_refused_by_name():
    assert checked(CaseKind(), lessons=["a/b"], outcome=both("[x](lesson:c/d)")) == [
        "competencies[0]: data-quality is no competency",
        "lessons[0]: a/b is no lesson",
        "outcome.en: leads to lesson:c/d, which does not exist",
        "outcome.zh: leads to lesson:c/d, which does not exist",
    ]
    assert checked(FaqKind(), review_by="2027-02-30") == ["review_by: is '2027-02-30'"]
    assert checked(CaseKind(), questions=[]) != []
    assert [
        each for each in checked(FaqKind(), answer=both(":::nonsense\n:::")) if "answer" in each
    ]


def test_a_case_is_read_in_both_languages_until_it_is_withdrawn(client, session):
    publish_entry(session, Sort.CASE, situation={"zh": "**退款**晚了。", "en": "A **late** one."})
    session.commit()
    client.sign_in(make_employee(session))

    assert "<strong>late</strong>" in client.page("/cases/refund?lang=en").body
    assert "<strong>退款</strong>" in client.page("/cases/refund?lang=zh").body
    client.get("/?lang=en")
    assert "Title refund" in client.page("/cases/?q=late&competency=data-quality").text
    assert "Title refund" not in client.page("/cases/?q=early").text
    assert client.get("/faq/refund").status_code == 404
    CaseKind().withdraw(session, "refund")
    session.commit()
    assert client.get("/cases/refund").status_code == 404
    assert "Title refund" not in client.page("/cases/").text


def test_a_hostile_answer_is_refused_and_drawn_as_text():
    hostile = both('<script>alert(1)</script> <img src=x onerror="alert(2)">')

    drawn = drawn_parts(Sort.FAQ, entry_data(Sort.FAQ, "x", answer=hostile), "en")["answer"]

    assert "answer.en: is raw HTML" in checked(FaqKind(), answer=hostile)
    assert ("<script" in drawn, "<img" in drawn) == (False, False)


def test_the_search_over_everything_finds_cases_and_answers(client, session):
    publish_entry(session, Sort.CASE)
    publish_entry(session, Sort.FAQ, "phone", answer=both("Ask for the invoice number first."))
    person = viewer_of(session, make_employee(session))

    assert [each.key for each in search(session, person, "title refund", ())] == ["cases"]
    (found,) = search(session, person, "INVOICE number", ())
    assert (found.key, found.hits[0].href) == ("faq", "/faq/phone")


def test_a_lesson_and_its_entries_lead_to_one_another(client, session):
    publish_question(session, slug="calls/check-1")
    publish_course(session, slug="calls", lessons=1)
    publish_entry(session, Sort.CASE, lessons=["calls/lesson-1"])
    publish_entry(session, Sort.FAQ, "other")
    session.commit()
    client.sign_in(make_employee(session))

    lesson = client.page("/courses/calls/lesson-1?lang=en")

    assert 'href="/cases/refund"' in lesson.body
    assert "/faq/other" not in lesson.body
    assert 'href="/courses/calls/lesson-1"' in client.page("/cases/refund").body
    publish_entry(session, Sort.CASE, lessons=[])
    session.commit()
    assert "/cases/refund" not in client.page("/courses/calls/lesson-1").body
