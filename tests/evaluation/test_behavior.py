"""Rounds, raters and ratings: what is asked, kept, forgotten, shown and recorded."""

from datetime import timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from tests.factories.evaluation import (
    AREAS,
    add_raters,
    answer,
    close,
    make_forms,
    make_plan,
    make_round,
)
from tests.factories.people import make_department, make_employee
from training_platform.core import clock
from training_platform.core.audit import AuditEvent
from training_platform.core.errors import (
    InvalidTransitionError,
    NotPermittedError,
    RuleError,
    TooManyTriesError,
)
from training_platform.core.outbox import Mail
from training_platform.core.permissions import Right
from training_platform.evaluation.behavior import jobs, presentation, queries
from training_platform.evaluation.behavior.models import BehaviorRater, BehaviorRating
from training_platform.evaluation.behavior.rules import Group, Occasion, Sheet
from training_platform.evaluation.behavior.services import raters, rating, rounds
from training_platform.evaluation.behavior.texts import name_for_strangers
from training_platform.notices.models import Notice
from training_platform.people.viewer import viewer_of
from training_platform.records.models import TrainingRecord


@pytest.fixture
def relations(session):
    return make_department(session, "CR", parent=make_department(session, "CO"))


@pytest.fixture
def head(session, relations):
    return make_employee(session, name="欧阳静宜", department=relations, headed=relations)


@pytest.fixture
def person(session, relations, head):
    return make_employee(
        session, name="林玥", name_latin="Lin Yue", department=relations, manager=head
    )


@pytest.fixture
def found(session, relations, head, person):
    """A round about one person, opened by her head and superior."""
    return make_round(session, head, relations, [person])


@pytest.fixture
def assessment(found):
    return found.assessments[0]


def seen(session, assessment, viewer):
    return presentation.result_view(session, assessment, viewer_of(session, viewer))


def names(view):
    return [name for name, _count in view.counts]


def notices_of(session, employee):
    rows = select(Notice.kind).where(Notice.employee_id == employee.id).order_by(Notice.id)
    return session.scalars(rows).all()


def key_of(session):
    """Return the key in the latest mail to a customer."""
    body = session.scalars(select(Mail.body).order_by(Mail.id.desc())).first()
    return next(word.split("#")[1] for word in body.split() if "#" in word)


# ---- Opening -----------------------------------------------------------------------------------


def test_adding_somebody_asks_superior_and_person(session, assessment, head, person):
    groups = {each.group: each.employee_id for each in assessment.raters}

    assert groups == {Group.SUPERIOR: head.id, Group.SELF: person.id}
    assert notices_of(session, head) == ["behavior_as_superior"]
    assert notices_of(session, person) == ["behavior_self"]


def test_a_head_opens_rounds_for_the_own_department_only(session, head):
    make_forms(session)
    other = make_department(session, "MK")

    with pytest.raises(NotPermittedError):
        rounds.open_round(session, viewer_of(session, head), other, make_plan(), asks_self=True)


def test_nobody_is_added_from_elsewhere_twice_or_by_oneself(session, found, head, person):
    stranger = make_employee(session, department=make_department(session, "MK"))

    ids = [stranger.id, person.id, head.id]
    count = rounds.add_people(session, found, viewer_of(session, head), ids)

    assert count == 0


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"occasion": Occasion.TRAINING, "training_name": " "}, "training_name"),
        ({"ends_on": -31}, "ends_on"),
        ({"due_on": -1}, "due_on"),
        ({"due_on": 181}, "due_on"),
    ],
)
def test_a_plan_that_makes_no_sense_is_refused(session, head, relations, changes, field):
    days = {
        name: clock.today() + timedelta(days=value) if name.endswith("_on") else value
        for name, value in changes.items()
    }
    plan = make_plan(**days)

    with pytest.raises(RuleError) as refusal:
        rounds.open_round(session, viewer_of(session, head), relations, plan, asks_self=True)

    assert refusal.value.field == field


# ---- Who rates ---------------------------------------------------------------------------------


def test_person_proposes_and_head_chooses(session, assessment, head, person, relations):
    peer = make_employee(session, department=relations)
    raters.propose_colleagues(session, assessment, viewer_of(session, person), [peer.id, head.id])

    assert queries.proposed_ids(session, assessment.id) == {peer.id}
    assert notices_of(session, peer) == []
    raters.choose_colleagues(session, assessment, viewer_of(session, head), [peer.id])
    assert notices_of(session, peer) == ["behavior_to_rate"]


def test_person_may_not_choose_who_rates(session, assessment, person):
    with pytest.raises(NotPermittedError):
        raters.choose_colleagues(session, assessment, viewer_of(session, person), [])


def test_an_address_of_the_staff_is_no_customer(session, assessment, head, person):
    with pytest.raises(RuleError, match="belongs to an employee"):
        raters.invite_customers(
            session, assessment, viewer_of(session, head), [person.email.upper()]
        )


