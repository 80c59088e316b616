"""The proof of a task: doing nothing is worth 0, the solution 100, each wrong way its own loss.

Every solution acts through the pages that a trainee uses, in both languages, on freshly drawn
parameters. A task that fails its proof cannot be published.
"""

import gc
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from decimal import Decimal
from functools import partial

from flask import Flask
from flask.testing import FlaskClient

from training_platform.core import jobs
from training_platform.core.db import writing
from training_platform.core.kinds import LANGUAGES
from training_platform.crm.desk import open_desk
from training_platform.crm.models import CrmLayer, CrmWorkspace, WorkspaceKind
from training_platform.crm.scope import enter
from training_platform.crm.services.workspaces import create_workspace
from training_platform.people.models import Employee
from training_platform.people.viewer import viewer_of
from training_platform.practicals.checks import SCORED, look
from training_platform.practicals.drawing import Drawn, brief_faults, draw, seed_of
from training_platform.practicals.evidence import Evidence, unpack
from training_platform.practicals.files import Practical
from training_platform.practicals.grading import Result, Status, grade, lost
from training_platform.practicals.hand import Hand, StuckError
from training_platform.practicals.handouts import UnknownHandoutError
from training_platform.practicals.planting import Start, collect, plant
from training_platform.practicals.schemas import SolutionFile
from training_platform.practicals.selecting import UnknownNameError
from training_platform.practicals.solving import solve
from training_platform.practicals.world import World, baseline

#: A check may take so long on the machine that grades.
MOST_SECONDS = 0.2
HUNDRED = Decimal(100)
SECRET = "proof"  # noqa: S105  # proofs draw the same each time


@dataclass(frozen=True)
class Bench:
    """Where proofs are made: an application with the dataset, and somebody signed in to it."""

    app: Flask
    employee_id: int
    #: Language → a client that is signed in and reads it.
    clients: Mapping[str, FlaskClient]


@dataclass
class Proof:
    """What came out of proving one task."""

    slug: str
    faults: list[str] = field(default_factory=list)
    runs: int = 0
    slowest: float = 0.0


def prove(
    practical: Practical, bench: Bench, seeds: int = 3, *, is_thorough: bool = False
) -> Proof:
    """Prove a task on so many draws, and say everything that is wrong with it.

    The first draw is taken in both languages, the others in turn; a thorough proof takes all in
    both.
    """
    proof = Proof(practical.task.id)
    caught: dict[str, set[str]] = {}
    for number in range(seeds):
        both = is_thorough or number == 0
        for language in LANGUAGES if both else (LANGUAGES[number % len(LANGUAGES)],):
            caught |= _prove_draw(practical, bench, proof, (number, language))
    for check in practical.task.checks:
        if check.type not in SCORED and not any(check.id in names for names in caught.values()):
            proof.faults.append(f"{check.id}: no wrong solution loses it")
    if not any(len(names) == 1 for names in caught.values()):
        proof.faults.append("no wrong solution is caught by one check alone")
    return proof


def _prove_draw(
    practical: Practical, bench: Bench, proof: Proof, drawn: tuple[int, str]
) -> dict[str, set[str]]:
    """Take one draw in every way; return what each wrong solution lost."""
    caught = {}
    where = f"seed {drawn[0]}, {drawn[1]}"
    for name, solution, expected in _ways(practical):
        if solution is None and drawn[1] != LANGUAGES[drawn[0] % len(LANGUAGES)]:
            continue  # no page is opened: one language is enough
        proof.runs += 1
        try:
            evidence = run(practical, bench, drawn, solution)
        except (StuckError, UnknownNameError, UnknownHandoutError) as error:
            proof.faults.append(f"{where}, {name}: stuck at {error}")
            continue
        if solution is None:
            proof.faults += _told(practical, evidence, where)
        if not expected:  # what holds of these two holds of the others
            _expect_sound(practical, evidence, proof, f"{where}, {name}")
        result = grade(practical.task, World(evidence))
        if fault := _judge(practical, result, expected):
            proof.faults.append(f"{where}, {name}: {fault}")
        if expected:
            caught[name] = _lost(practical, result, expected)
    return caught


def run(
    practical: Practical, bench: Bench, drawing: tuple[int, str], solution: SolutionFile | None
) -> Evidence:
    """Draw the task, plant it in a fresh workspace, take the steps, and return the evidence.

    drawing is the number of the draw and the language of the pages.
    """
    task, (number, language) = practical.task, drawing
    with _workspace(bench, task.seller) as (workspace_id, desk_layer):
        seed = seed_of(SECRET, bench.employee_id, task.id, number)
        dataset = (desk_layer.dataset, desk_layer.dataset_version)
        drawn = draw(task.generator, seed, task.options, baseline(*dataset), task.seller)
        start = _plant(bench, workspace_id, drawn)
        hand = Hand(bench.clients[language], f"/crm/{workspace_id}/", partial(_work, bench.app))
        answers = solve(solution, hand, drawn) if solution is not None else {}
        with bench.app.app_context(), writing() as session:
            layer = session.get_one(CrmWorkspace, workspace_id).layer
            return collect(session, layer, start, drawn, task=task.id, revision=0, answers=answers)


def _ways(practical: Practical) -> Iterator[tuple[str, SolutionFile | None, set[str] | None]]:
    """Yield each way to take the task: its name, its steps, and the checks that it must lose."""
    yield "nothing done", None, None
    yield "solution", practical.solution, set()
    for each in practical.task.wrong:
        yield each.name, practical.wrong[each.name], set(each.loses)


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


def _work(app: Flask) -> None:
    """Do what was put to be done in the background: a trainee waits for it too."""
    with app.app_context():
        jobs.run_due()


def _lost(practical: Practical, result: Result, expected: set[str]) -> set[str]:
    """Return the checks that were lost, without those that people score and nobody named."""
    scored = {each.id for each in practical.task.checks if each.type in SCORED}
    return lost(result) - (scored - expected)


@contextmanager
def _workspace(bench: Bench, seller: int) -> Iterator[tuple[int, CrmLayer]]:
    with bench.app.app_context(), writing() as session:
        made = create_workspace(session, bench.employee_id, WorkspaceKind.PRACTICE, seller)
        workspace_id, layer = made.id, made.layer
        session.flush()
        session.expunge(layer)
    yield workspace_id, layer


def _plant(bench: Bench, workspace_id: int, drawn: Drawn) -> Start:
    with bench.app.app_context():
        try:
            with writing() as session:
                workspace = session.get_one(CrmWorkspace, workspace_id)
                person = viewer_of(session, session.get_one(Employee, bench.employee_id))
                return plant(open_desk(session, workspace, person, is_writing=True), drawn)
        finally:
            enter(None)
