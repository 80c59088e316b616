"""The proof of a task: doing nothing is worth 0, the solution 100, each wrong way its own loss.

Every solution acts through the pages that a trainee uses, in both languages, on freshly drawn
parameters. A task that fails its proof cannot be published.
"""

import gc
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from training_platform.core.kinds import LANGUAGES
from training_platform.practicals.branching import Bench, take
from training_platform.practicals.checks import SCORED, look
from training_platform.practicals.drawing import brief_faults
from training_platform.practicals.evidence import Evidence, unpack
from training_platform.practicals.files import Practical
from training_platform.practicals.grading import Result, Status, grade, lost
from training_platform.practicals.proof_faults import Fault, FaultKind
from training_platform.practicals.schemas import AnyCheck, SolutionFile
from training_platform.practicals.world import World

#: A check may take so long on the machine that grades.
MOST_SECONDS = 0.2
HUNDRED = Decimal(100)


#: The names of the two ways that every task has.
NOTHING, SOLUTION = "nothing done", "solution"


@dataclass
class Proof:
    """What came out of proving one task."""

    slug: str
    faults: list[Fault] = field(default_factory=list)
    runs: int = 0
    slowest: float = 0.0
    #: Misconceptions that a wrong solution left its mark of: the check, and which of its.
    marks: set[tuple[str, int]] = field(default_factory=set)


@dataclass(frozen=True)
class Taken:
    """One way that was taken on one draw: what it is worth, which checks it lost."""

    way: str
    draw: tuple[int, str]
    #: Out of 100; None where it was stuck, or the grader failed.
    percent: Decimal | None = None
    lost: frozenset[str] = frozenset()


def _nobody(_taken: Taken) -> None:
    pass


def prove(
    practical: Practical,
    bench: Bench,
    seeds: int = 3,
    *,
    is_thorough: bool = False,
    tell: Callable[[Taken], None] = _nobody,
) -> Proof:
    """Prove a task on so many draws, and say everything that is wrong with it.

    The draws are taken in both languages in turn; a thorough proof takes each in both. tell hears
    of each way as it was taken.
    """
    proof = Proof(practical.task.id)
    caught: dict[str, set[str]] = {}
    for number in range(seeds):
        in_turn = (LANGUAGES[number % len(LANGUAGES)],)
        for language in LANGUAGES if is_thorough else in_turn:
            caught |= _prove_draw(practical, bench, proof, (number, language), tell)
    proof.faults += _unproved(practical, proof, set().union(*caught.values()))
    if not any(len(names) == 1 for names in caught.values()):
        proof.faults.append(Fault(FaultKind.NONE_ALONE))
    return proof


def _unproved(practical: Practical, proof: Proof, caught: set[str]) -> Iterator[Fault]:
    """Say which checks and misconceptions no wrong solution met, and which answers are guessed."""
    for check in practical.task.checks:
        if _takes_everything(check):
            yield Fault(FaultKind.GUESSED, {"check": check.id})
        if check.type not in SCORED and check.id not in caught:
            yield Fault(FaultKind.NEVER_LOST, {"check": check.id})
        for at, mistake in enumerate(check.misconceptions):
            if (check.id, at) not in proof.marks:
                about = {"check": check.id, "said": mistake.text.en, "number": at}
                yield Fault(FaultKind.NEVER_SHOWN, about)


def _takes_everything(check: AnyCheck) -> bool:
    """Tell whether a text that holds every word would pass: of what must not be, it may be asked.

    Misconceptions may ask so, too: they take no points.
    """
    asked = check.model_dump(exclude={"misconceptions"}, mode="json")
    return not check.type.endswith("absent") and _asks_for_words(asked)


def _asks_for_words(asked: Any) -> bool:
    inside = list(asked.values()) if isinstance(asked, dict) else asked
    return asked == "contains" or (isinstance(inside, list) and any(map(_asks_for_words, inside)))


