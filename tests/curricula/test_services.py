"""Learning, completing, assigning, synchronizing: on real tables, with the house's reactions."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select

from tests.factories.curricula import (
    lessons_of,
    make_assignment,
    make_course,
    make_curriculum,
    make_lesson,
)
from tests.factories.people import make_department, make_employee, make_job_role
from training_platform.core import clock, jobs
from training_platform.core.errors import ConflictError, NotPermittedError, RuleError
from training_platform.core.events import FailedReaction, emit
from training_platform.core.permissions import Right
from training_platform.curricula import queries, services
from training_platform.curricula.models import (
    Assignment,
    AssignmentSource,
    AssignmentState,
    CourseProgress,
    LessonProgress,
)
from training_platform.notices.models import Notice
from training_platform.notices.texts import body_of
from training_platform.people.events import EmployeeJoined, JobRoleChanged
from training_platform.people.models import Competency
from training_platform.people.viewer import viewer_of
from training_platform.records import services as records
from training_platform.records.models import CompetencyLevel, TrainingRecord

RIGHT, WRONG = {"choice": 0}, {"choice": 1}


@pytest.fixture
def learner(session):
    return make_employee(session)


@pytest.fixture
def viewer(session, learner):
    return viewer_of(session, learner)


@pytest.fixture
def hr(session):
    return viewer_of(session, make_employee(session, rights=(Right.HR,)))


@pytest.fixture(autouse=True)
def no_reaction_failed(session):
    yield
    assert session.scalars(select(FailedReaction.fault)).all() == []


def kinds(session, employee):
    found = select(TrainingRecord.kind).where(TrainingRecord.employee_id == employee.id)
    return sorted(session.scalars(found))


def finish_all(session, course, viewer):
    for lesson in lessons_of(session, course):
        services.finish_lesson(session, lesson, viewer)


def pass_paper(session, employee, paper):
    records.append(session, employee.id, "quiz_passed", paper, source=f"test:{paper}", percent=90)


def active(session, employee):
    found = session.execute(
        select(Assignment.course_id, Assignment.is_required, Assignment.due_on)
        .where(Assignment.employee_id == employee.id, Assignment.state == AssignmentState.ACTIVE)
        .order_by(Assignment.course_id)
    )
    return [tuple(row) for row in found]


# ---- Learning -------------------------------------------------------------------------------


def test_place_is_kept_and_the_last_one_holds(session, viewer):
    (lesson,) = lessons_of(session, make_course(session, lessons=1))

    services.keep_place(session, lesson, viewer, 80)
    services.keep_place(session, lesson, viewer, 30)

    page = queries.lesson_page(session, lesson.id, viewer.id, "en")
    assert page.place_percent == 30
    assert session.scalar(select(CourseProgress.last_lesson_id)) == lesson.id


@pytest.mark.parametrize("percent", [-1, 101])
def test_place_outside_the_lesson_is_refused(session, viewer, percent):
    (lesson,) = lessons_of(session, make_course(session, lessons=1))

    with pytest.raises(RuleError):
        services.keep_place(session, lesson, viewer, percent)


def test_check_question_takes_any_number_of_tries(session, viewer):
    (lesson,) = lessons_of(session, make_course(session, lessons=1, checks=True))

    assert not services.answer_check(session, lesson, viewer, WRONG).is_right
    assert services.answer_check(session, lesson, viewer, RIGHT).is_right

    progress = session.scalars(select(LessonProgress)).one()
    assert (progress.check_tries, progress.is_check_right) == (2, True)


@pytest.mark.parametrize("answer", [None, {}, {"choice": 9}, {"text": "?"}])
def test_no_answer_is_no_try(session, viewer, answer):
    (lesson,) = lessons_of(session, make_course(session, lessons=1, checks=True))

    with pytest.raises(RuleError):
        services.answer_check(session, lesson, viewer, answer)


def test_lesson_is_not_finished_before_its_check_question_is_answered(session, viewer, learner):
    (lesson,) = lessons_of(session, make_course(session, lessons=1, checks=True))

    with pytest.raises(RuleError):
        services.finish_lesson(session, lesson, viewer)

    services.answer_check(session, lesson, viewer, WRONG)
    services.finish_lesson(session, lesson, viewer)
    assert "lesson_finished" in kinds(session, learner)


def test_lesson_finished_twice_leaves_one_record(session, viewer, learner):
    first, _second = lessons_of(session, make_course(session))

    services.finish_lesson(session, first, viewer)
    services.finish_lesson(session, first, viewer)

    assert kinds(session, learner) == ["lesson_finished"]
    assert session.scalar(select(CourseProgress.lessons_done)) == 1


def test_whoever_learns_a_course_has_it_on_the_list(session, viewer, learner):
    course = make_course(session)

    services.finish_lesson(session, lessons_of(session, course)[0], viewer)

    assert active(session, learner) == [(course.id, False, None)]


# ---- Completing -----------------------------------------------------------------------------


@pytest.mark.parametrize("quiz_first", [True, False])
def test_course_is_complete_in_either_order(session, viewer, learner, quiz_first):
    course = make_course(session, paper="paper-1")
    steps = [
        lambda: pass_paper(session, learner, "paper-1"),
        lambda: finish_all(session, course, viewer),
    ]

    first, second = steps if quiz_first else reversed(steps)
    first()
    assert "course_completed" not in kinds(session, learner)
    second()

    assert kinds(session, learner).count("course_completed") == 1
    assert session.scalar(select(CourseProgress.completed_at)) is not None
    assert session.scalar(select(Assignment.state)) is AssignmentState.COMPLETED


def test_quiz_of_another_course_completes_nothing(session, viewer, learner):
    course = make_course(session, paper="paper-1")
    finish_all(session, course, viewer)

    pass_paper(session, learner, "paper-2")

    assert "course_completed" not in kinds(session, learner)


def test_completed_course_raises_competencies_and_never_lowers_them(session, viewer, learner):
    for number, id in enumerate(("data-quality", "listening")):
        name = {"zh": id, "en": id}
        session.add(Competency(id=id, code=id, name=name, levels=[name] * 4, position=number))
    session.flush()
    records.raise_competency(session, learner.id, "listening", 3, "review")
    course = make_course(session, competencies={"data-quality": 2, "listening": 1})

    finish_all(session, course, viewer)

    levels = dict(
        session.execute(select(CompetencyLevel.competency_id, CompetencyLevel.level)).all()
    )
    assert levels == {"data-quality": 2, "listening": 3}


def test_completed_stays_completed_when_a_lesson_is_added(session, viewer, learner):
    course = make_course(session, lessons=1)
    finish_all(session, course, viewer)
    make_lesson(session, course, "l2", 2)

    finish_all(session, course, viewer)

    assert kinds(session, learner).count("course_completed") == 1
    assert session.scalar(select(Assignment.state)) is AssignmentState.COMPLETED


def test_withdrawn_lesson_is_not_asked_for(session, viewer, learner):
    course = make_course(session)
    first, second = lessons_of(session, course)
    second.is_withdrawn = True
    session.flush()

    services.finish_lesson(session, first, viewer)

    assert "course_completed" in kinds(session, learner)


def test_curriculum_is_complete_with_its_required_courses(session, viewer, learner):
    needed, extra = make_course(session, lessons=1), make_course(session, lessons=1)
    make_curriculum(session, "specialist", [(needed, True, 14), (extra, False, None)])

    finish_all(session, needed, viewer)
    assert kinds(session, learner).count("curriculum_completed") == 1
    finish_all(session, extra, viewer)

    assert kinds(session, learner).count("curriculum_completed") == 1


# ---- Synchronizing --------------------------------------------------------------------------


@pytest.fixture
def two_curricula(session):
    basics, quality, team = (make_course(session, name) for name in ("basics", "quality", "team"))
    make_curriculum(session, "specialist", [(basics, True, 14), (quality, True, 30)])
    make_curriculum(session, "supervisor", [(basics, True, 14), (team, True, 60)])
    make_job_role(session, "manager")
    return basics, quality, team


def change_role(session, employee, role, on):
    old, employee.job_role_id = employee.job_role_id, role
    employee.job_role_since = on
    session.flush()
    emit(session, JobRoleChanged(employee.id, old, role, on.isoformat()))


def test_newcomer_gets_the_curriculum_due_from_the_day_of_hiring(session, two_curricula):
    known_since = datetime(2026, 1, 31, 2, tzinfo=UTC)
    newcomer = make_employee(session, hired_on=date(2026, 1, 31), created_at=known_since)

    emit(session, EmployeeJoined(newcomer.id))

    assert active(session, newcomer) == [
        ("basics", True, date(2026, 2, 14)),
        ("quality", True, date(2026, 3, 2)),
    ]


def test_role_round_trip_returns_to_the_same_set(session, two_curricula):
    known_since = datetime(2026, 1, 5, 2, tzinfo=UTC)
    employee = make_employee(session, hired_on=date(2026, 1, 5), created_at=known_since)
    emit(session, EmployeeJoined(employee.id))
    before = {row[0] for row in active(session, employee)}

    change_role(session, employee, "supervisor", date(2026, 6, 1))
    assert active(session, employee) == [
        ("basics", True, date(2026, 1, 19)),
        ("team", True, date(2026, 7, 31)),
    ]
    change_role(session, employee, "specialist", date(2026, 9, 1))

    assert {row[0] for row in active(session, employee)} == before
    assert {row[0]: row[2] for row in active(session, employee)}["quality"] == date(2026, 10, 1)


def test_completed_course_stays_after_a_role_change(session, two_curricula):
    employee = make_employee(session)
    emit(session, EmployeeJoined(employee.id))
    finish_all(session, two_curricula[1], viewer_of(session, employee))

    plan = services.preview_sync(session, employee.id, "supervisor", date(2026, 6, 1))
    change_role(session, employee, "supervisor", date(2026, 6, 1))

    assert plan.kept_because_completed == ("quality",)
    quality = session.scalars(select(Assignment).where(Assignment.course_id == "quality")).one()
    assert quality.state is AssignmentState.COMPLETED


def test_sync_twice_changes_nothing(session, two_curricula):
    employee = make_employee(session)

    services.sync_curriculum(session, employee, "specialist", date(2026, 6, 1))
    again = services.sync_curriculum(session, employee, "specialist", date(2026, 6, 1))

    assert again.is_empty
    assert again.unchanged == ("basics", "quality")


def test_preview_changes_nothing(session, two_curricula):
    employee = make_employee(session)

    plan = services.preview_sync(session, employee.id, "specialist", date(2026, 6, 1))

    assert [each.course_id for each in plan.added] == ["basics", "quality"]
    assert active(session, employee) == []


def test_person_without_a_job_role_loses_the_curriculum(session, two_curricula):
    employee = make_employee(session)
    emit(session, EmployeeJoined(employee.id))

    change_role(session, employee, None, date(2026, 6, 1))

    assert active(session, employee) == []


def test_course_assigned_by_hand_survives_the_role_change(session, two_curricula, hr):
    employee = make_employee(session)
    emit(session, EmployeeJoined(employee.id))
    soon = clock.today() + timedelta(days=3)
    quality = two_curricula[1]
    row = session.scalars(select(Assignment).where(Assignment.course_id == "quality")).one()
    row.curriculum_due_on = row.due_on = soon + timedelta(days=90)
    services.assign_course(session, [employee], hr, quality, soon, required=True)

    change_role(session, employee, "manager", clock.today())
    assert active(session, employee) == [("quality", True, soon)]
    services.withdraw_assignment(session, row, hr)

    assert active(session, employee) == []


def test_withdrawing_leaves_what_the_curriculum_asks(session, two_curricula, hr):
    employee = make_employee(session, hired_on=clock.today())
    emit(session, EmployeeJoined(employee.id))
    soon = clock.today() + timedelta(days=3)
    services.assign_course(session, [employee], hr, two_curricula[1], soon, required=True)
    row = session.scalars(select(Assignment).where(Assignment.course_id == "quality")).one()
    assert row.due_on == soon

    services.withdraw_assignment(session, row, hr)

    assert row.due_on == clock.today() + timedelta(days=30)
    assert row.source is AssignmentSource.CURRICULUM
    with pytest.raises(RuleError):
        services.withdraw_assignment(session, row, hr)


def test_new_curriculum_reaches_everybody_by_a_job(app, session, two_curricula):
    employee = make_employee(session, hired_on=date(2026, 1, 5))
    employee_id = employee.id
    jobs.put(session, "curricula.sync_everybody", {"on": "2026-11-21"}, key="r1")
    session.commit()

    jobs.run_due()

    rows = session.execute(
        select(Assignment.course_id, Assignment.due_on)
        .where(Assignment.employee_id == employee_id)
        .order_by(Assignment.course_id)
    ).all()
    assert [tuple(row) for row in rows] == [
        ("basics", date(2026, 12, 5)),
        ("quality", date(2026, 12, 21)),
    ]


# ---- Assigning ------------------------------------------------------------------------------


def test_head_assigns_in_the_own_sub_tree_only(session):
    own = make_department(session, "OWN")
    below = make_department(session, "BELOW", parent=own)
    other = make_department(session, "OTHER")
    head = viewer_of(session, make_employee(session, headed=own, department=own))
    course, due = make_course(session), clock.today() + timedelta(days=5)
    mine = make_employee(session, department=below)
    foreign = make_employee(session, department=other)

    services.assign_course(session, [mine], head, course, due, required=True)
    with pytest.raises(NotPermittedError):
        services.assign_course(session, [foreign], head, course, due, required=True)

    assert active(session, mine) == [(course.id, True, due)]


@pytest.mark.parametrize(("days", "due"), [(5, True), (None, False)], ids=["required", "elective"])
def test_a_course_assigned_by_hand_is_told_with_its_due_day_if_any(session, hr, learner, days, due):
    on = clock.today() + timedelta(days=days) if days else None

    services.assign_course(session, [learner], hr, make_course(session), on, required=due)

    notice = session.scalars(select(Notice).where(Notice.employee_id == learner.id)).one()
    assert notice.kind == "course_assigned"
    assert body_of(notice.kind, notice.values).startswith("Due on ") is due


def test_assigning_again_tells_who_has_or_completed_it(session, hr):
    course, due = make_course(session, lessons=1), clock.today() + timedelta(days=5)
    has, done, new = (make_employee(session) for _each in range(3))
    services.assign_course(session, [has], hr, course, due, required=True)
    finish_all(session, course, viewer_of(session, done))

    result = services.assign_course(session, [has, done, new], hr, course, due, required=True)

    assert (result.given, result.already_assigned, result.already_completed) == (
        [new],
        [has],
        [done],
    )


@pytest.mark.parametrize(
    ("days", "required"), [(-1, True), (None, True), (-1, False)], ids=["past", "none", "elective"]
)
def test_impossible_due_days_are_refused(session, hr, learner, days, required):
    due = None if days is None else clock.today() + timedelta(days=days)

    with pytest.raises(RuleError):
        services.assign_course(session, [learner], hr, make_course(session), due, required=required)


def test_withdrawn_course_is_not_assigned(session, hr, learner):
    course = make_course(session, is_withdrawn=True)

    with pytest.raises(RuleError):
        services.assign_course(session, [learner], hr, course, None, required=False)


def test_own_wish_is_taken_back_by_oneself_only(session, viewer, learner, hr):
    wished, assigned = make_course(session), make_course(session)
    services.enrol(session, wished, viewer)
    services.assign_course(session, [learner], hr, assigned, None, required=False)

    services.leave_course(session, wished, viewer)

    assert active(session, learner) == [(assigned.id, False, None)]
    with pytest.raises(RuleError):
        services.leave_course(session, assigned, viewer)


# ---- Rules ----------------------------------------------------------------------------------


def rule(course, **changes):
    values = {
        "name": "Everybody",
        "course_id": course.id,
        "job_role_id": None,
        "department_id": None,
        "hired_since": None,
        "is_required": True,
        "due_days": 30,
    } | changes
    return services.RuleInput(**values)


def test_rule_reaches_whom_it_means_by_a_job(session, hr):
    make_job_role(session, "manager")
    course = make_course(session)
    meant = make_employee(session)
    other = make_employee(session, job_role="manager")
    services.create_rule(session, hr, rule(course, job_role_id="specialist"))
    session.commit()

    jobs.run_due()

    assert active(session, meant) == [(course.id, True, clock.today() + timedelta(days=30))]
    assert active(session, other) == []


def test_rule_follows_a_role_change_both_ways(session, hr):
    make_job_role(session, "manager")
    course = make_course(session)
    employee = make_employee(session)
    services.create_rule(session, hr, rule(course, job_role_id="manager"))

    change_role(session, employee, "manager", clock.today())
    assert [row[0] for row in active(session, employee)] == [course.id]
    change_role(session, employee, "specialist", clock.today())

    assert active(session, employee) == []


def test_newcomer_is_due_from_hiring_where_the_rule_is_older(session, hr):
    course = make_course(session)
    services.create_rule(session, hr, rule(course, due_days=10))
    starts = clock.today() + timedelta(days=40)
    newcomer = make_employee(session, hired_on=starts)

    emit(session, EmployeeJoined(newcomer.id))

    assert active(session, newcomer) == [(course.id, True, starts + timedelta(days=10))]


def test_stopped_rule_means_nobody_new_and_takes_nothing(session, hr):
    course = make_course(session)
    early, late = make_employee(session), make_employee(session)
    made = services.create_rule(session, hr, rule(course))
    services.sync_rules(session, early)

    services.deactivate_rule(session, made, hr, expected_version=made.version)
    services.sync_rules(session, early)
    services.sync_rules(session, late)

    assert len(active(session, early)) == 1
    assert active(session, late) == []


def test_rule_changed_by_somebody_else_meanwhile_is_a_conflict(session, hr):
    course = make_course(session)
    made = services.create_rule(session, hr, rule(course))

    with pytest.raises(ConflictError):
        services.change_rule(session, made, hr, rule(course), expected_version=made.version - 1)


def test_assignment_by_hand_goes_before_a_rule(session, hr, learner):
    course, soon = make_course(session), clock.today() + timedelta(days=2)
    services.assign_course(session, [learner], hr, course, soon, required=True)

    services.create_rule(session, hr, rule(course))
    services.sync_rules(session, learner)

    assert active(session, learner) == [(course.id, True, soon)]


def test_only_curriculum_managers_make_rules(session, viewer):
    with pytest.raises(NotPermittedError):
        services.create_rule(session, viewer, rule(make_course(session)))


# ---- Where somebody stands ------------------------------------------------------------------


def test_next_lesson_is_the_first_unfinished_one(session, viewer, learner):
    course = make_course(session, lessons=3)
    make_assignment(session, learner.id, course, clock.today())
    services.finish_lesson(session, lessons_of(session, course)[0], viewer)

    following = queries.next_lesson(session, learner.id, "en")

    assert (following.lesson_id, following.lesson_title) == (f"{course.id}/l2", "Lesson l2")
    assert (following.lessons_done, following.lesson_count) == (1, 3)


def test_withdrawn_course_is_offered_only_to_those_who_began_it(session, viewer, learner):
    begun, fresh = make_course(session), make_course(session)
    for course in (begun, fresh):
        make_assignment(session, learner.id, course)
    services.open_lesson(session, lessons_of(session, begun)[0], viewer)
    begun.is_withdrawn = fresh.is_withdrawn = True
    session.flush()

    assert [each.course_id for each in queries.learning(session, learner.id, "en")] == [begun.id]


def test_week_counts_minutes_on_the_companys_days(session, viewer, learner):
    first, second = lessons_of(session, make_course(session))
    services.finish_lesson(session, first, viewer)
    services.finish_lesson(session, second, viewer)

    days = queries.week_minutes(session, learner.id)

    assert days[clock.today().weekday()] == 8
    assert len(days) == 7


def test_team_counts_only_the_sub_tree(session):
    own = make_department(session, "OWN")
    below = make_department(session, "BELOW", parent=own)
    other = make_department(session, "OTHER")
    late, good, foreign = (make_employee(session, department=each) for each in (below, own, other))
    course = make_course(session)
    for employee, days in ((late, -3), (good, 3), (foreign, -3)):
        make_assignment(session, employee.id, course, clock.today() + timedelta(days=days))

    team = queries.team_progress(session, (own.path,))

    assert [(each.employee_id, each.required, each.overdue) for each in team] == [
        (late.id, 1, 1),
        (good.id, 1, 0),
    ]
    assert queries.count_overdue(session, (own.path,)) == 1
    assert queries.team_progress(session, ()) == []


def test_stuck_is_who_stands_still_or_fails_at_a_check_question(session):
    idle, trying, fine = (make_employee(session) for _each in range(3))
    course = make_course(session, checks=True)
    lesson = lessons_of(session, course)[0]
    with clock.stopped(clock.now() - timedelta(days=15)):
        services.answer_check(session, lesson, viewer_of(session, idle), RIGHT)
    for _each in range(3):
        services.answer_check(session, lesson, viewer_of(session, trying), WRONG)
    services.answer_check(session, lesson, viewer_of(session, fine), RIGHT)

    stuck = queries.stuck_people(session, ("/",))

    assert [(each.employee_id, each.tries) for each in stuck] == [(idle.id, 0), (trying.id, 3)]


def test_search_finds_courses_and_lessons_but_nothing_withdrawn(session, viewer):
    make_course(session, "visible", lessons=1)
    make_course(session, "gone", lessons=1, is_withdrawn=True)

    assert [hit.href for hit in queries.search(session, viewer, "course vis")] == [
        "/courses/visible"
    ]
    assert "/courses/gone/l1" not in [
        hit.href for hit in queries.search(session, viewer, "lesson l1")
    ]
    assert queries.search(session, viewer, "  ") == []
