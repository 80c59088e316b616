"""What people do to practices, and what follows from it."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError

from tests.factories.mentoring import (
    GOALS,
    TEXTS,
    hand_in,
    make_entry,
    make_mentor,
    make_plan,
    make_practice,
    share,
    sign_off,
)
from tests.factories.people import make_department, make_employee
from training_platform.core import clock
from training_platform.core.audit import AuditEvent
from training_platform.core.errors import (
    ConflictError,
    InvalidTransitionError,
    NotPermittedError,
    RuleError,
)
from training_platform.core.jobs import JobContext
from training_platform.core.permissions import Right
from training_platform.mentoring import queries, services
from training_platform.mentoring.jobs import remind
from training_platform.mentoring.models import PracticeEntry, PracticeEvent
from training_platform.mentoring.rules import Act, GoalStatus, Share, State, Verdict
from training_platform.mentoring.services import Assessed, Entry, Goal, Texts
from training_platform.notices import jobs as notices_jobs
from training_platform.notices.models import Notice
from training_platform.people.viewer import viewer_of
from training_platform.records.models import RecordValue, TrainingRecord


@pytest.fixture
def company(session):
    return make_department(session, "CO")


@pytest.fixture
def trainee(session, company):
    relations = make_department(session, "CR", parent=company)
    team = make_department(session, "CR1", parent=relations)
    return make_employee(session, name="林玥", department=team)


@pytest.fixture
def mentor(session, company):
    return make_mentor(session, department=make_department(session, "MK", parent=company))


@pytest.fixture
def practice(session, trainee, mentor):
    return make_practice(session, trainee, mentor)


def as_viewer(session, employee):
    return viewer_of(session, employee)


def kinds_for(session, employee):
    return list(
        session.scalars(
            select(Notice.kind).where(Notice.employee_id == employee.id).order_by(Notice.id)
        )
    )


def test_what_the_mentor_assigns_begins_at_once_and_the_trainee_is_told(session, practice, trainee):
    assert practice.state is State.RUNNING
    assert [goal.text for goal in practice.goals] == [goal.text for goal in GOALS]
    assert kinds_for(session, trainee) == ["practice_assigned"]


def test_what_somebody_plans_for_herself_waits_for_the_mentor(session, trainee, mentor):
    own = as_viewer(session, trainee)
    made = services.create_practice(session, own, trainee.id, make_plan(session, mentor))
    assert made.state is State.PROPOSED
    assert kinds_for(session, mentor) == ["practice_proposed"]
    with pytest.raises(NotPermittedError):
        services.accept_practice(session, made, own, expected_version=made.version)

    services.accept_practice(
        session, made, as_viewer(session, mentor), expected_version=made.version
    )

    assert made.state is State.RUNNING
    assert kinds_for(session, trainee) == ["practice_accepted"]


@pytest.mark.parametrize("rights", [(Right.HR,), (Right.DEPARTMENT_HEAD,)])
def test_hr_and_the_head_assign_with_any_mentor(session, trainee, mentor, rights):
    office = make_employee(session, rights=rights, department=make_department(session, "CR"))

    made = services.create_practice(
        session, as_viewer(session, office), trainee.id, make_plan(session, mentor)
    )

    assert made.state is State.RUNNING
    assert kinds_for(session, mentor) == ["practice_mentor"]


def test_others_assign_nothing(session, trainee, mentor):
    head2 = make_employee(session, rights=(Right.DEPARTMENT_HEAD,), department=mentor.department)

    for stranger in (make_employee(session), head2):
        with pytest.raises(NotPermittedError):
            services.create_practice(
                session, as_viewer(session, stranger), trainee.id, make_plan(session, mentor)
            )


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"mentor_id": "trainee"}, "mentor_id"),
        ({"mentor_id": "nobody's mentor"}, "mentor_id"),
        ({"due_on": clock.today() - timedelta(days=90)}, "due_on"),
        ({"goals": ()}, "goal_1"),
        ({"goals": (Goal("A goal", " "),)}, "measure_1"),
        ({"title": "  "}, "title"),
        ({"department_id": 999_999}, "department_id"),
    ],
)
def test_a_plan_that_makes_no_sense_is_refused_beside_its_field(
    session, trainee, mentor, changes, field
):
    if changes.get("mentor_id"):
        is_own = changes["mentor_id"] == "trainee"
        changes = {"mentor_id": trainee.id if is_own else make_employee(session).id}

    with pytest.raises(RuleError) as refused:
        services.create_practice(
            session,
            as_viewer(session, mentor),
            trainee.id,
            make_plan(session, mentor, **changes),
        )

    assert refused.value.field == field


def test_a_change_made_on_an_older_version_is_a_conflict(session, practice, mentor):
    viewer, seen = as_viewer(session, mentor), practice.version
    plan = make_plan(session, mentor, goals=(GOALS[0], Goal("Another goal", "seen by all")))
    services.edit_practice(session, practice, viewer, plan, expected_version=seen)
    session.refresh(practice)
    assert practice.goals[1].text == "Another goal"

    with pytest.raises(ConflictError):
        services.edit_practice(session, practice, viewer, plan, expected_version=seen)


def test_only_head_and_hr_hand_a_running_practice_to_another_mentor(session, practice, mentor):
    another = make_mentor(session, name="陆喆")
    plan = make_plan(session, another)
    with pytest.raises(RuleError):
        services.edit_practice(
            session, practice, as_viewer(session, mentor), plan, expected_version=practice.version
        )
    session.expire(practice)
    hr = as_viewer(session, make_employee(session, rights=(Right.HR,)))

    services.edit_practice(session, practice, hr, plan, expected_version=practice.version)

    assert practice.mentor_id == another.id
    assert kinds_for(session, another) == ["practice_mentor"]


def test_the_log_adds_up_and_a_correction_keeps_what_stood_there(session, practice, trainee):
    own = as_viewer(session, trainee)
    make_entry(session, practice, minutes=60)
    number = make_entry(session, practice, minutes=600, done="Sorted everything.")
    right = Entry(clock.today(), 120, "Sorted half.", "To count before I write.")

    services.correct_entry(
        session, practice, own, number, right, reason="Wrong hours.", expected_revision=1
    )

    assert queries.minutes_of(session, practice.id) == 180
    kept = [each.PracticeEntry.done for each in queries.revisions(session, practice.id, number)]
    assert kept == ["Sorted half.", "Sorted everything."]
    with pytest.raises(ConflictError):
        services.correct_entry(
            session, practice, own, number, right, reason="Again.", expected_revision=1
        )


@pytest.mark.parametrize("table", ["practice_entry", "practice_event", "practice_comment"])
def test_log_history_and_comments_are_append_only(session, practice, mentor, table):
    number = make_entry(session, practice)
    services.comment_entry(session, practice, as_viewer(session, mentor), number, "Good.")
    hand_in(session, practice)

    with pytest.raises(DBAPIError, match="append-only"):
        session.execute(text(f"DELETE FROM {table}"))  # our own names


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"day": clock.today() + timedelta(days=1)}, "day"),
        ({"day": clock.today() - timedelta(days=30)}, "day"),
        ({"minutes": 5}, "hours"),
        ({"minutes": 961}, "hours"),
        ({"done": " "}, "done"),
    ],
)
def test_an_entry_lies_within_the_practice_and_a_day(session, practice, changes, field):
    with pytest.raises(RuleError) as refused:
        make_entry(session, practice, **changes)

    assert refused.value.field == field


def test_only_the_mentor_comments_and_the_trainee_is_told(session, practice, trainee, mentor):
    number = make_entry(session, practice)
    hr = as_viewer(session, make_employee(session, rights=(Right.HR,)))
    for other in (as_viewer(session, trainee), hr):
        with pytest.raises(NotPermittedError):
            services.comment_entry(session, practice, other, number, "Good.")

    services.comment_entry(session, practice, as_viewer(session, mentor), number, "Good.")

    assert kinds_for(session, trainee)[-1] == "practice_commented"


def test_each_answers_what_the_other_asks_once(session, practice, trainee, mentor):
    own, guide = as_viewer(session, trainee), as_viewer(session, mentor)
    question = services.ask(session, practice, own, "Which tickets come first?")
    assert kinds_for(session, mentor)[-1] == "practice_question"
    assert [each.text for each in queries.desk_of(session, mentor.id).questions] == [question.text]
    with pytest.raises(NotPermittedError):
        services.answer(session, question, own, "The old ones.", expected_version=1)

    services.answer(session, question, guide, "The oldest.", expected_version=1)

    assert kinds_for(session, trainee)[-1] == "practice_answered"
    assert queries.desk_of(session, mentor.id).questions == []
    with pytest.raises(ConflictError):
        services.answer(session, question, guide, "No, the newest.", expected_version=1)


def test_a_draft_is_kept_and_two_windows_do_not_overwrite_each_other(session, practice, trainee):
    own = as_viewer(session, trainee)
    kept = services.save_report(
        session, practice, own, Texts("Begun.", "", "", ""), expected_version=0
    )
    assert kept.version == 1

    with pytest.raises(ConflictError):
        services.save_report(
            session, practice, own, Texts("Elsewhere.", "", "", ""), expected_version=0
        )
    with pytest.raises(RuleError):  # half a report is a draft, not a report
        services.hand_in_report(
            session, practice, own, Texts("Begun.", "", "", ""), expected_version=1
        )


def test_a_returned_report_is_written_on_and_what_was_handed_in_stays(session, practice, mentor):
    hand_in(session, practice)
    with pytest.raises(InvalidTransitionError):
        hand_in(session, practice)

    services.return_report(
        session,
        practice,
        as_viewer(session, mentor),
        "Where are the figures?",
        expected_version=practice.version,
    )

    assert practice.state is State.RUNNING
    handed_in = session.scalars(select(PracticeEvent).where(PracticeEvent.act == Act.HAND_IN)).one()
    assert handed_in.details["done"] == TEXTS.done
    hand_in(session, practice)
    assert practice.state is State.HANDED_IN


def test_the_sign_off_stands_in_the_record_and_the_head_is_told(session, practice, trainee, mentor):
    head = make_employee(
        session, rights=(Right.DEPARTMENT_HEAD,), department=make_department(session, "CR")
    )
    make_entry(session, practice, minutes=150)

    sign_off(session, practice)

    record = session.scalars(
        select(TrainingRecord).where(TrainingRecord.kind == "practice_completed")
    ).one()
    data = session.get_one(RecordValue, record.id).data
    assert record.employee_id == trainee.id
    assert (data["minutes"], data["mentor"], data["outcome"]) == (150, mentor.name, "reached")
    assert kinds_for(session, head) == ["practice_completed"]
    assert kinds_for(session, trainee)[-1] == "practice_signed_off"


def test_the_mentor_says_something_of_every_goal(session, practice, trainee, mentor):
    hand_in(session, practice)
    first, second = practice.goals
    guide = as_viewer(session, mentor)
    for goals in (
        {first.id: Assessed(Verdict.REACHED, "Yes.")},
        {first.id: Assessed(Verdict.REACHED, "Yes."), second.id: Assessed(Verdict.PARTLY, " ")},
    ):
        with pytest.raises(RuleError), session.begin_nested():
            services.sign_off(
                session, practice, guide, goals, "", expected_version=practice.version
            )

    head = as_viewer(session, make_employee(session, rights=(Right.HR,)))
    with pytest.raises(NotPermittedError):
        services.sign_off(session, practice, head, {}, "", expected_version=practice.version)


def test_goals_move_on_as_the_trainee_sees_them(session, practice, trainee):
    goal = practice.goals[0]

    services.mark_goals(
        session,
        practice,
        as_viewer(session, trainee),
        {goal.id: GoalStatus.DONE},
        expected_version=practice.version,
    )

    assert [each.status for each in practice.goals] == [GoalStatus.DONE, GoalStatus.OPEN]


def test_cancelling_needs_a_reason_that_both_read(session, practice, trainee, mentor):
    hr = as_viewer(session, make_employee(session, rights=(Right.HR,)))
    with pytest.raises(RuleError):
        services.cancel_practice(session, practice, hr, " ", expected_version=practice.version)

    services.cancel_practice(
        session, practice, hr, "The project was stopped.", expected_version=practice.version
    )

    assert practice.state is State.CANCELLED
    assert kinds_for(session, trainee)[-1] == kinds_for(session, mentor)[-1] == "practice_cancelled"
    actions = session.scalars(select(AuditEvent.action).where(AuditEvent.action.like("mentoring%")))
    assert set(actions) == {"mentoring.create", "mentoring.cancel"}


def readers(session, *paths):
    return [len(session.execute(queries.library(path, "", "")).all()) for path in paths]


@pytest.mark.parametrize(("with_everybody", "seen"), [(True, [1, 1, 1]), (False, [1, 1, 0])])
def test_a_shared_report_is_read_by_the_department_or_by_everybody(
    session, practice, trainee, mentor, with_everybody, seen
):
    sibling = make_department(session, "CR2", parent=make_department(session, "CR"))
    paths = [trainee.department.path, sibling.path, mentor.department.path]

    share(session, practice, with_everybody=with_everybody)

    assert readers(session, *paths) == seen
    found = [queries.shared_report(session, practice.id, path) is not None for path in paths]
    assert found == [bool(each) for each in seen]


@pytest.mark.parametrize("who", ["trainee", "mentor"])
def test_either_takes_a_shared_report_back(session, practice, trainee, mentor, who):
    share(session, practice)
    person = trainee if who == "trainee" else mentor

    services.end_sharing(
        session, practice, as_viewer(session, person), expected_version=practice.version
    )

    assert practice.share is Share.NOT_SHARED
    assert readers(session, trainee.department.path) == [0]
    assert queries.shared_report(session, practice.id, trainee.department.path) is None


def test_nothing_is_shared_without_the_mentor(session, practice, trainee, mentor):
    sign_off(session, practice)
    own, guide = as_viewer(session, trainee), as_viewer(session, mentor)
    services.offer_sharing(
        session, practice, own, with_everybody=True, expected_version=practice.version
    )
    with pytest.raises(NotPermittedError):
        services.allow_sharing(session, practice, own, expected_version=practice.version)
    assert readers(session, trainee.department.path) == [0]

    services.refuse_sharing(
        session, practice, guide, "A customer is named.", expected_version=practice.version
    )

    assert kinds_for(session, trainee)[-1] == "practice_share_refused"


@pytest.mark.parametrize(("word", "count"), [("tickets", 1), ("林玥", 1), ("rebate", 0)])
def test_the_library_is_searched_by_words_and_names(session, practice, trainee, word, count):
    share(session, practice)

    found = session.execute(queries.library(trainee.department.path, word, "")).all()

    assert len(found) == count


def test_reminders_come_once_a_week_and_say_who_waits(session, practice, trainee, mentor):
    services.ask(session, practice, as_viewer(session, trainee), "Which come first?")
    session.commit()
    begun = clock.now()

    def run_after(days):
        with clock.stopped(begun + timedelta(days=days)):
            for _again in range(2):
                remind(None, {})
                notices_jobs.remind(JobContext(0), {})

    run_after(1)
    assert "practice_due_soon" not in kinds_for(session, trainee)
    run_after(4)
    assert kinds_for(session, trainee)[-1] == "practice_due_soon"
    assert kinds_for(session, mentor)[-1] == "practice_unanswered"
    for days in (12, 20):
        run_after(days)

    assert kinds_for(session, trainee).count("practice_overdue") == 2
    assert kinds_for(session, mentor).count("practice_overdue_mentor") == 2


def test_the_overview_shows_a_head_her_own_people_only(session, practice, trainee, mentor):
    def seen_by(person, **wanted):
        found = queries.overseen(as_viewer(session, person), queries.Filter(**wanted))
        return len(session.execute(found).all())

    head = make_employee(
        session, rights=(Right.DEPARTMENT_HEAD,), department=make_department(session, "CR")
    )
    head2 = make_employee(session, rights=(Right.DEPARTMENT_HEAD,), department=mentor.department)

    assert (seen_by(head), seen_by(head2), seen_by(trainee)) == (1, 0, 0)
    assert seen_by(head, text="林玥", state="running") == 1
    assert seen_by(head, only_overdue=True) == 0
    with clock.stopped(clock.now() + timedelta(days=11)):
        assert seen_by(head, only_overdue=True) == 1


def test_every_entry_counts_once_in_the_timeline(session, practice, trainee, mentor):
    number = make_entry(session, practice)
    services.comment_entry(session, practice, as_viewer(session, mentor), number, "Good.")
    services.ask(session, practice, as_viewer(session, trainee), "And now?")
    hand_in(session, practice)

    rows = session.execute(queries.timeline(practice)).all()

    assert {row.what for row in rows} == {"created", "entry", "comment", "question", "hand_in"}
    assert len(rows) == 5
    assert session.scalar(select(func.count(PracticeEntry.id))) == 1
