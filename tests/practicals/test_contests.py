"""Contests: planned, started together, counted live, closed by themselves, written down once."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from tests.factories.contests import RACE, make_contest
from tests.factories.people import make_department, make_employee
from tests.practicals.sitting import publish
from training_platform.core import clock
from training_platform.core.errors import (
    ConflictError,
    InvalidTransitionError,
    NotPermittedError,
    RuleError,
)
from training_platform.core.permissions import Right
from training_platform.crm.desk import open_desk
from training_platform.crm.errors import ClosedError
from training_platform.crm.fields import FieldKind
from training_platform.crm.models import CrmWorkspace, Customer
from training_platform.crm.scope import enter
from training_platform.crm.services.records import create_record
from training_platform.crm.values import from_plain
from training_platform.notices.models import Notice
from training_platform.people.viewer import viewer_of
from training_platform.practicals import services as practicals
from training_platform.practicals.contests import board, planning, services
from training_platform.practicals.contests.rules import State, Teaming
from training_platform.practicals.models import PracticalAttempt
from training_platform.practicals.rules import AttemptState, Mode
from training_platform.records.models import TrainingRecord

MINUTE = timedelta(minutes=1)


@pytest.fixture
def crm_app(shared_crm_app):
    return shared_crm_app


@pytest.fixture
def start(stopped_clock):
    return stopped_clock


@pytest.fixture
def trainer(crm_session):
    return viewer_of(crm_session, make_employee(crm_session, rights=(Right.TRAINER,)))


@pytest.fixture
def ann(crm_session):
    return viewer_of(crm_session, make_employee(crm_session))


@pytest.fixture
def bob(crm_session):
    return viewer_of(crm_session, make_employee(crm_session))


@pytest.fixture
def contest(crm_session, start, trainer, ann, bob):
    return make_contest(crm_session, trainer, [ann], [bob], starts_at=start)


def type_cards(session, attempt, person, count, *, wrong=0):
    """Enter so many of the attempt's cards, the first of them with a wrong city."""
    drawn, _start = practicals.start_of(session, attempt.id)
    workspace = session.get_one(CrmWorkspace, attempt.workspace_id)
    desk = open_desk(session, workspace, person, is_writing=True)
    for number, card in enumerate(drawn.key["cards"][:count]):
        at = from_plain(card["next_follow_up_at"], FieldKind.INSTANT)
        typed = card | {"next_follow_up_at": at, "owner_id": desk.seller.id}
        create_record(desk, Customer, typed | ({"city": "别处"} if number < wrong else {}))
    enter(None)


def end(session, contest):
    """Do what the job does after the end, in the test's own transaction."""
    for attempt_id in services.close_overdue(session, contest.id):
        attempt = session.get_one(PracticalAttempt, attempt_id)
        task, evidence = (
            practicals.task_of(session, attempt),
            practicals.stored_evidence(session, attempt),
        )
        result = practicals.evaluate(task, evidence, attempt)
        practicals.record_result(session, attempt_id, result)
    return services.finish_contest(session, contest.id)


def records_of(session):
    kind = TrainingRecord.kind == "contest_finished"
    return session.scalar(select(func.count()).where(kind))


def test_everybody_has_cards_of_the_own_and_one_end(crm_session, contest, ann, bob):
    first = services.enter_contest(crm_session, contest, ann)
    with clock.stopped(clock.now() + 4 * MINUTE):
        second = services.enter_contest(crm_session, contest, bob)

    assert first.deadline_at == second.deadline_at == contest.times.ends_at
    cards = [practicals.start_of(crm_session, each.id)[0].key["cards"] for each in (first, second)]
    assert cards[0] != cards[1]


def test_attempt_is_neither_practice_nor_exam(crm_session, contest, ann):
    attempt = services.enter_contest(crm_session, contest, ann)

    assert attempt.mode is Mode.CONTEST
    assert attempt.part_of == contest.href


def test_second_tab_goes_on_with_the_same_attempt(crm_session, contest, ann):
    first = services.enter_contest(crm_session, contest, ann)

    assert services.enter_contest(crm_session, contest, ann).id == first.id