def test_withdrawing_somebody_does_the_same_whether_she_answered_or_not(
    session, found, assessment, head
):
    members = add_raters(session, assessment, Group.COLLEAGUE, 5)
    for each in members[:4]:
        answer(session, each)
    before = queries.progress(session, found.id)

    for each in (members[0], members[4]):
        raters.withdraw_rater(session, each, viewer_of(session, head))

    assert queries.progress(session, found.id) == before
    assert not members[4].may_answer


def test_somebody_withdrawn_can_be_asked_again(session, assessment, head):
    viewer = viewer_of(session, head)
    peer = add_raters(session, assessment, Group.COLLEAGUE, 1)[0]
    raters.withdraw_rater(session, peer, viewer)

    assert raters.choose_colleagues(session, assessment, viewer, [peer.employee_id]) == 1
    assert peer.may_answer
    assert raters.choose_colleagues(session, assessment, viewer, [peer.employee_id]) == 0


def test_superior_and_person_stay_asked(session, assessment, head):
    with pytest.raises(InvalidTransitionError):
        raters.withdraw_rater(session, assessment.raters[0], viewer_of(session, head))


# ---- Rating ------------------------------------------------------------------------------------


def test_a_draft_is_kept_and_handing_in_forgets_who_it_was(session, assessment):
    rater = add_raters(session, assessment, Group.COLLEAGUE, 1)[0]
    viewer = viewer_of(session, rater.employee)
    half = Sheet({"teamwork": None}, {"teamwork": "seldom met"})
    rating.save_draft(session, rater, viewer, half, expected_version=rater.version)
    assert rater.levels == {"teamwork": None}

    answer(session, rater, comments={"teamwork": "hands over well"})

    assert (rater.is_answered, rater.levels, rater.comments) == (True, {}, {})
    assert rater.saved_at is None
    row = session.scalars(select(BehaviorRating)).one()
    assert row.comments == {"teamwork": "hands over well"}
    assert {"rater_id", "employee_id", "created_at"}.isdisjoint(row.__table__.columns.keys())


def test_what_was_handed_in_is_final(session, assessment):
    rater = add_raters(session, assessment, Group.COLLEAGUE, 1)[0]
    answer(session, rater)

    with pytest.raises(InvalidTransitionError):
        answer(session, rater, 0)
    with pytest.raises(DBAPIError, match="append-only"):
        session.execute(text("UPDATE behavior_rating SET overall_comment = 'x'"))


def test_not_observed_is_an_answer_but_not_everywhere(session, assessment):
    rater = add_raters(session, assessment, Group.COLLEAGUE, 1)[0]

    with pytest.raises(RuleError, match="at least one area"):
        answer(session, rater, None)
    answer(session, rater, None, levels={"teamwork": 3})


def test_an_area_without_an_answer_is_named(session, assessment, person):
    rater = next(each for each in assessment.raters if each.group is Group.SELF)
    sheet = Sheet(dict.fromkeys(AREAS[:3], 1))

    with pytest.raises(RuleError) as refusal:
        rating.submit_rating(
            session, rater, viewer_of(session, person), sheet, expected_version=rater.version
        )

    assert refusal.value.field == "level_service-attitude"


def test_the_log_says_nothing_of_colleagues_and_customers(session, assessment):
    for group in (Group.COLLEAGUE, Group.CUSTOMER):
        for each in add_raters(session, assessment, group, 1):
            answer(session, each)
    submitted = select(AuditEvent).where(AuditEvent.action == "evaluation.submit_rating")
    assert session.scalars(submitted).all() == []

    answer(session, assessment.raters[0])

    assert len(session.scalars(submitted).all()) == 1


# ---- Customers ---------------------------------------------------------------------------------


def test_a_key_works_once_and_only_its_digest_is_kept(session, assessment):
    rater = add_raters(session, assessment, Group.CUSTOMER, 1)[0]
    key = key_of(session)

    assert len(key) >= 22  # 128 bits
    assert key not in str(rater.key_digest)
    assert rating.find_by_key(session, key, None) is rater
    answer(session, rater)
    assert rating.find_by_key(session, key, None) is None


def test_a_key_ends_with_the_due_day_and_lives_on_when_that_is_moved(
    session, found, assessment, head
):
    add_raters(session, assessment, Group.CUSTOMER, 1)
    key = key_of(session)
    late = clock.now() + timedelta(days=12)

    with clock.stopped(late):
        assert rating.find_by_key(session, key, None) is None
        rounds.set_due(
            session,
            found,
            viewer_of(session, head),
            clock.today() + timedelta(days=1),
            expected_version=found.version,
        )
        assert rating.find_by_key(session, key, None) is not None


def test_guessing_keys_is_slowed_down(session, found):
    for _each in range(rating.NETWORK_LIMIT):
        assert rating.find_by_key(session, "guess", "203.0.113.0/24") is None

    with pytest.raises(TooManyTriesError):
        rating.find_by_key(session, "guess", "203.0.113.0/24")


