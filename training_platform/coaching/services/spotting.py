"""Spot checks: a sample is drawn, findings are recorded, the check is closed, corrected."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from training_platform.coaching import rules
from training_platform.coaching.models import SpotCheck, SpotFinding, SpotItem
from training_platform.coaching.reach import Reach
from training_platform.coaching.rules import Accuracy, Finding, Source, SpotState
from training_platform.coaching.services.sampling import items_of, population_of
from training_platform.core import audit, clock
from training_platform.core.db import expect_version
from training_platform.core.errors import InvalidTransitionError, NotPermittedError, RuleError
from training_platform.core.permissions import Permission, Person, authorize
from training_platform.crm.metrics.periods import midnight
from training_platform.notices import services as notices
from training_platform.records import services as records


def _(text: str) -> str:
    """Mark a text for the catalogs."""
    return text


TITLE = {"zh": "CRM 使用抽查", "en": "Spot check of CRM use"}
MOST_SEED = 1_000_000


@dataclass(frozen=True)
class Wanted:
    """What is to be looked at: days (both included) and how many; a seed repeats a draw."""

    source: Source
    from_on: date
    until_on: date
    size: int
    seed: int | None = None


@dataclass(frozen=True)
class Verdict:
    """What was found about one item."""

    finding: Finding
    field: str = ""
    comment: str = ""
    reason: str = ""


def draw_check(session: Session, reach: Reach, checker: Person, wanted: Wanted) -> SpotCheck:
    """Draw a random sample of what a trainee entered in the sandbox, as it stands now.

    Looked at are acts in the free workspace and in tasks; in an exam only after it was handed in.
    Notes from the live CRM begin empty. Raises RuleError where there is nothing to draw.
    """
    authorize(checker, reach, Permission.SPOT_CHECK_MAKE)
    _check(wanted)
    population: list[tuple[int, int]] = []
    if wanted.source is Source.SANDBOX:
        days = wanted.from_on, wanted.until_on
        population = population_of(session, reach.employee_id, *days)
    if wanted.source is Source.SANDBOX and not population:
        raise RuleError(_("Nothing was entered in these days."), field="from_on")
    seed = wanted.seed if wanted.seed is not None else secrets.randbelow(MOST_SEED)
    drawn = rules.draw(population, wanted.size, seed)
    check = SpotCheck(
        trainee_id=reach.employee_id,
        checker_id=checker.id or 0,
        source=wanted.source,
        seed=seed,
        size=len(drawn),
        from_on=wanted.from_on,
        until_on=wanted.until_on,
        population=[list(each) for each in sorted(population)],
        created_at=clock.now(),
        state=SpotState.OPEN,
    )
    check.items = items_of(session, checker, drawn)
    session.add(check)
    session.flush()
    audit.record(
        session, checker, "coaching.draw_spot_check", check, trainee=reach.employee_id, seed=seed
    )
    return check


def add_note(
    session: Session, check: SpotCheck, checker: Person, title: str, seen_on: date
) -> SpotItem:
    """Add something seen in the live CRM, by hand: what it was, without customers' data."""
    _expect_own_open(check, checker)
    if check.source is not Source.LIVE:
        raise InvalidTransitionError
    if not title.strip():
        raise RuleError(_("Say which record it was."), field="title")
    if len(check.items) >= rules.MOST_SAMPLE:
        raise RuleError(_("A spot check holds at most 200 items."), field="title")
    if not check.from_on <= seen_on <= check.until_on:
        raise RuleError(_("The day lies outside the days of this spot check."), field="seen_on")
    item = SpotItem(
        position=len(check.items) + 1, happened_at=midnight(seen_on), title=title.strip(), shown={}
    )
    check.items.append(item)
    check.size = len(check.items)
    session.flush()
    return item


