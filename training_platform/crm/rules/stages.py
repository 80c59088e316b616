"""The stages of a sale as the company defines them: data, and the rules of moving (V07 to V09)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from training_platform.core.errors import RuleError


def _(text: str) -> str:
    """Mark a text for the catalogs."""
    return text


@dataclass(frozen=True)
class Stage:
    """One stage: what it means, when it is left, how long it takes, what is lost in it."""

    code: str
    label: str
    definition: str
    exit_criterion: str
    improvement: str
    expected_days: int
    loss_percent: int
    #: The share of opportunities in this stage that are won in the end.
    probability: Decimal


STAGES: Mapping[str, Stage] = {
    stage.code: stage
    for stage in (
        Stage(
            "initial_contact",
            _("First contact"),
            _("The customer has been reached, and knows who we are."),
            _("The customer agrees to receive material or to see a demonstration."),
            _("Prepare the call: what the firm makes, and one case of its industry."),
            3,
            20,
            Decimal("0.4284"),
        ),
        Stage(
            "needs_analysis",
            _("Needs analysis"),
            _("We find out what the customer needs, who decides, and by when."),
            _("The customer confirms the core needs."),
            _("Speak with the decision maker, and send the needs back in writing."),
            7,
            30,
            Decimal("0.5355"),
        ),
        Stage(
            "proposal",
            _("Proposal"),
            _("The customer has a solution and a quote."),
            _("The customer accepts the range of the quote."),
            _("Show what it saves before the price; quote within two working days."),
            5,
            15,
            Decimal("0.765"),
        ),
        Stage(
            "contract",
            _("Contract"),
            _("Terms are being agreed, and the contract goes round."),
            _("The contract is signed, and the first payment has come in."),
            _("Begin the approval early, and name one person for each open point."),
            10,
            10,
            Decimal("0.9"),
        ),
        Stage(
            "won",
            _("Won"),
            _("The contract is signed, and money has come in."),
            "",
            "",
            0,
            0,
            Decimal(1),
        ),
    )
}
#: The way of a sale; lost may follow any stage but won.
WAY = tuple(STAGES)
OPEN = WAY[:-1]
#: An opportunity rests too long beyond this many times the expected days.
STALE_TIMES = 2

NEEDS_REASON = _(
    "V07: a stage follows the one before it. Give a reason for skipping or going back."
)
NEEDS_EVIDENCE = _("V07: write down what shows that the exit criterion is met.")
SAME_STAGE = _("The opportunity is in this stage already.")
NEEDS_CONTRACT = _("V08: a sale is won with a signed contract. None is signed yet.")
NEEDS_PAYMENT = _("V08: a sale is won with a first payment. None has come in yet.")
NEEDS_LOST_REASON = _("V09: choose why the opportunity was lost.")
NEEDS_LOST_NOTES = _("V09: with “Other”, write down what happened.")


@dataclass(frozen=True)
class Move:
    """What somebody enters to move an opportunity."""

    to: str
    evidence: str = ""
    reason: str = ""
    lost_reason: str = ""
    lost_notes: str = ""
    competitor: str = ""


def is_next(current: str, to: str) -> bool:
    """Tell whether a stage follows directly on the present one."""
    return current in OPEN and to in WAY and WAY.index(to) == WAY.index(current) + 1


def is_forward(current: str, to: str) -> bool:
    """Tell whether a move goes towards the sale."""
    return current in WAY and to in WAY and WAY.index(to) > WAY.index(current)


def targets(current: str) -> tuple[str, ...]:
    """Return the stages to which one may move, the next one first."""
    later = [code for code in WAY if is_forward(current, code)]
    earlier = [code for code in OPEN if code != current and code not in later]
    lost = ["lost"] if current in OPEN else []
    return (*later, *lost, *earlier)


def check(current: str, move: Move, *, is_signed: bool, is_paid: bool) -> None:
    """Raise RuleError, naming the field, where a move breaks V07, V08 or V09."""
    if move.to == current:
        raise RuleError(SAME_STAGE, field="to")
    if move.to == "lost":
        _check_loss(current, move)
        return
    if not is_next(current, move.to) and not move.reason:
        raise RuleError(NEEDS_REASON, field="reason")
    if is_forward(current, move.to) and not move.evidence:
        raise RuleError(NEEDS_EVIDENCE, field="evidence")
    if move.to == "won" and not is_signed:
        raise RuleError(NEEDS_CONTRACT, field="to")
    if move.to == "won" and not is_paid:
        raise RuleError(NEEDS_PAYMENT, field="to")


def _check_loss(current: str, move: Move) -> None:
    if current not in OPEN and not move.reason:
        raise RuleError(NEEDS_REASON, field="reason")
    if not move.lost_reason:
        raise RuleError(NEEDS_LOST_REASON, field="lost_reason")
    if move.lost_reason == "other" and not move.lost_notes:
        raise RuleError(NEEDS_LOST_NOTES, field="lost_notes")


def probability(stage: str, own_percent: int | None = None, reason: str | None = None) -> Decimal:
    """Return the probability of a sale: the stage's, unless somebody gave a reason for her own."""
    if own_percent is not None and reason:
        return Decimal(own_percent) / 100
    return STAGES[stage].probability if stage in STAGES else Decimal(0)


def days_in_stage(entered_at: datetime, now: datetime) -> int:
    """Return how many whole days an opportunity rests in its stage."""
    return max(0, (now - entered_at).days)


def is_stale(stage: str, entered_at: datetime, now: datetime) -> bool:
    """Tell whether an opportunity rests more than twice as long as its stage should take."""
    if stage not in OPEN:
        return False
    return days_in_stage(entered_at, now) > STALE_TIMES * STAGES[stage].expected_days