def test_whoever_handed_in_does_not_begin_anew(crm_session, contest, ann):
    first = services.enter_contest(crm_session, contest, ann)
    practicals.submit_attempt(crm_session, first, ann)

    assert services.enter_contest(crm_session, contest, ann).id == first.id


@pytest.mark.parametrize("minutes", [-1, 11])
def test_nobody_begins_before_the_start_or_after_the_end(crm_session, contest, ann, minutes):
    with clock.stopped(contest.starts_at + minutes * MINUTE), pytest.raises(RuleError):
        services.enter_contest(crm_session, contest, ann)


def test_nobody_else_takes_part(crm_session, contest, trainer):
    with pytest.raises(NotPermittedError):
        services.enter_contest(crm_session, contest, trainer)


def test_live_count_is_that_of_the_grader(crm_session, contest, ann, bob):
    mine = services.enter_contest(crm_session, contest, ann)
    type_cards(crm_session, mine, ann, 6)
    type_cards(crm_session, services.enter_contest(crm_session, contest, bob), bob, 9, wrong=1)

    people = board.count(crm_session, contest).standings["people"]

    assert [(row["employee_id"], row["right"], row["entered"]) for row in people] == [
        (ann.id, 6, 6),
        (bob.id, 8, 9),
    ]
    evidence = practicals.evidence_now(crm_session, mine, clock.now())
    task = practicals.task_of(crm_session, mine)
    graded = practicals.evaluate(task, evidence, mine).outcomes[0].values
    assert (graded["right"], graded["entered"]) == (6, 6)


def test_work_after_the_end_is_refused(crm_session, contest, ann):
    attempt = services.enter_contest(crm_session, contest, ann)

    with clock.stopped(contest.times.ends_at + timedelta(seconds=1)), pytest.raises(ClosedError):
        type_cards(crm_session, attempt, ann, 1)


def test_contest_ends_by_itself_with_what_was_done(crm_session, contest, ann, bob):
    attempt = services.enter_contest(crm_session, contest, ann)
    type_cards(crm_session, attempt, ann, 3)

    with clock.stopped(contest.times.ends_at + timedelta(seconds=1)):
        assert end(crm_session, contest)

    assert contest.state(clock.now()) is State.FINISHED
    assert attempt.state is AttemptState.FINAL
    assert not attempt.is_sealed
    (row,) = board.count(crm_session, contest).standings["people"]
    assert (row["rank"], row["score"]) == (1, 0.3)


def test_end_waits_for_what_a_fault_of_the_grader_holds(crm_session, contest, ann):
    attempt = services.enter_contest(crm_session, contest, ann)

    with clock.stopped(contest.times.ends_at + timedelta(seconds=1)):
        services.close_overdue(crm_session, contest.id)
        attempt.state = AttemptState.HELD
        crm_session.flush()

        assert not services.finish_contest(crm_session, contest.id)


def test_contest_is_finished_once(crm_session, contest, ann):
    services.enter_contest(crm_session, contest, ann)
    with clock.stopped(contest.times.ends_at + timedelta(seconds=1)):
        assert end(crm_session, contest)
        assert not end(crm_session, contest)

    told = select(func.count()).where(Notice.kind == "contest_finished")
    assert crm_session.scalar(told) == 1


@pytest.mark.parametrize("is_recorded", [False, True])
def test_only_where_the_trainer_wants_it_the_result_is_recorded(
    crm_session, contest, ann, is_recorded
):
    contest.is_recorded = is_recorded
    services.enter_contest(crm_session, contest, ann)

    with clock.stopped(contest.times.ends_at + timedelta(seconds=1)):
        end(crm_session, contest)

    assert records_of(crm_session) == int(is_recorded)