def record_finding(
    session: Session, check: SpotCheck, item: SpotItem, checker: Person, verdict: Verdict
) -> SpotFinding:
    """Record what was found about an item; after closing it is a correction with its reason.

    Raises NotPermittedError for another's check, RuleError for a wrong item without a comment,
    or a correction without a reason.
    """
    authorize(checker, check, Permission.SPOT_CHECK_FIND)
    if verdict.finding is Finding.WRONG and not (verdict.comment.strip() or verdict.field):
        raise RuleError(_("Say what is wrong, so that it can be put right."), field="comment")
    is_closed = check.state is SpotState.CLOSED
    if is_closed and not verdict.reason.strip():
        raise RuleError(_("Give the reason of the correction."), field="reason")
    found = SpotFinding(
        finding=verdict.finding,
        field=verdict.field if verdict.finding is Finding.WRONG else "",
        comment=verdict.comment.strip(),
        reason=verdict.reason.strip() if is_closed else "",
        found_by_id=checker.id or 0,
        found_at=clock.now(),
    )
    item.findings.append(found)
    session.flush()
    if is_closed:
        audit.record(session, checker, "coaching.correct_finding", check, item=item.position)
        _write_down(session, check, f"correction:{found.id}")
    return found


def close_check(
    session: Session, check: SpotCheck, checker: Person, summary: str, *, expected_version: int
) -> None:
    """Close a check: from now on the trainee sees it, and it stands in her training record.

    Raises ConflictError, and RuleError while items are not looked at.
    """
    expect_version(check, expected_version)
    _expect_own_open(check, checker)
    if not check.items or any(item.last is None for item in check.items):
        raise RuleError(_("Look at every item first."))
    check.state, check.closed_at, check.summary = SpotState.CLOSED, clock.now(), summary.strip()
    session.flush()
    audit.record(session, checker, "coaching.close_spot_check", check)
    _write_down(session, check, "closed")


def comment_check(session: Session, check: SpotCheck, trainee: Person, comment: str) -> None:
    """Let the trainee say something about what was found; her checker is told.

    Raises NotPermittedError for anybody else, InvalidTransitionError before it is closed.
    """
    if trainee.id != check.trainee_id:
        raise NotPermittedError
    if check.state is not SpotState.CLOSED:
        raise InvalidTransitionError
    if not comment.strip():
        raise RuleError(_("Write a comment."), field="comment")
    check.comment, check.commented_at = comment.strip(), clock.now()
    session.flush()
    notices.notify(
        session,
        check.checker_id,
        "spot_check_commented",
        key=f"coaching:spot_check:{check.id}:comment:{clock.now().isoformat()}",
        href=f"/coaching/spot-checks/{check.id}",
        name=check.trainee.name,
    )


def accuracy_of(items: Sequence[SpotItem]) -> Accuracy:
    """Return how much of what was looked at was right, by the findings that count."""
    found = [item.last.finding for item in items if item.last is not None]
    return Accuracy(sum(each is Finding.RIGHT for each in found), len(found))


def repeats(check: SpotCheck) -> bool:
    """Tell that the draw gives the same items again."""
    population = [(int(layer), int(seq)) for layer, seq in check.population]
    drawn = [(item.layer_id, item.seq) for item in check.items]
    return rules.draw(population, check.size, check.seed) == drawn


def _check(wanted: Wanted) -> None:
    if wanted.from_on > wanted.until_on:
        raise RuleError(_("The last day lies before the first."), field="until_on")
    if wanted.until_on > clock.today():
        raise RuleError(_("Choose days that are over, or today."), field="until_on")
    if wanted.source is Source.SANDBOX and not 1 <= wanted.size <= rules.MOST_SAMPLE:
        raise RuleError(_("A sample holds 1 to 200 items."), field="size")


def _expect_own_open(check: SpotCheck, checker: Person) -> None:
    authorize(checker, check, Permission.SPOT_CHECK_FIND)
    if check.state is not SpotState.OPEN:
        raise InvalidTransitionError


def _write_down(session: Session, check: SpotCheck, occasion: str) -> None:
    """Append the figures to the training record, and tell the trainee."""
    figures = accuracy_of(check.items)
    source = f"coaching:spot_check:{check.id}:{occasion}"
    href = f"/coaching/spot-checks/{check.id}"
    records.append(
        session,
        check.trainee_id,
        "spot_check",
        str(check.id),
        source=source,
        title=TITLE,
        percent=figures.right * 100 // figures.checked,
        right=figures.right,
        checked=figures.checked,
        note={
            "zh": f"查 {figures.checked} 条，正确 {figures.right} 条",
            "en": f"{figures.right} of {figures.checked} right",
        },
        href=href,
    )
    notices.notify(
        session,
        check.trainee_id,
        "spot_check_closed" if occasion == "closed" else "spot_check_corrected",
        key=source,
        href=href,
        right=figures.right,
        checked=figures.checked,
    )