def _prove_draw(
    practical: Practical,
    bench: Bench,
    proof: Proof,
    drawn: tuple[int, str],
    tell: Callable[[Taken], None],
) -> dict[str, set[str]]:
    """Take one draw in every way; return what each wrong solution lost."""
    caught: dict[str, set[str]] = {}
    for name, evidence in take(practical, bench, drawn, _ways(practical)):
        proof.runs += 1
        if isinstance(evidence, str):
            proof.faults.append(Fault(FaultKind.STUCK, {"said": evidence}, drawn, name))
            tell(Taken(name, drawn))
            continue
        if name == NOTHING:
            proof.faults += _told(practical, evidence, drawn)
        expected = _expected(practical, name)
        if not expected:  # what holds of these two holds of the others
            _expect_sound(practical, evidence, proof, (drawn, name))
        result = grade(practical.task, World(evidence))
        if fault := _judge(practical, result, expected):
            proof.faults.append(Fault(fault.kind, fault.about, drawn, name))
        tell(Taken(name, drawn, result.percent, frozenset(_lost(practical, result, expected))))
        if expected:
            caught[name] = _lost(practical, result, expected)
            proof.marks |= {(o.check, at) for o in result.outcomes for at in o.misconceptions}
    return caught


def _ways(practical: Practical) -> dict[str, SolutionFile]:
    wrong = {each.name: practical.wrong[each.name] for each in practical.task.wrong}
    return {NOTHING: SolutionFile(steps=[]), SOLUTION: practical.solution} | wrong


def _expected(practical: Practical, name: str) -> set[str] | None:
    """Return the checks that a way must lose; None where it is worth nothing."""
    if name == NOTHING:
        return None
    return {check for each in practical.task.wrong if each.name == name for check in each.loses}


def _expect_sound(
    practical: Practical, evidence: Evidence, proof: Proof, where: tuple[tuple[int, str], str]
) -> None:
    """Look with each check by itself, soon; grade again from what is stored: it says the same."""
    world = World(evidence)
    gc.disable()  # a pass over the whole process is the fault of no check
    for check in practical.task.checks:
        began = time.thread_time()
        try:
            look(check, world)
        except Exception as error:
            about = {"check": check.id, "said": f"{type(error).__name__}: {error}"}
            proof.faults.append(Fault(FaultKind.RAISED, about, *where))
        proof.slowest = max(proof.slowest, time.thread_time() - began)
    gc.enable()
    if proof.slowest > MOST_SECONDS:
        about = {"milliseconds": f"{proof.slowest * 1000:.0f}"}
        proof.faults.append(Fault(FaultKind.SLOW, about, *where))
    result = grade(practical.task, world)
    again = grade(practical.task, World(unpack(evidence.pack())))
    if result.canonical() != again.canonical():
        proof.faults.append(Fault(FaultKind.TWO_RESULTS, {}, *where))


def _told(practical: Practical, evidence: Evidence, drawn: tuple[int, str]) -> Iterator[Fault]:
    for language, brief in practical.brief.items():
        for fault in brief_faults(brief, evidence.params):
            yield Fault(FaultKind.BRIEF, {"language": language, "said": fault}, drawn)


def _judge(practical: Practical, result: Result, expected: set[str] | None) -> Fault | None:
    """Say what is wrong with a result; None where it is as it must be."""
    if result.points is None:
        raised = [f"{e.check}: {e.seen}" for e in result.outcomes if e.status is Status.FAULT]
        return Fault(FaultKind.GRADER, {"said": ", ".join(raised)})
    if expected is None:
        about: dict[str, Any] = {"points": str(result.points)}
        return None if result.points == 0 else Fault(FaultKind.UNTOUCHED, about)
    found = _lost(practical, result, expected)
    if expected:
        about = {"found": sorted(found), "expected": sorted(expected)}
        return None if found == expected else Fault(FaultKind.OTHER_LOSSES, about)
    about = {"points": str(result.percent), "found": sorted(lost(result))}
    is_whole = result.percent == HUNDRED and result.is_passed
    return None if is_whole else Fault(FaultKind.NOT_WHOLE, about)


def ways_of(practical: Practical) -> list[str]:
    """Return the ways in which each draw of a task is taken, as its author has them in mind."""
    return list(_ways(practical))


def _lost(practical: Practical, result: Result, expected: set[str] | None) -> set[str]:
    """Return the checks that were lost, without those that people score and nobody named."""
    scored = {each.id for each in practical.task.checks if each.type in SCORED}
    return lost(result) - (scored - (expected or set()))
