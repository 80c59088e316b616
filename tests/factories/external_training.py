"""Applications for external training at every stage."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy.orm import Session

from tests.factories.people import make_department, make_employee
from training_platform.core import clock
from training_platform.core.permissions import Right
from training_platform.external_training import services
from training_platform.external_training.models import (
    ApprovalDelegation,
    ExternalTrainingApplication,
    TrainingBudget,
    TrainingProvider,
)
from training_platform.external_training.rules import Decision, FilePurpose, State
from training_platform.external_training.services import (
    Attendance,
    Report,
    Start,
    Upload,
    Verdict,
)
from training_platform.people.models import Department, Employee
from training_platform.people.viewer import viewer_of

REPORT = Report("Learned.", "Used.", "Recommended.", 4, 5)
WAS = Attendance(960, Decimal("3000.00"), Decimal("500.00"), Decimal("0.00"))


def make_office(session: Session) -> dict[str, Employee]:
    """Add a company: an owner in a team, her head, two leaders, HR, another head."""
    company = make_department(session, "CO")
    relations = make_department(session, "CR", parent=company)
    team = make_department(session, "CR1", parent=relations)
    marketing = make_department(session, "MK", parent=company)
    return {
        "owner": make_employee(session, name="林玥", department=team),
        "colleague": make_employee(session, name="马堃", department=team),
        "head": make_employee(session, name="欧阳", department=relations, headed=relations),
        "head2": make_employee(session, name="韩锐", department=marketing, headed=marketing),
        "leader": make_employee(session, department=company, rights=(Right.EXECUTIVE,)),
        "leader2": make_employee(session, department=company, rights=(Right.EXECUTIVE,)),
        "hr": make_employee(session, department=company, rights=(Right.HR,)),
    }


def make_budget(
    session: Session, department: Department, amount: str = "20000.00", year: int | None = None
) -> TrainingBudget:
    """Grant a department a budget for the year of the trainings that are made here."""
    budget = TrainingBudget(
        department_id=department.id,
        year=year or first_day().year,
        granted_amount=Decimal(amount),
        reserved_amount=Decimal(0),
        committed_amount=Decimal(0),
        spent_amount=Decimal(0),
    )
    session.add(budget)
    session.flush()
    return budget


def first_day() -> Any:
    """Return the first day of the trainings that are made here."""
    return clock.today() + timedelta(days=20)


def make_provider(session: Session, name: str = "上海数聚培训中心") -> TrainingProvider:
    """Return the provider of this name, made if there is none."""
    found = session.query(TrainingProvider).filter_by(name=name).one_or_none()
    if found is None:
        found = TrainingProvider(name=name, search_text=name, about="")
        session.add(found)
        session.flush()
    return found


def make_draft(session: Session, owner: Employee, **changes: Any) -> ExternalTrainingApplication:
    """Begin an application that lacks nothing."""
    viewer = viewer_of(session, owner)
    title = changes.pop("title", "客户数据分析师认证班")
    made = services.begin_application(session, viewer, Start(title))
    values = {
        "content": "Analysis of customer data.",
        "provider_id": make_provider(session).id,
        "starts_on": first_day(),
        "ends_on": first_day() + timedelta(days=2),
        "minutes": 960,
        "place": "Shanghai",
        "fee_amount": Decimal("3000.00"),
        "travel_amount": Decimal("500.00"),
        "lodging_amount": Decimal("0.00"),
        "reason": "Reports are late.",
        "use_plan": "Weekly analysis.",
        "cover": "",
    } | changes
    services.save_draft(session, made, viewer, values, expected_version=made.version)
    return made


def submit(session: Session, application: ExternalTrainingApplication) -> None:
    """Send an application."""
    owner = viewer_of(session, application.applicant)
    seen = application.version
    services.submit_application(session, application, owner, expected_version=seen)


def decide(
    session: Session,
    application: ExternalTrainingApplication,
    approver: Employee,
    decision: Decision = Decision.APPROVED,
    note: str = "",
) -> None:
    """Take the waiting step."""
    viewer, seen = viewer_of(session, approver), application.version
    verdict = Verdict(decision, note)
    services.decide(session, application, viewer, verdict, expected_version=seen)


def attend(session: Session, application: ExternalTrainingApplication) -> None:
    """Say that it was attended, with a proof; the days must have come."""
    owner = viewer_of(session, application.applicant)
    proof = Upload("proof.pdf", "application/pdf", b"%PDF-1", FilePurpose.PROOF)
    services.add_file(session, application, owner, proof)
    services.attend(session, application, owner, WAS, expected_version=application.version)


def move_to_past(session: Session, application: ExternalTrainingApplication) -> None:
    """Let the days of a training lie behind, as if they had been lived."""
    assert application.starts_on is not None
    assert application.ends_on is not None
    span = application.ends_on - application.starts_on
    application.starts_on = clock.today() - timedelta(days=3)
    application.ends_on = application.starts_on + span
    session.flush()


def hand_in(session: Session, application: ExternalTrainingApplication) -> None:
    """Hand in the report of a training whose attendance is confirmed."""
    owner = viewer_of(session, application.applicant)
    kept = services.report_of(session, application)
    seen = kept.version if kept else 0
    services.hand_in_report(session, application, owner, REPORT, expected_version=seen)


def make_at(  # noqa: PLR0911  # one stage after the other
    session: Session, office: dict[str, Employee], state: State, **changes: Any
) -> ExternalTrainingApplication:
    """Bring an application of the owner to a state by the acts that lead there."""
    owner, head, leader = office["owner"], office["head"], office["leader"]
    if state is State.NOMINATED:
        start = Start("客户数据分析师认证班")
        viewer = viewer_of(session, head)
        return services.begin_application(session, viewer, start, employee_id=owner.id)
    made = make_draft(session, owner, **changes)
    if state is State.DRAFT:
        return made
    submit(session, made)
    if state is State.IN_APPROVAL:
        return made
    if state in {State.RETURNED, State.REFUSED}:
        decision = Decision.RETURNED if state is State.RETURNED else Decision.REFUSED
        decide(session, made, head, decision, "Why now?")
        return made
    decide(session, made, head)
    decide(session, made, leader)
    if state is State.APPROVED:
        return made
    move_to_past(session, made)
    attend(session, made)
    if state is State.ATTENDED:
        return made
    viewer = viewer_of(session, head)
    services.confirm_attendance(session, made, viewer, expected_version=made.version)
    if state is State.REPORT_DUE:
        return made
    hand_in(session, made)
    if state is State.REPORT_IN:
        return made
    services.close(session, made, viewer, expected_version=made.version)
    return made


def make_names(session: Session, people: dict[str, Employee]) -> dict[str, str]:
    """Return what the addresses name: an application that waits for the head, with a file."""
    owner = people["owner"]
    made = make_draft(session, owner)
    viewer = viewer_of(session, owner)
    note = Upload("offer.pdf", "application/pdf", b"%PDF-1")
    kept = services.add_file(session, made, viewer, note)
    budget = make_budget(session, people["head"].department)
    submit(session, made)
    delegation = ApprovalDelegation(
        delegator_id=people["head"].id,
        delegate_id=people["colleague"].id,
        starts_on=clock.today() - timedelta(days=9),
        ends_on=clock.today() - timedelta(days=8),
        created_at=clock.now(),
    )
    session.add(delegation)
    session.flush()
    return {
        "application_id": str(made.id),
        "document_id": str(kept.id),
        "budget_id": str(budget.id),
        "provider_id": str(made.provider_id),
        "delegation_id": str(delegation.id),
        "part": "what",
        "what": "withdraw",
    }
