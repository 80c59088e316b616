"""Keeping: rules as data, a dry run first, holds that stand, leavers without a name."""

import io
import json
import zipfile
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select

from tests.factories.certificates import make_certificate
from tests.factories.people import make_employee
from tests.factories.records import make_correction, make_record
from training_platform.core import clock, jobs, outbox
from training_platform.core.audit import AuditEvent
from training_platform.core.db import writing
from training_platform.core.errors import InvalidTransitionError, RuleError
from training_platform.core.events import FailedReaction
from training_platform.core.files import StoredFile
from training_platform.core.outbox import Mail
from training_platform.core.permissions import Right
from training_platform.notices import services as notices
from training_platform.notices.models import Notice
from training_platform.people.services.employees import mark_left
from training_platform.people.viewer import viewer_of
from training_platform.records import my_data
from training_platform.records import services as records
from training_platform.records.models import RecordValue, TrainingRecord
from training_platform.records.retention import rules, services
from training_platform.records.retention.models import PurgeRun
from training_platform.records.retention.rules import RunState
from training_platform.records.verification import verify


@pytest.fixture
def hr(session):
    return viewer_of(session, make_employee(session, rights=(Right.HR,)))


@pytest.fixture
def owner(session):
    return make_employee(session, name="林知夏")


def remember(session, person, kind, year, subject="s"):
    return records.append(
        session,
        person.id,
        kind,
        subject,
        source=f"t:{person.id}:{kind}:{year}:{subject}",
        happened_at=datetime(year, 1, 1, tzinfo=UTC),
        title={"zh": "课", "en": "Course"},
    )


def purge(session, hr):
    """Plan and start a purge, and do what the job does."""
    run = services.plan_purge(session, hr)
    services.start_purge(session, run, hr, expected_version=run.version)
    while services.purge_batch(session, run.id):
        pass
    return run


def left(session, person, hr, on):
    mark_left(session, person, hr, expected_version=person.version)
    person.left_on = on
    session.flush()


def values(session):
    return {each.record_id for each in session.query(RecordValue)}


def test_details_go_after_their_years_and_the_chain_still_holds(session, owner, hr):
    old = remember(session, owner, "lesson_finished", 2015)
    new = remember(session, owner, "lesson_finished", clock.today().year)

    run = purge(session, hr)

    assert (run.state, run.erased_count) == (RunState.DONE, 1)
    assert old.id not in values(session)
    assert new.id in values(session)
    assert verify(session).fault is None
    assert session.query(TrainingRecord).filter_by(kind="lesson_finished").count() == 2


def test_a_dry_run_counts_and_shows_but_erases_nothing(session, owner, hr):
    remember(session, owner, "lesson_finished", 2015)

    run = services.plan_purge(session, hr)

    assert run.counts["lessons"] == {"due": 1, "held": 0}
    assert run.sample[0]["name"] == "林知夏"
    assert len(values(session)) == 1


def test_proof_of_training_stays_while_the_person_does(session, owner, hr):
    remember(session, owner, "course_completed", 2005)
    gone = make_employee(session)
    remember(session, gone, "course_completed", 2005)
    left(session, gone, hr, date(2010, 1, 1))

    assert services.plan_purge(session, hr).counts["courses"] == {"due": 1, "held": 0}


@pytest.mark.parametrize("by", ["person", "days"])
def test_what_is_held_is_never_purged(session, owner, hr, by):
    held = remember(session, owner, "lesson_finished", 2015)
    free = remember(session, make_employee(session), "lesson_finished", 2014)
    services.place_hold(
        session,
        hr,
        employee_id=owner.id if by == "person" else None,
        from_day=None if by == "person" else date(2014, 12, 31),
        until_day=None if by == "person" else date(2015, 12, 31),
        reason="lawsuit",
    )

    run = purge(session, hr)

    assert run.counts["lessons"] == {"due": 1, "held": 1}
    assert values(session) >= {held.id}
    assert free.id not in values(session)


def test_a_hold_placed_after_the_dry_run_counts_too(session, owner, hr):
    held = remember(session, owner, "lesson_finished", 2015)
    run = services.plan_purge(session, hr)
    services.start_purge(session, run, hr, expected_version=run.version)
    services.place_hold(
        session, hr, employee_id=owner.id, from_day=None, until_day=None, reason="lawsuit"
    )

    assert services.purge_batch(session, run.id) is None
    assert held.id in values(session)


def test_a_released_hold_holds_nothing(session, owner, hr):
    remember(session, owner, "lesson_finished", 2015)
    hold = services.place_hold(
        session, hr, employee_id=owner.id, from_day=None, until_day=None, reason="lawsuit"
    )
    services.release_hold(session, hold, hr, "settled", expected_version=hold.version)

    assert purge(session, hr).erased_count == 1


def test_one_purge_at_a_time(session, hr):
    services.plan_purge(session, hr)

    with pytest.raises(RuleError):
        services.plan_purge(session, hr)


def test_a_purge_that_died_between_batches_goes_on_and_ends_once(
    app, session, owner, hr, monkeypatch
):
    monkeypatch.setattr(services, "BATCH", 2)
    for number in range(5):
        remember(session, owner, "lesson_finished", 2015, f"s{number}")
    run = services.plan_purge(session, hr)
    services.start_purge(session, run, hr, expected_version=run.version)
    ident = run.id
    session.commit()
    with pytest.raises(RuntimeError), writing() as other:  # noqa: PT012
        services.purge_batch(other, ident)
        raise RuntimeError("the worker dies before its commit")
    assert len(values(session)) == 5
    assert verify(session).fault is None
    session.rollback()
    with writing() as other:
        services.purge_batch(other, ident)  # dies after it: half of the batches are done

    for _delivery in range(3):
        jobs._handlers[services.PURGE_JOB](jobs.JobContext(0), {"run_id": ident})

    session.expire_all()
    assert session.get_one(PurgeRun, ident).erased_count == 5
    assert session.get_one(PurgeRun, ident).state is RunState.DONE
    assert verify(session).fault is None


