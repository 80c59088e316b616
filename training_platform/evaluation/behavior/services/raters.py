"""Who rates: colleagues chosen by the head, proposed by the person; customers by mail."""

from collections.abc import Iterable

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from training_platform.core import audit, clock
from training_platform.core.errors import InvalidTransitionError, RuleError
from training_platform.core.permissions import Permission, Person, authorize
from training_platform.evaluation.behavior import rules
from training_platform.evaluation.behavior.models import (
    BehaviorAssessment,
    BehaviorProposal,
    BehaviorRater,
    BehaviorRound,
)
from training_platform.evaluation.behavior.queries import candidates
from training_platform.evaluation.behavior.rules import Group
from training_platform.evaluation.behavior.services.asking import (
    ask,
    ask_customer,
    send_key,
    tell,
)
from training_platform.people.models import Employee


def _(text: str) -> str:
    """Mark a text for the catalogs."""
    return text


def propose_colleagues(
    session: Session, assessment: BehaviorAssessment, actor: Person, employee_ids: Iterable[int]
) -> int:
    """Note whom the assessed person proposes, instead of earlier proposals; return how many.

    Raises RuleError for more than a few, InvalidTransitionError once the round is closed.
    """
    authorize(actor, assessment, Permission.BEHAVIOR_PROPOSE)
    _expect_open(assessment.round)
    chosen = _among_candidates(session, assessment, employee_ids)
    if len(chosen) > rules.MOST_PROPOSALS:
        raise RuleError(_("Propose at most %(most)s colleagues."), most=rules.MOST_PROPOSALS)
    of_this = BehaviorProposal.assessment_id == assessment.id
    session.execute(delete(BehaviorProposal).where(of_this))
    session.add_all(
        BehaviorProposal(assessment_id=assessment.id, employee_id=each) for each in chosen
    )
    session.flush()
    return len(chosen)


def choose_colleagues(
    session: Session, assessment: BehaviorAssessment, actor: Person, employee_ids: Iterable[int]
) -> int:
    """Ask colleagues to rate; return how many are new. Superior and person are left out.

    Raises RuleError for too many, InvalidTransitionError once the round is closed.
    """
    authorize(actor, assessment, Permission.BEHAVIOR_MANAGE)
    _expect_open(assessment.round)
    known = {each.employee_id: each for each in assessment.raters if each.employee_id}
    chosen = [
        each
        for each in _among_candidates(session, assessment, employee_ids)
        if each not in known or known[each].withdrawn_on
    ]
    new = [each for each in chosen if each not in known]
    _expect_room(assessment, Group.COLLEAGUE, len(new), rules.MOST_COLLEAGUES)
    for each in new:
        ask(session, assessment, Group.COLLEAGUE, each)
    for each in set(chosen) - set(new):
        _ask_again(session, known[each])
    if chosen:
        audit.record(session, actor, "evaluation.ask_colleagues", assessment, people=len(chosen))
    return len(chosen)


def invite_customers(
    session: Session, assessment: BehaviorAssessment, actor: Person, emails: Iterable[str]
) -> int:
    """Ask customers by mail; return how many are new. Addresses must be well-formed.

    Raises RuleError for too many and for an address of the staff: a colleague is no customer.
    """
    authorize(actor, assessment, Permission.BEHAVIOR_MANAGE)
    _expect_open(assessment.round)
    known = {each.email: each for each in assessment.raters}
    wanted = dict.fromkeys(text.lower() for text in emails)
    new = [each for each in wanted if each not in known]
    again = [each for each in wanted if each in known and known[each].withdrawn_on]
    _expect_room(assessment, Group.CUSTOMER, len(new), rules.MOST_CUSTOMERS)
    own = session.scalar(select(Employee.email).where(func.lower(Employee.email).in_(new)))
    if own is not None:
        text = _("%(email)s belongs to an employee. Choose colleagues above instead.")
        raise RuleError(text, field="emails", email=own)
    for each in new:
        ask_customer(session, assessment, each)
    for each in again:
        _ask_again(session, known[each])
    count = len(new) + len(again)
    if count:
        audit.record(session, actor, "evaluation.invite_customers", assessment, people=count)
    return count


def withdraw_rater(session: Session, rater: BehaviorRater, actor: Person) -> None:
    """Await no answer of somebody any more; who has answered already stays counted.

    It does the same in both cases, so that trying it tells nobody who has answered.
    """
    authorize(actor, rater.assessment, Permission.BEHAVIOR_MANAGE)
    _expect_open(rater.assessment.round)
    if rater.group in rules.NAMED:
        raise InvalidTransitionError(_("The superior and the person stay asked."))
    if rater.withdrawn_on is None:
        rater.withdrawn_on = clock.today()
        rater.key_digest = None
        session.flush()
        audit.record(session, actor, "evaluation.withdraw_rater", rater.assessment)


def remind_raters(session: Session, found: BehaviorRound, actor: Person) -> None:
    """Remind everybody whose answer is awaited, each at most once a day.

    Nobody is told how many they were: the number would say who has answered.
    """
    authorize(actor, found, Permission.BEHAVIOR_MANAGE)
    _expect_open(found)
    remind_awaited(session, found)
    audit.record(session, actor, "evaluation.remind_raters", found)


def remind_awaited(session: Session, found: BehaviorRound) -> None:
    """Remind everybody of a round whose answer is awaited and who was not reminded today."""
    today = clock.today()
    for assessment in found.assessments:
        for rater in assessment.raters:
            if not rater.may_answer or rater.reminded_on == today:
                continue
            rater.reminded_on = today
            if rater.employee_id is None:
                send_key(session, rater)
            else:
                tell(session, rater, "behavior_reminder", today.isoformat())
    session.flush()


def _ask_again(session: Session, rater: BehaviorRater) -> None:
    """Await an answer again; who had answered before is not bothered, and nobody learns of it."""
    rater.withdrawn_on = None
    session.flush()
    if not rater.may_answer:
        return
    if rater.employee_id is None:
        send_key(session, rater)
    else:
        tell(session, rater, "behavior_to_rate", f"asked:{clock.today().isoformat()}")


def _among_candidates(
    session: Session, assessment: BehaviorAssessment, employee_ids: Iterable[int]
) -> list[int]:
    """Return those who may rate as colleagues: proposals stay valid, others are ignored."""
    wanted = set(employee_ids)
    allowed = candidates(assessment).with_only_columns(Employee.id).where(Employee.id.in_(wanted))
    return sorted(session.scalars(allowed.order_by(None)))


def _expect_room(assessment: BehaviorAssessment, group: Group, new: int, most: int) -> None:
    if sum(each.group is group for each in assessment.raters) + new > most:
        raise RuleError(_("At most %(most)s of this group can be asked."), most=most)


def _expect_open(found: BehaviorRound) -> None:
    if not found.is_open:
        raise InvalidTransitionError
