"""Who may do what when with an application, who decides it, what it may cost. Pure."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum

from training_platform.core.errors import InvalidTransitionError, NotPermittedError

LONGEST_TITLE = 120
LONGEST_LINE = 300
LONGEST_TEXT = 4000
#: More than this is a slip of the finger, whatever the course.
MOST_AMOUNT = Decimal("1000000.00")
MOST_DAYS = 366
MOST_MINUTES = 60 * 24 * 31
MOST_STEPS = 6
MOST_FILES = 10
MOST_RATING = 5


def _(text: str) -> str:
    """Mark a text for the catalogs."""
    return text


def amount_fault(amount: Decimal) -> str | None:
    """Return why an amount in yuan cannot be asked for; None for one that can."""
    if not amount.is_finite() or not 0 <= amount <= MOST_AMOUNT:
        return _("Enter an amount between 0 and 1,000,000.")
    if amount != amount.quantize(Decimal("0.01")):
        return _("At most two digits after the point.")
    return None


def days_fault(first: date | None, last: date | None) -> str | None:
    """Return why somebody cannot be away from the first to the last day; None where she can."""
    if first is None or last is None:
        return None
    if last < first:
        return _("The last day lies before the first.")
    if (last - first).days > MOST_DAYS:
        return _("At most a year lies between the first and the last day.")
    return None


class Kind(StrEnum):
    """What is attended."""

    COURSE = "course"
    SEMINAR = "seminar"
    LECTURE = "lecture"


class State(StrEnum):
    """How far an application is."""

    NOMINATED = "nominated"
    DECLINED = "declined"
    DRAFT = "draft"
    IN_APPROVAL = "in_approval"
    RETURNED = "returned"
    WITHDRAWN = "withdrawn"
    REFUSED = "refused"
    APPROVED = "approved"
    CANCELLED = "cancelled"
    #: The employee says so, with a proof; the head or HR has not looked at it yet.
    ATTENDED = "attended"
    REPORT_DUE = "report_due"
    REPORT_IN = "report_handed_in"
    CLOSED = "closed"


class Role(StrEnum):
    """What somebody is to an application."""

    OWNER = "owner"
    NOMINATOR = "nominator"
    #: Whoever the waiting step is for, or stands in for such a person today.
    APPROVER = "approver"
    HEAD = "head"
    LEADER = "leader"
    HR = "hr"


class Act(StrEnum):
    """What is done to an application."""

    ACCEPT = "accept"
    DECLINE = "decline"
    EDIT = "edit"
    SUBMIT = "submit"
    TAKE_BACK = "take_back"
    WITHDRAW = "withdraw"
    APPROVE = "approve"
    RETURN = "return"
    REFUSE = "refuse"
    CANCEL = "cancel"
    ATTEND = "attend"
    CORRECT = "correct"
    CONFIRM = "confirm"
    WRITE_REPORT = "write_report"
    HAND_IN = "hand_in"
    RETURN_REPORT = "return_report"
    CLOSE = "close"
    PLAN_SHARING = "plan_sharing"
    HOLD_SHARING = "hold_sharing"
    FOLLOW_UP = "follow_up"


class StepRole(StrEnum):
    """Whose step of the approval it is."""

    HEAD = "department_head"
    LEADER = "executive"
    HR = "hr"


class Decision(StrEnum):
    """What was decided in a step."""

    APPROVED = "approved"
    CONDITIONS = "approved_with_conditions"
    RETURNED = "returned"
    REFUSED = "refused"


class FilePurpose(StrEnum):
    """What a file of an application is."""

    APPLICATION = "application"
    PROOF = "proof"
    CERTIFICATE = "certificate"
    MATERIAL = "material"


class MoveKind(StrEnum):
    """What happened to a budget."""

    GRANT = "grant"
    TRANSFER_IN = "transfer_in"
    TRANSFER_OUT = "transfer_out"
    RESERVE = "reserve"
    RELEASE = "release"
    COMMIT = "commit"
    CANCEL = "cancel"
    SETTLE = "settle"


_OWNER = frozenset({Role.OWNER})
_APPROVER = frozenset({Role.APPROVER})
_CHECKERS = frozenset({Role.HEAD, Role.HR})

#: State and act → who may, and what follows. What does not stand here is not possible.
TRANSITIONS: dict[tuple[State, Act], tuple[frozenset[Role], State]] = {
    (State.NOMINATED, Act.ACCEPT): (_OWNER, State.DRAFT),
    (State.NOMINATED, Act.DECLINE): (_OWNER, State.DECLINED),
    (State.NOMINATED, Act.WITHDRAW): (frozenset({Role.NOMINATOR}), State.WITHDRAWN),
    (State.DRAFT, Act.EDIT): (_OWNER, State.DRAFT),
    (State.DRAFT, Act.SUBMIT): (_OWNER, State.IN_APPROVAL),
    (State.DRAFT, Act.WITHDRAW): (_OWNER, State.WITHDRAWN),
    (State.IN_APPROVAL, Act.TAKE_BACK): (_OWNER, State.RETURNED),
    (State.IN_APPROVAL, Act.WITHDRAW): (_OWNER, State.WITHDRAWN),
    (State.IN_APPROVAL, Act.APPROVE): (_APPROVER, State.APPROVED),  # or on to the next step
    (State.IN_APPROVAL, Act.RETURN): (_APPROVER, State.RETURNED),
    (State.IN_APPROVAL, Act.REFUSE): (_APPROVER, State.REFUSED),
    (State.RETURNED, Act.EDIT): (_OWNER, State.RETURNED),
    (State.RETURNED, Act.SUBMIT): (_OWNER, State.IN_APPROVAL),
    (State.RETURNED, Act.WITHDRAW): (_OWNER, State.WITHDRAWN),
    (State.APPROVED, Act.CANCEL): (_OWNER | _CHECKERS, State.CANCELLED),
    (State.APPROVED, Act.ATTEND): (_OWNER, State.ATTENDED),
    (State.ATTENDED, Act.CONFIRM): (_CHECKERS, State.REPORT_DUE),
    (State.ATTENDED, Act.CORRECT): (_OWNER | _CHECKERS, State.APPROVED),
    (State.ATTENDED, Act.WRITE_REPORT): (_OWNER, State.ATTENDED),
    (State.ATTENDED, Act.PLAN_SHARING): (_OWNER | _CHECKERS, State.ATTENDED),
    (State.REPORT_DUE, Act.WRITE_REPORT): (_OWNER, State.REPORT_DUE),
    (State.REPORT_DUE, Act.HAND_IN): (_OWNER, State.REPORT_IN),
    (State.REPORT_DUE, Act.PLAN_SHARING): (_OWNER | _CHECKERS, State.REPORT_DUE),
    (State.REPORT_DUE, Act.HOLD_SHARING): (_OWNER | _CHECKERS, State.REPORT_DUE),
    (State.REPORT_IN, Act.RETURN_REPORT): (_CHECKERS, State.REPORT_DUE),
    (State.REPORT_IN, Act.CLOSE): (_CHECKERS, State.CLOSED),
    (State.REPORT_IN, Act.PLAN_SHARING): (_OWNER | _CHECKERS, State.REPORT_IN),
    (State.REPORT_IN, Act.HOLD_SHARING): (_OWNER | _CHECKERS, State.REPORT_IN),
    (State.CLOSED, Act.PLAN_SHARING): (_OWNER | _CHECKERS, State.CLOSED),
    (State.CLOSED, Act.HOLD_SHARING): (_OWNER | _CHECKERS, State.CLOSED),
    (State.CLOSED, Act.FOLLOW_UP): (_OWNER, State.CLOSED),
}
#: Applications that take a place in somebody's calendar.
STANDING = (
    State.IN_APPROVAL,
    State.APPROVED,
    State.ATTENDED,
    State.REPORT_DUE,
    State.REPORT_IN,
    State.CLOSED,
)
#: A report is missing here once its day has passed.
OWES_REPORT = (State.APPROVED, State.ATTENDED, State.REPORT_DUE)
#: Money is held for these: asked for, or promised.
RESERVED, COMMITTED = (State.IN_APPROVAL,), (State.APPROVED, State.ATTENDED)
_DECIDES = {
    Decision.APPROVED: Act.APPROVE,
    Decision.CONDITIONS: Act.APPROVE,
    Decision.RETURNED: Act.RETURN,
    Decision.REFUSED: Act.REFUSE,
}


def next_state(state: State, act: Act, roles: Collection[Role], *, steps_left: int = 0) -> State:
    """Return what an act leads to; an approval with steps left stays in approval.

    Raises InvalidTransitionError where nobody may do it now, NotPermittedError where others may.
    """
    found = TRANSITIONS.get((state, act))
    if found is None:
        raise InvalidTransitionError
    allowed, following = found
    if allowed.isdisjoint(roles):
        raise NotPermittedError
    return state if act is Act.APPROVE and steps_left else following


def acts_of(state: State, roles: Collection[Role]) -> frozenset[Act]:
    """Return what somebody may do now: what the page offers."""
    held = frozenset(roles)
    return frozenset(a for (at, a), (who, _to) in TRANSITIONS.items() if at is state and who & held)


def act_of(decision: Decision) -> Act:
    """Return the act that a decision is."""
    return _DECIDES[decision]


def needs_reason(decision: Decision) -> bool:
    """Tell whether a decision says why: all but a plain yes."""
    return decision is not Decision.APPROVED


@dataclass(frozen=True)
class StepRule:
    """One step of the approval: whose it is, and which applications take it."""

    role: StepRole
    #: From this total on; 0 for all.
    least_amount: Decimal = Decimal("0.00")
    #: Only for this provider; None for all.
    provider_id: int | None = None


#: 部门负责人审核, 公司领导批准.
DEFAULT_CHAIN = (StepRule(StepRole.HEAD), StepRule(StepRole.LEADER))


@dataclass(frozen=True)
class Policy:
    """外部培训规定: data, edited by HR."""

    chain: tuple[StepRule, ...] = DEFAULT_CHAIN
    report_days: int = 14
    sharing_days: int = 30
    follow_up_days: int = 60
    remind_days: int = 2
    escalate_days: int = 5
    blocks_overdue: bool = True


def steps_for(chain: Iterable[StepRule], total: Decimal, provider_id: int | None) -> list[StepRole]:
    """Return the steps that an application takes, in their order."""
    return [
        rule.role
        for rule in chain
        if total >= rule.least_amount and rule.provider_id in {None, provider_id}
    ]


@dataclass(frozen=True)
class Office:
    """Who could decide: heads from the own department upward, leaders, HR."""

    heads: Sequence[Sequence[int]]
    leaders: Sequence[int]
    hr: Sequence[int]


def deciders(
    role: StepRole, applicant_id: int, office: Office, taken: Collection[int]
) -> list[int]:
    """Return who may take a step: never the applicant, nobody who took another step.

    The head of the own department; for a head's own application the department above, and where
    nobody is left there, a company leader. An empty list: nobody may.
    """
    barred = {applicant_id, *taken}
    if role is StepRole.HR:
        return [each for each in office.hr if each not in barred]
    if role is StepRole.HEAD:
        above = list(office.heads)
        own = max((n for n, level in enumerate(above) if applicant_id in level), default=-1)
        for level in above[own + 1 :]:
            if left := [each for each in level if each not in barred]:
                return left
    return [each for each in office.leaders if each not in barred]


@dataclass(frozen=True)
class BudgetState:
    """What a budget holds; all amounts in CNY."""

    granted: Decimal
    reserved: Decimal
    committed: Decimal
    spent: Decimal

    @property
    def free(self) -> Decimal:
        """Return what may still be approved: reservations are wishes and take nothing."""
        return self.granted - self.committed - self.spent

    @property
    def free_after_wishes(self) -> Decimal:
        """Return what is left if everything that waits is approved."""
        return self.free - self.reserved


def overlap(first: tuple[date, date], second: tuple[date, date]) -> bool:
    """Tell whether two spans share a day; the last day counts."""
    return first[0] <= second[1] and second[0] <= first[1]


def is_overdue(state: State, report_due_on: date | None, today: date) -> bool:
    """Tell whether a report is missing: the due day itself still counts."""
    return state in OWES_REPORT and report_due_on is not None and report_due_on < today


def days_from(day: date, days: int) -> date:
    """Return the day so many days later."""
    return day + timedelta(days=days)


def may_delegate_on(day: date, starts_on: date, ends_on: date, *, is_revoked: bool) -> bool:
    """Tell whether a delegation holds on a day: both ends count, a revoked one never."""
    return not is_revoked and starts_on <= day <= ends_on