def test_a_leaver_loses_her_name_and_the_totals_stay(session, owner, hr):
    make_record(session, owner)
    ident = owner.id
    with pytest.raises(InvalidTransitionError):
        services.anonymize_leaver(session, owner, hr, expected_version=owner.version)
    mark_left(session, owner, hr, expected_version=owner.version)

    services.anonymize_leaver(session, owner, hr, expected_version=owner.version)

    assert "林知夏" not in json.dumps([owner.name, owner.name_latin, owner.search_text])
    assert (owner.email, owner.password_hash) == ("", None)
    assert not values(session) & {
        each.id for each in session.query(TrainingRecord).filter_by(employee_id=ident)
    }
    report = verify(session)
    assert report.fault is None
    assert report.records == 2  # the course, and that she left


def test_nobody_under_a_hold_is_anonymized(session, owner, hr):
    mark_left(session, owner, hr, expected_version=owner.version)
    services.place_hold(
        session, hr, employee_id=owner.id, from_day=None, until_day=None, reason="lawsuit"
    )

    with pytest.raises(RuleError):
        services.anonymize_leaver(session, owner, hr, expected_version=owner.version)


def test_a_leavers_reports_get_her_manager(session, hr):
    chief = make_employee(session)
    manager = make_employee(session, manager_id=chief.id)
    report = make_employee(session, manager_id=manager.id)

    mark_left(session, manager, hr, expected_version=manager.version)

    assert report.manager_id == chief.id
    assert manager.left_on == clock.today()


@pytest.mark.parametrize(
    ("today", "last"), [("2026-11-22", "2021-11-22"), ("2024-02-29", "2019-02-28")]
)
def test_years_are_whole(today, last):
    found = rules.last_day_due(date.fromisoformat(today), 5)

    assert found == date.fromisoformat(last)


def test_human_resources_plan_look_and_start_in_the_browser(client, session, owner, hr):
    remember(session, owner, "lesson_finished", 2015)
    person = session.get_one(type(owner), hr.id)
    session.commit()
    client.sign_in(person)

    planned = client.post("/records/retention/purges")

    assert "Erase 1 for good" in client.page(planned.location).text
    started = client.post(f"{planned.location}/start", data={"version": 1})
    assert started.status_code == 303
    assert "Lessons" in client.page("/records/retention/").text
    assert client.post(f"{planned.location}/start", data={"version": 1}).status_code == 409


def test_my_data_is_packed_for_me_alone_and_for_a_day(client, session, owner):
    make_record(session, owner)
    other = make_employee(session)
    ident = owner.id
    session.commit()
    client.sign_in(owner)
    assert client.get("/records/my-data/download").status_code == 404
    assert client.post("/records/my-data", data={"once": "a"}).status_code == 303
    session.rollback()
    jobs._handlers["records.my_data"](jobs.JobContext(0), {"employee_id": ident})

    answer = client.get("/records/my-data/download")

    with zipfile.ZipFile(io.BytesIO(answer.data)) as archive:
        kept = json.loads(archive.read("records.json"))
        assert "account.json" in archive.namelist()
    assert kept[0]["data"]["title"]["en"] == "Customer Data Basics"
    with clock.stopped(clock.now() + timedelta(hours=25)):
        assert my_data.latest(session, ident)[1] is None
    client.sign_in(other)
    assert client.get("/records/my-data/download").status_code == 404


def told_of(session, person, reader):
    """Let others be told of somebody, and somebody of herself, by notice and mail."""
    told = {"name": person.name, "note": f"{person.name}（{person.name}老师）"}
    notices.notify(session, reader.id, "employee_left", key="t:1", href="/", by_mail=True, **told)
    notices.notify(session, person.id, "employee_left", key="t:2", href="/", by_mail=True, **told)
    body = f"{person.name} 已离开公司。林知夏夏 还在。"
    outbox.send(session, key="t:3", recipient="hr@x.example", subject=person.name, body=body)
    outbox.send(
        session, key="t:4", recipient=person.email, subject="x", body=body, employee_id=person.id
    )


def test_after_anonymizing_nothing_that_was_told_names_the_person(session, owner, hr):
    reader, namesake = make_employee(session), make_employee(session, name="林知夏夏")
    told_of(session, owner, reader)
    certificate = make_certificate(session, owner)
    make_correction(session, owner, has_file=True)
    address = owner.email
    mark_left(session, owner, hr, expected_version=owner.version)
    services.anonymize_leaver(session, owner, hr, expected_version=owner.version)
    session.flush()

    rows = [
        *session.execute(select(Notice.values, Notice.href)).all(),
        *session.execute(select(Mail.recipient, Mail.subject, Mail.body)).all(),
        *session.execute(select(AuditEvent.action, AuditEvent.details)).all(),
        (certificate.holder_name, certificate.holder_name_latin),
    ]
    said = json.dumps([tuple(row) for row in rows], ensure_ascii=False)
    assert "林知夏" not in said.replace(namesake.name, "")
    assert address not in said
    (evidence,) = session.scalars(select(StoredFile))
    assert evidence.expires_at is not None
    assert f"匿名 {owner.id} 已离开公司。{namesake.name} 还在。" in said
    assert session.scalars(select(Notice).where(Notice.employee_id == owner.id)).first() is None
    assert session.scalars(select(FailedReaction)).first() is None
