"""What people do to applications, and what follows from it."""

from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from tests.factories.external_training import (
    attend,
    decide,
    make_at,
    make_budget,
    make_draft,
    make_office,
    make_provider,
    move_to_past,
    submit,
)
from tests.factories.people import make_employee
from training_platform.core import clock
from training_platform.core.errors import (
    ConflictError,
    NotPermittedError,
    RuleError,
)
from training_platform.core.files import StoredFile
from training_platform.core.permissions import Right, may
from training_platform.external_training import queries, services
from training_platform.external_training.jobs import remind
from training_platform.external_training.models import (
    ApprovalDelegation,
    BudgetMove,
    ExternalTrainingEvent,
    ExternalTrainingFile,
)
from training_platform.external_training.queries.lists import Filter
from training_platform.external_training.rules import (
    Decision,
    FilePurpose,
    MoveKind,
    Policy,
    State,
    StepRole,
    StepRule,
)
from training_platform.external_training.services import Sharing, Start, Upload, leaving
from training_platform.notices.models import Notice
from training_platform.people.models import EmployeeStatus
from training_platform.people.viewer import viewer_of
from training_platform.records.models import RecordValue, TrainingRecord


@pytest.fixture
def office(session):
    return make_office(session)


@pytest.fixture
def budget(session, office):
    return make_budget(session, office["head"].department)


def names_of(step):
    return {each.employee_id for each in step.people}


def test_head_then_leader_approve(session, office, budget):
    made = make_draft(session, office["owner"])
    submit(session, made)
    assert names_of(made.waiting_step) == {office["head"].id}

    decide(session, made, office["head"])
    assert names_of(made.waiting_step) == {office["leader"].id, office["leader2"].id}
    decide(session, made, office["leader"])

    assert made.state is State.APPROVED
    assert made.report_due_on == made.ends_on + timedelta(days=14)


def test_money_is_reserved_then_committed_then_settled(session, office, budget):
    made = make_draft(session, office["owner"])
    submit(session, made)
    assert (budget.reserved_amount, budget.committed_amount) == (Decimal(3500), Decimal(0))
    decide(session, made, office["head"])
    decide(session, made, office["leader"])
    assert (budget.reserved_amount, budget.committed_amount) == (Decimal(0), Decimal(3500))
    move_to_past(session, made)
    attend(session, made)
    made.actual_travel_amount = Decimal("650.00")
    head = viewer_of(session, office["head"])
    services.confirm_attendance(session, made, head, expected_version=made.version)

    assert (budget.committed_amount, budget.spent_amount) == (Decimal(0), Decimal(3650))
    kinds = session.scalars(select(BudgetMove.kind).order_by(BudgetMove.id)).all()
    assert kinds == [MoveKind.RESERVE, MoveKind.COMMIT, MoveKind.SETTLE]


def test_an_approval_beyond_the_budget_is_refused(session, office):
    budget = make_budget(session, office["head"].department, "3000.00")
    made = make_at(session, office, State.IN_APPROVAL)
    decide(session, made, office["head"])

    with pytest.raises(RuleError):
        decide(session, made, office["leader"])

    assert budget.committed_amount == 0


def test_without_a_budget_only_what_is_free_is_approved(session, office):
    costs = {"fee_amount": Decimal(0), "travel_amount": Decimal(0)}
    made = make_at(session, office, State.APPROVED, **costs)

    assert made.state is State.APPROVED


def test_a_heads_own_application_goes_to_a_leader(session, office, budget):
    made = make_draft(session, office["head"])
    submit(session, made)

    assert names_of(made.waiting_step) == {office["leader"].id, office["leader2"].id}


def test_a_heads_own_application_goes_to_the_head_above(session, office, budget):
    company = office["leader"].department
    above = make_employee(session, department=company, headed=company)
    made = make_draft(session, office["head"])
    submit(session, made)

    assert names_of(made.waiting_step) == {above.id}


def test_nobody_takes_two_steps(session, office, budget):
    made = make_draft(session, office["head"])
    submit(session, made)
    decide(session, made, office["leader"])

    assert names_of(made.waiting_step) == {office["leader2"].id}
    with pytest.raises(NotPermittedError):
        decide(session, made, office["leader"])


def test_a_delegate_takes_no_second_step(session, office, budget):
    made = make_at(session, office, State.IN_APPROVAL)
    leader, head = viewer_of(session, office["leader"]), office["head"]
    span = (clock.today(), clock.today())
    services.delegate(session, leader, head.id, span)
    decide(session, made, head)

    with pytest.raises(NotPermittedError):
        decide(session, made, head)


