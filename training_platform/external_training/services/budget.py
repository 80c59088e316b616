"""Budgets: granted by HR, reserved at submission, committed at approval, settled with real costs.

Every change is one conditional UPDATE, so that many at once never overspend: what does not fit
changes no row. A check constraint of the table is the last line of defense.
"""

from decimal import Decimal

from sqlalchemy import ColumnElement, and_, literal, select, true, update
from sqlalchemy.orm import Session

from training_platform.core import audit, clock
from training_platform.core.db import Money, lock
from training_platform.core.errors import RuleError
from training_platform.core.limits import required
from training_platform.core.permissions import Permission, Person, authorize
from training_platform.external_training.models import (
    BudgetMove,
    ExternalTrainingApplication,
    TrainingBudget,
)
from training_platform.external_training.rules import LONGEST_LINE, MOST_AMOUNT, MoveKind
from training_platform.people.models import Department


def _(text: str) -> str:
    """Mark a text for the catalogs."""
    return text


ZERO = Decimal("0.00")
#: A department's budget of a year may be larger than one course.
MOST_GRANT = MOST_AMOUNT * 100
#: Sums of Money lose its type, so amounts beside them say theirs: fen, not yuan.
_B = TrainingBudget


def budget_for(session: Session, department: Department, year: int) -> TrainingBudget | None:
    """Return the budget that pays for somebody: of the department, or the nearest above it."""
    above = [int(part) for part in department.path.strip("/").split("/") if part]
    found = session.scalars(
        select(TrainingBudget).where(_B.department_id.in_(above), _B.year == year)
    ).all()
    return max(found, key=lambda each: above.index(each.department_id), default=None)


def reserve(session: Session, application: ExternalTrainingApplication, actor: Person) -> None:
    """Note that an application waits for its money; a budget that is too small only warns."""
    assert application.starts_on is not None  # noqa: S101  # checked at submission
    budget = budget_for(session, application.department, application.starts_on.year)
    application.budget_id = budget.id if budget else None
    application.budgeted_amount = application.total
    if budget is not None:
        _change(session, budget.id, reserved=application.total)
        _note(
            session, budget.id, MoveKind.RESERVE, application.total, actor, application=application
        )


def release(session: Session, application: ExternalTrainingApplication, actor: Person) -> None:
    """Let go of what an application that is not approved had reserved."""
    if application.budget_id is not None and application.budgeted_amount:
        amount = application.budgeted_amount
        _change(session, application.budget_id, reserved=-amount)
        _note(
            session, application.budget_id, MoveKind.RELEASE, amount, actor, application=application
        )
    application.budgeted_amount = ZERO


def commit(session: Session, application: ExternalTrainingApplication, actor: Person) -> None:
    """Promise an application its money.

    Raises RuleError where the budget has less left, or where there is none and it costs something.
    """
    amount = application.budgeted_amount
    if application.budget_id is None:
        _adopt(session, application, actor)
    if application.budget_id is None:
        if amount:
            raise RuleError(_("There is no training budget for this department and year yet."))
        return
    fits = _B.committed_amount + _B.spent_amount + literal(amount, Money) <= _B.granted_amount
    if not _change(session, application.budget_id, reserved=-amount, committed=amount, where=fits):
        raise RuleError(
            _("The budget has less left than this costs. Refuse it, return it, or ask HR for more.")
        )
    _note(session, application.budget_id, MoveKind.COMMIT, amount, actor, application=application)


def _adopt(session: Session, application: ExternalTrainingApplication, actor: Person) -> None:
    """Take the budget that was granted after the submission."""
    reserve(session, application, actor)


def cancel(session: Session, application: ExternalTrainingApplication, actor: Person) -> None:
    """Give back what was promised to a course that nobody attends."""
    if application.budget_id is not None and application.budgeted_amount:
        amount = application.budgeted_amount
        _change(session, application.budget_id, committed=-amount)
        _note(
            session, application.budget_id, MoveKind.CANCEL, amount, actor, application=application
        )
    application.budgeted_amount = ZERO


def settle(session: Session, application: ExternalTrainingApplication, actor: Person) -> None:
    """Put the real costs in the place of what was promised.

    Raises RuleError where they are higher and the budget cannot bear it.
    """
    held, real = application.budgeted_amount, application.actual_total or ZERO
    if application.budget_id is None:
        if real:
            raise RuleError(_("There is no training budget for this department and year yet."))
        return
    after = _B.committed_amount - literal(held, Money) + _B.spent_amount + literal(real, Money)
    fits = after <= _B.granted_amount
    if not _change(session, application.budget_id, committed=-held, spent=real, where=fits):
        raise RuleError(
            _("The real costs are higher than the budget can bear. HR has to transfer money first.")
        )
    _note(session, application.budget_id, MoveKind.SETTLE, real, actor, application=application)
    application.budgeted_amount = real


