"""The outline of a draft: files follow the order, nobody loses what she wrote, ids stay."""

import pytest

from tests.factories.content import publish, publish_question
from training_platform.core.errors import NotFoundError, RuleError
from training_platform.studio import checking, queries
from training_platform.studio.models import StudioDraft
from training_platform.studio.outline import queries as outlines
from training_platform.studio.outline import services
from training_platform.studio.services import drafts, reviewing
from training_platform.studio.services.drafts import Edit
from training_platform.studio.services.reviewing import Remark
from training_platform.studio.views import reviewing as reviewing_views

TITLE = {"zh": "先倾听", "en": "Listen first"}
COURSE = """\
id: talk
title: {zh: 交谈, en: Talk}
summary: {zh: 简介, en: Summary}
area: communication
level: foundation
job_roles: [specialist]
competencies: {data-quality: 2}
lessons:
  - {slug: greet, minutes: 4, check: talk/greet}
  - {slug: listen, minutes: 5, check: talk/listen}
complete_when:
  - lessons: all
"""


def lesson(title):
    return f"---\ntitle: {title}\nobjective: You can\nsummary: Short\n---\nText of {title}.\n"


@pytest.fixture
def talk(session, published, viewers):
    files = {"courses/talk/course.yaml": COURSE}
    for number, slug in enumerate(("greet", "listen"), start=1):
        publish_question(session, slug=f"talk/{slug}")
        for code in ("zh", "en"):
            files[f"courses/talk/{number:02d}-{slug}.{code}.md"] = lesson(f"{slug} {code}")
    publish(session, "course", "talk", files)
    return drafts.start_draft(session, viewers[0], "course", "talk")


def paths(draft):
    return sorted(each.path.removeprefix("courses/talk/") for each in draft.files)


def test_a_moved_lesson_takes_its_history_its_comments_and_its_readers_along(
    session, talk, viewers
):
    old = "courses/talk/02-listen.en.md"
    file, opened = talk.file(old), talk.file(old).number
    begun = lesson("listen en")
    renamed = begun.replace("title: listen en", "title: Listen")
    drafts.save_file(session, talk, viewers[0], Edit(old, renamed, opened))
    remark = reviewing.add_comment(session, talk, viewers[1], Remark(old, "Shorter.", "", ""))

    services.step_lesson(session, talk, viewers[1], "listen", -1)

    new = "courses/talk/01-listen.en.md"
    assert paths(talk) == [
        "01-listen.en.md", "01-listen.zh.md", "02-greet.en.md", "02-greet.zh.md", "course.yaml",
    ]  # fmt: skip
    assert [each.slug for each in outlines.outline_of(session, talk).rows] == ["listen", "greet"]
    assert len(session.execute(queries.saves_of(talk.id, new)).all()) == 2
    session.refresh(remark)
    assert remark.path == new
    assert not checking.checked(session, [talk])[talk.id].mistakes
    changes = {each.path: each.lines for each in reviewing_views.changes_of(talk)}
    assert list(changes) == [new, "courses/talk/course.yaml"]
    assert [line.text for line in changes[new] if line.mark in ("−", "+")] == [
        "title: listen en",
        "title: Listen",
    ]
    # Somebody has had the lesson open since before: what she writes is merged, under any name.
    late = Edit(old, begun + "More.\n", opened, file.id)
    saved = drafts.save_file(session, talk, viewers[0], late)
    assert saved.was_merged
    assert talk.file(new).text == renamed + "More.\n"


def test_a_lesson_is_added_renamed_taken_out_and_put_back(session, talk, viewers):
    actor = viewers[0]
    assert services.add_lesson(session, talk, actor, TITLE) == "listen-first"
    path = "courses/talk/03-listen-first.zh.md"
    assert 'title: 先倾听\nobjective: ""' in talk.file(path).text
    drafts.save_file(session, talk, actor, Edit(path, talk.file(path).text + "写好了。\n", 1))

    services.rename_lesson(
        session, talk, actor, "listen-first", title=TITLE | {"en": "Hear"}, new_slug="hear"
    )
    services.place_lesson(session, talk, actor, "hear", 1)
    assert "写好了。" in talk.file("courses/talk/01-hear.zh.md").text
    assert talk.file("courses/talk/01-hear.en.md").text.startswith("---\ntitle: Hear\n")
    assert len(session.execute(queries.saves_of(talk.id, "courses/talk/01-hear.zh.md")).all()) == 2

    services.remove_lesson(session, talk, actor, "hear")
    services.remove_lesson(session, talk, actor, "greet")
    gone = outlines.outline_of(session, talk).gone
    assert [(each.slug, each.is_published) for each in gone] == [("greet", True), ("hear", False)]
    assert paths(talk) == ["01-listen.en.md", "01-listen.zh.md", "course.yaml"]

    services.bring_back(session, talk, actor, "hear")
    services.bring_back(session, talk, actor, "greet")
    rows = outlines.outline_of(session, talk).rows
    assert [(each.slug, each.check) for each in rows] == [
        ("listen", "talk/listen"), ("hear", ""), ("greet", "talk/greet"),
    ]  # fmt: skip
    assert "写好了。" in talk.file("courses/talk/02-hear.zh.md").text