def test_nobody_decides_her_own_in_anothers_place(session, office, budget):
    owner, head = office["owner"], viewer_of(session, office["head"])
    services.delegate(session, head, owner.id, (clock.today(), clock.today()))
    made = make_at(session, office, State.IN_APPROVAL)

    with pytest.raises(NotPermittedError):
        decide(session, made, owner)


def test_a_delegate_decides_and_the_delegator_is_named(session, office, budget):
    made = make_at(session, office, State.IN_APPROVAL)
    head, colleague = viewer_of(session, office["head"]), office["colleague"]
    services.delegate(session, head, colleague.id, (clock.today(), clock.today()))

    decide(session, made, colleague)

    step = made.current_steps[0]
    assert (step.approver_id, step.on_behalf_of_id) == (colleague.id, office["head"].id)


def test_a_revoked_delegation_ends_at_once(session, office, budget):
    made = make_at(session, office, State.IN_APPROVAL)
    head, colleague = viewer_of(session, office["head"]), office["colleague"]
    given = services.delegate(session, head, colleague.id, (clock.today(), clock.today()))
    assert session.execute(queries.inbox(colleague.id)).all()

    services.revoke_delegation(session, given, head)

    assert not session.execute(queries.inbox(colleague.id)).all()
    assert not may(viewer_of(session, colleague), made, made.read_permission)
    with pytest.raises(NotPermittedError):
        decide(session, made, colleague)


def test_a_delegation_counts_only_on_its_days(session, office, budget):
    made = make_at(session, office, State.IN_APPROVAL)
    head, colleague = viewer_of(session, office["head"]), office["colleague"]
    tomorrow = clock.today() + timedelta(days=1)
    services.delegate(session, head, colleague.id, (tomorrow, tomorrow))

    with pytest.raises(NotPermittedError):
        decide(session, made, colleague)


def test_whoever_lost_the_right_no_longer_decides(session, office, budget):
    made = make_at(session, office, State.IN_APPROVAL)
    for grant in list(office["head"].grants):
        session.delete(grant)
    session.flush()

    with pytest.raises(NotPermittedError):
        decide(session, made, office["head"])


@pytest.mark.parametrize(
    "decision", [each for each in Decision if each is not Decision.APPROVED], ids=str
)
def test_all_but_a_plain_yes_says_why(session, office, budget, decision):
    made = make_at(session, office, State.IN_APPROVAL)

    with pytest.raises(RuleError):
        decide(session, made, office["head"], decision, " ")


def test_a_changed_application_is_decided_anew(session, office, budget):
    made = make_at(session, office, State.IN_APPROVAL)
    decide(session, made, office["head"])
    owner = viewer_of(session, office["owner"])
    services.take_back(session, made, owner, "", expected_version=made.version)
    submit(session, made)

    assert made.round == 2
    assert made.waiting_step.position == 1
    assert budget.reserved_amount == Decimal(3500)


def test_an_approver_decides_only_what_she_has_seen(session, office, budget):
    made = make_at(session, office, State.IN_APPROVAL)
    seen = made.version
    decide(session, made, office["head"])
    leader, yes = viewer_of(session, office["leader"]), services.Verdict(Decision.APPROVED)

    with pytest.raises(ConflictError):
        services.decide(session, made, leader, yes, expected_version=seen)


def test_conditions_of_every_step_stand_in_the_approval(session, office, budget):
    made = make_at(session, office, State.IN_APPROVAL)
    decide(session, made, office["head"], Decision.CONDITIONS, "Share it.")
    decide(session, made, office["leader"], Decision.CONDITIONS, "By train.")

    assert made.conditions == "Share it.\nBy train."


def test_a_dear_training_takes_a_further_step(session, office, budget):
    chain = (*Policy().chain, StepRule(StepRole.HR, Decimal(3000)))
    hr = viewer_of(session, office["hr"])
    services.edit_policy(session, hr, Policy(chain=chain), expected_version=1)
    made = make_at(session, office, State.IN_APPROVAL)

    assert [step.role for step in made.current_steps][-1] is StepRole.HR


def test_bulk_approves_what_it_can(session, office):
    make_budget(session, office["head"].department, "4000.00")
    first, second = (
        make_at(session, office, State.IN_APPROVAL, title=title) for title in ("A", "B")
    )
    head, leader = viewer_of(session, office["head"]), viewer_of(session, office["leader"])
    both = {first.id: first.version, second.id: second.version}
    assert services.decide_many(session, head, both) == ([first.id, second.id], [])

    both = {first.id: first.version, second.id: second.version}
    assert services.decide_many(session, leader, both) == ([first.id], [second.id])


