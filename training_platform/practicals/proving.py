"""The proof of a task: doing nothing is worth 0, the solution 100, each wrong way its own loss.

Every solution acts through the pages that a trainee uses, in both languages, on freshly drawn
parameters. A task that fails its proof cannot be published.
"""

import gc
import time
from collections.abc import Iterator
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
    faults: list[str] = field(default_factory=list)
    runs: int = 0
    slowest: float = 0.0
    #: Misconceptions that a wrong solution left its mark of: the check, and which of its.
    marks: set[tuple[str, int]] = field(default_factory=set)


def prove(
    practical: Practical, bench: Bench, seeds: int = 3, *, is_thorough: bool = False
) -> Proof:
    """Prove a task on so many draws, and say everything that is wrong with it.

    The draws are taken in both languages in turn; a thorough proof takes each in both.
    """
    proof = Proof(practical.task.id)
    caught: dict[str, set[str]] = {}
    for number in range(seeds):
        in_turn = (LANGUAGES[number % len(LANGUAGES)],)
        for language in LANGUAGES if is_thorough else in_turn:
            caught |= _prove_draw(practical, bench, proof, (number, language))
    proof.faults += _unproved(practical, proof, set().union(*caught.values()))
    if not any(len(names) == 1 for names in caught.values()):
        proof.faults.append("no wrong solution is caught by one check alone")
    return proof


def _unproved(practical: Practical, proof: Proof, caught: set[str]) -> Iterator[str]:
    """Say which checks and misconceptions no wrong solution met, and which answers are guessed."""
    for check in practical.task.checks:
        if _takes_everything(check):
            yield f"{check.id}: an answer that names everything passes"
        if check.type not in SCORED and check.id not in caught:
            yield f"{check.id}: no wrong solution loses it"
        for at, mistake in enumerate(check.misconceptions):
            if (check.id, at) not in proof.marks:
                yield f"{check.id}: no wrong solution shows “{mistake.text.en}”"


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
    practical: Practical, bench: Bench, proof: Proof, drawn: tuple[int, str]
) -> dict[str, set[str]]:
    """Take one draw in every way; return what each wrong solution lost."""
    caught: dict[str, set[str]] = {}
    where = f"seed {drawn[0]}, {drawn[1]}"
    for name, evidence in take(practical, bench, drawn, _ways(practical)):
        proof.runs += 1
        if isinstance(evidence, str):
            proof.faults.append(f"{where}, {name}: stuck at {evidence}")
            continue
        if name == NOTHING:
            proof.faults += _told(practical, evidence, where)
        expected = _expected(practical, name)
        if not expected:  # what holds of these two holds of the others
            _expect_sound(practical, evidence, proof, f"{where}, {name}")
        result = grade(practical.task, World(evidence))
        if fault := _judge(practical, result, expected):
            proof.faults.append(f"{where}, {name}: {fault}")
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


def _expect_sound(practical: Practical, evidence: Evidence, proof: Proof, where: str) -> None:
    """Look with each check by itself, soon; grade again from what is stored: it says the same."""
    world = World(evidence)
    gc.disable()  # a pass over the whole process is the fault of no check
    for check in practical.task.checks:
        began = time.thread_time()
        try:
            look(check, world)
        except Exception as error:
            proof.faults.append(f"{where}: {check.id} raised {type(error).__name__}: {error}")
        proof.slowest = max(proof.slowest, time.thread_time() - began)
    gc.enable()
    if proof.slowest > MOST_SECONDS:
        proof.faults.append(f"{where}: a check took {proof.slowest * 1000:.0f} ms")
    result = grade(practical.task, world)
    again = grade(practical.task, World(unpack(evidence.pack())))
    if result.canonical() != again.canonical():
        proof.faults.append(f"{where}: graded twice, two results")


def _told(practical: Practical, evidence: Evidence, where: str) -> Iterator[str]:
    for language, brief in practical.brief.items():
        for fault in brief_faults(brief, evidence.params):
            yield f"{where}: brief.{language}.md: {fault}"


def _judge(practical: Practical, result: Result, expected: set[str] | None) -> str | None:
    """Say what is wrong with a result; None where it is as it must be."""
    if result.points is None:
        raised = [f"{e.check}: {e.seen}" for e in result.outcomes if e.status is Status.FAULT]
        return f"the grader failed at {', '.join(raised)}"
    if expected is None:
        return None if result.points == 0 else f"is worth {result.points} of 0"
    if not expected:
        is_whole = result.percent == HUNDRED and result.is_passed
        return (
            None if is_whole else f"is worth {result.percent} of 100, loses {sorted(lost(result))}"
        )
    found = _lost(practical, result, expected)
    return None if found == expected else f"loses {sorted(found)}, not {sorted(expected)}"


def _lost(practical: Practical, result: Result, expected: set[str]) -> set[str]:
    """Return the checks that were lost, without those that people score and nobody named."""
    scored = {each.id for each in practical.task.checks if each.type in SCORED}
    return lost(result) - (scored - expected)
