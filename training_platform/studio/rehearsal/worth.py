"""What the work in a scratch workspace is worth, by the draft as it stands now."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from flask_login import current_user

from training_platform.core.db import db
from training_platform.core.kinds import Mistake
from training_platform.crm.desk import open_desk
from training_platform.crm.queries.names import Names, names_of
from training_platform.crm.scope import enter
from training_platform.practicals import feedback
from training_platform.practicals.grading import Result, grade, lost
from training_platform.practicals.selecting import UnknownNameError
from training_platform.practicals.world import UnknownDatasetError, World
from training_platform.studio.rehearsal import services
from training_platform.studio.rehearsal.models import StudioRehearsal
from training_platform.studio.rehearsal.reading import read_task


@dataclass(frozen=True)
class Worth:
    """What a rehearsal is worth: its checks in words, the points of 100, the checks it lost."""

    lines: Sequence[feedback.CheckLine] = ()
    points: str = ""
    is_whole: bool = False
    lost: Sequence[str] = ()
    mistakes: Sequence[Mistake] = ()
    #: Why nothing can be said although the draft has no mistakes.
    trouble: str = ""


def worth_of(rehearsal: StudioRehearsal) -> Worth:
    """Grade what lies in the workspace now: some tenths of a second, nothing is kept."""
    session = db.session()
    read = read_task(rehearsal.draft.slug, rehearsal.draft.read_files())
    if read.task is None:
        return Worth(mistakes=read.mistakes)
    try:
        world = World(services.evidence_now(session, rehearsal))
        result = grade(read.task, world)
    except (UnknownDatasetError, UnknownNameError) as error:
        return Worth(trouble=str(error))
    outcomes = [asdict(each) for each in result.outcomes]
    lines = feedback.lines_of(read.task, outcomes, _names(rehearsal, outcomes))
    points = "" if result.points is None else feedback.points_text(result.percent)
    return Worth(lines, points, _is_whole(result), sorted(lost(result)))


def _is_whole(result: Result) -> bool:
    return result.percent is not None and result.percent == 100 and result.is_passed


def _names(rehearsal: StudioRehearsal, outcomes: list[dict[str, Any]]) -> Names:
    wanted = feedback.records_named(outcomes)
    if not any(wanted.values()):
        return Names()
    try:
        desk = open_desk(db.session(), rehearsal.workspace, current_user, is_writing=False)
        return names_of(desk, wanted)
    finally:
        enter(None)
