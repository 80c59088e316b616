"""Taking a task: what is planted, what is graded, when it closes, and what nobody may see."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from tests.conftest import Browser
from tests.factories.people import make_employee
from tests.factories.rubrics import make_rubric
from tests.practicals.sitting import draft_of, publish, work
from training_platform.assessment.rubrics.models import Scoring
from training_platform.assessment.rubrics.services import (
    Sheet,
    claim,
    criteria,
    own_rating,
    submit_rating,
)
from training_platform.core import clock
from training_platform.core.db import db, writing
from training_platform.core.jobs import run_due
from training_platform.core.permissions import Right
from training_platform.crm.models import CrmWorkspace
from training_platform.people.models import Employee, JobRole
from training_platform.people.viewer import viewer_of
from training_platform.practicals import queries, services
from training_platform.practicals.drawing import draw
from training_platform.practicals.hand import StuckError
from training_platform.practicals.jobs import submit_all_overdue
from training_platform.practicals.models import PracticalAttempt, PracticalEvidence
from training_platform.practicals.rules import AttemptState, Mode
from training_platform.practicals.schemas import SolutionFile
from training_platform.practicals.services import starting
from training_platform.records.models import TrainingRecord

SLUG = "enter-customers"
SOLUTION = SolutionFile.model_validate(draft_of(SLUG).data["solution"])
FIRST = SolutionFile(steps=[SOLUTION.steps[0].model_copy(update={"only": [0]})])
WITHOUT_LAST = SolutionFile(
    steps=[SOLUTION.steps[0].model_copy(update={"but": [0]}), *SOLUTION.steps[1:]]
)


@pytest.fixture
def person(crm_session):
    publish(crm_session, SLUG)
    return make_employee(crm_session)


@pytest.fixture
def client(crm_app, crm_session, person):
    crm_app.test_client_class = Browser  # a solution's steps are taken outside any application
    browser = crm_app.test_client()
    crm_session.commit()
    browser.sign_in(person)
    return browser


def begin(client, mode="practice"):
    """Start an attempt by its button, and return it with what it drew."""
    answer = client.post(f"/practicals/{SLUG}/start", data={"mode": mode})
    assert answer.status_code == 303, answer.text
    return latest()


def latest():
    """Return the newest attempt and what it drew, as the database has them."""
    db.session.rollback()
    attempt = db.session.scalars(
        select(PracticalAttempt).order_by(PracticalAttempt.id.desc())
    ).first()
    drawn, _start = services.start_of(db.session(), attempt.id)
    db.session.expunge_all()
    db.session.rollback()
    return attempt, drawn


def path_of(attempt):
    """Return the address of an attempt."""
    return f"/practicals/attempts/{attempt.token}"


def test_practice_says_what_is_missing_and_passes_when_it_is_mended(client):
    attempt, drawn = begin(client)
    address, place = path_of(attempt), f"/crm/{attempt.workspace_id}/"
    work(client, attempt, drawn, WITHOUT_LAST)

    assert client.post(f"{address}/looks", data={"next": place}).location.startswith(place)
    beside = client.get(f"{place}?lang=en").text
    assert "Hints" in beside
    assert drawn.key["cards"][0]["name"] in beside
    assert "1 / 4" in beside or "2 / 4" in beside

    only_first = SOLUTION.steps[0].model_copy(update={"only": [0]})
    work(client, attempt, drawn, SolutionFile(steps=[only_first]))
    assert client.post(f"{address}/submit").location == f"{address}/result"

    done, _drawn = latest()
    assert (done.state, done.percent, done.is_passed) == (AttemptState.FINAL, 100, True)
    assert done.looks_count == 1
    assert client.get(f"{address}/solution").status_code == 200
    assert client.get(f"{address}/replay").status_code == 200
    kinds = set(db.session.scalars(select(TrainingRecord.kind)))
    assert "practical_passed" not in kinds, "practice leaves nothing in the training record"


def test_an_exam_tells_nothing_before_the_end_and_then_stands_in_the_record(client):
    attempt, drawn = begin(client, "exam")
    address, place = path_of(attempt), f"/crm/{attempt.workspace_id}/"
    work(client, attempt, drawn, WITHOUT_LAST)

    for page in (f"{address}/solution", f"{address}/replay"):
        assert client.get(page).status_code == 404
    assert client.post(f"{address}/looks").status_code == 404
    beside = client.get(f"{place}?lang=en").text
    assert f"{address}/looks" not in beside
    assert "Hints" not in beside

    client.post(f"{address}/submit")
    result = client.get(f"{address}/result").text
    done, _drawn = latest()
    assert (done.state, done.is_passed) == (AttemptState.FINAL, False)
    assert drawn.key["cards"][0]["name"] in result
    record = db.session.scalars(
        select(TrainingRecord).where(TrainingRecord.kind == "practical_failed")
    ).one()
    evidence = db.session.get_one(PracticalEvidence, done.id)
    assert record.value.data["evidence"] == evidence.sha256
    db.session.rollback()
    refused = client.post(f"/practicals/{SLUG}/start", data={"mode": "exam"})
    assert refused.status_code == 422, "the ladder makes people wait for the make-up"


def test_whoever_hands_in_nothing_gets_nothing_and_reads_why(client):
    attempt, _drawn = begin(client)
    client.post(f"{path_of(attempt)}/submit")

    done, _again = latest()
    assert (done.points, done.is_passed) == (0, False)
    assert client.get(f"{path_of(attempt)}/result").status_code == 200


def test_work_counts_until_the_last_second_and_not_beyond(client):
    attempt, drawn = begin(client, "exam")
    work(client, attempt, drawn, FIRST)
    workspace = db.session.get_one(CrmWorkspace, attempt.workspace_id)
    deadline = attempt.deadline_at
    assert workspace.is_open(deadline)
    assert not workspace.is_open(deadline + timedelta(microseconds=1))
    deadline = end_now(attempt)

    late = work_refused(client, attempt, drawn)
    assert late == 409

    submit_all_overdue(None, {})
    submit_all_overdue(None, {})
    done, _drawn = latest()
    assert (done.state, done.submitted_at) == (AttemptState.FINAL, deadline)
    names = {row["name"] for row in services.stored_evidence(db.session(), done).rows["customer"]}
    assert drawn.key["cards"][0]["name"] in names
    assert drawn.key["cards"][1]["name"] not in names


def end_now(attempt):
    """Let the time of an attempt be over a second ago, and return when that was."""
    with writing() as session:
        own = session.get_one(PracticalAttempt, attempt.id)
        own.deadline_at = clock.now() - timedelta(seconds=1)
        session.get_one(CrmWorkspace, own.workspace_id).closes_at = own.deadline_at
        return own.deadline_at


def work_refused(client, attempt, drawn):
    """Enter a second card after the time is over; return how that was answered."""
    second = SolutionFile(steps=[SOLUTION.steps[0].model_copy(update={"only": [1]})])
    with pytest.raises(StuckError) as stuck:
        work(client, attempt, drawn, second)
    return int(str(stuck.value).split(":")[1].split()[0])


def test_a_handed_in_workspace_is_only_looked_at(client):
    attempt, _drawn = begin(client)
    client.post(f"{path_of(attempt)}/submit")
    place = f"/crm/{attempt.workspace_id}"

    assert client.get(f"{place}/").status_code == 200
    assert client.post(f"{place}/customer/new", data={"name": "后来"}).status_code == 409
    assert client.post(f"{path_of(attempt)}/submit").status_code == 303, "a second click is calm"


def test_a_task_cannot_be_reset_or_played_as_another(client):
    attempt, _drawn = begin(client)
    place = f"/crm/{attempt.workspace_id}"
    before = client.get(f"{place}/").text

    assert f"{place}/reset" not in before
    assert client.post(f"{place}/reset", data={"resets": "0"}).status_code == 422
    assert client.post(f"{place}/seller", data={"seller_id": "2"}).status_code == 422
    db.session.rollback()
    assert db.session.get_one(CrmWorkspace, attempt.workspace_id).resets_count == 0


def test_today_offers_a_task_of_the_job_role_and_then_the_way_back_into_it(client, person):
    ident = person.id
    person.job_role_id = db.session.merge(
        JobRole(id="specialist", name={"zh": "专员", "en": "Specialist"}, position=1)
    ).id
    db.session.commit()

    assert f"/practicals/{SLUG}" in client.get("/").text
    attempt, _drawn = begin(client)
    assert path_of(attempt) in client.get("/").text
    assert attempt.employee_id == ident


def test_two_starts_at_once_begin_one_attempt(client):
    first, _drawn = begin(client)
    second, _again = begin(client)

    assert first.id == second.id


def test_each_attempt_draws_its_own(client):
    first, drawn = begin(client)
    client.post(f"{path_of(first)}/submit")
    _second, again = begin(client)

    assert drawn.key["cards"][0]["name"] != again.key["cards"][0]["name"]


def test_anothers_attempt_is_as_unknown_as_one_that_does_not_exist(client, crm_app, crm_session):
    attempt, _drawn = begin(client)
    stranger = make_employee(crm_session)
    crm_session.commit()
    other = crm_app.test_client()
    other.sign_in(stranger)
    for way in ("", "/result", "/submit", "/solution", "/replay", "/files/0"):
        assert other.get(f"{path_of(attempt)}{way}").status_code == 404
    for way in ("/answers", "/looks", "/submit", "/drills/customers", "/grade"):
        assert other.post(f"{path_of(attempt)}{way}").status_code in {403, 404}
    assert other.get(f"/crm/{attempt.workspace_id}/").status_code == 404


def test_a_drill_looks_at_one_check_alone(client):
    attempt, _drawn = begin(client)
    client.post(f"{path_of(attempt)}/submit")
    client.post(f"{path_of(attempt)}/drills/known")
    drill, drawn = latest()
    assert (drill.mode, drill.focus) == (Mode.DRILL, "known")

    work(client, drill, drawn, SolutionFile(steps=[SOLUTION.steps[1]]))
    client.post(f"{path_of(drill)}/submit")

    done, _again = latest()
    grading = queries.latest_grading(db.session(), done.id)
    assert done.is_passed
    assert [each["check"] for each in grading.outcomes] == ["known"]


def test_a_fault_of_the_grader_holds_the_attempt_and_scores_nothing(client, monkeypatch):
    from training_platform.practicals import grading  # noqa: PLC0415

    attempt, _drawn = begin(client)

    def broken(_check, _world):
        raise ValueError("broken")

    monkeypatch.setattr(grading, "look", broken)
    client.post(f"{path_of(attempt)}/submit")
    held, _drawn = latest()
    assert (held.state, held.percent) == (AttemptState.HELD, None)
    monkeypatch.undo()

    from training_platform.practicals import work as grading_work  # noqa: PLC0415

    grading_work.grade_handed_in(held.id)
    assert latest()[0].state is AttemptState.FINAL


def test_a_server_that_dies_between_hand_in_and_grading_grades_later(client, crm_session):
    attempt, _drawn = begin(client)
    with writing() as session:
        own = session.get_one(PracticalAttempt, attempt.id)
        person = session.get_one(type(own), own.id)
        services.submit_attempt(session, person, _Owner(own.employee_id))
    assert latest()[0].state is AttemptState.SUBMITTED

    submit_all_overdue(None, {})

    assert latest()[0].state is AttemptState.FINAL


class _Owner:
    """The person by id alone."""

    rights: frozenset[str] = frozenset()
    headed_paths: tuple[str, ...] = ()

    def __init__(self, ident: int) -> None:
        self.id = ident


def test_a_trainer_sees_which_check_goes_wrong_most_often(client, crm_app, crm_session):
    attempt, drawn = begin(client, "exam")
    work(client, attempt, drawn, SolutionFile(steps=SOLUTION.steps[:1]))
    client.post(f"{path_of(attempt)}/submit")
    trainer = make_employee(crm_session, rights=(Right.TRAINER,))
    crm_session.commit()
    browser = crm_app.test_client()
    browser.sign_in(trainer)

    page = browser.get("/practicals/figures?lang=en").text

    assert "1 / 1" in page
    assert "Known customers updated where they stand: 1 of 1" in page
    found = browser.get(f"/practicals/{SLUG}/attempts?mode=exam").text
    assert f"{path_of(attempt)}/result" in found
    assert path_of(attempt) not in browser.get(f"/practicals/{SLUG}/attempts?mode=drill").text
    assert browser.get(f"{path_of(attempt)}/result").status_code == 200
    assert browser.get(f"/crm/{attempt.workspace_id}/").status_code == 200


def ask_for_a_note(data):
    """Let the task also ask for a note that people score, ten points worth."""
    checks = {each["id"]: each for each in data["task"]["checks"]}
    checks["known"]["points"] = "5"
    note = {
        "id": "note",
        "type": "rubric",
        "title": {"zh": "说明", "en": "Note"},
        "points": "10",
        "rubric": "data-quality-note",
        "prompt": {"zh": "写一段数据质量说明", "en": "Write a note on the quality of the data"},
    }
    data["task"]["checks"].append(note)


def test_people_score_a_text_and_the_result_is_final_only_then(client, crm_app, crm_session):
    make_rubric(crm_session, "data-quality-note")
    publish(crm_session, SLUG, ask_for_a_note)
    rater_id = make_employee(crm_session, rights=(Right.TRAINER,)).id
    crm_session.commit()
    attempt, drawn = begin(client, "exam")
    work(client, attempt, drawn, SOLUTION)
    saved = client.post(
        f"{path_of(attempt)}/answers",
        json={"answers": {"note": "两位老客户换了邮箱。", "customers": "x"}},
        headers={"Accept": "application/json"},
    )
    assert saved.json["outcome"] == "saved"
    client.post(f"{path_of(attempt)}/submit")
    waiting, _drawn = latest()
    assert (waiting.state, waiting.percent) == (AttemptState.AWAITING, None)
    assert client.get(f"{path_of(attempt)}/result").status_code == 200
    again = client.post(f"/practicals/{SLUG}/start", data={"mode": "exam"})
    assert again.status_code == 422, "nobody sits another one while people score the first"

    with writing() as session:
        scoring = session.scalars(select(Scoring)).one()
        assert scoring.material == "两位老客户换了邮箱。"
        person = viewer_of(session, session.get_one(Employee, rater_id))
        claim(session, scoring.id, person)
        levels = {each.id: each.top_level for each in criteria(session, scoring)}
        own = own_rating(scoring, person)
        submit_rating(session, scoring.id, person, Sheet(levels), expected_version=own.version)
    db.session.rollback()
    run_due()

    done, _drawn = latest()
    assert (done.state, done.percent, done.is_passed) == (AttemptState.FINAL, 100, True)
    kinds = list(db.session.scalars(select(TrainingRecord.kind)))
    assert kinds.count("practical_passed") == 1
    db.session.rollback()
    result = client.get(f"{path_of(attempt)}/result?lang=en").text
    assert "Criterion tone" in result
    assert "content as seen on level 4" in result


def test_no_page_holds_a_key_before_the_end_of_an_exam(client, monkeypatch):
    def marked(*arguments):
        drawn = draw(*arguments)
        return replace(drawn, key=with_marks(drawn.key), planted=())

    monkeypatch.setattr(starting, "draw", marked)
    attempt, drawn = begin(client, "exam")
    assert drawn.key["cards"][0]["name"] == MARK

    address, place = path_of(attempt), f"/crm/{attempt.workspace_id}/"
    for page in (address, f"{address}/submit", f"{address}/replay", f"{address}/solution", place):
        answer = client.get(page)
        assert MARK not in answer.text
        assert MARK not in str(answer.headers)


MARK = "K3YM4RK"


def with_marks(key):
    """Return a key whose every value is the mark."""
    if isinstance(key, dict):
        return {name: with_marks(each) for name, each in key.items()}
    if isinstance(key, list | tuple):
        return [with_marks(each) for each in key]
    return MARK