def test_ids_of_published_lessons_stay_and_strange_ones_are_refused(session, talk, viewers):
    before = talk.read_files()
    for new in ("hear", "greet"):
        with pytest.raises(RuleError):
            services.rename_lesson(session, talk, viewers[0], "listen", title=TITLE, new_slug=new)
    for slug in ("greet", "../x", "a/b", "Hear", "x" * 61):
        with pytest.raises(RuleError) as refused:
            services.add_lesson(session, talk, viewers[0], TITLE, slug)
        assert refused.value.field == "slug"
    with pytest.raises(RuleError):
        services.add_lesson(session, talk, viewers[0], TITLE | {"en": "倾听"})
    with pytest.raises(NotFoundError):
        services.step_lesson(session, talk, viewers[0], "unknown", 1)
    services.remove_lesson(session, talk, viewers[0], "greet")
    with pytest.raises(RuleError):  # put back, not made anew
        services.add_lesson(session, talk, viewers[0], TITLE, "greet")
    with pytest.raises(RuleError):
        services.remove_lesson(session, talk, viewers[0], "listen")
    services.bring_back(session, talk, viewers[0], "greet")
    services.step_lesson(session, talk, viewers[0], "greet", -1)
    assert {path: raw for path, raw in talk.read_files().items() if "yaml" not in path} == {
        path: raw for path, raw in before.items() if "yaml" not in path
    }


def test_the_pages_show_the_outline_and_keep_who_may_not_write_out(session, client, talk, author):
    draft_id, address = talk.id, f"/studio/drafts/{talk.id}"
    session.commit()
    client.sign_in(author)
    client.post(f"{address}/outline/order", data={"slug": "listen", "step": "-1"})
    added = {"title_zh": "先倾听", "title_en": "Listen <script>", "slug": ""}
    assert client.post(f"{address}/outline/new", data=added).status_code == 303
    page = client.page(f"{address}/outline")
    assert "Moved" in page.text
    assert "Listen <script>" in page.text
    assert "<script>alert" not in page.body
    refused = client.post(f"{address}/outline/new", data=added | {"slug": "a/b"})
    assert refused.status_code == 422
    assert client.post(f"{address}/outline/greet", data=added | {"slug": "x"}).status_code == 303
    question = {"question": "calls/check-1"}
    picked = client.post(f"{address}/lessons/greet/check?back=details", data=question)
    assert picked.headers["Location"].endswith("/details#lessons")
    assert 'value="details"' in client.page(f"{address}/lessons/greet/check?back=details").body
    assert (
        "calls/check-1" in session.get(StudioDraft, draft_id).file("courses/talk/course.yaml").text
    )
    assert "As it is asked" in client.page(f"{address}/lessons/greet/check?q=question").text
    session.commit()
    made = client.post(f"{address}/lessons/greet/check/new", data={"name": "first-words"})
    assert made.status_code == 303
    own = session.query(StudioDraft.id).filter_by(slug="talk/first-words").scalar()
    session.commit()
    assert "Back to the lesson" in client.page(f"/studio/drafts/{own}").text
    assert client.get(f"/studio/drafts/{own}/outline").status_code == 404
    assert (
        client.post(f"{address}/lessons/greet/practice/new", data={"name": "A"}).status_code == 422
    )
    made = client.post(f"{address}/lessons/greet/practice/new", data={"name": "first-call"})
    task = session.query(StudioDraft.id).filter_by(slug="first-call").scalar()
    shown = [each.text for each in session.get(StudioDraft, draft_id).files if "greet" in each.path]
    session.commit()
    assert made.headers["Location"].endswith(f"/studio/drafts/{task}/edit")
    assert [":::practice first-call\n:::" in text for text in shown] == [True, True]
    assert "Back to the lesson" in client.page(f"/studio/drafts/{task}").text
    broken = {"path": "courses/talk/course.yaml", "text": "lessons: [", "number": "99"}
    client.post(f"{address}/save", data=broken)
    assert "Mend it as text first." in client.page(f"{address}/outline").text
    moved = client.post(f"{address}/outline/order", data={"slug": "listen", "step": "1"})
    assert moved.status_code == 303
    assert "edit?path=" in client.get(f"{address}/details").headers["Location"]
