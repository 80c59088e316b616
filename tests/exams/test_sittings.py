"""Sitting an exam: one part after the other, nothing told before the end, one result."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from tests.factories.exams import TASK, make_exam
from tests.factories.people import make_employee
from tests.factories.quizzes import fields_for
from training_platform.assessment.models import ExtraTime, FailLadder
from training_platform.consequences import services as consequences
from training_platform.consequences.models import HrCase
from training_platform.consequences.rules import Decision
from training_platform.core import clock
from training_platform.core.db import db, writing
from training_platform.core.errors import RuleError
from training_platform.core.permissions import Right
from training_platform.exams import queries, services
from training_platform.exams.jobs import close_all_overdue
from training_platform.exams.models import ExamPart, ExamSitting
from training_platform.exams.presentation import lines_of
from training_platform.exams.rules import PartState, SittingState
from training_platform.people.viewer import viewer_of
from training_platform.practicals import services as practicals
from training_platform.practicals import work
from training_platform.practicals.models import Practical, PracticalAttempt
from training_platform.practicals.rules import Mode
from training_platform.quizzes import services as quizzes
from training_platform.quizzes.models import Attempt, Paper
from training_platform.quizzes.queries import find_attempt
from training_platform.quizzes.queries import standing_of as paper_standing
from training_platform.quizzes.rules import StepKind
from training_platform.quizzes.services import Step
from training_platform.records import services as records
from training_platform.records.models import TrainingRecord
from training_platform.records.rules import Effect


@pytest.fixture
def person(crm_session):
    return make_employee(crm_session)


@pytest.fixture
def exam(crm_session):
    return make_exam(crm_session)


def sit(session, exam, person):
    return services.start_sitting(session, exam, viewer_of(session, person))


def go_on(session, sitting, person):
    return services.open_next_part(session, sitting, viewer_of(session, person))


def take_paper(session, part, person, *, right=True):
    """Answer every question of a part that is a paper, and submit it."""
    actor = viewer_of(session, person)
    attempt = session.get_one(Attempt, part.attempt_id)
    row = find_attempt(session, attempt.token, lock=True)
    for position, place in enumerate(attempt.layout):
        fields = fields_for(session, place, right=right)
        quizzes.save_step(
            session, row, actor, Step(StepKind.ANSWER, "tab", position, position, fields)
        )
    quizzes.submit_attempt(session, attempt.id, actor)


def take_task(session, part, person, points=100_00):
    """Hand in a part that is a task, and give it points as the grader would."""
    attempt = session.get_one(PracticalAttempt, part.attempt_id)
    practicals.submit_attempt(session, attempt, viewer_of(session, person))
    session.commit()
    work.grade_handed_in(attempt.id)


def kinds(session):
    return list(session.scalars(select(TrainingRecord.kind).order_by(TrainingRecord.id)))


def age(session, sitting, minutes):
    """Let so many minutes of a sitting pass."""
    step = timedelta(minutes=minutes)
    sitting.started_at -= step
    sitting.deadline_at -= step
    for part in sitting.parts:
        if part.attempt_id is None:
            continue
        part.deadline_at -= step
        model = Attempt if part.kind == "paper" else PracticalAttempt
        session.get_one(model, part.attempt_id).deadline_at -= step
    session.flush()


def test_parts_open_in_order_and_one_result_stands_in_the_record(crm_session, exam, person):
    sitting = sit(crm_session, exam, person)
    first = go_on(crm_session, sitting, person)
    assert first.subject == "whole-paper"
    take_paper(crm_session, first, person)
    assert sitting.state is SittingState.IN_PROGRESS
    assert kinds(crm_session) == [], "a part leaves no record of its own"

    second = go_on(crm_session, sitting, person)
    assert second.subject == TASK
    take_task(crm_session, second, person)

    crm_session.refresh(sitting)
    assert sitting.state is SittingState.FINAL
    assert (sitting.percent, sitting.is_passed) == (60, False), "an empty workspace is worth 0"
    record = crm_session.scalars(select(TrainingRecord)).one()
    assert (record.kind, record.subject) == ("exam_failed", "whole")
    said = record.value.data
    assert (said["percent"], said["outcome"], said["number"]) == (60, "failed", 1)
    assert [each["percent"] for each in said["parts"]] == ["100.00", "0.00"]


def test_nothing_is_told_before_the_whole_is_closed(crm_session, exam, person):
    sitting = sit(crm_session, exam, person)
    part = go_on(crm_session, sitting, person)
    take_paper(crm_session, part, person)

    line = lines_of(crm_session, sitting, clock.now())[0]
    assert (line.state, line.href, line.percent) == (PartState.CLOSED, None, None)
    attempt = crm_session.get_one(Attempt, part.attempt_id)
    assert attempt.is_sealed

    take_task(crm_session, go_on(crm_session, sitting, person), person)
    crm_session.refresh(attempt)
    assert not attempt.is_sealed


def test_a_part_keeps_its_minutes_but_never_goes_past_the_whole(crm_session, exam, person):
    sitting = sit(crm_session, exam, person)
    assert sitting.deadline_at - sitting.started_at == timedelta(minutes=15)
    first = go_on(crm_session, sitting, person)
    assert first.deadline_at <= sitting.started_at + timedelta(minutes=10, seconds=5)
    age(crm_session, sitting, 12)

    second = go_on(crm_session, sitting, person)
    assert second.subject == TASK
    assert first.closed_at == first.deadline_at, "its time was over: it was handed in"
    assert second.deadline_at == sitting.deadline_at, "three of five minutes are left"


def test_extra_time_holds_for_the_sitting_and_for_its_parts(crm_session, exam, person):
    now = clock.now()
    crm_session.add(
        ExtraTime(employee_id=person.id, percent=50, reason="x", set_by_id=person.id, set_at=now)
    )
    crm_session.flush()
    sitting = sit(crm_session, exam, person)
    part = go_on(crm_session, sitting, person)

    assert sitting.deadline_at - sitting.started_at == timedelta(minutes=22.5)
    started = crm_session.get_one(Attempt, part.attempt_id).started_at
    assert part.deadline_at - started == timedelta(minutes=15)


def test_a_second_tab_goes_on_with_the_same_part_and_sitting(crm_session, exam, person):
    sitting = sit(crm_session, exam, person)
    part = go_on(crm_session, sitting, person)

    assert sit(crm_session, exam, person) is sitting
    assert go_on(crm_session, sitting, person) is part
    assert crm_session.scalar(select(func.count()).select_from(Attempt)) == 1


def test_the_job_closes_what_nobody_came_back_to(crm_session, exam, person):
    sitting = sit(crm_session, exam, person)
    part = go_on(crm_session, sitting, person)
    age(crm_session, sitting, 20)
    crm_session.commit()

    close_all_overdue(None, {})
    close_all_overdue(None, {})

    crm_session.expire_all()
    assert (sitting.state, sitting.percent) == (SittingState.FINAL, 0)
    assert sitting.closed_at == sitting.deadline_at
    assert crm_session.get_one(Attempt, part.attempt_id).submitted_at == part.deadline_at
    assert kinds(crm_session) == ["exam_failed"], "once"


def test_parts_say_nothing_about_the_paper_and_the_task_themselves(crm_session, exam, person):
    sitting = sit(crm_session, exam, person)
    take_paper(crm_session, go_on(crm_session, sitting, person), person, right=False)
    take_task(crm_session, go_on(crm_session, sitting, person), person)

    paper = crm_session.get_one(Paper, "whole-paper")
    assert paper_standing(crm_session, person.id, paper).step.action == "first_attempt"
    attempt = quizzes.start_attempt(crm_session, paper, viewer_of(crm_session, person))
    assert attempt.number == 1


def test_whoever_has_a_part_open_by_itself_is_told_which_before_the_clock_runs(
    crm_session, exam, person
):
    actor = viewer_of(crm_session, person)
    quizzes.start_attempt(crm_session, crm_session.get_one(Paper, "whole-paper"), actor)

    with pytest.raises(RuleError) as refusal:
        sit(crm_session, exam, person)
    assert refusal.value.values["title"] == "Theory of whole"
    assert crm_session.scalars(select(ExamSitting)).first() is None


def test_nothing_of_a_running_exam_begins_beside_it(crm_session, exam, person):
    sitting = sit(crm_session, exam, person)
    part = go_on(crm_session, sitting, person)
    actor = viewer_of(crm_session, person)
    with pytest.raises(RuleError, match="part of an exam"):
        quizzes.start_attempt(crm_session, crm_session.get_one(Paper, part.subject), actor)
    take_paper(crm_session, part, person)
    go_on(crm_session, sitting, person)

    task = crm_session.get_one(Practical, TASK)
    with pytest.raises(RuleError, match="part of an exam"):
        practicals.start_attempt(crm_session, task, actor, practicals.Sitting(Mode.EXAM))
    practice = practicals.start_attempt(crm_session, task, actor, practicals.Sitting(Mode.PRACTICE))
    assert practice.part_of == "", "practice goes on as ever"


def fail(session, exam, person):
    """Sit an exam and let its time pass."""
    sitting = sit(session, exam, person)
    go_on(session, sitting, person)
    age(session, sitting, 20)
    services.close_overdue(session, sitting.id)
    return sitting


def test_a_fail_climbs_the_ladder_of_the_exam(crm_session, exam, person):
    fail(crm_session, exam, person)
    step = queries.standing_of(crm_session, person.id, exam).step
    assert step.action == "wait"
    with pytest.raises(RuleError, match="make-up opens"):
        sit(crm_session, exam, person)

    first = crm_session.scalars(select(ExamSitting)).one()
    first.closed_at -= timedelta(hours=25)
    crm_session.flush()
    second = fail(crm_session, exam, person)

    assert second.number == 2
    papers = crm_session.scalars(select(Attempt).order_by(Attempt.id)).all()
    asked = [{place["question"] for place in each.layout} for each in papers]
    assert asked[0].isdisjoint(asked[1]), "the make-up asks other questions"
    found = kinds(crm_session)
    assert found.count("exam_failed") == 2
    assert found.count("hr_case_opened") == 1
    case = crm_session.scalars(select(HrCase)).one()
    assert (case.subject, case.number) == ("whole", 2)
    assert queries.standing_of(crm_session, person.id, exam).step.action == "hr_case"


def correct(session, record, hr, effect, values=None):
    """Correct a record with two persons of human resources."""
    records.correct_record(
        session,
        record,
        viewer_of(session, hr),
        effect=effect,
        reason="wrong",
        changes="",
        evidence="mail",
        expected_count=records.count_corrections(session, record.id),
        approver=viewer_of(session, make_employee(session, rights=(Right.HR,))),
        values=values,
    )


def test_a_further_attempt_that_hr_decides_opens_the_exam_again(crm_session, person):
    rungs = [{"action": "hr_case", "wait_hours": 0}]
    crm_session.add(FailLadder(id="strict", name={"zh": "严", "en": "Strict"}, rungs=rungs))
    exam = make_exam(crm_session, ladder="strict")
    fail(crm_session, exam, person)
    case = crm_session.scalars(select(HrCase)).one()
    hr = make_employee(crm_session, rights=(Right.HR,))
    consequences.decide_case(
        crm_session,
        case,
        viewer_of(crm_session, hr),
        Decision.FURTHER_ATTEMPT,
        "Talked to.",
        expected_version=case.version,
    )

    assert queries.standing_of(crm_session, person.id, exam).step.can_start

    decision = crm_session.scalars(
        select(TrainingRecord).where(TrainingRecord.kind == "hr_case_decided")
    ).one()
    today = clock.today()
    earlier = (today - timedelta(days=3)).isoformat()
    values = {"happened_on": (today.isoformat(), earlier)}
    correct(crm_session, decision, hr, Effect.VALUES, values)
    assert not queries.standing_of(crm_session, person.id, exam).step.can_start, "before the fail"

    correct(crm_session, decision, hr, Effect.VALUES, {"happened_on": (earlier, today.isoformat())})
    assert queries.standing_of(crm_session, person.id, exam).step.can_start

    correct(crm_session, decision, hr, Effect.VOID)
    assert not queries.standing_of(crm_session, person.id, exam).step.can_start, "never decided"


def test_the_result_waits_for_people_and_no_new_sitting_begins_meanwhile(crm_session, exam, person):
    sitting = sit(crm_session, exam, person)
    take_paper(crm_session, go_on(crm_session, sitting, person), person)
    part = go_on(crm_session, sitting, person)
    attempt = crm_session.get_one(PracticalAttempt, part.attempt_id)
    practicals.submit_attempt(crm_session, attempt, viewer_of(crm_session, person))

    crm_session.refresh(sitting)
    assert (sitting.state, sitting.percent) == (SittingState.CLOSED, None)
    assert kinds(crm_session) == []
    with pytest.raises(RuleError, match="still being scored"):
        sit(crm_session, exam, person)


def test_grading_twice_leaves_one_record(crm_session, exam, person):
    sitting = sit(crm_session, exam, person)
    take_paper(crm_session, go_on(crm_session, sitting, person), person)
    take_task(crm_session, go_on(crm_session, sitting, person), person)
    with writing() as session:
        services.settle(session, sitting.id)
    db.session.rollback()

    assert kinds(db.session()).count("exam_failed") == 1
    assert db.session.scalar(select(func.count()).select_from(ExamPart)) == 2
