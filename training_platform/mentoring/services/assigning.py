"""Beginning a practice: assigning, proposing, accepting, changing, cancelling."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from training_platform.core import audit, clock
from training_platform.core.errors import NotPermittedError, RuleError
from training_platform.core.limits import limited, required
from training_platform.core.permissions import Person, Right
from training_platform.core.text import fold
from training_platform.mentoring.models import Practice, PracticeGoal
from training_platform.mentoring.permissions import roles_of
from training_platform.mentoring.rules import (
    LONGEST_LINE,
    LONGEST_TITLE,
    MOST_GOALS,
    Act,
    Kind,
    Role,
    State,
)
from training_platform.mentoring.services.base import step, tell
from training_platform.people.models import AccessGrant, Department, Employee, EmployeeStatus


def _(text: str) -> str:
    """Mark a text for the catalogs."""
    return text


_MANAGERS = frozenset({Role.HEAD, Role.HR})


@dataclass(frozen=True)
class Goal:
    """What is to be reached, and by what one will see it."""

    text: str
    measure: str


@dataclass(frozen=True)
class Plan:
    """What a practice is about."""

    mentor_id: int
    kind: Kind
    title: str
    about: str
    department_id: int
    place: str
    starts_on: date
    due_on: date
    goals: tuple[Goal, ...]


def create_practice(session: Session, actor: Person, trainee_id: int, plan: Plan) -> Practice:
    """Assign a practice to somebody, or propose one for oneself, which others then accept.

    Assigning is for the mentor, the head of the trainee's department and HR: NotPermittedError
    for others. Raises RuleError for a plan that makes no sense.
    """
    trainee = session.get(Employee, trainee_id)
    if trainee is None or trainee.status is not EmployeeStatus.ACTIVE:
        raise RuleError(_("There is nobody of this name or staff number."), field="trainee")
    assert actor.id is not None  # noqa: S101  # the platform itself has no practices
    is_own = trainee_id == actor.id
    practice = Practice(
        trainee_id=trainee_id,
        trainee=trainee,
        created_by_id=actor.id,
        created_at=clock.now(),
        state=State.PROPOSED if is_own else State.RUNNING,
    )
    _apply(session, practice, plan)
    if not roles_of(actor, practice):
        if Right.MENTOR not in actor.rights:
            raise NotPermittedError
        raise RuleError(_("As a mentor you assign what you accompany yourself."), field="mentor_id")
    session.add(practice)
    session.flush()
    audit.record(session, actor, "mentoring.create", practice, state=practice.state.value)
    kind = "practice_proposed" if is_own else "practice_mentor"
    if actor.id != practice.mentor_id:
        tell(session, practice.mentor_id, kind, practice, f"new:{practice.mentor_id}")
    if not is_own:
        tell(session, trainee_id, "practice_assigned", practice, "new")
    return practice


def edit_practice(
    session: Session, practice: Practice, actor: Person, plan: Plan, *, expected_version: int
) -> None:
    """Change what a practice is about; only head and HR change the mentor of a running one.

    Raises what step() raises, and RuleError for a plan that makes no sense.
    """
    before = practice.mentor_id
    was_proposed = practice.state is State.PROPOSED
    roles = step(session, practice, actor, Act.EDIT, expected_version=expected_version)
    if plan.mentor_id != before and not was_proposed and roles.isdisjoint(_MANAGERS):
        raise RuleError(
            _("Only the head of the department and HR change the mentor."), field="mentor_id"
        )
    _apply(session, practice, plan)
    session.flush()
    session.refresh(practice, ["mentor"])
    if practice.mentor_id not in {before, actor.id}:
        kind = "practice_proposed" if was_proposed else "practice_mentor"
        key = f"new:{practice.mentor_id}:{practice.version}"
        tell(session, practice.mentor_id, kind, practice, key)
    if actor.id != practice.trainee_id:
        key = f"edit:{practice.version}"
        tell(session, practice.trainee_id, "practice_changed", practice, key)


def accept_practice(
    session: Session, practice: Practice, actor: Person, *, expected_version: int
) -> None:
    """Let a proposed practice begin."""
    step(session, practice, actor, Act.ACCEPT, expected_version=expected_version)
    tell(session, practice.trainee_id, "practice_accepted", practice, "accepted")
    if actor.id != practice.mentor_id:
        tell(session, practice.mentor_id, "practice_mentor", practice, "accepted:mentor")


def cancel_practice(
    session: Session, practice: Practice, actor: Person, reason: str, *, expected_version: int
) -> None:
    """End a practice without a result, with a reason that trainee and mentor read."""
    why = required(reason, "reason")
    step(session, practice, actor, Act.CANCEL, expected_version=expected_version, reason=why)
    practice.closed_at = clock.now()
    for each in {practice.trainee_id, practice.mentor_id} - {actor.id}:
        tell(session, each, "practice_cancelled", practice, f"cancelled:{each}", reason=why)


def _apply(session: Session, practice: Practice, plan: Plan) -> None:
    _check(session, practice, plan)
    practice.mentor_id = plan.mentor_id
    practice.kind, practice.place = plan.kind, limited(plan.place, "place", most=LONGEST_TITLE)
    practice.title = required(plan.title, "title", most=LONGEST_TITLE)
    practice.about = required(plan.about, "about")
    practice.department_id = plan.department_id
    practice.starts_on, practice.due_on = plan.starts_on, plan.due_on
    practice.search_text = fold(f"{practice.title} {practice.about}")
    _set_goals(practice, plan.goals)


def _check(session: Session, practice: Practice, plan: Plan) -> None:
    if plan.mentor_id == practice.trainee_id:
        raise RuleError(_("Nobody is her own mentor."), field="mentor_id")
    if plan.mentor_id != practice.mentor_id and not _may_mentor(session, plan.mentor_id):
        raise RuleError(_("Choose somebody who has the right of a mentor."), field="mentor_id")
    if session.get(Department, plan.department_id) is None:
        raise RuleError(_("Choose a department."), field="department_id")
    if plan.due_on < plan.starts_on:
        raise RuleError(_("The due day lies before the first day."), field="due_on")


def _may_mentor(session: Session, employee_id: int) -> bool:
    held = (
        select(AccessGrant.id)
        .join(Employee, Employee.id == AccessGrant.employee_id)
        .where(
            Employee.id == employee_id,
            Employee.status == EmployeeStatus.ACTIVE,
            AccessGrant.right == Right.MENTOR,
        )
    )
    return session.scalars(held.limit(1)).first() is not None


def _set_goals(practice: Practice, goals: tuple[Goal, ...]) -> None:
    """Give a practice its goals; one that keeps its place keeps how far it is."""
    if not goals:
        raise RuleError(_("Give at least one goal."), field="goal_1")
    if len(goals) > MOST_GOALS:
        raise RuleError(_("At most %(most)s goals."), field="goal_1", most=MOST_GOALS)
    for number, wanted in enumerate(goals, start=1):
        text = required(wanted.text, f"goal_{number}", most=LONGEST_LINE)
        measure = required(wanted.measure, f"measure_{number}", most=LONGEST_LINE)
        if number <= len(practice.goals):
            practice.goals[number - 1].text = text
            practice.goals[number - 1].measure = measure
        else:
            practice.goals.append(PracticeGoal(position=number, text=text, measure=measure))
    del practice.goals[len(goals) :]
