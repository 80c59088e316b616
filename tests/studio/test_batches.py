"""Thousands of questions come in as one batch: read, chosen, reviewed, published, taken back."""

import csv
import io
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from tests.factories.content import publish_competencies
from training_platform.assessment.models import AnswerCount, Question
from training_platform.assessment.schemas import QUESTION_KINDS
from training_platform.content.models import ContentItem
from training_platform.core import clock
from training_platform.core.db import writing
from training_platform.core.files import StoredFile
from training_platform.core.jobs import Job, JobContext, JobState, run_due
from training_platform.notices.models import Notice
from training_platform.people.models import Employee
from training_platform.people.viewer import viewer_of
from training_platform.studio.batches import forgetting, jobs, mending, rules
from training_platform.studio.batches.looking import look_at
from training_platform.studio.batches.models import QuestionBatch, QuestionBatchRow
from training_platform.studio.batches.rules import BatchState, RowState
from training_platform.studio.formats.building import mistakes_of
from training_platform.studio.formats.reading import Manner, read_questions
from training_platform.studio.formats.template_files import template
from training_platform.studio.models import StudioPublication
from training_platform.studio.questions import values
from training_platform.studio.services.drafts import create_from_files


def test_what_may_be_published_and_what_stops_a_batch():
    assert rules.may_publish(BatchState.APPROVED, needs_review=True)
    assert not rules.may_publish(BatchState.OPEN, needs_review=True)
    assert rules.may_publish(BatchState.OPEN, needs_review=False)
    assert not rules.may_publish(BatchState.PUBLISHED, needs_review=False)
    assert rules.is_stopped(is_whole=True, refused=1)
    assert not rules.is_stopped(is_whole=False, refused=1)


def table(count: int, *, bad: int = 0) -> bytes:
    """A list with so many good questions, and some that name no right answer."""
    head, *models = csv.reader(io.StringIO(template("csv", "zh").data.decode("utf-8-sig")))
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(head)
    for number in range(count + bad):
        row = list(models[0])
        row[0] = f"number-{number}"
        row[2], row[3] = f"{row[2]}（{number}）", f"{row[3]} ({number})"
        if number >= count:
            row[head.index("答案")] = ""
        writer.writerow(row)
    return out.getvalue().encode()


def send(client, raw, **more):
    fields = {"topic": "calls", "language": "zh", "file": (io.BytesIO(raw), "q.csv")}
    where = client.post("/studio/batches/", data=fields | more).location
    run_due()
    return where


def act(client, session, where, name, note=""):
    session.expire_all()
    version = session.get_one(QuestionBatch, int(where.rsplit("/", 1)[1])).version
    session.rollback()
    answer = client.post(where, data={"act": name, "note": note, "version": version})
    is_busy = answer.status_code == 303 and name in {"publish", "undo"}
    assert bool(client.page(where).select("//*[@hx-trigger='every 2s']")) == is_busy
    run_due()
    assert not client.page(where).select("//*[@hx-trigger='every 2s']")
    return answer.status_code


def states(session):
    session.expire_all()
    found = session.scalars(select(QuestionBatchRow.state).order_by(QuestionBatchRow.position))
    result = [each.value for each in found]
    session.rollback()
    return result


def bank(session):
    found = set(session.scalars(select(Question.id).where(Question.is_withdrawn.is_(False))))
    session.rollback()
    return found


def test_a_batch_goes_the_whole_way_and_back(client, session, author, colleague):
    publish_competencies(session)
    session.commit()
    client.sign_in(author)
    where = send(client, table(4, bad=1))
    assert states(session) == ["good"] * 4 + ["refused"]
    page = client.page(where)
    boxes = [each.get("value") for each in page.select("//input[@name='row']")]
    assert len(boxes) == 4
    for every, count in (("none", 0), ("good", 4)):
        client.post(f"{where}/rows", data={"every": every})
        assert len(client.page(where).select("//input[@name='row' and @checked]")) == count
    chosen = {"shown": boxes, "row": boxes[:3]}
    assert client.post(f"{where}/rows", data=chosen).status_code == 303
    assert act(client, session, where, "publish", "too early") == 409
    assert act(client, session, where, "ask") == 303
    assert act(client, session, where, "approve") == 422  # her own
    client.sign_in(colleague)
    assert act(client, session, where, "return") == 422  # without a reason
    assert act(client, session, where, "approve") == 303
    assert bank(session) == set()
    assert act(client, session, where, "publish", "From the old bank.") == 303
    assert states(session) == ["published"] * 3 + ["good", "refused"]
    names = {f"calls/number-{number}" for number in range(3)}
    assert bank(session) == names
    item = session.scalars(select(ContentItem).where(ContentItem.slug == "calls/number-0")).one()
    text = item.current.read_files()["question_bank/questions/calls/number-0.yaml"].decode()
    assert mistakes_of("calls/number-0", text) == []
    notes = session.scalars(select(StudioPublication).where(StudioPublication.slug.in_(names)))
    assert {(row.published_by_id, row.reviewed_by_id) for row in notes} == {
        (colleague.id, colleague.id)
    }
    session.add(
        AnswerCount(
            question_id="calls/number-0",
            revision_id=item.current_revision_id,
            choice="",
            seen_count=1,
        )
    )
    session.commit()
    assert act(client, session, where, "undo", "Wrong file.") == 303
    assert states(session) == ["kept", "undone", "undone", "good", "refused"]
    assert bank(session) == {"calls/number-0"}


