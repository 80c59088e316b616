"""Grading: what an attempt is worth, check by check. A pure function of task and evidence."""

import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from fractions import Fraction
from types import MappingProxyType
from typing import Any

from training_platform.practicals.checks import PRESERVING, SCORED, look
from training_platform.practicals.checks.findings import MOST_PLACES, Finding
from training_platform.practicals.checks.state import conditions as conditions_of
from training_platform.practicals.checks.typed import is_slip
from training_platform.practicals.schemas import AnyCheck, Misconception, TaskFile
from training_platform.practicals.selecting import chosen_events, select
from training_platform.practicals.world import World

_PLACES = Decimal("0.01")


class Status(StrEnum):
    """What became of a check."""

    PASSED = "passed"
    PARTLY = "partly"
    FAILED = "failed"
    #: A text that people have yet to score.
    AWAITING = "awaiting"
    #: The check that it builds on was not passed: it is not failed twice.
    NOT_ASSESSED = "not_assessed"
    #: The grader itself failed: the attempt waits for a person, and is never scored zero.
    FAULT = "fault"


@dataclass(frozen=True)
class Outcome:
    """One check of one attempt. Everything in it is plain, so that results can be compared."""

    check: str
    status: Status
    points: Decimal
    most: Decimal
    seen: Any = None
    wanted: Any = None
    #: [entity, id, field, seen, wanted] of what is not as it should be; more counts the others.
    gaps: Sequence[Sequence[Any]] = ()
    more: int = 0
    values: Mapping[str, Any] | None = None
    #: Numbers of the misconceptions of the check that left their mark.
    misconceptions: Sequence[int] = ()


@dataclass(frozen=True)
class Result:
    """A graded attempt. points is out of 100; None while a fault of the grader holds it."""

    outcomes: tuple[Outcome, ...]
    points: Decimal | None
    is_passed: bool
    #: Red lines that were crossed: in an exam they leave nothing of the points.
    crossed: tuple[str, ...] = ()
    #: Points that wait for people, and the most that needs none.
    awaiting: Decimal = Decimal(0)
    automatic: Decimal = Decimal(100)
    #: What the pass rule looks at: in an exam the points; in practice the share of what could be
    #: reached so far, for nobody scores the texts there unless asked to.
    percent: Decimal | None = None

    def canonical(self) -> bytes:
        """Return the one text of this result: graded twice, on whatever database, equal bytes."""
        plain = {
            **vars(self),
            "outcomes": [vars(each) for each in self.outcomes],
        }
        return json.dumps(
            plain, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=str
        ).encode()


def grade(
    task: TaskFile,
    world: World,
    *,
    is_exam: bool = False,
    scored: Mapping[str, Decimal | Fraction] = MappingProxyType({}),
    corrected: Mapping[str, Fraction] = MappingProxyType({}),
) -> Result:
    """Grade an attempt. scored holds what people gave for its texts: check → share from 0 to 1.

    corrected holds what decided disputes gave: it raises what a check finds, and never lowers it.

    Checks that only guard what must stay earn the share of the points that the others reached:
    whoever did nothing has kept everything, and earned nothing. A check after one that was not
    passed is not assessed. A fault in a check holds the whole attempt. An exam whose texts wait
    for people is not passed yet; a text that was never written is worth nothing at once.
    """
    found = dict(_looked(task.checks, world, scored, corrected))
    reached = _reached(task.checks, found)
    outcomes = tuple(
        _raised(_outcome(each, found[each.id], world, reached), corrected.get(each.id))
        for each in task.checks
    )
    crossed = tuple(each.id for each in task.checks if each.critical and _fails(found[each.id]))
    left = _total(each.most for each in outcomes if each.status is Status.AWAITING)
    automatic = _total(each.points for each in task.checks if each.type not in SCORED)
    if any(each.status is Status.FAULT for each in outcomes):
        return Result(outcomes, None, False, crossed, left, automatic)
    points = Decimal(0) if crossed and is_exam else _total(each.points for each in outcomes)
    # in practice a text counts where somebody scored it
    aside = {each.id for each in task.checks if each.type in SCORED and each.id not in scored}
    percent = points if is_exam else _percent(outcomes, aside)
    passed = {each.check for each in outcomes if each.status is Status.PASSED}
    wanted = {*task.passing.required} - (set() if is_exam else aside)
    is_passed = (
        percent >= task.passing.percent
        and passed >= wanted
        and not crossed
        and not (is_exam and left)
    )
    return Result(outcomes, points, is_passed, crossed, left, automatic, percent)


@dataclass(frozen=True)
class _Awaiting:
    """A text that people have yet to score."""

    text: str


_Found = Finding | _Awaiting | Exception | None