def grant(
    session: Session,
    actor: Person,
    department_id: int,
    year: int,
    *,
    amount: Decimal,
    reason: str,
) -> TrainingBudget:
    """Set what a department may spend in a year.

    Raises NotPermittedError, and RuleError for less than is spent and promised already.
    """
    authorize(actor, None, Permission.EXTERNAL_TRAINING_MANAGE)
    text = required(reason, "reason", most=LONGEST_LINE)
    if not ZERO <= amount <= MOST_GRANT:
        raise RuleError(_("Enter an amount between 0 and 100,000,000."), field="amount")
    if session.get(Department, department_id) is None:
        raise RuleError(_("Choose a department."), field="department_id")
    budget = _of(session, department_id, year)
    before = budget.granted_amount
    if budget.committed_amount + budget.spent_amount > amount:
        raise RuleError(_("More than this is spent or promised already."), field="amount")
    budget.granted_amount = amount
    session.flush()
    _note(session, budget.id, MoveKind.GRANT, amount - before, actor, reason=text)
    audit.record(
        session, actor, "external_training.grant", budget, before=str(before), after=str(amount)
    )
    return budget


def transfer(
    session: Session,
    actor: Person,
    source_id: int,
    target_id: int,
    *,
    amount: Decimal,
    reason: str,
) -> None:
    """Move money from one budget to another, noted in both.

    Raises NotPermittedError, and RuleError where the first has less left.
    """
    authorize(actor, None, Permission.EXTERNAL_TRAINING_MANAGE)
    text = required(reason, "reason", most=LONGEST_LINE)
    if not ZERO < amount <= MOST_GRANT:
        raise RuleError(_("Enter an amount above 0."), field="amount")
    if source_id == target_id:
        raise RuleError(_("Choose another budget."), field="target_id")
    for ident in sorted((source_id, target_id)):  # one order: no deadlock
        lock(session, TrainingBudget, ident)
    fits = _B.committed_amount + _B.spent_amount + literal(amount, Money) <= _B.granted_amount
    if not _change(session, source_id, granted=-amount, where=fits):
        raise RuleError(_("The budget has less left than that."), field="amount")
    _change(session, target_id, granted=amount)
    out, into = MoveKind.TRANSFER_OUT, MoveKind.TRANSFER_IN
    _note(session, source_id, out, amount, actor, other_id=target_id, reason=text)
    _note(session, target_id, into, amount, actor, other_id=source_id, reason=text)
    source = session.get_one(TrainingBudget, source_id)
    audit.record(
        session, actor, "external_training.transfer", source, to=target_id, amount=str(amount)
    )


def _of(session: Session, department_id: int, year: int) -> TrainingBudget:
    found = session.scalars(
        select(TrainingBudget)
        .where(_B.department_id == department_id, _B.year == year)
        .with_for_update()
    ).one_or_none()
    if found is None:
        found = TrainingBudget(
            department_id=department_id,
            year=year,
            granted_amount=ZERO,
            reserved_amount=ZERO,
            committed_amount=ZERO,
            spent_amount=ZERO,
        )
        session.add(found)
        session.flush()
    return found


def _change(
    session: Session,
    budget_id: int,
    *,
    granted: Decimal = ZERO,
    reserved: Decimal = ZERO,
    committed: Decimal = ZERO,
    spent: Decimal = ZERO,
    where: ColumnElement[bool] | None = None,
) -> bool:
    """Add to the amounts of a budget in one statement; False where the condition fails."""
    session.flush()
    changed = session.execute(
        update(TrainingBudget)
        .where(and_(_B.id == budget_id, where if where is not None else true()))
        .values(
            granted_amount=_B.granted_amount + literal(granted, Money),
            reserved_amount=_B.reserved_amount + literal(reserved, Money),
            committed_amount=_B.committed_amount + literal(committed, Money),
            spent_amount=_B.spent_amount + literal(spent, Money),
        )
        .execution_options(synchronize_session=False)
    )
    held = session.get(TrainingBudget, budget_id)
    if held is not None:
        session.refresh(held)
    return bool(changed.rowcount)  # type: ignore[attr-defined]  # of an UPDATE


def _note(
    session: Session,
    budget_id: int,
    kind: MoveKind,
    amount: Decimal,
    actor: Person,
    *,
    application: ExternalTrainingApplication | None = None,
    other_id: int | None = None,
    reason: str = "",
) -> None:
    session.add(
        BudgetMove(
            budget_id=budget_id,
            kind=kind,
            amount=amount,
            application_id=application.id if application else None,
            other_budget_id=other_id,
            actor_id=actor.id,
            reason=reason,
            happened_at=clock.now(),
        )
    )
    session.flush()