def test_calling_off_closes_what_was_begun_and_tells_everybody(
    crm_session, contest, trainer, ann, bob
):
    attempt = services.enter_contest(crm_session, contest, ann)

    services.cancel_contest(crm_session, contest, trainer, "机房停电", contest.version)

    assert contest.state(clock.now()) is State.CANCELED
    assert attempt.state is not AttemptState.IN_PROGRESS
    told = select(Notice.employee_id).where(Notice.kind == "contest_canceled")
    assert set(crm_session.scalars(told)) == {ann.id, bob.id}


def test_calling_off_says_why(crm_session, contest, trainer):
    with pytest.raises(RuleError):
        services.cancel_contest(crm_session, contest, trainer, " ", contest.version)


def test_only_trainers_start_and_call_off(crm_session, contest, ann):
    with pytest.raises(NotPermittedError):
        services.cancel_contest(crm_session, contest, ann, "不想比了", contest.version)


def plan(session, **wanted):
    """Return the plan of a contest of two departments with three and two people."""
    publish(session, RACE)
    departments = [make_department(session, code) for code in ("A1", "B1")]
    for department, size in zip(departments, (3, 2), strict=True):
        for _number in range(size):
            make_employee(session, department=department)
    ids = [each.id for each in departments]
    return planning.Plan("录入赛", RACE, 10, ids, **wanted)


def sizes(contest):
    teams = [each.team_id for each in contest.entrants]
    return sorted(teams.count(each.id) for each in contest.teams)


def test_drawn_teams_are_balanced_and_everybody_is_invited(crm_session, trainer, start):
    found = planning.plan_contest(crm_session, trainer, plan(crm_session, seed="x"))

    assert sizes(found) == [2, 3]
    told = select(func.count()).where(Notice.kind == "contest_invited")
    assert crm_session.scalar(told) == 5


def test_departments_are_teams_where_the_trainer_wants_it(crm_session, trainer, start):
    wanted = plan(crm_session, teaming=Teaming.DEPARTMENT)

    found = planning.plan_contest(crm_session, trainer, wanted)

    assert sizes(found) == [2, 3]
    assert all(set(team.name) == {"zh", "en"} for team in found.teams)


def test_start_in_the_past_is_refused(crm_session, trainer, start):
    wanted = plan(crm_session, starts_at=start - MINUTE)

    with pytest.raises(RuleError) as refused:
        planning.plan_contest(crm_session, trainer, wanted)

    assert refused.value.field == "starts_at"


def test_people_are_moved_and_taken_out_until_the_start(crm_session, trainer, start):
    found = planning.plan_contest(crm_session, trainer, plan(crm_session, team_count=2))
    one, *_others, two = found.entrants
    other = next(team.id for team in found.teams if team.id != one.team_id)

    planning.arrange(crm_session, found, trainer, {one.id: other, two.id: 0}, found.version)

    assert one.team_id == other
    assert len(found.entrants) == 4


def test_teams_of_an_older_page_are_a_conflict(crm_session, trainer, start):
    found = planning.plan_contest(crm_session, trainer, plan(crm_session, team_count=2))
    seen = found.version
    planning.arrange(crm_session, found, trainer, {}, seen)

    with pytest.raises(ConflictError):
        planning.arrange(crm_session, found, trainer, {}, seen)


def test_contest_that_runs_is_not_rearranged(crm_session, contest, trainer):
    with pytest.raises(InvalidTransitionError):
        planning.arrange(crm_session, contest, trainer, {}, contest.version)


def test_start_by_hand_leaves_seconds_to_look_up(crm_session, trainer, start):
    found = planning.plan_contest(crm_session, trainer, plan(crm_session))

    services.start_contest(crm_session, found, trainer, found.version)

    assert found.state(start) is State.PLANNED
    assert found.state(start + timedelta(seconds=10)) is State.RUNNING


def test_somebody_is_added_once(crm_session, trainer, start):
    found = planning.plan_contest(crm_session, trainer, plan(crm_session))
    late = make_employee(crm_session)
    wanted = (late.staff_number, found.teams[0].id)

    planning.add_entrant(crm_session, found, trainer, wanted, found.version)
    with pytest.raises(RuleError):
        planning.add_entrant(crm_session, found, trainer, wanted, found.version)