def test_all_or_nothing_stops_at_one_refused_question(client, session, author):
    publish_competencies(session)
    session.commit()
    client.sign_in(author)
    where = send(client, table(2, bad=1), is_whole="y")
    assert act(client, session, where, "ask") == 422
    whole = send(client, table(2), is_whole="y")
    assert act(client, session, whole, "ask") == 303
    with writing() as now:  # somebody else takes one of the ids before it is published
        batch = now.get_one(QuestionBatch, int(whole.rsplit("/", 1)[1]))
        batch.state, batch.published_by_id = BatchState.PUBLISHING, author.id
        draft = {"question_bank/questions/calls/number-1.yaml": b"kind: single_choice"}
        viewer = viewer_of(now, now.get_one(Employee, author.id))
        create_from_files(now, viewer, "question", "calls/number-1", draft)
    context = JobContext(session.scalars(select(Job.id)).first())
    session.rollback()
    for _time in range(3):
        jobs.run_batch(context, {"batch_id": int(whole.rsplit("/", 1)[1])})
    assert bank(session) == set()
    told = session.scalars(select(Notice).where(Notice.kind == "studio_batch_stopped")).all()
    assert [(each.employee_id, each.href) for each in told] == [(author.id, whole)]
    session.rollback()
    page = client.page(whole)
    assert page.select("//*[@data-tone='bad']")
    assert sorted(states(session)) == ["good", "good", "good", "here", "refused"]


def test_a_job_that_is_delivered_again_or_broke_off_publishes_once(
    client, session, author, monkeypatch
):
    publish_competencies(session)
    session.commit()
    client.sign_in(author)
    where = send(client, table(3))
    assert states(session) == ["good"] * 3
    batch_id = int(where.rsplit("/", 1)[1])
    with writing() as now:
        batch = now.get_one(QuestionBatch, batch_id)
        batch.state, batch.published_by_id = BatchState.PUBLISHING, author.id
    context = JobContext(session.scalars(select(Job.id)).first())
    session.rollback()
    with monkeypatch.context() as broken:
        broken.setattr(jobs, "_note", lambda *_: 1 / 0)  # after the revisions, before the end
        with pytest.raises(ZeroDivisionError):
            jobs.run_batch(context, {"batch_id": batch_id})
    session.rollback()
    assert bank(session) == set()
    jobs.run_batch(context, {"batch_id": batch_id})
    jobs.run_batch(context, {"batch_id": batch_id})
    assert len(bank(session)) == 3
    assert states(session) == [RowState.PUBLISHED.value] * 3
    assert session.scalar(select(func.count()).select_from(StudioPublication)) == 3
    assert not session.scalars(select(Job).where(Job.state == JobState.FAILED)).all()


ROW = "question,option A,option B,option C,answer\nWhich number?,48,24,12,{answer}\n"
WRONG_FILES = {
    "q.csv": ROW.format(answer="G"),  # no such option
    "q.txt": "1. Which number?\nA. 48\nB. 24\nC. 12\nANSWER: G\n",
    "c.txt": "1．哪个数？\nA．48\nB．24\nC．12\n解析：没有答案。\n答案：G\n",
    "q.gift": "::one::Which number? {~48 ~24 ~12}\n",
    "q.xml": '<quiz><question type="multichoice"><questiontext format="html">'
    "<text>Which number?</text></questiontext>"
    '<answer fraction="0"><text>48</text></answer><answer fraction="0"><text>24</text></answer>'
    '<answer fraction="0"><text>12</text></answer></question></quiz>',
}