def test_dates_reversed_are_refused(session, office):
    today = clock.today()
    with pytest.raises(RuleError) as refused:
        make_draft(session, office["owner"], starts_on=today, ends_on=today - timedelta(days=1))
    assert refused.value.field == "ends_on"


@pytest.mark.parametrize("amount", ["-1", "1000000.01", "0.001", "NaN"])
def test_absurd_costs_are_refused(session, office, amount):
    with pytest.raises(RuleError) as refused:
        make_draft(session, office["owner"], fee_amount=Decimal(amount))
    assert refused.value.field == "fee_amount"


def test_forty_pages_are_refused(session, office):
    with pytest.raises(RuleError):
        make_draft(session, office["owner"], reason="字" * 40_000)


def test_an_overdue_report_blocks_until_hr_makes_an_exception(session, office, budget):
    late = make_at(session, office, State.REPORT_DUE)
    late.report_due_on = clock.today() - timedelta(days=1)
    session.flush()
    new = make_draft(session, office["owner"])
    with pytest.raises(RuleError):
        submit(session, new)

    hr, owner = viewer_of(session, office["hr"]), office["owner"]
    services.make_exception(session, hr, owner.id, clock.today(), "She was ill.")
    submit(session, new)

    assert new.state is State.IN_APPROVAL


def test_a_nomination_is_accepted_or_declined(session, office):
    owner = viewer_of(session, office["owner"])
    first = make_at(session, office, State.NOMINATED)
    services.answer_nomination(session, first, owner, accepts=True, expected_version=first.version)
    second = make_at(session, office, State.NOMINATED)
    with pytest.raises(RuleError):
        services.answer_nomination(
            session, second, owner, accepts=False, expected_version=second.version
        )
    services.answer_nomination(
        session, second, owner, accepts=False, reason="No time.", expected_version=second.version
    )

    assert (first.state, second.state) == (State.DRAFT, State.DECLINED)


def test_a_head_nominates_only_own_people(session, office):
    head2 = viewer_of(session, office["head2"])
    with pytest.raises(NotPermittedError):
        services.begin_application(session, head2, Start("A"), employee_id=office["owner"].id)


def test_calling_off_frees_the_money(session, office, budget):
    made = make_at(session, office, State.APPROVED)
    owner = viewer_of(session, office["owner"])
    services.cancel(session, made, owner, "Ill.", expected_version=made.version)

    assert budget.state.free == Decimal(20000)


def test_hours_report_and_session_enter_the_records(session, office, budget):
    made = make_at(session, office, State.CLOSED)
    owner = viewer_of(session, office["owner"])
    plan = Sharing(clock.now() + timedelta(hours=1), 45, "Room 1")
    services.plan_sharing(session, made, owner, plan, expected_version=made.version)
    services.sharing_of(session, made).begins_at = clock.now() - timedelta(hours=1)
    services.hold_sharing(
        session, made, owner, [office["colleague"].id], expected_version=made.version
    )
    services.follow_up(session, made, owner, "We report weekly.")

    mine = TrainingRecord.employee_id == office["owner"].id
    kinds = session.scalars(select(TrainingRecord.kind).where(mine)).all()
    assert {*kinds} == {
        "external_training",
        "external_training_report",
        "external_training_follow_up",
        "sharing_session",
    }
    of_colleague = TrainingRecord.employee_id == office["colleague"].id
    assert session.scalars(select(TrainingRecord.kind).where(of_colleague)).all() == [
        "sharing_session"
    ]
    hours = session.scalars(
        select(RecordValue.data)
        .join(TrainingRecord, TrainingRecord.id == RecordValue.record_id)
        .where(mine, TrainingRecord.kind == "external_training")
    ).one()
    assert hours["minutes"] == 960


def test_nobody_attends_without_a_proof(session, office, budget):
    made = make_at(session, office, State.APPROVED)
    move_to_past(session, made)
    owner = viewer_of(session, office["owner"])
    was = services.Attendance(60, Decimal(0), Decimal(0), Decimal(0))

    with pytest.raises(RuleError) as refused:
        services.attend(session, made, owner, was, expected_version=made.version)
    assert refused.value.field == "file"


def test_a_transfer_is_noted_in_both_budgets(session, office, budget):
    other = make_budget(session, office["head2"].department)
    hr = viewer_of(session, office["hr"])
    services.transfer(session, hr, budget.id, other.id, amount=Decimal(5000), reason="Asked.")

    assert (budget.granted_amount, other.granted_amount) == (Decimal(15000), Decimal(25000))
    moves = session.execute(select(BudgetMove.budget_id, BudgetMove.kind)).all()
    assert {*moves} == {
        (budget.id, MoveKind.TRANSFER_OUT),
        (other.id, MoveKind.TRANSFER_IN),
    }