def _looked(
    checks: Sequence[AnyCheck],
    world: World,
    scored: Mapping[str, Decimal | Fraction],
    corrected: Mapping[str, Fraction],
) -> Iterator[tuple[str, _Found]]:
    """Yield what each check found; None for one that is not assessed, an error for a fault."""
    passed: set[str] = set()
    for each in checks:
        found: _Found = None
        if each.after is None or each.after in passed:
            try:
                found = _scored(each, look(each, world), scored)
            except Exception as error:  # whatever it is, the attempt waits for a person
                found = error
        if each.id in corrected:
            found = _corrected(found, corrected[each.id])
        if isinstance(found, Finding) and found.share == 1:
            passed.add(each.id)
        yield each.id, found


def _scored(
    check: AnyCheck, found: Finding, scored: Mapping[str, Decimal | Fraction]
) -> Finding | _Awaiting:
    """Put in what people gave for a text; nothing is waited for where none was written."""
    if check.type not in SCORED or not found.seen:
        return found
    if check.id not in scored:
        return _Awaiting(found.seen)
    return replace(found, share=Fraction(scored[check.id]))


def _corrected(found: _Found, share: Fraction) -> _Found:
    """Put in what a dispute gave for a check; what it finds by itself counts where it is more."""
    if isinstance(found, Finding):
        return replace(found, share=max(found.share, share))
    return Finding(share) if found is None else found


def _raised(outcome: Outcome, share: Fraction | None) -> Outcome:
    """Give a check no less than a dispute gave it, whatever the others reached."""
    if share is None or outcome.status in {Status.FAULT, Status.AWAITING}:
        return outcome
    return replace(outcome, points=max(outcome.points, _rounded(Fraction(outcome.most) * share)))


def _total(points: Iterable[Decimal]) -> Decimal:
    return sum(points, Decimal(0))


def _percent(outcomes: Sequence[Outcome], aside: Collection[str]) -> Decimal:
    """Return the points as a percentage of what could be reached, some checks set aside."""
    counted = [each for each in outcomes if each.check not in aside]
    most = _total(each.most for each in counted)
    return _rounded(Fraction(_total(each.points for each in counted)) * 100 / Fraction(most))


def _reached(checks: Sequence[AnyCheck], found: Mapping[str, _Found]) -> Fraction:
    """Return the share of the points that were earned by doing something."""
    earned, most = Fraction(0), Fraction(0)
    for each in checks:
        if each.type not in PRESERVING | SCORED:
            finding = found[each.id]
            most += Fraction(each.points)
            if isinstance(finding, Finding):
                earned += Fraction(each.points) * finding.share
    return earned / most if most else Fraction(0)


def _fails(found: _Found) -> bool:
    return isinstance(found, Finding) and found.share < 1


def _outcome(check: AnyCheck, found: _Found, world: World, reached: Fraction) -> Outcome:
    zero = Decimal("0.00")
    if found is None:
        return Outcome(check.id, Status.NOT_ASSESSED, zero, check.points)
    if isinstance(found, Exception):
        return Outcome(check.id, Status.FAULT, zero, check.points, seen=type(found).__name__)
    if isinstance(found, _Awaiting):
        return Outcome(check.id, Status.AWAITING, zero, check.points, seen=found.text)
    share = found.share * (reached if check.type in PRESERVING else 1)
    status = Status.PASSED if found.share == 1 else Status.PARTLY if share else Status.FAILED
    return Outcome(
        check.id,
        status,
        _rounded(Fraction(check.points) * share),
        check.points,
        found.seen,
        found.wanted,
        tuple(
            (*(gap.place or (None, None)), gap.field, gap.seen, gap.wanted)
            for gap in found.gaps[:MOST_PLACES]
        ),
        max(0, len(found.gaps) - MOST_PLACES),
        dict(found.values),
        () if found.share == 1 else tuple(_mistaken(check, world)),
    )


def _mistaken(check: AnyCheck, world: World) -> Iterator[int]:
    for number, each in enumerate(check.misconceptions):
        if _left_its_mark(each, check, world):
            yield number


def _left_its_mark(mistake: Misconception, check: AnyCheck, world: World) -> bool:
    if mistake.typed is not None:
        return is_slip(check, mistake.typed, world)
    where = conditions_of(mistake.where)
    if mistake.entity is None:
        return bool(chosen_events(world.events, where, world.evidence))
    return bool(select(world, mistake.entity, where))


def _rounded(value: Fraction) -> Decimal:
    exact = Decimal(value.numerator) / Decimal(value.denominator)
    return exact.quantize(_PLACES, ROUND_HALF_UP)


def lost(result: Result) -> set[str]:
    """Return the checks that lost points by what was done.

    Those that a gate left out and those that wait for people are not among them.
    """
    return {each.check for each in result.outcomes if each.status in {Status.FAILED, Status.PARTLY}}