@pytest.mark.parametrize("name", WRONG_FILES)
def test_a_refused_question_of_each_format_begins_a_draft_with_what_it_says(name):
    found = read_questions(name, WRONG_FILES[name].encode(), topic="calls", locale="en")
    (refused,) = found.refused
    kept = mending.kept(refused.value, refused.source)
    question = mending.begun(kept["value"], kept["file_text"], "en")
    assert values.is_shown(question)
    said = repr(question)
    assert ("哪个数" in said) or ("Which number" in said)
    assert name == "q.xml" or all(each in said for each in ("48", "24", "12"))
    ids = mending.ids_for("", question, "calls", 7)
    assert len(set(ids)) == len(ids)
    assert all(each.startswith("calls/") for each in ids)
    assert mending.begun({}, "?", "en")["stem"]  # whatever stands there


def test_every_kind_is_shown_as_a_trainee_gets_it_with_its_key_in_words():
    found = read_questions("q.csv", template("csv", "zh").data, topic="calls", locale="zh")
    looks = {
        each.value["kind"]: look_at(each.slug, each.value, 3, "zh") for each in found.questions
    }
    assert {*looks} == {*QUESTION_KINDS}
    for kind, look in looks.items():
        assert look is not None
        assert look.view.kind == kind
        assert [each for each in look.key if each.is_right and each.text], kind
    assert all("→" in each.text for each in looks["matching"].key if each.is_right)


def test_a_wrong_row_is_mended_in_a_draft_and_no_longer_stops_the_batch(client, session, author):
    publish_competencies(session)
    session.commit()
    client.sign_in(author)
    where = send(client, table(2, bad=1), is_whole="y")
    row = session.scalars(
        select(QuestionBatchRow.id).where(QuestionBatchRow.state == RowState.REFUSED)
    ).one()
    session.rollback()
    answer = client.post(f"{where}/rows", data={"mend": row})
    form = client.page(answer.location)
    assert form.select("//input[@type='text' or @type='checkbox'] | //textarea")
    assert states(session) == ["good", "good", "here"]
    assert client.post(f"{where}/rows", data={"mend": row}).status_code == 409
    assert act(client, session, where, "ask") == 303


def test_a_format_and_an_encoding_may_be_said_and_how_far_it_is_is_told():
    told: list[tuple[int, int]] = []
    raw = "1．哪个数？\nA．甲\nB．乙\nC．丙\n答案：A\n"
    plain = read_questions("q.txt", raw.encode("utf-16"), topic="calls", locale="zh")
    assert (plain.format, len(plain.questions)) == ("chinese", 1)
    said = Manner("chinese", "gb18030", lambda done, total: told.append((done, total)))
    found = read_questions("q.txt", raw.encode("gb18030"), topic="calls", locale="zh", manner=said)
    assert (found.format, found.encoding) == ("chinese", "gb18030")
    assert found.questions[0].value["stem"] == {"zh": "哪个数？"}
    assert told == [(0, 1)]
    other = read_questions(
        "q.txt", raw.encode("gb18030"), topic="calls", locale="zh", manner=Manner("moodle")
    )
    assert not other.questions
    assert other.refused
    wrong = Manner("chinese", "utf-8-sig")
    refused = read_questions("q.txt", raw.encode("gb18030"), topic="c", locale="zh", manner=wrong)
    assert [each.code for each in refused.refused] == ["not_text"]


def test_a_batch_that_was_left_is_removed_once_with_its_file(client, session, author, monkeypatch):
    publish_competencies(session)
    session.commit()
    client.sign_in(author)
    for count in (2, 3):
        send(client, table(count))
    with writing() as now:
        old, fresh = now.scalars(select(QuestionBatch).order_by(QuestionBatch.id))
        old.changed_at -= rules.KEPT + timedelta(days=1)
        old_id, fresh_id, file_id = old.id, fresh.id, old.file_id
    context = JobContext(session.scalars(select(Job.id)).first())
    session.rollback()
    with monkeypatch.context() as broken:
        broken.setattr(forgetting.audit, "record", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            forgetting.forget_batches(context, {})
    found = [forgetting.forget_batches(context, {})["forgotten"] for _time in range(3)]
    assert found == [1, 0, 0]
    session.expire_all()
    assert session.scalars(select(QuestionBatch.id)).all() == [fresh_id]
    rows = session.scalars(select(QuestionBatchRow.batch_id)).all()
    assert rows == [fresh_id] * 3
    assert session.get_one(StoredFile, file_id).expires_at <= clock.now()
    session.rollback()
    assert client.get(f"/studio/batches/{old_id}").status_code == 404
    assert not rules.is_over(BatchState.PUBLISHED, clock.now() - 2 * rules.KEPT, clock.now())
