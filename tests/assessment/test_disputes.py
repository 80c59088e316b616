"""A check is disputed: within the days, once, and decided by somebody else with a reason."""

from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import func, select

from tests.factories.disputes import disputed, make_dispute
from tests.factories.people import make_employee
from training_platform.assessment.disputes import queries, services
from training_platform.assessment.disputes.models import Dispute
from training_platform.assessment.disputes.rules import (
    DISPUTE_DAYS,
    DisputeState,
    Ground,
    Verdict,
    are_possible,
)
from training_platform.assessment.disputes.services import Claim, Ruling
from training_platform.core import clock
from training_platform.core.audit import AuditEvent
from training_platform.core.errors import (
    ConflictError,
    InvalidTransitionError,
    NotPermittedError,
    RuleError,
)
from training_platform.core.permissions import Permission, Right, may
from training_platform.notices.models import Notice
from training_platform.people.viewer import viewer_of

REJECT = Ruling(Verdict.REJECT, "The standard says so.")


@pytest.fixture
def trainee(session):
    return make_employee(session)


@pytest.fixture
def trainer(session):
    return viewer_of(session, make_employee(session, rights=(Right.TRAINER,)))


def decide(session, dispute, person, ruling=REJECT):
    services.decide_dispute(session, dispute, person, ruling, expected_version=dispute.version)


@pytest.mark.parametrize(
    ("points", "got", "most", "expected"),
    [
        ("10", "5", "15", True),
        ("15", "5", "15", True),
        ("15.01", "5", "15", False),
        ("5", "5", "15", False),
        ("5.005", "5", "15", False),
        (None, "5", "15", False),
        (None, "0", "0", True),
    ],
)
def test_which_points_a_check_can_be_given(points, got, most, expected):
    given = None if points is None else Decimal(points)

    assert are_possible(given, Decimal(got), Decimal(most)) is expected


def test_the_last_of_the_days_counts(session, trainee):
    about = disputed(trainee.id, result_at=clock.now() - timedelta(days=DISPUTE_DAYS))

    assert make_dispute(session, trainee, about).is_open


def test_afterwards_a_check_cannot_be_disputed(session, trainee):
    about = disputed(trainee.id, result_at=clock.now() - timedelta(days=DISPUTE_DAYS + 1))

    with pytest.raises(RuleError):
        make_dispute(session, trainee, about)


def test_a_check_is_disputed_once_while_open_and_again_after_the_decision(
    session, trainee, trainer
):
    first = make_dispute(session, trainee)
    with pytest.raises(RuleError):
        make_dispute(session, trainee)

    decide(session, first, trainer)

    second = make_dispute(session, trainee)
    found = queries.disputes_of(session, "test_work", 1)
    assert found == {"customers": [second, first]}


def test_nobody_disputes_somebody_elses_result(session, trainee):
    about = disputed(trainee.id)
    other = viewer_of(session, make_employee(session))

    with pytest.raises(NotPermittedError):
        services.open_dispute(session, about, other, Claim(Ground.UNCLEAR))


def test_a_check_with_all_its_points_cannot_be_disputed(session, trainee):
    with pytest.raises(RuleError):
        make_dispute(session, trainee, disputed(trainee.id, got=60))


def test_something_else_needs_words(session, trainee):
    viewer = viewer_of(session, trainee)

    with pytest.raises(RuleError) as refused:
        services.open_dispute(session, disputed(trainee.id), viewer, Claim(Ground.OTHER, " "))

    assert refused.value.field == "text"


def test_nobody_decides_about_the_own_dispute(session):
    both = make_employee(session, rights=(Right.TRAINER,))
    dispute = make_dispute(session, both)

    with pytest.raises(NotPermittedError):
        decide(session, dispute, viewer_of(session, both))


def test_whoever_gave_the_points_does_not_decide_about_them(session, trainee, trainer):
    dispute = make_dispute(session, trainee, disputed(trainee.id, barred=(trainer.id,)))

    assert may(trainer, dispute, Permission.DISPUTE_READ)
    with pytest.raises(NotPermittedError):
        decide(session, dispute, trainer)


def test_a_decision_has_its_reason_and_its_name(session, trainee, trainer):
    dispute = make_dispute(session, trainee)
    with pytest.raises(RuleError):
        decide(session, dispute, trainer, Ruling(Verdict.REJECT, "  "))

    decide(session, dispute, trainer, Ruling(Verdict.POINTS, "It is there.", Decimal("7.5")))

    assert (dispute.state, dispute.granted) == (DisputeState.UPHELD, Decimal("7.5"))
    assert (dispute.reason, dispute.decided_by_id) == ("It is there.", trainer.id)
    told = session.scalars(select(Notice).where(Notice.employee_id == trainee.id)).one()
    assert (told.kind, told.values["reason"]) == ("dispute_upheld", "It is there.")


def test_points_that_the_check_cannot_have_are_refused(session, trainee, trainer):
    dispute = make_dispute(session, trainee)

    with pytest.raises(RuleError) as refused:
        decide(session, dispute, trainer, Ruling(Verdict.POINTS, "More!", Decimal(61)))

    assert refused.value.field == "points"


def test_of_two_who_decide_one_reads_what_the_other_decided(session, trainee, trainer):
    dispute = make_dispute(session, trainee)
    seen = dispute.version
    decide(session, dispute, trainer)

    with pytest.raises(ConflictError):
        services.decide_dispute(session, dispute, trainer, REJECT, expected_version=seen)
    with pytest.raises(InvalidTransitionError):
        decide(session, dispute, trainer)


def test_a_dispute_can_be_taken_back_until_it_is_decided(session, trainee, trainer):
    viewer = viewer_of(session, trainee)
    dispute = make_dispute(session, trainee)
    with pytest.raises(NotPermittedError):
        services.withdraw_dispute(session, dispute, trainer, expected_version=dispute.version)

    services.withdraw_dispute(session, dispute, viewer, expected_version=dispute.version)

    assert dispute.state is DisputeState.WITHDRAWN
    with pytest.raises(InvalidTransitionError):
        decide(session, dispute, trainer)
    acts = select(func.count()).where(AuditEvent.action == "assessment.withdraw_dispute")
    assert session.scalar(acts) == 1


def test_the_queue_shows_the_next_deadline_first_and_never_the_own(session, trainee, trainer):
    late = make_dispute(session, trainee, disputed(trainee.id, id=1))
    late.due_on = clock.today() - timedelta(days=1)
    make_dispute(session, trainee, disputed(trainee.id, id=2))
    own = session.get_one(Dispute, make_dispute(session, trainee, disputed(trainee.id, id=3)).id)
    own.employee_id = trainer.id
    session.flush()

    def listed(**chosen):
        statement = queries.queue(queries.QueueFilter(**chosen), trainer.id, clock.today())
        return [row.Dispute.subject_id for row in session.execute(statement)]

    assert listed() == [1, 2]
    assert listed(state="overdue") == [1]
    assert listed(state="upheld") == []
    assert listed(kind="another") == []
    assert listed(text=trainee.name) == [1, 2]


def test_trainers_are_told_of_a_dispute(session, trainee, trainer):
    dispute = make_dispute(session, trainee)

    told = session.scalars(select(Notice).where(Notice.kind == "dispute_opened")).one()
    assert (told.employee_id, told.href) == (trainer.id, f"/disputes/{dispute.id}")