def test_promised_money_is_not_transferred(session, office):
    budget = make_budget(session, office["head"].department, "4000.00")
    other = make_budget(session, office["head2"].department)
    make_at(session, office, State.APPROVED)
    hr = viewer_of(session, office["hr"])

    with pytest.raises(RuleError):
        services.transfer(session, hr, budget.id, other.id, amount=Decimal(1000), reason="x")


def test_waiting_is_reminded_once_and_escalated(session, office, budget, app):
    made = make_at(session, office, State.IN_APPROVAL)
    made.waiting_step.opened_at = clock.now() - timedelta(days=6)
    session.commit()
    remind(None, {})
    remind(None, {})

    kinds = session.scalars(select(Notice.kind)).all()
    assert kinds.count("external_waits") == 1
    assert kinds.count("external_escalated") == 1


def test_a_head_finds_only_the_own_department(session, office, budget):
    make_at(session, office, State.IN_APPROVAL, title="MARKER")
    head, head2 = viewer_of(session, office["head"]), viewer_of(session, office["head2"])

    assert session.execute(queries.overseen(head, Filter(text="marker"))).all()
    assert not session.execute(queries.overseen(head2, Filter(text="marker"))).all()
    assert not session.execute(queries.overseen(head2, Filter())).all()
    assert not session.execute(queries.budgets(head2, budget.year)).all()
    assert not session.execute(queries.inbox(office["head2"].id)).all()


def test_a_draft_is_its_owners_alone(session, office):
    made = make_at(session, office, State.DRAFT)

    for name in ("head", "leader", "hr", "colleague"):
        assert not may(viewer_of(session, office[name]), made, made.read_permission)


def test_history_and_moves_are_append_only(session, office, budget):
    make_at(session, office, State.IN_APPROVAL)
    session.commit()
    for table in (ExternalTrainingEvent.__tablename__, BudgetMove.__tablename__):
        with pytest.raises(DBAPIError):
            session.execute(text(f"DELETE FROM {table}"))
        session.rollback()


def test_ratings_are_those_of_accepted_reports(session, office, budget):
    make_at(session, office, State.CLOSED)
    make_at(session, office, State.REPORT_IN)
    found = session.execute(queries.providers("", with_inactive=False)).one()

    assert (found.name, found.reports, found.rating) == (make_provider(session).name, 1, 4)


def test_only_leaders_take_the_leaders_step(session, office, budget):
    hr = make_employee(session, rights=(Right.HR,))
    made = make_at(session, office, State.IN_APPROVAL)
    decide(session, made, office["head"])

    with pytest.raises(NotPermittedError):
        decide(session, made, hr)


def test_what_a_leaver_applied_for_ends_and_frees_its_money(session, office, budget):
    asked = make_at(session, office, State.IN_APPROVAL, title="A")
    approved = make_at(session, office, State.APPROVED, title="B")
    closed = make_at(session, office, State.CLOSED, title="C")
    session.flush()
    before = budget.spent_amount

    for _time in range(2):
        leaving.let_go(session, office["owner"].id)
    session.expire_all()

    states = [each.state for each in (asked, approved, closed)]
    assert states == [State.WITHDRAWN, State.CANCELLED, State.CLOSED]
    assert (budget.reserved_amount, budget.committed_amount) == (0, 0)
    assert budget.spent_amount == before


def test_a_step_that_waited_for_a_leaver_is_handed_on(session, office, budget):
    made = make_at(session, office, State.IN_APPROVAL)
    head = office["head"]
    services.delegate(
        session, viewer_of(session, head), office["colleague"].id, (clock.today(), clock.today())
    )
    head.status = EmployeeStatus.LEFT
    session.flush()

    leaving.let_go(session, head.id)

    people = names_of(made.waiting_step)
    assert people == {office["leader"].id, office["leader2"].id}
    assert session.scalars(select(ApprovalDelegation.revoked_at)).one() is not None


def test_proofs_of_somebody_anonymized_go_and_material_stays(session, office, budget):
    made = make_at(session, office, State.CLOSED)
    owner = viewer_of(session, office["owner"])
    slides = Upload("slides.pdf", "application/pdf", b"%PDF-1", FilePurpose.MATERIAL)
    services.add_file(session, made, owner, slides)

    leaving.remove_files(session, office["owner"].id)

    (kept,) = session.scalars(select(ExternalTrainingFile))
    assert kept.purpose is FilePurpose.MATERIAL
    going = {each.name: each.expires_at is not None for each in session.scalars(select(StoredFile))}
    assert going == {"proof.pdf": True, "slides.pdf": False}
