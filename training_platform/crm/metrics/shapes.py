"""What a source of figures answers: plain values, the same from SQL and from the twin."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Protocol

from training_platform.crm.rules.sla import working_minutes

ZERO = Decimal("0.00")


def rounded(value: Decimal, places: int = 2) -> Decimal:
    """Return a figure with so many places; half is rounded up, as bookkeepers do."""
    return value.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)


@dataclass(frozen=True)
class Span:
    """A period: from start on, up to but not at end."""

    start: datetime
    end: datetime


@dataclass(frozen=True)
class SellerFact:
    """What reports say of a seller."""

    name: str
    latin_name: str
    team: str
    role: str


@dataclass(frozen=True)
class Flow:
    """How many opportunities came as far as a stage, and how they stand."""

    #: Index of the furthest stage, and "open", "won" or the index of the stage they were lost in.
    ends: Mapping[tuple[int, str], int] = field(default_factory=dict)
    #: Stage → (how often it was left, seconds spent in it altogether).
    dwell: Mapping[str, tuple[int, int]] = field(default_factory=dict)


@dataclass(frozen=True)
class Spend:
    """What one customer bought in a window."""

    orders: int
    net: Decimal
    last_at: datetime


@dataclass(frozen=True)
class Pipe:
    """Open opportunities of one customer that are alike."""

    customer_id: int
    stage: str
    #: The own probability, where a reason was given for it.
    probability_percent: int | None
    close_on: date | None
    amount: Decimal


@dataclass(frozen=True)
class DealFact:
    """The opportunities of one owner: open now, and closed in a period."""

    open: int = 0
    won: int = 0
    lost: int = 0
    #: How many of the won ones have an amount, and how much that is.
    valued: int = 0
    amount: Decimal = ZERO
    #: From opening to winning, altogether.
    seconds: int = 0

    def __add__(self, other: "DealFact") -> "DealFact":
        return DealFact(
            self.open + other.open,
            self.won + other.won,
            self.lost + other.lost,
            self.valued + other.valued,
            self.amount + other.amount,
            self.seconds + other.seconds,
        )


@dataclass(frozen=True)
class Work:
    """What one seller did in a period."""

    done: int = 0
    customers: int = 0
    with_next_step: int = 0
    overdue: int = 0


@dataclass(frozen=True)
class Marks:
    """The surveys of one agent."""

    sent: int
    answered: int
    good: int
    total: int


@dataclass(frozen=True)
class TargetFact:
    """A target of a period."""

    id: int
    scope: str
    team: str | None
    seller_id: int | None
    amount: Decimal


def targets_within(
    found: Sequence[TargetFact],
    sellers: Mapping[int, SellerFact],
    owners: frozenset[int] | None,
) -> list[TargetFact]:
    """Return the targets to which these sellers' sales are the whole answer; all for None.

    Against the own sales alone, every target of others would look missed.
    """
    if owners is None:
        return list(found)
    known = []
    for each in found:
        members = {ident for ident, seller in sellers.items() if seller.team == each.team}
        is_own_team = each.scope == "team" and members and members <= owners
        if is_own_team or (each.scope == "seller" and each.seller_id in owners):
            known.append(each)
    return known


@dataclass(frozen=True)
class CampaignFact:
    """A campaign with its members by status, and what they brought."""

    id: int
    name: str
    cost: Decimal
    members: Mapping[str, int]
    revenue: Decimal


@dataclass(frozen=True)
class TicketFact:
    """The tickets of one priority."""

    received: int = 0
    response_due: int = 0
    response_in_time: int = 0
    solution_due: int = 0
    solution_in_time: int = 0
    solved: int = 0
    solved_at_once: int = 0
    responded: int = 0
    response_minutes: int = 0
    solution_minutes: int = 0


def waited_minutes(
    before: tuple[int, int],
    received: datetime,
    responded: datetime | None,
    resolved: datetime | None,
) -> tuple[int, int]:
    """Return the working minutes to response and to solution, with those of one more ticket."""
    response, solution = (
        working_minutes(received, at) if at else 0 for at in (responded, resolved)
    )
    return before[0] + response, before[1] + solution


@dataclass(frozen=True)
class UsageFact:
    """The acts of the event log, and the days on which there were any."""

    acts: Mapping[str, int]
    days: int


class Source(Protocol):
    """Answers the questions from which every metric is computed.

    There are two: SqlSource asks the database, TwinSource counts plain rows. They must agree.
    """

    @property
    def now(self) -> datetime:
        """Return the sandbox's own time."""
        ...

    def sellers(self) -> Mapping[int, SellerFact]:
        """Return the sellers by id."""
        ...

    def flow(self, span: Span | None, cohort: str | None) -> Flow:
        """Return how far the opportunities opened in a period, or those of a cohort, came."""
        ...

    def paid_by_month(
        self, edges: Sequence[datetime]
    ) -> Mapping[tuple[int, int | None], tuple[int, Decimal]]:
        """Return (month's place, owner) → (paid orders, net amount); edges bound the months."""
        ...

    def spends(self, after: datetime | None, until: datetime) -> Mapping[int, Spend]:
        """Return what each customer paid after one instant and until another."""
        ...

    def purchases(self, until: datetime) -> Mapping[int, Sequence[date]]:
        """Return the days on which each customer paid an order, in order, each once."""
        ...

    def pipeline(self) -> Sequence[Pipe]:
        """Return the open opportunities."""
        ...

    def deals(self, span: Span) -> Mapping[int | None, DealFact]:
        """Return by owner what is open now, and what was won and lost in a period."""
        ...

    def contract_ends(self) -> Mapping[int, date | None]:
        """Return by customer when its last signed contract ends; None where one has no end."""
        ...

    def work(self, span: Span) -> Mapping[int, Work]:
        """Return what each seller did."""
        ...

    def marks(self, span: Span) -> Mapping[int | None, Marks]:
        """Return the surveys sent in a period by agent."""
        ...

    def usage(self) -> UsageFact:
        """Return the acts of the event log."""
        ...

    def targets(self, period: str) -> Sequence[TargetFact]:
        """Return the targets of a period such as 2025 or 2025-06, by id."""
        ...

    def campaigns(self) -> Sequence[CampaignFact]:
        """Return the campaigns by id."""
        ...

    def tickets(self, span: Span) -> Mapping[str, TicketFact]:
        """Return the tickets received in a period by priority."""
        ...
