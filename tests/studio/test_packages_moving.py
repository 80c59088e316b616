"""A course leaves one installation as a package and arrives in another, and nothing is lost."""

import io
import json
import re
import zipfile
from contextlib import suppress

import pytest
from sqlalchemy import select

from tests.conftest import app_on
from tests.factories.content import (
    publish,
    publish_competencies,
    publish_course,
    publish_paper,
    publish_question,
)
from tests.factories.people import make_employee
from training_platform.content.models import ContentItem, ContentRevision
from training_platform.core import clock
from training_platform.core.db import db
from training_platform.core.permissions import Right
from training_platform.people.viewer import viewer_of
from training_platform.studio.models import StudioDraft, StudioPolicy
from training_platform.studio.packages import arriving, contents, leaving, services
from training_platform.studio.packages.rules import Standing, standing
from training_platform.studio.services import drafts, publishing
from training_platform.studio.together import needed_drafts

FAQ = """\
id: too-late
title: {zh: 来晚了怎么办？, en: What if I am late?}
competencies: [data-quality]
lessons: [calls/lesson-1]
review_by: "2099-01-31"
answer: {zh: "先道歉。", en: "Say sorry first."}
"""
COURSE = "courses/calls/course.yaml"


@pytest.fixture
def course(session, published):
    """A course with a figure, a paper that draws, and a question that only the draw finds."""
    for number in range(2):
        publish_question(session, slug=f"phoning/drawn-{number}")
    words = {"zh": "一部电话", "en": "A telephone"}
    svg = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><rect width="9"/></svg>'
    publish_question(session, slug="phoning/drawn-2", picture=words, media={"drawn-2.svg": svg})
    publish(session, "faq", "too-late", {"courses/faq/too-late.yaml": FAQ})
    draw = {"topic": "phoning", "count": 3}
    publish_paper(session, slug="calls-quiz", draw=draw, course="calls")
    return leaving.of_course(session, "calls")


def states(session, package):
    return {each.key: each.standing for each in arriving.compare(session, package).items}


def bring(session, viewer, package, keys=None):
    arrival = arriving.compare(session, package)
    chosen = keys or {each.key for each in arrival.items if each.is_ticked}
    return services.bring_in(session, viewer, package, chosen, arrival.digest)


def test_everything_that_belongs_to_a_course_goes_along_and_the_rest_is_named(course):
    assert {kind for kind, _slug in course.items} == {"course", "question", "paper", "faq"}
    assert ("question", "phoning/drawn-2") in course.items
    assert course.refers_to == {"competency": ["data-quality"], "job_role": ["specialist"]}
    assert contents.write(contents.read(contents.write(course))) == contents.write(course)


def test_out_here_in_there_and_out_again_is_the_same_file(
    session, course, database_url, tmp_path, viewers
):
    sent = contents.write(course)
    session.commit()
    there = app_on("sqlite:///" + str(tmp_path / "there.db"), tmp_path)
    with there.app_context():
        db.create_all()
        other = db.session()
        publish_competencies(other)
        trainer = viewer_of(other, make_employee(other, rights=(Right.TRAINER,)))
        made = bring(other, trainer, contents.read(sent))

        assert leaving.of_draft(other, made[0]).items == course.items
        paper, faq = (next(e for e in made if e.kind == kind) for kind in ("paper", "faq"))
        assert made[0] in needed_drafts(other, faq)
        together = [paper, faq, *needed_drafts(other, paper)]
        assert {each.id for each in together} == {each.id for each in made}
        approve(other, together)
        publishing.publish_drafts(other, together, trainer, "From the head office.")

        assert contents.write(leaving.of_course(other, "calls")) == sent
        assert set(states(other, contents.read(sent)).values()) == {Standing.EQUAL}
        assert "<rect" in question_data(other, "phoning/drawn-2")["drawn"]["en"]
        other.rollback()
        db.engine.dispose()


def question_data(session, slug):
    item = session.scalars(select(ContentItem).where(ContentItem.slug == slug)).one()
    return session.get_one(ContentRevision, item.current_revision_id).data


def approve(session, chosen):
    """Let nothing need a second look: that is another story."""
    for kind in {each.kind for each in chosen}:
        session.add(StudioPolicy(kind=kind, needs_review=False, changed_at=clock.now()))
    session.flush()


def test_what_differs_is_shown_line_by_line_and_becomes_a_draft_of_the_same_item(
    session, course, viewers
):
    publish_course(session, slug="calls", lessons=1, refresher_months=6)
    arrival = arriving.compare(session, course)
    item = next(each for each in arrival.items if each.key == "course:calls")

    assert item.standing is Standing.OLDER
    assert not item.is_ticked
    assert [line.mark for change in item.changes for line in change.lines] == ["−", "+"]

    (draft,) = bring(session, viewers[0], course, {"course:calls"})
    assert draft.base_revision_id is not None
    assert draft.read_files() == course.items["course", "calls"]