def test_a_reminder_brings_a_new_key_and_closing_forgets_addresses(
    session, found, assessment, head
):
    rater = add_raters(session, assessment, Group.CUSTOMER, 1)[0]
    old = key_of(session)

    raters.remind_raters(session, found, viewer_of(session, head))
    raters.remind_raters(session, found, viewer_of(session, head))  # once a day

    assert rating.find_by_key(session, old, None) is None
    assert rating.find_by_key(session, key_of(session), None) is rater
    assert len(session.scalars(select(Mail).where(Mail.recipient == rater.email)).all()) == 2
    close(session, found)
    session.refresh(rater)
    assert (rater.email, rater.key_digest) == (None, None)


def test_whose_address_was_forgotten_gets_no_reminder(session, found, assessment, head):
    viewer = viewer_of(session, head)
    add_raters(session, assessment, Group.CUSTOMER, 1)
    close(session, found)
    day = clock.today() + timedelta(days=3)
    rounds.set_due(session, found, viewer, day, expected_version=found.version)

    raters.remind_raters(session, found, viewer)

    assert "" not in session.scalars(select(Mail.recipient)).all()


def test_the_mail_names_the_first_name_only(session, assessment):
    add_raters(session, assessment, Group.CUSTOMER, 1)

    body = session.scalars(select(Mail.body).order_by(Mail.id.desc())).first()

    assert "林玥" not in body
    assert "Lin" not in body
    assert "Yue" in body


@pytest.mark.parametrize(("name", "shown"), [("林玥", "玥"), ("欧阳静宜", "静宜"), ("马堃", "堃")])
def test_strangers_read_first_names(app, session, name, shown):
    person = make_employee(session, name=name)

    with app.test_request_context(headers={"Accept-Language": "zh"}):
        assert name_for_strangers(person) == shown


# ---- Results -----------------------------------------------------------------------------------


def test_before_closing_nobody_sees_anything(session, assessment, head):
    for each in add_raters(session, assessment, Group.COLLEAGUE, 4):
        answer(session, each)

    view = seen(session, assessment, head)

    assert not view.counts
    assert not view.has_figures


def test_after_closing_groups_of_three_are_shown_and_smaller_ones_hidden(
    session, found, assessment, head, person
):
    answer(session, assessment.raters[0], 3)
    for each in add_raters(session, assessment, Group.COLLEAGUE, 3):
        answer(session, each, 1, comments={"teamwork": "a remark"})
    for each in add_raters(session, assessment, Group.CUSTOMER, 2):
        answer(session, each, 0, overall_comment="a customer's word")
    close(session, found)

    view = seen(session, assessment, person)

    assert names(view) == ["Superior", "Colleagues"]
    assert view.hidden == ["Customers"]
    assert [each.level for each in view.areas[0].bars] == [4.0, 2.0]
    assert view.areas[0].others == 3.0
    assert not any("customer" in said for each in view.remarks for said in each.texts)


def test_reopening_shows_new_answers_only_when_they_are_three(session, found, assessment, head):
    viewer = viewer_of(session, head)
    for each in add_raters(session, assessment, Group.COLLEAGUE, 3):
        answer(session, each, 1)
    late = add_raters(session, assessment, Group.COLLEAGUE, 3)
    close(session, found)
    levels = []
    for some in (late[:1], late[1:]):
        day = clock.today() + timedelta(days=3)
        rounds.set_due(session, found, viewer, day, expected_version=found.version)
        for each in some:
            answer(session, each, 3)
        close(session, found)
        levels.append(seen(session, assessment, head).areas[0].bars[0].level)

    assert levels == [2.0, 3.0]


def test_closing_writes_one_record_and_tells_person_and_superior(
    session, found, assessment, head, person
):
    answer(session, assessment.raters[0])
    close(session, found)
    rounds.set_due(
        session, found, viewer_of(session, head), clock.today(), expected_version=found.version
    )
    answer(session, assessment.raters[1])
    close(session, found)

    kinds = select(TrainingRecord.kind).where(TrainingRecord.employee_id == person.id)
    assert session.scalars(kinds).all() == ["behavior_assessed"]
    assert notices_of(session, person).count("behavior_result") == 2
    assert "behavior_result_of" in notices_of(session, head)


def test_raters_are_reminded_before_the_day_and_the_opener_after_it(
    app, session, found, assessment, head, person
):
    session.commit()
    for days in (7, 10, 11):
        with clock.stopped(clock.now() + timedelta(days=days)):
            jobs.remind_raters(None, {})

    assert notices_of(session, person).count("behavior_reminder") == 2
    assert notices_of(session, head).count("behavior_round_due") == 1


def test_who_is_assessed_manages_nothing_of_it(session, relations):
    hr = make_employee(session, rights=(Right.HR,), department=relations)
    boss = make_employee(session, department=relations, headed=relations, manager=hr)
    found = make_round(session, hr, relations, [boss])

    with pytest.raises(NotPermittedError):
        raters.choose_colleagues(session, found.assessments[0], viewer_of(session, boss), [])


def test_ids_of_ratings_do_not_tell_the_order(session, assessment):
    for each in add_raters(session, assessment, Group.COLLEAGUE, 6):
        answer(session, each)

    ids = session.scalars(text("SELECT id FROM behavior_rating")).all()

    assert max(ids) > 1000
    assert session.query(BehaviorRater).filter_by(is_answered=True).count() == 6
