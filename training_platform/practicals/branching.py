"""Taking one draw of a task in many ways: what they have in common is done once.

Wrong solutions mostly do what the right one does, and differ in one thing. Where they part, the
workspace's layer is copied, as for a state that is kept under a name, and each goes on from there.
Everything is done through the pages that a trainee uses.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

from flask import Flask
from flask.testing import FlaskClient

from training_platform.core import jobs
from training_platform.core.db import writing
from training_platform.crm.dataset.loading import current_dataset
from training_platform.crm.desk import open_desk
from training_platform.crm.models import CrmWorkspace, LayerKind, WorkspaceKind
from training_platform.crm.scope import enter
from training_platform.crm.services.checkpoints import copy_layer
from training_platform.crm.services.workspaces import create_workspace
from training_platform.people.models import Employee
from training_platform.people.viewer import viewer_of
from training_platform.practicals.drawing import Baseline, Drawn, draw, seed_of
from training_platform.practicals.evidence import Evidence
from training_platform.practicals.files import Practical
from training_platform.practicals.hand import Hand, Place, StuckError
from training_platform.practicals.handouts import UnknownHandoutError
from training_platform.practicals.planting import Start, collect, plant
from training_platform.practicals.schemas import SolutionFile
from training_platform.practicals.selecting import UnknownNameError
from training_platform.practicals.solving import Act, acts_of, answers_of, do
from training_platform.practicals.world import baseline

SECRET = "proof"  # noqa: S105  # proofs draw the same each time


@dataclass(frozen=True)
class Bench:
    """Where proofs are made: an application with the dataset, and somebody signed in to it."""

    app: Flask
    employee_id: int
    #: Language → a client that is signed in and reads it.
    clients: Mapping[str, FlaskClient]


@dataclass(frozen=True)
class Road:
    """A way to take a task: its name, and what is done one after the other."""

    name: str
    acts: Sequence[Act]


@dataclass(frozen=True)
class Traveller:
    """Who goes: the workspace, the hand that acts in it, and what was drawn."""

    app: Flask
    workspace_id: int
    hand: Hand
    drawn: Drawn

    def travel(self, roads: Sequence[Road], done: int = 0) -> Iterator[tuple[Road, str | None]]:
        """Yield each road while the workspace stands as that road alone would have left it.

        With it comes where the road got stuck, if it did. So many acts of all roads are done.
        """
        yield from ((road, None) for road in roads if len(road.acts) == done)
        groups = _parted([road for road in roads if len(road.acts) > done], done)
        for number, group in enumerate(groups, 1):
            spare = self._copy() if number < len(groups) else None
            try:
                do(group[0].acts[done], self.hand, self.drawn)
            except (StuckError, UnknownHandoutError) as error:
                yield from ((road, str(error)) for road in group)
            else:
                yield from self.travel(group, done + 1)
            if spare is not None:
                self._go_back(spare)

    def _copy(self) -> tuple[int, Place]:
        """Return a copy of the layer as it stands, and of where the hand is."""
        with self.app.app_context(), writing() as session:
            layer = session.get_one(CrmWorkspace, self.workspace_id).layer
            return copy_layer(session, layer, LayerKind.WORKSPACE).id, self.hand.back

    def _go_back(self, spare: tuple[int, Place]) -> None:
        layer_id, self.hand.back = spare
        with self.app.app_context(), writing() as session:
            session.get_one(CrmWorkspace, self.workspace_id).layer_id = layer_id


def _parted(roads: Sequence[Road], done: int) -> list[list[Road]]:
    """Return the roads by what they do next."""
    groups: list[list[Road]] = []
    for road in roads:
        same = next((each for each in groups if each[0].acts[done] == road.acts[done]), None)
        if same is None:
            groups.append([road])
        else:
            same.append(road)
    return groups


def _parties(roads: Sequence[Road]) -> list[list[Road]]:
    """Return who may go together: a file that is sent in lies beside the layer, and stays there."""
    alone = [each for each in roads if any(act.upload for act in each.acts)]
    return [[each for each in roads if each not in alone], *([each] for each in alone)]


def run(
    practical: Practical, bench: Bench, drawing: tuple[int, str], solution: SolutionFile
) -> Evidence:
    """Take one way on one draw, and return the evidence. Raises StuckError."""
    [(_name, found)] = take(practical, bench, drawing, {"": solution})
    if isinstance(found, str):
        raise StuckError(found)
    return found


def take(
    practical: Practical,
    bench: Bench,
    drawing: tuple[int, str],
    ways: Mapping[str, SolutionFile],
) -> Iterator[tuple[str, Evidence | str]]:
    """Draw the task, plant it in a fresh workspace, and yield what each way leaves there.

    Where a way is stuck, where and why stands in the place of its evidence. drawing is the number
    of the draw and the language of the pages.
    """
    task, number = practical.task, drawing[0]
    seed = seed_of(SECRET, bench.employee_id, task.id, number)
    drawn = draw(task.generator, seed, task.options, _dataset(bench), task.seller)
    roads, astray = _roads(ways, drawn)
    yield from astray.items()
    for party in _parties(roads):
        for name, found in _take_together(bench, practical, drawn, (drawing[1], party)):
            answers = answers_of(ways[name], drawn)
            yield name, found if isinstance(found, str) else replace(found, answers=answers)


def _take_together(
    bench: Bench, practical: Practical, drawn: Drawn, taken: tuple[str, list[Road]]
) -> Iterator[tuple[str, Evidence | str]]:
    """Take some ways in one workspace, in this language."""
    language, party = taken
    with bench.app.app_context(), writing() as session:
        workspace_id = create_workspace(
            session, bench.employee_id, WorkspaceKind.PRACTICE, practical.task.seller
        ).id
    start = _plant(bench, workspace_id, drawn)
    hand = Hand(bench.clients[language], f"/crm/{workspace_id}/", partial(_work, bench.app))
    for road, stuck in Traveller(bench.app, workspace_id, hand, drawn).travel(party):
        if stuck is not None:
            yield road.name, stuck
            continue
        with bench.app.app_context(), writing() as session:
            layer = session.get_one(CrmWorkspace, workspace_id).layer
            left = collect(session, layer, start, drawn, task=practical.task.id, revision=0)
        yield road.name, left


def _dataset(bench: Bench) -> Baseline:
    with bench.app.app_context(), writing() as session:
        found = current_dataset(session)
        assert found is not None  # noqa: S101  # a bench has one
        return baseline(found.dataset, found.dataset_version)


def _roads(ways: Mapping[str, SolutionFile], drawn: Drawn) -> tuple[list[Road], dict[str, str]]:
    """Return what is done in each way, and which ways name what was not drawn."""
    roads: list[Road] = []
    astray: dict[str, str] = {}
    for name, solution in ways.items():
        try:
            answers_of(solution, drawn)
            roads.append(Road(name, tuple(acts_of(solution, drawn))))
        except UnknownNameError as error:
            astray[name] = str(error)
    return roads, astray


def _work(app: Flask) -> None:
    """Do what was put to be done in the background: a trainee waits for it too."""
    with app.app_context():
        jobs.run_due()


def _plant(bench: Bench, workspace_id: int, drawn: Drawn) -> Start:
    with bench.app.app_context():
        try:
            with writing() as session:
                workspace = session.get_one(CrmWorkspace, workspace_id)
                person = viewer_of(session, session.get_one(Employee, bench.employee_id))
                return plant(open_desk(session, workspace, person, is_writing=True), drawn)
        finally:
            enter(None)