def test_nothing_is_half_imported_and_a_look_that_is_out_of_date_is_refused(
    session, course, viewers
):
    arrival = arriving.compare(session, course)
    draft = drafts.start_draft(session, viewers[1], "course", "calls")
    drafts.put_files(session, draft, viewers[1], {COURSE: b"id: calls\n"})

    with pytest.raises(services.RuleError, match="changed while you were looking"):
        services.bring_in(session, viewers[0], course, {"course:calls"}, arrival.digest)

    assert states(session, course)["course:calls"] is Standing.IN_WORK
    assert draft.read_files()[COURSE] == b"id: calls\n"


def test_an_id_that_belongs_to_something_else_is_told():
    theirs, ours = {"a": b"1"}, {"a": b"2"}
    more = {"was_published": False, "is_another": True}

    assert standing(theirs, ours, None, **more) is Standing.TAKEN
    assert standing(theirs, None, None, **more) is Standing.NEW


def test_a_trainer_downloads_looks_and_brings_in(client, session, author, course):
    session.commit()
    client.sign_in(author)
    sent = client.get("/studio/packages/courses/calls/download").get_data()
    changed = contents.read(sent)
    path = "courses/calls/01-lesson-1.en.md"
    lesson = changed.items["course", "calls"][path].replace(b"Before the", b"Ahead of the")
    items = {
        **changed.items,
        ("course", "calls"): {**changed.items["course", "calls"], path: lesson},
    }
    raw = contents.write(contents.Package("calls", {}, items, {"competency": ["no-such"]}))

    kept = client.post("/studio/packages/", data={"file": (io.BytesIO(raw), "calls.zip")})
    page = client.page(kept.location)
    assert "Ahead of the check of 1." in page.text
    seen = page.select("//input[@name='seen']")[0].get("value")
    posted = client.post(kept.location, data={"seen": seen, "item": ["course:calls"]})

    draft = session.scalars(select(StudioDraft)).one()
    assert posted.location == f"/studio/drafts/{draft.id}"
    assert draft.read_files() == items["course", "calls"]
    session.commit()
    client.sign_in(make_other(session))
    assert client.get(kept.location).status_code == 404


def make_other(session):
    other = make_employee(session, rights=(Right.TRAINER,))
    session.commit()
    return other


def test_uploads_do_not_pile_up(session, viewers):
    sent = [services.keep_upload(session, viewers[0], b"PK", f"{n}.zip") for n in range(8)]
    session.flush()

    kept = []
    for each in sent:
        with suppress(services.NotFoundError):
            kept.append(
                services.find_upload(session, viewers[0], each.token, services.PURPOSE).name
            )
    assert kept == [f"{n}.zip" for n in range(3, 8)]


def test_the_list_of_a_package_names_no_installation_and_no_person(course):
    with zipfile.ZipFile(io.BytesIO(contents.write(course))) as archive:
        listed = json.loads(archive.read("package.json"))
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
    assert set(listed) == {"format", "version", "course", "title", "items", "refers_to"}
    assert ContentItem.__tablename__ not in json.dumps(listed)


def press(client, where, name, note=""):
    page = client.get(where).get_data(as_text=True)
    seen = re.search(r'name="seen"[^>]* value="(\w+)"', page).group(1)
    return client.post(where, data={"act": name, "note": note, "seen": seen})


def test_a_course_and_all_that_belongs_to_it_is_looked_at_and_published_as_one(
    session, course, viewers, author, colleague, client
):
    """One second look by somebody else, one press; a change in between, and nothing goes out."""
    publish_course(session, slug="calls", lessons=1, refresher_months=6)
    publish(
        session,
        "faq",
        "too-late",
        {"courses/faq/too-late.yaml": FAQ.replace("Say sorry", "Say hello")},
    )
    bring(session, viewers[0], course, {"course:calls", "faq:too-late"})
    session.commit()
    where = "/studio/packages/courses/calls/together"

    client.sign_in(author)
    assert client.get(where.replace("calls", "nowhere")).status_code == 404
    assert press(client, where, "publish", "Early.").status_code == 422
    assert press(client, where, "ask").status_code == 303
    assert press(client, where, "approve").status_code == 422
    client.sign_in(colleague)
    old = client.get(where).get_data(as_text=True)
    assert press(client, where, "approve").status_code == 303
    seen = re.search(r'name="seen"[^>]* value="(\w+)"', old).group(1)
    stale = {"act": "publish", "note": "x", "seen": seen}
    assert "Look once more" in client.post(where, data=stale).get_data(as_text=True)
    assert press(client, where, "publish", "From the head office.").status_code == 303

    session.rollback()
    now = states(session, course)
    assert {now["course:calls"], now["faq:too-late"]} == {Standing.EQUAL}
    assert not session.scalars(select(StudioDraft).where(StudioDraft.ended_at.is_(None))).all()
